"""Normalisations: a mean of 0 and a variance of 1 along some axes, then a scale and a shift that are trained.

The variance is that of the elements at hand (divided by n, not n − 1), and ``eps`` is added to it before the root:
S. Ioffe and C. Szegedy, Batch Normalization (2015); J. L. Ba, J. R. Kiros and G. E. Hinton, Layer Normalization (2016).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from app.core.build import GraphBuilder
from app.core.errors import LayerError
from app.core.layer import Layer, at
from app.core.slips.catalogue import FACTOR_FORGOTTEN, STATISTICS_HELD, Slip
from app.core.slips.copies import unsummed
from app.core.spelling import Code, OnnxNodes, Term, call
from app.core.tensor import Array, Shape, Value, as_value, format_shape, shape_of, size_of, unbroadcast

_ROWS = [[0.5, -1.0, 2.0], [1.5, 0.0, -0.5], [-2.0, 3.0, 1.0]]
_IMAGES = [
    [[[0.5, -1.0], [2.0, 1.5]], [[3.0, 0.0], [-0.5, 1.0]]],
    [[[1.0, -2.0], [0.0, 2.5]], [[-1.0, 4.0], [0.5, 2.0]]],
]
_SCALE, _SHIFT = [1.5, -0.5, 2.0], [0.1, 0.2, -0.3]

_OTHER_EPS: Final = (1e-3, 1e-6, 1e-12, 0.0)
"""What libraries and well-known models add to the variance, besides the default."""

_X_HAT = r"\hat{x} = \frac{x - \mu}{\sqrt{\sigma^{2} + \epsilon}}"
_TO_X = (
    r"\frac{1}{\sqrt{\sigma^{2} + \epsilon}} \left(g - \operatorname{mean}\left(g\right) "
    r"- \hat{x} \odot \operatorname{mean}\left(g \odot \hat{x}\right)\right), \quad g = \gamma \odot \text{upstream}"
)
_TO_GAMMA = r"\sum \text{upstream} \odot \hat{x}"
_TO_BETA = r"\sum \text{upstream}"


class Scaled(Layer, abstract=True):
    """An op whose result is ``gamma`` · x̂ + ``beta``, each copied along the axes that it doesn't have."""

    kept = ("normal", "root", "gamma")
    starts = {"gamma": 1.0}

    def __init__(self, *, eps: float = 1e-5) -> None:
        self.eps = eps

    @classmethod
    def variants(cls, *_shapes: Shape) -> Sequence[Mapping[str, Any]]:
        return [{}, *({"eps": eps} for eps in _OTHER_EPS)]

    def _beside(self, parameter: Shape, rank: int) -> Shape:
        """The shape in which a parameter broadcasts against an input of so many axes."""
        return parameter

    def _placed(self, parameter: Value, rank: int) -> Value:
        return np.reshape(parameter, self._beside(shape_of(parameter), rank))

    def _scaled(self, centred: Array, variance: Value, gamma: Value, beta: Value) -> Array:
        self._root = np.sqrt(variance + self.eps)
        self._normal = centred / self._root
        self._gamma = gamma
        return self._normal * self._placed(gamma, centred.ndim) + self._placed(beta, centred.ndim)

    def _to_parameters(self, upstream: Array) -> tuple[Value | None, Value | None]:
        """The gradients of ``gamma`` and ``beta``."""
        dgamma = self._summed(upstream * self._normal) if self._asked(1) else None
        dbeta = self._summed(upstream) if self._asked(2) else None
        return dgamma, dbeta

    def _summed(self, gradient: Array) -> Value:
        """The sum over the copies of a parameter."""
        shape = shape_of(self._gamma)
        return as_value(np.reshape(unbroadcast(gradient, self._beside(shape, gradient.ndim)), shape))

    def _parameter_slips(self, upstream: Array) -> Iterator[tuple[Slip, tuple[Value | None, Value | None]]]:
        shape = shape_of(self._gamma)
        if self._beside(shape, upstream.ndim) == shape:
            yield from ((slip, (share, None)) for slip, share in unsummed(upstream * self._normal, shape))
            yield from ((slip, (None, share)) for slip, share in unsummed(upstream, shape))

    def _check_eps(self) -> None:
        if self.eps < 0.0:
            raise LayerError(f"eps {self.eps:g}: it takes a number that isn't negative")

    def _placed_node(self, build: GraphBuilder, parameter: str, shape: Shape, rank: int) -> str:
        beside = self._beside(shape, rank)
        return parameter if beside == shape else build.add("reshape", parameter, shape=list(beside))

    def _scaled_nodes(self, build: GraphBuilder, centred: str, variance: str, gamma: str, beta: str, rank: int) -> str:
        if self.eps:
            variance = build.add("add", variance, build.constant(self.eps))
        normal = build.add("div", centred, build.add("sqrt", variance))
        scaled = build.add("mul", normal, self._placed_node(build, gamma, build.shapes[gamma], rank))
        return build.add("add", scaled, self._placed_node(build, beta, build.shapes[beta], rank))


