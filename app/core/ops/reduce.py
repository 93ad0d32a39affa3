"""Reductions: one number from many, along some axes or all; and the running sum, which keeps what it adds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from typing import Any, ClassVar

import numpy as np

from app.core.axes import from_the_back, one_axis, several_axes
from app.core.build import GraphBuilder
from app.core.elementary import Operand
from app.core.errors import LayerError
from app.core.layer import Layer, at
from app.core.params import Axis
from app.core.slips.catalogue import (
    CORNER,
    COUNT_FORGOTTEN,
    COUNT_TWICE,
    FACTOR_FORGOTTEN,
    LOCAL_FORGOTTEN,
    Slip,
)
from app.core.spelling import Code, OnnxNodes, Term, call
from app.core.tensor import Array, Shape, Value, as_value, format_shape, shape_of, size_of


class Reduction(Layer, abstract=True):
    """An op that folds axes away: all of them, or those of ``axis``, which ``keepdims`` leaves with length 1.

    ``functions`` are what PyTorch, JAX and ONNX call it.
    """

    functions: ClassVar[tuple[str, str, str]]

    def __init__(self, *, axis: Axis = None, keepdims: bool = False) -> None:
        self.axis = axis
        self.keepdims = keepdims

    def shape(self, x: Shape) -> Shape:
        axes = self._axes(x)
        if self.keepdims:
            return tuple(1 if axis in axes else length for axis, length in enumerate(x))
        return tuple(length for axis, length in enumerate(x) if axis not in axes)

    def lanes(self, _moves: Sequence[bool], x: Array) -> Value:
        layer = copy(self)
        layer.axis = tuple(axis - x.ndim + 1 for axis in self._axes(x.shape[1:]))
        return layer.forward(x)

    def written_partials(self, inputs: Sequence[Operand], output: Operand) -> tuple[Operand, ...]:
        return (1.0,)  # A number alone is its own sum, mean and maximum.

    def _axes(self, shape: Shape) -> tuple[int, ...]:
        return tuple(range(len(shape))) if self.axis is None else several_axes(self.axis, shape)

    def code(self, x: Term) -> Code:
        torch, jax, _ = self.functions
        return {
            # No axes are all axes to PyTorch.
            "torch": str(x) if self.axis == () else call(torch, x, dim=self.axis, keepdim=self.keepdims or None),
            "jax": call(jax, x, axis=self.axis, keepdims=self.keepdims or None),
            **({} if x.shape else {"micrograd": str(x)}),  # A number alone is its own sum, mean and maximum.
        }

    def onnx(self, nodes: OnnxNodes, x: Term) -> str:
        axes = nodes.constant(np.array(self._axes(x.shape), dtype=np.int64))
        return nodes.node(self.functions[2], x, axes, keepdims=int(self.keepdims), noop_with_empty_axes=1)

    def _spread(self, reduced: Any, shape: Shape) -> Array:
        """A result of this reduction, once more in the input's shape."""
        kept = tuple(1 if axis in self._axes(shape) else length for axis, length in enumerate(shape))
        return np.broadcast_to(np.reshape(reduced, kept), shape)


class Sum(Reduction):
    """Sum along axes. Backward copies the upstream gradient to every element."""

    symbol = "Σ"
    functions = ("torch.sum", "jnp.sum", "ReduceSum")
    spellings = ("numpy.sum", "torch.sum", "jax.numpy.sum", ".sum")
    whole = True
    kept = ("shape",)
    keeps_doc = "Its input's shape alone: backward copies the upstream gradient into it."
    samples = (
        at([[1.0, 2.0], [3.0, 4.0]]),
        at([[1.0, 2.0], [3.0, 4.0]], axis=0),
        at([[1.0, 2.0], [3.0, 4.0]], axis=1, keepdims=True),
        at(2.0),
    )
    value_latex = r"\sum_i x_i"
    partials_latex = (r"\text{upstream} \cdot \mathbf{1}",)

    def forward(self, x: Value) -> Value:
        self._shape = np.shape(x)
        return as_value(np.sum(x, axis=self.axis, keepdims=self.keepdims))

    def backward(self, upstream: Value) -> tuple[Value | None, ...]:
        return (as_value(self._spread(upstream, self._shape).copy()),)


