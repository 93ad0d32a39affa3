"""A leaf with its gradient by backpropagation, whose elements can be moved one at a time."""

from __future__ import annotations

from functools import cached_property, partial

import numpy as np

from app.core.response import Response
from app.core.slope import Line
from app.core.tensor import Shape, Value, shape_of, size_of


class Probe:
    """One leaf of an evaluation."""

    def __init__(self, response: Response, value: Value, backprop: Value) -> None:
        self.response = response
        self.backprop = backprop
        self.gradients: list[float] = np.ravel(backprop).tolist()
        self._value = value

    @property
    def shape(self) -> Shape:
        """The leaf's shape."""
        return shape_of(self._value)

    @property
    def size(self) -> int:
        """How many elements it has."""
        return size_of(self.shape)

    def at(self, element: int) -> float:
        """Where an element stands."""
        return float(np.ravel(self._value)[element])

    def step(self, element: int, epsilon: float) -> float:
        """How far to move an element: relative where it is larger than 1."""
        return epsilon * max(1.0, abs(self.at(element)))

    def moved(self, element: int, x: float) -> Value:
        """The leaf's value with another number in one element."""
        if not isinstance(self._value, np.ndarray):
            return x
        tensor = self._value.copy()
        tensor.flat[element] = x
        return tensor

    def total(self, element: int, x: float) -> float:
        """The output's sum with another number in one element."""
        return self.response.total(self.moved(element, x))

    def line(self, element: int) -> Line:
        """The output as a function of one element."""
        return Line(partial(self.total, element), self.at(element), self._here, self.response.rounding)

    @cached_property
    def _here(self) -> float:
        return self.response.total(self._value)
