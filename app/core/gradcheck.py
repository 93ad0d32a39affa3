"""Backpropagation held against numerical differentiation, leaf by leaf and element by element."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Final

import numpy as np

from app.core.closeness import relative_errors
from app.core.corners import corners
from app.core.errorcurve import CurvePoint, error_curve, sample
from app.core.errors import Fault, GraphError
from app.core.evaluate import Evaluation, leaf_values, run, seed_of
from app.core.graph import Graph
from app.core.plan import Plan, plan_for
from app.core.probe import Probe
from app.core.response import Dependence
from app.core.sentences import listed
from app.core.slope import Slope, slope_at
from app.core.tensor import Array, Value, as_value
from app.core.validate import Limits, over_budget

EPSILON: Final = 1e-5
"""Default step: near the cube root of float64's precision, where truncation and rounding balance."""
_MAX_LOOKED: Final = 100
_CONSTANT: Final = "it is a constant, which asks for no gradient"
_NOTHING_FLOWS: Final = "nothing flows back to it: it does not reach the output, or only where a gradient is stopped"


@dataclass(frozen=True, slots=True, eq=False)
class LeafCheck:
    """One leaf's two gradients.

    ``relative_error`` is the largest over the elements, ``|a − n| / max(|a|, |n|)``, None where one isn't finite;
    ``elements`` holds it for each element of a tensor. The verdict is ``pass``, ``fail``, ``kink`` (the function, or a
    node on the way, has a corner here, so that no derivative exists; the gradient lies between the slopes of the two
    sides), ``non-finite``, or ``no-gradient``. What an op takes as a label, or a stopped gradient's input, is held
    still: backpropagation differentiates that function and no other.
    """

    backprop: Value | None
    numerical: Value | None
    relative_error: float | None
    verdict: str
    notes: tuple[str, ...]
    elements: Array | None = None


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long the one pass each way took, and all the differences."""

    backprop: float
    numerical: float


@dataclass(frozen=True, slots=True, eq=False)
class GradientCheck:
    """The result of a gradient check, by leaf, of the sum of the output's elements, each times its seed."""

    output: str
    epsilon: float
    leaves: dict[str, LeafCheck]
    seconds: Seconds
    curve: tuple[CurvePoint, ...] | None


def check(
    graph: Graph,
    *,
    output: str | None = None,
    wrt: Iterable[str] | None = None,
    epsilon: float = EPSILON,
    curve: bool = False,
    limits: Limits | None = None,
) -> GradientCheck:
    """Compare backpropagation with central differences for the leaves ``wrt``; all but constants where not given.

    ``epsilon`` is the step, relative where an element is larger than 1; where the two disagree, finer steps are tried
    before the gradient is judged. ``curve`` asks for the errors at many steps besides. What is differentiated is the
    output under the graph's seed. Raises :class:`GraphError`.
    """
    limits = limits or Limits()
    plan = plan_for(graph, output, limits)
    chosen = _chosen(plan, wrt)
    leaves = leaf_values(plan, graph)
    seed = seed_of(plan, graph)
    started = perf_counter()
    evaluation = run(plan, leaves, seed, graph.name)
    backprop_seconds = perf_counter() - started
    probes = _probes(plan, evaluation, leaves, chosen)
    work = _work(probes.values(), limits)
    followed = sample(probes, limits, work) if curve else None
    results: dict[str, LeafCheck] = {}
    started = perf_counter()
    for place in chosen:
        slot = plan.leaves[place][0]
        name = plan.ids[slot]
        if name in probes:
            results[name] = _check_leaf(probes[name], epsilon, _curve_notes(name, probes[name], followed))
        else:
            note = _CONSTANT if slot in plan.silent else _NOTHING_FLOWS
            results[name] = LeafCheck(None, None, None, "no-gradient", (note,))
    seconds = Seconds(backprop_seconds, perf_counter() - started)
    points = None if followed is None else error_curve(probes, followed)
    return GradientCheck(plan.ids[plan.output], epsilon, results, seconds, points)


def _chosen(plan: Plan, wrt: Iterable[str] | None) -> list[int]:
    places = plan.leaf_places()
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