class Mean(Reduction):
    """Mean along axes. Backward shares the upstream gradient equally among the elements."""

    symbol = "mean"
    functions = ("torch.mean", "jnp.mean", "ReduceMean")
    spellings = ("numpy.mean", "torch.mean", "jax.numpy.mean", ".mean")
    kept = ("shape",)
    keeps_doc = "Its input's shape alone: backward shares the upstream gradient out over it."
    samples = (at([[1.0, 2.0], [3.0, 4.0]]), at([[1.0, 2.0], [3.0, 4.0]], axis=1), at(2.0))
    value_latex = r"\frac{1}{n} \sum_i x_i"
    partials_latex = (r"\text{upstream} \cdot \frac{1}{n}",)

    def forward(self, x: Value) -> Value:
        self._shape = np.shape(x)
        return as_value(np.mean(x, axis=self.axis, keepdims=self.keepdims))

    def backward(self, upstream: Value) -> tuple[Value | None, ...]:
        count = size_of(self._shape) / np.size(upstream)
        return (as_value(self._spread(upstream, self._shape) / count),)

    def slips(self, upstream: Value) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        count = size_of(self._shape) / np.size(upstream)
        yield COUNT_FORGOTTEN, (self._spread(upstream, self._shape),)
        yield COUNT_TWICE, (self._spread(upstream, self._shape) / count**2,)


class Logsumexp(Reduction):
    """The logarithm of the sum of exponentials along axes, without overflow: a smooth maximum.

    Backward hands the upstream gradient out by the softmax of the input.
    """

    symbol = "log Σ exp"
    functions = ("torch.logsumexp", "jax.scipy.special.logsumexp", "ReduceLogSumExp")
    spellings = (
        "scipy.special.logsumexp",
        "jax.nn.logsumexp",
        "jax.scipy.special.logsumexp",
        "torch.logsumexp",
        ".logsumexp",
    )
    samples = (
        at([[1.0, 2.0], [3.0, 0.5]]),
        at([[1.0, 2.0], [3.0, 0.5]], axis=0),
        at([[1.0, 2.0], [3.0, 0.5]], axis=1, keepdims=True),
    )
    value_latex = r"\log \sum_i e^{x_i}"
    partials_latex = (r"\text{upstream} \cdot e^{x - y}",)
    kept = ("x", "y")
    keeps_doc = "Its input x and its output y: exp(x − y) is the softmax by which the gradient is handed out."

    def forward(self, x: Value) -> Value:
        top = np.max(x, axis=self.axis, keepdims=True)
        total = np.log(np.sum(np.exp(x - top), axis=self.axis, keepdims=True)) + top
        self._x = x
        self._y = as_value(total if self.keepdims else np.squeeze(total, self.axis))
        return self._y

    def backward(self, upstream: Value) -> tuple[Value | None, ...]:
        shape = np.shape(self._x)
        return (as_value(self._spread(upstream, shape) * np.exp(self._x - self._spread(self._y, shape))),)

    def slips(self, upstream: Value) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        yield LOCAL_FORGOTTEN, (self._spread(upstream, np.shape(self._x)),)

    def work(self, x: Shape) -> int:
        return 4 * size_of(x)

    def decompose(self, build: GraphBuilder, x: str) -> str:
        return build.add("log", build.add("sum", build.add("exp", x), axis=self.axis, keepdims=self.keepdims))

    @classmethod
    def variants(cls, x: Shape) -> Sequence[Mapping[str, Any]]:
        if size_of(x) == 1:
            return ()  # Of one number it is that number: nobody means a logsumexp.
        axes = (None, *range(len(x)))
        return [{"axis": axis, "keepdims": keepdims} for axis in axes for keepdims in (False, True)]

    def code(self, x: Term) -> Code:
        axes = tuple(range(len(x.shape))) if self.axis is None else self.axis
        return {**super().code(x), "torch": call("torch.logsumexp", x, dim=axes, keepdim=self.keepdims or None)}


