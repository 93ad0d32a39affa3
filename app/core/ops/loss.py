"""Losses: how far predictions are from targets, as one number, alone or with the last activation in one layer.

Of classes there are three, by what they are given: ``softmax_with_loss`` scores, which is the one to train with;
``cross_entropy`` probabilities; ``nll_loss`` their logarithms. All are averaged over the batch. What PyTorch calls
``cross_entropy`` takes scores: it is ``softmax_with_loss`` here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

import numpy as np

from app.core.build import GraphBuilder
from app.core.elementary import Operand, absolute, sign, square
from app.core.errors import LayerError
from app.core.layer import Layer, at
from app.core.slips.catalogue import (
    COUNT_FORGOTTEN,
    COUNT_TWICE,
    COUNTED_ELEMENTS,
    COUNTED_SAMPLES,
    FACTOR_FORGOTTEN,
    HALF_FORGOTTEN,
    TARGET_FORGOTTEN,
    Slip,
)
from app.core.spelling import Code, OnnxNodes, Term
from app.core.tensor import Array, Shape, Value, as_value, format_shape, size_of


def _batch(shape: Shape) -> int:
    """How many samples a tensor holds: its first axis, or one where it is a vector or a number."""
    return shape[0] if len(shape) > 1 else 1


def _one_hot(t: Value, classes: int) -> Array:
    # A number that is no class equals none of them.
    rows = np.expand_dims(t, -1) == np.arange(classes)
    if np.count_nonzero(rows) < np.size(t):
        raise LayerError(f"class targets are whole numbers from 0 to {classes - 1}")
    return np.asarray(rows, dtype=np.float64)


def _targets(t: Value, x: Array) -> Array:
    """The targets as rows in the shape of ``x``: class numbers become one-hot rows."""
    return _one_hot(t, x.shape[-1]) if np.ndim(t) < x.ndim else np.asarray(t)


def _require_targets(x: Shape, t: Shape, what: str) -> None:
    """``LayerError`` where targets of shape ``t`` don't fit ``what`` is predicted, of shape ``x``."""
    if len(x) not in (1, 2) or t not in (x, x[:-1]):
        raise LayerError(
            f"targets of shape {format_shape(t)} do not fit {what} of shape {format_shape(x)}: "
            f"{what} are (classes) or (batch, classes), targets class numbers or rows like the {what}"
        )


def _require_same(x: Shape, t: Shape) -> None:
    """``LayerError`` where targets haven't the shape of the predictions: broadcasting would compare all with all."""
    if x != t:
        raise LayerError(f"targets of shape {format_shape(t)} do not fit predictions of shape {format_shape(x)}")


def _negative_mean(build: GraphBuilder, log_p: str, t: str, shape: Shape) -> str:
    """The pieces of −1/N Σ t · log p, for predictions of this shape."""
    index = build.shapes[t] != shape
    target = build.add("one_hot", t, classes=shape[-1]) if index else build.add("stop_gradient", t)
    error = build.add("neg", build.add("sum", build.add("mul", target, log_p)))
    return error if _batch(shape) == 1 else build.add("div", error, build.constant(float(_batch(shape))))


def _average_slips(total: Value) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
    """Slips of a loss that sends ``total`` divided by the batch back to its predictions."""
    shape = np.shape(total)
    yield COUNT_FORGOTTEN, (total, None)
    yield COUNT_TWICE, (total / _batch(shape) ** 2, None)
    yield COUNTED_ELEMENTS, (total / size_of(shape), None)


class OneHot(Layer):
    """Class numbers as rows that are 1 at that class and 0 elsewhere. Nothing flows back."""

    symbol = "one-hot"
    spellings = ("torch.nn.functional.one_hot", "jax.nn.one_hot")
    labels = frozenset({"t"})
    samples = (at(1.0, classes=3), at([2.0, 0.0], classes=3))
    value_latex = r"\left[i = t\right]"
    partials_latex = ("0",)
    keeps_doc = "Nothing: nothing flows back."

    def __init__(self, *, classes: int = 2) -> None:
        self.classes = classes

    def forward(self, t: Value) -> Value:
        return _one_hot(t, self.classes)

    def backward(self, upstream: Value) -> tuple[Value | None, ...]:
        return (None,)

    def shape(self, t: Shape) -> Shape:
        if self.classes < 1:
            raise LayerError("one-hot rows need at least one class")
        return (*t, self.classes)

    def code(self, t: Term) -> Code:
        return {
            "torch": f"torch.nn.functional.one_hot({t}.long(), {self.classes}).to({t}.dtype)",
            "jax": f"jax.nn.one_hot({t}.astype(int), {self.classes})",
        }

    def onnx(self, nodes: OnnxNodes, t: Term) -> str:
        # ONNX Runtime has no OneHot in double precision.
        column = nodes.node("Unsqueeze", t, nodes.constant(np.array([-1])))
        chosen = nodes.node("Equal", column, nodes.constant(np.arange(float(self.classes))))
        return nodes.node("Cast", chosen, to=np.dtype(np.float64))


