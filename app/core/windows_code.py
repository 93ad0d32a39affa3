"""What looks through windows, written in the code of other libraries."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.core.spelling import OnnxNodes, Term
from app.core.tensor import Shape, size_of
from app.core.windows import Windows


def one_length(lengths: Sequence[int]) -> int | tuple[int, ...]:
    """A setting as a library takes it: one number where all axes have the same."""
    return lengths[0] if len(set(lengths)) == 1 else tuple(lengths)


def unless(usual: int, lengths: Sequence[int]) -> int | tuple[int, ...] | None:
    """The same; None where it is what the library takes anyway."""
    return None if set(lengths) == {usual} else one_length(lengths)


def widths(windows: Windows) -> list[tuple[int, int]]:
    """All padding of each axis, before and after; a pair each, as JAX takes it."""
    ends = zip(windows.before, windows.lengths, windows.padded, strict=True)
    return [(before, padded - length - before) for before, length, padded in ends]


def torch_widths(windows: Windows) -> tuple[int, ...]:
    """The same as PyTorch takes it, the last axis first."""
    return tuple(width for pair in reversed(widths(windows)) for width in pair)


def rounded_up(windows: Windows) -> bool:
    """Whether a last window reaches past the padding that was asked for."""
    return [after for _, after in widths(windows)] != list(windows.after)


def gathered(windows: Windows) -> NDArray[np.intp]:
    """Which element of the lengths each place of each window holds: (places, windows).

    The element behind the last one stands for the padding.
    """
    size = size_of(windows.lengths)
    places = windows.gather(np.arange(float(size)).reshape(windows.lengths), float(size))
    return places.reshape(size_of(windows.kernel), size_of(windows.counts)).astype(np.intp)


def spread(windows: Windows) -> NDArray[np.intp]:
    """Which window each place of it adds to each element of the lengths: (places, elements).

    The window behind the last one stands for none.
    """
    size, count = size_of(windows.lengths), size_of(windows.counts)
    found = np.full((size_of(windows.kernel), size + 1), count)
    np.put_along_axis(found, gathered(windows), np.arange(count)[np.newaxis, :], axis=1)
    return found[:, :size]


def onnx_taken(nodes: OnnxNodes, x: Term, stack: Shape, index: NDArray[np.intp], fill: float) -> str:
    """Elements by their places along all but the stacked axes, with ``fill`` behind the last: (stack, index)."""
    length = size_of(x.shape) // size_of(stack)
    flat = reshaped(nodes, x, (*stack, length))
    if index.max() == length:
        flat = nodes.node("Concat", flat, nodes.constant(np.full((*stack, 1), fill)), axis=len(stack))
    return nodes.node("Gather", flat, nodes.constant(index.astype(np.int64)), axis=len(stack))


def reshaped(nodes: OnnxNodes, x: Term | str, shape: Shape) -> str:
    """ONNX's Reshape."""
    return nodes.node("Reshape", x, nodes.constant(np.array(shape, dtype=np.int64)))
