"""Evaluations on behalf of a client: prepared, judged for how long they take, and done where they hold up nobody."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Final, Self, TypeVar

from anyio import CapacityLimiter
from anyio.lowlevel import RunVar
from anyio.to_thread import run_sync

from app.core.evaluate import leaf_values, run, seed_of
from app.core.graph import Graph
from app.core.plan import Plan, plan_for
from app.core.tensor import Value, shape_of, size_of
from app.core.validate import Limits
from app.formats.evaluation import evaluation_json

# About two milliseconds of work.
_SHORT_NODES: Final = 1_000
_SHORT_ELEMENTS: Final = 10_000
_SHORT_WORK: Final = 1_000_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Job:
    """One evaluation to do: a plan and what it is run on."""

    plan: Plan
    leaves: list[Value]
    upstream: Value | None
    called: Callable[[str], str]
    trace: bool

    @property
    def is_short(self) -> bool:
        """Whether it takes no longer than everybody else can wait."""
        return not self.trace and len(self.plan.ids) <= _SHORT_NODES and (self.plan.is_scalar or _is_light(self.plan))

    def with_values(self, values: Mapping[str, Value], places: Mapping[str, int]) -> Self | None:
        """The same job on other values; None where a shape is another, and so the plan. ``places`` is the plan's."""
        leaves = self.leaves.copy()
        for node, value in values.items():
            place = places[node]
            if shape_of(value) != shape_of(leaves[place]):
                return None
            leaves[place] = value
        return replace(self, leaves=leaves)


@lru_cache(maxsize=256)
def _is_light(plan: Plan) -> bool:
    """Whether the tensors of a plan are few and small."""
    elements = sum(map(size_of, plan.shapes))
    return elements <= _SHORT_ELEMENTS and sum(map(plan.work, plan.steps)) <= _SHORT_WORK


def prepare(graph: Graph, output: str | None, upstream: Value | None, limits: Limits, *, trace: bool) -> Job:
    """The evaluation of a graph. Raises :class:`GraphError` for one that can't run."""
    plan = plan_for(graph, output, limits)
    seed = seed_of(plan, graph) if upstream is None else upstream
    return Job(plan, leaf_values(plan, graph), seed, graph.name, trace)


async def preparation(graph: Graph, output: str | None, upstream: Value | None, limits: Limits, *, trace: bool) -> Job:
    """:func:`prepare`, beside the event loop where it takes long."""
    work = partial(prepare, graph, output, upstream, limits, trace=trace)
    return work() if len(graph.nodes) <= _SHORT_NODES else await in_thread(work)


def evaluate(job: Job, *, full: bool = False) -> bytes:
    """Do it: an ``EvaluateResponse`` as JSON. Raises :class:`GraphError`."""
    result = run(job.plan, job.leaves, job.upstream, job.called)
    return evaluation_json(result, full=full, with_trace=job.trace)


async def done(job: Job, work: Callable[[], T]) -> T:
    """What a job's work gives, which is done beside the event loop where it takes long."""
    return work() if job.is_short else await in_thread(work)


async def in_thread(work: Callable[[], T]) -> T:
    """Do what takes long beside the event loop, as many at a time as there are processors."""
    try:
        limiter = _limiter.get()
    except LookupError:
        _limiter.set(limiter := CapacityLimiter(os.cpu_count() or 1))
    return await run_sync(work, limiter=limiter)


_limiter: Final[RunVar[CapacityLimiter]] = RunVar("evaluations")
