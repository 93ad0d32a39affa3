"""Functions of calculus, element by element."""

from __future__ import annotations

import math
from collections.abc import Mapping

from app.core.elementary import Operand, cos, erf, exp, log, sin, sqrt, square, tan
from app.core.elementwise import Elementwise, Keeps
from app.core.layer import at
from app.core.slips.catalogue import FACTOR_FORGOTTEN, SQUARE_FORGOTTEN, Slip


class Exp(Elementwise):
    """The exponential function, its own derivative."""

    symbol = "exp"
    spellings = ("numpy.exp", "math.exp", "torch.exp", "jax.numpy.exp", ".exp")
    keeps = Keeps.OUTPUT
    samples = (at(0.5), at([-2.0, 1.0]))

    def value(self, x: Operand) -> Operand:
        return exp(x)

    def partials(self, y: Operand) -> tuple[Operand, ...]:
        return (y,)


class Log(Elementwise):
    """The natural logarithm."""

    symbol = "log"
    spellings = ("numpy.log", "math.log", "torch.log", "jax.numpy.log", ".log")
    aliases = ("ln",)
    samples = (at(0.5), at([2.0, 10.0]))

    def value(self, x: Operand) -> Operand:
        return log(x)

    def partials(self, x: Operand) -> tuple[Operand, ...]:
        return (1.0 / x,)


class Sqrt(Elementwise):
    """The square root."""

    symbol = "√"
    spellings = ("numpy.sqrt", "math.sqrt", "torch.sqrt", "jax.numpy.sqrt", ".sqrt")
    keeps = Keeps.OUTPUT
    samples = (at(2.0), at([0.25, 9.0]))

    def value(self, x: Operand) -> Operand:
        return sqrt(x)

    def partials(self, y: Operand) -> tuple[Operand, ...]:
        return (1.0 / (2.0 * y),)

    def wrong_partials(self, y: Operand) -> Mapping[Slip, tuple[Operand | None, ...]]:
        return {FACTOR_FORGOTTEN: (1.0 / y,)}


class Sin(Elementwise):
    """The sine of an angle in radians."""

    symbol = "sin"
    spellings = ("numpy.sin", "math.sin", "torch.sin", "jax.numpy.sin", ".sin")
    samples = (at(0.5), at([-2.0, 1.0]))

    def value(self, x: Operand) -> Operand:
        return sin(x)

    def partials(self, x: Operand) -> tuple[Operand, ...]:
        return (cos(x),)


class Cos(Elementwise):
    """The cosine of an angle in radians."""

    symbol = "cos"
    spellings = ("numpy.cos", "math.cos", "torch.cos", "jax.numpy.cos", ".cos")
    samples = (at(0.5), at([-2.0, 1.0]))

    def value(self, x: Operand) -> Operand:
        return cos(x)

    def partials(self, x: Operand) -> tuple[Operand, ...]:
        return (-sin(x),)


class Tan(Elementwise):
    """The tangent of an angle in radians."""

    symbol = "tan"
    spellings = ("numpy.tan", "math.tan", "torch.tan", "jax.numpy.tan", ".tan")
    keeps = Keeps.OUTPUT
    samples = (at(0.5), at([-1.0, 1.2]))

    def value(self, x: Operand) -> Operand:
        return tan(x)

    def partials(self, y: Operand) -> tuple[Operand, ...]:
        return (1.0 + square(y),)

    def wrong_partials(self, y: Operand) -> Mapping[Slip, tuple[Operand | None, ...]]:
        return {SQUARE_FORGOTTEN: (1.0 + y,)}


class Erf(Elementwise):
    """The error function: twice the area under exp(−s²)/√π from 0 to the input. Its derivative is 2/√π · exp(−x²)."""

    symbol = "erf"
    spellings = ("math.erf", "scipy.special.erf", "jax.scipy.special.erf", "torch.erf", "torch.special.erf", ".erf")
    samples = (at(0.5), at([-2.0, 0.0, 1.0]))
    partials_latex = (r"\frac{2}{\sqrt{\pi}} \, e^{-x^{2}}",)

    def value(self, x: Operand) -> Operand:
        return erf(x)

    def partials(self, x: Operand) -> tuple[Operand, ...]:
        return (2.0 / math.sqrt(math.pi) * exp(-square(x)),)

    def wrong_partials(self, x: Operand) -> Mapping[Slip, tuple[Operand | None, ...]]:
        return {FACTOR_FORGOTTEN: (exp(-square(x)),)}
