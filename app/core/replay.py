"""The way back once more, with something other than it was: only what depends on the change is computed again."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.core.evaluate import Evaluation
from app.core.tensor import Value, all_finite, broadcast_shapes, shape_of, size_of

_STEP_COST: Final = 4_000
"""What a step costs, whatever its size, in floating-point operations."""
_MANY_USES: Final = 16
"""With more uses than that, a node's gradient is corrected by what changed instead of being summed once more."""

Use = tuple[int, int]
"""An edge seen from its source: the slot of the node that takes it, and the number of the input there."""

Claim = int | Use
"""What can be claimed: the gradient of a slot, or the share of a use."""


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """Gradients by slot, and shares by use, in place of those that an evaluation found."""

    gradients: Mapping[int, Value] = field(default_factory=dict)
    shares: Mapping[Use, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """Gradients and shares that a change leads to, where they aren't what they were.

    None where they can't be told: a gradient in the wrong shape can't be handed on.
    """

    gradients: Mapping[int, Value | None]
    shares: Mapping[Use, Value | None]


class Replay:
    """An evaluation's way back, ready to be gone again."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        plan = evaluation.plan
        self._costs: dict[int, int] = {}
        self.uses: list[list[Use]] = [[] for _ in plan.ids]
        """By slot, those uses that send a share back, in the order in which they do."""
        for step in reversed(plan.steps):
            for number, source in enumerate(step.inputs):
                if self.share((step.slot, number)) is not None:
                    self.uses[source].append((step.slot, number))

    def source(self, claim: Claim) -> int:
        """The node whose gradient that is, or that the share is a part of."""
        return claim if isinstance(claim, int) else self.evaluation.plan.inputs[claim[0]][claim[1]]

    def share(self, use: Use) -> Value | None:
        """What that use sends back."""
        shares = self.evaluation.shares[use[0]]
        return None if shares is None else shares[use[1]]

    def shares_of(self, slot: int) -> list[Value]:
        """What the uses of a node send back, in the order in which they do."""
        return [share for use in self.uses[slot] if (share := self.share(use)) is not None]

    def cost(self, slot: int) -> int:
        """About how many floating-point operations one step back through this node takes."""
        if (known := self._costs.get(slot)) is not None:
            return known
        plan, layer = self.evaluation.plan, self.evaluation.layers[slot]
        work = 0 if layer is None else 2 * layer.work(*[plan.shapes[source] for source in plan.inputs[slot]])
        self._costs[slot] = cost = _STEP_COST + size_of(plan.shapes[slot]) + work
        return cost

    def go(self, change: Change, *, until: int = 0) -> tuple[Outcome, int]:
        """What the change leads to, as far as the slot ``until``, and what finding that out cost."""
        gradients: dict[int, Value | None] = {}
        shares: dict[Use, Value | None] = dict(change.shares)
        ahead = {*change.gradients, *map(self.source, change.shares)}
        arrived: dict[int, list[Use]] = {}
        for use in change.shares:
            arrived.setdefault(self.source(use), []).append(use)
        heap = [-slot for slot in ahead]
        heapq.heapify(heap)
        cost = 0
        while heap and (slot := -heapq.heappop(heap)) >= until:
            cost += self.cost(slot)
            if slot in change.gradients:
                gradient: Value | None = change.gradients[slot]
            else:
                gradient = self._sum(slot, arrived[slot], shares)
            gradients[slot] = gradient
            for use, share in self._sent(slot, gradient):
                shares[use] = share
                source = self.source(use)
                arrived.setdefault(source, []).append(use)
                if source not in ahead:
                    ahead.add(source)
                    heapq.heappush(heap, -source)
        return Outcome(gradients, shares), cost

    def _sum(self, slot: int, changed: Sequence[Use], shares: Mapping[Use, Value | None]) -> Value | None:
        """The sum of a node's shares, of which those of ``changed`` are not what they were."""
        old = self.evaluation.gradients[slot]
        if len(self.uses[slot]) > _MANY_USES and old is not None:
            differences = [_difference(shares[use], self.share(use)) for use in changed]
            moved = total([old, *differences])
            if moved is not None and all_finite(moved):
                return moved
        return total([shares[use] if use in shares else self.share(use) for use in self.uses[slot]])

    def _sent(self, slot: int, gradient: Value | None) -> list[tuple[Use, Value | None]]:
        """What a node sends back that is handed this gradient."""
        layer, known = self.evaluation.layers[slot], self.evaluation.shares[slot]
        if layer is None or known is None:
            return []
        if gradient is None or shape_of(gradient) != self.evaluation.plan.shapes[slot]:
            sent: Sequence[Value | None] = [None] * len(known)
        else:
            sent = layer.backward(gradient)
        return [((slot, number), sent[number]) for number, share in enumerate(known) if share is not None]


def _difference(new: Value | None, old: Value | None) -> Value | None:
    return None if new is None or old is None or shape_of(new) != shape_of(old) else new - old


def total(shares: Sequence[Value | None]) -> Value | None:
    """The sum of shares; None where one isn't known, or two have shapes of which neither is a copy of the other."""
    result: Value | None = None
    for share in shares:
        if share is None:
            return None
        if result is None:
            result = share
            continue
        shapes = shape_of(result), shape_of(share)
        try:
            fits = shapes[0] == shapes[1] or broadcast_shapes(*shapes) in shapes
        except ValueError:
            return None
        if not fits:
            return None
        result = result + share
    return result
