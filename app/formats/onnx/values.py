"""What stands for one of a model's tensors while it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.core.tensor import Shape


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A tensor whose numbers are known now. It becomes a leaf where a node takes it."""

    name: str
    array: NDArray[Any]
    trained: bool = True
    """Whether it is trained, where it holds several numbers that aren't whole."""

    @property
    def shape(self) -> Shape:
        """Its shape."""
        return self.array.shape

    def integers(self) -> list[int]:
        """Its elements as whole numbers."""
        return [int(element) for element in self.array.reshape(-1)]


@dataclass(frozen=True, slots=True)
class Computed:
    """The value of a node, by its place among the nodes, and its shape."""

    place: int
    shape: Shape


Tensor: TypeAlias = Known | Computed


class UnreadError(Exception):
    """An operator that can't be said in ours, and why."""


def known(tensor: Tensor | None, what: str) -> Known:
    """A tensor that must be known. Raises :class:`UnreadError` where it is computed from the inputs."""
    if not isinstance(tensor, Known):
        raise UnreadError(f"its {what} depends on the data")
    return tensor


def is_number(tensor: Tensor) -> bool:
    """Whether it is one known number, whatever its axes."""
    return isinstance(tensor, Known) and tensor.array.size == 1


def as_float(array: NDArray[Any]) -> NDArray[np.float64]:
    """A model's numbers in the type that everything is computed in."""
    return np.asarray(array, dtype=np.float64)
