"""The built-in data sets. Two are made here; two are read from the files of the package scikit-learn."""

from __future__ import annotations

import gzip
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from app.core.tensor import Array, Shape
from app.formats.datasets.dataset import Dataset

MISSING: Final = "this data comes with the package scikit-learn, which isn't installed: pip install 'backarrow[data]'"
_SPIRAL_POINTS: Final = 100


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A data set by name. What it holds is known before it is loaded; ``missing`` says what it lacks, if anything.

    ``load`` draws from a seed where the data is made; what is read from a file is the same for all seeds.
    """

    name: str
    title: str
    doc: str
    count: int
    names: tuple[str, ...]
    classes: tuple[str, ...]
    shape: Shape
    load: Callable[[int], Dataset]
    missing: Callable[[], str | None] = lambda: None


def _folder() -> Path | None:
    """Where scikit-learn keeps its data. The package is found without being imported: it is large."""
    spec = importlib.util.find_spec("sklearn")
    return None if spec is None or spec.origin is None else Path(spec.origin).parent / "datasets" / "data"


def _lacks(file: str) -> str | None:
    folder = _folder()
    return None if folder is not None and (folder / file).is_file() else MISSING


def _file(name: str) -> Path:
    folder = _folder()
    if folder is None:
        raise FileNotFoundError(MISSING)
    return folder / name


@lru_cache(maxsize=1)
def _digits() -> Dataset:
    with gzip.open(_file("digits.csv.gz")) as file:
        table = np.loadtxt(file, delimiter=",")
    return _dataset(DIGITS, table[:, :-1] / 16.0, table[:, -1])


@lru_cache(maxsize=1)
def _iris() -> Dataset:
    table = np.loadtxt(_file("iris.csv"), delimiter=",", skiprows=1)
    return _dataset(IRIS, table[:, :-1], table[:, -1])


def _xor() -> Dataset:
    points = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    return _dataset(XOR, points, np.array([0.0, 1.0, 1.0, 0.0]))


def _spirals(seed: int) -> Dataset:
    """Three arms, after the data of cs231n.github.io/neural-networks-case-study."""
    draw = np.random.default_rng(seed)
    radius = np.tile(np.linspace(0.0, 1.0, _SPIRAL_POINTS), 3)
    arm = np.repeat(np.arange(3.0), _SPIRAL_POINTS)
    angle = 4.0 * (arm + radius) + draw.normal(0.0, 0.2, radius.shape)
    return _dataset(SPIRALS, np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1), arm)


def _dataset(entry: BuiltIn, features: Array, targets: Array) -> Dataset:
    for array in (features, targets):
        array.setflags(write=False)
    return Dataset(features, targets, entry.names, "class", entry.classes, entry.shape)


DIGITS: Final = BuiltIn(
    "digits",
    "Handwritten digits",
    "1,797 digits of 8×8 pixels, 0 to 1 (E. Alpaydin and C. Kaynak, 1998; from scikit-learn).",
    1797,
    tuple(f"pixel_{row}_{column}" for row in range(8) for column in range(8)),
    tuple("0123456789"),
    (8, 8),
    lambda _: _digits(),
    lambda: _lacks("digits.csv.gz"),
)
IRIS: Final = BuiltIn(
    "iris",
    "Iris flowers",
    "150 flowers of three species, measured in centimetres (R. A. Fisher, 1936; from scikit-learn).",
    150,
    ("sepal_length", "sepal_width", "petal_length", "petal_width"),
    ("setosa", "versicolor", "virginica"),
    (4,),
    lambda _: _iris(),
    lambda: _lacks("iris.csv"),
)
XOR: Final = BuiltIn(
    "xor",
    "XOR",
    "The four points of exclusive or, which no straight line separates.",
    4,
    ("x1", "x2"),
    ("0", "1"),
    (2,),
    lambda _: _xor(),
)
SPIRALS: Final = BuiltIn(
    "spirals",
    "Spirals",
    "Three spiral arms of 100 points each, drawn from a seed.",
    3 * _SPIRAL_POINTS,
    ("x1", "x2"),
    ("0", "1", "2"),
    (2,),
    _spirals,
)

DATASETS: Final = {entry.name: entry for entry in (DIGITS, IRIS, XOR, SPIRALS)}
"""By name."""