class SoftmaxWithLoss(Layer):
    """Softmax and cross-entropy error in one, averaged over the batch. Scores are sent back (y − t) / N.

    ``x`` holds the scores of one sample ``(classes,)`` or of a batch ``(N, classes)``; ``t`` class numbers, one a
    sample, or one-hot or soft targets in the shape of ``x``. Computed by log-sum-exp, so that no score overflows.
    """

    symbol = "softmax·loss"
    spellings = ("torch.nn.functional.cross_entropy", "torch.nn.CrossEntropyLoss")
    labels = frozenset({"t"})
    scores = "x"
    samples = (
        at([0.3, 2.9, 4.0], 2.0),
        at([0.3, 2.9, 4.0], [0.0, 1.0, 0.0]),
        at([[0.3, 2.9, 4.0], [1.0, -1.0, 0.5]], [2.0, 0.0]),
        at([[0.3, 2.9, 4.0], [1.0, -1.0, 0.5]], [[0.0, 0.0, 1.0], [0.2, 0.5, 0.3]]),
    )
    value_latex = r"-\frac{1}{N} \sum_{n,k} t_{nk} \log y_{nk}, \quad y = \operatorname{softmax}\left(x\right)"
    partials_latex = (r"\text{upstream} \cdot \frac{y - t}{N}", "0")
    kept = ("target", "y")
    keeps_doc = "The probabilities y and the targets t: the gradient of the scores is their difference over the batch."

    def forward(self, x: Array, t: Value) -> Value:
        self._target = _targets(t, x)
        below = x - x.max(axis=-1, keepdims=True)
        log_y = below - np.log(np.exp(below).sum(axis=-1, keepdims=True))
        self._y = np.exp(log_y)
        # 0 · log 0 counts as 0: a class that was not meant costs nothing, however unlikely.
        terms = np.where(self._target == 0.0, 0.0, self._target * log_y)
        return as_value(-terms.sum() / _batch(x.shape))

    def backward(self, upstream: float) -> tuple[Value | None, ...]:
        mass = self._target.sum(axis=-1, keepdims=True)
        return upstream * (self._y * mass - self._target) / _batch(self._y.shape), None

    def slips(self, upstream: float) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        mass = self._target.sum(axis=-1, keepdims=True)
        yield TARGET_FORGOTTEN, (upstream * self._y / _batch(self._y.shape), None)
        yield from _average_slips(upstream * (self._y * mass - self._target))

    def shape(self, x: Shape, t: Shape) -> Shape:
        _require_targets(x, t, "scores")
        return ()

    def work(self, x: Shape, t: Shape) -> int:
        return 8 * size_of(x)

    def code(self, x: Term, t: Term) -> Code:
        index = t.shape != x.shape
        rows = f"jax.nn.one_hot({t}.astype(int), {x.shape[-1]})" if index else t
        total = f"-jnp.sum({rows} * jax.nn.log_softmax({x}))"
        return {
            "torch": f"torch.nn.functional.cross_entropy({x}, {t}{'.long()' if index else ''})",
            "jax": total if _batch(x.shape) == 1 else f"{total} / {_batch(x.shape)}",
        }

    def onnx(self, nodes: OnnxNodes, x: Term, t: Term) -> str:
        rows = OneHot(classes=x.shape[-1]).onnx(nodes, t) if t.shape != x.shape else t
        terms = nodes.node("Mul", rows, nodes.node("LogSoftmax", x, axis=-1))
        total = nodes.node("ReduceSum", terms, keepdims=0)
        return nodes.node("Div", total, nodes.constant(np.float64(-_batch(x.shape))))

    def decompose(self, build: GraphBuilder, x: str, t: str) -> str:
        grown = build.add("exp", x)
        y = build.add("div", grown, build.add("sum", grown, axis=-1, keepdims=True))
        return _negative_mean(build, build.add("log", y), t, build.shapes[x])


