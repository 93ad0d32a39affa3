"""The health of a graph: whether gradients vanish, explode, stop or stop being numbers, where, and what helps."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.core.elementwise import Elementwise
from app.core.evaluate import Evaluation, leaf_values, run, seed_of
from app.core.flow import Flow, Way, magnitude
from app.core.fused import Fused, fused
from app.core.graph import Graph
from app.core.passes import NumericalWarning
from app.core.plan import plan_for
from app.core.sentences import listed
from app.core.tensor import all_finite
from app.core.units import SATURATED, Shut, shut
from app.core.validate import Limits

VANISHED: Final = 1e-4
EXPLODED: Final = 1e2
_LAYERS: Final = 5
_MANY_SAMPLES: Final = 8
"""Fewer switch a unit off by chance too often; and some units are off in any network, so that half of them count."""
_MOST_CURES: Final = 3
_LARGE: Final = 10_000
"""Nodes from which on one cure is looked for, since each is proven by running the whole graph."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or worth knowing.

    ``nodes`` are all that it concerns, the worst first: ``node`` is the first of them. ``severity`` is ``error``
    (numbers are lost), ``warning`` (training suffers) or ``info``. ``ratio``, ``steps`` and ``factor`` say by how much
    a gradient shrank or grew, in how many steps, and how much a step on average; ``units`` which units of a layer are
    meant, empty for all of them; ``op`` which op helps, ``formula`` how it is written, and ``repaired`` the graph with
    it in place of the pieces.
    """

    code: str
    node: str
    severity: str
    detail: str
    advice: str
    nodes: tuple[str, ...]
    ratio: float | None = None
    steps: int | None = None
    factor: float | None = None
    units: tuple[int, ...] = ()
    op: str | None = None
    formula: str | None = None
    repaired: Graph | None = None


@dataclass(frozen=True, slots=True)
class Depth:
    """The nodes at one distance from the output, by the longest way, and the largest sizes among them."""

    depth: int
    nodes: tuple[str, ...]
    gradient_size: float | None
    value_size: float


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found, the profile along the depth, and the size of each node's gradient (root mean square)."""

    output: str
    findings: tuple[Finding, ...]
    profile: tuple[Depth, ...]
    sizes: dict[str, float | None]


def diagnose(graph: Graph, *, output: str | None = None, limits: Limits | None = None) -> Diagnosis:
    """Run a graph and judge it.

    Gradients **vanish** where that of a leaf is smaller than 10⁻⁴ of the output's and **explode** where it is larger
    than 100 times it, followed on the way on which most of it came (:class:`app.core.flow.Way`). A network is ill and
    not a single op: at least 5 steps of the way must shrink (grow) it, and it must hold with the strongest step of
    either kind left out too, so that the sum over a large batch, or a price of 500, is no finding. That the sizes of
    gradients along the depth are what to look at is from Glorot & Bengio, *Understanding the difficulty of training
    deep feedforward neural networks* (2010), section 4.2; the two thresholds are a choice: with a usual learning rate
    of 0.01 a step then moves a parameter by less than a millionth, or by more than 1, as the output's gradient is 1.

    ``dead-relu`` and ``saturated`` are of :mod:`app.core.units`, ``zero-gradient`` names parameters that nothing
    reaches, and what isn't finite comes with the op that avoids it (:mod:`app.core.fused`). Raises
    :class:`GraphError` for a graph that can't run.
    """
    plan = plan_for(graph, output, limits)
    evaluation = run(plan, leaf_values(plan, graph), seed_of(plan, graph), graph.name)
    flow = Flow(evaluation)
    stops = flow.stops()
    findings = (
        *_not_finite(graph, evaluation),
        *_vanishing(flow),
        *_exploding(flow),
        *_shut(flow, stops),
        *_zero_gradients(flow, stops),
    )
    sizes = dict(zip(plan.ids, flow.sizes, strict=True))
    return Diagnosis(plan.ids[plan.output], findings, tuple(_profile(flow)), sizes)


