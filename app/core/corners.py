"""Nodes that stand exactly on a corner of theirs, found by moving each node's own inputs both ways.

The slopes of the output on the two sides can agree although nodes on the way have no derivative: the two ReLUs of
relu(x) − relu(−x) do so at 0. Backpropagation takes one of many values at each, and need not find the common slope.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.core.response import Response
from app.core.tensor import Array, Value

_RATIO: Final = 256.0
_ROUNDING: Final = 100 * float(np.finfo(np.float64).eps)
_SMALLEST: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Corner:
    """A node on its corner, as sentences call it.

    ``reach`` is how far its choice of a derivative may take the leaf's gradient either way.
    """

    node: str
    reach: float


def corners(response: Response, at: float, place: Callable[[float], Value], step: float) -> list[Corner]:
    """The nodes that stand on a corner along the way of a leaf's element, which ``place`` moves from ``at``.

    Where a function is smooth, the bend between a step ahead and its mirror image shrinks with the step; where it has
    a corner at this very point, it stays.
    """
    evaluation = response.evaluation
    coarse = _bends(response, at, place, step)
    found = []
    for slot, fine in _bends(response, at, place, step / _RATIO).items():
        gradient = evaluation.gradients[slot]
        stays = (fine > 0.0) & (fine > 0.5 * coarse[slot])
        if gradient is not None and stays.any():
            reach = float(np.sum(np.abs(gradient) * np.where(stays, fine, 0.0))) / 2
            if reach > 0.0:
                found.append(Corner(evaluation.name(slot), reach))
    return found


def _bends(response: Response, at: float, place: Callable[[float], Value], step: float) -> dict[int, Array]:
    """By slot, how far each element's one-sided slopes are apart; 0 where rounding or a gentle curve explains it."""
    with np.errstate(all="ignore"):
        ahead, behind = [_bends_along(response, response.moved(place(at + way)), step) for way in (step, -step)]
        return {slot: np.maximum(ahead[slot], behind[slot]) for slot in ahead}


def _bends_along(response: Response, moved: dict[int, Value], step: float) -> dict[int, Array]:
    bends = {}
    values = response.evaluation.values
    for node in response.steps:
        here = np.asarray(values[node.slot])
        stood = [np.asarray(value) for value in response.taken(node, {})]
        went = [np.asarray(value) for value in response.taken(node, moved)]
        mirrored = [np.float64(2 * a - b) if a.ndim == 0 else 2 * a - b for a, b in zip(stood, went, strict=True)]
        ahead = np.asarray(moved[node.slot])
        behind = np.asarray(node.make().forward(*mirrored))
        bend = np.abs(ahead - 2 * here + behind)
        if not bend.any():
            bends[node.slot] = bend
            continue
        run = max(float(np.max(np.abs(b - a))) for a, b in zip(stood, went, strict=True))
        rise = float(np.max(np.maximum(np.abs(ahead - here), np.abs(behind - here))))
        size = max(float(np.max(np.abs(value))) for value in stood)
        noise = _ROUNDING * (float(np.max(np.abs(here))) + (size * rise / run if run else 0.0))
        bends[node.slot] = np.where(bend > noise + _SMALLEST * rise, bend, 0.0) / step
    return bends
