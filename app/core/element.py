"""One element of a tensor, by its place on each axis."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.core.errors import Fault, GraphError
from app.core.tensor import Shape, format_shape


def element_of(shape: Shape, index: Sequence[int] | None, owner: str, node: str) -> int:
    """The flat number of the element at ``index``, which a number does without; ``owner`` is what has the shape.

    Raises :class:`GraphError` where there is no such element.
    """
    given = tuple(index or ())
    if len(given) == len(shape) and all(0 <= place < length for place, length in zip(given, shape, strict=True)):
        return int(np.ravel_multi_index(given, shape)) if shape else 0
    code = "index-out-of-range"
    if shape and not given:
        code, detail = "missing-index", f"{owner} has shape {format_shape(shape)}: an index says which of its elements"
    elif not shape:
        detail = f"{owner} is a number, which has no index"
    elif len(given) != len(shape):
        detail = f"{owner} has shape {format_shape(shape)}, and its index {len(shape)} numbers, not {len(given)}"
    else:
        detail = f"{owner} has shape {format_shape(shape)}: the index, which counts from 0, lies outside of it"
    raise GraphError([Fault(code, detail, node=node, pointer="/index")])


def index_of(shape: Shape, element: int) -> tuple[int, ...]:
    """The place on each axis of the element with this flat number."""
    return tuple(int(place) for place in np.unravel_index(element, shape))