class CrossEntropy(Layer):
    """Cross-entropy error of probabilities, averaged over the batch: −log of the one that was meant.

    ``p`` holds the probabilities of one sample ``(classes,)`` or of a batch ``(N, classes)``; ``t`` class numbers, one
    a sample, or one-hot or soft targets in the shape of ``p``. It is the book's ``cross_entropy_error``, without the
    1e−7 that it adds: a class that was meant and has probability 0 costs infinitely much. PyTorch's ``cross_entropy``
    takes scores and not probabilities: that is ``softmax_with_loss``.
    """

    symbol = "−Σ t log p"
    aliases = ("cross_entropy_error",)
    labels = frozenset({"t"})
    scores = "p"
    samples = (
        at([0.3, 0.2, 0.5], 2.0),
        at([0.3, 0.2, 0.5], [0.0, 1.0, 0.0]),
        at([[0.3, 0.2, 0.5], [0.1, 0.8, 0.1]], [2.0, 0.0]),
        at([[0.3, 0.2, 0.5], [0.1, 0.8, 0.1]], [[0.0, 0.0, 1.0], [0.2, 0.5, 0.3]]),
    )
    value_latex = r"-\frac{1}{N} \sum_{n,k} t_{nk} \log p_{nk}"
    partials_latex = (r"-\frac{\text{upstream}}{N} \cdot \frac{t}{p}", "0")
    kept = ("target", "p")
    keeps_doc = "The probabilities p and the targets t: the gradient of the probabilities is −t/p over the batch."

    def forward(self, p: Array, t: Value) -> Value:
        self._target, self._p = _targets(t, p), p
        return as_value(-np.sum(self._target * np.log(self._meant())) / _batch(p.shape))

    def backward(self, upstream: float) -> tuple[Value | None, ...]:
        return -upstream / _batch(self._p.shape) * self._target / self._meant(), None

    def _meant(self) -> Array:
        """The probabilities, and 1 for classes that were not meant: they cost nothing, however unlikely."""
        return np.where(self._target == 0.0, 1.0, self._p)

    def slips(self, upstream: float) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        yield from _average_slips(-upstream * self._target / self._meant())

    def shape(self, p: Shape, t: Shape) -> Shape:
        _require_targets(p, t, "probabilities")
        return ()

    def work(self, p: Shape, t: Shape) -> int:
        return 4 * size_of(p)

    def decompose(self, build: GraphBuilder, p: str, t: str) -> str:
        return _negative_mean(build, build.add("log", p), t, build.shapes[p])

    def code(self, p: Term, t: Term) -> Code:
        # A class that isn't meant costs nothing, be its probability 0.
        torch = f"torch.log(torch.where({_rows_code(t, p, 'torch')} == 0.0, 1.0, {p}))"
        return _likelihood_code(torch, f"jnp.log(jnp.where({_rows_code(t, p, 'jax')} == 0.0, 1.0, {p}))", p, t)

    def onnx(self, nodes: OnnxNodes, p: Term, t: Term) -> str:
        unmeant = nodes.node("Equal", _rows_onnx(nodes, p, t), nodes.constant(np.float64(0.0)))
        meant = nodes.node("Where", unmeant, nodes.constant(np.float64(1.0)), p)
        return _likelihood_onnx(nodes, nodes.node("Log", meant), p, t)


