"""What stands between the brackets of ``x[...]``: whole numbers, slices and one ellipsis, read from text."""

from __future__ import annotations

from types import EllipsisType
from typing import TypeAlias

from app.core.errors import LayerError
from app.core.tensor import Shape, format_shape

Part: TypeAlias = int | slice | EllipsisType
"""What is taken along one axis; an ellipsis stands for all axes that are left."""


def read_index(text: str) -> tuple[Part, ...]:
    """The parts of an index setting (:data:`app.core.params.Index`).

    Example:
        >>> read_index("0,1:3,...")
        (0, slice(1, 3, None), Ellipsis)
    """
    return tuple(_read_part(part) for part in text.split(","))


def _read_part(text: str) -> Part:
    if text == "...":
        return ...
    if ":" in text:
        return slice(*[int(number) if number else None for number in text.split(":")])
    return int(text)


def by_axis(parts: tuple[Part, ...], shape: Shape) -> tuple[int | slice, ...]:
    """One part for each axis of ``shape``, the axes that the index doesn't mention taken whole.

    ``LayerError`` where there are more parts than axes, or two ellipses.
    """
    named = len(parts) - parts.count(...)
    if named > len(shape):
        raise LayerError(f"the index has parts for {named} axes, and a {format_shape(shape)} input has {len(shape)}")
    if parts.count(...) > 1:
        raise LayerError("an index has one … at most: with two it isn't clear which axes each stands for")
    place = parts.index(...) if ... in parts else len(parts)
    whole = (slice(None),) * (len(shape) - named)
    return tuple(part for part in (*parts[:place], *whole, *parts[place + 1 :]) if not isinstance(part, EllipsisType))


def indexed_shape(parts: tuple[Part, ...], shape: Shape) -> Shape:
    """The shape of what an index takes of a tensor. ``LayerError`` where it takes nothing, or lies outside."""
    result: list[int] = []
    for axis, (part, length) in enumerate(zip(by_axis(parts, shape), shape, strict=True)):
        where = f"axis {axis} of a {format_shape(shape)} input"
        if isinstance(part, int):
            if not -length <= part < length:
                raise LayerError(f"index {part} lies outside of {where}: it goes from {-length} to {length - 1}")
            continue
        if part.step == 0:
            raise LayerError(f"a step of 0 along {where} leads nowhere")
        taken = len(range(*part.indices(length)))
        if taken == 0:
            raise LayerError(f"the slice {_shown(part)} takes nothing of {where}")
        result.append(taken)
    return tuple(result)


def _shown(part: slice) -> str:
    start, stop, step = ("" if number is None else str(number) for number in (part.start, part.stop, part.step))
    return f"{start}:{stop}:{step}" if step else f"{start}:{stop}"
