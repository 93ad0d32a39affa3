"""Ops that put tensors together and take them apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from app.core.axes import new_axes, one_axis
from app.core.elementary import Operand
from app.core.errors import LayerError
from app.core.index import by_axis, indexed_shape, read_index
from app.core.layer import Layer, at
from app.core.params import Index, Pairs
from app.core.slips.catalogue import USES_OVERWRITTEN, Slip
from app.core.spelling import Code, OnnxNodes, Term
from app.core.tensor import Array, Shape, Value, as_value, format_shape, shape_of

_TABLE = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]


class Concat(Layer):
    """Any number of tensors one after the other along an axis. Backward cuts the upstream gradient at the seams.

    The shapes are alike but for the length along ``axis``. Source: ``numpy.concatenate``.
    """

    symbol = "concat"
    aliases = ("concatenate", "cat")
    spellings = ("numpy.concatenate", "numpy.concat", "torch.cat", "torch.concat", "jax.numpy.concatenate")
    samples = (
        at([1.0, 2.0], [3.0], [4.0, 5.0, 6.0]),
        at(_TABLE, [[7.0, 8.0]]),
        at([[1.0], [2.0]], [[3.0, 4.0], [5.0, 6.0]], axis=-1),
        at([1.0, 2.0]),
    )
    value_latex = r"\left[x_1 \;\; x_2 \;\; \cdots\right]"
    partials_latex = (r"\text{upstream, the part of } x",)
    kept = ("lengths",)
    keeps_doc = "How long each input is along the axis: there backward cuts the upstream gradient."

    def __init__(self, *, axis: int = 0) -> None:
        self.axis = axis

    def forward(self, *x: Array) -> Value:
        self._lengths = tuple(part.shape[self.axis] for part in x)
        return np.concatenate(x, axis=self.axis)

    def backward(self, upstream: Array) -> tuple[Value | None, ...]:
        seams = np.cumsum(self._lengths[:-1], dtype=int)
        return tuple(np.split(upstream, seams, axis=self.axis))

    def shape(self, *x: Shape) -> Shape:
        first = x[0]
        axis = one_axis(self.axis, first)
        for other in x[1:]:
            if len(other) != len(first) or _without(other, axis) != _without(first, axis):
                raise LayerError(
                    f"shapes {format_shape(first)} and {format_shape(other)} can't be joined along axis {self.axis}: "
                    "all other lengths must be the same"
                )
        return (*first[:axis], sum(shape[axis] for shape in x), *first[axis + 1 :])

    def code(self, *x: Term) -> Code:
        listed = f"[{', '.join(map(str, x))}]"
        return {
            "torch": f"torch.cat({listed}, dim={self.axis})",
            "jax": f"jnp.concatenate({listed}, axis={self.axis})",
        }

    def onnx(self, nodes: OnnxNodes, *x: Term) -> str:
        return nodes.node("Concat", *x, axis=self.axis)


class Stack(Layer):
    """Any number of tensors of one shape side by side along a new axis, which stands at ``axis`` in the result."""

    symbol = "stack"
    spellings = ("numpy.stack", "torch.stack", "jax.numpy.stack")
    samples = (at(1.0, 2.0, 3.0), at([1.0, 2.0], [3.0, 4.0]), at([1.0, 2.0], [3.0, 4.0], axis=-1), at([1.0, 2.0]))
    value_latex = r"\left[x_1 \;\; x_2 \;\; \cdots\right]"
    partials_latex = (r"\text{upstream, the part of } x",)
    keeps_doc = "Nothing: along its axis the upstream gradient has one part for each input."

    def __init__(self, *, axis: int = 0) -> None:
        self.axis = axis

    def forward(self, *x: Value) -> Value:
        return np.stack(x, axis=self.axis)

    def backward(self, upstream: Array) -> tuple[Value | None, ...]:
        return tuple(map(as_value, np.moveaxis(upstream, self.axis, 0)))

    def shape(self, *x: Shape) -> Shape:
        first = x[0]
        (axis,) = new_axes(self.axis, first)
        for other in x[1:]:
            if other != first:
                raise LayerError(f"shapes {format_shape(first)} and {format_shape(other)} can't be stacked: not alike")
        return (*first[:axis], len(x), *first[axis:])

    def code(self, *x: Term) -> Code:
        listed = f"[{', '.join(map(str, x))}]"
        return {"torch": f"torch.stack({listed}, dim={self.axis})", "jax": f"jnp.stack({listed}, axis={self.axis})"}

    def onnx(self, nodes: OnnxNodes, *x: Term) -> str:
        (axis,) = new_axes(self.axis, x[0].shape)
        place = nodes.constant(np.array([axis], dtype=np.int64))
        return nodes.node("Concat", *[nodes.node("Unsqueeze", part, place) for part in x], axis=axis)


class Slice(Layer):
    """What ``x[...]`` takes of a tensor. Backward puts the upstream gradient in its place, among zeros.

    ``index`` is Python's, with whole numbers, slices and one ellipsis: ``0, 1:3``, ``..., ::-1``. A whole number drops
    its axis. Nothing else of NumPy's indexing is taken.
    """

    symbol = "x[ ]"
    spellings = ("[]",)
    samples = (
        at(_TABLE, index="1:, 0"),
        at(_TABLE, index="::-2"),
        at(_TABLE, index="..., -1"),
        at([1.0, 2.0, 3.0, 4.0], index="-3:-1"),
        at([1.0, 2.0, 3.0], index="1"),
        at(_TABLE),
        at(2.0),
    )
    value_latex = r"X_{\text{index}}"
    partials_latex = (r"\text{upstream where } X \text{ was taken, else } 0",)
    kept = ("shape",)
    keeps_doc = "Its input's shape alone: backward puts the upstream gradient into zeros of that shape."

    def __init__(self, *, index: Index = "...") -> None:
        self.index = read_index(index)

    def forward(self, x: Value) -> Value:
        self._shape = shape_of(x)
        return as_value(np.asarray(x)[by_axis(self.index, self._shape)])

    def backward(self, upstream: Value) -> tuple[Value | None, ...]:
        gradient = np.zeros(self._shape)
        gradient[by_axis(self.index, self._shape)] = upstream
        return (as_value(gradient),)

    def written_partials(self, inputs: Sequence[Operand], output: Operand) -> tuple[Operand, ...]:
        return (1.0,)  # Of a number only the whole can be taken.

    def shape(self, x: Shape) -> Shape:
        return indexed_shape(self.index, x)

    def code(self, x: Term) -> Code:
        parts = by_axis(self.index, x.shape)
        taken = f"[{', '.join(map(_part_text, parts))}]" if parts else ""
        # PyTorch doesn't step backwards: what is taken forwards is turned.
        kept = [part for part in parts if isinstance(part, slice)]
        turned = [axis for axis, part in enumerate(kept) if (part.step or 1) < 0]
        ahead = [
            _turned(part, length) if isinstance(part, slice) and (part.step or 1) < 0 else part
            for part, length in zip(parts, x.shape, strict=True)
        ]
        torch = f"{x}[{', '.join(map(_part_text, ahead))}]" if parts else str(x)
        return {
            "torch": torch + (f".flip({turned})" if turned else ""),
            "jax": f"{x}{taken}",
            **({} if x.shape else {"micrograd": str(x)}),
        }

    def onnx(self, nodes: OnnxNodes, x: Term) -> str:
        parts, taken, dropped = by_axis(self.index, x.shape), str(x), []
        for axis, (part, length) in enumerate(zip(parts, x.shape, strict=True)):
            if isinstance(part, int):
                place = range(length)[part]
                bounds = (place, place + 1, 1)
                dropped.append(axis)
            else:
                start, stop, step = part.indices(length)
                # Before the first element: −1 would be the last one.
                bounds = (start, stop if stop >= 0 else -length - 1, step)
            if bounds != (0, length, 1):
                begin, end, apart, along = (nodes.constant(np.array([number])) for number in (*bounds, axis))
                taken = nodes.node("Slice", taken, begin, end, along, apart)
        if dropped:
            taken = nodes.node("Squeeze", taken, nodes.constant(np.array(dropped, dtype=np.int64)))
        return taken


class Gather(Layer):
    """The entries of ``x`` along an axis that ``indices`` name, in their order and as often as they name them.

    Shapes: ``x`` (a, n, b), along axis 1, and ``indices`` (k, m) give (a, k, m, b). Indices are whole numbers from −n
    to n − 1 and ask for no gradient; an entry that is taken several times gathers its shares. Source: ``numpy.take``.
    """

    symbol = "gather"
    aliases = ("take",)
    spellings = ("numpy.take", "jax.numpy.take")
    labels = frozenset({"indices"})
    samples = (
        at(_TABLE, [2.0, 0.0, 2.0]),
        at(_TABLE, [[1.0, -1.0], [0.0, 1.0]], axis=-1),
        at(_TABLE, 1.0),
        at([1.0, 2.0, 3.0], 2.0),
        at([1.0, 2.0, 3.0], [0.0, 0.0]),
    )
    value_latex = r"y_k = x_{i_k}"
    partials_latex = (r"\sum_{k \,:\, i_k = j} \text{upstream}_k", "0")
    kept = ("shape", "indices")
    keeps_doc = "Its input's shape and the indices: they say where each part of the upstream gradient is added."

    def __init__(self, *, axis: int = 0) -> None:
        self.axis = axis

    def forward(self, x: Array, indices: Value) -> Value:
        self._shape = x.shape
        self._indices = _whole(indices, -x.shape[self.axis], x.shape[self.axis])
        return as_value(np.take(x, self._indices, axis=self.axis))

    def backward(self, upstream: Value) -> tuple[Value | None, ...]:
        gradient, entries, parts = self._apart(upstream)
        np.add.at(entries, self._indices, parts)
        return gradient, None

    def slips(self, upstream: Value) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        gradient, entries, parts = self._apart(upstream)
        entries[self._indices] = parts
        yield USES_OVERWRITTEN, (gradient, None)

    def _apart(self, upstream: Value) -> tuple[Array, Array, Array]:
        """Zeros in the input's shape, the same with the entries as first axis, and what each index is sent back."""
        gradient, rank = np.zeros(self._shape), self._indices.ndim
        axis = one_axis(self.axis, self._shape)
        parts = np.moveaxis(np.asarray(upstream), range(axis, axis + rank), range(rank))
        return gradient, np.moveaxis(gradient, axis, 0), parts

    def shape(self, x: Shape, indices: Shape) -> Shape:
        axis = one_axis(self.axis, x)
        return (*x[:axis], *indices, *x[axis + 1 :])

    def code(self, x: Term, indices: Term) -> Code:
        before = ":, " * one_axis(self.axis, x.shape)
        return {
            "torch": f"{x}[{before}{indices}.long()]",
            "jax": f"jnp.take({x}, {indices}.astype(int), axis={self.axis})",
        }

    def onnx(self, nodes: OnnxNodes, x: Term, indices: Term) -> str:
        return nodes.node("Gather", x, nodes.node("Cast", indices, to=np.dtype(np.int64)), axis=self.axis)


