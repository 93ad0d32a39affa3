"""What is moved side by side: the elements of a tensor, or many numbers, each both ways in lanes of its own.

Lanes are taken in chunks, so that what they hold stays small. Of a tensor those elements go together whose moving
changes the same region of what follows: for weights those of one column.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from app.core.evaluate import Evaluation
from app.core.layer import Layer
from app.core.moving import Moving, Nudged, Sparse
from app.core.plan import Step
from app.core.probe import Probe
from app.core.response import NODE_COST, Dependence, Reach, weighed
from app.core.slope import Slopes, differences
from app.core.tensor import Array, Value, size_of

Places = NDArray[np.intp]
"""Places in a bundle, or in a chunk of one."""

Order = Literal["C", "F"]
"""Which axis of a tensor runs fastest: the last, or the first."""

_CALL_COST: Final = 10 * NODE_COST
"""What taking many lanes through one node costs, whatever their number, in floating-point operations."""
_TOGETHER: Final = 1 << 16
"""So many numbers of one node are computed at once: they stay in the processor's cache."""
_HELD: Final = 1 << 22
"""So many numbers of all nodes are held at once."""
_MOST_LANES: Final = 4_096
_SHORT_RUN: Final = 32


def lane_totals(dependence: Dependence, steps: Sequence[Step], moved: dict[int, Moving]) -> Array | float:
    """The seed times the output, summed, in each lane; ``moved`` says by slot what moves, and is used up."""
    last = {source: step.slot for step in steps for source in step.inputs}
    with np.errstate(all="ignore"):
        for step in steps:
            moved[step.slot] = _follow(dependence, step, moved)
            # What nobody asks for again leaves its memory to what comes next.
            for source in step.inputs:
                if last[source] == step.slot:
                    moved.pop(source, None)
        output = moved.get(dependence.evaluation.plan.output)
        return dependence.total if output is None else weighed(output.whole(), dependence.evaluation.upstream)


def fill_lanes(dependence: Dependence, steps: Sequence[Step], moved: dict[int, Moving]) -> None:
    """Add to ``moved``, which says by slot what moves, what follows from that."""
    for step in steps:
        moved[step.slot] = _follow(dependence, step, moved)


def _follow(dependence: Dependence, step: Step, moved: Mapping[int, Moving]) -> Moving:
    """What becomes of a step; a number that is to move by itself too does so from wherever it has come to."""
    evaluation, own = dependence.evaluation, moved.get(step.slot)
    found = step.make().through(taken_in_lanes(evaluation, step, moved), evaluation.values[step.slot])
    return own.added_to(found) if isinstance(own, Sparse) else found


def taken_in_lanes(evaluation: Evaluation, step: Step, moved: Mapping[int, Moving]) -> list[Value | Moving]:
    """What a step takes: an input that moves, as it moves, but what it takes as a label stands still."""
    values, op = evaluation.values, evaluation.plan.ops[step.slot]
    if not op.labels:
        return [moved[source] if source in moved else values[source] for source in step.inputs]
    return [
        moved[source] if source in moved and not op.is_label(number) else values[source]
        for number, source in enumerate(step.inputs)
    ]


