"""What looks through windows, written in the code of other libraries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.core.spelling import OnnxNodes, Term
from app.core.tensor import Shape
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


def onnx_single(nodes: OnnxNodes, operator: str, *inputs: Term | str, **attributes: Any) -> str:
    """A node of an operator that ONNX Runtime computes in single precision alone, between casts.

    Gathering windows and multiplying matrices would keep all digits, but nobody would find their convolution again:
    what is exported is for other programs to run, draw and make faster, which know it by its name, and models are in
    single precision nearly everywhere.
    """
    given = [nodes.node("Cast", x, to=np.dtype(np.float32)) for x in inputs]
    return nodes.node("Cast", nodes.node(operator, *given, **attributes), to=np.dtype(np.float64))


def onnx_ends(ends: Sequence[tuple[int, int]]) -> list[int]:
    """All padding as ONNX takes it: before each axis, then after each."""
    return [end for side in zip(*ends, strict=True) for end in side]


def reshaped(nodes: OnnxNodes, x: Term | str, shape: Shape) -> str:
    """ONNX's Reshape, unless the shape is that already."""
    if isinstance(x, Term) and x.shape == shape:
        return str(x)
    return nodes.node("Reshape", x, nodes.constant(np.array(shape, dtype=np.int64)))