class Embedding(Layer):
    """A row of the table ``w`` for each class number. A row that is taken several times gathers its shares.

    Shapes: ``w`` (n, d) and ``indices`` (k, m) give (k, m, d); indices are whole numbers from 0 to n − 1 and ask for no
    gradient. Source: ``torch.nn.functional.embedding``.
    """

    symbol = "embed"
    labels = frozenset({"indices"})
    samples = (at(_TABLE, [2.0, 0.0, 2.0]), at(_TABLE, [[1.0, 1.0], [0.0, 2.0]]), at(_TABLE, 1.0))
    value_latex = r"y_k = W_{i_k}"
    partials_latex = (r"\sum_{k \,:\, i_k = j} \text{upstream}_k", "0")
    kept = ("shape", "indices")
    keeps_doc = "The table's shape and the indices: they say to which row each part of the upstream gradient is added."

    def forward(self, w: Array, indices: Value) -> Value:
        self._shape = w.shape
        self._indices = _whole(indices, 0, w.shape[0])
        return w[self._indices]

    def backward(self, upstream: Array) -> tuple[Value | None, ...]:
        gradient = np.zeros(self._shape)
        np.add.at(gradient, self._indices, upstream)
        return gradient, None

    def slips(self, upstream: Array) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        gradient = np.zeros(self._shape)
        gradient[self._indices] = upstream
        yield USES_OVERWRITTEN, (gradient, None)

    def shape(self, w: Shape, indices: Shape) -> Shape:
        if len(w) != 2:
            raise LayerError(f"the table is a matrix, a row a class; its shape is {format_shape(w)}")
        return (*indices, w[1])

    def code(self, w: Term, indices: Term) -> Code:
        return {
            "torch": f"torch.nn.functional.embedding({indices}.long(), {w})",
            "jax": f"{w}[{indices}.astype(int)]",
        }

    def onnx(self, nodes: OnnxNodes, w: Term, indices: Term) -> str:
        return nodes.node("Gather", w, nodes.node("Cast", indices, to=np.dtype(np.int64)))


