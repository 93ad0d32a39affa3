"""Elementary functions that read the same for numbers, arrays and symbols.

On a Python float they are ``math``'s, which is several times faster than NumPy there; anything else goes to NumPy,
whose protocols carry symbols on to :mod:`app.core.notation`. ``math`` raises where NumPy answers inf or NaN:
the evaluation then runs again on NumPy's scalars.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import repeat
from typing import Any, Final, TypeAlias

import numpy as np

# A Python float, a float64 array or a symbol: the one formula is read in all three ways.
Operand: TypeAlias = Any


class Lanes(np.ndarray[Any, np.dtype[np.float64]]):
    """A column of numbers that stand for themselves: the functions here answer as they do for each number alone."""

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        """What ``np.where`` and its kin answer, as lanes again."""
        found = super().__array_function__(function, types, args, kwargs)
        return found.view(Lanes) if isinstance(found, np.ndarray) else found


def _in_lanes(scalar: Callable[..., float], *operands: Operand) -> Operand:
    columns = [x.tolist() if isinstance(x, np.ndarray) else repeat(x) for x in operands]
    return np.array(list(map(scalar, *columns))).view(Lanes)


# IEEE 754 defines these to the last digit, so that NumPy's are math's.
_DEFINED: Final = {np.sqrt, np.square, np.absolute, np.sign, np.floor, np.ceil, np.rint, np.maximum, np.minimum}


def _unary(scalar: Callable[[float], float], array: np.ufunc) -> Callable[[Operand], Operand]:
    is_defined = array in _DEFINED

    def function(x: Operand) -> Operand:
        if type(x) is float:
            return scalar(x)
        return _in_lanes(scalar, x) if type(x) is Lanes and not is_defined else array(x)

    return function


def _binary(scalar: Callable[[float, float], float], array: np.ufunc) -> Callable[[Operand, Operand], Operand]:
    is_defined = array in _DEFINED

    def function(x: Operand, y: Operand) -> Operand:
        if type(x) is float and type(y) is float:
            return scalar(x, y)
        if (type(x) is float and type(y) is int) or (type(y) is float and type(x) is int):
            return scalar(x, y)
        if (type(x) is Lanes or type(y) is Lanes) and not is_defined:
            return _in_lanes(scalar, x, y)
        return array(x, y)

    return function


def _logaddexp(x: float, y: float) -> float:
    return max(x, y) + math.log1p(math.exp(-abs(x - y)))


def _log_or_limit(x: float) -> float:
    return math.log(x) if x > 0.0 else (-math.inf if x == 0.0 else math.nan)


def _sign(x: float) -> float:
    return float((x > 0.0) - (x < 0.0))


def _floor(x: float) -> float:
    return float(math.floor(x))


def _ceil(x: float) -> float:
    return float(math.ceil(x))


def _round(x: float) -> float:
    return float(round(x))


exp = _unary(math.exp, np.exp)
expm1 = _unary(math.expm1, np.expm1)
log = _unary(math.log, np.log)
sqrt = _unary(math.sqrt, np.sqrt)
sin = _unary(math.sin, np.sin)
cos = _unary(math.cos, np.cos)
tan = _unary(math.tan, np.tan)
tanh = _unary(math.tanh, np.tanh)
absolute = _unary(abs, np.absolute)
sign = _unary(_sign, np.sign)
floor = _unary(_floor, np.floor)
ceil = _unary(_ceil, np.ceil)
rint = _unary(_round, np.rint)
# math.pow and not **: a negative float to a fractional power is a complex number in Python.
power = _binary(math.pow, np.power)
maximum = _binary(max, np.maximum)
minimum = _binary(min, np.minimum)
logaddexp = _binary(_logaddexp, np.logaddexp)


def _squaring() -> Callable[[Operand], Operand]:
    # Without the call of a function in a function: it's in the derivative of every tanh.
    def function(x: Operand) -> Operand:
        return x * x if type(x) is float else np.square(x)

    return function


square = _squaring()

_ERF: np.ufunc = np.frompyfunc(math.erf, 1, 1)


def erf(x: Operand) -> Operand:
    """The error function, 2/√π ∫₀ˣ exp(−s²) ds.

    NumPy has none, so ``math``'s is called for each element: slow (0.1 µs) and right to the last digit.
    """
    if type(x) is float:
        return math.erf(x)
    found: Any = _ERF(x)
    # Of an array come Python objects; a single number or a symbol is what it should be.
    return found.astype(np.float64) if isinstance(found, np.ndarray) else found


def where(condition: Operand, then: Operand, otherwise: Operand) -> Operand:
    """``then`` where the condition holds, ``otherwise`` elsewhere. Both are computed."""
    if type(condition) is bool and type(then) is float and type(otherwise) is float:
        return then if condition else otherwise
    return np.where(condition, then, otherwise)


def indicator(condition: Operand) -> Operand:
    """1 where the condition holds, 0 elsewhere."""
    if type(condition) is bool:
        return 1.0 if condition else 0.0
    if isinstance(condition, np.ndarray):
        return condition.astype(np.float64)  # np.where, which looks at each element, takes ten times as long.
    return np.where(condition, 1.0, 0.0)


def log_or_limit(x: Operand) -> Operand:
    """The logarithm for a derivative that may be unwanted: its limit at 0, NaN below, and no complaint."""
    if type(x) is float:
        return _log_or_limit(x)
    with np.errstate(divide="ignore", invalid="ignore"):
        return log(x)