class _Extremum(Reduction, abstract=True):
    """The gradient goes to the elements that were chosen; equal ones share it."""

    kept = ("x", "chosen")
    keeps_doc = "Its input and what was chosen from it: together they say which elements the gradient goes to."

    def forward(self, x: Value) -> Value:
        self._x = x
        self._chosen = self._choose(x)
        return as_value(self._chosen)

    def backward(self, upstream: Value) -> tuple[Value | None, ...]:
        shape = np.shape(self._x)
        mask = self._x == self._spread(self._chosen, shape)
        ties = np.sum(mask, axis=self.axis, keepdims=self.keepdims)
        return (as_value(np.where(mask, self._spread(upstream / ties, shape), 0.0)),)

    def slips(self, upstream: Value) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        shape = np.shape(self._x)
        spread = self._spread(upstream, shape)
        yield LOCAL_FORGOTTEN, (spread,)
        mask = self._x == self._spread(self._chosen, shape)
        if not isinstance(self.axis, tuple) and np.sum(mask) > np.size(self._chosen):
            first = np.reshape(np.cumsum(mask, axis=self.axis), shape) == 1
            yield CORNER, (np.where(mask & first, spread, 0.0),)

    def _choose(self, x: Value) -> Any:
        raise NotImplementedError


class Max(_Extremum):
    """The largest element along axes. The gradient goes to it; equal ones share it."""

    symbol = "max"
    functions = ("torch.amax", "jnp.max", "ReduceMax")  # torch.max would choose one of equal ones.
    spellings = ("numpy.max", "numpy.amax", "torch.max", "torch.amax", "jax.numpy.max", ".max", ".amax")
    whole = True
    samples = (at([[1.0, 5.0], [3.0, 4.0]]), at([[1.0, 5.0], [3.0, 4.0]], axis=0), at(2.0))
    value_latex = r"\max_i x_i"
    partials_latex = (r"\text{upstream} \cdot \left[x_i = \max\right]",)

    def _choose(self, x: Value) -> Any:
        return np.max(x, axis=self.axis, keepdims=self.keepdims)


class Min(_Extremum):
    """The smallest element along axes. The gradient goes to it; equal ones share it."""

    symbol = "min"
    functions = ("torch.amin", "jnp.min", "ReduceMin")
    spellings = ("numpy.min", "numpy.amin", "torch.min", "torch.amin", "jax.numpy.min", ".min", ".amin")
    whole = True
    samples = (at([[1.0, 5.0], [3.0, 4.0]]), at([[1.0, 5.0], [3.0, 4.0]], axis=0), at(2.0))
    value_latex = r"\min_i x_i"
    partials_latex = (r"\text{upstream} \cdot \left[x_i = \min\right]",)

    def _choose(self, x: Value) -> Any:
        return np.min(x, axis=self.axis, keepdims=self.keepdims)


