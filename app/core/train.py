"""Training: a graph's parameters follow the gradient of its output, a loss, down."""

from __future__ import annotations

import time
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from app.core.accuracy import judge_for
from app.core.asked import leading_nowhere
from app.core.batches import Batch, Batches, ListedBatches, kind_of
from app.core.errors import Fault, GraphError, unknown_node
from app.core.evaluate import Evaluation, run
from app.core.graph import Graph
from app.core.optimizers import Optimizer
from app.core.plan import BOTH_WAYS, Plan, plan_for
from app.core.tensor import Value, as_value, checked, format_shape, shape_of
from app.core.validate import Limits, over_budget

Moments = Mapping[str, tuple[Value, ...]]
"""What the optimizer remembers of each parameter, in the order of its ``moments``."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where training stands besides the parameters: how many steps it has taken, and what the optimizer remembers."""

    step: int
    moments: Moments


@dataclass(frozen=True, slots=True)
class Report:
    """One step. Loss, metrics and gradients are those of its batch, before the parameters moved.

    ``metrics`` has ``accuracy`` where classes are judged; with test data, every so often ``test_loss`` and
    ``test_accuracy``, of the parameters after the step. ``gradients`` are the lengths (2-norms) of the gradients, by
    node, where asked for.
    """

    step: int
    loss: float
    metrics: dict[str, float]
    gradients: dict[str, float] | None
    elapsed: float
    remaining: float


@dataclass(frozen=True, slots=True)
class Reporting:
    """What of a training is reported: which steps, how often the test data is tried, whether gradients are measured."""

    every: int = 1
    test_every: int = 20
    gradients: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """Why training ended before its last step."""

    code: str
    detail: str


class Training:
    """A graph in training. Between two steps it can be laid aside: ``graph`` and ``progress`` hold all there is."""

    def __init__(
        self,
        graph: Graph,
        optimizer: Optimizer,
        batches: Batches | None = None,
        *,
        output: str | None = None,
        scores: str | None = None,
        targets: str | None = None,
        progress: Progress | None = None,
        limits: Limits | None = None,
    ) -> None:
        """Make ready to train; raises :class:`GraphError` for a graph or a batch that can't.

        ``scores`` and ``targets`` name the nodes that accuracy is told by, where the loss itself doesn't judge classes.
        """
        self.stopped: Stop | None = None
        self._graph = graph
        self._optimizer = optimizer
        self._batches = batches or ListedBatches()
        self._output = output
        self._limits = limits or Limits()
        self._plans: dict[Hashable, Plan] = {}
        plan = plan_for(graph, output, self._limits)
        self.parameters = _parameters(plan, graph)
        self._slots = {node: plan.ids.index(node) for node in self.parameters}
        self.judge = judge_for(plan, scores, targets)
        self._values = {node.id: node.value for node in graph.nodes if node.value is not None}
        self._moments = dict(_moments(optimizer, graph, self.parameters, progress))
        self.step = progress.step if progress else 0
        self.work = 0
        for pointer, batch in self._batches.kinds():
            _check_batch(graph, self.parameters, batch, pointer)
            plan = self._plan(batch)
            self.work = max(self.work, BOTH_WAYS * sum(map(plan.work, plan.steps)))

    @property
    def graph(self) -> Graph:
        """The graph with its parameters as they are now."""
        return self._graph.with_values({node: self._values[node] for node in self.parameters})

    @property
    def progress(self) -> Progress:
        """What else there is to go on from."""
        return Progress(self.step, dict(self._moments))

    def afford(self, steps: int, limit: int) -> None:
        """Raises :class:`GraphError` where so many steps would take more operations than ``limit``."""
        if (work := steps * self.work) > limit:
            raise GraphError([over_budget(f"operations in {steps:,} steps", limit, work, pointer="/steps")])

    def run(self, steps: int, reporting: Reporting | None = None, seconds: float | None = None) -> Iterator[Report]:
        """Take so many steps, at most for so long, and report them; ``stopped`` says at the end why it were fewer.

        The first step and the last are always reported. Raises :class:`GraphError` where the first can't be taken.
        """
        reporting = reporting or Reporting()
        begun, first, last = time.monotonic(), self.step + 1, self.step + steps
        self.stopped = None
        for number in range(first, last + 1):
            try:
                evaluation = self._run(self._batches.at(number))
            except GraphError as error:
                if number == first:
                    raise
                self.stopped = Stop(error.faults[0].code, f"step {number}: {error}")
                return
            self.stopped = self._move(evaluation, number)
            elapsed = time.monotonic() - begun
            if seconds is not None and elapsed > seconds and number < last and self.stopped is None:
                self.stopped = Stop("deadline", f"{seconds:g} seconds were over after step {number}")
            ends = number == last or self.stopped is not None
            if ends or number == first or number % reporting.every == 0:
                metrics = self._metrics(evaluation, tested=ends or number % reporting.test_every == 0)
                remaining = 0.0 if ends else elapsed / (number - first + 1) * (last - number)
                gradients = _lengths(evaluation) if reporting.gradients else None
                yield Report(number, _loss(evaluation), metrics, gradients, elapsed, remaining)
            if ends:
                return

    def _run(self, batch: Batch, *, both_ways: bool = True) -> Evaluation:
        """The passes on a batch; there are warnings only where the loss or a parameter's gradient isn't finite."""
        plan, own = self._plan(batch), self._values
        if not both_ways:
            plan = replace(plan, silent=frozenset(range(len(plan.ids))))
        leaves = [plan.ids[slot] for slot, _ in plan.leaves]
        values = [batch[node] if node in batch else own[node] for node in leaves]
        return run(plan, values, called=self._graph.name, watched=tuple(self._slots.values()))

    def _plan(self, batch: Batch) -> Plan:
        """The plan for leaves of a batch's shapes, in which gradients flow only where they lead to a parameter."""
        kind = kind_of(batch)
        if kind not in self._plans:
            plan = plan_for(self._graph.with_values(batch), self._output, self._limits)
            if shape := plan.shapes[plan.output]:
                node = plan.ids[plan.output]
                detail = f"{self._graph.name(node)} has shape {format_shape(shape)}, and a loss is a single number"
                raise GraphError([Fault("not-scalar", f"{detail}: sum or average it", node=node, pointer="/output")])
            trained = [slot for slot, _ in plan.leaves if plan.ops[slot].is_trained]
            self._plans[kind] = replace(plan, silent=leading_nowhere(plan, trained))
        return self._plans[kind]

    def _move(self, evaluation: Evaluation, number: int) -> Stop | None:
        """Let the optimizer move every parameter; none moves where that would end in a number that isn't finite."""
        if evaluation.warnings:
            return Stop("not-finite", f"step {number}: {evaluation.warnings[0].detail}; {_SMALLER}")
        moved: dict[str, tuple[Value, ...]] = {}
        try:
            with np.errstate(all="raise", under="ignore"):
                for node, slot in self._slots.items():
                    if (gradient := evaluation.gradients[slot]) is not None:
                        moments = list(map(checked, self._moments[node]))
                        value = checked(self._values[node])
                        moved[node] = self._optimizer.move(value, checked(gradient), moments, number)
        except FloatingPointError:
            detail = f"{self._graph.name(node)} grows larger than 1.797e308"
            return Stop("not-finite", f"step {number}: {detail}; {_SMALLER}")
        for node, (value, *moments) in moved.items():
            self._values[node], self._moments[node] = as_value(value), tuple(map(as_value, moments))
        self.step = number
        return None

    def _metrics(self, evaluation: Evaluation, *, tested: bool) -> dict[str, float]:
        metrics: dict[str, float] = {}
        if self.judge is not None:
            metrics["accuracy"] = self.judge.accuracy(evaluation)
        if tested and self._batches.test is not None:
            test = self._run(self._batches.test, both_ways=False)
            metrics["test_loss"] = _loss(test)
            if self.judge is not None:
                metrics["test_accuracy"] = self.judge.accuracy(test)
        return metrics


