"""Ops that give a tensor another shape and change none of its elements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from app.core.axes import new_axes, one_axis, several_axes
from app.core.elementary import Operand
from app.core.errors import LayerError
from app.core.layer import Layer, at
from app.core.moving import aligned
from app.core.params import Axes, Axis
from app.core.slips.catalogue import TRANSPOSE_MISSING, Slip
from app.core.slips.copies import unsummed
from app.core.spelling import Code, OnnxNodes, Term, call
from app.core.tensor import (
    Array,
    Shape,
    Value,
    as_value,
    broadcast_shapes,
    format_shape,
    shape_of,
    size_of,
    unbroadcast,
)

_RESHAPED = r"\operatorname{reshape}\left(\text{upstream}\right)"


class Transpose(Layer):
    """The axes in another order; reversed where none is given."""

    symbol = "ᵀ"
    spellings = (
        "numpy.transpose",
        "torch.t",
        "torch.permute",
        "jax.numpy.transpose",
        ".T",
        ".t",
        ".permute",
        ".transpose",
    )
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

    def lanes(self, _moves: Sequence[bool], x: Array) -> Array:
        rank = x.ndim - 1
        order = range(rank)[::-1] if self.axes is None else self.axes
        return np.transpose(x, (0, *(axis % rank + 1 for axis in order)))

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

    def code(self, x: Term) -> Code:
        return {
            "torch": f"{x}.permute({self._order(x)})",
            "jax": call("jnp.transpose", x, axes=self.axes),
            **({} if x.shape else {"micrograd": str(x)}),
        }

    def onnx(self, nodes: OnnxNodes, x: Term) -> str:
        return nodes.node("Transpose", x, perm=self._order(x) or None)

    def _order(self, x: Term) -> tuple[int, ...]:
        """The new order of the axes, each counted from the front."""
        rank = len(x.shape)
        return tuple(axis % rank for axis in (range(rank)[::-1] if self.axes is None else self.axes))


class _Reshaping(Layer, abstract=True):
    """The same elements in the same order, in the shape that ``shape`` works out."""

    kept = ("shape",)
    keeps_doc = "Its input's shape alone: backward puts the upstream gradient into it."

    def forward(self, x: Value) -> Value:
        self._shape = shape_of(x)
        return as_value(np.reshape(x, self.shape(self._shape)))

    def lanes(self, _moves: Sequence[bool], x: Array) -> Array:
        return x.reshape(len(x), *self.shape(x.shape[1:]))

    def backward(self, upstream: Value) -> tuple[Value | None, ...]:
        return (as_value(np.reshape(upstream, self._shape)),)

    def written_partials(self, inputs: Sequence[Operand], output: Operand) -> tuple[Operand, ...]:
        return (1.0,)  # A number stays itself.

    def code(self, x: Term) -> Code:
        shape = self.shape(x.shape)
        return {
            "torch": f"torch.reshape({x}, {shape})",
            "jax": f"jnp.reshape({x}, {shape})",
            **({} if x.shape or shape else {"micrograd": str(x)}),
        }

    def onnx(self, nodes: OnnxNodes, x: Term) -> str:
        return nodes.node("Reshape", x, nodes.constant(np.array(self.shape(x.shape), dtype=np.int64)))


class Reshape(_Reshaping):
    """The same elements in another shape, of which one length may be −1, to be worked out."""

    symbol = "reshape"
    spellings = ("numpy.reshape", "torch.reshape", "jax.numpy.reshape", ".reshape", ".view")
    samples = (
        at([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], shape=[3, 2]),
        at([[1.0, 2.0], [3.0, 4.0]]),
        at(2.0),
    )
    value_latex = r"\operatorname{reshape}\left(X\right)"
    partials_latex = (_RESHAPED,)

    def __init__(self, *, shape: Shape = (-1,)) -> None:
        self.target = shape

    def shape(self, x: Shape) -> Shape:
        known = size_of(tuple(length for length in self.target if length != -1))
        unknown = self.target.count(-1)
        fits = known > 0 and (size_of(x) == known if unknown == 0 else unknown == 1 and size_of(x) % known == 0)
        if not fits or any(length < -1 for length in self.target):
            raise LayerError(f"{size_of(x)} elements of shape {format_shape(x)} do not fit {list(self.target)}")
        return tuple(size_of(x) // known if length == -1 else length for length in self.target)

    def code(self, x: Term) -> Code:
        return {
            "torch": f"torch.reshape({x}, {self.target})",
            "jax": f"jnp.reshape({x}, {self.target})",
            **({} if x.shape or self.target else {"micrograd": str(x)}),
        }

    def onnx(self, nodes: OnnxNodes, x: Term) -> str:
        return nodes.node("Reshape", x, nodes.constant(np.array(self.target, dtype=np.int64)))


class Flatten(_Reshaping):
    """All axes from ``start`` on as one: (2, 3, 4) becomes (24,), and (2, 12) from axis 1 on.

    A number becomes a vector of one. ``torch.nn.Flatten`` starts at axis 1 where nothing is said, this at 0.
    """

    symbol = "flatten"
    spellings = ("torch.flatten", ".flatten", "numpy.ravel", ".ravel", "jax.numpy.ravel")
    samples = (
        at([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),
        at([[[1.0, 2.0]], [[3.0, 4.0]]], start=1),
        at([[[1.0, 2.0]], [[3.0, 4.0]]], start=-2),
        at(2.0),
    )
    value_latex = r"\operatorname{flatten}\left(X\right)"
    partials_latex = (_RESHAPED,)

    def __init__(self, *, start: int = 0) -> None:
        self.start = start

    def shape(self, x: Shape) -> Shape:
        start = one_axis(self.start, x or (1,))
        return (*x[:start], size_of(x[start:]))

    def code(self, x: Term) -> Code:
        return {**super().code(x), "torch": call("torch.flatten", x, start_dim=self.start or None)}


class Squeeze(_Reshaping):
    """The input without its axes of length 1: all of them, or those of ``axis``."""

    symbol = "squeeze"
    spellings = ("numpy.squeeze", ".squeeze", "torch.squeeze", "jax.numpy.squeeze")
    samples = (
        at([[[1.0], [2.0]]]),
        at([[[1.0], [2.0]]], axis=-1),
        at([[[1.0], [2.0]]], axis=[0, 2]),
        at([[3.0]]),
        at(2.0),
    )
    value_latex = r"\operatorname{squeeze}\left(X\right)"
    partials_latex = (_RESHAPED,)

    def __init__(self, *, axis: Axis = None) -> None:
        self.axis = axis

    def shape(self, x: Shape) -> Shape:
        if self.axis is None:
            return tuple(length for length in x if length != 1)
        axes = several_axes(self.axis, x)
        if long := [axis for axis in axes if x[axis] != 1]:
            raise LayerError(f"axis {long[0]} of a {format_shape(x)} input has length {x[long[0]]}, and not 1")
        return tuple(length for axis, length in enumerate(x) if axis not in axes)

    def code(self, x: Term) -> Code:
        return {
            **super().code(x),
            "torch": call("torch.squeeze", x, dim=self.axis),
            "jax": call("jnp.squeeze", x, axis=self.axis),
        }


class ExpandDims(_Reshaping):
    """The input with new axes of length 1, which stand at ``axis`` in the result."""

    symbol = "+axis"
    aliases = ("unsqueeze",)
    spellings = ("numpy.expand_dims", "torch.unsqueeze", ".unsqueeze", "jax.numpy.expand_dims")
    samples = (
        at([1.0, 2.0]),
        at([1.0, 2.0], axis=-1),
        at([[1.0, 2.0], [3.0, 4.0]], axis=[0, 2]),
        at(2.0),
    )
    value_latex = r"\operatorname{expand}\left(X\right)"
    partials_latex = (_RESHAPED,)

    def __init__(self, *, axis: Axis = 0) -> None:
        self.axis = axis

    def shape(self, x: Shape) -> Shape:
        if self.axis is None:
            raise LayerError("axis says where the new axis goes, and can't be left out")
        axes = new_axes(self.axis, x)
        lengths = iter(x)
        return tuple(1 if axis in axes else next(lengths) for axis in range(len(x) + len(axes)))

    def code(self, x: Term) -> Code:
        torch = {"torch": f"torch.unsqueeze({x}, {self.axis})"} if isinstance(self.axis, int) else {}
        return {**super().code(x), **torch, "jax": f"jnp.expand_dims({x}, {self.axis})"}


class BroadcastTo(Layer):
    """The input copied along axes until it has ``shape``, by NumPy's rules. Backward sums over the copies."""

    symbol = "copies"
    spellings = ("numpy.broadcast_to", "torch.broadcast_to", ".expand", "jax.numpy.broadcast_to")
    samples = (
        at([1.0, 2.0], shape=[3, 2]),
        at([[1.0], [2.0]], shape=[2, 2, 3]),
        at(2.0, shape=[2, 2]),
        at(2.0),
    )
    value_latex = r"y_{ij} = x_j"
    partials_latex = (r"\sum_{\text{copies}} \text{upstream}",)
    kept = ("shape",)
    keeps_doc = "Its input's shape alone: backward sums the upstream gradient to it."

    def __init__(self, *, shape: Shape = ()) -> None:
        self.target = shape

    def forward(self, x: Value) -> Value:
        self._shape = shape_of(x)
        return as_value(np.broadcast_to(x, self.target))

    def lanes(self, _moves: Sequence[bool], x: Array) -> Array:
        return np.broadcast_to(aligned(x, len(self.target)), (len(x), *self.target))

    def backward(self, upstream: Value) -> tuple[Value | None, ...]:
        return (unbroadcast(upstream, self._shape),)

    def slips(self, upstream: Value) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        for slip, share in unsummed(upstream, self._shape):
            yield slip, (share,)

    def written_partials(self, inputs: Sequence[Operand], output: Operand) -> tuple[Operand, ...]:
        return (1.0,)  # A number that stays one.

    def shape(self, x: Shape) -> Shape:
        try:
            fits = broadcast_shapes(x, self.target) == self.target and all(length > 0 for length in self.target)
        except ValueError:
            fits = False
        if not fits:
            raise LayerError(f"a {format_shape(x)} input does not broadcast to {format_shape(self.target)}")
        return self.target

    def code(self, x: Term) -> Code:
        return {
            "torch": f"torch.broadcast_to({x}, {self.target})",
            "jax": f"jnp.broadcast_to({x}, {self.target})",
            **({} if self.target else {"micrograd": str(x)}),
        }

    def onnx(self, nodes: OnnxNodes, x: Term) -> str:
        return nodes.node("Expand", x, nodes.constant(np.array(self.target, dtype=np.int64)))