def _profile(flow: Flow) -> Iterator[Depth]:
    plan, values = flow.evaluation.plan, flow.evaluation.values
    levels: dict[int, list[int]] = {}
    for slot, depth in enumerate(flow.depths):
        if depth is not None:
            levels.setdefault(depth, []).append(slot)
    for depth, slots in sorted(levels.items()):
        sizes = [size for slot in slots if (size := flow.sizes[slot]) is not None]
        yield Depth(
            depth,
            tuple(plan.ids[slot] for slot in slots),
            _largest(sizes) if sizes else None,
            _largest([magnitude(values[slot]) for slot in slots]),
        )


def _largest(sizes: list[float]) -> float:
    return math.nan if any(map(math.isnan, sizes)) else max(sizes)


def _vanishing(flow: Flow) -> Iterator[Finding]:
    ways = _leaf_ways(flow)
    ill = [
        slot
        for slot, way in ways.items()
        if way.shrinks >= _LAYERS and max(way.ratio, way.ratio / (way.drop * way.rise)) < VANISHED
    ]
    if not ill:
        return
    ill.sort(key=lambda slot: (flow.sizes[slot], ways[slot].ratio))
    ids, worst, way = flow.evaluation.plan.ids, ill[0], ways[ill[0]]
    factor = way.ratio ** (1.0 / way.shrinks)
    end, leaf = flow.evaluation.name(flow.evaluation.plan.output), flow.evaluation.name(worst)
    gone = ", where nothing is left of it in float64" if flow.sizes[worst] == 0.0 else ""
    yield Finding(
        "vanishing", ids[worst], "warning",
        f"on the way from {end} to {leaf} the gradient shrinks to {way.ratio:.3g} of its size{gone}: "
        f"{way.shrinks} steps make it smaller, to {factor:.2g} each on average{_gentle(flow, worst)}",
        "Take an activation whose slope reaches 1, start with weights as large as the number of inputs asks for "
        "(Glorot, He), normalise between the layers, or lead a way around them.",
        tuple(ids[slot] for slot in ill), way.ratio, way.shrinks, factor,
    )  # fmt: skip


def _gentle(flow: Flow, leaf: int) -> str:
    """Which activations on the way can't hand on the whole of a gradient, in words."""
    plan = flow.evaluation.plan
    ops = {plan.ops[slot] for slot in flow.way(leaf)}
    slopes = {op.symbol: op.steepest for op in ops if issubclass(op, Elementwise) and op.steepest is not None}
    listed = [f"; {symbol} hands on at most {slope:g} of it" for symbol, slope in sorted(slopes.items()) if slope < 1.0]
    return "".join(listed)


def _exploding(flow: Flow) -> Iterator[Finding]:
    ways = _leaf_ways(flow)
    ill = [
        slot
        for slot, way in ways.items()
        if way.grows >= _LAYERS and min(way.ratio, way.ratio / (way.drop * way.rise)) > EXPLODED
    ]
    if not ill:
        return
    ill.sort(key=lambda slot: -ways[slot].ratio)
    ids, worst, way = flow.evaluation.plan.ids, ill[0], ways[ill[0]]
    factor = way.ratio ** (1.0 / way.grows)
    end, leaf = flow.evaluation.name(flow.evaluation.plan.output), flow.evaluation.name(worst)
    yield Finding(
        "exploding", ids[worst], "warning",
        f"on the way from {end} to {leaf} the gradient grows to {way.ratio:.3g} times its size: "
        f"{way.grows} steps make it larger, {factor:.2g} times each on average",
        "Start with smaller weights (Glorot, He), normalise between the layers, or clip the gradient before a step.",
        tuple(ids[slot] for slot in ill), way.ratio, way.grows, factor,
    )  # fmt: skip


def _leaf_ways(flow: Flow) -> dict[int, Way]:
    """The ways to the leaves, as far as everything on them is a number."""
    return {slot: way for slot in flow.leaves() if (way := flow.ways[slot]) is not None and 0.0 < way.ratio < math.inf}


def _shut(flow: Flow, stops: dict[int, list[int]]) -> Iterator[Finding]:
    evaluation = flow.evaluation
    for step in evaluation.plan.steps:
        found = shut(evaluation, step.slot)
        if found is not None:
            yield _shut_finding(flow, step.slot, found, lost=step.slot in stops)


