"""The compiled order of a graph: flat lists over slot numbers, made once per structure and kept.

A slider changes values and not structure, so plans are found again by everything but the numbers. A plan holds no
state of a run and may be shared between threads.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import accumulate, count
from threading import Lock
from typing import Any, Final, NamedTuple

from app.core.action import Action
from app.core.asked import unasked_inputs
from app.core.errors import GraphError
from app.core.graph import Graph
from app.core.grouped import Grouping, grouping
from app.core.layer import Layer
from app.core.tensor import Shape, shape_of
from app.core.validate import Checked, Limits, forget_nodes, group_faults, validate


class Step(NamedTuple):
    """One computed node: where its value goes, how to make its layer, and where its inputs are."""

    slot: int
    make: Callable[[], Layer]
    inputs: tuple[int, ...]

    @property
    def settings(self) -> Mapping[str, Any]:
        """The settings that the layer is made with; those that the document leaves out aren't there."""
        return self.make.keywords if isinstance(self.make, partial) else {}


BOTH_WAYS: Final = 3
"""Both passes in the work of forward: backward costs about twice what forward does."""


_LEAST_GROUPED: Final = 64
"""Smaller plans aren't looked at for groups."""


@dataclass(frozen=True, eq=False)
class Plan:
    """A graph ready to run. A node's slot is its place in topological order."""

    ids: tuple[str, ...]
    ops: tuple[type[Layer], ...]
    settings: tuple[Mapping[str, Any], ...]
    shapes: tuple[Shape, ...]
    inputs: tuple[tuple[int, ...], ...]
    actions: tuple[Action | None, ...]
    """How each node is computed; None for a leaf."""
    is_scalar: bool
    """Whether every node is a single number, and computed by its formulas where it isn't a leaf."""
    leaves: tuple[tuple[int, int], ...]
    """Slot and place in the document of every leaf."""
    silent: frozenset[int]
    """Slots that are given no gradient: constants."""
    output: int

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The computed nodes, in topological order."""
        return tuple(
            [
                Step(slot, partial(op, **settings) if settings else op, inputs)
                for slot, (op, settings, inputs) in enumerate(zip(self.ops, self.settings, self.inputs, strict=True))
                if not op.is_leaf
            ]
        )

    @cached_property
    def edges(self) -> tuple[int, ...]:
        """By slot, the number of its first edge, and at the end how many there are."""
        return (0, *accumulate(map(len, self.inputs)))

    @cached_property
    def unasked(self) -> Mapping[int, frozenset[int]]:
        """By slot, the numbers of the inputs whose shares nobody asks for; where all are asked for, nothing stands."""
        return unasked_inputs(self)

    def grouping(self) -> Grouping | None:
        """How its nodes are computed together, where that pays; None for its first run, which is over sooner."""
        return self._grouping if next(self._asked) and len(self.ids) >= _LEAST_GROUPED else None

    @cached_property
    def _grouping(self) -> Grouping | None:
        return grouping(self)

    @cached_property
    def _asked(self) -> Iterator[int]:
        return count()

    def edge(self, slot: int, number: int) -> str:
        """The name of the edge into the input ``number`` of a node, as in ``f:0``."""
        return f"{self.ids[slot]}:{number}"

    def work(self, step: Step) -> int:
        """About how many floating-point operations forward takes at this step."""
        return step.make().work(*[self.shapes[source] for source in step.inputs])

    def leaf_places(self) -> dict[str, int]:
        """By its id, where each leaf stands among ``leaves``."""
        return {self.ids[slot]: place for place, (slot, _) in enumerate(self.leaves)}


class PlanCache:
    """Plans by structure, the least recently used forgotten first; safe under threads."""

    def __init__(self, capacity: int = 500_000) -> None:
        """Keep plans of at most ``capacity`` nodes in all."""
        self._capacity = capacity
        self._plans: OrderedDict[_Structure, Plan] = OrderedDict()
        self._nodes = 0
        self._lock = Lock()

    def get(self, graph: Graph, output: str | None, limits: Limits) -> Plan:
        """The plan of this structure, made where it isn't known yet. Raises :class:`GraphError`."""
        key = _Structure(graph, output, limits)
        with self._lock:
            if (known := self._plans.get(key)) is not None:
                self._plans.move_to_end(key)
        if known is not None:
            if faults := group_faults(graph):
                raise GraphError(faults)
            return known
        plan = _compile(validate(graph, output, limits))
        with self._lock:
            if key not in self._plans:
                self._plans[key] = plan
                self._nodes += len(plan.ids)
            while self._nodes > self._capacity:
                _, forgotten = self._plans.popitem(last=False)
                self._nodes -= len(forgotten.ids)
        return plan

    def forget(self) -> None:
        """Forget every plan."""
        with self._lock:
            self._plans.clear()
            self._nodes = 0


_CACHE: Final = PlanCache()


def forget_plans() -> None:
    """Forget all that is kept of ops and structures: for whoever changes an op while the program runs."""
    _CACHE.forget()
    forget_nodes()


def plan_for(graph: Graph, output: str | None = None, limits: Limits | None = None) -> Plan:
    """The plan of a graph, from the process's cache. Raises :class:`GraphError` with every fault at once."""
    return _CACHE.get(graph, output, limits or Limits())


class _Structure:
    """All of a graph but its numbers, as a key whose hash is worked out once."""

    __slots__ = ("_hash", "_parts")

    def __init__(self, graph: Graph, output: str | None, limits: Limits) -> None:
        self._parts = (
            output or graph.output,
            limits,
            # It is no part of a plan, but counts in its budget.
            None if graph.upstream is None else shape_of(graph.upstream),
            tuple(
                [
                    (
                        node.id,
                        node.op,
                        node.inputs,
                        repr(node.params) if node.params else None,
                        None if node.value is None else shape_of(node.value),
                    )
                    for node in graph.nodes
                ]
            ),
        )
        self._hash = hash(self._parts)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Structure) and self._parts == other._parts


def _compile(checked: Checked) -> Plan:
    leaves = tuple([(slot, place) for slot, place in enumerate(checked.places) if checked.actions[slot] is None])
    return Plan(
        ids=checked.ids,
        ops=checked.ops,
        settings=checked.params,
        shapes=checked.shapes,
        inputs=tuple(checked.inputs),
        actions=checked.actions,
        is_scalar=checked.is_scalar,
        leaves=leaves,
        silent=frozenset([slot for slot, _ in leaves if not checked.ops[slot].asks_gradient]),
        output=checked.output,
    )
