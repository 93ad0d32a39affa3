"""Nodes of one level and one op computed together, as columns, where so many stand side by side that it pays.

A level is a node's distance from the leaves, so nothing in a level waits for anything else in it. A group (one level,
one op under one setting) costs about as much as 16 nodes one by one, whatever its size. Groups, and the single nodes
between them, make stages: where a stage ends, numbers pass from the columns to the list of single values and back.

The numbers are those of the run node by node, to the last digit: columns are :class:`Lanes`, and shares are added in
the same order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from app.core.action import Action, Move, Way

if TYPE_CHECKING:
    from app.core.plan import Plan

SMALLEST: Final = 16
"""How many nodes a group has at least."""
_LEAST_SHARE: Final = 0.3
"""How many of a plan's nodes must stand in groups: single nodes cost more beside groups than in a plan without."""
_STAGE: Final = 12
_PASSED: Final = 0.3
"""What a stage costs that fills places in columns, and a number that passes over, in nodes computed one by one."""
_LEAST_GAIN: Final = 0.1
"""How many of its nodes' time a plan must save."""
_COMMUTES: Final = 2
"""So many shares make the same sum in either order."""

Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Nodes computed together, at ``start`` to ``stop`` of the column of values.

    ``inputs`` are, by input, the places of what they take. ``asked`` are those among them that the output
    depends on (None where it does on all); ``shares`` are, by input, the places of what those send back.
    """

    action: Action
    start: int
    stop: int
    inputs: tuple[Places, ...]
    asked: Places | None
    shares: tuple[Places, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """A level with groups, or a run of levels without.

    ``start`` to ``stop`` are the places in columns that it fills: with the values of leaves (in the first stage) and of
    its groups, then with copies of single ones. ``shares`` are the places of what those are sent back, in the order of
    adding; ``targets`` says to which of them, counted from ``start``, each goes.
    """

    groups: tuple[Group, ...]
    singles: tuple[Move, ...]
    """The nodes that are computed one by one, in topological order."""
    exported: tuple[int, ...]
    """Slots in columns whose values single nodes take."""
    exported_places: Places
    copied: tuple[int, ...]
    """Slots of single nodes that stand in columns too."""
    start: int
    stop: int
    shares: slice
    targets: Places
    single_edges: tuple[int, ...]
    """Edges from single nodes among the shares, with their places."""
    single_places: Places


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """All stages of a plan."""

    stages: tuple[Stage, ...]
    places: Places
    """By slot, the place of its value in the column; −1 where it isn't there."""
    reached: NDArray[np.bool_]
    """By slot, whether a gradient comes to it."""
    leaves: tuple[int, ...]
    """Which of the plan's leaves stand in columns alone, from the first place on."""
    other_leaves: tuple[tuple[int, int], ...]
    """Which don't, with their slots."""
    grouped: Places
    """The slots that stand in columns alone."""
    single: tuple[int, ...]
    """The others."""
    size: int
    shares: int
    """How long the columns are."""
    grouped_edges: Places
    """Edges from nodes in groups, with the places of their shares."""
    grouped_edge_places: Places


def grouping(plan: Plan) -> Grouping | None:
    """The stages of a plan; None where groups wouldn't pay."""
    levels = np.array(_levels(plan.inputs), dtype=np.intp)
    kinds = _kinds(plan)
    in_group = _in_groups(levels, kinds)
    if in_group.mean() < _LEAST_SHARE:
        return None
    edges = _Edges(plan)
    uses = np.bincount(edges.sources[edges.flows], minlength=len(plan.ids))
    if any(plan.shapes[slot] for slot in np.flatnonzero(uses > _COMMUTES).tolist()):
        # The shares of a tensor can't stand in a column, and would be added in another order.
        return None
    layout = _Layout(plan, edges, levels, kinds, in_group, uses)
    return layout.grouping() if layout.gain() >= _LEAST_GAIN * len(plan.ids) else None


class _Edges:
    """Edges as arrays, by their numbers. ``starts`` is by slot, the number of its first."""

    def __init__(self, plan: Plan) -> None:
        lengths = np.fromiter(map(len, plan.inputs), dtype=np.intp, count=len(plan.ids))
        self.sources = np.fromiter(chain.from_iterable(plan.inputs), dtype=np.intp, count=plan.edges[-1])
        self.targets = np.repeat(np.arange(len(plan.ids)), lengths)
        self.starts = np.array(plan.edges, dtype=np.intp)
        self.reached = np.array(_reached(plan))
        """By slot, whether a gradient comes to it."""
        self.flows = self.reached[self.targets] & self.reached[self.sources]
        """Whether a share comes back on it."""
        self.flows[_label_edges(plan)] = False


