"""Operators that act on each element alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from onnx import TensorProto

from app.core.layer import Layer
from app.core.ops.activations import Elu, LeakyRelu, Relu, Sigmoid, Softplus, Softsign, Tanh
from app.core.ops.arithmetic import Abs, Add, Div, Maximum, Minimum, Mul, Neg, Pow, Reciprocal, Square, Sub
from app.core.ops.choice import Clip, EqualTo, GreaterThan, LessThan, Where
from app.core.ops.functions import Cos, Erf, Exp, Log, Sin, Sqrt, Tan
from app.core.ops.gated import Gelu, HardSwish, Silu
from app.core.ops.rounding import Ceil, Floor, Round, Sign
from app.formats.onnx.operators.registry import OPERATORS, Call, Reader, operator
from app.formats.onnx.values import Known, Tensor, UnreadError, is_number

_SAME: Final[dict[str, type[Layer]]] = {
    "Abs": Abs,
    "Cos": Cos,
    "Exp": Exp,
    "Log": Log,
    "Mul": Mul,
    "Neg": Neg,
    "Reciprocal": Reciprocal,
    "Relu": Relu,
    "Sigmoid": Sigmoid,
    "Sin": Sin,
    "Softplus": Softplus,
    "Sqrt": Sqrt,
    "Sub": Sub,
    "Tan": Tan,
    "Tanh": Tanh,
    "Add": Add,
    "Ceil": Ceil,
    "Equal": EqualTo,
    "Erf": Erf,
    "Floor": Floor,
    "Greater": GreaterThan,
    "HardSwish": HardSwish,
    "Less": LessThan,
    "Round": Round,
    "Sign": Sign,
    "Softsign": Softsign,
    "Where": Where,
}
"""Operators that one of our ops equals, input by input."""


def _same(op: type[Layer]) -> Reader:
    return lambda call: call.add(op, *(call[place] for place in range(len(op.inputs))))


OPERATORS.update({name: _same(op) for name, op in _SAME.items()})


@operator("Identity")
def identity(call: Call) -> Tensor:
    """The input as it is."""
    return call[0]


@operator("Dropout")
def dropout(call: Call) -> Tensor | Sequence[Tensor]:
    """The input as it is, since a finished model drops nothing."""
    if isinstance(training := call.given(2), Known) and training.array.any():
        raise UnreadError("it is in training")
    return call[0] if call.outputs == 1 else [call[0], Known("", np.ones(call[0].shape, bool))]


@operator("Cast", "CastLike")
def cast(call: Call) -> Tensor:
    """The input as it is where it becomes a number with a point: everything is computed in float64."""
    wanted = call.attribute("to", TensorProto.INT64 if call.whole_result else TensorProto.FLOAT)
    if wanted == TensorProto.BOOL:
        return call.add(EqualTo, call.add(EqualTo, call[0], call.number(0.0)), call.number(0.0))
    if wanted in _FLOATS or (call.whole_result and (call.whole[0] or _is_whole_leaf(call))):
        return call[0]
    raise UnreadError("it rounds computed numbers")


def _is_whole_leaf(call: Call) -> bool:
    """Whether it is data whose numbers are whole, such as classes."""
    value = call.build.value(call[0])
    return value is not None and bool(np.all(value == np.floor(value)))


_FLOATS: Final = {TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.DOUBLE, TensorProto.BFLOAT16}


@operator("Div")
def quotient(call: Call) -> Tensor:
    """A quotient."""
    if call.whole_result:
        raise UnreadError("it divides whole numbers, and drops the rest")
    return call.add(Div, call[0], call[1])


@operator("Pow")
def power(call: Call) -> Tensor:
    """A power; the square where the exponent says so."""
    exponent = call[1]
    if is_number(exponent) and isinstance(exponent, Known) and float(exponent.array.reshape(-1)[0]) == 2.0:
        return call.add(Square, call[0])
    return call.add(Pow, call[0], exponent)


def _fold(call: Call, op: type[Layer], without: float | None = None) -> Tensor:
    """An op of two inputs over any number of them, one after the other; without those that change nothing."""
    tensors = [call[place] for place in range(len(call.inputs))]
    first, *others = [tensor for tensor in tensors if not _is_all(tensor, without)] or tensors
    for tensor in others:
        first = call.add(op, first, tensor)
    return first


def _is_all(tensor: Tensor, number: float | None) -> bool:
    return isinstance(tensor, Known) and number is not None and bool((tensor.array == number).all())


@operator("Sum")
def total(call: Call) -> Tensor:
    """A sum of tensors."""
    return _fold(call, Add)


@operator("Mean")
def mean(call: Call) -> Tensor:
    """The mean of tensors."""
    return call.add(Div, _fold(call, Add), call.number(float(len(call.inputs))))


@operator("Max")
def largest(call: Call) -> Tensor:
    """The largest of tensors, element by element."""
    return _fold(call, Maximum, -math.inf)


@operator("Min")
def smallest(call: Call) -> Tensor:
    """The smallest of tensors, element by element."""
    return _fold(call, Minimum, math.inf)


@operator("LeakyRelu")
def leaky_relu(call: Call) -> Tensor:
    """ReLU that lets a little through below 0."""
    return call.add(LeakyRelu, call[0], slope=float(call.attribute("alpha", 0.01)))


@operator("PRelu")
def prelu(call: Call) -> Tensor:
    """ReLU with a trained slope below 0."""
    x, slope = call[0], call[1]
    return call.add(Add, call.add(Relu, x), call.add(Mul, slope, call.add(Minimum, x, call.number(0.0))))


@operator("Elu")
def elu(call: Call) -> Tensor:
    """An exponential below 0."""
    return call.add(Elu, call[0], alpha=float(call.attribute("alpha", 1.0)))


@operator("Selu")
def selu(call: Call) -> Tensor:
    """A scaled ELU."""
    alpha, gamma = (
        call.attribute("alpha", 1.67326319217681884765625),
        call.attribute("gamma", 1.05070102214813232421875),
    )
    return call.add(Mul, call.add(Elu, call[0], alpha=float(alpha)), call.number(float(gamma)))


@operator("Celu")
def celu(call: Call) -> Tensor:
    """An ELU of the input divided by alpha, times alpha."""
    alpha = call.number(float(call.attribute("alpha", 1.0)))
    return call.add(Mul, call.add(Elu, call.add(Div, call[0], alpha), alpha=1.0), alpha)


@operator("Gelu")
def gelu(call: Call) -> Tensor:
    """The Gaussian error linear unit."""
    return call.add(Gelu, call[0], approximate=call.attribute("approximate", b"none") == b"tanh")


@operator("HardSigmoid")
def hard_sigmoid(call: Call) -> Tensor:
    """A straight line between 0 and 1."""
    line = _line(call, float(call.attribute("alpha", 0.2)), float(call.attribute("beta", 0.5)))
    return call.add(Clip, line, low=0.0, high=1.0)


def _line(call: Call, slope: float, height: float) -> Tensor:
    return call.add(Add, call.add(Mul, call[0], call.number(slope)), call.number(height))


@operator("ThresholdedRelu")
def thresholded_relu(call: Call) -> Tensor:
    """The input where it is above alpha, 0 elsewhere."""
    above = call.add(GreaterThan, call[0], call.number(float(call.attribute("alpha", 1.0))))
    return call.add(Mul, call[0], above)


@operator("Mish")
def mish(call: Call) -> Tensor:
    """X · tanh(softplus(x))."""
    return call.add(Mul, call[0], call.add(Tanh, call.add(Softplus, call[0])))


@operator("Swish")
def swish(call: Call) -> Tensor:
    """X · σ(αx)."""
    alpha = float(call.attribute("alpha", 1.0))
    if alpha == 1.0:
        return call.add(Silu, call[0])
    return call.add(Mul, call[0], call.add(Sigmoid, call.add(Mul, call[0], call.number(alpha))))


@operator("Clip")
def clip(call: Call) -> Tensor:
    """Held between two bounds, either of which may be left out."""
    low, high = call.scalar("min", 1, 11, -math.inf), call.scalar("max", 2, 11, math.inf)
    bounds = {name: bound for name, bound in (("low", low), ("high", high)) if math.isfinite(bound)}
    return call.add(Clip, call[0], **bounds) if bounds else call[0]


@operator("Not")
def negation(call: Call) -> Tensor:
    """1 where the input is 0, else 0."""
    return call.add(EqualTo, call[0], call.number(0.0))


@operator("And")
def conjunction(call: Call) -> Tensor:
    """1 where both are."""
    return call.add(Minimum, call[0], call[1])


@operator("Or")
def disjunction(call: Call) -> Tensor:
    """1 where either is."""
    return call.add(Maximum, call[0], call[1])


@operator("Xor")
def exclusion(call: Call) -> Tensor:
    """1 where one of the two is."""
    return call.add(Abs, call.add(Sub, call[0], call[1]))


@operator("GreaterOrEqual")
def greater_or_equal(call: Call) -> Tensor:
    """1 where the first isn't less than the second."""
    return call.add(EqualTo, call.add(LessThan, call[0], call[1]), call.number(0.0))


@operator("LessOrEqual")
def less_or_equal(call: Call) -> Tensor:
    """1 where the first isn't greater than the second."""
    return call.add(EqualTo, call.add(GreaterThan, call[0], call[1]), call.number(0.0))
