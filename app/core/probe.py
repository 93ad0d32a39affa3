"""A node with its gradient by backpropagation, whose elements can be moved."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from app.core.response import Dependence, Response
from app.core.tensor import Array, Shape, Value, shape_of, size_of


class Probe:
    """One node of an evaluation."""

    def __init__(self, dependence: Dependence, slot: int, gradient: Value) -> None:
        self.dependence = dependence
        self.slot = slot
        self.backprop = gradient
        self.value = dependence.evaluation.values[slot]

    @property
    def name(self) -> str:
        """The node's id."""
        return self.dependence.evaluation.plan.ids[self.slot]

    @property
    def shape(self) -> Shape:
        """The node's shape."""
        return shape_of(self.value)

    @property
    def size(self) -> int:
        """How many elements it has."""
        return size_of(self.shape)

    @cached_property
    def at(self) -> Array:
        """Where each element stands."""
        return np.ravel(self.value)

    @cached_property
    def gradients(self) -> Array:
        """The gradient of each element."""
        return np.ravel(self.backprop)

    @cached_property
    def response(self) -> Response:
        """What follows from the node."""
        return self.dependence.of(self.slot)

    def moved(self, element: int, x: float) -> Value:
        """The node's value with another number in one element."""
        if not isinstance(self.value, np.ndarray):
            return x
        tensor = self.value.copy()
        tensor.flat[element] = x
        return tensor
