"""What slides over axes as JAX says it: one convolution for all kinds, and windows that are reduced."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from app.core.layer import Layer
from app.core.ops.arithmetic import Mul
from app.core.ops.conv import Correlate1d, Correlate2d, CorrelateTranspose2d
from app.core.ops.parts import Slice
from app.core.ops.pool import AvgPool1d, AvgPool2d, MaxPool1d, MaxPool2d
from app.core.ops.shape import Reshape, Transpose
from app.core.tensor import Shape, size_of
from app.core.windows_code import one_length
from app.formats.python.call import Call, Meaning
from app.formats.python.reading import Reading, shape_held
from app.formats.python.values import Dotted, Held

_Pairs: TypeAlias = Sequence[tuple[int, int]]
_CONVOLUTIONS: Final[dict[int, type[Layer]]] = {1: Correlate1d, 2: Correlate2d}
_ORDERS: Final = (None, ("NCH", "OIH", "NCH"), ("NCHW", "OIHW", "NCHW"))
"""Of axes, as JAX names them: the only one that is read, which it takes where nothing is said."""
_LARGEST: Final[dict[int, type[Layer]]] = {1: MaxPool1d, 2: MaxPool2d}
_MEANS: Final[dict[int, type[Layer]]] = {1: AvgPool1d, 2: AvgPool2d}


def _convolution(read: Reading, call: Call) -> Held:
    """Batch and channels first. An input with zeros between its elements makes it a transposed convolution."""
    place = call.place
    image, kernel = (read.tensor(place, call.get(n, name)) for n, name in enumerate(("lhs", "rhs")))
    lengths, sizes = shape_held(image)[2:], shape_held(kernel)[2:]
    op = _CONVOLUTIONS.get(len(lengths))
    if op is None or len(sizes) != len(lengths) or call.get(6, "dimension_numbers") not in _ORDERS:
        detail = "a convolution over one or two axes stands here, of (batch, channels, …) and (out, in, …)"
        raise read.fault(place, detail, "shape-mismatch")
    stride = _numbers(read, call, 2, "window_strides", len(sizes))
    apart = _numbers(read, call, 4, "lhs_dilation", len(sizes))
    dilation = _numbers(read, call, 5, "rhs_dilation", len(sizes))
    groups = read.whole(place, call.get(7, "feature_group_count", 1))
    reach = [distance * (size - 1) for distance, size in zip(dilation, sizes, strict=True)]
    spread = [step * (length - 1) + 1 for step, length in zip(apart, lengths, strict=True)]
    ends = _ends(read, call, 3, list(zip(spread, [more + 1 for more in reach], stride, strict=True)))
    settings: dict[str, Any] = {"dilation": one_length(dilation), "groups": groups}
    if set(apart) == {1}:
        return read.combine(place, op, [image, kernel], settings | _laid(stride, ends))
    if op is not Correlate2d or set(stride) != {1}:
        raise read.fault(place, "zeros between an image's elements stand here with a window_strides of 1, over a plane")
    turned = _turned(read, call, kernel, groups)
    # The convolution's padding is what the kernel's reach leaves of it; a negative rest makes the result larger.
    before = [far - end for far, (end, _) in zip(reach, ends, strict=True)]
    after = [far - end for far, (_, end) in zip(reach, ends, strict=True)]
    settings["output_padding"] = [max(-rest, 0) for rest in after]
    pairs = [(start, max(rest, 0)) for start, rest in zip(before, after, strict=True)]
    return read.combine(place, CorrelateTranspose2d, [image, turned], settings | _laid(apart, pairs))


def _turned(read: Reading, call: Call, kernel: Held, groups: int) -> Held:
    """The kernel of a convolution as that of the transposed one: turned around, in and out exchanged in each group."""
    place, shape = call.place, shape_held(kernel)
    if groups < 1 or shape[0] % groups:
        raise read.fault(place, "the channels must divide into feature_group_count groups", "shape-mismatch")
    each, taken = shape[0] // groups, shape[1]
    flipped = read.combine(place, Slice, [kernel], {"index": ", ".join(["..."] + ["::-1"] * len(shape[2:]))})
    apart = read.combine(place, Reshape, [flipped], {"shape": [groups, each, taken, *shape[2:]]})
    axes = [0, 2, 1, *range(3, len(shape) + 1)]
    exchanged = read.combine(place, Transpose, [apart], {"axes": axes})
    return read.combine(place, Reshape, [exchanged], {"shape": [groups * taken, each, *shape[2:]]})


def _reduced(read: Reading, call: Call) -> Held:
    """The largest of each window, or the sum: that is its mean times how many it holds."""
    place = call.place
    image = read.tensor(place, call.get(0, "operand"))
    rank = len(shape_held(image))
    kernel = _numbers(read, call, 3, "window_dimensions", rank)
    stride = _numbers(read, call, 4, "window_strides", rank)
    ends = _ends(read, call, 5, list(zip(shape_held(image), kernel, stride, strict=True)))
    axes = 2 if rank > 1 and (kernel[-2], stride[-2], ends[-2]) != (1, 1, (0, 0)) else 1
    if {*kernel[:-axes], *stride[:-axes]} - {1} or any(pair != (0, 0) for pair in ends[:-axes]):
        raise read.fault(place, "windows lie over the last axis or the last two here", "shape-mismatch")
    settings = {"kernel": one_length(kernel[-axes:]), **_laid(stride[-axes:], ends[-axes:])}
    if call.get(2, "computation") == Dotted("jax.lax.max"):
        return read.combine(place, _LARGEST[axes], [image], settings)
    if call.get(2, "computation") != Dotted("jax.lax.add") or read.number(call.get(1, "init_value")) != 0.0:
        raise read.fault(place, "a window is reduced by jax.lax.max, or from 0 by jax.lax.add")
    mean = read.combine(place, _MEANS[axes], [image], settings)
    return read.combine(place, Mul, [mean, float(size_of(tuple(kernel)))])


def _numbers(read: Reading, call: Call, number: int, name: str, count: int) -> tuple[int, ...]:
    """A whole number from 1 on for each axis; 1 where none are given."""
    given = call.get(number, name)
    lengths = (1,) * count if given is None else read.shape(call.place, [given])
    if len(lengths) != count:
        raise read.fault(call.place, f"“{name}” has a number for each of {count} axes", "shape-mismatch")
    return lengths


def _ends(read: Reading, call: Call, number: int, axes: Sequence[tuple[int, int, int]]) -> _Pairs:
    """The padding before and after each axis, of which length, window and stride are given."""
    given: Any = read.plain(call.place, call.get(number, "padding"))
    if given == "VALID":
        return [(0, 0)] * len(axes)
    if given == "SAME":
        total = [max((-(-length // step) - 1) * step + window - length, 0) for length, window, step in axes]
        return [(more // 2, more - more // 2) for more in total]
    pairs = given if isinstance(given, tuple) else ()
    if len(pairs) != len(axes) or not all(isinstance(pair, tuple) and len(pair) == 2 for pair in pairs):
        raise read.fault(call.place, "the padding is a pair for each axis, “VALID” or “SAME”", "shape-mismatch")
    return [(read.whole(call.place, start), read.whole(call.place, end)) for start, end in pairs]


def _laid(stride: Shape, ends: _Pairs) -> dict[str, Any]:
    """How windows lie, as our ops take it: all padding before, then all after."""
    return {
        "stride": one_length(stride),
        "padding": one_length([end for side in zip(*ends, strict=True) for end in side]),
    }


MEANINGS: Final[dict[str, Meaning]] = {
    "jax.lax.conv": _convolution,
    "jax.lax.conv_general_dilated": _convolution,
    "jax.lax.reduce_window": _reduced,
}
"""By full name."""
