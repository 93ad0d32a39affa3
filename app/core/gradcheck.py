"""Backpropagation held against numerical differentiation, leaf by leaf and element by element."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Final

import numpy as np

from app.core.bundle import Bundle, bundles
from app.core.closeness import relative_errors
from app.core.corners import corners
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
        """See :func:`check`; ``work`` is the budget of the differences, where it isn't that of ``limits``."""
        limits = limits or Limits()
        self._epsilon = epsilon
        self._plan = plan = plan_for(graph, output, limits)
        self._chosen = _chosen(plan, wrt, nodes=nodes)
        leaves, seed = leaf_values(plan, graph), seed_of(plan, graph)
        started = perf_counter()
        evaluation = run(plan, leaves, seed, graph.name)
        self._backprop_seconds, self._numerical_seconds = perf_counter() - started, 0.0
        dependence, gradients = Dependence(evaluation), evaluation.gradients
        self._probes = {
            slot: Probe(dependence, slot, gradient)
            for slot in self._chosen
            if (gradient := gradients[slot]) is not None
        }
        self._bundles = bundles(list(self._probes.values()))
        self.size, self.done = sum(bundle.size for bundle in self._bundles), 0
        spent = _afford(self._bundles, limits.work if work is None else work)
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
            if bundle.is_tensor:
                self._keep_tensor(bundle, numerical, float(blur.max()), settled)
            else:
                self._keep_numbers(bundle, numerical, blur, settled)
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

    def _keep_tensor(self, bundle: Bundle, numerical: Array, blur: float, settled: Mapping[int, Settled]) -> None:
        (probe,) = bundle.probes
        elements = bundle.elements
        found = np.empty(probe.size)
        found[elements] = numerical
        errors = relative_errors(probe.gradients, found)
        # In the order of the elements, whatever that of the chunks was.
        ordered = {
            element: settled[place] for element, place in sorted((int(elements[place]), place) for place in settled)
        }
        leaf = _LeafFindings(
            found.reshape(probe.shape), errors.reshape(probe.shape), float(errors.max()), ordered, blur
        )
        self._keep(probe, leaf)

    def _keep_numbers(self, bundle: Bundle, numerical: Array, blur: Array, settled: Mapping[int, Settled]) -> None:
        errors = relative_errors(bundle.gradients, numerical)
        found = zip(bundle.probes, numerical.tolist(), errors.tolist(), blur.tolist(), strict=True)
        for place, (probe, slope, error, noise) in enumerate(found):
            own = {0: settled[place]} if place in settled else {}
            self._keep(probe, _LeafFindings(slope, None, error, own, noise))

    def _keep(self, probe: Probe, found: _LeafFindings) -> None:
        notes = [*_notes(probe, found), *_curve_notes(self._followed, probe)]
        if not np.isfinite(found.error):
            notes.insert(0, "a gradient here is not finite: see the warnings of the evaluation")
            verdict, error = "non-finite", None
        else:
            verdict, note = _judge(probe, found.settled)
            notes, error = [*note, *notes], found.error
        self._checks[probe.slot] = LeafCheck(
            probe.backprop, found.numerical, error, verdict, tuple(notes), found.errors
        )


@dataclass(frozen=True, slots=True, eq=False)
class _LeafFindings:
    """What was found of a node: its numerical gradient, and how far the one by backpropagation is from it.

    ``error`` is the largest of the ``errors``, NaN where one isn't finite; ``settled`` holds the elements, by their
    number, for which one difference wasn't enough; ``blur`` is how much rounding may have moved the others' where
    they agree thanks to it alone, else 0.
    """

    numerical: Value
    errors: Array | None
    error: float
    settled: Mapping[int, Settled]
    blur: float


def _chosen(plan: Plan, wrt: Iterable[str] | None, *, nodes: bool) -> list[int]:
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


def _afford(found: Iterable[Bundle], limit: int) -> int:
    """What moving every element both ways costs; a fault as soon as that is too much."""
    work = 0
    for bundle in found:
        work += bundle.work(bundle.size)
        if work > limit:
            raise GraphError([over_budget("operations to check the gradients", limit, work, budget="work")])
    return work


def _judge(probe: Probe, settled: Mapping[int, Settled]) -> tuple[str, tuple[str, ...]]:
    """The verdict on a node, and what there is to say of corners on the way of elements that don't agree."""
    if not settled:
        return "pass", ()
    gradients = probe.gradients
    apart = [element for element, (slope, _) in settled.items() if not slope.agrees(float(gradients[element]))]
    if not apart:
        return ("kink" if any(slope.kink for slope, _ in settled.values()) else "pass"), ()
    nodes: dict[str, None] = {}
    looked = apart[:: -(-len(apart) // _MAX_LOOKED)]
    for element in looked:
        slope, step = settled[element]
        found = corners(probe.response, float(probe.at[element]), partial(probe.moved, element), step)
        if not slope.agrees(float(gradients[element]), within=sum(corner.reach for corner in found)):
            return "fail", ()
        nodes.update((corner.node, None) for corner in found)
    left = len(apart) - len(looked)
    more = f" ({left:,} of the {len(apart):,} elements concerned weren't looked at for it)" if left else ""
    return "kink", (_corner_note(list(nodes)) + more,)


def _corner_note(nodes: Sequence[str]) -> str:
    stand, its = ("stand", "their corners") if len(nodes) > 1 else ("stands", "its corner")
    return f"kink: {listed(nodes)} {stand} exactly on {its}, where backpropagation takes one of many derivatives"


def _curve_notes(followed: Sequence[Followed] | None, probe: Probe) -> Iterator[str]:
    for part in followed or ():
        count = len(part.places)
        if part.bundle.is_tensor and part.bundle.probes[0] is probe and count < probe.size:
            yield f"the curve follows {count:,} of the {probe.size:,} elements, for its cost"


def _notes(probe: Probe, found: _LeafFindings) -> Iterator[str]:
    slopes = [slope for slope, _ in found.settled.values()]
    if any(slope.kink for slope in slopes):
        yield "kink: the slopes on the two sides differ, so that no derivative exists at this point"
    finer = [slope.step for slope, step in found.settled.values() if slope.step < step and not slope.kink]
    if finer:
        yield f"a finer step, down to {min(finer):.1e}, was used: a kink or a strong curve is close by"
    blurred = [
        slope.noise for element, (slope, _) in found.settled.items() if slope.blurs(float(probe.gradients[element]))
    ]
    if blur := max([found.blur, *blurred]):
        yield f"rounding alone may move a numerical slope by {blur:.1e} here: it can't be judged more closely"
    if any(slope.one_sided for slope in slopes):
        yield "only one side of this point has finite values: the slope is to that side"
    if probe.dependence.holds and (held := probe.response.held):
        yield f"a gradient is stopped on purpose at {listed(held)}: what flows in there was held still"
