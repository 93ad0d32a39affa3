"""Slips where broadcasting copied an input forward and backward should sum over the copies."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from app.core.slips.catalogue import AVERAGED, NOT_SUMMED, ONE_COPY, Slip
from app.core.tensor import Shape, Value, size_of, unbroadcast


def unsummed(gradient: Value, shape: Shape) -> Iterator[tuple[Slip, Value]]:
    """What becomes of ``gradient``, that of all copies, where they aren't summed to the input's ``shape``."""
    if not isinstance(gradient, np.ndarray) or gradient.shape == shape:
        return
    yield NOT_SUMMED, gradient
    copies = gradient.size // size_of(shape)
    if copies == 1:
        return
    yield AVERAGED, unbroadcast(gradient, shape) / copies
    extra = gradient.ndim - len(shape)
    for copy in (0, -1):
        chosen = gradient[(copy,) * extra]
        for axis, length in enumerate(shape):
            if length == 1:
                chosen = np.take(chosen, [copy], axis=axis)
        yield ONE_COPY, chosen
