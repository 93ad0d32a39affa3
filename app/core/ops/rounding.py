"""Functions that are constant between jumps, so that nothing is learnt through them: their derivative is 0.

At a jump there is none, and 0 is taken there too, as PyTorch does.
"""

from __future__ import annotations

from app.core.elementary import Operand, ceil, floor, rint, sign
from app.core.elementwise import Elementwise, Keeps
from app.core.layer import at


class Stairs(Elementwise, abstract=True):
    """An op whose value doesn't move with its input, except in jumps."""

    keeps = Keeps.NOTHING

    def partials(self) -> tuple[Operand, ...]:
        return (0.0,)


class Floor(Stairs):
    """The largest whole number that isn't above the input. The gradient is 0: between jumps nothing moves."""

    symbol = "⌊x⌋"
    spellings = ("math.floor", "numpy.floor", "jax.numpy.floor", "torch.floor", ".floor")
    samples = (at(2.4), at([-1.5, 2.75, 0.5]))

    def value(self, x: Operand) -> Operand:
        return floor(x)


class Ceil(Stairs):
    """The smallest whole number that isn't below the input. The gradient is 0: between jumps nothing moves."""

    symbol = "⌈x⌉"
    spellings = ("math.ceil", "numpy.ceil", "jax.numpy.ceil", "torch.ceil", ".ceil")
    samples = (at(2.4), at([-1.5, 2.75, 0.5]))

    def value(self, x: Operand) -> Operand:
        return ceil(x)


class Round(Stairs):
    """The nearest whole number, the even one of two. The gradient is 0: between jumps nothing moves."""

    symbol = "round"
    spellings = (
        "numpy.round",
        "numpy.rint",
        "numpy.around",
        "jax.numpy.round",
        "jax.numpy.rint",
        "torch.round",
        ".round",
    )
    samples = (at(2.4), at([-1.7, 2.75, 0.25]))

    def value(self, x: Operand) -> Operand:
        return rint(x)


class Sign(Stairs):
    """1 where the input is positive, −1 where negative, 0 at 0. The gradient is 0: between jumps nothing moves."""

    symbol = "sign"
    spellings = ("numpy.sign", "jax.numpy.sign", "torch.sign", "torch.sgn", ".sign")
    samples = (at(2.4), at([-1.5, 2.75, 0.5]))

    def value(self, x: Operand) -> Operand:
        return sign(x)