def _shut_finding(flow: Flow, slot: int, found: Shut, *, lost: bool) -> Finding:
    plan = flow.evaluation.plan
    node, name, op = plan.ids[slot], flow.evaluation.name(slot), plan.ops[slot]
    who = name if not found.units else f"{len(found.units)} of the {found.of} units of {name}"
    where = f" for all of the {found.samples} samples" if found.samples > 1 else ""
    if found.smooth:
        slope = getattr(op, "steepest", None)
        detail = f"{who} ({op.symbol}) stands on a flat end{where}: its slope is below {SATURATED:.0%} of {slope:g}"
        advice = (
            "Bring its input nearer to 0: smaller weights, or inputs scaled to mean 0 and deviation 1; before a loss, "
            "take the op that computes both in one."
        )
        serious = not found.units
    else:
        detail = f"{who} ({op.symbol}) is off{where}: its slope is 0, and the gradient that arrives goes no further"
        advice = "A smaller learning rate, a bias that starts above 0, or a slope that is never 0 brings it back."
        serious = lost
    serious = serious or (found.samples >= _MANY_SAMPLES and len(found.units) * 2 >= found.of)
    severity = "warning" if serious else "info"
    if not serious and not found.units and not found.smooth:
        detail += "; the inputs before it are reached on other ways"
    code = "saturated" if found.smooth else "dead-relu"
    return Finding(code, node, severity, detail, advice, (node,), units=found.units)


def _zero_gradients(flow: Flow, stops: dict[int, list[int]]) -> Iterator[Finding]:
    """Parameters that training would not move, by the node at which their gradient ends."""
    evaluation = flow.evaluation
    plan = evaluation.plan
    trained = {slot for slot in flow.leaves() if plan.ops[slot].is_trained}
    for stop, leaves in stops.items():
        found = [leaf for leaf in leaves if leaf in trained]
        trained.difference_update(found)
        if found:
            where = f": the gradient ends at {evaluation.name(stop)}, whose local derivative is 0 here"
            shut_there = shut(evaluation, stop) is not None
            yield _zero(flow, found, "exactly 0" + where, "warning" if shut_there else "info")
    cancelled = sorted(slot for slot in trained if flow.sizes[slot] == 0.0)
    if cancelled:
        yield _zero(flow, cancelled, "exactly 0: the shares that come back cancel out", "info")
    unreached = sorted(slot for slot in trained if flow.sizes[slot] is None)
    if unreached:
        detail = "no gradient: no way leads from there to the output, or the gradient is stopped on it"
        yield _zero(flow, unreached, detail, "warning")


def _zero(flow: Flow, slots: list[int], detail: str, severity: str) -> Finding:
    nodes = tuple(flow.evaluation.plan.ids[slot] for slot in slots)
    named = listed([flow.evaluation.name(slot) for slot in slots], most=3)
    gets = "gets" if len(nodes) == 1 else "get"
    advice = "Training leaves it where it is, whatever the learning rate."
    return Finding("zero-gradient", nodes[0], severity, f"{named} {gets} {detail}", advice, nodes)


def _not_finite(graph: Graph, evaluation: Evaluation) -> Iterator[Finding]:
    """Where numbers first stopped being finite, with the op that avoids it; what one op cures is one finding."""
    first: dict[str, NumericalWarning] = {}
    for warning in evaluation.warnings:
        first.setdefault(warning.node, warning)
    lost = not all(all_finite(number) for number in (*evaluation.values, *evaluation.gradients) if number is not None)
    slots = {node: slot for slot, node in enumerate(evaluation.plan.ids)}
    cured: set[str] = set()
    tries, allowed = 0, 1 if len(slots) > _LARGE else _MOST_CURES
    for node, warning in first.items():
        if node in cured:
            continue
        cure = fused(graph, evaluation, slots[node]) if tries < allowed else None
        tries += 1
        nodes = (node,) if cure is None else tuple(name for name in first if name in cure.cures and name not in cured)
        cured.update(nodes)
        yield Finding(
            warning.code, node, "error" if lost else "warning", warning.detail, _advice(graph, cure), nodes,
            op=cure.op if cure else None, formula=cure.formula if cure else None,
            repaired=cure.graph if cure else None,
        )  # fmt: skip


def _advice(graph: Graph, cure: Fused | None) -> str:
    if cure is None:
        return "Keep the numbers smaller before this node, or away from where it isn't defined."
    name = graph.name(cure.node)
    return f"Let one op compute {name}: {cure.formula} equals these pieces, and all of its numbers are finite here."
