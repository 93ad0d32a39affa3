"""A run in columns: groups of nodes at once, by :mod:`app.core.grouped`, and the rest node by node."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar, overload

import numpy as np

from app.core.action import Way
from app.core.elementary import Lanes
from app.core.grouped import Group, Grouping, Stage
from app.core.passes import Run
from app.core.plan import Plan
from app.core.tensor import Array, Value

T = TypeVar("T")


class Late(Sequence[T]):
    """A list that is made the first time that it's looked into."""

    def __init__(self, make: Callable[[], list[T]]) -> None:
        self._make = make
        self._made: list[T] | None = None

    def _list(self) -> list[T]:
        if self._made is None:
            self._made = self._make()
        return self._made

    def __len__(self) -> int:
        return len(self._list())

    def __iter__(self) -> Iterator[T]:
        return iter(self._list())

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...
    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        return self._list()[place]


class ColumnRun(Run):
    """Forward and backward stage by stage."""

    def __init__(self, plan: Plan, grouping: Grouping, called: Callable[[str], str]) -> None:
        super().__init__(plan, called)
        self._grouping = grouping
        self._values = np.empty(grouping.size).view(Lanes)
        self._gradients = np.empty(grouping.size).view(Lanes)
        self._shares = np.empty(grouping.shares).view(Lanes)
        self._taken: list[list[Array]] = []

    def forward(self, leaves: Sequence[Value]) -> None:
        """Fill in the values: of each stage its groups, then its single nodes."""
        column, values = self._values, self.values
        column[: len(self._grouping.leaves)] = [leaves[number] for number in self._grouping.leaves]
        for number, slot in self._grouping.other_leaves:
            values[slot] = leaves[number]
        for stage in self._grouping.stages:
            for group in stage.groups:
                taken = [column[places] for places in group.inputs]
                self._taken.append(taken)
                column[group.start : group.stop] = group.action.value(*taken)
            self._compute(stage.singles)
            if stage.exported:
                for slot, number in zip(stage.exported, column[stage.exported_places].tolist(), strict=True):
                    values[slot] = number
            if stage.copied:
                column[stage.stop - len(stage.copied) : stage.stop] = [values[slot] for slot in stage.copied]

    def backward(self, seed: Value) -> None:
        """Fill in gradients and shares."""
        plan = self.plan
        if plan.output not in plan.silent:
            self.gradients[plan.output] = seed
        for stage in reversed(self._grouping.stages):
            if stage.start < stage.stop:
                self._gather(stage, seed)
            for group in reversed(stage.groups):
                self._group_backward(group, self._taken.pop())
            self._send(reversed(stage.singles))
        for slot in plan.silent:
            self.gradients[slot] = None

    def _gather(self, stage: Stage, seed: Value) -> None:
        """The gradients of the stage's numbers in columns: sums of the shares that have come."""
        if stage.single_edges:
            self._shares[stage.single_places] = [self.shares[edge] for edge in stage.single_edges]
        # Not reduceat, which adds in another order.
        sums = np.bincount(stage.targets, self._shares[stage.shares], stage.stop - stage.start)
        self._gradients[stage.start : stage.stop] = sums
        place = self._grouping.places[self.plan.output]
        if stage.start <= place < stage.stop:
            self._gradients[place] = seed
        if stage.copied:
            reached = self._grouping.reached
            found = self._gradients[stage.stop - len(stage.copied) : stage.stop].tolist()
            for slot, gradient in zip(stage.copied, found, strict=True):
                self.gradients[slot] = gradient if reached[slot] else None

    def _group_backward(self, group: Group, taken: list[Array]) -> None:
        way, _, partials = group.action
        upstream = self._gradients[group.start : group.stop]
        output = self._values[group.start : group.stop]
        if way in (Way.TWO, Way.ONE):
            slopes: Any = partials(*taken)
        elif way is Way.ONE_OUTPUT:
            slopes = partials(output)
        elif way is Way.ONE_KEPT:
            slopes = partials(*taken, output)
        else:
            slopes = partials
        for local, places in zip(slopes, group.shares, strict=True):
            share = upstream * local
            self._shares[places] = share if group.asked is None else share[group.asked]

    def is_finite_at(self, slots: Sequence[int]) -> bool:
        """Whether the output and the gradients of these slots are finite."""
        numbers = [self._number(self._values, self.values, self.plan.output)]
        numbers += [self._number(self._gradients, self.gradients, slot) for slot in slots]
        return bool(np.isfinite([number for number in numbers if number is not None]).all())

    def _number(self, column: Any, single: Sequence[Any], slot: int) -> Any:
        place = self._grouping.places[slot]
        return single[slot] if place < 0 else column[place]

    def is_all_finite(self) -> bool:
        """Whether every number of the run is finite."""
        if not math.isfinite(float(self._values.sum() + self._gradients.sum())):
            return False
        single = self._grouping.single
        return self._are_finite([*[self.values[slot] for slot in single], *[self.gradients[slot] for slot in single]])

    def results(self) -> tuple[Sequence[Value], Sequence[Value | None], Sequence[Value | None]]:
        """Values and gradients by slot, shares by edge, put together when they are looked at."""
        return Late(self._all_values), Late(self._all_gradients), Late(self._all_shares)

    def _all_values(self) -> list[Value]:
        grouping, values = self._grouping, self.values
        slots = grouping.grouped
        for slot, number in zip(slots.tolist(), self._values[grouping.places[slots]].tolist(), strict=True):
            values[slot] = number
        return values

    def _all_gradients(self) -> list[Value | None]:
        grouping, gradients = self._grouping, self.gradients
        slots = grouping.grouped
        found = self._gradients[grouping.places[slots]].tolist()
        for slot, number, reached in zip(slots.tolist(), found, grouping.reached[slots].tolist(), strict=True):
            gradients[slot] = number if reached else None
        return gradients

    def _all_shares(self) -> list[Value | None]:
        grouping, shares = self._grouping, self.shares
        found = self._shares[grouping.grouped_edge_places].tolist()
        for edge, number in zip(grouping.grouped_edges.tolist(), found, strict=True):
            shares[edge] = number
        return shares
