"""Reductions: one number from many, along some axes or all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from app.core.build import GraphBuilder
from app.core.elementary import Operand
from app.core.errors import LayerError
from app.core.layer import Layer, at
from app.core.params import Axis
from app.core.slips.catalogue import CORNER, COUNT_FORGOTTEN, COUNT_TWICE, LOCAL_FORGOTTEN, Slip
from app.core.tensor import Array, Shape, Value, as_value, format_shape, size_of


class Reduction(Layer, abstract=True):
    """An op that folds axes away: all of them, or those of ``axis``, which ``keepdims`` leaves with length 1."""

    def __init__(self, *, axis: Axis = None, keepdims: bool = False) -> None:
        self.axis = axis
        self.keepdims = keepdims

    def shape(self, x: Shape) -> Shape:
        axes = self._axes(len(x), format_shape(x))
        if self.keepdims:
            return tuple(1 if axis in axes else length for axis, length in enumerate(x))
        return tuple(length for axis, length in enumerate(x) if axis not in axes)

    def written_partials(self, inputs: Sequence[Operand], output: Operand) -> tuple[Operand, ...]:
        return (1.0,)  # A number alone is its own sum, mean and maximum.

    def _axes(self, rank: int, shape: str) -> tuple[int, ...]:
        if self.axis is None:
            return tuple(range(rank))
        given = self.axis if isinstance(self.axis, tuple) else (self.axis,)
        if any(not -rank <= axis < rank for axis in given):
            raise LayerError(f"axis {self.axis} is not one of the axes of a {shape} input")
        axes = tuple(axis % rank for axis in given)
        if len(set(axes)) < len(axes):
            raise LayerError(f"axis {self.axis} names an axis twice")
        return axes

    def _spread(self, reduced: Any, shape: Shape) -> Array:
        """A result of this reduction, once more in the input's shape."""
        kept = tuple(1 if axis in self._axes(len(shape), "") else length for axis, length in enumerate(shape))
        return np.broadcast_to(np.reshape(reduced, kept), shape)


class Sum(Reduction):
    """Sum along axes. Backward copies the upstream gradient to every element."""

    symbol = "Σ"
    whole = True
    kept = ("shape",)
    keeps_doc = "Its input's shape alone: backward copies the upstream gradient into it."
    samples = (
        at([[1.0, 2.0], [3.0, 4.0]]),
        at([[1.0, 2.0], [3.0, 4.0]], axis=0),
        at([[1.0, 2.0], [3.0, 4.0]], axis=1, keepdims=True),
        at(2.0),
    )
    value_latex = r"\sum_i x_i"
    partials_latex = (r"\text{upstream} \cdot \mathbf{1}",)

    def forward(self, x: Value) -> Value:
        self._shape = np.shape(x)
        return as_value(np.sum(x, axis=self.axis, keepdims=self.keepdims))

    def backward(self, upstream: Value) -> tuple[Value | None, ...]:
        return (as_value(self._spread(upstream, self._shape).copy()),)


class Mean(Reduction):
    """Mean along axes. Backward shares the upstream gradient equally among the elements."""

    symbol = "mean"
    kept = ("shape",)
    keeps_doc = "Its input's shape alone: backward shares the upstream gradient out over it."
    samples = (at([[1.0, 2.0], [3.0, 4.0]]), at([[1.0, 2.0], [3.0, 4.0]], axis=1), at(2.0))
    value_latex = r"\frac{1}{n} \sum_i x_i"
    partials_latex = (r"\text{upstream} \cdot \frac{1}{n}",)

    def forward(self, x: Value) -> Value:
        self._shape = np.shape(x)
        return as_value(np.mean(x, axis=self.axis, keepdims=self.keepdims))

    def backward(self, upstream: Value) -> tuple[Value | None, ...]:
        count = size_of(self._shape) / np.size(upstream)
        return (as_value(self._spread(upstream, self._shape) / count),)

    def slips(self, upstream: Value) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        count = size_of(self._shape) / np.size(upstream)
        yield COUNT_FORGOTTEN, (self._spread(upstream, self._shape),)
        yield COUNT_TWICE, (self._spread(upstream, self._shape) / count**2,)