class Prod(Reduction):
    """Product along axes. Backward multiplies the upstream gradient by all the *other* elements.

    Their product is built up from both sides and never by a division, so that one 0, or several, are no matter.
    """

    symbol = "Π"
    functions = ("torch.prod", "jnp.prod", "ReduceProd")
    spellings = ("numpy.prod", ".prod", "torch.prod", "jax.numpy.prod", "math.prod")
    samples = (
        at([[1.0, 2.0], [3.0, 4.0]]),
        at([[1.0, 0.0], [3.0, -4.0]], axis=-1, keepdims=True),
        at([[[0.0, 2.0], [0.0, 5.0]], [[1.0, 2.0], [3.0, 4.0]]], axis=[0, 2]),
        at([2.0, 0.0, 3.0]),
        at(2.0),
    )
    value_latex = r"\prod_i x_i"
    partials_latex = (r"\text{upstream} \cdot \prod_{j \ne i} x_j",)
    kept = ("x",)
    keeps_doc = "Its input: each element is sent back the product of all the others."

    def forward(self, x: Value) -> Value:
        self._x = x
        return as_value(np.prod(x, axis=self.axis, keepdims=self.keepdims))

    def backward(self, upstream: Value) -> tuple[Value | None, ...]:
        shape = shape_of(self._x)
        return (as_value(self._spread(upstream, shape) * self._others(np.asarray(self._x))),)

    def _others(self, x: Array) -> Array:
        """For each element the product of the others along the axes."""
        axes = self._axes(x.shape)
        order = [*(axis for axis in range(x.ndim) if axis not in axes), *axes]
        lined = np.transpose(x, order)
        rows = lined.reshape(-1, size_of(tuple(x.shape[axis] for axis in axes)))
        others = _products_before(rows) * _products_before(rows[:, ::-1])[:, ::-1]
        return np.transpose(others.reshape(lined.shape), np.argsort(order))

    def code(self, x: Term) -> Code:
        found = str(x)
        # PyTorch takes one axis at a time: from the last one on, so that the others stay where they are.
        for axis in sorted(self._axes(x.shape), reverse=True):
            found = call("torch.prod", found, dim=axis, keepdim=self.keepdims or None)
        return {**super().code(x), "torch": found}


def _products_before(rows: Array) -> Array:
    """In each row, for each element the product of those before it."""
    before = np.ones_like(rows)
    np.cumprod(rows[:, :-1], axis=1, out=before[:, 1:])
    return before


class _Deviation(Reduction, abstract=True):
    """How far the elements lie from their mean, by the sum of the squares, which is divided by n − ``ddof``."""

    kept = ("x",)
    keeps_doc = "Its input: how far each element is from the mean says what it is sent back."

    def __init__(self, *, axis: Axis = None, keepdims: bool = False, ddof: int = 0) -> None:
        super().__init__(axis=axis, keepdims=keepdims)
        self.ddof = ddof

    def forward(self, x: Value) -> Value:
        self._x = x
        return as_value(self._measure(x))

    def slips(self, upstream: Value) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        (right,) = self.backward(upstream)
        if right is not None:
            yield COUNT_FORGOTTEN, (right * self._divisor(shape_of(self._x)),)

    def shape(self, x: Shape) -> Shape:
        if self.ddof < 0 or self._divisor(x) <= 0:
            raise LayerError(
                f"ddof {self.ddof} is 0 or more, and less than the {self._divisor(x) + self.ddof} elements that a "
                f"{format_shape(x)} input has along the axes"
            )
        return super().shape(x)

    def work(self, x: Shape) -> int:
        return 4 * size_of(x)

    def written_partials(self, inputs: Sequence[Operand], output: Operand) -> tuple[Operand, ...]:
        return (0.0,)  # A number alone is its own mean, wherever it is.

    def _measure(self, x: Value) -> Any:
        raise NotImplementedError

    def _divisor(self, shape: Shape) -> int:
        return size_of(tuple(shape[axis] for axis in self._axes(shape))) - self.ddof

    def _part(self) -> Array:
        """(x − mean) / (n − ddof)."""
        shape = shape_of(self._x)
        mean = np.mean(self._x, axis=self._axes(shape), keepdims=True)
        return np.asarray(np.subtract(self._x, mean) / self._divisor(shape))

    def _variance(self, nodes: OnnxNodes, x: Term) -> str:
        axes = nodes.constant(np.array(self._axes(x.shape), dtype=np.int64))
        mean = nodes.node("ReduceMean", x, axes, keepdims=1, noop_with_empty_axes=1)
        distance = nodes.node("Sub", x, mean)
        squares = nodes.node("Mul", distance, distance)
        total = nodes.node("ReduceSum", squares, axes, keepdims=int(self.keepdims), noop_with_empty_axes=1)
        return nodes.node("Div", total, nodes.constant(np.float64(self._divisor(x.shape))))