class _Layout:
    """Where everything stands: nodes by slot, shares by edge."""

    def __init__(
        self, plan: Plan, edges: _Edges, levels: Places, kinds: Places, in_group: NDArray[np.bool_], uses: Places
    ) -> None:
        count = len(kinds)
        # What isn't in a group stands in the column where a group takes it, and where the order of adding matters.
        needed = ~in_group & (_marked(edges.sources[in_group[edges.targets]], count) | (uses > _COMMUTES))
        is_leaf = _marked([slot for slot, _ in plan.leaves], count)
        self.copied = needed & ~is_leaf
        in_group = in_group | (needed & is_leaf)
        self.plan, self.edges, self.kinds, self.in_group, self.is_leaf = plan, edges, kinds, in_group, is_leaf
        self.exported = in_group & _marked(edges.sources[~in_group[edges.targets]], count)
        self.stages = _stages(levels, in_group, self.copied | self.exported)
        order = np.lexsort((np.arange(count), kinds, self.copied, self.stages))
        self.order = order[(in_group | self.copied)[order]]
        """Slots, by place in the column."""
        self.places = _inverse(self.order, count)
        shares = np.flatnonzero(edges.flows & (self.places[edges.sources] >= 0))
        keys = (shares, -edges.targets[shares], self.stages[edges.sources[shares]])
        self.shares = shares[np.lexsort(keys)]
        """Edges, by place in the column of shares."""
        self.share_places = _inverse(self.shares, len(edges.sources))

    def gain(self) -> float:
        """About what the columns save, in nodes computed one by one."""
        grouped = np.flatnonzero(self.in_group & ~self.is_leaf)
        groups = len(np.unique(np.stack([self.stages[grouped], self.kinds[grouped]]), axis=1).T)
        stages = len(np.unique(self.stages[self.order]))
        from_singles = np.count_nonzero(~self.in_group[self.edges.targets[self.shares]])
        passed = np.count_nonzero(self.copied) + np.count_nonzero(self.exported) + from_singles
        return float(len(grouped) - SMALLEST * groups - _STAGE * stages - _PASSED * passed)

    def grouping(self) -> Grouping:
        edges, in_group, shares = self.edges, self.in_group, self.shares
        number = int(self.stages.max()) + 1
        leaves = np.array([slot for slot, _ in self.plan.leaves], dtype=np.intp)
        bounds = np.searchsorted(self.stages[self.order], np.arange(number + 1)).tolist()
        share_bounds = np.searchsorted(self.stages[edges.sources[shares]], np.arange(number + 1)).tolist()
        singles = _by_stage(np.flatnonzero(~in_group & ~self.is_leaf), self.stages, number)
        exported = _by_stage(np.flatnonzero(self.exported), self.stages, number)
        parts = zip(pairwise(bounds), pairwise(share_bounds), singles, exported, strict=True)
        from_groups = shares[in_group[edges.targets[shares]]]
        return Grouping(
            stages=tuple([self._stage(*places, slice(*received), *slots) for places, received, *slots in parts]),
            places=self.places,
            reached=edges.reached,
            leaves=tuple(
                [
                    number
                    for number in np.argsort(self.places[leaves], kind="stable").tolist()
                    if in_group[leaves[number]]
                ]
            ),
            other_leaves=tuple([(number, slot) for number, slot in enumerate(leaves.tolist()) if not in_group[slot]]),
            grouped=np.flatnonzero(in_group),
            single=tuple(np.flatnonzero(~in_group).tolist()),
            size=len(self.order),
            shares=len(shares),
            grouped_edges=from_groups,
            grouped_edge_places=self.share_places[from_groups],
        )

    def _stage(self, start: int, stop: int, received: slice, singles: Places, exported: Places) -> Stage:
        plan, edges = self.plan, self.edges
        slots, shares = self.order[start:stop], self.shares[received]
        from_singles = shares[~self.in_group[edges.targets[shares]]]
        return Stage(
            groups=tuple(self._groups(slots[self.in_group[slots] & ~self.is_leaf[slots]], start)),
            singles=tuple(
                [(slot, plan.actions[slot], plan.inputs[slot], plan.edges[slot]) for slot in singles.tolist()]
            ),
            exported=tuple(exported.tolist()),
            exported_places=self.places[exported],
            copied=tuple(slots[self.copied[slots]].tolist()),
            start=start,
            stop=stop,
            shares=received,
            targets=self.places[edges.sources[shares]] - start,
            single_edges=tuple(from_singles.tolist()),
            single_places=self.share_places[from_singles],
        )

    def _groups(self, slots: Places, start: int) -> Iterator[Group]:
        """The groups of a stage. Their slots stand by kind, from the place ``start`` on."""
        changes = np.flatnonzero(np.diff(self.kinds[slots])) + 1
        for low, high in pairwise([0, *changes.tolist(), len(slots)] if len(slots) else []):
            members = slots[low:high]
            action: Any = self.plan.actions[members[0]]
            first = self.edges.starts[members]
            asked = self.edges.reached[members]
            numbers = range(2 if action.way <= Way.TWO_CONSTANT else 1)
            yield Group(
                action=action,
                start=start + low,
                stop=start + high,
                inputs=tuple([self.places[self.edges.sources[first + number]] for number in numbers]),
                asked=None if asked.all() else np.flatnonzero(asked),
                shares=tuple([self.share_places[first[asked] + number] for number in numbers]),
            )