class Tile(Layer):
    """The whole input laid side by side, along each axis as often as ``repeats`` says. Backward sums over the copies.

    The repeats belong to the last axes; where there are more of them than axes, the input is given axes in front.
    """

    symbol = "tile"
    spellings = ("numpy.tile", "torch.tile", ".tile", "jax.numpy.tile")
    samples = (
        at([1.0, 2.0], repeats=[3]),
        at([[1.0, 2.0], [3.0, 4.0]], repeats=[2, 3]),
        at([[1.0, 2.0], [3.0, 4.0]], repeats=[2]),
        at([1.0, 2.0], repeats=[2, 1]),
        at(2.0, repeats=[2]),
        at(2.0),
    )
    value_latex = r"\left[X \;\; X \;\; \cdots\right]"
    partials_latex = (r"\sum_{\text{copies}} \text{upstream}",)
    kept = ("shape",)
    keeps_doc = "Its input's shape alone: backward sums the upstream gradient's copies of it."

    def __init__(self, *, repeats: Shape = ()) -> None:
        self.repeats = repeats

    def forward(self, x: Value) -> Value:
        self._shape = shape_of(x)
        return as_value(np.tile(x, self.repeats))

    def backward(self, upstream: Value) -> tuple[Value | None, ...]:
        pairs = self._pairs(self._shape)
        apart = np.reshape(upstream, [length for pair in pairs for length in pair])
        total = np.sum(apart, axis=tuple(range(0, 2 * len(pairs), 2)))
        return (as_value(np.reshape(total, self._shape)),)

    def written_partials(self, inputs: Sequence[Operand], output: Operand) -> tuple[Operand, ...]:
        return (1.0,)  # A number that stays one.

    def shape(self, x: Shape) -> Shape:
        if any(repeat < 1 for repeat in self.repeats):
            raise LayerError(f"repeats {list(self.repeats)}: each is 1 or more")
        return tuple(repeat * length for repeat, length in self._pairs(x))

    def _pairs(self, x: Shape) -> list[tuple[int, int]]:
        """How often each axis of the result repeats which length."""
        rank = max(len(x), len(self.repeats))
        repeats = (1,) * (rank - len(self.repeats)) + self.repeats
        return list(zip(repeats, (1,) * (rank - len(x)) + x, strict=True))

    def code(self, x: Term) -> Code:
        return {
            "torch": f"torch.tile({x}, {self.repeats})",
            "jax": f"jnp.tile({x}, {self.repeats})",
            **({} if x.shape or self.repeats else {"micrograd": str(x)}),
        }

    def onnx(self, nodes: OnnxNodes, x: Term) -> str:
        repeats, lengths = zip(*self._pairs(x.shape), strict=True) if x.shape or self.repeats else ((), ())
        lifted = nodes.node("Reshape", x, nodes.constant(np.array(lengths, dtype=np.int64)))
        return nodes.node("Tile", lifted, nodes.constant(np.array(repeats, dtype=np.int64))) if repeats else lifted


class StopGradient(Layer):
    """The input as it is. Nothing flows back: what stands before it counts as given."""

    symbol = "stop"
    spellings = ("jax.lax.stop_gradient", ".detach")
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

    def code(self, x: Term) -> Code:
        return {
            "torch": f"{x}.detach()",
            "jax": f"jax.lax.stop_gradient({x})",
            **({} if x.shape else {"micrograd": f"Value({x}.data)"}),
        }

    def onnx(self, nodes: OnnxNodes, x: Term) -> str:
        return nodes.node("Identity", x)