_SMALLER = "a smaller rate, or smaller weights to begin with, may help"


def _loss(evaluation: Evaluation) -> float:
    return float(evaluation.values[evaluation.plan.output])


def _lengths(evaluation: Evaluation) -> dict[str, float]:
    """The 2-norm of every gradient, by node."""
    with np.errstate(all="ignore"):
        return {
            node: float(np.linalg.norm(np.ravel(gradient)))
            for node, gradient in zip(evaluation.plan.ids, evaluation.gradients, strict=True)
            if gradient is not None
        }


def _parameters(plan: Plan, graph: Graph) -> tuple[str, ...]:
    """The parameters that lead to the output, in the document's order."""
    reached = {plan.output}
    for slot, _, inputs in reversed(plan.steps):
        if slot in reached:
            reached.update(inputs)
    found = {plan.ids[slot] for slot in reached if plan.ops[slot].is_trained}
    if not found:
        detail = (
            f"there is nothing to train: no parameter leads to {graph.name(plan.ids[plan.output])}. "
            "Turn an input into a parameter"
        )
        raise GraphError([Fault("no-parameter", detail, pointer="/nodes")])
    return tuple(node.id for node in graph.nodes if node.id in found)


def _check_batch(graph: Graph, parameters: tuple[str, ...], batch: Batch, pointer: str) -> None:
    """Raises :class:`GraphError` where a batch gives values to anything but data leaves."""
    faults = []
    for node in batch:
        where = f"{pointer}/{node}"
        if node not in graph:
            faults.append(unknown_node(node, where))
        elif node in parameters or node not in graph.leaves():
            what = "trained" if node in parameters else "computed"
            detail = f"{graph.name(node)} is {what}: a batch gives values to data leaves only"
            faults.append(Fault("not-a-data-leaf", detail, node=node, pointer=where))
    if faults:
        raise GraphError(faults)


def _moments(
    optimizer: Optimizer, graph: Graph, parameters: tuple[str, ...], progress: Progress | None
) -> Iterator[tuple[str, tuple[Value, ...]]]:
    """What the optimizer remembers of each parameter to begin with: zeros, or what it remembered."""
    for node in parameters:
        value = graph[node].value
        zeros = tuple(as_value(np.zeros_like(value)) for _ in optimizer.moments)
        if progress is None:
            yield node, zeros
            continue
        moments = progress.moments.get(node, ())
        if list(map(shape_of, moments)) != list(map(shape_of, zeros)):
            has = ", ".join(optimizer.moments) or "nothing"
            detail = (
                f"the state isn't one of this optimizer and graph: of {graph.name(node)} it keeps {has}, in its shape"
            )
            raise GraphError([Fault("bad-state", detail, node=node, pointer="/state")])
        yield node, moments
