"""Formulas that are written once and read in many ways: as numbers, as LaTeX, as the source of NumPy and its kin.

An op's ``value`` and ``partials`` are plain NumPy expressions. Called with symbols in place of numbers they build
an expression (NumPy hands its functions over through ``__array_ufunc__`` and ``__array_function__``), which each
dialect below prints with only the brackets that it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any, Final

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

_ATOM: Final = 10


class Symbol(NDArrayOperatorsMixin):
    """A name, a number, or a function of such: what a formula is when no numbers are put in."""

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method != "__call__" or kwargs:
            return NotImplemented
        # A function of Python's that NumPy was taught is named "erf (vectorized)".
        return Call(ufunc.__name__.partition(" ")[0], tuple(as_symbol(operand) for operand in inputs))

    def __array_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> Any:
        if func is not np.where or kwargs:
            return NotImplemented
        return Call("where", tuple(as_symbol(operand) for operand in args))


@dataclass(frozen=True, slots=True, eq=False)
class Name(Symbol):
    """A variable; ``latex`` where it is typeset otherwise than in code."""

    text: str
    latex: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Number(Symbol):
    """A number in place of a variable, or a constant of the formula itself."""

    number: float


@dataclass(frozen=True, slots=True, eq=False)
class Call(Symbol):
    """A NumPy function, by its name, of operands."""

    function: str
    operands: tuple[Symbol, ...]


def as_symbol(operand: Any) -> Symbol:
    """A symbol as it is, a number as a symbol."""
    return operand if isinstance(operand, Symbol) else Number(operand)


@dataclass(frozen=True, slots=True)
class Form:
    """How a dialect writes one function: a template, how tightly it binds, and how tightly each operand must."""

    template: str
    binds: int = _ATOM
    needs: tuple[int, ...] = (0, 0, 0)


_SUM, _PRODUCT, _SIGN, _POWER = 1, 2, 3, 4

_PYTHON_OPERATORS: Final[dict[str, Form]] = {
    "add": Form("{} + {}", _SUM, (_SUM, _PRODUCT)),
    "subtract": Form("{} - {}", _SUM, (_SUM, _PRODUCT)),
    "multiply": Form("{} * {}", _PRODUCT, (_PRODUCT, _PRODUCT)),
    "divide": Form("{} / {}", _PRODUCT, (_PRODUCT, _SIGN)),
    "negative": Form("-{}", _SIGN, (_SIGN,)),
    "greater": Form("{} > {}", 0, (_SUM, _SUM)),
    "less": Form("{} < {}", 0, (_SUM, _SUM)),
    "greater_equal": Form("{} >= {}", 0, (_SUM, _SUM)),
    "less_equal": Form("{} <= {}", 0, (_SUM, _SUM)),
    "equal": Form("{} == {}", 0, (_SUM, _SUM)),
    "not_equal": Form("{} != {}", 0, (_SUM, _SUM)),
    "bitwise_and": Form("{} & {}", _SUM, (_ATOM, _ATOM)),
    "power": Form("{} ** {}", _POWER, (_ATOM, _SIGN)),
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """A way of writing expressions down."""

    forms: Mapping[str, Form]
    number: Callable[[float], str]
    bracket: str = "({})"
    fallback: str = "{}"
    typeset: bool = False
    """Whether names are written as they are typeset."""

    def print(self, symbol: Symbol, binds: int = 0) -> str:
        """The expression as text, in brackets where it binds less tightly than ``binds``."""
        match symbol:
            case Name(text, latex):
                return latex if latex is not None and self.typeset else text
            case Number(number):
                text = self.number(number)
                own = _SUM if text.startswith("-") else (_PRODUCT if "times" in text else _ATOM)
            case Call(function, operands):
                form = self.forms.get(function) or Form(
                    self.fallback.format(function) + "(" + ", ".join(["{}"] * len(operands)) + ")"
                )
                own = form.binds
                text = form.template.format(
                    *(self.print(operand, needs) for operand, needs in zip(operands, form.needs, strict=False))
                )
            case _:
                raise TypeError(f"{type(symbol).__name__} is not a symbol that can be printed")
        return self.bracket.format(text) if own < binds else text


def format_number(number: float, digits: int = 6) -> str:
    """A number for LaTeX: at most so many significant digits (17 tell any two apart), powers of ten typeset."""
    if np.isnan(number):
        return r"\mathrm{NaN}"
    if np.isinf(number):
        return r"\infty" if number > 0 else r"-\infty"
    mantissa, _, exponent = f"{number:.{digits}g}".partition("e")
    return rf"{mantissa} \times 10^{{{int(exponent)}}}" if exponent else mantissa


def _relation(sign: str) -> Form:
    return Form(f"{{}} {sign} {{}}", 0, (_SUM, _SUM))


LATEX: Final = Dialect(
    forms={
        "add": Form("{} + {}", _SUM, (_SUM, _PRODUCT)),
        "subtract": Form("{} - {}", _SUM, (_SUM, _PRODUCT)),
        "multiply": Form(r"{} \, {}", _PRODUCT, (_PRODUCT, _POWER)),
        "times": Form(r"{} \times {}", _PRODUCT, (_PRODUCT, _POWER)),
        "hadamard": Form(r"{} \odot \left({}\right)", _PRODUCT),
        "divide": Form(r"\frac{{{}}}{{{}}}", _POWER),
        "negative": Form("-{}", _SIGN, (_PRODUCT,)),
        "power": Form("{}^{{{}}}", _POWER, (_ATOM, 0)),
        "square": Form("{}^{{2}}", _POWER, (_ATOM,)),
        "exp": Form("e^{{{}}}", _POWER),
        "expm1": Form("e^{{{}}} - 1", _SUM),
        "log": Form(r"\log {}", _SIGN, (_ATOM,)),
        "logaddexp": Form(r"\log\left(e^{{{}}} + e^{{{}}}\right)"),
        "sqrt": Form(r"\sqrt{{{}}}"),
        "absolute": Form(r"\left|{}\right|"),
        "sin": Form(r"\sin {}", _SIGN, (_ATOM,)),
        "cos": Form(r"\cos {}", _SIGN, (_ATOM,)),
        "tan": Form(r"\tan {}", _SIGN, (_ATOM,)),
        "tanh": Form(r"\tanh {}", _SIGN, (_ATOM,)),
        "sign": Form(r"\operatorname{{sign}} {}", _SIGN, (_ATOM,)),
        "erf": Form(r"\operatorname{{erf}} {}", _SIGN, (_ATOM,)),
        "floor": Form(r"\left\lfloor {} \right\rfloor"),
        "ceil": Form(r"\left\lceil {} \right\rceil"),
        "rint": Form(r"\operatorname{{round}} {}", _SIGN, (_ATOM,)),
        "maximum": Form(r"\max\left({}, {}\right)"),
        "minimum": Form(r"\min\left({}, {}\right)"),
        "where": Form(r"\begin{{cases}} {1} & {0} \\ {2} & \text{{otherwise}} \end{{cases}}", 0),
        "greater": _relation(">"),
        "less": _relation("<"),
        "greater_equal": _relation(r"\ge"),
        "less_equal": _relation(r"\le"),
        "equal": _relation("="),
        "not_equal": _relation(r"\ne"),
    },
    number=format_number,
    bracket=r"\left({}\right)",
    fallback=r"\operatorname{{{}}}",
    typeset=True,
)

NUMPY: Final = Dialect(
    forms={**_PYTHON_OPERATORS, "erf": Form("np.vectorize(math.erf)({})")},
    number=repr,
    fallback="np.{}",
)


def _torch_call(name: str) -> Form:
    return Form(f"torch.{name}(torch.as_tensor({{}}), torch.as_tensor({{}}))")


PYTORCH: Final = Dialect(
    forms={
        **_PYTHON_OPERATORS,
        "maximum": _torch_call("maximum"),
        "minimum": _torch_call("minimum"),
        "logaddexp": _torch_call("logaddexp"),
        "rint": Form("torch.round({})"),
    },
    number=repr,
    fallback="torch.{}",
)

JAX: Final = Dialect(
    forms={**_PYTHON_OPERATORS, "erf": Form("jax.scipy.special.erf({})")}, number=repr, fallback="jnp.{}"
)

MICROGRAD: Final = Dialect(
    forms={
        **{name: _PYTHON_OPERATORS[name] for name in ("add", "subtract", "multiply", "divide", "negative")},
        "square": Form("{} ** 2", _POWER, (_ATOM,)),
    },
    number=repr,
    fallback="",
)
"""Its values know arithmetic alone; powers with a number as the exponent."""


def simplify(symbol: Symbol) -> Symbol:
    """The expression as one would write it: no factor 1 beside a name, no ``e^0``, a sign before a number as factor."""
    if not isinstance(symbol, Call):
        return symbol
    operands = tuple(simplify(operand) for operand in symbol.operands)
    match symbol.function, operands:
        case "multiply", (Number(1), Name() | Call() as other) | (
            Name() | Call() as other,
            Number(1),
        ):
            return other
        case "multiply", (_, other) if _begins_with_number(other):
            return Call("times", operands)
        case "logaddexp", (Number(0), other):
            return Call("log", (Call("add", (Number(1), Call("exp", (other,)))),))
    return Call(symbol.function, operands)


def _begins_with_number(symbol: Symbol) -> bool:
    """Whether a digit comes first when it is printed, which must not stand beside another number."""
    while isinstance(symbol, Call) and symbol.function in {"multiply", "times", "power", "square"}:
        symbol = symbol.operands[0]
    return isinstance(symbol, Number)


def latex(formula: Any, digits: int = 6) -> str:
    """A formula's LaTeX, its numbers with so many significant digits."""
    return _latex_dialect(digits).print(simplify(as_symbol(formula)))


