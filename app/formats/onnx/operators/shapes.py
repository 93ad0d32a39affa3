"""Operators that move elements, and those that tell of shapes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.core.ops.arithmetic import Mul
from app.core.ops.parts import Concat, Gather, Pad, Slice
from app.core.ops.shape import BroadcastTo, Reshape, Tile, Transpose
from app.core.tensor import size_of
from app.formats.onnx.operators.registry import Call, axis_of, operator
from app.formats.onnx.values import Known, Tensor, UnreadError, known


def reshaped(call: Call, tensor: Tensor, shape: Sequence[int]) -> Tensor:
    """A tensor in another shape; the tensor itself where that is its own."""
    return tensor if tuple(shape) == tensor.shape else call.add(Reshape, tensor, shape=list(shape))


@operator("Shape")
def shape(call: Call) -> Tensor:
    """A tensor's lengths, which are known now."""
    lengths = call[0].shape[call.attribute("start", 0) : call.attribute("end")]
    return Known("", np.array(lengths, np.int64))


@operator("Size")
def size(call: Call) -> Tensor:
    """How many elements a tensor has."""
    return Known("", np.array(size_of(call[0].shape), np.int64))


@operator("Reshape")
def reshape(call: Call) -> Tensor:
    """Another shape; 0 stands for the length that was there."""
    x = call[0]
    target = call.setting("shape", 1, 5) or []
    if not call.attribute("allowzero", 0):
        if any(length == 0 and place >= len(x.shape) for place, length in enumerate(target)):
            raise UnreadError("it keeps the length of an axis that isn't there")
        target = [length or x.shape[place] for place, length in enumerate(target)]
    return reshaped(call, x, target)


@operator("Flatten")
def flatten(call: Call) -> Tensor:
    """Two axes: all those before one, and all from it on."""
    x = call[0]
    axis = axis_of(call.attribute("axis", 1), x.shape)
    return reshaped(call, x, [size_of(x.shape[:axis]), size_of(x.shape[axis:])])


@operator("Transpose")
def transpose(call: Call) -> Tensor:
    """Axes in another order."""
    order = call.attribute("perm")
    return call.add(Transpose, call[0], **({} if order is None else {"axes": list(order)}))


@operator("Squeeze")
def squeeze(call: Call) -> Tensor:
    """Without axes of length 1."""
    x = call[0]
    axes = call.setting("axes", 1, 13)
    gone = {place for place, n in enumerate(x.shape) if n == 1} if axes is None else {axis_of(a, x.shape) for a in axes}
    return reshaped(call, x, [length for place, length in enumerate(x.shape) if place not in gone])


@operator("Unsqueeze")
def unsqueeze(call: Call) -> Tensor:
    """With new axes of length 1."""
    x = call[0]
    axes = call.setting("axes", 1, 13) or []
    rank = len(x.shape) + len(axes)
    new = {axis + rank if axis < 0 else axis for axis in axes}
    lengths = iter(x.shape)
    return reshaped(call, x, [1 if place in new else next(lengths) for place in range(rank)])


@operator("Concat")
def concat(call: Call) -> Tensor:
    """Tensors joined along an axis."""
    tensors = [call[place] for place in range(len(call.inputs))]
    return tensors[0] if len(tensors) == 1 else call.add(Concat, *tensors, axis=int(call.attribute("axis", 1)))


