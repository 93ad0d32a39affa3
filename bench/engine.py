"""Scalar graphs, forward and backward with every value and gradient kept."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from time import perf_counter, process_time
from typing import Any, Final

import numpy as np

from app.core.evaluate import Evaluation, leaf_values, run
from app.core.graph import Graph
from app.core.plan import Plan, PlanCache, plan_for
from app.core.validate import Limits
from bench.graphs import KINDS, Flat
from bench.measure import Timing, exponent, race
from bench.peers import Peer, available
from bench.report import Goal, Table, duration, figure, ratio, times

PACKAGES: Final = ("numpy", "torch", "micrograd", "autograd", "mygrad", "jax")
SIZES: Final = (10, 100, 1_000, 10_000, 100_000)
_QUICK: Final = (10, 1_000)
_CLOSE: Final = 1e-9
_OURS, _FLAT, _FIRST, _TWO = "ours", "ours, flat", "plan and first run", "plan and first two runs"


@dataclass(frozen=True, slots=True)
class Race:
    """The times of all that took part at one size, by name, and how long the preparation of each took."""

    size: int
    timings: Mapping[str, Timing]
    prepared: Mapping[str, float]

    def ratio(self, name: str) -> float:
        """How many times as long another takes as we do; NaN where it didn't take part."""
        return ratio(self.timings[_OURS], self.timings[name]) if name in self.timings else np.nan


class _OneByOne(Plan):
    """A plan that never computes nodes together."""

    def grouping(self) -> None:
        return None


def tables(*, quick: bool) -> Iterator[Table]:
    """Who takes part, a table for each kind of graph, and one of what planning costs."""
    peers = list(available())
    yield Table("Who takes part", ["peer, and how it runs"], [[_described(peer)] for peer in peers])
    sizes = _QUICK if quick else SIZES
    seconds = 0.3 if quick else 4.0
    planned: dict[str, list[Race]] = {}
    for kind, make in KINDS.items():
        races = [_race(make(size), peers, seconds) for size in sizes]
        yield kind_table(kind, races, [peer.NAME for peer in peers])
        planned[kind] = races
    yield _planning_table(planned)


def _described(peer: Peer) -> str:
    """Its name, and the first paragraph of what its module says."""
    paragraph, _, _ = inspect.cleandoc(peer.__doc__ or "").partition("\n\n")
    return f"**{peer.NAME}**: {' '.join(paragraph.split())}"


def _race(flat: Flat, peers: Iterable[Peer], seconds: float) -> Race:
    graph = flat.graph()
    plan = plan_for(graph)
    flat_plan = _OneByOne(**{field.name: getattr(plan, field.name) for field in fields(plan)})
    leaves = leaf_values(plan, graph)
    contenders: dict[str, Callable[[], Any]] = {
        _OURS: lambda: run(plan, leaves),
        _FLAT: lambda: run(flat_plan, leaves),
        _FIRST: lambda: _run_cold(graph, 1),
        _TWO: lambda: _run_cold(graph, 2),
    }
    prepared: dict[str, float] = {}
    wanted = numbers(flat, run(plan, leaves))
    # From the second run on, nodes may be computed together.
    for name, known in ((_OURS, plan), (_FLAT, flat_plan)):
        require_equal(name, numbers(flat, run(known, leaves)), wanted)
    for peer in peers:
        if len(flat) <= peer.LARGEST:
            started = perf_counter()
            contenders[peer.NAME] = peer.runner(flat)
            prepared[peer.NAME] = perf_counter() - started
            require_equal(peer.NAME, peer.numbers(contenders[peer.NAME]()), wanted)
    return Race(len(flat), race(contenders, seconds, process_time), prepared)


def _run_cold(graph: Graph, runs: int) -> None:
    """Everything from a new document on: its plan, and so many runs."""
    fresh = Graph(graph.nodes, graph.output)
    plan = PlanCache().get(fresh, None, Limits())
    leaves = leaf_values(plan, fresh)
    for _ in range(runs):
        run(plan, leaves)


def numbers(flat: Flat, evaluation: Evaluation) -> tuple[Sequence[float], Sequence[float]]:
    """Values and gradients in the order of the flat lists."""
    names = [f"n{place}" for place in range(len(flat))]
    values = dict(zip(evaluation.plan.ids, evaluation.values, strict=True))
    gradients = dict(zip(evaluation.plan.ids, evaluation.gradients, strict=True))
    return [float(values[name]) for name in names], [float(gradients[name] or 0.0) for name in names]