@dataclass(frozen=True, slots=True)
class LaneCost:
    """What a lane costs: operations, and how many numbers of the node with the most of them, and of all nodes."""

    work: float
    widest: int
    held: int

    @property
    def together(self) -> int:
        """How many places, two lanes each, may be taken at once."""
        return max(1, min(_MOST_LANES, _TOGETHER // self.widest, _HELD // self.held) // 2)


class Bundle:
    """Ways to move nodes, each in lanes of its own. Its places count them, in the order of the chunks."""

    size: int
    together: int
    """How many places a chunk has."""
    at: Array
    """Where what is moved stands, at each place."""
    gradients: Array
    """The gradient by backpropagation, at each place."""
    way: Sequence[Step]
    """All that any place moves."""
    cost: LaneCost

    def __init__(self, probes: Sequence[Probe]) -> None:
        self.probes = probes
        self.dependence: Dependence = probes[0].dependence

    def moved(self, places: Places, by: Array) -> dict[int, Moving]:
        """What moves at first where each of these places, in a lane of its own, is moved so far: by slot."""
        raise NotImplementedError

    def slots(self, places: Places) -> list[int]:  # noqa: ARG002  (for those that move other nodes at other places)
        """The nodes that are moved at these places."""
        return [probe.slot for probe in self.probes]

    def work(self, count: int) -> int:
        """About how many operations it takes to move so many of them both ways."""
        calls = -(-count // self.together) * (1 + len(self.way))
        return int(2 * count * self.cost.work) + calls * _CALL_COST

    def steps(self, epsilon: float) -> Array:
        """How far to move at each place: relative to what is larger than 1."""
        return epsilon * np.maximum(1.0, np.abs(self.at))

    def parts(self, places: Places) -> Iterator[Places]:
        """These places, as many at a time as make a chunk."""
        for start in range(0, len(places), self.together):
            yield places[start : start + self.together]

    def chunks(self) -> Iterator[Chunk]:
        """All places, in chunks."""
        for places in self.parts(np.arange(self.size)):
            yield Chunk(self, places)

    def reach(self, places: Places) -> Reach:
        """What is moved by these places."""
        return self.dependence.reach(self.slots(places))

    def totals(self, places: Places, by: Array, steps: Sequence[Step]) -> Array:
        """The output where each of these places, in a lane of its own, is moved so far."""
        return np.broadcast_to(lane_totals(self.dependence, steps, self.moved(places, by)), by.shape)


class Numbers(Bundle):
    """Numbers, each of them a place."""

    def __init__(self, probes: Sequence[Probe]) -> None:
        super().__init__(probes)
        self.size = len(probes)
        self.at = np.array([probe.value for probe in probes])
        self.gradients = np.array([probe.backprop for probe in probes])
        self.way = self.reach(np.arange(self.size)).steps
        shapes = self.dependence.evaluation.plan.shapes
        sizes = [size_of(shapes[step.slot]) for step in self.way]
        work = sum(lane_work(self.dependence, step, 1.0) for step in self.way)
        self.cost = LaneCost(work, max(sizes, default=1), 1 + sum(sizes))
        self.together = self.cost.together

    def slots(self, places: Places) -> list[int]:
        """The numbers' nodes."""
        return [self.probes[place].slot for place in places]

    def moved(self, places: Places, by: Array) -> dict[int, Moving]:
        """Each number, moved in its lanes and still in those of the others."""
        lanes: dict[int, list[int]] = {}
        for lane, place in enumerate(places.tolist()):
            lanes.setdefault(place, []).append(lane)
        probes = self.probes
        return {probes[place].slot: Sparse(probes[place].value, own, by) for place, own in lanes.items()}


class Elements(Bundle):
    """The elements of a tensor, in the order in which neighbours move the least of what follows."""

    def __init__(self, probe: Probe) -> None:
        super().__init__([probe])
        self.probe = probe
        self.size = probe.size
        self.way = self.dependence.reach([probe.slot]).steps
        orders: tuple[Order, ...] = ("C", "F") if len(probe.shape) > 1 else ("C",)
        costs = {order: self._tried(order) for order in orders}
        order = min(orders, key=lambda order: costs[order].work)
        self.cost = costs[order]
        self.elements = _in_order(probe, order)
        self.together = _whole_runs(probe.shape[-1] if order == "C" else probe.shape[0], self.cost.together)
        self.at, self.gradients = probe.at[self.elements], probe.gradients[self.elements]

    def moved(self, places: Places, by: Array) -> dict[int, Moving]:
        """The tensor, in which each lane moves one element."""
        return {self.probe.slot: Nudged(self.probe.value, self.elements[places], by)}

    def _tried(self, order: Order) -> LaneCost:
        """What a lane costs, found by moving two neighbouring elements."""
        plan, two = self.dependence.evaluation.plan, _in_order(self.probe, order)[:2]
        moved: dict[int, Moving] = {self.probe.slot: Nudged(self.probe.value, two, np.full(len(two), 1e-6))}
        with np.errstate(all="ignore"):
            fill_lanes(self.dependence, self.way, moved)
        work, sizes = 0.0, [1]
        for step in self.way:
            portion = max(moved[source].portion for source in step.inputs if source in moved)
            work += lane_work(self.dependence, step, portion if plan.ops[step.slot].regional else 1.0)
            sizes.append(moved[step.slot].values.size // len(two))
        return LaneCost(work, max(sizes), sum(sizes))


def bundles(probes: Sequence[Probe]) -> Iterator[Numbers | Elements]:
    """All numbers in one bundle, and each tensor in its own."""
    numbers = [probe for probe in probes if not probe.shape]
    if numbers:
        yield Numbers(numbers)
    for probe in probes:
        if probe.shape:
            yield Elements(probe)


def lane_work(dependence: Dependence, step: Step, portion: float) -> float:
    """About how many operations a step takes in each lane where so large a part of its value moves."""
    plan = dependence.evaluation.plan
    return portion * plan.work(step) + (NODE_COST if plan.ops[step.slot].lanes is Layer.lanes else 0)


class Chunk:
    """Some places of a bundle, moved at once."""

    def __init__(self, bundle: Bundle, places: Places) -> None:
        self.bundle = bundle
        self.places = places
        self._reach = bundle.reach(places)
        self._here = bundle.dependence.total
        roundings = self._reach.roundings(bundle.dependence.squares)
        self._roundings = np.broadcast_to(roundings, places.shape)

    def slopes(self, steps: Array, chosen: Places | slice = slice(None)) -> Slopes:
        """The differences at its places, or at those that are chosen by their number in the chunk."""
        at = self.bundle.at[self.places[chosen]]
        return differences(at, steps, self._here, self.ends(steps, chosen), self._roundings[chosen])

    def ends(self, steps: Array, chosen: Places | slice = slice(None)) -> tuple[Array, Array]:
        """The output where each has moved by a step ahead, and where it has moved as far back."""
        places = self.places[chosen]
        at = self.bundle.at[places]
        # So much moves it to where a plain run would put it.
        by = np.concatenate([at + steps - at, at - steps - at])
        totals = self.bundle.totals(np.concatenate([places, places]), by, self._reach.steps)
        return totals[: len(places)], totals[len(places) :]


def _in_order(probe: Probe, order: Order) -> Places:
    """The numbers of a tensor's elements in this order."""
    return np.arange(probe.size, dtype=np.intp).reshape(probe.shape).ravel(order=order)


def _whole_runs(run: int, most: int) -> int:
    """A size of chunks of at most so many elements that doesn't end within the runs, or cuts them evenly."""
    if run > most:
        return -(-run // -(-run // most))
    return run * max(1, min(most, _SHORT_RUN) // run)
