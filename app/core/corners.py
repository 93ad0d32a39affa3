"""Nodes that stand exactly on a corner of theirs, found by moving each node's own inputs both ways.

The slopes of the output on the two sides can agree although nodes on the way have no derivative: the two ReLUs of
relu(x) − relu(−x) do so at 0. Backpropagation takes one of many values at each, and need not find the common slope.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from app.core.bundle import Bundle, Places, fill_lanes, taken_in_lanes
from app.core.moving import Moving, part
from app.core.plan import Step
from app.core.tensor import Array

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


def corners(bundle: Bundle, places: Places, steps: Array) -> dict[int, list[Corner]]:
    """By the place of an element, the nodes that stand on a corner along the way on which a step of its leads.

    Where a function is smooth, the bend between a step ahead and its mirror image shrinks with the step; where it has
    a corner at this very point, it stays.
    """
    found: dict[int, list[Corner]] = {int(place): [] for place in places}
    for chosen in bundle.parts(np.arange(len(places))):
        for place, corner in _corners(bundle, places[chosen], steps[chosen]):
            found[place].append(corner)
    return found


def _corners(bundle: Bundle, places: Places, steps: Array) -> list[tuple[int, Corner]]:
    evaluation = bundle.dependence.evaluation
    # In a lane each: ahead and back, and with a finer step ahead and back.
    by = np.concatenate([steps, -steps, steps / _RATIO, -steps / _RATIO])
    way, moved = bundle.reach(places).steps, bundle.moved(np.tile(places, 4), by)
    found = []
    with np.errstate(all="ignore"):
        fill_lanes(bundle.dependence, way, moved)
        for step in way:
            gradient = evaluation.gradients[step.slot]
            bends = None if gradient is None else _bends(bundle, step, moved, np.abs(by))
            if bends is None:
                continue
            ahead, behind, finer_ahead, finer_behind = np.split(bends.values, 4)
            coarse, fine = np.maximum(ahead, behind), np.maximum(finer_ahead, finer_behind)
            stays = np.where((fine > 0.0) & (fine > 0.5 * coarse), fine, 0.0)
            reaches = _over_lanes(np.abs(part(np.asarray(gradient), bends.where)) * stays).sum(axis=1) / 2
            found += [
                (int(places[lane]), Corner(evaluation.name(step.slot), float(reaches[lane])))
                for lane in np.flatnonzero(reaches > 0.0)
            ]
    return found


def _bends(bundle: Bundle, step: Step, moved: dict[int, Moving], by: Array) -> Moving | None:
    """How far each element's one-sided slopes are apart; 0 where rounding or a gentle curve explains it."""
    evaluation = bundle.dependence.evaluation
    value = evaluation.values[step.slot]
    went = taken_in_lanes(evaluation, step, moved)
    mirrored = [x.mirrored() if isinstance(x, Moving) else x for x in went]
    ahead, behind = step.make().through(went, value), step.make().through(mirrored, value)
    bend = np.abs(ahead.gain + behind.gain)
    if not bend.any():
        return None
    run = np.max([_most(x.gain) for x in went if isinstance(x, Moving)], axis=0)
    rise = np.maximum(_most(ahead.gain), _most(behind.gain))
    size = max(float(np.max(np.abs(evaluation.values[source]))) for source in step.inputs)
    noise = _ROUNDING * (
        float(np.max(np.abs(value))) + np.divide(size * rise, run, out=np.zeros_like(run), where=run > 0)
    )
    lanes = (-1, *(1,) * (bend.ndim - 1))
    explained = (noise + _SMALLEST * rise).reshape(lanes)
    return Moving(value, ahead.where, np.where(bend > explained, bend, 0.0) / by.reshape(lanes))


def _most(lanes: Array) -> Array:
    """The largest size in each lane."""
    most: Array = _over_lanes(np.abs(lanes)).max(axis=1)
    return most


def _over_lanes(lanes: Array) -> Array:
    rows: Array = lanes.reshape(len(lanes), -1)
    return rows
