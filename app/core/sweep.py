"""The output and its gradient as one element of one leaf moves along a range."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from app.core.asked import dependents
from app.core.element import element_of
from app.core.errors import Fault, GraphError, unknown_node
from app.core.evaluate import Evaluation, leaf_values, run
from app.core.graph import Graph
from app.core.lanes import Columns, in_lanes, run_lanes
from app.core.plan import BOTH_WAYS, Plan, plan_for
from app.core.response import NODE_COST
from app.core.tensor import Array, Value, shape_of
from app.core.validate import Limits, over_budget

MIN_STEPS: Final = 2
MAX_STEPS: Final = 2_000
# A function of a number takes about ten operations.
_LANE_COST: Final = 10


@dataclass(frozen=True, slots=True)
class Tangent:
    """The point where the leaf stands now, and the slope there; the slope is None where nothing flows back."""

    x: float
    value: float
    slope: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """A curve, point by point. A tensor output is summed, as in the gradient check.

    ``gradient`` is ∂output/∂element at each ``x`` by backpropagation, None where nothing flows back.
    """

    input: str
    index: tuple[int, ...]
    output: str
    x: Array
    value: Array
    gradient: Array | None
    tangent: Tangent


def sweep(
    graph: Graph,
    leaf: str,
    start: float,
    stop: float,
    steps: int,
    *,
    index: Sequence[int] | None = None,
    output: str | None = None,
    limits: Limits | None = None,
) -> Sweep:
    """Evaluate a graph both ways at ``steps`` evenly spaced values of a leaf, both ends among them.

    ``index`` says which element of a tensor moves. Where all that depends on a number is scalar and elementwise, the
    points are computed side by side in one pass. Raises :class:`GraphError`.
    """
    limits = limits or Limits()
    plan = plan_for(graph, output, limits)
    faults = list(_range_faults(start, stop, steps))
    place = _place(plan, graph, leaf, faults)
    slot = plan.leaves[place][0]
    element = element_of(plan.shapes[slot], index, graph.name(leaf), leaf)
    moved = dependents(plan, [slot])
    side_by_side = in_lanes(plan, moved)
    _afford(plan, moved, steps, limits, side_by_side=side_by_side)
    leaves = leaf_values(plan, graph)
    xs = np.linspace(start, stop, steps)
    here = run(plan, leaves, called=graph.name)
    if side_by_side:
        columns = run_lanes(here, slot, moved, xs)
    else:
        columns = _one_by_one(plan, leaves, place, element, xs, graph.name)
    return Sweep(
        leaf,
        tuple(index or ()),
        plan.ids[plan.output],
        xs,
        columns.values,
        columns.gradient,
        _tangent(here, slot, element),
    )


def _range_faults(start: float, stop: float, steps: int) -> Iterator[Fault]:
    if not math.isfinite(start) or not math.isfinite(stop):
        yield Fault("not-finite", "start and stop must be finite numbers", pointer="/start")
    elif start >= stop:
        yield Fault("bad-range", f"start, {start:g}, must be smaller than stop, {stop:g}", pointer="/start")
    elif not math.isfinite(stop - start):
        yield Fault("bad-range", "start and stop are farther apart than 1.797e308", pointer="/start")
    if not MIN_STEPS <= steps <= MAX_STEPS:
        yield Fault("bad-range", f"a sweep has {MIN_STEPS} to {MAX_STEPS:,} steps, not {steps:,}", pointer="/steps")


def _place(plan: Plan, graph: Graph, leaf: str, faults: list[Fault]) -> int:
    """The leaf's place among the plan's leaves; every fault at once where there is any."""
    places = plan.leaf_places()
    if leaf not in graph:
        faults.insert(0, unknown_node(leaf, "/input"))
    elif leaf not in places:
        detail = f"{graph.name(leaf)} is computed: only a leaf, which carries its value, can be moved"
        faults.insert(0, Fault("not-a-leaf", detail, node=leaf, pointer="/input"))
    if faults:
        raise GraphError(faults)
    return places[leaf]


def _afford(plan: Plan, moved: frozenset[int], steps: int, limits: Limits, *, side_by_side: bool) -> None:
    work = 0
    for step in plan.steps:
        if not side_by_side:
            work += steps * BOTH_WAYS * (NODE_COST + plan.work(step))
        elif step.slot in moved:
            work += BOTH_WAYS * NODE_COST + _LANE_COST * steps
    if work > limits.work:
        raise GraphError(
            [over_budget(f"operations in {steps:,} steps", limits.work, work, pointer="/steps", budget="work")]
        )


def _tangent(evaluation: Evaluation, slot: int, element: int) -> Tangent:
    x = float(np.ravel(evaluation.values[slot])[element])
    return Tangent(x, *_point(evaluation, slot, element))


def _point(evaluation: Evaluation, slot: int, element: int) -> tuple[float, float | None]:
    gradient = evaluation.gradients[slot]
    with np.errstate(all="ignore"):
        value = float(np.sum(evaluation.values[evaluation.plan.output]))
    return value, None if gradient is None else float(np.ravel(gradient)[element])


def _one_by_one(
    plan: Plan, leaves: Sequence[Value], place: int, element: int, xs: Array, called: Callable[[str], str]
) -> Columns:
    slot, given = plan.leaves[place][0], list(leaves)
    points = []
    for x in xs.tolist():
        given[place] = _with_element(leaves[place], element, x)
        try:
            points.append(_point(run(plan, given, called=called), slot, element))
        except GraphError as error:
            where = f"where {called(plan.ids[slot])} is {x:g}: "
            raise GraphError([replace(fault, detail=where + fault.detail) for fault in error.faults]) from None
    values, gradients = zip(*points, strict=True)
    flows = None not in gradients
    return Columns(np.array(values), np.array(gradients) if flows else None)


def _with_element(value: Value, element: int, x: float) -> Value:
    if not shape_of(value):
        return x
    moved = np.array(value)
    moved.flat[element] = x
    return moved