def latex_factor(formula: Any, *, first: bool, alone: bool, digits: int = 6) -> str:
    """A formula's LaTeX as a factor: in brackets where the product, or the sum around it, would tear it apart.

    ``first`` is the first factor of the first product of a sum, ``alone`` the only factor of its product.
    """
    binds = {(True, True): _SUM, (True, False): _PRODUCT, (False, True): _PRODUCT, (False, False): _POWER}
    return _latex_dialect(digits).print(simplify(as_symbol(formula)), binds[first, alone])


@cache
def _latex_dialect(digits: int) -> Dialect:
    return replace(LATEX, number=partial(format_number, digits=digits))


def numpy_source(formula: Any) -> str:
    """A formula as a Python expression over ``np``, and over ``math`` where NumPy lacks a function."""
    return NUMPY.print(as_symbol(formula))


def torch_source(formula: Any) -> str:
    """A formula as a Python expression over ``torch``."""
    return PYTORCH.print(as_symbol(formula))


def jax_source(formula: Any) -> str:
    """A formula as a Python expression over ``jnp``, which is ``jax.numpy``."""
    return JAX.print(as_symbol(formula))


def micrograd_source(formula: Any) -> str | None:
    """A formula as a Python expression over micrograd's values; None where they lack a function of it."""
    symbol = as_symbol(formula)
    return MICROGRAD.print(symbol) if functions(symbol) <= MICROGRAD.forms.keys() else None


def functions(symbol: Symbol) -> set[str]:
    """The NumPy functions that an expression calls."""
    found: set[str] = set()
    open_ = [symbol]
    while open_:
        current = open_.pop()
        if isinstance(current, Call):
            found.add(current.function)
            open_ += current.operands
    return found
