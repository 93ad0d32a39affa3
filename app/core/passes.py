"""The two passes over a plan: node by node on plain floats, and carefully on NumPy's."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.core.action import Move, Way
from app.core.errors import Fault, GraphError, LayerError
from app.core.layer import Layer
from app.core.plan import Plan
from app.core.tensor import Array, Value, all_finite, checked


@dataclass(frozen=True, slots=True)
class NumericalWarning:
    """Where a number that isn't finite first arose: a node, in one of the two passes."""

    node: str
    code: str
    phase: str
    detail: str


class Run:
    """One pass each way. The state of a run lives here and never in the plan."""

    def __init__(self, plan: Plan, called: Callable[[str], str]) -> None:
        count = len(plan.ids)
        self.plan = plan
        self.called = called
        self.values: list[Value] = [0.0] * count
        self.gradients: list[Value | None] = [None] * count
        self.shares: list[Value | None] = [None] * plan.edges[-1]
        self.layers: dict[int, Layer] = {}

    def forward(self, leaves: Sequence[Value]) -> None:
        """Fill in the values; ``leaves`` are those of the plan's leaves."""
        plan, values = self.plan, self.values
        for (slot, _), leaf in zip(plan.leaves, leaves, strict=True):
            values[slot] = leaf
        self._compute(zip(range(len(values)), plan.actions, plan.inputs, plan.edges, strict=False))

    def _compute(self, moves: Iterable[Move]) -> None:
        """The values of these slots; leaves among them have theirs."""
        values = self.values
        two, two_constant, layer_way = Way.TWO, Way.TWO_CONSTANT, Way.LAYER
        for slot, action, inputs, _ in moves:
            if action is None:
                continue
            way, value, _ = action
            if way is two or way is two_constant:
                first, second = inputs
                values[slot] = value(values[first], values[second])
            elif way is layer_way:
                self.layers[slot] = layer = value()
                values[slot] = layer.forward(*[values[source] for source in inputs])
            else:
                values[slot] = value(values[inputs[0]])

    def backward(self, seed: Value) -> None:
        """Fill in gradients and shares; ``seed`` is the gradient handed to the output."""
        plan, end = self.plan, self.plan.output + 1
        if plan.output not in plan.silent:
            self.gradients[plan.output] = seed
        columns = (range(end), plan.actions[:end], plan.inputs[:end], plan.edges[:end])
        self._send(zip(*map(reversed, columns), strict=True))
        for slot in plan.silent:
            self.gradients[slot] = None

    def _send(self, moves: Iterable[Move]) -> None:
        """The shares that these slots send back, where a gradient has come, added to what their inputs have."""
        values, gradients, shares = self.values, self.gradients, self.shares
        two, two_constant, one, output, constant, layer = _WAYS
        local: Any
        for slot, action, inputs, edge in moves:
            upstream: Any = gradients[slot]
            if upstream is None or action is None:
                continue
            way, _, partials = action
            source = inputs[0]
            if way is two or way is two_constant:
                second = inputs[1]
                local, other = partials(values[source], values[second]) if way is two else partials
            elif way is output:
                (local,) = partials(values[slot])
            elif way is one:
                (local,) = partials(values[source])
            elif way is constant:
                (local,) = partials
            elif way is layer:
                self._layer_backward(slot, upstream)
                continue
            else:
                (local,) = partials(values[source], values[slot])
            shares[edge] = share = upstream * local
            gathered = gradients[source]
            # Not +=: add hands the same array to both of its inputs.
            gradients[source] = share if gathered is None else gathered + share
            if way is two or way is two_constant:
                shares[edge + 1] = share = upstream * other
                gathered = gradients[second]
                gradients[second] = share if gathered is None else gathered + share

    def _layer_backward(self, slot: int, upstream: Value) -> None:
        plan, gradients, layer = self.plan, self.gradients, self.layers[slot]
        layer.unasked = plan.unasked.get(slot, layer.unasked)
        shares = layer.backward(upstream)
        for edge, (source, share) in enumerate(zip(plan.inputs[slot], shares, strict=True), plan.edges[slot]):
            if share is not None and source not in plan.silent:
                self.shares[edge] = share
                gathered = gradients[source]
                gradients[source] = share if gathered is None else gathered + share

    def is_finite_at(self, slots: Sequence[int]) -> bool:
        """Whether the output and the gradients of these slots are finite."""
        found = (self.values[self.plan.output], *(self.gradients[slot] for slot in slots))
        return all(all_finite(number) for number in found if number is not None)

    def is_all_finite(self) -> bool:
        """Whether every number that was computed is finite: neither Python nor BLAS tells of each that isn't."""
        values = self.values
        if not self.plan.is_scalar:  # Leaves may be large, and what isn't finite in them isn't the run's.
            values = [value for value, action in zip(values, self.plan.actions, strict=True) if action is not None]
        return self._are_finite([*values, *self.gradients])

    def _are_finite(self, numbers: Sequence[Value | None]) -> bool:
        total: Any = 0.0
        if self.plan.is_scalar:
            # An infinity or a NaN among its terms makes a sum one too, whatever the other terms are.
            return math.isfinite(sum([number for number in numbers if number is not None], start=total))
        for number in numbers:
            if type(number) is float:
                total += abs(number)
            elif number is not None and not _is_finite(np.asarray(number)):
                return False
        return math.isfinite(total)

    def results(self) -> tuple[Sequence[Value], Sequence[Value | None], Sequence[Value | None]]:
        """Values and gradients by slot, shares by edge."""
        return self.values, self.gradients, self.shares