def require_equal(
    name: str,
    found: tuple[Sequence[float], Sequence[float]],
    wanted: tuple[Sequence[float], Sequence[float]],
) -> None:
    """Raise ``ValueError`` where a value or a gradient differs: who computes something else isn't timed."""
    for what, theirs, ours in zip(("values", "gradients"), found, wanted, strict=True):
        if not np.allclose(theirs, ours, rtol=_CLOSE, atol=_CLOSE):
            worst = float(np.max(np.abs(np.subtract(theirs, ours))))
            raise ValueError(f"{name} has other {what}: they differ by up to {worst:.2g}")


def kind_table(kind: str, races: Sequence[Race], peers: Sequence[str]) -> Table:
    """How we compare over the sizes, and which goals were reached."""
    columns = ["nodes", _OURS, _FLAT, *peers]
    rows = [
        [f"{each.size:,}", duration(each.timings[_OURS])]
        + [times(each.timings[_OURS], each.timings[name]) if name in each.timings else "–" for name in columns[2:]]
        for each in races
    ]
    notes = [goal.note() for goal in _goals(kind, {each.size: each for each in races}) if np.isfinite(goal.got)]
    compiled = [f"{each.prepared['JAX jit']:.2g} s for {each.size:,}" for each in races if "JAX jit" in each.prepared]
    if compiled:
        notes.append(f"JAX's compiling isn't in its time. It took {', '.join(compiled)} nodes.")
    return Table(f"{kind.capitalize()} graphs: how many times as long the others take", columns, rows, notes)


def _goals(kind: str, races: Mapping[int, Race]) -> Iterator[Goal]:
    for size, found in races.items():
        torch, micrograd, tape = map(found.ratio, ("PyTorch eager", "micrograd", "C tape"))
        at = f"at {size:,} nodes"
        if size <= 100:
            yield Goal(f"times micrograd {at}", 5.0, micrograd)
        if size in {1_000, 10_000}:
            yield Goal(f"times PyTorch {at}", 15.0, torch)
        if kind == "wide" and size == 10_000:
            yield Goal(f"times PyTorch {at}", 80.0, torch)
            yield Goal(f"times the C tape's time {at}", 7.0, 1.0 / tape, at_least=False)
        if kind == "wide" and size == 100_000:
            yield Goal(f"times PyTorch {at}", 300.0, torch)
            yield Goal(f"times the C tape's time {at}", 3.0, 1.0 / tape, at_least=False)
        if kind == "chain":
            yield Goal(f"times the flat plan's time {at}", 1.2, 1.0 / found.ratio(_FLAT), at_least=False)
        if size == 100_000:
            yield Goal(f"times micrograd {at}", 100.0, micrograd)


def _planning_table(races: Mapping[str, Sequence[Race]]) -> Table:
    rows: list[list[str]] = []
    shown = {_OURS: "a warm run", _FIRST: _FIRST, _TWO: _TWO}
    powers: dict[str, dict[str, float]] = {what: {} for what in shown}
    planned: dict[str, float] = {}
    for kind, found in races.items():
        sizes = [each.size for each in found]
        for what, of_kind in powers.items():
            of_kind[kind] = exponent(sizes, [each.timings[what].median for each in found])
            ratios = [f"{figure(each.ratio(what))} ×" for each in found]
            rows.append([f"{kind}: {shown[what]}", *ratios, f"{of_kind[kind]:.2f}"])
        planned[kind] = next(each.ratio(_FIRST) for each in found if each.size == 1_000)
    goals = [
        _most(f"{_FIRST} at 1,000 nodes, in warm runs", 3.0, planned),
        *(_most(f"exponent of {shown[what]} with the nodes", 1.1, of_kind) for what, of_kind in powers.items()),
    ]
    sizes = [each.size for each in next(iter(races.values()))]
    title = "A new document, in warm runs of the same graph, by nodes"
    return Table(title, ["graph", *(f"{size:,}" for size in sizes), "exponent"], rows, [goal.note() for goal in goals])


def _most(text: str, wanted: float, found: Mapping[str, float]) -> Goal:
    """The goal that none is above this, judged by the kind of graph that comes off worst."""
    worst = max(found, key=found.__getitem__)
    return Goal(f"{text} ({worst} graphs)", wanted, found[worst], at_least=False)
