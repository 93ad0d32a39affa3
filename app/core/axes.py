"""Axes as settings name them: from the front, or with negative numbers from the back."""

from __future__ import annotations

from app.core.errors import LayerError
from app.core.tensor import Shape, format_shape


def from_the_back(axis: int, rank: int) -> int:
    """An axis counted from the back, which stays the same where axes are added in front."""
    return axis % rank - rank


def one_axis(axis: int, shape: Shape) -> int:
    """An axis of ``shape``, counted from the front. ``LayerError`` where there is no such axis."""
    if not -len(shape) <= axis < len(shape):
        raise LayerError(f"axis {axis} is not one of the axes of a {format_shape(shape)} input")
    return axis % len(shape)


def several_axes(axis: int | tuple[int, ...], shape: Shape) -> tuple[int, ...]:
    """Axes of ``shape``, counted from the front. ``LayerError`` where one isn't there, or is named twice."""
    given = axis if isinstance(axis, tuple) else (axis,)
    axes = tuple(one_axis(each, shape) for each in given)
    if len(set(axes)) < len(axes):
        raise LayerError(f"axis {axis} names an axis twice")
    return axes


def new_axes(axis: int | tuple[int, ...], shape: Shape) -> tuple[int, ...]:
    """Where axes of length 1 go among those of ``shape``, counted in the result. ``LayerError`` as above."""
    given = axis if isinstance(axis, tuple) else (axis,)
    rank = len(shape) + len(given)
    if any(not -rank <= each < rank for each in given):
        raise LayerError(f"a {format_shape(shape)} input has no place for a new axis {axis}: the result has {rank}")
    axes = tuple(each % rank for each in given)
    if len(set(axes)) < len(axes):
        raise LayerError(f"axis {axis} names an axis twice")
    return axes
