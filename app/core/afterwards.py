"""What a run leaves as flat numbers, as the objects that its readers ask for: made when they are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, TypeVar, overload

from app.core.layer import Layer
from app.core.tensor import Value

if TYPE_CHECKING:
    from app.core.plan import Plan

T = TypeVar("T")


class _BySlot(Sequence[T | None]):
    """What there is of each slot of a plan; ``_at`` finds it."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def _at(self, slot: int) -> T | None:
        raise NotImplementedError

    def __len__(self) -> int:
        return len(self._plan.ids)

    @overload
    def __getitem__(self, slot: int) -> T | None: ...
    @overload
    def __getitem__(self, slot: slice) -> Sequence[T | None]: ...
    def __getitem__(self, slot: int | slice) -> T | Sequence[T | None] | None:
        slots = range(len(self))
        return [self._at(each) for each in slots[slot]] if isinstance(slot, slice) else self._at(slots[slot])


class Layers(_BySlot[Layer]):
    """By slot, the layer object of a computed node after its forward; None for a leaf."""

    def __init__(self, plan: Plan, values: Sequence[Value], ran: dict[int, Layer]) -> None:
        """``ran`` holds those that ran as objects."""
        super().__init__(plan)
        self._values, self._known = values, ran

    def _at(self, slot: int) -> Layer | None:
        layer = self._known.get(slot)
        if layer is None and not self._plan.ops[slot].is_leaf:
            layer = self._known[slot] = self._plan.ops[slot](**self._plan.settings[slot])
            layer.forward(*[self._values[source] for source in self._plan.inputs[slot]])
        return layer


Shares = tuple[Value | None, ...]
"""What each edge of a computed node sends back."""


class SharesBySlot(_BySlot[Shares]):
    """By slot, the shares of a computed node; None for a leaf, and where no gradient has come."""

    def __init__(self, plan: Plan, gradients: Sequence[Value | None], by_edge: Sequence[Value | None]) -> None:
        super().__init__(plan)
        self._gradients, self._by_edge = gradients, by_edge

    def by_edge(self) -> list[Value | None]:
        """The same edge by edge, in the order of :attr:`Plan.edges`: for whoever reads all of it."""
        plan, shares = self._plan, list(self._by_edge)
        for slot, gradient in enumerate(self._gradients):
            if gradient is None:
                first, end = plan.edges[slot : slot + 2]
                shares[first:end] = [None] * (end - first)
        if plan.silent:
            sources = chain.from_iterable(plan.inputs)
            return [None if source in plan.silent else share for source, share in zip(sources, shares, strict=True)]
        return shares

    def _at(self, slot: int) -> Shares | None:
        if self._plan.ops[slot].is_leaf or self._gradients[slot] is None:
            return None
        edge, inputs, silent = self._plan.edges[slot], self._plan.inputs[slot], self._plan.silent
        shares = self._by_edge[edge : edge + len(inputs)]
        return tuple([None if source in silent else share for source, share in zip(inputs, shares, strict=True)])
