"""Ops that move elements and change none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from app.core.elementary import Operand
from app.core.errors import LayerError
from app.core.layer import Layer, at
from app.core.params import Axes
from app.core.slips.catalogue import TRANSPOSE_MISSING, Slip
from app.core.tensor import Array, Shape, Value, as_value, format_shape, size_of


class Transpose(Layer):
    """The axes in another order; reversed where none is given."""

    symbol = "ᵀ"
    samples = (
        at([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),
        at([[[1.0, 2.0]], [[3.0, 4.0]]], axes=[1, 2, 0]),
        at(2.0),
    )
    value_latex = r"X^{\top}"
    partials_latex = (r"\text{upstream}^{\top}",)
    keeps_doc = "Nothing: the order of the axes, which is a setting, says how to put them back."

    def __init__(self, *, axes: Axes = None) -> None:
        self.axes = axes

    def forward(self, x: Value) -> Value:
        return as_value(np.transpose(x, self.axes))

    def backward(self, upstream: Value) -> tuple[Value | None, ...]:
        back = None if self.axes is None else np.argsort([axis % len(self.axes) for axis in self.axes])
        return (as_value(np.transpose(upstream, back)),)

    def slips(self, upstream: Value) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        yield TRANSPOSE_MISSING, (upstream,)

    def written_partials(self, inputs: Sequence[Operand], output: Operand) -> tuple[Operand, ...]:
        return (1.0,)  # A number has no axes to move.

    def shape(self, x: Shape) -> Shape:
        if self.axes is None:
            return x[::-1]
        if sorted(axis + len(x) if axis < 0 else axis for axis in self.axes) != list(range(len(x))):
            raise LayerError(f"axes {list(self.axes)} are not an order of the axes of a {format_shape(x)} input")
        return tuple(x[axis] for axis in self.axes)


class Reshape(Layer):
    """The same elements in another shape, of which one length may be −1, to be worked out."""

    symbol = "reshape"
    samples = (
        at([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], shape=[3, 2]),
        at([[1.0, 2.0], [3.0, 4.0]]),
        at(2.0),
    )
    value_latex = r"\operatorname{reshape}\left(X\right)"
    partials_latex = (r"\operatorname{reshape}\left(\text{upstream}\right)",)
    kept = ("shape",)
    keeps_doc = "Its input's shape alone: backward puts the upstream gradient into it."

    def __init__(self, *, shape: Shape = (-1,)) -> None:
        self.target = shape

    def forward(self, x: Value) -> Value:
        self._shape = np.shape(x)
        return as_value(np.reshape(x, self.target))

    def backward(self, upstream: Array) -> tuple[Value | None, ...]:
        return (as_value(np.reshape(upstream, self._shape)),)

    def written_partials(self, inputs: Sequence[Operand], output: Operand) -> tuple[Operand, ...]:
        return (1.0,)  # A number stays itself.

    def shape(self, x: Shape) -> Shape:
        known = size_of(tuple(length for length in self.target if length != -1))
        unknown = self.target.count(-1)
        fits = known > 0 and (size_of(x) == known if unknown == 0 else unknown == 1 and size_of(x) % known == 0)
        if not fits or any(length < -1 for length in self.target):
            raise LayerError(f"{size_of(x)} elements of shape {format_shape(x)} do not fit {list(self.target)}")
        return tuple(size_of(x) // known if length == -1 else length for length in self.target)


class StopGradient(Layer):
    """The input as it is. Nothing flows back: what stands before it counts as given."""

    symbol = "stop"
    labels = frozenset({"x"})
    samples = (at(2.0), at([1.0, 2.0]))
    value_latex = "x"
    partials_latex = ("0",)
    keeps_doc = "Nothing: nothing flows back."

    def forward(self, x: Value) -> Value:
        return x

    def backward(self, upstream: Value) -> tuple[Value | None, ...]:
        return (None,)

    def shape(self, x: Shape) -> Shape:
        return x