class Normalization(Scaled, abstract=True):
    """Mean and variance are those of the input itself, so that every element moves them."""

    value_latex = rf"\gamma \odot \hat{{x}} + \beta, \quad {_X_HAT}"
    partials_latex = (_TO_X, _TO_GAMMA, _TO_BETA)
    keeps_doc = "The normalised input x̂, the root that it was divided by, and gamma: all that the formulas are made of."

    def forward(self, x: Array, gamma: Value, beta: Value) -> Value:
        axes = self._averaged(x.ndim, shape_of(gamma))
        centred = x - x.mean(axis=axes, keepdims=True)
        return self._scaled(centred, np.square(centred).mean(axis=axes, keepdims=True), gamma, beta)

    def backward(self, upstream: Array) -> tuple[Value | None, ...]:
        dx = self._to_input(upstream * self._placed(self._gamma, upstream.ndim)) if self._asked(0) else None
        return dx, *self._to_parameters(upstream)

    def slips(self, upstream: Array) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        g = upstream * self._placed(self._gamma, upstream.ndim)
        for mean, variance in ((False, False), (True, False), (False, True)):
            yield STATISTICS_HELD, (self._to_input(g, mean=mean, variance=variance), None, None)
        yield FACTOR_FORGOTTEN, (self._to_input(upstream), None, None)
        for slip, shares in self._parameter_slips(upstream):
            yield slip, (None, *shares)

    def _to_input(self, g: Array, *, mean: bool = True, variance: bool = True) -> Array:
        """The input's gradient where x̂ is sent ``g``; without what goes by way of the mean or the variance."""
        axes = self._averaged(g.ndim, shape_of(self._gamma))
        total = g
        if mean:
            total = total - g.mean(axis=axes, keepdims=True)
        if variance:
            total = total - self._normal * (g * self._normal).mean(axis=axes, keepdims=True)
        return total / self._root

    def work(self, x: Shape, gamma: Shape, beta: Shape) -> int:
        return 8 * size_of(x)

    def decompose(self, build: GraphBuilder, x: str, gamma: str, beta: str) -> str:
        rank = len(build.shapes[x])
        axes = list(self._averaged(rank, build.shapes[gamma]))
        centred = build.add("sub", x, build.add("mean", x, axis=axes, keepdims=True))
        variance = build.add("mean", build.add("square", centred), axis=axes, keepdims=True)
        return self._scaled_nodes(build, centred, variance, gamma, beta, rank)

    def _averaged(self, rank: int, gamma: Shape) -> tuple[int, ...]:
        """The axes along which mean and variance are taken."""
        raise NotImplementedError


class PerChannel(Scaled, abstract=True):
    """The parameters belong to the second axis, or are numbers for an input that is a batch of numbers."""

    def _beside(self, parameter: Shape, rank: int) -> Shape:
        return (*parameter, *(1,) * (rank - 2))

    def _check_channels(self, x: Shape, **parameters: Shape) -> None:
        self._check_eps()
        for name, parameter in parameters.items():
            if not x or parameter != x[1:2]:
                raise LayerError(
                    f"{name} of shape {format_shape(parameter)} does not fit an input of shape {format_shape(x)}: "
                    "it has one number for each channel, which is the second axis, and is a number beside a vector"
                )


class BatchNorm(PerChannel, Normalization):
    """Each channel with mean 0 and variance 1 over the batch, then γ · x̂ + β, as in training.

    The input is (batch, channels, …), with a γ and a β for each channel, or a vector (batch) with one of each.
    """

    symbol = "batch norm"
    spellings = ("torch.nn.functional.batch_norm",)
    samples = (
        at(_ROWS, _SCALE, _SHIFT),
        at(_IMAGES, _SCALE[:2], _SHIFT[:2], eps=1e-3),
        at([1.0, 2.0, 3.0, 4.0], 1.5, 0.5, eps=0.0),
    )

    def shape(self, x: Shape, gamma: Shape, beta: Shape) -> Shape:
        self._check_channels(x, gamma=gamma, beta=beta)
        return x

    def _averaged(self, rank: int, gamma: Shape) -> tuple[int, ...]:
        return tuple(axis for axis in range(rank) if axis != 1)

    def code(self, x: Term, gamma: Term, beta: Term) -> Code:
        if not self.eps or len(x.shape) < 2:
            return {}  # PyTorch takes neither.
        own = call("torch.nn.functional.batch_norm", x, "None", "None", gamma, beta, training=True, eps=self.eps)
        return {"torch": own}


