"""Scalar graphs, forward and backward with every value and gradient kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final

import numpy as np

from app.core.evaluate import Evaluation, leaf_values, run
from app.core.graph import Graph
from app.core.plan import Plan, PlanCache, plan_for
from app.core.validate import Limits
from bench.graphs import KINDS, Flat
from bench.measure import Timing, exponent, race
from bench.peers import Peer, available
from bench.report import Goal, Table, duration, ratio, times

PACKAGES: Final = ("numpy", "torch", "micrograd", "autograd", "mygrad", "jax")
SIZES: Final = (10, 100, 1_000, 10_000, 100_000)
_QUICK: Final = (10, 1_000)
_CLOSE: Final = 1e-9
_OURS, _FLAT, _COLD = "ours", "ours, flat", "ours, cold"


@dataclass(frozen=True, slots=True)
class Race:
    """The times of all that took part at one size, by name, and how long the preparation of each took."""

    size: int
    timings: Mapping[str, Timing]
    prepared: Mapping[str, float]

    def ratio(self, name: str) -> float:
        """How many times as long another takes as we do; NaN where it didn't take part."""
        return ratio(self.timings[_OURS], self.timings[name]) if name in self.timings else np.nan


def tables(*, quick: bool) -> Iterator[Table]:
    """A table for each kind of graph, and one of what planning costs."""
    peers = list(available())
    sizes = _QUICK if quick else SIZES
    seconds = 0.3 if quick else 4.0
    planned: dict[str, list[Race]] = {}
    for kind, make in KINDS.items():
        races = [_race(make(size), peers, seconds) for size in sizes]
        yield _kind_table(kind, races, [peer.NAME for peer in peers])
        planned[kind] = races
    yield _planning_table(planned)


def _race(flat: Flat, peers: Iterable[Peer], seconds: float) -> Race:
    graph = flat.graph()
    plan = plan_for(graph)
    leaves = leaf_values(plan, graph)
    contenders: dict[str, Callable[[], Any]] = {
        _OURS: lambda: run(plan, leaves),
        _FLAT: lambda: _run_flat(plan, leaves),
        _COLD: lambda: _run_cold(graph),
    }
    prepared: dict[str, float] = {}
    wanted = numbers(flat, run(plan, leaves))
    for peer in peers:
        if len(flat) <= peer.LARGEST:
            started = perf_counter()
            contenders[peer.NAME] = peer.runner(flat)
            prepared[peer.NAME] = perf_counter() - started
            require_equal(peer.NAME, peer.numbers(contenders[peer.NAME]()), wanted)
    return Race(len(flat), race(contenders, seconds), prepared)


def _run_flat(plan: Plan, leaves: Sequence[Any]) -> Evaluation:
    """A run of one layer after the other."""
    return run(plan, leaves)


def _run_cold(graph: Graph) -> Evaluation:
    """Everything from a new document on: its plan, and the first run."""
    fresh = Graph(graph.nodes, graph.output)
    plan = PlanCache().get(fresh, None, Limits())
    return run(plan, leaf_values(plan, fresh))


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


def _kind_table(kind: str, races: Sequence[Race], peers: Sequence[str]) -> Table:
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
    warm: dict[str, float] = {}
    cold: dict[str, float] = {}
    planned: dict[str, float] = {}
    for kind, found in races.items():
        sizes = [each.size for each in found]
        warm[kind] = exponent(sizes, [each.timings[_OURS].median for each in found])
        cold[kind] = exponent(sizes, [each.timings[_COLD].median for each in found])
        planned[kind] = next(each.ratio(_COLD) for each in found if each.size == 1_000)
        ratios = [f"{each.ratio(_COLD):.3g} ×" for each in found]
        rows.append([kind, *ratios, f"{warm[kind]:.2f}", f"{cold[kind]:.2f}"])
    goals = [
        _most("plan and first run at 1,000 nodes, in warm runs", 3.0, planned),
        _most("exponent of a warm run with the nodes", 1.1, warm),
        _most("exponent of plan and first run with the nodes", 1.1, cold),
    ]
    sizes = [each.size for each in next(iter(races.values()))]
    columns = ["graph", *(f"{size:,}" for size in sizes), "exponent, warm", "exponent, cold"]
    title = "A new document: plan and first run, in warm runs of the same graph, by nodes"
    return Table(title, columns, rows, [goal.note() for goal in goals])


def _most(text: str, wanted: float, found: Mapping[str, float]) -> Goal:
    """The goal that none is above this, judged by the kind of graph that comes off worst."""
    worst = max(found, key=found.__getitem__)
    return Goal(f"{text} ({worst} graphs)", wanted, found[worst], at_least=False)