def _marked(slots: Places | list[int], count: int) -> NDArray[np.bool_]:
    marks = np.zeros(count, dtype=bool)
    marks[slots] = True
    return marks


def _inverse(order: Places, count: int) -> Places:
    """Where each number stands in ``order``; −1 where it doesn't."""
    places = np.full(count, -1, dtype=np.intp)
    places[order] = np.arange(len(order))
    return places


def _stages(levels: Places, in_group: NDArray[np.bool_], passes: NDArray[np.bool_]) -> Places:
    """The stage of each slot. A level with groups is one; others go together up to one whose numbers pass over."""
    height = int(levels.max()) + 1
    begins = _marked(levels[in_group], height)
    ends = begins | _marked(levels[passes], height)
    begins[1:] |= ends[:-1]
    begins[0] = False
    by_level: Places = np.cumsum(begins)
    return by_level[levels]


def _levels(inputs: Sequence[tuple[int, ...]]) -> list[int]:
    levels: list[int] = []
    for sources in inputs:
        levels.append(1 + max([levels[source] for source in sources]) if sources else 0)
    return levels


def _kinds(plan: Plan) -> NDArray[np.intp]:
    """By slot, a number that nodes computed in the same way share; −1 for what isn't computed by its formulas."""
    known: dict[int, int] = {}
    return np.array(
        [
            -1 if action is None or action.way is Way.LAYER else known.setdefault(id(action), len(known))
            for action in plan.actions
        ],
        dtype=np.intp,
    )


def _in_groups(levels: Places, kinds: Places) -> NDArray[np.bool_]:
    """By slot, whether enough nodes of its kind stand in its level, and enough of such in the level for a stage."""
    keys = levels * (kinds.max(initial=0) + 1) + kinds
    _, heads, group, sizes = np.unique(
        np.where(kinds < 0, -1, keys), return_index=True, return_inverse=True, return_counts=True
    )
    pays = (sizes >= SMALLEST) & (kinds[heads] >= 0)
    by_level = np.bincount(levels[heads[pays]], sizes[pays] - SMALLEST, int(levels.max()) + 1)
    return pays[group] & (by_level[levels] > _STAGE)


def _reached(plan: Plan) -> list[bool]:
    """By slot, whether the output depends on it in a way that gradients go."""
    reached = [False] * len(plan.ids)
    reached[plan.output] = plan.output not in plan.silent
    for slot in range(plan.output, -1, -1):
        if reached[slot]:
            op = plan.ops[slot]
            for number, source in enumerate(plan.inputs[slot]):
                if not op.labels or not op.is_label(number):
                    reached[source] = source not in plan.silent
    return reached


def _label_edges(plan: Plan) -> list[int]:
    return [
        plan.edges[slot] + number
        for slot, op in enumerate(plan.ops)
        if op.labels
        for number in range(len(plan.inputs[slot]))
        if op.is_label(number)
    ]


def _by_stage(slots: Places, stages: Places, number: int) -> list[Places]:
    ordered = slots[np.argsort(stages[slots], kind="stable")]
    return np.split(ordered, np.searchsorted(stages[ordered], np.arange(1, number)))
