"""Elements that are moved side by side: those of one tensor, or many numbers, each both ways in a lane of its own.

Lanes are taken in chunks, so that what they hold stays small. Of a tensor those elements go together whose moving
changes the same region of what follows: for weights those of one column.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from app.core.layer import Layer
from app.core.moving import Moving, Nudged
from app.core.plan import Step
from app.core.probe import Probe
from app.core.response import NODE_COST, Dependence, Reach, weighed
from app.core.slope import Slopes, differences
from app.core.tensor import Array, size_of

Places = NDArray[np.intp]
"""Numbers of elements within a bundle."""

Order = Literal["C", "F"]
"""Which axis of a tensor runs fastest: the last, or the first."""

_CALL_COST: Final = 10 * NODE_COST
"""What taking many lanes through one node costs, whatever their number, in floating-point operations."""
_TOGETHER: Final = 1 << 17
"""So many numbers of one node are computed at once: they stay in the processor's cache."""
_HELD: Final = 1 << 22
"""So many numbers of all nodes are held at once."""
_MOST_LANES: Final = 4_096
_SHORT_RUN: Final = 32


def lane_totals(dependence: Dependence, steps: Sequence[Step], moved: dict[int, Moving]) -> Array | float:
    """The seed times the output, summed, in each lane; ``moved`` says what moves, and is given what follows from it.

    A node in ``moved`` that itself follows from another is moved by as much from wherever it has come to.
    """
    evaluation = dependence.evaluation
    plan, values = evaluation.plan, evaluation.values
    nudged = dict(moved)
    with np.errstate(all="ignore"):
        for step in steps:
            op = plan.ops[step.slot]
            taken = [moved.get(source, values[source]) for source in step.inputs]
            if op.labels:
                still = zip(step.inputs, taken, strict=True)
                taken = [values[source] if op.is_label(n) else x for n, (source, x) in enumerate(still)]
            found = step.make().through(taken, values[step.slot])
            if step.slot in nudged:
                found = Moving(found.base, found.where, found.values + nudged[step.slot].gain)
            moved[step.slot] = found
        if plan.output not in moved:
            return float(weighed(np.asarray(values[plan.output]), evaluation.upstream))
        return weighed(moved[plan.output].whole(), evaluation.upstream)


def bundles(probes: Sequence[Probe]) -> list[Bundle]:
    """All numbers in one bundle, and each tensor in its own."""
    numbers = [probe for probe in probes if not probe.shape]
    tensors = [Bundle([probe]) for probe in probes if probe.shape]
    return [*([Bundle(numbers)] if numbers else []), *tensors]