class Pad(Layer):
    """The input with a border of ``value`` around it. Backward cuts the border off.

    ``widths`` has a pair for each axis: how wide the border is before and after. Without any nothing is added.
    """

    symbol = "pad"
    spellings = ("numpy.pad", "jax.numpy.pad")
    samples = (
        at([1.0, 2.0], widths=[[1, 2]]),
        at([[1.0, 2.0], [3.0, 4.0]], widths=[[0, 1], [2, 0]], value=-1.5),
        at([1.0, 2.0]),
        at(2.0),
    )
    value_latex = r"\operatorname{pad}\left(X\right)"
    partials_latex = (r"\text{upstream without its border}",)
    kept = ("shape",)
    keeps_doc = "Its input's shape alone: with the widths it says where the input lies in the result."

    def __init__(self, *, widths: Pairs = (), value: float = 0.0) -> None:
        self.widths = widths
        self.value = value

    def forward(self, x: Value) -> Value:
        self._shape = shape_of(x)
        result = np.full(self.shape(self._shape), self.value)
        result[self._inside()] = x
        return as_value(result)

    def backward(self, upstream: Value) -> tuple[Value | None, ...]:
        return (as_value(np.asarray(upstream)[self._inside()]),)

    def written_partials(self, inputs: Sequence[Operand], output: Operand) -> tuple[Operand, ...]:
        return (1.0,)  # A number has no axis to be widened.

    def shape(self, x: Shape) -> Shape:
        if any(width < 0 for pair in self.widths for width in pair):
            raise LayerError("a border's widths are 0 or more: slice takes away")
        if self.widths and len(self.widths) != len(x):
            raise LayerError(f"widths for {len(self.widths)} axes do not fit a {format_shape(x)} input")
        return tuple(before + length + after for (before, after), length in zip(self._widths(x), x, strict=True))

    def _widths(self, shape: Shape) -> Pairs:
        return self.widths or ((0, 0),) * len(shape)

    def _inside(self) -> tuple[slice, ...]:
        pairs = zip(self._widths(self._shape), self._shape, strict=True)
        return tuple(slice(before, before + length) for (before, _), length in pairs)

    def code(self, x: Term) -> Code:
        if not self.widths:
            return {"torch": str(x), "jax": str(x), **({} if x.shape else {"micrograd": str(x)})}
        widths = tuple(width for pair in reversed(self.widths) for width in pair)
        return {
            "torch": f"torch.nn.functional.pad({x}, {widths}, value={self.value!r})",
            "jax": f"jnp.pad({x}, {self.widths}, constant_values={self.value!r})",
        }

    def onnx(self, nodes: OnnxNodes, x: Term) -> str:
        if not self.widths:
            return nodes.node("Identity", x)
        before, after = zip(*self.widths, strict=True)
        widths = nodes.constant(np.array([*before, *after], dtype=np.int64))
        return nodes.node("Pad", x, widths, nodes.constant(np.float64(self.value)))


def _without(shape: Shape, axis: int) -> Shape:
    return shape[:axis] + shape[axis + 1 :]


def _whole(indices: Value, least: int, end: int) -> NDArray[np.intp]:
    """Indices as NumPy takes them; ``LayerError`` where one isn't a whole number from ``least`` to before ``end``."""
    given = np.asarray(indices)
    if not np.all((given >= least) & (given < end) & (given == np.floor(given))):
        raise LayerError(f"indices are whole numbers from {least} to {end - 1}")
    return given.astype(np.intp)


def _part_text(part: int | slice) -> str:
    """A part of an index as it stands between brackets."""
    if isinstance(part, int):
        return str(part)
    start, stop, step = ("" if number is None else str(number) for number in (part.start, part.stop, part.step))
    return f"{start}:{stop}:{step}" if step else f"{start}:{stop}"


def _turned(part: slice, length: int) -> slice:
    """The same elements as a slice that steps backwards, in the other order."""
    places = range(length)[part]
    return slice(places[-1], places[0] + 1, -places.step)