class CarefulRun(Run):
    """The same pass on NumPy's float64, which answers where Python raises, checking every node."""

    def __init__(self, plan: Plan, called: Callable[[str], str], complaints: list[str]) -> None:
        super().__init__(plan, called)
        self.warnings: list[NumericalWarning] = []
        self._complaints = complaints

    def forward(self, leaves: Sequence[Value]) -> None:
        """The same; notes where a value that isn't finite first arises, and says at which node a layer refuses."""
        values = self.values
        for (slot, _), value in zip(self.plan.leaves, leaves, strict=True):
            values[slot] = checked(value)
        for slot, make, inputs in self.plan.steps:
            self.layers[slot] = layer = make()
            self._complaints.clear()
            taken = [values[source] for source in inputs]
            try:
                values[slot] = checked(layer.forward(*taken))
            except LayerError as error:
                node = self.plan.ids[slot]
                raise GraphError([Fault("bad-value", f"{self.called(node)}: {error}", node=node)]) from None
            if not all_finite(values[slot]) and all(map(all_finite, taken)):
                self._warn(slot, "forward", values[slot], "its value")

    def backward(self, seed: Value) -> None:
        """The same; notes where a gradient that isn't finite first arises."""
        gradients, silent = self.gradients, self.plan.silent
        if self.plan.output not in silent:
            gradients[self.plan.output] = checked(seed)
        for slot, _, inputs in reversed(self.plan.steps):
            upstream, layer = gradients[slot], self.layers[slot]
            if upstream is None:
                continue
            self._complaints.clear()
            layer.unasked = self.plan.unasked.get(slot, layer.unasked)
            shares = tuple(
                None if share is None or source in silent else checked(share)
                for source, share in zip(inputs, layer.backward(upstream), strict=True)
            )
            edge = self.plan.edges[slot]
            self.shares[edge : edge + len(shares)] = shares
            fault = next((share for share in shares if share is not None and not all_finite(share)), None)
            if fault is not None and all_finite(upstream):
                self._warn(slot, "backward", fault, "the gradient that it sends back")
            for source, share in zip(inputs, shares, strict=True):
                if share is not None:
                    self._gather(source, share)

    def _gather(self, slot: int, share: Value) -> None:
        gathered = self.gradients[slot]
        if gathered is None:
            self.gradients[slot] = share
            return
        self._complaints.clear()
        self.gradients[slot] = total = gathered + share
        if not all_finite(total) and all_finite(gathered) and all_finite(share):
            self._warn(slot, "backward", total, "the sum of the shares that its uses send back")

    def _warn(self, slot: int, phase: str, value: Value, what: str) -> None:
        node, op = self.plan.ids[slot], self.plan.ops[slot].name
        code = next((_CODES[kind] for kind in self._complaints if kind in _CODES), None)
        code = code or ("invalid" if np.isnan(value).any() else "overflow")
        shown = "NaN" if np.isnan(value).any() else "infinity"
        self.warnings.append(
            NumericalWarning(node, code, phase, f"{self.called(node)} ({op}): {what} is {shown} ({_REASONS[code]})")
        )


def _is_finite(array: Array) -> bool:
    """Whether no element is infinite or NaN."""
    flat = array.ravel(order="K")
    # A finite sum of squares, one pass of BLAS without a copy, is proof; one that overflows is none.
    return math.isfinite(np.dot(flat, flat)) or all_finite(array)


_WAYS = (Way.TWO, Way.TWO_CONSTANT, Way.ONE, Way.ONE_OUTPUT, Way.ONE_CONSTANT, Way.LAYER)
_CODES = {"overflow": "overflow", "divide by zero": "divide-by-zero", "invalid value": "invalid"}
_REASONS = {
    "overflow": "larger than 1.797e308",
    "divide-by-zero": "a division by zero, or the logarithm of zero",
    "invalid": "not defined for these inputs",
}