class Logsumexp(Reduction):
    """The logarithm of the sum of exponentials along axes, without overflow: a smooth maximum.

    Backward hands the upstream gradient out by the softmax of the input.
    """

    symbol = "log Σ exp"
    spellings = (
        "scipy.special.logsumexp",
        "jax.nn.logsumexp",
        "jax.scipy.special.logsumexp",
        "torch.logsumexp",
        ".logsumexp",
    )
    samples = (
        at([[1.0, 2.0], [3.0, 0.5]]),
        at([[1.0, 2.0], [3.0, 0.5]], axis=0),
        at([[1.0, 2.0], [3.0, 0.5]], axis=1, keepdims=True),
    )
    value_latex = r"\log \sum_i e^{x_i}"
    partials_latex = (r"\text{upstream} \cdot e^{x - y}",)
    kept = ("x", "y")
    keeps_doc = "Its input x and its output y: exp(x − y) is the softmax by which the gradient is handed out."

    def forward(self, x: Value) -> Value:
        top = np.max(x, axis=self.axis, keepdims=True)
        total = np.log(np.sum(np.exp(x - top), axis=self.axis, keepdims=True)) + top
        self._x = x
        self._y = as_value(total if self.keepdims else np.squeeze(total, self.axis))
        return self._y

    def backward(self, upstream: Value) -> tuple[Value | None, ...]:
        shape = np.shape(self._x)
        return (as_value(self._spread(upstream, shape) * np.exp(self._x - self._spread(self._y, shape))),)

    def slips(self, upstream: Value) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        yield LOCAL_FORGOTTEN, (self._spread(upstream, np.shape(self._x)),)

    def work(self, x: Shape) -> int:
        return 4 * size_of(x)

    def decompose(self, build: GraphBuilder, x: str) -> str:
        return build.add("log", build.add("sum", build.add("exp", x), axis=self.axis, keepdims=self.keepdims))

    @classmethod
    def variants(cls, x: Shape) -> Sequence[Mapping[str, Any]]:
        if size_of(x) == 1:
            return ()  # Of one number it is that number: nobody means a logsumexp.
        axes = (None, *range(len(x)))
        return [{"axis": axis, "keepdims": keepdims} for axis in axes for keepdims in (False, True)]


class _Extremum(Reduction, abstract=True):
    """The gradient goes to the elements that were chosen; equal ones share it."""

    kept = ("x", "chosen")
    keeps_doc = "Its input and what was chosen from it: together they say which elements the gradient goes to."

    def forward(self, x: Value) -> Value:
        self._x = x
        self._chosen = self._choose(x)
        return as_value(self._chosen)

    def backward(self, upstream: Value) -> tuple[Value | None, ...]:
        shape = np.shape(self._x)
        mask = self._x == self._spread(self._chosen, shape)
        ties = np.sum(mask, axis=self.axis, keepdims=self.keepdims)
        return (as_value(np.where(mask, self._spread(upstream / ties, shape), 0.0)),)

    def slips(self, upstream: Value) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        shape = np.shape(self._x)
        spread = self._spread(upstream, shape)
        yield LOCAL_FORGOTTEN, (spread,)
        mask = self._x == self._spread(self._chosen, shape)
        if not isinstance(self.axis, tuple) and np.sum(mask) > np.size(self._chosen):
            first = np.reshape(np.cumsum(mask, axis=self.axis), shape) == 1
            yield CORNER, (np.where(mask & first, spread, 0.0),)

    def _choose(self, x: Value) -> Any:
        raise NotImplementedError


class Max(_Extremum):
    """The largest element along axes. The gradient goes to it; equal ones share it."""

    symbol = "max"
    whole = True
    samples = (at([[1.0, 5.0], [3.0, 4.0]]), at([[1.0, 5.0], [3.0, 4.0]], axis=0), at(2.0))
    value_latex = r"\max_i x_i"
    partials_latex = (r"\text{upstream} \cdot \left[x_i = \max\right]",)

    def _choose(self, x: Value) -> Any:
        return np.max(x, axis=self.axis, keepdims=self.keepdims)


class Min(_Extremum):
    """The smallest element along axes. The gradient goes to it; equal ones share it."""

    symbol = "min"
    whole = True
    samples = (at([[1.0, 5.0], [3.0, 4.0]]), at([[1.0, 5.0], [3.0, 4.0]], axis=0), at(2.0))
    value_latex = r"\min_i x_i"
    partials_latex = (r"\text{upstream} \cdot \left[x_i = \min\right]",)

    def _choose(self, x: Value) -> Any:
        return np.min(x, axis=self.axis, keepdims=self.keepdims)