class NllLoss(Layer):
    """Negative log-likelihood: minus the logarithm, as given, of the class that was meant, averaged over the batch.

    ``x`` holds log-probabilities, such as ``log_softmax`` makes, ``(classes,)`` or ``(N, classes)``; ``t`` class
    numbers, one a sample, or one-hot or soft targets in the shape of ``x``.
    """

    symbol = "NLL"
    spellings = ("torch.nn.functional.nll_loss", "torch.nn.NLLLoss")
    labels = frozenset({"t"})
    scores = "x"
    samples = (
        at([-1.2, -1.6, -0.7], 2.0),
        at([-1.2, -1.6, -0.7], [0.0, 1.0, 0.0]),
        at([[-1.2, -1.6, -0.7], [-2.3, -0.2, -2.3]], [2.0, 0.0]),
    )
    value_latex = r"-\frac{1}{N} \sum_{n,k} t_{nk} \, x_{nk}"
    partials_latex = (r"-\text{upstream} \cdot \frac{t}{N}", "0")
    kept = ("target",)
    keeps_doc = "The targets t as rows: what is sent back is −t over the batch, whatever the log-probabilities were."

    def forward(self, x: Array, t: Value) -> Value:
        self._target = _targets(t, x)
        return as_value(-np.sum(self._target * x) / _batch(x.shape))

    def backward(self, upstream: float) -> tuple[Value | None, ...]:
        return -upstream / _batch(self._target.shape) * self._target, None

    def slips(self, upstream: float) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        yield from _average_slips(-upstream * self._target)

    def shape(self, x: Shape, t: Shape) -> Shape:
        _require_targets(x, t, "log-probabilities")
        return ()

    def decompose(self, build: GraphBuilder, x: str, t: str) -> str:
        return _negative_mean(build, x, t, build.shapes[x])

    def code(self, x: Term, t: Term) -> Code:
        return _likelihood_code(str(x), str(x), x, t)

    def onnx(self, nodes: OnnxNodes, x: Term, t: Term) -> str:
        return _likelihood_onnx(nodes, str(x), x, t)


class IdentityWithLoss(Layer):
    """Half the squared error, averaged over the batch: the loss of a regression. Backward sends (x − t) / N."""

    symbol = "½(x−t)²"
    labels = frozenset({"t"})
    samples = (
        at(2.0, 0.5),
        at([1.0, 2.0], [0.5, 3.0]),
        at([[1.0, 2.0], [3.0, -1.0]], [[0.5, 3.0], [1.0, 1.0]]),
    )
    value_latex = r"\frac{1}{2N} \sum_{n,k} \left(x_{nk} - t_{nk}\right)^{2}"
    partials_latex = (r"\text{upstream} \cdot \frac{x - t}{N}", "0")
    kept = ("x", "t")
    keeps_doc = "Its inputs: their difference x − t is the gradient, but for the size of the batch."

    def forward(self, x: Value, t: Value) -> Value:
        self._x, self._t = x, t
        return as_value(np.sum(np.square(np.subtract(x, t))) / (2 * _batch(np.shape(x))))

    def backward(self, upstream: float) -> tuple[Value | None, ...]:
        return as_value(upstream * np.subtract(self._x, self._t) / _batch(np.shape(self._x))), None

    def slips(self, upstream: float) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        batch, error = _batch(np.shape(self._x)), np.subtract(self._x, self._t)
        yield TARGET_FORGOTTEN, (upstream * self._x / batch, None)
        yield from _average_slips(upstream * error)
        yield HALF_FORGOTTEN, (2.0 * upstream * error / batch, None)

    def written_partials(self, inputs: Sequence[Operand], output: Operand) -> tuple[Operand, ...]:
        x, t = inputs
        return x - t, 0.0

    def shape(self, x: Shape, t: Shape) -> Shape:
        _require_same(x, t)
        return ()

    def work(self, x: Shape, t: Shape) -> int:
        return 3 * size_of(x)

    def decompose(self, build: GraphBuilder, x: str, t: str) -> str:
        squares = build.add("square", build.add("sub", x, build.add("stop_gradient", t)))
        return build.add("div", build.add("sum", squares), build.constant(2.0 * _batch(build.shapes[x])))


class ElementLoss(Layer, abstract=True):
    """The mean, over every element, of what its error x − t costs. ``x`` and ``t`` have one shape."""

    labels = frozenset({"t"})
    samples = (
        at(2.0, 0.5),
        at([1.0, 2.0, -1.0], [0.5, 3.0, 0.0]),
        at([[1.0, 2.0, 0.5], [3.0, -1.0, 2.0]], [[0.5, 3.0, 1.5], [1.0, 1.0, -1.0]]),
    )
    kept = ("error",)
    _cost_op: ClassVar[str]

    def forward(self, x: Value, t: Value) -> Value:
        self._error = as_value(np.subtract(x, t))
        return float(np.mean(self._cost(self._error)))

    def backward(self, upstream: float) -> tuple[Value | None, ...]:
        return as_value(upstream / np.size(self._error) * self._slope(self._error)), None

    def _cost(self, error: Operand) -> Operand:
        raise NotImplementedError

    def _slope(self, error: Operand) -> Operand:
        raise NotImplementedError

    def slips(self, upstream: float) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        total, shape = upstream * self._slope(self._error), np.shape(self._error)
        yield COUNT_FORGOTTEN, (total, None)
        yield COUNT_TWICE, (total / size_of(shape) ** 2, None)
        yield COUNTED_SAMPLES, (total / _batch(shape), None)

    def written_partials(self, inputs: Sequence[Operand], output: Operand) -> tuple[Operand, ...]:
        x, t = inputs
        return self._slope(x - t), 0.0

    def shape(self, x: Shape, t: Shape) -> Shape:
        _require_same(x, t)
        return ()

    def work(self, x: Shape, t: Shape) -> int:
        return 3 * size_of(x)

    def decompose(self, build: GraphBuilder, x: str, t: str) -> str:
        error = build.add("sub", x, build.add("stop_gradient", t))
        return build.add("mean", build.add(self._cost_op, error))


