"""How large the gradients of a run are, how deep its nodes lie, and on which ways most of a gradient came."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from app.core.evaluate import Evaluation
from app.core.tensor import Value

_CHANGES: Final = 1.01
"""A step changes the size of a gradient where it does so by more than 1 %."""


def magnitude(value: Value) -> float:
    """The root mean square of the elements; the absolute value of a number. Doesn't overflow on the way."""
    if not isinstance(value, np.ndarray):
        return abs(float(value))
    top = float(np.max(np.abs(value)))
    if top == 0.0 or not math.isfinite(top):
        return top
    return top * math.sqrt(float(np.mean(np.square(value / top))))


@dataclass(frozen=True, slots=True)
class Way:
    """What became of a gradient on the main way from the output to a node.

    At every node the main way goes on to the user that sends the largest share back. ``size`` is that of the last
    gradient on it that isn't 0, ``ratio`` how it compares with the output's. ``shrinks`` and ``grows`` count the steps
    that change it, ``drop`` and ``rise`` are the strongest factors among them. How the gradient of one number is shared
    out among the elements of a tensor, as a mean and a loss do, doesn't count.
    """

    size: float
    ratio: float = 1.0
    shrinks: int = 0
    grows: int = 0
    drop: float = 1.0
    rise: float = 1.0

    def on_to(self, size: float, *, shared_out: bool) -> Way:
        """The way, one step further on."""
        if size == 0.0:
            return self
        factor = size / self.size if math.isfinite(self.size) else math.nan
        if shared_out:
            return replace(self, size=size, ratio=math.nan if math.isnan(factor) else self.ratio)
        ratio = self.ratio * factor
        if factor < 1.0 / _CHANGES:
            return replace(self, size=size, ratio=ratio, shrinks=self.shrinks + 1, drop=min(self.drop, factor))
        if factor > _CHANGES:
            return replace(self, size=size, ratio=ratio, grows=self.grows + 1, rise=max(self.rise, factor))
        return replace(self, size=size, ratio=ratio)


class Flow:
    """Sizes, depths and ways of one run, by slot of its plan. None where nothing flows or the output isn't reached."""

    def __init__(self, evaluation: Evaluation) -> None:
        """Walk once through the run, from the output to the inputs."""
        plan = evaluation.plan
        count = len(plan.ids)
        self.evaluation = evaluation
        self.sizes = [None if gradient is None else magnitude(gradient) for gradient in evaluation.gradients]
        self.depths: list[int | None] = [None] * count
        self.main: list[int | None] = [None] * count
        self.depths[plan.output] = 0
        largest = [-1.0] * count
        for step in reversed(plan.steps):
            depth, shares = self.depths[step.slot], evaluation.shares[step.slot]
            if depth is None:
                continue
            for number, source in enumerate(step.inputs):
                self.depths[source] = max(self.depths[source] or 0, depth + 1)
                share = None if shares is None else shares[number]
                if share is not None and (size := magnitude(share)) > largest[source]:
                    largest[source], self.main[source] = size, step.slot
        self.ways = self._ways()

    def _ways(self) -> list[Way | None]:
        output, shapes = self.evaluation.plan.output, self.evaluation.plan.shapes
        ways: list[Way | None] = [None] * len(self.sizes)
        for slot in range(output, -1, -1):
            size, user = self.sizes[slot], self.main[slot]
            if size is None:
                continue
            if slot == output:
                ways[slot] = Way(size)
            elif user is not None and (before := ways[user]) is not None:
                ways[slot] = before.on_to(size, shared_out=not shapes[user] and bool(shapes[slot]))
        return ways

    def way(self, slot: int) -> Iterator[int]:
        """The slots on the main way from a node to the output, the node's own first."""
        at: int | None = slot
        while at is not None:
            yield at
            at = self.main[at]

    def leaves(self) -> Iterator[int]:
        """The leaves that ask for a gradient."""
        return (slot for slot, _ in self.evaluation.plan.leaves if slot not in self.evaluation.plan.silent)

    def stops(self) -> dict[int, list[int]]:
        """Where the gradient ends: nodes that still have one, each with the leaves that get exactly 0 because of it.

        A leaf counts at the first such node that it leads to; one whose shares cancel out at none.
        """
        stop: dict[int, int] = {}
        for step in reversed(self.evaluation.plan.steps):
            shares, size = self.evaluation.shares[step.slot], self.sizes[step.slot]
            if shares is None or (size == 0.0 and step.slot not in stop):
                continue
            for source, share in zip(step.inputs, shares, strict=True):
                if share is not None and self.sizes[source] == 0.0 and not np.any(share):
                    stop[source] = stop[step.slot] if size == 0.0 else step.slot
        found: dict[int, list[int]] = {}
        for leaf in self.leaves():
            if leaf in stop:
                found.setdefault(stop[leaf], []).append(leaf)
        return found
