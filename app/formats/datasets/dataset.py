"""What a data set is: a table of features and one target a row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.core.tensor import Array, Shape


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Rows of numbers and what each of them means.

    ``features`` is (rows, columns) and ``names`` its columns' names; ``targets`` is (rows,), class numbers where
    ``classes`` names the classes, else numbers to come near. ``shape`` is that of one row where it is a picture.
    """

    features: Array
    targets: Array
    names: tuple[str, ...]
    target: str
    classes: tuple[str, ...]
    shape: Shape

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.features)


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """The rows to train on and those to test with, by number."""

    train: NDArray[np.intp]
    test: NDArray[np.intp]


def split(count: int, fraction: float, seed: int) -> Split:
    """So large a part of the rows to test with, drawn from ``seed``; at least one row stays to train on."""
    order = np.random.default_rng(seed).permutation(count)
    tested = min(round(count * fraction), count - 1)
    return Split(np.sort(order[tested:]), np.sort(order[:tested]))


def standardised(features: Array, train: NDArray[np.intp]) -> Array:
    """Every column less its mean, over its standard deviation, as the rows to train on have them.

    A column that is the same in all of them is left at 0.
    """
    mean, std = features[train].mean(axis=0), features[train].std(axis=0)
    scaled: Array = (features - mean) / np.where(std == 0.0, 1.0, std)
    return scaled