class Mse(ElementLoss):
    """Mean squared error, over every element: PyTorch's ``mse_loss``.

    ``identity_with_loss``, the book's, takes half of it and divides by the batch only. ``x`` and ``t`` have one shape.
    """

    symbol = "MSE"
    aliases = ("mse_loss",)
    spellings = ("torch.nn.functional.mse_loss", "torch.nn.MSELoss")
    value_latex = r"\frac{1}{n} \sum_{i} \left(x_{i} - t_{i}\right)^{2}"
    partials_latex = (r"\text{upstream} \cdot \frac{2}{n} \left(x - t\right)", "0")
    keeps_doc = "The error x − t: the gradient is twice that, over the number of elements."
    _cost_op = "square"

    def _cost(self, error: Operand) -> Operand:
        return square(error)

    def _slope(self, error: Operand) -> Operand:
        return 2.0 * error

    def slips(self, upstream: float) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        yield from super().slips(upstream)
        yield FACTOR_FORGOTTEN, (upstream / np.size(self._error) * self._error, None)

    def code(self, x: Term, t: Term) -> Code:
        return {"torch": f"torch.nn.functional.mse_loss({x}, {t})"}


class L1(ElementLoss):
    """Mean absolute error, over every element: PyTorch's ``l1_loss``. Only the sign of each error is sent back.

    At an error of exactly 0, where there is a kink, 0 is sent back. ``x`` and ``t`` have one shape.
    """

    symbol = "L1"
    aliases = ("l1_loss",)
    spellings = ("torch.nn.functional.l1_loss", "torch.nn.L1Loss")
    value_latex = r"\frac{1}{n} \sum_{i} \left|x_{i} - t_{i}\right|"
    partials_latex = (r"\text{upstream} \cdot \frac{1}{n} \operatorname{sign} \left(x - t\right)", "0")
    keeps_doc = "The error x − t: its sign, over the number of elements, is the gradient."
    _cost_op = "abs"

    def _cost(self, error: Operand) -> Operand:
        return absolute(error)

    def _slope(self, error: Operand) -> Operand:
        return sign(error)

    def code(self, x: Term, t: Term) -> Code:
        return {"torch": f"torch.nn.functional.l1_loss({x}, {t})"}


def _rows_code(t: Term, x: Term, library: str) -> str:
    """The targets as rows in the shape of ``x``."""
    return OneHot(classes=x.shape[-1]).code(t)[library] if t.shape != x.shape else str(t)


def _likelihood_code(torch: str, jax: str, x: Term, t: Term) -> Code:
    """Minus the mean of the logarithms that are meant, of those in each library."""
    over = f" / {_batch(x.shape)}" if _batch(x.shape) > 1 else ""
    return {
        "torch": f"-torch.sum({_rows_code(t, x, 'torch')} * {torch}){over}",
        "jax": f"-jnp.sum({_rows_code(t, x, 'jax')} * {jax}){over}",
    }


def _rows_onnx(nodes: OnnxNodes, x: Term, t: Term) -> Term | str:
    return OneHot(classes=x.shape[-1]).onnx(nodes, t) if t.shape != x.shape else t


def _likelihood_onnx(nodes: OnnxNodes, logs: str, x: Term, t: Term) -> str:
    total = nodes.node("ReduceSum", nodes.node("Mul", _rows_onnx(nodes, x, t), logs), keepdims=0)
    return nodes.node("Div", total, nodes.constant(np.float64(-_batch(x.shape))))
