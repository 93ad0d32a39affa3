"""Losses: a last activation and the error in one layer, averaged over the batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from app.core.build import GraphBuilder
from app.core.elementary import Operand
from app.core.errors import LayerError
from app.core.layer import Layer, at
from app.core.slips.catalogue import (
    COUNT_FORGOTTEN,
    COUNT_TWICE,
    COUNTED_ELEMENTS,
    HALF_FORGOTTEN,
    TARGET_FORGOTTEN,
    Slip,
)
from app.core.tensor import Array, Shape, Value, as_value, format_shape, size_of


def _batch(shape: Shape) -> int:
    """How many samples a tensor holds: its first axis, or one where it is a vector or a number."""
    return shape[0] if len(shape) > 1 else 1


def _one_hot(t: Value, classes: int) -> Array:
    # A number that is no class equals none of them.
    rows = np.expand_dims(t, -1) == np.arange(classes)
    if not rows.any(axis=-1).all():
        raise LayerError(f"class targets are whole numbers from 0 to {classes - 1}")
    return np.asarray(rows, dtype=np.float64)


def _average_slips(total: Value) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
    """Slips of a loss that sends ``total`` divided by the batch back to its predictions."""
    shape = np.shape(total)
    yield COUNT_FORGOTTEN, (total, None)
    yield COUNT_TWICE, (total / _batch(shape) ** 2, None)
    yield COUNTED_ELEMENTS, (total / size_of(shape), None)


class OneHot(Layer):
    """Class numbers as rows that are 1 at that class and 0 elsewhere. Nothing flows back."""

    symbol = "one-hot"
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


class SoftmaxWithLoss(Layer):
    """Softmax and cross-entropy error in one, averaged over the batch. Scores are sent back (y − t) / N.

    ``x`` holds the scores of one sample ``(classes,)`` or of a batch ``(N, classes)``; ``t`` class numbers, one a
    sample, or one-hot or soft targets in the shape of ``x``. Computed by log-sum-exp, so that no score overflows.
    """

    symbol = "softmax·loss"
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
        self._target = _one_hot(t, x.shape[-1]) if np.ndim(t) < x.ndim else np.asarray(t)
        top = x.max(axis=-1, keepdims=True)
        log_y = x - top - np.log(np.exp(x - top).sum(axis=-1, keepdims=True))
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
        if len(x) not in (1, 2) or t not in (x, x[:-1]):
            raise LayerError(
                f"targets of shape {format_shape(t)} do not fit scores of shape {format_shape(x)}: "
                "scores are (classes) or (batch, classes), targets class numbers or rows like the scores"
            )
        return ()

    def work(self, x: Shape, t: Shape) -> int:
        return 8 * size_of(x)

    def decompose(self, build: GraphBuilder, x: str, t: str) -> str:
        scores = build.shapes[x]
        index = build.shapes[t] != scores
        target = build.add("one_hot", t, classes=scores[-1]) if index else build.add("stop_gradient", t)
        grown = build.add("exp", x)
        y = build.add("div", grown, build.add("sum", grown, axis=-1, keepdims=True))
        error = build.add("neg", build.add("sum", build.add("mul", target, build.add("log", y))))
        return error if _batch(scores) == 1 else build.add("div", error, build.constant(float(_batch(scores))))


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
        if x != t:
            raise LayerError(f"targets of shape {format_shape(t)} do not fit predictions of shape {format_shape(x)}")
        return ()

    def work(self, x: Shape, t: Shape) -> int:
        return 3 * size_of(x)

    def decompose(self, build: GraphBuilder, x: str, t: str) -> str:
        squares = build.add("square", build.add("sub", x, build.add("stop_gradient", t)))
        return build.add("div", build.add("sum", squares), build.constant(2.0 * _batch(build.shapes[x])))
