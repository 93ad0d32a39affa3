"""What a run leaves as flat numbers, as the objects that its readers ask for: made when they are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, overload

from app.core.layer import Layer
from app.core.tensor import Value

if TYPE_CHECKING:
    from app.core.plan import Plan


class Layers(Sequence[Layer | None]):
    """By slot, the layer object of a computed node after its forward; None for a leaf."""

    def __init__(self, plan: Plan, values: Sequence[Value], ran: dict[int, Layer]) -> None:
        """``ran`` holds those that ran as objects."""
        self._plan, self._values, self._known = plan, values, ran

    def __len__(self) -> int:
        return len(self._plan.ids)

    @overload
    def __getitem__(self, slot: int) -> Layer | None: ...
    @overload
    def __getitem__(self, slot: slice) -> Sequence[Layer | None]: ...
    def __getitem__(self, slot: int | slice) -> Layer | Sequence[Layer | None] | None:
        if isinstance(slot, slice):
            return [self[number] for number in range(len(self))[slot]]
        slot = range(len(self))[slot]
        layer = self._known.get(slot)
        if layer is None and not self._plan.ops[slot].is_leaf:
            layer = self._known[slot] = self._plan.ops[slot](**self._plan.settings[slot])
            layer.forward(*[self._values[source] for source in self._plan.inputs[slot]])
        return layer


Shares = tuple[Value | None, ...]
"""What each edge of a computed node sends back."""


class SharesBySlot(Sequence[Shares | None]):
    """By slot, the shares of a computed node; None for a leaf, and where no gradient has come."""

    def __init__(self, plan: Plan, gradients: Sequence[Value | None], by_edge: Sequence[Value | None]) -> None:
        self._plan, self._gradients, self._by_edge = plan, gradients, by_edge

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

    def __len__(self) -> int:
        return len(self._plan.ids)

    @overload
    def __getitem__(self, slot: int) -> Shares | None: ...
    @overload
    def __getitem__(self, slot: slice) -> Sequence[Shares | None]: ...
    def __getitem__(self, slot: int | slice) -> Shares | Sequence[Shares | None] | None:
        if isinstance(slot, slice):
            return [self[number] for number in range(len(self))[slot]]
        slot = range(len(self))[slot]
        if self._plan.ops[slot].is_leaf or self._gradients[slot] is None:
            return None
        edge, inputs, silent = self._plan.edges[slot], self._plan.inputs[slot], self._plan.silent
        shares = self._by_edge[edge : edge + len(inputs)]
        return tuple([None if source in silent else share for source, share in zip(inputs, shares, strict=True)])
