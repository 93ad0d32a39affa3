"""Windows that slide over the last axes of an array: what convolutions and poolings look through.

Going forward a window gathers elements; going back its gradient is added to the elements that it held. Both are loops
over the few places in a window, each a slice of all windows at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import Any, Final, TypeAlias

import numpy as np

from app.core.errors import LayerError
from app.core.tensor import Array, Shape, format_shape, size_of

Lengths: TypeAlias = int | tuple[int, ...]
"""One number for all axes, or one for each."""

_SLICE_COST: Final = 1_000
"""What one slice of all windows costs whatever its size, in floating-point operations."""


@dataclass(frozen=True, slots=True)
class Windows:
    """Where windows of ``kernel`` lie over axes of these ``lengths``; one number for each axis.

    ``before`` and ``after`` are the padding that was asked for; ``padded`` are the lengths with it, and with what a
    last window that was rounded up needs besides.
    """

    lengths: Shape
    kernel: Shape
    stride: Shape
    dilation: Shape
    before: Shape
    after: Shape
    padded: Shape
    counts: Shape
    """How many windows there are along each axis."""

    def scratch(self, stacked: int) -> int:
        """How many elements the padded array or the copy of all windows holds, over a stack of so many arrays."""
        return stacked * max(size_of(self.padded), size_of(self.kernel) * size_of(self.counts))

    def work(self, stacked: int) -> int:
        """About how many operations it takes to gather all windows over a stack of so many arrays."""
        return self.scratch(stacked) + _SLICE_COST * size_of(self.kernel)

    def gather(self, x: Array, fill: float = 0.0) -> Array:
        """All windows of ``x`` (…, lengths), with ``fill`` in the padding: (…, kernel, counts), a view."""
        padded = x
        if self.padded != self.lengths:
            padded = np.full((*x.shape[: -len(self.lengths)], *self.padded), fill)
            padded[self._inside()] = x
        axes = len(self.kernel)
        stack, along = padded.strides[:-axes], padded.strides[-axes:]
        within = [step * apart for step, apart in zip(along, self.dilation, strict=True)]
        between = [step * stride for step, stride in zip(along, self.stride, strict=True)]
        shape = (*x.shape[:-axes], *self.kernel, *self.counts)
        return np.lib.stride_tricks.as_strided(padded, shape, (*stack, *within, *between), writeable=False)

    def spread(self, windows: Array, *, overwrite: bool = False) -> Array:
        """What went into windows (…, kernel, counts), added up where they overlap: (…, lengths).

        With ``overwrite`` the last window wins, as for those who forget to add; NaN writes nothing.
        """
        total = np.zeros((*windows.shape[: -2 * len(self.kernel)], *self.padded))
        every = (slice(None),) * len(self.kernel)
        # Of the windows that hold an element, the last one holds it in the first of its places.
        slices = reversed(list(self._slices())) if overwrite else self._slices()
        for place, taken in slices:
            held, part = total[taken], windows[_last(*place, *every)]
            if overwrite:
                np.copyto(held, part, where=~np.isnan(part))
            else:
                np.add(held, part, out=held)
        inside: Array = total[self._inside()]
        return inside

    def sizes(self, *, padding: bool) -> Array:
        """How many elements each window holds, its padding counted or not: (counts)."""
        sizes = np.ones(())
        for axis, count in enumerate(self.counts):
            starts = np.arange(count) * self.stride[axis]
            first = 0 if padding else self.before[axis]
            last = self.before[axis] + self.lengths[axis] + (self.after[axis] if padding else 0)
            held = np.minimum(starts + self.kernel[axis], last) - np.maximum(starts, first)
            sizes = sizes[..., np.newaxis] * held
        return sizes

    def _slices(self) -> Iterator[tuple[Shape, tuple[Any, ...]]]:
        """Each place in a window, and where it lies in the padded array for all windows."""
        along = [
            [slice(at * apart, at * apart + step * (count - 1) + 1, step) for at in range(length)]
            for length, apart, step, count in zip(self.kernel, self.dilation, self.stride, self.counts, strict=True)
        ]
        for place, taken in zip(product(*map(range, self.kernel)), product(*along), strict=True):
            yield place, _last(*taken)

    def _inside(self) -> tuple[Any, ...]:
        """Where the array itself lies in the padded one."""
        return _last(*(slice(start, start + length) for start, length in zip(self.before, self.lengths, strict=True)))


@lru_cache(maxsize=4_096)
def lay_windows(
    lengths: Shape,
    kernel: Lengths,
    *,
    stride: Lengths = 1,
    padding: Lengths = 0,
    dilation: Lengths = 1,
    round_up: bool = False,
) -> Windows:
    """Windows over axes of these lengths.

    ``padding`` is one number, one for each axis, or all that come before and then all that come after. With
    ``round_up`` a last window may reach past the padding, if it starts before that. Raises :class:`LayerError` for
    settings out of range and where no window fits.
    """
    axes = len(lengths)
    kernel = _each("kernel", kernel, axes, least=1)
    stride = _each("stride", stride, axes, least=1)
    dilation = _each("dilation", dilation, axes, least=1)
    before, after = _ends(padding, axes)
    counts, padded = [], []
    for axis, length in enumerate(lengths):
        start, end = before[axis] + length, before[axis] + length + after[axis]
        room = end - _span(kernel[axis], dilation[axis])
        if room < 0:
            raise LayerError(
                f"a window of {format_shape(kernel)} does not fit into {format_shape(lengths)} "
                f"with padding {list(before + after)} and dilation {list(dilation)}"
            )
        last = room // stride[axis]
        if round_up and room % stride[axis] and (last + 1) * stride[axis] < start:
            last += 1
        counts.append(last + 1)
        padded.append(end + max(last * stride[axis] - room, 0))
    return Windows(lengths, kernel, stride, dilation, before, after, tuple(padded), tuple(counts))


def lay_windows_back(
    counts: Shape,
    kernel: Lengths,
    *,
    stride: Lengths = 1,
    padding: Lengths = 0,
    dilation: Lengths = 1,
    more: Lengths = 0,
) -> Windows:
    """The windows of which there are so many along each axis, over the shortest lengths that hold them, and ``more``.

    Raises :class:`LayerError` for settings out of range, and where padding would be all that there is.
    """
    axes = len(counts)
    kernel = _each("kernel", kernel, axes, least=1)
    steps = _each("stride", stride, axes, least=1)
    apart = _each("dilation", dilation, axes, least=1)
    before, after = _ends(padding, axes)
    beyond = _each("output_padding", more, axes, least=0)
    if any(extra >= step for extra, step in zip(beyond, steps, strict=True)):
        raise LayerError(f"output_padding {_shown(more)}: it is smaller than the stride, which is {_shown(stride)}")
    lengths = tuple(
        (count - 1) * steps[axis] + _span(kernel[axis], apart[axis]) - before[axis] - after[axis] + beyond[axis]
        for axis, count in enumerate(counts)
    )
    if min(lengths) < 1:
        raise LayerError(f"a padding of {_shown(padding)} leaves nothing of the result")
    return lay_windows(lengths, kernel, stride=stride, padding=padding, dilation=dilation)


def _ends(padding: Lengths, axes: int) -> tuple[Shape, Shape]:
    """The padding before and after, a number for each axis."""
    if isinstance(padding, int) or len(padding) != 2 * axes:
        same = _each("padding", padding, axes, least=0)
        return same, same
    return _each("padding", padding[:axes], axes, least=0), _each("padding", padding[axes:], axes, least=0)


def _last(*keys: int | slice) -> tuple[Any, ...]:
    """An index into the last axes."""
    return (..., *keys)


def _span(length: int, apart: int) -> int:
    """How far a window reaches whose elements lie so far apart."""
    return apart * (length - 1) + 1


def _each(name: str, given: Lengths, axes: int, least: int) -> Shape:
    """A setting as one number for each axis."""
    numbers = (given,) * axes if isinstance(given, int) else tuple(given)
    if len(numbers) != axes or min(numbers) < least:
        count = "a whole number" if axes == 1 else f"a whole number or {axes}"
        raise LayerError(f"{name} {_shown(given)}: it takes {count}, each at least {least}", setting=name)
    return numbers


def _shown(given: Lengths) -> str:
    return str(given if isinstance(given, int) else list(given))
