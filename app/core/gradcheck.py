"""Backpropagation held against numerical differentiation, leaf by leaf and element by element."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Final

import numpy as np

from app.core.bundle import Elements, Numbers, bundles
from app.core.closeness import relative_errors
from app.core.errorcurve import CurvePoint, Followed, error_curve, sample
from app.core.errors import Fault, GraphError
from app.core.evaluate import leaf_values, run, seed_of
from app.core.graph import Graph
from app.core.plan import Plan, plan_for
from app.core.probe import Probe
from app.core.response import Dependence
from app.core.sentences import listed
from app.core.settle import Settled, judge
from app.core.tensor import Array, Value
from app.core.validate import Limits, over_budget
from app.core.verdict import Corners, corners_of, slope_notes, verdict_on

EPSILON: Final = 1e-5
"""Default step: near the cube root of float64's precision, where truncation and rounding balance."""
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
    """The result of a gradient check, by leaf, of the sum of the output's elements, each times its seed.

    ``nodes`` holds the same of computed nodes, where they were asked for.
    """

    output: str
    epsilon: float
    leaves: dict[str, LeafCheck]
    nodes: dict[str, LeafCheck]
    seconds: Seconds
    curve: tuple[CurvePoint, ...] | None


def check(
    graph: Graph,
    *,
    output: str | None = None,
    wrt: Iterable[str] | None = None,
    nodes: bool = False,
    epsilon: float = EPSILON,
    curve: bool = False,
    limits: Limits | None = None,
) -> GradientCheck:
    """Compare backpropagation with central differences for the leaves ``wrt``; all but constants where not given.

    With ``nodes`` computed nodes are checked too, or may be named in ``wrt``: each is moved away from what it follows
    from. ``epsilon`` is the step, relative where an element is larger than 1; where the two disagree, finer steps are
    tried before the gradient is judged. ``curve`` asks for the errors at many steps besides. What is differentiated is
    the output under the graph's seed. Raises :class:`GraphError`.
    """
    checking = Checking(graph, output=output, wrt=wrt, nodes=nodes, epsilon=epsilon, curve=curve, limits=limits)
    for _ in checking.run():
        pass
    return checking.result()


class Checking:
    """A gradient check under way. What is too much, or wrong, is refused as it is made, before it is run.

    ``done`` tells how many of the ``size`` elements have been judged.
    """

    def __init__(
        self,
        graph: Graph,
        *,
        output: str | None = None,
        wrt: Iterable[str] | None = None,
        nodes: bool = False,
        epsilon: float = EPSILON,
        curve: bool = False,
        limits: Limits | None = None,
        work: int | None = None,
    ) -> None:
        """See :func:`check`; ``work``, where given, is a budget of its own for the differences: ``check_work``."""
        limits = limits or Limits()
        self._epsilon = epsilon
        self._plan = plan = plan_for(graph, output, limits)
        self._chosen = chosen_slots(plan, wrt, nodes=nodes)
        probes, self._backprop_seconds = probed(plan, graph, self._chosen)
        self._numerical_seconds = 0.0
        limit, budget = (limits.work, "work") if work is None else (work, "check_work")
        self._bundles, spent = _afford(bundles(probes), limit, budget)
        self.size, self.done = sum(bundle.size for bundle in self._bundles), 0
        self._followed = sample(self._bundles, limits.work, spent if work is None else 0) if curve else None
        self._checks: dict[int, LeafCheck] = {}

    def run(self) -> Iterator[None]:
        """Judge all elements; it pauses after each chunk of them."""
        for bundle in self._bundles:
            started = perf_counter()
            settled: dict[int, Settled] = {}
            numerical, blur = np.empty(bundle.size), np.empty(bundle.size)
            steps = bundle.steps(self._epsilon)
            for chunk in bundle.chunks():
                judged = judge(chunk, steps[chunk.places])
                numerical[chunk.places], blur[chunk.places] = judged.numerical, judged.blur
                settled |= judged.settled
                self.done += len(chunk.places)
                self._numerical_seconds += perf_counter() - started
                yield
                started = perf_counter()
            found = corners_of(bundle, list(settled.values()), all_of_them=isinstance(bundle, Numbers))
            if isinstance(bundle, Elements):
                self._keep_tensor(bundle, numerical, float(blur.max()), settled, found)
            else:
                self._keep_numbers(bundle, numerical, blur, settled, found)
            self._numerical_seconds += perf_counter() - started

    def result(self) -> GradientCheck:
        """The check, once it has been run."""
        leaves = {slot for slot, _ in self._plan.leaves}
        found: tuple[dict[str, LeafCheck], dict[str, LeafCheck]] = {}, {}
        for slot in self._chosen:
            note = _CONSTANT if slot in self._plan.silent else _NOTHING_FLOWS
            checked = self._checks.get(slot) or LeafCheck(None, None, None, "no-gradient", (note,))
            found[slot not in leaves][self._plan.ids[slot]] = checked
        return GradientCheck(
            self._plan.ids[self._plan.output],
            self._epsilon,
            *found,
            Seconds(self._backprop_seconds, self._numerical_seconds),
            None if self._followed is None else error_curve(self._followed),
        )

    def _keep_tensor(
        self, bundle: Elements, numerical: Array, blur: float, settled: Mapping[int, Settled], found: Corners
    ) -> None:
        probe = bundle.probe
        slopes = np.empty(probe.size)
        slopes[bundle.elements] = numerical
        errors = relative_errors(probe.gradients, slopes)
        shaped = (slopes.reshape(probe.shape), errors.reshape(probe.shape))
        self._keep(probe, _Findings(*shaped, float(errors.max()), list(settled.values()), blur, found))

    def _keep_numbers(
        self, bundle: Numbers, numerical: Array, blur: Array, settled: Mapping[int, Settled], found: Corners
    ) -> None:
        errors = relative_errors(bundle.gradients, numerical)
        each = zip(bundle.probes, numerical.tolist(), errors.tolist(), blur.tolist(), strict=True)
        for place, (probe, slope, error, noise) in enumerate(each):
            own = [settled[place]] if place in settled else []
            self._keep(probe, _Findings(slope, None, error, own, noise, found))

    def _keep(self, probe: Probe, found: _Findings) -> None:
        notes = [*slope_notes(found.settled, found.blur)] if found.settled or found.blur else []
        notes += [*_held_notes(probe), *_curve_notes(self._followed, probe)]
        error: float | None = found.error
        if not math.isfinite(found.error):
            notes.insert(0, "a gradient here is not finite: see the warnings of the evaluation")
            verdict, error = "non-finite", None
        else:
            verdict, note = verdict_on(found.settled, found.corners)
            notes = [*note, *notes]
        checked = LeafCheck(probe.backprop, found.numerical, error, verdict, tuple(notes), found.errors)
        self._checks[probe.slot] = checked


