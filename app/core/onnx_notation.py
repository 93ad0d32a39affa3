"""Formulas as ONNX nodes: what :mod:`app.core.notation` prints, in operators that take and give names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from app.core.notation import Call, Name, Number, Symbol, as_symbol, functions
from app.core.spelling import OnnxNodes
from app.core.windows_code import onnx_single

_OPERATORS: Final[Mapping[str, str]] = {
    "add": "Add", "subtract": "Sub", "multiply": "Mul", "divide": "Div", "negative": "Neg", "power": "Pow",
    "exp": "Exp", "log": "Log", "sqrt": "Sqrt", "sin": "Sin", "cos": "Cos", "tanh": "Tanh",
    "floor": "Floor", "ceil": "Ceil", "rint": "Round",
    "absolute": "Abs", "sign": "Sign", "maximum": "Max", "minimum": "Min", "where": "Where",
    "greater": "Greater", "less": "Less", "greater_equal": "GreaterOrEqual", "less_equal": "LessOrEqual",
    "equal": "Equal", "bitwise_and": "And",
}  # fmt: skip


def onnx_nodes(formula: Any, nodes: OnnxNodes) -> str | None:
    """The nodes of a formula whose names are values there already; the name of the last one's output.

    None where the formula has a NumPy function that nobody has said in ONNX.
    """
    symbol = as_symbol(formula)
    return _emit(symbol, nodes) if functions(symbol) <= _OPERATORS.keys() | _COMPOSED.keys() else None


def _emit(symbol: Symbol, nodes: OnnxNodes) -> str:
    # As deep as an op's formula, which is a line of code.
    match symbol:
        case Name(text):
            return text
        case Number(number):
            return nodes.constant(np.float64(number))
        case Call(function, operands):
            inputs = [_emit(operand, nodes) for operand in operands]
            if (compose := _COMPOSED.get(function)) is not None:
                return compose(nodes, *inputs)
            return nodes.node(_OPERATORS[function], *inputs)
    raise TypeError(f"{type(symbol).__name__} is not a symbol that can be written")


def _square(nodes: OnnxNodes, x: str) -> str:
    return nodes.node("Mul", x, x)


def _tan(nodes: OnnxNodes, x: str) -> str:
    # ONNX Runtime has no Tan in double precision.
    return nodes.node("Div", nodes.node("Sin", x), nodes.node("Cos", x))


def _not_equal(nodes: OnnxNodes, x: str, y: str) -> str:
    return nodes.node("Not", nodes.node("Equal", x, y))


def _expm1(nodes: OnnxNodes, x: str) -> str:
    """exp(x) − 1 to the last digit, tanh(x/2) · (exp(x) + 1)."""
    half = nodes.node("Tanh", nodes.node("Div", x, nodes.constant(np.float64(2.0))))
    return nodes.node("Mul", half, nodes.node("Add", nodes.node("Exp", x), nodes.constant(np.float64(1.0))))


def _logaddexp(nodes: OnnxNodes, x: str, y: str) -> str:
    distance = nodes.node("Neg", nodes.node("Abs", nodes.node("Sub", x, y)))
    return nodes.node("Add", nodes.node("Max", x, y), _log1p(nodes, nodes.node("Exp", distance)))


def _log1p(nodes: OnnxNodes, x: str) -> str:
    """log(1 + x) to the last digit by Kahan's formula, log(w) · x / (w − 1) with w = 1 + x as it was rounded."""
    one = nodes.constant(np.float64(1.0))
    w = nodes.node("Add", one, x)
    lost = nodes.node("Equal", w, one)
    # A denominator of 1 where nothing is left of x, and the quotient isn't taken.
    denominator = nodes.node("Where", lost, one, nodes.node("Sub", w, one))
    quotient = nodes.node("Div", nodes.node("Mul", nodes.node("Log", w), x), denominator)
    return nodes.node("Where", lost, x, quotient)


def _erf(nodes: OnnxNodes, x: str) -> str:
    return onnx_single(nodes, "Erf", x)


_COMPOSED: Final[Mapping[str, Callable[..., str]]] = {
    "square": _square, "tan": _tan, "expm1": _expm1, "logaddexp": _logaddexp, "not_equal": _not_equal, "erf": _erf,
}  # fmt: skip
