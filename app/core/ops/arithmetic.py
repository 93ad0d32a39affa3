"""Arithmetic, element by element."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from app.core.elementary import (
    Operand,
    absolute,
    log,
    log_or_limit,
    maximum,
    minimum,
    power,
    sign,
    square,
    where,
)
from app.core.elementwise import Elementwise, Keeps
from app.core.layer import at
from app.core.slips.catalogue import EXPONENT_KEPT, FACTOR_FORGOTTEN, SQUARE_FORGOTTEN, Slip
from app.core.spelling import Code, Term

_LARGE: Final = 2.0**31


class Add(Elementwise):
    """Sum. Backward hands the upstream gradient on to both inputs as it is."""

    symbol = "+"
    spellings = ("numpy.add", "torch.add", "jax.numpy.add", ".add")
    operators = ("+",)
    keeps = Keeps.NOTHING
    whole = True
    level = 1
    samples = (at(2.0, 3.0), at([[1.0, 2.0], [3.0, 4.0]], [0.5, -0.5]))

    def value(self, x: Operand, y: Operand) -> Operand:
        return x + y

    def partials(self) -> tuple[Operand, ...]:
        return 1.0, 1.0


class Sub(Elementwise):
    """Difference. Backward hands the upstream gradient on, with its sign turned for the second input."""

    symbol = "−"
    spellings = ("numpy.subtract", "torch.sub", "torch.subtract", "jax.numpy.subtract", ".sub")
    operators = ("-",)
    keeps = Keeps.NOTHING
    whole = True
    level = 2
    samples = (at(2.0, 3.0), at([[1.0], [3.0]], [0.5, -0.5]))

    def value(self, x: Operand, y: Operand) -> Operand:
        return x - y

    def partials(self) -> tuple[Operand, ...]:
        return 1.0, -1.0


class Mul(Elementwise):
    """Product, element by element. Backward multiplies the upstream gradient by the other input."""

    symbol = "×"
    spellings = ("numpy.multiply", "torch.mul", "torch.multiply", "jax.numpy.multiply", ".mul")
    operators = ("*",)
    whole = True
    level = 1
    samples = (at(2.0, 3.0), at(-1.5, 0.0), at([[1.0, 2.0], [3.0, 4.0]], [[2.0], [-1.0]]))

    def value(self, x: Operand, y: Operand) -> Operand:
        return x * y

    def partials(self, x: Operand, y: Operand) -> tuple[Operand, ...]:
        return y, x


class Div(Elementwise):
    """Quotient."""

    symbol = "/"
    spellings = ("numpy.divide", "numpy.true_divide", "torch.div", "torch.divide", "jax.numpy.divide", ".div")
    operators = ("/",)
    samples = (at(2.0, 3.0), at(-1.0, -0.5), at([1.0, 2.0, 3.0], 4.0))

    def value(self, x: Operand, y: Operand) -> Operand:
        return x / y

    def partials(self, x: Operand, y: Operand) -> tuple[Operand, ...]:
        return 1.0 / y, -(x / square(y))

    def wrong_partials(self, x: Operand, y: Operand) -> Mapping[Slip, tuple[Operand | None, ...]]:
        return {SQUARE_FORGOTTEN: (None, -(x / y)), FACTOR_FORGOTTEN: (None, -1.0 / square(y))}


class Neg(Elementwise):
    """The input with its sign turned."""

    symbol = "×−1"
    spellings = ("numpy.negative", "torch.neg", "torch.negative", "jax.numpy.negative", ".neg")
    operators = ("-",)
    keeps = Keeps.NOTHING
    whole = True
    level = 2
    samples = (at(2.0), at([1.0, -2.0]))

    def value(self, x: Operand) -> Operand:
        return -x

    def partials(self) -> tuple[Operand, ...]:
        return (-1.0,)


class Pow(Elementwise):
    """The first input to the power of the second."""

    symbol = "xʸ"
    spellings = ("pow", "numpy.power", "numpy.pow", "math.pow", "torch.pow", "jax.numpy.power", ".pow")
    operators = ("^", "**")
    samples = (at(2.0, 3.0), at(0.5, -1.5), at([1.0, 2.0, 3.0], [[2.0], [0.5]]))

    def value(self, x: Operand, y: Operand) -> Operand:
        return power(x, y)

    def partials(self, x: Operand, y: Operand) -> tuple[Operand, ...]:
        z = power(x, y)
        # x⁰ and 0ʸ are constants, whose derivative is 0 even where the formulas say 0 · ∞.
        dx = where(y == 0.0, 0.0, y * power(x, y - 1.0))
        dy = where((x == 0.0) & (y >= 0.0), 0.0, z * log_or_limit(x))
        return dx, dy

    def wrong_partials(self, x: Operand, y: Operand) -> Mapping[Slip, tuple[Operand | None, ...]]:
        return {
            FACTOR_FORGOTTEN: (power(x, y - 1.0), power(x, y)),
            EXPONENT_KEPT: (y * power(x, y), None),
        }

    def code(self, x: Term, y: Term) -> Code:
        # At 0 the derivative of x⁰ would be 0 · ∞: in micrograd, and in JAX but for a whole number as the exponent.
        code = dict(super().code(x, y))
        code["jax"] = f"jnp.where(({x} == 0.0) & ({y} == 0.0), 1.0, {x}) ** {y}"
        if y.constant is not None:
            exponent = int(y.constant) if y.constant.is_integer() and abs(y.constant) < _LARGE else y.constant
            code["jax"] = f"{x} ** {exponent}"
            if exponent != 0:
                code["micrograd"] = f"{x} ** {exponent}"
        return code

    def written_partials(self, inputs: Sequence[Operand], output: Operand) -> tuple[Operand, ...]:
        x, y = inputs
        return y * power(x, y - 1.0), power(x, y) * log(x)


class Square(Elementwise):
    """The input times itself."""

    symbol = "x²"
    spellings = ("numpy.square", "torch.square", "jax.numpy.square", ".square")
    whole = True
    level = 2
    samples = (at(3.0), at([-1.0, 0.0, 2.0]))

    def value(self, x: Operand) -> Operand:
        return square(x)

    def partials(self, x: Operand) -> tuple[Operand, ...]:
        return (2.0 * x,)

    def wrong_partials(self, x: Operand) -> Mapping[Slip, tuple[Operand | None, ...]]:
        return {FACTOR_FORGOTTEN: (x,), EXPONENT_KEPT: (2.0 * square(x),)}


class Reciprocal(Elementwise):
    """One divided by the input."""

    symbol = "1/x"
    spellings = ("numpy.reciprocal", "torch.reciprocal", "jax.numpy.reciprocal", ".reciprocal")
    keeps = Keeps.OUTPUT
    samples = (at(2.0), at([-0.5, 4.0]))

    def value(self, x: Operand) -> Operand:
        return 1.0 / x

    def partials(self, y: Operand) -> tuple[Operand, ...]:
        return (-square(y),)

    def wrong_partials(self, y: Operand) -> Mapping[Slip, tuple[Operand | None, ...]]:
        return {SQUARE_FORGOTTEN: (-y,)}


class Abs(Elementwise):
    """The absolute value. Its derivative at the kink in 0 is taken to be 0."""

    symbol = "|x|"
    spellings = (
        "abs",
        "numpy.abs",
        "numpy.absolute",
        "numpy.fabs",
        "math.fabs",
        "torch.abs",
        "torch.absolute",
        "jax.numpy.abs",
        "jax.numpy.absolute",
        ".abs",
    )
    whole = True
    samples = (at(2.0), at([-0.5, 4.0]))

    def value(self, x: Operand) -> Operand:
        return absolute(x)

    def code(self, x: Term) -> Code:
        # The derivative of jnp.abs is 1 at 0.
        return {**super().code(x), "torch": f"torch.abs({x})", "jax": f"{x} * jnp.sign({x})"}

    def partials(self, x: Operand) -> tuple[Operand, ...]:
        return (sign(x),)


class Maximum(Elementwise):
    """The larger of two inputs, element by element. The gradient goes to the larger; equal inputs share it."""

    symbol = "max"
    spellings = ("max", "numpy.maximum", "torch.maximum", "torch.max", "jax.numpy.maximum", ".maximum")
    aliases = ("max",)
    whole = True
    samples = (at(2.0, 3.0), at([[1.0, 5.0], [3.0, -4.0]], [2.0, -1.0]))

    def value(self, x: Operand, y: Operand) -> Operand:
        return maximum(x, y)

    def code(self, x: Term, y: Term) -> Code:
        return {**super().code(x, y), "torch": f"torch.maximum({x}, {y})"}

    def partials(self, x: Operand, y: Operand) -> tuple[Operand, ...]:
        return (1.0 + sign(x - y)) / 2.0, (1.0 + sign(y - x)) / 2.0


class Minimum(Elementwise):
    """The smaller of two inputs, element by element. The gradient goes to the smaller; equal inputs share it."""

    symbol = "min"
    spellings = ("min", "numpy.minimum", "torch.minimum", "torch.min", "jax.numpy.minimum", ".minimum")
    aliases = ("min",)
    whole = True
    samples = (at(2.0, 3.0), at([[1.0, 5.0], [3.0, -4.0]], [2.0, -1.0]))

    def value(self, x: Operand, y: Operand) -> Operand:
        return minimum(x, y)

    def code(self, x: Term, y: Term) -> Code:
        return {**super().code(x, y), "torch": f"torch.minimum({x}, {y})"}

    def partials(self, x: Operand, y: Operand) -> tuple[Operand, ...]:
        return (1.0 + sign(y - x)) / 2.0, (1.0 + sign(x - y)) / 2.0
