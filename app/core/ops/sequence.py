"""Layers that read a sequence: a recurrent cell, one step of which is one node, and attention, all steps at once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from app.core.build import GraphBuilder
from app.core.elementary import Operand, square, tanh
from app.core.errors import LayerError
from app.core.layer import Layer, at
from app.core.ops.linalg import require_bias
from app.core.slips.catalogue import CROSS_TERMS_FORGOTTEN, FACTOR_FORGOTTEN, SQUARE_FORGOTTEN, Slip
from app.core.slips.copies import unsummed
from app.core.spelling import Code, Term, call
from app.core.tensor import Array, Shape, Value, broadcast_shapes, format_shape, size_of, unbroadcast

_STATES = [[0.5, -0.2, 0.1], [0.3, 0.4, -0.6], [-0.1, 0.2, 0.7]]
_INPUTS = [[0.2, -0.4, 0.6], [1.0, 0.5, -0.3]]
_QUERIES = [[1.0, 0.5], [-0.3, 2.0]]
_KEYS = [[0.4, -1.0], [1.5, 0.2], [0.3, 0.8]]
_VALUES = [[1.0, 2.0], [-1.0, 0.5], [0.3, 4.0]]


class RnnCell(Layer):
    """One step of a recurrent network: the next state, tanh(x · u + h · w + b), from the state and an input.

    Numbers, or an input ``x`` of shape ``(D,)`` or ``(N, D)`` for a batch, a state ``h`` of ``(H,)`` or ``(N, H)``,
    weights ``w`` ``(H, H)`` for the state and ``u`` ``(D, H)`` for the input, and a bias ``b`` ``(H,)``. The next state
    has the shape of ``h``. The cell of Elman, *Finding structure in time* (1990), as in *Deep Learning from Scratch 2*
    (K. Saitoh, ch. 5).
    """

    symbol = "RNN"
    samples = (
        at(1.0, 0.5, -0.4, 0.8, 0.1),
        at([1.0, -0.5], [0.2, 0.4, -0.3], _STATES, _INPUTS, [0.1, 0.0, -0.2]),
        at([[1.0, -0.5], [0.3, 2.0]], [[0.2, 0.4, -0.3], [0.0, 0.5, 0.1]], _STATES, _INPUTS, [0.1, 0.0, -0.2]),
    )
    value_latex = r"\tanh\left(x \cdot u + h \cdot w + b\right)"
    partials_latex = (
        r"d \cdot u^{\top}, \quad d = \text{upstream} \odot \left(1 - y^{2}\right)",
        r"d \cdot w^{\top}",
        r"h^{\top} \cdot d",
        r"x^{\top} \cdot d",
        r"\sum_{\text{batch}} d",
    )
    kept = ("x", "h", "w", "u", "b_shape", "output")
    keeps_doc = (
        "All it multiplied, for the other factor's gradient; its output, for that of tanh; of the bias the shape."
    )

    def forward(self, x: Value, h: Value, w: Value, u: Value, b: Value) -> Value:
        self._x, self._h, self._w, self._u, self._b_shape = x, h, w, u, np.shape(b)
        output: Value = tanh(_product(x, u) + _product(h, w) + b)
        self._output = output
        return output

    def backward(self, upstream: Value) -> tuple[Value | None, ...]:
        return self._shares(upstream * (1.0 - square(self._output)))

    def _shares(self, inner: Value) -> tuple[Value | None, ...]:
        """What each input is sent, from the gradient of the sum inside the tanh."""
        x, h, w, u = self._x, self._h, self._w, self._u
        if not np.ndim(h):
            return inner * u, inner * w, inner * h, inner * x, inner
        rows = np.atleast_2d(inner)
        return (
            inner @ np.transpose(u) if self._asked(0) else None,
            inner @ np.transpose(w) if self._asked(1) else None,
            np.atleast_2d(h).T @ rows if self._asked(2) else None,
            np.atleast_2d(x).T @ rows if self._asked(3) else None,
            unbroadcast(inner, self._b_shape) if self._asked(4) else None,
        )

    def slips(self, upstream: Value) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        yield FACTOR_FORGOTTEN, self._shares(upstream)
        yield SQUARE_FORGOTTEN, self._shares(upstream * (1.0 - self._output))
        for slip, share in unsummed(upstream * (1.0 - square(self._output)), self._b_shape):
            yield slip, (None, None, None, None, share)

    def written_partials(self, inputs: Sequence[Operand], output: Operand) -> tuple[Operand, ...]:
        x, h, w, u, _ = inputs
        slope = 1.0 - square(output)
        return slope * u, slope * w, slope * h, slope * x, slope

    def shape(self, x: Shape, h: Shape, w: Shape, u: Shape, b: Shape) -> Shape:
        if not any((x, h, w, u, b)):
            return ()
        if len(h) not in (1, 2) or w != (h[-1], h[-1]):
            raise LayerError(
                f"a state h of shape {format_shape(h)} does not fit weights w of shape {format_shape(w)}: "
                "h is (H) or (batch, H), w is (H, H)"
            )
        if len(x) != len(h) or x[:-1] != h[:-1] or u != (x[-1], h[-1]):
            raise LayerError(
                f"an input x of shape {format_shape(x)} and a state h of shape {format_shape(h)} do not fit weights u "
                f"of shape {format_shape(u)}: x is (D) or (batch, D), u is (D, H)"
            )
        require_bias(b, h)
        return h

    def work(self, x: Shape, h: Shape, w: Shape, u: Shape, b: Shape) -> int:
        return 2 * size_of(h[:-1]) * (size_of(w) + size_of(u)) + 8 * size_of(h)

    def decompose(self, build: GraphBuilder, x: str, h: str, w: str, u: str, b: str) -> str:
        product = "matmul" if build.shapes[h] else "mul"
        both = build.add("add", build.add(product, x, u), build.add(product, h, w))
        return build.add("tanh", build.add("add", both, b))

    def code(self, x: Term, h: Term, w: Term, u: Term, b: Term) -> Code:
        times = "@" if h.shape else "*"
        inner = f"{x} {times} {u} + {h} {times} {w} + {b}"
        return {"torch": f"torch.tanh({inner})", "jax": f"jnp.tanh({inner})"}


def _product(rows: Value, weights: Value) -> Value:
    product: Value = rows @ weights if isinstance(rows, np.ndarray) and rows.ndim else rows * weights
    return product


class Attention(Layer):
    """Scaled dot-product attention: every query takes the values' mean, weighted by how well the keys match it.

    Queries ``q`` ``(…, T, d)``, keys ``k`` ``(…, S, d)`` and values ``v`` ``(…, S, e)`` give ``(…, T, e)``; the axes
    before, of a batch or of heads, broadcast. ``scale`` divides the scores by √d. From Vaswani et al., *Attention is
    all you need* (2017), section 3.2.1.
    """

    symbol = "attention"
    spellings = ("torch.nn.functional.scaled_dot_product_attention",)
    samples = (
        at(_QUERIES, _KEYS, _VALUES),
        at(_QUERIES, _KEYS, _VALUES, scale=False),
        at([_QUERIES, _QUERIES[::-1]], [_KEYS, _KEYS[::-1]], [_VALUES]),
    )
    value_latex = r"P \cdot V, \quad P = \operatorname{softmax}\left(\frac{Q \cdot K^{\top}}{\sqrt{d}}\right)"
    partials_latex = (
        r"\frac{1}{\sqrt{d}} \, D \cdot K, \; D = P \odot (G - \sum_j G_j P_j), \; G = \text{upstream} \cdot V^{\top}",
        r"\frac{1}{\sqrt{d}} \, D^{\top} \cdot Q",
        r"P^{\top} \cdot \text{upstream}",
    )
    kept = ("q", "k", "v", "weights")
    keeps_doc = "Its three inputs, and the weights that the softmax gave, of which both products send gradients back."

    def __init__(self, *, scale: bool = True) -> None:
        self.scale = scale

    def forward(self, q: Array, k: Array, v: Array) -> Value:
        scores = self._factor(q.shape) * (q @ _turned(k))
        grown = np.exp(scores - scores.max(axis=-1, keepdims=True))
        self._q, self._k, self._v = q, k, v
        self._weights: Array = grown / grown.sum(axis=-1, keepdims=True)
        output: Array = self._weights @ v
        return output

    def backward(self, upstream: Array) -> tuple[Value | None, ...]:
        dq = dk = dv = None
        if self._asked(0) or self._asked(1):
            dq, dk = self._of_scores(self._factor(self._q.shape) * self._scores(upstream))
        if self._asked(2):
            dv = unbroadcast(_turned(self._weights) @ upstream, self._v.shape)
        return dq, dk, dv

    def _factor(self, q: Shape) -> float:
        return 1.0 / math.sqrt(q[-1]) if self.scale else 1.0

    def _scores(self, upstream: Array) -> Array:
        """What the softmax sends back to the scores."""
        weighted = self._weights * (upstream @ _turned(self._v))
        scores: Array = weighted - self._weights * weighted.sum(axis=-1, keepdims=True)
        return scores

    def _of_scores(self, scores: Array) -> tuple[Value | None, Value | None]:
        """What queries and keys are sent, from the gradient of their product."""
        dq = unbroadcast(scores @ self._k, self._q.shape) if self._asked(0) else None
        dk = unbroadcast(_turned(scores) @ self._q, self._k.shape) if self._asked(1) else None
        return dq, dk

    def slips(self, upstream: Array) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        factor = self._factor(self._q.shape)
        weighted = self._weights * (upstream @ _turned(self._v))
        yield CROSS_TERMS_FORGOTTEN, (*self._of_scores(factor * weighted * (1.0 - self._weights)), None)
        if self.scale:
            yield FACTOR_FORGOTTEN, (*self._of_scores(self._scores(upstream)), None)

    def shape(self, q: Shape, k: Shape, v: Shape) -> Shape:
        for name, shape in (("queries", q), ("keys", k), ("values", v)):
            if len(shape) < 2:
                raise LayerError(f"{name} of shape {format_shape(shape)} are no rows: attention takes matrices")
        if q[-1] != k[-1]:
            raise LayerError(
                f"queries of shape {format_shape(q)} do not fit keys of shape {format_shape(k)}: "
                "their last axes must be equally long"
            )
        if k[-2] != v[-2]:
            raise LayerError(
                f"keys of shape {format_shape(k)} do not fit values of shape {format_shape(v)}: "
                "there must be as many values as keys"
            )
        try:
            batch = broadcast_shapes(q[:-2], k[:-2], v[:-2])
        except ValueError:
            shapes = ", ".join(map(format_shape, (q, k, v)))
            raise LayerError(f"the axes before the last two of shapes {shapes} do not broadcast") from None
        return (*batch, q[-2], v[-1])

    def work(self, q: Shape, k: Shape, v: Shape) -> int:
        batch = self.shape(q, k, v)[:-2]
        return size_of((*batch, q[-2], k[-2])) * (2 * q[-1] + 6 + 2 * v[-1])

    def decompose(self, build: GraphBuilder, q: str, k: str, v: str) -> str:
        rank, width = len(build.shapes[k]), build.shapes[q][-1]
        turned = build.add("transpose", k, axes=[*range(rank - 2), rank - 1, rank - 2])
        scores = build.add("matmul", q, turned)
        if self.scale:
            scores = build.add("div", scores, build.constant(math.sqrt(width)))
        return build.add("matmul", build.add("softmax", scores, axis=-1), v)

    @classmethod
    def variants(cls, *_shapes: Shape) -> Sequence[Mapping[str, Any]]:
        return ({}, {"scale": False})

    def code(self, q: Term, k: Term, v: Term) -> Code:
        if not q.shape[:-2] == k.shape[:-2] == v.shape[:-2]:
            return {}
        scale = None if self.scale else 1.0
        return {"torch": call("torch.nn.functional.scaled_dot_product_attention", q, k, v, scale=scale)}


def _turned(matrices: Array) -> Array:
    """The last two axes exchanged."""
    return np.swapaxes(matrices, -1, -2)
