"""Forward and backward over a plan.

Scalars run as Python floats. Where those raise, or a number that isn't finite turns up, the evaluation runs once more
on NumPy's float64 with an eye on every node, and says where it first arose.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from app.core.asked import unasked_inputs
from app.core.errors import Fault, GraphError, LayerError
from app.core.graph import Graph
from app.core.layer import Layer
from app.core.plan import Plan, plan_for
from app.core.tensor import Array, Shape, Value, all_finite, checked, format_shape, shape_of
from app.core.validate import Limits

Shares = tuple[Value | None, ...]


@dataclass(frozen=True, slots=True)
class NumericalWarning:
    """Where a number that isn't finite first arose: a node, in one of the two passes."""

    node: str
    code: str
    phase: str
    detail: str


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """The numbers of one run, by slot of its plan.

    ``gradients`` are ∂output/∂node, summed over all uses; ``shares`` holds, for each computed node, what each of its
    edges sends back. Both are None where nothing flows. ``layers`` are the layer objects that ran. ``called`` is what
    sentences call the node of an id.
    """

    plan: Plan
    values: Sequence[Value]
    gradients: Sequence[Value | None]
    shares: Sequence[Shares | None]
    layers: Sequence[Layer | None]
    upstream: Value
    warnings: tuple[NumericalWarning, ...]
    called: Callable[[str], str] = str

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
    complaints: list[str] = []
    with np.errstate(all="call", under="ignore", call=lambda kind, _: complaints.append(kind)):
        try:
            quick = _Run(plan, called)
            quick.forward(leaves)
            quick.backward(seed)
        except (ArithmeticError, LayerError, ValueError):
            complaints.append("raised")
        else:
            if quick.is_finite_at(watched) if watched is not None else not complaints and quick.is_all_finite():
                return quick.evaluation(seed, ())
        careful = _CarefulRun(plan, called, complaints)
        careful.forward(leaves)
        careful.backward(seed)
        return careful.evaluation(seed, tuple(careful.warnings))


def _seed(shape: Shape, upstream: Value | None) -> Value:
    if upstream is None:
        return np.ones(shape) if shape else 1.0
    if shape_of(upstream) != shape:
        raise GraphError([_misfit(shape, upstream)])
    return upstream


def _misfit(shape: Shape, upstream: Value) -> Fault:
    detail = f"the upstream gradient has shape {format_shape(shape_of(upstream))}, the output {format_shape(shape)}"
    return Fault("shape-mismatch", detail, pointer="/upstream")


class _Run:
    """One pass each way. The state of a run lives here and never in the plan."""

    def __init__(self, plan: Plan, called: Callable[[str], str]) -> None:
        count = len(plan.ids)
        self.plan = plan
        self.called = called
        self.values: list[Value] = [0.0] * count
        self.gradients: list[Value | None] = [None] * count
        self.shares: list[Shares | None] = [None] * count
        self.layers: list[Layer | None] = [None] * count

    def forward(self, leaves: Sequence[Value]) -> None:
        values, layers = self.values, self.layers
        for (slot, _), value in zip(self.plan.leaves, leaves, strict=True):
            values[slot] = value
        for slot, make, inputs in self.plan.steps:
            layers[slot] = layer = make()
            values[slot] = layer.forward(*[values[source] for source in inputs])

    def backward(self, seed: Value) -> None:
        gradients, layers, silent = self.gradients, self.layers, self.plan.silent
        unasked = unasked_inputs(self.plan) if silent else {}
        if self.plan.output not in silent:
            gradients[self.plan.output] = seed
        for slot, _, inputs in reversed(self.plan.steps):
            upstream, layer = gradients[slot], layers[slot]
            if upstream is None or layer is None:
                continue
            if unwanted := unasked.get(slot):
                layer.unasked = unwanted
            shares = layer.backward(upstream)
            if unwanted:
                shares = tuple([None if number in unwanted else share for number, share in enumerate(shares)])
            self.shares[slot] = shares
            for source, share in zip(inputs, shares, strict=True):
                if share is not None:
                    gathered = gradients[source]
                    # Not +=: add hands the same array to both of its inputs.
                    gradients[source] = share if gathered is None else gathered + share

    def is_finite_at(self, slots: Sequence[int]) -> bool:
        """Whether the output and the gradients of these slots are finite."""
        found = (self.values[self.plan.output], *(self.gradients[slot] for slot in slots))
        return all(all_finite(number) for number in found if number is not None)

    def is_all_finite(self) -> bool:
        """Whether every number that was computed is finite: neither Python nor BLAS tells of each that isn't."""
        total = 0.0
        computed = [self.values[step.slot] for step in self.plan.steps]
        for number in (*computed, *self.gradients):
            if type(number) is float:
                total += abs(number)
            elif number is not None and not _is_finite(np.asarray(number)):
                return False
        return math.isfinite(total)

    def evaluation(self, seed: Value, warnings: tuple[NumericalWarning, ...]) -> Evaluation:
        return Evaluation(self.plan, self.values, self.gradients, self.shares, self.layers, seed, warnings, self.called)


