"""Activation functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from app.core.build import GraphBuilder
from app.core.elementary import (
    Operand,
    absolute,
    exp,
    expm1,
    indicator,
    logaddexp,
    maximum,
    minimum,
    square,
    tanh,
    where,
)
from app.core.elementwise import Elementwise, Keeps
from app.core.errors import LayerError
from app.core.layer import Layer, at
from app.core.notation import Symbol
from app.core.slips.catalogue import (
    CROSS_TERMS_FORGOTTEN,
    FACTOR_FORGOTTEN,
    MASK_BY_UPSTREAM,
    MASK_INVERTED,
    SQUARE_FORGOTTEN,
    Slip,
)
from app.core.spelling import Code, OnnxNodes, Term, call
from app.core.tensor import Array, Shape, Value, format_shape, size_of

_MASK_DOC = "A mask, where the input was positive: backward asks on which side of the kink it was, no more."


_SELU_SCALE = 1.0507009873554805
_SELU_ALPHA = 1.6732632423543772


class Rectifier(Elementwise, abstract=True):
    """An activation whose derivative depends on the sign of its input alone."""

    def slips(self, upstream: Value) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        (mask,) = self._kept
        for slip, seen in ((MASK_INVERTED, np.logical_not(mask)), (MASK_BY_UPSTREAM, np.greater(upstream, 0.0))):
            yield slip, (upstream * self.partials(seen)[0],)


class Relu(Rectifier):
    """The input where it is positive, else 0. The gradient passes only where the input was positive."""

    symbol = "ReLU"
    spellings = ("torch.relu", "torch.nn.functional.relu", "torch.nn.ReLU", "jax.nn.relu", ".relu")
    whole = True
    samples = (at(2.0), at(-1.0), at([[1.0, -0.5], [-2.0, 3.0]]))
    kept = ("mask",)
    keeps_doc = _MASK_DOC

    def value(self, x: Operand) -> Operand:
        return maximum(x, 0.0)

    def code(self, x: Term) -> Code:
        # The larger of x and 0 would share the gradient at x = 0.
        return {"torch": f"torch.relu({x})", "jax": f"jax.nn.relu({x})", "micrograd": f"{x}.relu()"}

    def onnx(self, nodes: OnnxNodes, x: Term) -> str:
        return nodes.node("Relu", x)

    @classmethod
    def _keep(cls, inputs: tuple[Any, ...], output: Any) -> tuple[Any, ...]:
        return (inputs[0] > 0.0,)

    def partials(self, mask: Operand) -> tuple[Operand, ...]:
        return (indicator(mask),)


class LeakyRelu(Rectifier):
    """The input where it is positive, else ``alpha`` times the input."""

    symbol = "leaky ReLU"
    spellings = ("torch.nn.functional.leaky_relu", "torch.nn.LeakyReLU", "jax.nn.leaky_relu")
    samples = (at(2.0), at([-1.0, 3.0]), at([-1.0, 3.0], alpha=0.2))
    kept = ("mask",)
    keeps_doc = _MASK_DOC

    def __init__(self, *, alpha: float = 0.01) -> None:
        self.alpha = alpha

    def value(self, x: Operand) -> Operand:
        return where(x > 0.0, x, self.alpha * x)

    @classmethod
    def _keep(cls, inputs: tuple[Any, ...], output: Any) -> tuple[Any, ...]:
        return (inputs[0] > 0.0,)

    def partials(self, mask: Operand) -> tuple[Operand, ...]:
        return (where(mask, 1.0, self.alpha),)


class Softplus(Elementwise):
    """A smooth ReLU, log(1 + exp(x)), without overflow. Its derivative is the sigmoid."""

    symbol = "softplus"
    spellings = ("torch.nn.functional.softplus", "torch.nn.Softplus", "jax.nn.softplus")
    steepest = 1.0
    samples = (at(0.5), at([-3.0, 40.0]))

    def value(self, x: Operand) -> Operand:
        return logaddexp(0.0, x)

    def partials(self, x: Operand) -> tuple[Operand, ...]:
        return (1.0 / (1.0 + exp(-x)),)

    def code(self, x: Term) -> Code:
        # PyTorch's gives x itself past its threshold, which is 20 and costs digits where it isn't set.
        softplus = call("torch.nn.functional.softplus", x, threshold=700.0)
        return {"torch": softplus, "jax": f"jax.nn.softplus({x})"}

    def decompose(self, build: GraphBuilder, x: str) -> str:
        return build.add("log", build.add("add", build.add("exp", x), build.constant(1.0)))


class Sigmoid(Elementwise):
    """The logistic function, 1 / (1 + exp(−x)). Its derivative is y(1 − y), so that only the output is kept."""

    symbol = "σ"
    spellings = ("torch.sigmoid", "torch.nn.functional.sigmoid", "torch.nn.Sigmoid", "jax.nn.sigmoid", ".sigmoid")
    keeps = Keeps.OUTPUT
    steepest = 0.25
    samples = (at(1.0), at([-3.0, 0.0, 5.0]))

    def value(self, x: Operand) -> Operand:
        return 1.0 / (1.0 + exp(-x))

    def partials(self, y: Operand) -> tuple[Operand, ...]:
        return (y * (1.0 - y),)

    def wrong_partials(self, y: Operand) -> Mapping[Slip, tuple[Operand | None, ...]]:
        return {FACTOR_FORGOTTEN: (1.0 - y,)}

    def code(self, x: Term) -> Code:
        return {"torch": f"torch.sigmoid({x})", "jax": f"jax.nn.sigmoid({x})"}

    def onnx(self, nodes: OnnxNodes, x: Term) -> str:
        return nodes.node("Sigmoid", x)

    def decompose(self, build: GraphBuilder, x: str) -> str:
        denominator = build.add("add", build.add("exp", build.add("neg", x)), build.constant(1.0))
        return build.add("reciprocal", denominator)


class Tanh(Elementwise):
    """The hyperbolic tangent. Its derivative is 1 − y²."""

    symbol = "tanh"
    spellings = (
        "numpy.tanh",
        "math.tanh",
        "torch.tanh",
        "torch.nn.functional.tanh",
        "torch.nn.Tanh",
        "jax.numpy.tanh",
        "jax.nn.tanh",
        ".tanh",
    )
    keeps = Keeps.OUTPUT
    steepest = 1.0
    samples = (at(0.5), at([-2.0, 0.0, 1.0]))

    def value(self, x: Operand) -> Operand:
        return tanh(x)

    def partials(self, y: Operand) -> tuple[Operand, ...]:
        return (1.0 - square(y),)

    def wrong_partials(self, y: Operand) -> Mapping[Slip, tuple[Operand | None, ...]]:
        return {SQUARE_FORGOTTEN: (1.0 - y,)}

    def decompose(self, build: GraphBuilder, x: str) -> str:
        grows, falls = build.add("exp", x), build.add("exp", build.add("neg", x))
        return build.add("div", build.add("sub", grows, falls), build.add("add", grows, falls))


class Elu(Elementwise):
    """The input where it is positive, else ``alpha`` · (exp(x) − 1), which flattens out at −``alpha``.

    From Clevert, Unterthiner & Hochreiter, *Fast and accurate deep network learning by exponential linear units*
    (2015).
    """

    symbol = "ELU"
    spellings = ("torch.nn.functional.elu", "torch.nn.ELU", "jax.nn.elu")
    steepest = 1.0
    samples = (at(2.0), at([-1.0, 3.0, -4.0]), at([-1.0, 3.0], alpha=0.5))

    def __init__(self, *, alpha: float = 1.0) -> None:
        self.alpha = alpha

    def value(self, x: Operand) -> Operand:
        return where(x > 0.0, x, self.alpha * expm1(minimum(x, 0.0)))

    def partials(self, x: Operand) -> tuple[Operand, ...]:
        return (where(x > 0.0, 1.0, self.alpha * exp(minimum(x, 0.0))),)

    def formula(self, *symbols: Symbol) -> Operand:
        (x,) = symbols
        return where(x > 0.0, x, self.alpha * expm1(x))

    def written_partials(self, inputs: Sequence[Operand], output: Operand) -> tuple[Operand, ...]:
        (x,) = inputs
        return (where(x > 0.0, 1.0, self.alpha * exp(x)),)

    def code(self, x: Term) -> Code:
        return {
            **super().code(x),
            "torch": f"torch.nn.functional.elu({x}, {self.alpha!r})",
            "jax": f"jax.nn.elu({x}, {self.alpha!r})",
        }


class Selu(Elementwise):
    """An ELU of such a slope and depth that a deep network keeps its values at mean 0 and variance 1.

    From Klambauer et al., *Self-normalizing neural networks* (2017), whose two numbers λ and α these are.
    """

    symbol = "SELU"
    spellings = ("torch.nn.functional.selu", "torch.nn.SELU", "jax.nn.selu")
    steepest = _SELU_SCALE * _SELU_ALPHA
    samples = (at(2.0), at([-1.0, 3.0, -4.0]))

    def value(self, x: Operand) -> Operand:
        return _SELU_SCALE * where(x > 0.0, x, _SELU_ALPHA * expm1(minimum(x, 0.0)))

    def partials(self, x: Operand) -> tuple[Operand, ...]:
        return (_SELU_SCALE * where(x > 0.0, 1.0, _SELU_ALPHA * exp(minimum(x, 0.0))),)

    def formula(self, *symbols: Symbol) -> Operand:
        (x,) = symbols
        return _SELU_SCALE * where(x > 0.0, x, _SELU_ALPHA * expm1(x))

    def written_partials(self, inputs: Sequence[Operand], output: Operand) -> tuple[Operand, ...]:
        (x,) = inputs
        return (_SELU_SCALE * where(x > 0.0, 1.0, _SELU_ALPHA * exp(x)),)

    def code(self, x: Term) -> Code:
        return {**super().code(x), "torch": f"torch.nn.functional.selu({x})", "jax": f"jax.nn.selu({x})"}


class Softsign(Elementwise):
    """The input divided by 1 + |x|: like tanh, but it flattens out slowly. Its derivative is 1 / (1 + |x|)²."""

    symbol = "softsign"
    spellings = ("torch.nn.functional.softsign", "torch.nn.Softsign", "jax.nn.soft_sign")
    steepest = 1.0
    samples = (at(0.5), at([-2.0, 0.0, 1.0]))

    def value(self, x: Operand) -> Operand:
        return x / (1.0 + absolute(x))

    def partials(self, x: Operand) -> tuple[Operand, ...]:
        return (1.0 / square(1.0 + absolute(x)),)

    def wrong_partials(self, x: Operand) -> Mapping[Slip, tuple[Operand | None, ...]]:
        return {SQUARE_FORGOTTEN: (1.0 / (1.0 + absolute(x)),)}

    def decompose(self, build: GraphBuilder, x: str) -> str:
        return build.add("div", x, build.add("add", build.add("abs", x), build.constant(1.0)))


class HardSigmoid(Elementwise):
    """A sigmoid of straight lines: ``alpha`` · x + ``beta``, held between 0 and 1.

    The defaults are PyTorch's, 1/6 and 1/2, with which the slope lies between −3 and 3. ONNX has 0.2 and 1/2.
    """

    symbol = "hard σ"
    spellings = ("torch.nn.functional.hardsigmoid", "torch.nn.Hardsigmoid", "jax.nn.hard_sigmoid")
    samples = (at(1.0), at([-4.0, 0.0, 2.0, 5.0]), at([-2.4, 1.0, 2.6], alpha=0.2))

    def __init__(self, *, alpha: float = 1.0 / 6.0, beta: float = 0.5) -> None:
        self.alpha = alpha
        self.beta = beta

    def value(self, x: Operand) -> Operand:
        return minimum(maximum(self.alpha * x + self.beta, 0.0), 1.0)

    def partials(self, x: Operand) -> tuple[Operand, ...]:
        return (where(absolute(self.alpha * x + self.beta - 0.5) < 0.5, self.alpha, 0.0),)

    def code(self, x: Term) -> Code:
        line = f"{self.alpha!r} * {x} + {self.beta!r}"
        return {
            # The smaller and the larger of two would share the gradient where they are equal.
            "torch": f"torch.where(torch.abs({line} - 0.5) < 0.5, {line}, torch.sign(torch.relu({line})))",
            "jax": f"jnp.where(jnp.abs({line} - 0.5) < 0.5, {line}, jnp.sign(jax.nn.relu({line})))",
        }


class Softmax(Layer):
    """Scores as probabilities along an axis: exp(x) divided by its sum."""

    symbol = "softmax"
    spellings = ("torch.softmax", "torch.nn.functional.softmax", "torch.nn.Softmax", "jax.nn.softmax", ".softmax")
    samples = (
        at([0.3, 2.9, 4.0]),
        at([[1.0, 2.0], [3.0, 0.5]]),
        at([[1.0, 2.0], [3.0, 0.5]], axis=0),
    )
    value_latex = r"\frac{e^{x_i}}{\sum_j e^{x_j}}"
    partials_latex = (r"y \odot \left(\text{upstream} - \sum_j \text{upstream}_j \, y_j\right)",)

    kept = ("output",)
    keeps_doc = "Its output y alone: what is sent back, y ⊙ (upstream − Σ upstream · y), is written in it."

    def __init__(self, *, axis: int = -1) -> None:
        self.axis = axis

    def forward(self, x: Array) -> Value:
        shifted = np.exp(x - x.max(axis=self.axis, keepdims=True))
        output: Array = shifted / shifted.sum(axis=self.axis, keepdims=True)
        self._output = output
        return output

    def backward(self, upstream: Array) -> tuple[Value | None, ...]:
        weighted = upstream * self._output
        return (weighted - self._output * weighted.sum(axis=self.axis, keepdims=True),)

    def slips(self, upstream: Array) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        yield CROSS_TERMS_FORGOTTEN, (upstream * self._output * (1.0 - self._output),)

    def shape(self, x: Shape) -> Shape:
        if not -len(x) <= self.axis < len(x):
            raise LayerError(f"axis {self.axis} is not one of the axes of a {format_shape(x)} input")
        return x

    def work(self, x: Shape) -> int:
        return 5 * size_of(x)

    def code(self, x: Term) -> Code:
        return {"torch": f"torch.softmax({x}, dim={self.axis})", "jax": f"jax.nn.softmax({x}, axis={self.axis})"}

    def onnx(self, nodes: OnnxNodes, x: Term) -> str:
        return nodes.node("Softmax", x, axis=self.axis)

    def decompose(self, build: GraphBuilder, x: str) -> str:
        grown = build.add("exp", x)
        return build.add("div", grown, build.add("sum", grown, axis=self.axis, keepdims=True))

    @classmethod
    def variants(cls, x: Shape) -> Sequence[Mapping[str, Any]]:
        return [{"axis": axis} for axis in (-1, *range(len(x) - 1))]


class LogSoftmax(Layer):
    """The logarithm of the softmax along an axis, without the overflow and the log 0 of the two in a row."""

    symbol = "log softmax"
    spellings = (
        "torch.log_softmax",
        "torch.nn.functional.log_softmax",
        "torch.nn.LogSoftmax",
        "jax.nn.log_softmax",
        ".log_softmax",
    )
    samples = (
        at([0.3, 2.9, 4.0]),
        at([[1.0, 2.0], [3.0, 0.5]]),
        at([[1.0, 2.0], [3.0, 0.5]], axis=0),
    )
    value_latex = r"x_i - \log \sum_j e^{x_j}"
    partials_latex = (r"\text{upstream} - e^{y} \, \sum_j \text{upstream}_j",)
    kept = ("output",)
    keeps_doc = "Its output y alone: exp(y), the softmax, is what of all that arrives each score is charged with."

    def __init__(self, *, axis: int = -1) -> None:
        self.axis = axis

    def forward(self, x: Array) -> Value:
        shifted = x - x.max(axis=self.axis, keepdims=True)
        output: Array = shifted - np.log(np.exp(shifted).sum(axis=self.axis, keepdims=True))
        self._output = output
        return output

    def backward(self, upstream: Array) -> tuple[Value | None, ...]:
        return (upstream - np.exp(self._output) * upstream.sum(axis=self.axis, keepdims=True),)

    def slips(self, upstream: Array) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        yield CROSS_TERMS_FORGOTTEN, (upstream * (1.0 - np.exp(self._output)),)

    def shape(self, x: Shape) -> Shape:
        return Softmax(axis=self.axis).shape(x)

    def work(self, x: Shape) -> int:
        return 5 * size_of(x)

    def decompose(self, build: GraphBuilder, x: str) -> str:
        total = build.add("sum", build.add("exp", x), axis=self.axis, keepdims=True)
        return build.add("sub", x, build.add("log", total))

    @classmethod
    def variants(cls, x: Shape) -> Sequence[Mapping[str, Any]]:
        return Softmax.variants(x)

    def code(self, x: Term) -> Code:
        return {
            "torch": f"torch.log_softmax({x}, dim={self.axis})",
            "jax": f"jax.nn.log_softmax({x}, axis={self.axis})",
        }

    def onnx(self, nodes: OnnxNodes, x: Term) -> str:
        return nodes.node("LogSoftmax", x, axis=self.axis)