@operator("Split")
def split(call: Call) -> list[Tensor]:
    """Pieces along an axis: as long as it says, or equally long as far as that goes."""
    x = call[0]
    axis = axis_of(call.attribute("axis", 0), x.shape)
    lengths = call.setting("split", 1, 13)
    if lengths is None:
        count = call.attribute("num_outputs", call.outputs)
        each = -(-x.shape[axis] // count)
        lengths = [min(each, x.shape[axis] - each * place) for place in range(count)]
    ends = np.cumsum(lengths).tolist()
    return [_cut(call, x, {axis: slice(end - length, end)}) for length, end in zip(lengths, ends, strict=True)]


def _cut(call: Call, x: Tensor, slices: dict[int, slice]) -> Tensor:
    """What slices take of some axes."""
    parts = [slices.get(axis, slice(None)) for axis in range(len(x.shape))]
    if all(part.indices(length) == (0, length, 1) for part, length in zip(parts, x.shape, strict=True)):
        return x
    return call.add(Slice, x, index=", ".join(_slice_text(part, n) for part, n in zip(parts, x.shape, strict=True)))


def _slice_text(part: slice, length: int) -> str:
    """A slice as it is written in brackets."""
    start, stop, step = part.indices(length)
    if (start, stop, step) == (0, length, 1):
        return ":"
    end = "" if stop < 0 else str(stop)
    return f"{start}:{end}" + (f":{step}" if step != 1 else "")


@operator("Slice")
def cut(call: Call) -> Tensor:
    """A part of some axes."""
    x = call[0]
    starts, ends = call.setting("starts", 1, 10) or [], call.setting("ends", 2, 10) or []
    axes = call.setting("axes", 3, 10) or list(range(len(starts)))
    steps = call.setting("steps", 4, 10) or [1] * len(starts)
    slices = {
        axis_of(axis, x.shape): _bounded(start, end, step)
        for axis, start, end, step in zip(axes, starts, ends, steps, strict=True)
    }
    return _cut(call, x, slices)


def _bounded(start: int, end: int, step: int) -> slice:
    """A slice whose end may be far beyond either end of the axis, as ONNX says "all of it"."""
    return slice(start, None if step < 0 and end < -(2**30) else end, step)


@operator("Gather")
def gather(call: Call) -> Tensor:
    """Entries of an axis by their numbers."""
    x, indices = call[0], call[1]
    axis = axis_of(call.attribute("axis", 0), x.shape)
    if isinstance(indices, Known) and not indices.shape:
        place = int(indices.array)
        piece = _cut(call, x, {axis: slice(place, place + 1 or None)})
        return reshaped(call, piece, [*x.shape[:axis], *x.shape[axis + 1 :]])
    return call.add(Gather, x, indices, axis=axis)


@operator("Expand")
def expand(call: Call) -> Tensor:
    """Copies along axes of length 1, or along new ones."""
    x = call[0]
    target = np.broadcast_shapes(x.shape, tuple(known(call[1], "shape").integers()))
    return x if target == x.shape else call.add(BroadcastTo, x, shape=list(target))


@operator("Tile")
def tile(call: Call) -> Tensor:
    """Copies side by side."""
    return call.add(Tile, call[0], repeats=known(call[1], "repeats").integers())


@operator("Pad")
def pad(call: Call) -> Tensor:
    """A border of one number."""
    x = call[0]
    if call.attribute("mode", b"constant") != b"constant":
        raise UnreadError("its border isn't one number")
    pads = call.setting("pads", 1, 11) or []
    value = call.scalar("value" if call.opset < 11 else "constant_value", 2, 11, 0.0)
    given = call.given(3)
    axes = range(len(x.shape)) if given is None else [axis_of(a, x.shape) for a in known(given, "axes").integers()]
    half = len(pads) // 2
    widths = [[0, 0] for _ in x.shape]
    for axis, before, after in zip(axes, pads[:half], pads[half:], strict=True):
        widths[axis] = [before, after]
    if min(pads, default=0) < 0:
        raise UnreadError("it cuts with a border below 0")
    return call.add(Pad, x, widths=widths, value=value)


@operator("DepthToSpace")
def depth_to_space(call: Call) -> Tensor:
    """Channels laid out as a finer plane."""
    x, block = call[0], int(call.attribute("blocksize"))
    n, channels, height, width = x.shape
    rest = channels // block**2
    columns_first = call.attribute("mode", b"DCR") == b"DCR"
    shape = [n, block, block, rest, height, width] if columns_first else [n, rest, block, block, height, width]
    axes = [0, 3, 4, 1, 5, 2] if columns_first else [0, 1, 4, 2, 5, 3]
    apart = call.add(Transpose, reshaped(call, x, shape), axes=axes)
    return reshaped(call, apart, [n, rest, height * block, width * block])


@operator("SpaceToDepth")
def space_to_depth(call: Call) -> Tensor:
    """A plane folded into channels."""
    x, block = call[0], int(call.attribute("blocksize"))
    if call.attribute("mode", b"DCR") != b"DCR":
        raise UnreadError("it keeps a channel's elements together")
    n, channels, height, width = x.shape
    apart = reshaped(call, x, [n, channels, height // block, block, width // block, block])
    folded = call.add(Transpose, apart, axes=[0, 3, 5, 1, 2, 4])
    return reshaped(call, folded, [n, channels * block**2, height // block, width // block])


@operator("Resize", "Upsample")
def resize(call: Call) -> Tensor:
    """A plane whose elements are each repeated a whole number of times, which is what nearest neighbours come to."""
    x = call[0]
    if call.attribute("mode", b"nearest") != b"nearest":
        raise UnreadError("it blends neighbours")
    factors = _factors(call, x)
    if any(factor < 1 or factor != int(factor) for factor in factors):
        raise UnreadError("it doesn't enlarge by whole numbers")
    if call.opset > 10 and not _repeats(call):
        raise UnreadError("it rounds places in another way than by repeating elements")
    shape, wide = [], []
    for length, factor in zip(x.shape, map(int, factors), strict=True):
        shape += [length, 1] if factor > 1 else [length]
        wide += [length, factor] if factor > 1 else [length]
    copied = call.add(BroadcastTo, reshaped(call, x, shape), shape=wide) if wide != shape else x
    return reshaped(call, copied, [length * int(factor) for length, factor in zip(x.shape, factors, strict=True)])


def _repeats(call: Call) -> bool:
    """Whether nearest neighbours under these settings are the elements, each repeated."""
    placing = call.attribute("coordinate_transformation_mode", b"half_pixel")
    rounding = call.attribute("nearest_mode", b"round_prefer_floor")
    if placing == b"asymmetric":
        return bool(rounding == b"floor")
    return bool(placing in (b"half_pixel", b"half_pixel_symmetric", b"pytorch_half_pixel") and b"round" in rounding)


def _factors(call: Call, x: Tensor) -> list[float]:
    if call.opset < 9:
        return [float(scale) for scale in call.attribute("scales")]
    if call.opset < 11:
        return [float(scale) for scale in known(call[1], "scales").array]
    if call.attribute("axes") is not None:
        raise UnreadError("it names its axes")
    if (scales := call.given(2)) is not None and scales.shape != (0,):
        return [float(scale) for scale in known(scales, "scales").array]
    sizes = known(call.given(3), "sizes").integers()
    return [size / length for size, length in zip(sizes, x.shape, strict=True)]


@operator("Trilu")
def trilu(call: Call) -> Tensor:
    """The elements above, or below, a diagonal; zeros elsewhere."""
    x = call[0]
    diagonal = 0 if call.given(1) is None else known(call[1], "diagonal").integers()[0]
    ones = np.ones(x.shape[-2:])
    mask = np.triu(ones, diagonal) if call.attribute("upper", 1) else np.tril(ones, diagonal)
    return call.add(Mul, x, Known("", mask.astype(bool)))
