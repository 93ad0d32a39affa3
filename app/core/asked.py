"""Which gradients somebody asks for, and so which shares a layer needn't compute."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.core.plan import Plan


def dependents(plan: Plan, leaves: Collection[int]) -> frozenset[int]:
    """The slots whose values depend on any of these leaves, themselves among them."""
    moved = set(leaves)
    for slot, _, inputs in plan.steps:
        if not moved.isdisjoint(inputs):
            moved.add(slot)
    return frozenset(moved)


def leading_nowhere(plan: Plan, asked: Collection[int]) -> frozenset[int]:
    """The slots whose values depend on none of the leaves that are asked for: their gradients move nothing."""
    return frozenset(range(len(plan.ids))) - dependents(plan, asked)


def unasked_inputs(plan: Plan, asked: Collection[int] | None = None) -> Mapping[int, frozenset[int]]:
    """By slot, the numbers of the inputs whose shares nobody asks for; steps of which all are asked for aren't there.

    Asked for are the gradients of all slots that aren't silent; where ``asked`` names leaves, of those alone and of
    what depends on them.
    """
    silent = plan.silent if asked is None else plan.silent | leading_nowhere(plan, asked)
    return {
        slot: frozenset(number for number, source in enumerate(inputs) if source in silent)
        for slot, _, inputs in plan.steps
        if not silent.isdisjoint(inputs)
    }