def _probes(plan: Plan, evaluation: Evaluation, leaves: Sequence[Value], chosen: Iterable[int]) -> dict[str, Probe]:
    """The leaves that are given a gradient, by name."""
    dependence = Dependence(evaluation)
    probes: dict[str, Probe] = {}
    for place in chosen:
        slot = plan.leaves[place][0]
        gradient = evaluation.gradients[slot]
        if gradient is not None:
            probes[plan.ids[slot]] = Probe(dependence.of(slot), leaves[place], gradient)
    return probes


def _work(probes: Iterable[Probe], limits: Limits) -> int:
    """What moving every element both ways costs; a fault as soon as that is too much."""
    work = 0
    for probe in probes:
        work += 2 * probe.size * probe.response.cost
        if work > limits.work:
            raise GraphError([over_budget("operations to check the gradients", limits.work, work, budget="work")])
    return work


def _check_leaf(probe: Probe, epsilon: float, more: Iterable[str]) -> LeafCheck:
    gradients = probe.gradients
    steps = [probe.step(element, epsilon) for element in range(probe.size)]
    slopes = [
        slope_at(probe.line(element), step, gradient)
        for element, (step, gradient) in enumerate(zip(steps, gradients, strict=True))
    ]
    numerical = np.array([slope.slope for slope in slopes])
    shaped = as_value(numerical.reshape(probe.shape))
    errors = relative_errors(np.array(gradients), numerical)
    elements = errors.reshape(probe.shape) if probe.shape else None
    notes = [*_notes(probe, slopes, steps), *more]
    if not np.isfinite(errors).all():
        notes.insert(0, "a gradient here is not finite: see the warnings of the evaluation")
        return LeafCheck(probe.backprop, shaped, None, "non-finite", tuple(notes), elements)
    verdict, note = _judge(probe, slopes, steps)
    return LeafCheck(probe.backprop, shaped, float(errors.max()), verdict, (*note, *notes), elements)


def _judge(probe: Probe, slopes: Sequence[Slope], steps: Sequence[float]) -> tuple[str, tuple[str, ...]]:
    """The verdict on a leaf, and what there is to say of corners on the way of elements that don't agree."""
    apart = [element for element, slope in enumerate(slopes) if not slope.agrees(probe.gradients[element])]
    if not apart:
        return ("kink" if any(slope.kink for slope in slopes) else "pass"), ()
    nodes: dict[str, None] = {}
    looked = apart[:: -(-len(apart) // _MAX_LOOKED)]
    for element in looked:
        found = corners(probe.response, probe.at(element), partial(probe.moved, element), steps[element])
        if not slopes[element].agrees(probe.gradients[element], within=sum(corner.reach for corner in found)):
            return "fail", ()
        nodes.update((corner.node, None) for corner in found)
    left = len(apart) - len(looked)
    more = f" ({left:,} of the {len(apart):,} elements concerned weren't looked at for it)" if left else ""
    return "kink", (_corner_note(list(nodes)) + more,)


def _corner_note(nodes: Sequence[str]) -> str:
    stand, its = ("stand", "their corners") if len(nodes) > 1 else ("stands", "its corner")
    return f"kink: {listed(nodes)} {stand} exactly on {its}, where backpropagation takes one of many derivatives"


def _curve_notes(name: str, probe: Probe, followed: Mapping[str, Sequence[int]] | None) -> Iterator[str]:
    if followed is not None and len(followed[name]) < probe.size:
        yield f"the curve follows {len(followed[name]):,} of the {probe.size:,} elements, for its cost"


def _notes(probe: Probe, slopes: Sequence[Slope], steps: Sequence[float]) -> Iterator[str]:
    if any(slope.kink for slope in slopes):
        yield "kink: the slopes on the two sides differ, so that no derivative exists at this point"
    finer = [slope.step for slope, step in zip(slopes, steps, strict=True) if slope.step < step and not slope.kink]
    if finer:
        yield f"a finer step, down to {min(finer):.1e}, was used: a kink or a strong curve is close by"
    blurred = [slope.noise for slope, gradient in zip(slopes, probe.gradients, strict=True) if slope.blurs(gradient)]
    if blurred:
        yield f"rounding alone may move a numerical slope by {max(blurred):.1e} here: it can't be judged more closely"
    if any(slope.one_sided for slope in slopes):
        yield "only one side of this point has finite values: the slope is to that side"
    if held := probe.response.held:
        yield f"a gradient is stopped on purpose at {listed(held)}: what flows in there was held still"