class _CarefulRun(_Run):
    """The same pass on NumPy's float64, which answers where Python raises, checking every node."""

    def __init__(self, plan: Plan, called: Callable[[str], str], complaints: list[str]) -> None:
        super().__init__(plan, called)
        self.warnings: list[NumericalWarning] = []
        self._complaints = complaints

    def forward(self, leaves: Sequence[Value]) -> None:
        values = self.values
        for (slot, _), value in zip(self.plan.leaves, leaves, strict=True):
            values[slot] = checked(value)
        for slot, make, inputs in self.plan.steps:
            self.layers[slot] = layer = make()
            self._complaints.clear()
            taken = [values[source] for source in inputs]
            try:
                values[slot] = checked(layer.forward(*taken))
            except LayerError as error:
                node = self.plan.ids[slot]
                raise GraphError([Fault("bad-value", f"{self.called(node)}: {error}", node=node)]) from None
            if not all_finite(values[slot]) and all(map(all_finite, taken)):
                self._warn(slot, "forward", values[slot], "its value")

    def backward(self, seed: Value) -> None:
        gradients, silent, unasked = self.gradients, self.plan.silent, unasked_inputs(self.plan)
        if self.plan.output not in silent:
            gradients[self.plan.output] = checked(seed)
        for slot, _, inputs in reversed(self.plan.steps):
            upstream, layer = gradients[slot], self.layers[slot]
            if upstream is None or layer is None:
                continue
            self._complaints.clear()
            layer.unasked = unasked.get(slot, layer.unasked)
            shares = tuple(
                None if share is None or source in silent else checked(share)
                for source, share in zip(inputs, layer.backward(upstream), strict=True)
            )
            self.shares[slot] = shares
            fault = next((share for share in shares if share is not None and not all_finite(share)), None)
            if fault is not None and all_finite(upstream):
                self._warn(slot, "backward", fault, "the gradient that it sends back")
            for source, share in zip(inputs, shares, strict=True):
                if share is not None:
                    self._gather(source, share)

    def _gather(self, slot: int, share: Value) -> None:
        gathered = self.gradients[slot]
        if gathered is None:
            self.gradients[slot] = share
            return
        self._complaints.clear()
        self.gradients[slot] = total = gathered + share
        if not all_finite(total) and all_finite(gathered) and all_finite(share):
            self._warn(slot, "backward", total, "the sum of the shares that its uses send back")

    def _warn(self, slot: int, phase: str, value: Value, what: str) -> None:
        node, op = self.plan.ids[slot], self.plan.ops[slot].name
        code = next((_CODES[kind] for kind in self._complaints if kind in _CODES), None)
        code = code or ("invalid" if np.isnan(value).any() else "overflow")
        shown = "NaN" if np.isnan(value).any() else "infinity"
        self.warnings.append(
            NumericalWarning(node, code, phase, f"{self.called(node)} ({op}): {what} is {shown} ({_REASONS[code]})")
        )


def _is_finite(array: Array) -> bool:
    """Whether no element is infinite or NaN."""
    flat = array.ravel(order="K")
    # A finite sum of squares, one pass of BLAS without a copy, is proof; one that overflows is none.
    return math.isfinite(np.dot(flat, flat)) or all_finite(array)


_CODES = {"overflow": "overflow", "divide by zero": "divide-by-zero", "invalid value": "invalid"}
_REASONS = {
    "overflow": "larger than 1.797e308",
    "divide-by-zero": "a division by zero, or the logarithm of zero",
    "invalid": "not defined for these inputs",
}


def edges(plan: Plan) -> Iterator[tuple[int, int, int]]:
    """Every edge, as source slot, target slot and input number, in topological order of the targets."""
    for slot, _, inputs in plan.steps:
        for number, source in enumerate(inputs):
            yield source, slot, number
