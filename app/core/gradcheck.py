"""Backpropagation held against numerical differentiation, leaf by leaf and element by element."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.core.errors import Fault, GraphError
from app.core.evaluate import forward, leaf_values, run
from app.core.graph import Graph
from app.core.plan import Plan, plan_for
from app.core.tensor import Value, as_value, size_of
from app.core.validate import Limits

EPSILON: Final = 1e-5
"""Default step: near the cube root of float64's precision, where truncation and rounding balance."""
_TOLERANCE: Final = 1e-5
_ROUNDING: Final = 20 * float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True, eq=False)
class LeafCheck:
    """One leaf's two gradients.

    ``relative_error`` is the largest over the elements, ``|a − n| / max(|a|, |n|)``. The verdict is ``pass``, ``fail``,
    ``kink`` (the function has a corner here, so that no derivative exists), ``non-finite``, or ``no-gradient``.
    """

    backprop: Value | None
    numerical: Value | None
    relative_error: float | None
    verdict: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class GradientCheck:
    """The result of a gradient check, by leaf. A tensor output is summed."""

    output: str
    epsilon: float
    leaves: dict[str, LeafCheck]


@dataclass(frozen=True, slots=True)
class _Slope:
    """A central difference at one element, how much rounding alone may move it, and whether there is a corner."""

    slope: float
    noise: float
    kink: bool


def check(
    graph: Graph,
    *,
    output: str | None = None,
    wrt: Iterable[str] | None = None,
    epsilon: float = EPSILON,
    limits: Limits | None = None,
) -> GradientCheck:
    """Compare backpropagation with central differences for the leaves ``wrt``; all but constants where not given.

    ``epsilon`` is the step, relative where an element is larger than 1. Raises :class:`GraphError`.
    """
    limits = limits or Limits()
    plan = plan_for(graph, output, limits)
    chosen = _chosen(plan, wrt)
    _check_budget(plan, chosen, limits)
    leaves = leaf_values(plan, graph)
    evaluation = run(plan, leaves)
    results: dict[str, LeafCheck] = {}
    for place in chosen:
        slot = plan.leaves[place][0]
        backprop = evaluation.gradients[slot]
        if backprop is None:
            note = "nothing flows back to it: it does not reach the output, or is a label"
            results[plan.ids[slot]] = LeafCheck(None, None, None, "no-gradient", (note,))
        else:
            results[plan.ids[slot]] = _check_leaf(plan, leaves, place, backprop, epsilon)
    return GradientCheck(plan.ids[plan.output], epsilon, results)


def _chosen(plan: Plan, wrt: Iterable[str] | None) -> list[int]:
    places = {plan.ids[slot]: place for place, (slot, _) in enumerate(plan.leaves)}
    if wrt is None:
        return [place for place, (slot, _) in enumerate(plan.leaves) if slot not in plan.silent]
    names = list(wrt)
    faults = [
        Fault("unknown-node", f"{name} is not a leaf of the graph", pointer=f"/wrt/{index}")
        for index, name in enumerate(names)
        if name not in places
    ]
    if faults:
        raise GraphError(faults)
    return [places[name] for name in names]


def _check_budget(plan: Plan, chosen: Sequence[int], limits: Limits) -> None:
    elements = sum(size_of(plan.shapes[plan.leaves[place][0]]) for place in chosen)
    one_run = sum(size_of(shape) for shape in plan.shapes)
    if (work := 2 * elements * one_run) > limits.work:
        detail = f"checking {elements:,} elements takes {work:,} operations, and the limit is {limits.work:,}"
        raise GraphError([Fault("budget-exceeded", detail, limit=limits.work, actual=work)])


def _check_leaf(plan: Plan, leaves: list[Value], place: int, backprop: Value, epsilon: float) -> LeafCheck:
    slopes = [_slope(plan, leaves, place, element, epsilon) for element in range(int(np.size(leaves[place])))]
    numerical = np.array([slope.slope for slope in slopes])
    ours = np.ravel(backprop)
    gap = np.abs(ours - numerical)
    scale = np.maximum(np.abs(ours), np.abs(numerical))
    noise = np.array([slope.noise for slope in slopes])
    relative = np.divide(gap, scale, out=np.zeros_like(gap), where=scale > 0.0)
    wrong = ~(gap <= _TOLERANCE * scale + noise)
    kinks = np.array([slope.kink for slope in slopes])
    notes = []
    if not np.isfinite(gap).all():
        verdict = "non-finite"
        notes.append("a gradient here is not finite: see the warnings of the evaluation")
    elif (wrong & ~kinks).any():
        verdict = "fail"
    else:
        verdict = "kink" if kinks.any() else "pass"
    if kinks.any():
        notes.append("kink: the slopes on the two sides differ, so that no derivative exists at this point")
    error = float(relative.max())
    shaped = as_value(numerical.reshape(np.shape(leaves[place])))
    return LeafCheck(backprop, shaped, error, verdict, tuple(notes))


def _slope(plan: Plan, leaves: list[Value], place: int, element: int, epsilon: float) -> _Slope:
    original = leaves[place]
    at = float(np.ravel(original)[element])

    def total(offset: float) -> float:
        moved: Value = at + offset
        if isinstance(original, np.ndarray):
            moved = original.copy()
            moved.flat[element] = at + offset
        value = forward(plan, [*leaves[:place], moved, *leaves[place + 1 :]])
        return float(np.sum(value))

    step = epsilon * max(1.0, abs(at))
    above, here, below = total(step), total(0.0), total(-step)
    slope = (above - below) / (2 * step)
    size = max(abs(above), abs(here), abs(below))
    noise = _ROUNDING * size / step
    bend = abs(above - 2 * here + below) / step
    kink = False
    if math.isfinite(bend) and bend > 100 * noise + 1e-3 * abs(slope):
        # The slopes of a smooth function close up as the step shrinks; those of a corner stay apart.
        near = step / 8
        kink = abs(total(near) - 2 * here + total(-near)) / near > 0.5 * bend
    return _Slope(slope, noise, kink)
