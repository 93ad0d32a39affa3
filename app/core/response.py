"""How the output answers when one leaf moves: only what depends on the leaf is computed again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

import numpy as np

from app.core.evaluate import Evaluation
from app.core.plan import Plan, Step
from app.core.tensor import Array, Value, checked, size_of

_EPS: Final = float(np.finfo(np.float64).eps)
NODE_COST = 1_000
"""What calling one node costs, whatever its size, in floating-point operations."""


class Dependence:
    """Who depends on whom in an evaluated plan, as the gradient sees it: what an op takes as a label doesn't count."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        plan = evaluation.plan
        self._steps = {step.slot: step for step in plan.steps}
        self._users: dict[int, list[int]] = {}
        self._holders: dict[int, list[int]] = {}
        for step in plan.steps:
            for source, label in _labelled(plan, step):
                (self._holders if label else self._users).setdefault(source, []).append(step.slot)
        self._useful = {plan.output}
        for step in reversed(plan.steps):
            if step.slot in self._useful:
                self._useful.update(source for source, label in _labelled(plan, step) if not label)

    def of(self, leaf: int) -> Response:
        """What the leaf of this slot moves."""
        reached, ahead = {leaf}, [leaf]
        while ahead:
            for user in self._users.get(ahead.pop(), ()):
                if user not in reached and user in self._useful:
                    reached.add(user)
                    ahead.append(user)
        holders = {user for slot in reached for user in self._holders.get(slot, ())}
        steps = [self._steps[slot] for slot in sorted(reached - {leaf})]
        return Response(self.evaluation, leaf, steps, sorted(holders))


class Response:
    """The output as a function of one leaf, all else held at an evaluation's values.

    ``held`` names the nodes that take what depends on the leaf as a label: it is held still for them, since no
    gradient flows there.
    """

    def __init__(self, evaluation: Evaluation, leaf: int, steps: list[Step], held: list[int]) -> None:
        self.evaluation = evaluation
        self.steps = steps
        self._plan = evaluation.plan
        self._values = evaluation.values
        self._leaf = leaf
        self._seed = evaluation.upstream
        self.held = tuple(evaluation.name(slot) for slot in held)

    @cached_property
    def cost(self) -> int:
        """About how many floating-point operations one call takes."""
        plan = self._plan
        return (
            sum(NODE_COST + plan.work(step) for step in self.steps)
            + size_of(plan.shapes[self._leaf])
            + size_of(plan.shapes[plan.output])
        )

    @cached_property
    def rounding(self) -> float:
        """About how much rounding on the way moves the total; 0 where it isn't a finite number.

        Every node rounds its value, and its inputs' values as it takes them in; each error reaches the output times
        the gradient there. They are independent enough to add as squares (Higham and Mary, A New Approach to
        Probabilistic Rounding Error Analysis, 2019). What the output itself rounds is part of it, however far the
        large values on the way have cancelled by then.
        """
        values, shares = self._values, self.evaluation.shares
        total = 0.0
        with np.errstate(all="ignore"):
            for step in self.steps:
                gradient = self.evaluation.gradients[step.slot]
                if gradient is not None:
                    total += float(np.sum(np.square(values[step.slot] * np.asarray(gradient))))
                for source, share in zip(step.inputs, shares[step.slot] or (), strict=False):
                    if share is not None:
                        total += float(np.sum(np.square(values[source] * np.asarray(share))))
        rounding = _EPS * total**0.5
        return rounding if np.isfinite(rounding) else 0.0

    def total(self, value: Value) -> float:
        """The seed times the output, summed, where the leaf has this value. Not finite where it overflows."""
        with np.errstate(all="ignore"):
            try:
                moved = self._run(value, careful=False)
            except (ArithmeticError, ValueError):
                moved = self._run(checked(value), careful=True)
            return self._weighed(moved.get(self._plan.output, self._values[self._plan.output]))

    def _weighed(self, output: Value) -> float:
        """An element with a seed of 0 doesn't count, even where it isn't finite."""
        if not isinstance(self._seed, np.ndarray):
            return float(output * self._seed) if self._seed else 0.0
        seed: Array = self._seed
        return float(np.sum(np.multiply(output, seed, out=np.zeros_like(seed), where=seed != 0.0)))

    def moved(self, value: Value) -> dict[int, Value]:
        """The value of every node that moves, by its slot, where the leaf has this value."""
        with np.errstate(all="ignore"):
            return self._run(checked(value), careful=True)

    def taken(self, step: Step, moved: Mapping[int, Value]) -> list[Value]:
        """What a step takes where these nodes have moved: what it takes as a label stands still."""
        return [
            self._values[source] if label else moved.get(source, self._values[source])
            for source, label in _labelled(self._plan, step)
        ]

    def _run(self, value: Value, *, careful: bool) -> dict[int, Value]:
        moved = {self._leaf: value}
        for step in self.steps:
            result = step.make().forward(*self.taken(step, moved))
            moved[step.slot] = checked(result) if careful else result
        return moved


def _labelled(plan: Plan, step: Step) -> Iterator[tuple[int, bool]]:
    """The sources of a step, and whether it takes each as a label."""
    op = plan.ops[step.slot]
    for number, source in enumerate(step.inputs):
        yield source, op.is_label(number)