@dataclass(frozen=True, slots=True, eq=False)
class _Findings:
    """What was found of a node: its numerical gradient, and how far the one by backpropagation is from it.

    ``error`` is the largest of the ``errors``, NaN where one isn't finite; ``settled`` holds the elements for which one
    difference wasn't enough; ``blur`` is how much rounding may have moved the others' where they agree thanks to it
    alone, else 0; ``corners`` are those on the way of elements, by place, that were looked at for it.
    """

    numerical: Value
    errors: Array | None
    error: float
    settled: Sequence[Settled]
    blur: float
    corners: Corners


def chosen_slots(plan: Plan, wrt: Iterable[str] | None, *, nodes: bool) -> list[int]:
    """The slots to check."""
    slots = [slot for slot, _ in plan.leaves]
    if nodes:
        slots += [step.slot for step in plan.steps]
    if wrt is None:
        return [slot for slot in slots if slot not in plan.silent]
    known = {plan.ids[slot]: slot for slot in slots}
    names = list(wrt)
    faults = [
        Fault("unknown-node", f"{name} is not a {'node' if nodes else 'leaf'} of the graph", pointer=f"/wrt/{index}")
        for index, name in enumerate(names)
        if name not in known
    ]
    if faults:
        raise GraphError(faults)
    return [known[name] for name in names]


def probed(plan: Plan, graph: Graph, chosen: Iterable[int]) -> tuple[list[Probe], float]:
    """Run the plan both ways: those of the slots to which a gradient comes, and how many seconds that took."""
    leaves, seed = leaf_values(plan, graph), seed_of(plan, graph)
    started = perf_counter()
    evaluation = run(plan, leaves, seed, graph.name)
    seconds = perf_counter() - started
    dependence, gradients = Dependence(evaluation), evaluation.gradients
    found = ((slot, gradients[slot]) for slot in dict.fromkeys(chosen))
    return [Probe(dependence, slot, gradient) for slot, gradient in found if gradient is not None], seconds


def _afford(found: Iterable[Numbers | Elements], limit: int, budget: str) -> tuple[list[Numbers | Elements], int]:
    """The bundles, and what moving every element both ways costs; a fault as soon as that is too much."""
    work, taken = 0, []
    for bundle in found:
        work += bundle.work(bundle.size)
        if work > limit:
            raise GraphError([over_budget("operations to check the gradients", limit, work, budget=budget)])
        taken.append(bundle)
    return taken, work


def _curve_notes(followed: Sequence[Followed] | None, probe: Probe) -> Iterator[str]:
    for part in followed or ():
        count = len(part.places)
        if isinstance(part.bundle, Elements) and part.bundle.probe is probe and count < probe.size:
            yield f"the curve follows {count:,} of the {probe.size:,} elements, for its cost"


def _held_notes(probe: Probe) -> Iterator[str]:
    if probe.dependence.holds and (held := probe.response.held):
        yield f"a gradient is stopped on purpose at {listed(held)}: what flows in there was held still"
