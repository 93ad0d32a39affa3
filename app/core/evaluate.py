"""Forward and backward over a plan.

Scalars run as Python floats. Where those raise, or a number that isn't finite turns up, the evaluation runs once more
on NumPy's float64 with an eye on every node, and says where it first arose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.core.afterwards import Layers, SharesBySlot
from app.core.columns import ColumnRun
from app.core.errors import Fault, GraphError, LayerError
from app.core.graph import Graph
from app.core.layer import Layer
from app.core.passes import CarefulRun, NumericalWarning, Run
from app.core.plan import Plan, plan_for
from app.core.tensor import Shape, Value, format_shape, shape_of
from app.core.validate import Limits


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """The numbers of one run, by slot of its plan.

    ``gradients`` are ∂output/∂node, summed over all uses, None where nothing flows. ``called`` is what sentences call
    the node of an id. ``sent`` are the shares by edge, and ``ran`` the layer objects that there already are; readers
    ask for ``shares`` and ``layers``.
    """

    plan: Plan
    values: Sequence[Value]
    gradients: Sequence[Value | None]
    sent: Sequence[Value | None]
    ran: dict[int, Layer]
    upstream: Value
    warnings: tuple[NumericalWarning, ...]
    called: Callable[[str], str] = str

    @property
    def shares(self) -> SharesBySlot:
        """By slot, what each edge of a computed node sends back; None where nothing flows."""
        return SharesBySlot(self.plan, self.gradients, self.sent)

    @property
    def layers(self) -> Sequence[Layer | None]:
        """By slot, the layer object of a computed node."""
        return Layers(self.plan, self.values, self.ran)

    def name(self, slot: int) -> str:
        """What a sentence calls the node of a slot."""
        return self.called(self.plan.ids[slot])

    def value(self, node_id: str) -> Value:
        """The value of a node."""
        return self.values[self.plan.ids.index(node_id)]

    def gradient(self, node_id: str) -> Value | None:
        """∂output/∂node, or None where nothing flows."""
        return self.gradients[self.plan.ids.index(node_id)]


def evaluate(
    graph: Graph,
    *,
    output: str | None = None,
    upstream: Value | None = None,
    limits: Limits | None = None,
) -> Evaluation:
    """Run a graph forward and backward.

    ``upstream`` is the gradient handed to the output, in its shape; the graph's own where it isn't given, and ones
    where the graph has none either, or where ``output`` isn't the node that the graph's own is meant for. Raises
    :class:`GraphError` for a graph that can't run. Overflow and its kin are answers, with a warning.
    """
    plan = plan_for(graph, output, limits)
    return run(plan, leaf_values(plan, graph), seed_of(plan, graph) if upstream is None else upstream, graph.name)


def seed_of(plan: Plan, graph: Graph) -> Value | None:
    """The graph's own seed, None where that is ones. Raises :class:`GraphError` where it doesn't fit the output."""
    if not graph.seeds(plan.ids[plan.output]):
        return None
    shape = plan.shapes[plan.output]
    if graph.upstream is not None and shape_of(graph.upstream) != shape:
        raise GraphError([_misfit(shape, graph.upstream).under("/graph")])
    return graph.upstream


def leaf_values(plan: Plan, graph: Graph) -> list[Value]:
    """The values of the leaves, in the plan's order."""
    values = (graph.nodes[place].value for _, place in plan.leaves)
    return [value for value in values if value is not None]


def run(
    plan: Plan,
    leaves: Sequence[Value],
    upstream: Value | None = None,
    called: Callable[[str], str] = str,
    watched: Sequence[int] | None = None,
) -> Evaluation:
    """Run a plan on these leaf values. ``called`` is what warnings and faults call the node of an id.

    Whoever runs a plan many times and needs the output and a few gradients alone names their slots in ``watched``:
    where those are finite nothing else is looked at, and there is no warning.
    """
    seed = _seed(plan.shapes[plan.output], upstream)
    grouping = plan.grouping()
    quick = Run(plan, called) if grouping is None else ColumnRun(plan, grouping, called)
    # Plain floats raise, or say nothing: NumPy needn't be listened to, which costs as much as three nodes.
    is_plain = grouping is None and plan.is_scalar and set(map(type, leaves)) <= {float}
    if is_plain and _succeeds(quick, leaves, seed, watched):
        return _evaluation(quick, seed, ())
    complaints: list[str] = []
    with np.errstate(all="call", under="ignore", call=lambda kind, _: complaints.append(kind)):
        if not is_plain and _succeeds(quick, leaves, seed, watched) and (watched is not None or not complaints):
            return _evaluation(quick, seed, ())
        careful = CarefulRun(plan, called, complaints)
        careful.forward(leaves)
        careful.backward(seed)
        return _evaluation(careful, seed, tuple(careful.warnings))


def _succeeds(quick: Run, leaves: Sequence[Value], seed: Value, watched: Sequence[int] | None) -> bool:
    """Whether the run goes through with finite numbers; those watched alone, where any are."""
    try:
        quick.forward(leaves)
        quick.backward(seed)
    except (ArithmeticError, LayerError, ValueError):
        return False
    return quick.is_all_finite() if watched is None else quick.is_finite_at(watched)


def _evaluation(done: Run, seed: Value, warnings: tuple[NumericalWarning, ...]) -> Evaluation:
    return Evaluation(done.plan, *done.results(), done.layers, seed, warnings, done.called)


def _seed(shape: Shape, upstream: Value | None) -> Value:
    if upstream is None:
        return np.ones(shape) if shape else 1.0
    if shape_of(upstream) != shape:
        raise GraphError([_misfit(shape, upstream)])
    return upstream


def _misfit(shape: Shape, upstream: Value) -> Fault:
    detail = f"the upstream gradient has shape {format_shape(shape_of(upstream))}, the output {format_shape(shape)}"
    return Fault("shape-mismatch", detail, pointer="/upstream")


def edges(plan: Plan) -> Iterator[tuple[int, int, int]]:
    """Every edge, as source slot, target slot and input number, in topological order of the targets."""
    for slot, _, inputs in plan.steps:
        for number, source in enumerate(inputs):
            yield source, slot, number