class LayerNorm(Normalization):
    """Each sample with mean 0 and variance 1 over its last axes, as many as γ has, then γ · x̂ + β."""

    symbol = "layer norm"
    spellings = ("torch.nn.functional.layer_norm",)
    samples = (
        at(_ROWS, _SCALE, _SHIFT),
        at(_IMAGES[0], [[1.5, -0.5], [2.0, 1.0]], [[0.1, 0.2], [-0.3, 0.0]], eps=1e-3),
        at([1.0, 2.0, 4.0], _SCALE, _SHIFT, eps=0.0),
    )

    def shape(self, x: Shape, gamma: Shape, beta: Shape) -> Shape:
        self._check_eps()
        if not gamma or gamma != beta or x[-len(gamma) :] != gamma:
            raise LayerError(
                f"gamma of shape {format_shape(gamma)} and beta of shape {format_shape(beta)} do not fit an input "
                f"of shape {format_shape(x)}: both have the lengths of its last axes, over which it is normalised"
            )
        return x

    def _averaged(self, rank: int, gamma: Shape) -> tuple[int, ...]:
        return tuple(range(rank - len(gamma), rank))

    def code(self, x: Term, gamma: Term, beta: Term) -> Code:
        return {"torch": call("torch.nn.functional.layer_norm", x, f"{gamma}.shape", gamma, beta, eps=self.eps)}

    def onnx(self, nodes: OnnxNodes, *inputs: Term) -> str:
        return nodes.node("LayerNormalization", *inputs, axis=-len(inputs[1].shape), epsilon=self.eps)


class BatchNormInference(PerChannel):
    """Each channel normalised with a mean and a variance that are given, then γ · x̂ + β, as after training.

    The input is (batch, channels, …), with the others one number for each channel, or a vector (batch). Mean and
    variance are collected in training and not trained: nothing flows back to them, as in PyTorch.
    """

    symbol = "batch norm"
    labels = frozenset({"mean", "var"})
    spellings = ("torch.nn.functional.batch_norm",)
    samples = (
        at(_ROWS, _SCALE, _SHIFT, [0.5, 1.0, -0.5], [1.0, 2.0, 0.25]),
        at(_IMAGES, _SCALE[:2], _SHIFT[:2], [0.5, 1.0], [2.0, 0.25], eps=1e-3),
        at([1.0, 2.0, 3.0, 4.0], 1.5, 0.5, 2.0, 4.0, eps=0.0),
    )
    value_latex = r"\gamma \odot \hat{x} + \beta, \quad \hat{x} = \frac{x - \text{mean}}{\sqrt{\text{var} + \epsilon}}"
    partials_latex = (
        r"\frac{\gamma}{\sqrt{\text{var} + \epsilon}} \odot \text{upstream}",
        _TO_GAMMA,
        _TO_BETA,
        "0",
        "0",
    )
    keeps_doc = "The normalised input x̂, the root that it was divided by, and gamma: all that the formulas are made of."

    def forward(self, x: Array, gamma: Value, beta: Value, mean: Value, var: Value) -> Value:
        return self._scaled(x - self._placed(mean, x.ndim), self._placed(var, x.ndim), gamma, beta)

    def backward(self, upstream: Array) -> tuple[Value | None, ...]:
        dx = upstream * self._placed(self._gamma, upstream.ndim) / self._root if self._asked(0) else None
        return dx, *self._to_parameters(upstream), None, None

    def slips(self, upstream: Array) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        yield FACTOR_FORGOTTEN, (upstream / self._root, None, None, None, None)
        yield FACTOR_FORGOTTEN, (upstream * self._placed(self._gamma, upstream.ndim), None, None, None, None)
        for slip, shares in self._parameter_slips(upstream):
            yield slip, (None, *shares, None, None)

    def shape(self, x: Shape, gamma: Shape, beta: Shape, mean: Shape, var: Shape) -> Shape:
        self._check_channels(x, gamma=gamma, beta=beta, mean=mean, var=var)
        return x

    def work(self, x: Shape, gamma: Shape, beta: Shape, mean: Shape, var: Shape) -> int:
        return 4 * size_of(x)

    def onnx(self, nodes: OnnxNodes, *inputs: Term) -> str | None:
        if len(inputs[0].shape) < 2:
            return None  # ONNX has an axis of channels.
        return nodes.node("BatchNormalization", *inputs, epsilon=self.eps)

    def decompose(self, build: GraphBuilder, x: str, gamma: str, beta: str, mean: str, var: str) -> str:
        rank = len(build.shapes[x])
        given = [
            self._placed_node(build, build.add("stop_gradient", node), build.shapes[node], rank) for node in (mean, var)
        ]
        return self._scaled_nodes(build, build.add("sub", x, given[0]), given[1], gamma, beta, rank)

    def code(self, x: Term, gamma: Term, beta: Term, mean: Term, var: Term) -> Code:
        if not self.eps or len(x.shape) < 2:
            return {}  # PyTorch takes neither.
        return {"torch": call("torch.nn.functional.batch_norm", x, mean, var, gamma, beta, eps=self.eps)}
