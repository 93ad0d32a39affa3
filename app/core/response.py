"""How the output answers when one leaf moves: only what depends on the leaf is computed again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

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
        self._moving = {step.slot: _moving(plan, step) for step in plan.steps}
        for slot, sources in self._moving.items():
            for source in sources:
                self._users.setdefault(source, []).append(slot)
        for step in plan.steps:
            if plan.ops[step.slot].labels:
                for source, label in _labelled(plan, step):
                    if label:
                        self._holders.setdefault(source, []).append(step.slot)
        self._useful = {plan.output}
        for step in reversed(plan.steps):
            if step.slot in self._useful:
                self._useful.update(self._moving[step.slot])

    def of(self, slot: int) -> Response:
        """What a node moves."""
        reached, ahead = {slot}, [slot]
        while ahead:
            for user in self._users.get(ahead.pop(), ()):
                if user not in reached and user in self._useful:
                    reached.add(user)
                    ahead.append(user)
        holders = {user for each in reached for user in self._holders.get(each, ())} if self._holders else ()
        steps = [self._steps[each] for each in sorted(reached - {slot})]
        return Response(self, slot, steps, sorted(holders))

    def reach(self, slots: Sequence[int]) -> Reach:
        """What each of several nodes moves."""
        masks = {slot: 1 << place for place, slot in enumerate(slots)}
        steps, rows = [], []
        for step in self.evaluation.plan.steps:
            mask = 0
            for source in self._moving[step.slot]:
                mask |= masks.get(source, 0)
            if mask and step.slot in self._useful:
                steps.append(step)
                rows.append(mask)
                masks[step.slot] = masks.get(step.slot, 0) | mask
        return Reach(steps, rows, len(slots))

    @property
    def holds(self) -> bool:
        """Whether any node takes another as a label."""
        return bool(self._holders)

    @cached_property
    def total(self) -> float:
        """The seed times the output, summed, where nothing moves."""
        output = self.evaluation.values[self.evaluation.plan.output]
        with np.errstate(all="ignore"):
            return float(weighed(np.asarray(output), self.evaluation.upstream))

    @cached_property
    def squares(self) -> Array:
        """By slot, the square of what rounding at that node may move the total by, in units of float64's precision.

        Every node rounds its value, and its inputs' values as it takes them in; each error reaches the output times the
        gradient there.
        """
        values, shares = self.evaluation.values, self.evaluation.shares
        squares = np.zeros(len(values))
        with np.errstate(all="ignore"):
            for step in self.evaluation.plan.steps:
                gradient = self.evaluation.gradients[step.slot]
                total = 0.0 if gradient is None else _sum_of_squares(values[step.slot], gradient)
                for source, share in zip(step.inputs, shares[step.slot] or (), strict=False):
                    if share is not None:
                        total += _sum_of_squares(values[source], share)
                squares[step.slot] = total
        return squares


class Reach(NamedTuple):
    """What several nodes move: the steps, and for each a number whose bits say which of the nodes move it."""

    steps: list[Step]
    rows: list[int]
    width: int

    def roundings(self, squares: Array) -> Array:
        """About how much rounding on the way of each node moves the total; 0 where it isn't a finite number."""
        length = -(-self.width // 8)
        packed = np.frombuffer(b"".join([row.to_bytes(length, "little") for row in self.rows]), dtype=np.uint8)
        bits = np.unpackbits(packed.reshape(-1, length), axis=1, count=self.width, bitorder="little")
        with np.errstate(all="ignore"):
            roundings: Array = _rounding(squares[[step.slot for step in self.steps]] @ bits)
            return roundings


class Response:
    """The output as a function of one leaf, all else held at an evaluation's values.

    ``held`` names the nodes that take what depends on the leaf as a label: it is held still for them, since no
    gradient flows there.
    """

    def __init__(self, dependence: Dependence, leaf: int, steps: list[Step], held: list[int]) -> None:
        self.evaluation = evaluation = dependence.evaluation
        self._dependence = dependence
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
        """About how much rounding on the way moves the total; 0 where it isn't a finite number."""
        with np.errstate(all="ignore"):
            return float(_rounding(self._dependence.squares[[step.slot for step in self.steps]].sum()))

    def total(self, value: Value) -> float:
        """The seed times the output, summed, where the leaf has this value. Not finite where it overflows."""
        with np.errstate(all="ignore"):
            try:
                moved = self._run(value, careful=False)
            except (ArithmeticError, ValueError):
                moved = self._run(checked(value), careful=True)
            output = moved.get(self._plan.output, self._values[self._plan.output])
            return float(weighed(np.asarray(output), self._seed))

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


def weighed(output: Array, seed: Value) -> Array:
    """The seed times the output, summed; in lanes for each of them. Elements with a seed of 0 don't count, even inf."""
    if not isinstance(seed, np.ndarray):
        return output * seed if seed else np.zeros_like(output)
    axes = tuple(range(-seed.ndim, 0))
    total: Array = np.sum(np.multiply(output, seed, out=np.zeros_like(output), where=seed != 0.0), axis=axes)
    return total


def _rounding(squares: Any) -> Any:
    """Errors that are independent enough are added as squares.

    N. J. Higham and T. Mary, A New Approach to Probabilistic Rounding Error Analysis, 2019. What the output itself
    rounds is part of it, however far the large values on the way have cancelled by then.
    """
    rounding = _EPS * np.sqrt(squares)
    return np.where(np.isfinite(rounding), rounding, 0.0)


def _sum_of_squares(value: Value, gradient: Value) -> float:
    if type(value) is float and type(gradient) is float:
        product = value * gradient
        return product * product
    return float(np.sum(np.square(value * np.asarray(gradient))))


def _moving(plan: Plan, step: Step) -> tuple[int, ...]:
    """The sources of a step that it doesn't take as labels."""
    if not plan.ops[step.slot].labels:
        return step.inputs
    return tuple([source for source, label in _labelled(plan, step) if not label])


def _labelled(plan: Plan, step: Step) -> Iterator[tuple[int, bool]]:
    """The sources of a step, and whether it takes each as a label."""
    op = plan.ops[step.slot]
    for number, source in enumerate(step.inputs):
        yield source, op.is_label(number)
