"""Backpropagation held against numerical differentiation along a few directions, in which all leaves move at once.

The slope of the output along a direction is the gradient's product with it. A handful of directions costs a handful of
forward passes, however many elements there are; a gradient that is wrong anywhere shows in almost all of them, but not
where it is wrong, and hardly where it is small beside the rest.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Final

import numpy as np

from app.core.bundle import Bundle, LaneCost, Places, lane_work
from app.core.closeness import relative_errors
from app.core.errors import GraphError
from app.core.gradcheck import EPSILON, Seconds, chosen_slots, probed
from app.core.graph import Graph
from app.core.moving import Moving, Shifted, scale
from app.core.plan import plan_for
from app.core.probe import Probe
from app.core.response import Reach
from app.core.settle import judge
from app.core.tensor import Array, size_of
from app.core.validate import Limits, over_budget
from app.core.verdict import corners_of, slope_notes, verdict_on

DIRECTIONS: Final = 4
_SEED: Final = 20_101


@dataclass(frozen=True, slots=True)
class Direction:
    """The two slopes of the output along one direction; ``relative_error`` is None where one isn't finite.

    Verdict and notes are those of a leaf in :mod:`app.core.gradcheck`.
    """

    backprop: float
    numerical: float
    relative_error: float | None
    verdict: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DirectionalCheck:
    """A directional check: how many ``elements`` moved at once, and what was found; no directions where none could."""

    output: str
    epsilon: float
    elements: int
    directions: tuple[Direction, ...]
    seconds: Seconds


def check_directions(
    graph: Graph,
    *,
    output: str | None = None,
    wrt: Iterable[str] | None = None,
    epsilon: float = EPSILON,
    limits: Limits | None = None,
) -> DirectionalCheck:
    """Compare the gradient's products with random directions with central differences along them.

    In a direction each element moves up or down as far as any other, relative to elements larger than 1, and all
    together by ``epsilon``, the length of the step. The directions are the same every time. What moves and what is
    differentiated is as in :func:`app.core.gradcheck.check`. Raises :class:`GraphError`.
    """
    limits = limits or Limits()
    plan = plan_for(graph, output, limits)
    probes, backprop = probed(plan, graph, chosen_slots(plan, wrt, nodes=False))
    started = perf_counter()
    elements = sum(probe.size for probe in probes)
    directions = tuple(_directions(Directions(probes), epsilon, limits)) if probes else ()
    seconds = Seconds(backprop, perf_counter() - started)
    return DirectionalCheck(plan.ids[plan.output], epsilon, elements, directions, seconds)


class Directions(Bundle):
    """Directions in which all nodes of ``probes`` move at once, each of them a place. Where they are now is 0."""

    def __init__(self, probes: Sequence[Probe]) -> None:
        super().__init__(probes)
        self.size = DIRECTIONS
        self.at = np.zeros(DIRECTIONS)
        elements = sum(probe.size for probe in probes)
        random = np.random.default_rng(_SEED)
        self._ways = [_ways(probe, random, elements**-0.5) for probe in probes]
        with np.errstate(all="ignore"):
            slopes = [ways.reshape(DIRECTIONS, -1) @ probe.gradients for probe, ways in self._each()]
        self.gradients = np.sum(slopes, axis=0)
        plan, every = self.dependence.evaluation.plan, np.arange(DIRECTIONS)
        self.way = self.reach(every).steps
        sizes = [size_of(plan.shapes[step.slot]) for step in self.way]
        work = elements + sum(lane_work(self.dependence, step, 1.0) for step in self.way)
        self.cost = LaneCost(work, 1, elements + sum(sizes))
        self.together = self.cost.together

    def moved(self, places: Places, by: Array) -> dict[int, Moving]:
        """Every node, moved along the directions."""
        return {probe.slot: Shifted(probe.value, scale(ways[places], by)) for probe, ways in self._each()}

    def reach(self, places: Places) -> Reach:
        """What any of the nodes moves, since all do."""
        steps = super().reach(places).steps
        return Reach(steps, [1] * len(steps), 1)

    def _each(self) -> Iterable[tuple[Probe, Array]]:
        return zip(self.probes, self._ways, strict=True)


def _ways(probe: Probe, random: np.random.Generator, length: float) -> Array:
    """How far each element goes in each direction, up or down, so far that all together go ``length``."""
    ways = random.integers(0, 2, size=(DIRECTIONS, *probe.shape), dtype=np.int8).astype(np.float64)
    ways -= 0.5
    ways *= 2.0 * length * np.maximum(1.0, np.abs(probe.value))
    return ways


def _directions(bundle: Directions, epsilon: float, limits: Limits) -> Iterator[Direction]:
    if (work := bundle.work(bundle.size)) > limits.work:
        raise GraphError([over_budget("operations to check directions", limits.work, work, budget="work")])
    for chunk in bundle.chunks():
        judged = judge(chunk, bundle.steps(epsilon)[chunk.places])
        gradients = bundle.gradients[chunk.places]
        found = corners_of(bundle, list(judged.settled.values()), all_of_them=True)
        errors = relative_errors(gradients, judged.numerical)
        numbers = zip(chunk.places, gradients, judged.numerical, errors, judged.blur, strict=True)
        for place, backprop, numerical, error, blur in numbers:
            settled = [judged.settled[place]] if place in judged.settled else []
            finite = math.isfinite(error)
            verdict, notes = verdict_on(settled, found) if finite else ("non-finite", ())
            notes = (*notes, *slope_notes(settled, float(blur)))
            yield Direction(float(backprop), float(numerical), float(error) if finite else None, verdict, notes)