class Var(_Deviation):
    """Variance along axes: the mean of the squared distances from the mean.

    That of a whole population, divided by n, where ``ddof`` is 0; ``ddof`` 1 divides by n − 1, as for a sample of one.
    """

    symbol = "var"
    spellings = ("numpy.var", ".var", "jax.numpy.var")
    samples = (
        at([[1.0, 2.5], [3.0, 4.0]]),
        at([[1.0, 2.5], [3.0, 4.0]], axis=0, ddof=1),
        at([[1.0, 2.5, 0.0], [3.0, 4.0, -2.0]], axis=-1, keepdims=True),
        at(2.0),
    )
    value_latex = r"\frac{1}{n - \text{ddof}} \sum_i \left(x_i - \bar{x}\right)^{2}"
    partials_latex = (r"\text{upstream} \cdot \frac{2 \left(x_i - \bar{x}\right)}{n - \text{ddof}}",)

    def backward(self, upstream: Value) -> tuple[Value | None, ...]:
        return (as_value(self._spread(upstream, shape_of(self._x)) * (2.0 * self._part())),)

    def slips(self, upstream: Value) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        yield from super().slips(upstream)
        yield FACTOR_FORGOTTEN, (self._spread(upstream, shape_of(self._x)) * self._part(),)

    def _measure(self, x: Value) -> Any:
        return np.var(x, axis=self.axis, keepdims=self.keepdims, ddof=self.ddof)

    def code(self, x: Term) -> Code:
        return {
            "torch": call("torch.var", x, dim=self.axis, correction=self.ddof, keepdim=self.keepdims or None),
            "jax": call("jnp.var", x, axis=self.axis, ddof=self.ddof or None, keepdims=self.keepdims or None),
        }

    def onnx(self, nodes: OnnxNodes, x: Term) -> str:
        return self._variance(nodes, x)


class Std(_Deviation):
    """Standard deviation along axes, the root of the variance. Where all elements are equal nothing flows back.

    That of a whole population, divided by n, where ``ddof`` is 0; ``ddof`` 1 divides by n − 1, as for a sample of one.
    Equal elements stand on a corner, where PyTorch takes 0 too.
    """

    symbol = "std"
    spellings = ("numpy.std", ".std", "jax.numpy.std")
    samples = (
        at([[1.0, 2.5], [3.0, 4.0]]),
        at([[1.0, 2.5], [3.0, 4.0]], axis=0, ddof=1),
        at([[1.0, 2.5, 0.0], [3.0, 4.0, -2.0]], axis=-1, keepdims=True),
        at(2.0),
    )
    value_latex = r"\sqrt{\frac{1}{n - \text{ddof}} \sum_i \left(x_i - \bar{x}\right)^{2}}"
    partials_latex = (r"\text{upstream} \cdot \frac{x_i - \bar{x}}{\left(n - \text{ddof}\right) y}",)

    def backward(self, upstream: Value) -> tuple[Value | None, ...]:
        shape = shape_of(self._x)
        std = self._spread(self._measure(self._x), shape)
        slope = np.divide(self._part(), std, out=np.zeros(shape), where=std != 0.0)
        return (as_value(self._spread(upstream, shape) * slope),)

    def _measure(self, x: Value) -> Any:
        return np.std(x, axis=self.axis, keepdims=self.keepdims, ddof=self.ddof)

    def code(self, x: Term) -> Code:
        variance = call("jnp.var", x, axis=self.axis, ddof=self.ddof or None, keepdims=self.keepdims or None)
        return {
            "torch": call("torch.std", x, dim=self.axis, correction=self.ddof, keepdim=self.keepdims or None),
            # The slope of the root at 0 would be infinite.
            "jax": f"jnp.sqrt(jnp.where({variance} == 0.0, 1.0, {variance})) * ({variance} != 0.0)",
        }

    def onnx(self, nodes: OnnxNodes, x: Term) -> str:
        return nodes.node("Sqrt", self._variance(nodes, x))


