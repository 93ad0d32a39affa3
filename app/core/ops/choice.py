"""Ops that choose between numbers, element by element, and comparisons to choose by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.core.elementary import Operand, indicator, maximum, minimum, where
from app.core.elementwise import Elementwise, Keeps
from app.core.layer import at
from app.core.slips.catalogue import MASK_INVERTED, Slip
from app.core.spelling import Code, Term, call


class Where(Elementwise):
    """``x`` where the condition isn't 0, ``y`` where it is. The gradient goes to what was chosen.

    The condition asks for no gradient. All three broadcast together.
    """

    symbol = "where"
    spellings = ("numpy.where", "torch.where", "jax.numpy.where")
    labels = frozenset({"condition"})
    kept = ("mask",)
    keeps_doc = "A mask, where the condition isn't 0: backward asks which of the two was chosen, no more."
    samples = (
        at(1.0, 2.0, 3.0),
        at(0.0, 2.0, 3.0),
        at([1.0, 0.0, -2.0], [1.0, 2.0, 3.0], [4.0, 5.0, 6.0]),
        at([[1.0], [0.0]], [1.0, 2.0, 3.0], 4.0),
        at(1.0, 2.0, [3.0, 4.0]),
    )

    def value(self, condition: Operand, x: Operand, y: Operand) -> Operand:
        return where(condition != 0.0, x, y)

    @classmethod
    def _keep(cls, inputs: tuple[Any, ...], output: Any) -> tuple[Any, ...]:
        return (inputs[0] != 0.0,)

    def partials(self, mask: Operand) -> tuple[Operand, ...]:
        return 0.0, where(mask, 1.0, 0.0), where(mask, 0.0, 1.0)

    def wrong_partials(self, mask: Operand) -> Mapping[Slip, tuple[Operand | None, ...]]:
        return {MASK_INVERTED: (None, where(mask, 0.0, 1.0), where(mask, 1.0, 0.0))}


class Clip(Elementwise):
    """The input, but no less than ``low`` and no more than ``high``. The gradient passes where nothing was cut off.

    Either bound may be left out. Exactly on a bound the gradient passes, as in PyTorch; where ``low`` is more than
    ``high``, the result is ``high``.
    """

    symbol = "clip"
    aliases = ("clamp",)
    spellings = ("numpy.clip", ".clip", "torch.clamp", "torch.clip", ".clamp", "jax.numpy.clip")
    samples = (
        at(2.0),
        at(-3.0, low=-1.0, high=0.5),
        at([-3.0, 0.25, 3.0], low=-1.0, high=0.5),
        at([-3.0, 0.25], low=0.0),
        at([-3.0, 3.0], high=0.5),
    )
    value_latex = r"\min\left(\max\left(x, \text{low}\right), \text{high}\right)"
    partials_latex = (r"\left[\text{low} \le x \le \text{high}\right]",)

    def __init__(self, *, low: float | None = None, high: float | None = None) -> None:
        self.low = low
        self.high = high

    def value(self, x: Operand) -> Operand:
        raised = x if self.low is None else maximum(x, self.low)
        return raised if self.high is None else minimum(raised, self.high)

    def partials(self, x: Operand) -> tuple[Operand, ...]:
        below = 1.0 if self.high is None else where(x > self.high, 0.0, 1.0)
        return (below if self.low is None else where(x < self.low, 0.0, below),)

    def code(self, x: Term) -> Code:
        clipped = str(x)
        # A bound that is the larger of two would share the gradient where they are equal.
        if self.low is not None:
            lowest = self.low if self.high is None else min(self.low, self.high)
            clipped = f"jnp.where({x} < {self.low!r}, {lowest!r}, {clipped})"
        if self.high is not None:
            clipped = f"jnp.where({x} > {self.high!r}, {self.high!r}, {clipped})"
        settings = {"min": self.low, "max": self.high}
        bounds = {name: bound for name, bound in settings.items() if bound is not None}
        return {"torch": call("torch.clamp", x, **bounds) if bounds else str(x), "jax": clipped}


class Comparison(Elementwise, abstract=True):
    """1 where the comparison holds and 0 elsewhere. Nothing flows back: it is flat wherever it is smooth."""

    labels = frozenset({"x", "y"})
    keeps = Keeps.NOTHING
    keeps_doc = "Nothing: nothing flows back."

    def partials(self) -> tuple[Operand, ...]:
        return 0.0, 0.0


class GreaterThan(Comparison):
    """1 where the first input is greater than the second, else 0. Nothing flows back."""

    symbol = ">"
    aliases = ("greater",)
    spellings = ("numpy.greater", "torch.gt", ".gt", "jax.numpy.greater")
    samples = (at(3.0, 2.0), at(2.0, 3.0), at([[1.0], [3.0]], [2.0, 3.5]))

    def value(self, x: Operand, y: Operand) -> Operand:
        return indicator(x > y)


class LessThan(Comparison):
    """1 where the first input is less than the second, else 0. Nothing flows back."""

    symbol = "<"
    aliases = ("less",)
    spellings = ("numpy.less", "torch.lt", ".lt", "jax.numpy.less")
    samples = (at(3.0, 2.0), at(2.0, 3.0), at([[1.0], [3.0]], [2.0, 3.5]))

    def value(self, x: Operand, y: Operand) -> Operand:
        return indicator(x < y)


class EqualTo(Comparison):
    """1 where both inputs are the same number, else 0. Nothing flows back."""

    symbol = "="
    aliases = ("equal",)
    spellings = ("numpy.equal", "torch.eq", ".eq", "jax.numpy.equal")
    samples = (at(3.0, 2.0), at(2.0, 2.0), at([[1.0], [3.0]], [1.0, 3.5]))

    def value(self, x: Operand, y: Operand) -> Operand:
        return indicator(x == y)