class Bundle:
    """The elements of ``probes``: several numbers, or one tensor. Its places count them in the order of the chunks."""

    def __init__(self, probes: Sequence[Probe]) -> None:
        self.probes = probes
        self.is_tensor = bool(probes[0].shape)
        self.size = sum(probe.size for probe in probes)
        self._dependence = probes[0].dependence

    @cached_property
    def elements(self) -> Places:
        """The number of the element in its node at each place."""
        if not self.is_tensor:
            return np.zeros(self.size, dtype=np.intp)
        return _in_order(self.probes[0], self._order)

    @cached_property
    def at(self) -> Array:
        """Where the element at each place stands."""
        return np.concatenate([probe.at for probe in self.probes])[self._sorted]

    @cached_property
    def gradients(self) -> Array:
        """The gradient of the element at each place."""
        return np.concatenate([probe.gradients for probe in self.probes])[self._sorted]

    @property
    def _sorted(self) -> Places | slice:
        return self.elements if self.is_tensor else slice(None)

    def steps(self, epsilon: float) -> Array:
        """How far to move the element at each place: relative where it is larger than 1."""
        return epsilon * np.maximum(1.0, np.abs(self.at))

    def work(self, count: int) -> int:
        """About how many operations it takes to move so many of the elements both ways."""
        return int(2 * count * self._lane_work) + self._calls * -(-count // self.together)

    @cached_property
    def together(self) -> int:
        """How many elements a chunk has."""
        most = max(1, min(_MOST_LANES, _TOGETHER // self._widest, _HELD // self._held) // 2)
        if not self.is_tensor:
            return most
        shape = self.probes[0].shape
        run = shape[-1] if self._order == "C" else shape[0]
        if most >= run:
            return run * max(1, min(most, _SHORT_RUN) // run)
        return -(-run // -(-run // most))

    def parts(self, places: Places) -> Iterator[Places]:
        """These places, as many at a time as make a chunk."""
        for start in range(0, len(places), self.together):
            yield places[start : start + self.together]

    def chunks(self) -> Iterator[Chunk]:
        """All elements, in chunks."""
        for places in self.parts(np.arange(self.size)):
            yield Chunk(self, places)

    def reach(self, places: Places) -> Reach:
        """What the elements at these places move."""
        slots = [self.probes[0].slot] if self.is_tensor else [self.probes[place].slot for place in places]
        return self._dependence.reach(slots)

    def totals(self, places: Places, by: Array, steps: Sequence[Step]) -> Array:
        """The output where each of these elements in a lane of its own has moved so far."""
        if self.is_tensor:
            probe = self.probes[0]
            moved: dict[int, Moving] = {probe.slot: Nudged(probe.value, self.elements[places], by)}
        else:
            moved = self._numbers_moved(places, by)
        return np.broadcast_to(lane_totals(self._dependence, steps, moved), by.shape)

    def _numbers_moved(self, places: Places, by: Array) -> dict[int, Moving]:
        moved: dict[int, Moving] = {}
        for lane, (place, gain) in enumerate(zip(places.tolist(), by.tolist(), strict=True)):
            probe = self.probes[place]
            if probe.slot not in moved:
                moved[probe.slot] = Moving(probe.value, (), np.full(len(by), probe.value))
            moved[probe.slot].values[lane] += gain
        return moved

    @property
    def _lane_work(self) -> float:
        return self._costs[0]

    @property
    def _widest(self) -> int:
        return self._costs[1]

    @property
    def _held(self) -> int:
        return self._costs[2]

    @property
    def _calls(self) -> int:
        return _CALL_COST * (1 + len(self._reach.steps))

    @cached_property
    def _order(self) -> Order:
        """The order of the elements in which neighbours move less of what follows."""
        return "F" if len(self.probes[0].shape) > 1 and self._tried["F"][0] < self._tried["C"][0] else "C"

    @cached_property
    def _costs(self) -> tuple[float, int, int]:
        """Of a lane: operations, numbers of the node with the most of them, numbers of all nodes."""
        return self._tried[self._order] if self.is_tensor else self._cost_of_numbers()

    @cached_property
    def _tried(self) -> Mapping[Order, tuple[float, int, int]]:
        """These costs, found by moving two neighbouring elements, in either order."""
        probe = self.probes[0]
        tried: dict[Order, tuple[float, int, int]] = {}
        orders: tuple[Order, ...] = ("C", "F") if len(probe.shape) > 1 else ("C",)
        for order in orders:
            two = _in_order(probe, order)[:2]
            moved: dict[int, Moving] = {probe.slot: Nudged(probe.value, two, np.full(len(two), 1e-6))}
            lane_totals(self._dependence, self._reach.steps, moved)
            tried[order] = self._cost_of(moved)
        return tried

    def _cost_of(self, moved: Mapping[int, Moving]) -> tuple[float, int, int]:
        plan = self._dependence.evaluation.plan
        work, sizes = 0.0, [1]
        for step in self._reach.steps:
            op, found = plan.ops[step.slot], moved[step.slot]
            portion = max(moved[source].portion for source in step.inputs if source in moved) if op.regional else 1.0
            work += portion * plan.work(step) + (NODE_COST if op.lanes is Layer.lanes else 0)
            sizes.append(found.values.size // found.lanes)
        return work, max(sizes), sum(sizes)

    def _cost_of_numbers(self) -> tuple[float, int, int]:
        plan = self._dependence.evaluation.plan
        work, sizes = 0.0, [1]
        for step in self._reach.steps:
            work += plan.work(step) + (NODE_COST if plan.ops[step.slot].lanes is Layer.lanes else 0)
            sizes.append(size_of(plan.shapes[step.slot]))
        return work, max(sizes), sum(sizes)

    @cached_property
    def _reach(self) -> Reach:
        return self._dependence.reach([probe.slot for probe in self.probes])


class Chunk:
    """Some elements of a bundle, moved at once."""

    def __init__(self, bundle: Bundle, places: Places) -> None:
        self.bundle = bundle
        self.places = places
        self._reach = bundle.reach(places)
        dependence = bundle.probes[0].dependence
        self._here = dependence.total
        roundings = self._reach.roundings(dependence.squares)
        self._roundings = np.broadcast_to(roundings, places.shape)

    def slopes(self, steps: Array, chosen: Places | slice = slice(None)) -> Slopes:
        """The differences of the elements, or of those that are chosen by their place in the chunk."""
        at = self.bundle.at[self.places[chosen]]
        return differences(at, steps, self._here, self.ends(steps, chosen), self._roundings[chosen])

    def ends(self, steps: Array, chosen: Places | slice = slice(None)) -> tuple[Array, Array]:
        """The output where each element has moved by a step ahead, and where it has moved as far back."""
        places = self.places[chosen]
        at = self.bundle.at[places]
        # What is added is what moves an element to where a plain run would put it.
        by = np.concatenate([at + steps - at, at - steps - at])
        totals = self.bundle.totals(np.concatenate([places, places]), by, self._reach.steps)
        return totals[: len(places)], totals[len(places) :]


def _in_order(probe: Probe, order: Order) -> Places:
    """The numbers of a tensor's elements in this order."""
    return np.arange(probe.size, dtype=np.intp).reshape(probe.shape).ravel(order=order)