class Argmax(Reduction):
    """The place of the largest element along one axis, or among all of them, counted from 0. Nothing flows back.

    Of equal elements it is the first.
    """

    symbol = "argmax"
    spellings = ("numpy.argmax", ".argmax", "torch.argmax", "jax.numpy.argmax")
    labels = frozenset({"x"})
    samples = (
        at([[1.0, 5.0], [3.0, 4.0]]),
        at([[1.0, 5.0], [3.0, 4.0]], axis=0),
        at([[1.0, 5.0], [3.0, 4.0]], axis=-1, keepdims=True),
        at(2.0),
    )
    value_latex = r"\operatorname{argmax}_i \, x_i"
    partials_latex = ("0",)
    keeps_doc = "Nothing: nothing flows back."

    def forward(self, x: Value) -> Value:
        place: Any = np.argmax(x, axis=self._single(), keepdims=self.keepdims)
        return as_value(np.asarray(place, dtype=np.float64))

    def backward(self, upstream: Value) -> tuple[Value | None, ...]:
        return (None,)

    def written_partials(self, inputs: Sequence[Operand], output: Operand) -> tuple[Operand, ...]:
        return (0.0,)

    def shape(self, x: Shape) -> Shape:
        self._single()
        return super().shape(x)

    lanes = Layer.lanes  # type: ignore[assignment]  # NumPy takes one axis alone here

    def _single(self) -> int | None:
        if isinstance(self.axis, tuple):
            raise LayerError("a place is counted along one axis, or null for all: axis is no list here")
        return self.axis

    def code(self, x: Term) -> Code:
        torch = call("torch.argmax", x, dim=self.axis, keepdim=None if self.axis is None else self.keepdims or None)
        shaped = f".reshape({self.shape(x.shape)})" if self.axis is None and self.keepdims else ""
        return {
            "torch": f"{torch}{shaped}.to({x}.dtype)",
            "jax": f"{call('jnp.argmax', x, axis=self.axis, keepdims=self.keepdims or None)}.astype({x}.dtype)",
        }

    def onnx(self, nodes: OnnxNodes, x: Term) -> str:
        flat = nodes.node("Reshape", x, nodes.constant(np.array([-1]))) if self.axis is None else x
        place = nodes.node("ArgMax", flat, axis=self.axis or 0, keepdims=int(self.keepdims))
        if self.axis is None:
            place = nodes.node("Reshape", place, nodes.constant(np.array(self.shape(x.shape), dtype=np.int64)))
        return nodes.node("Cast", place, to=np.dtype(np.float64))


class Cumsum(Layer):
    """The running sum along an axis: each element and all before it. Backward is the running sum from the end."""

    symbol = "Σ…"
    spellings = ("numpy.cumsum", ".cumsum", "torch.cumsum", "jax.numpy.cumsum")
    samples = (
        at([1.0, 2.0, 4.0]),
        at([[1.0, 2.0], [3.0, 4.0]], axis=0),
        at([[1.0, 2.0, -1.0], [3.0, 4.0, 0.5]]),
    )
    value_latex = r"y_i = \sum_{j \le i} x_j"
    partials_latex = (r"\sum_{j \ge i} \text{upstream}_j",)
    keeps_doc = "Nothing: backward is a sum of the upstream gradient alone."

    def __init__(self, *, axis: int = -1) -> None:
        self.axis = axis

    def forward(self, x: Array) -> Value:
        return np.cumsum(x, axis=self.axis)

    def lanes(self, _moves: Sequence[bool], x: Array) -> Value:
        return np.cumsum(x, axis=from_the_back(self.axis, x.ndim - 1))

    def backward(self, upstream: Array) -> tuple[Value | None, ...]:
        return (np.flip(np.cumsum(np.flip(upstream, self.axis), axis=self.axis), self.axis),)

    def slips(self, upstream: Array) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        yield LOCAL_FORGOTTEN, (upstream,)

    def shape(self, x: Shape) -> Shape:
        one_axis(self.axis, x)
        return x

    def code(self, x: Term) -> Code:
        return {"torch": f"torch.cumsum({x}, dim={self.axis})", "jax": f"jnp.cumsum({x}, axis={self.axis})"}

    def onnx(self, nodes: OnnxNodes, x: Term) -> str:
        return nodes.node("CumSum", x, nodes.constant(np.int64(self.axis)))
