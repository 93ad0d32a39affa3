"""Matrix products, and layers made of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from app.core.build import GraphBuilder
from app.core.errors import LayerError
from app.core.layer import Layer, at
from app.core.params import Subscripts
from app.core.slips.catalogue import PRODUCT_ORDER, TRANSPOSE_MISSING, TRANSPOSED, Slip
from app.core.slips.copies import unsummed
from app.core.spelling import Code, OnnxNodes, Term
from app.core.subscripts import read_subscripts
from app.core.tensor import (
    Array,
    Shape,
    Value,
    as_value,
    broadcast_shapes,
    format_shape,
    shape_of,
    size_of,
    unbroadcast,
)

_X = [[0.5, -1.0, 2.0], [1.5, 0.0, -0.5]]
_W = [[1.0, 2.0], [0.5, -1.0], [-2.0, 3.0]]
_SQUARE = [[1.0, 2.0], [3.0, 4.0]]
_OTHER = [[5.0, -6.0], [7.0, 9.0]]


class Matmul(Layer):
    """Matrix product, with NumPy's rules for vectors and stacks of matrices."""

    symbol = "dot"
    spellings = (
        "numpy.dot",
        "numpy.matmul",
        "torch.matmul",
        "torch.mm",
        "torch.dot",
        "torch.mv",
        "jax.numpy.dot",
        "jax.numpy.matmul",
        ".dot",
        ".matmul",
        ".mm",
    )
    aliases = ("dot",)
    operators = ("@",)
    whole = True
    samples = (
        at(_X, _W),
        at([1.0, 2.0], [3.0, 4.0]),
        at(_X, [1.0, 2.0, 3.0]),
        at([1.0, -1.0], _X),
        at([_X, _X], _W),
        at(_SQUARE, _OTHER),
    )
    value_latex = r"X \cdot W"
    partials_latex = (r"\text{upstream} \cdot W^{\top}", r"X^{\top} \cdot \text{upstream}")
    kept = ("x", "w")
    keeps_doc = "Both factors: the gradient of each is the upstream gradient times the other, transposed."

    def forward(self, x: Array, w: Array) -> Value:
        self._x, self._w = x, w
        return as_value(x @ w)

    def backward(self, upstream: Value) -> tuple[Value | None, ...]:
        x, w = self._x, self._w
        # A vector is a row on the left and a column on the right, whose extra axis the product drops.
        rows = x[np.newaxis, :] if x.ndim == 1 else x
        columns = w[:, np.newaxis] if w.ndim == 1 else w
        batch = np.broadcast_shapes(rows.shape[:-2], columns.shape[:-2])
        full = np.reshape(upstream, (*batch, rows.shape[-2], columns.shape[-1]))
        dx = dw = None
        if self._asked(0):
            dx = _product_summed_to(rows.shape, full, np.swapaxes(columns, -1, -2)).reshape(x.shape)
        if self._asked(1):
            dw = _product_summed_to(columns.shape, np.swapaxes(rows, -1, -2), full).reshape(w.shape)
        return dx, dw

    def slips(self, upstream: Value) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        yield from _product_slips(self._x, self._w, upstream)

    def shape(self, x: Shape, w: Shape) -> Shape:
        fault = LayerError(
            f"a matrix product of shapes {format_shape(x)} and {format_shape(w)} isn't defined: "
            "the last axis of the first must be as long as the last but one of the second"
        )
        if not x or not w or x[-1] != w[0 if len(w) == 1 else -2]:
            raise fault
        try:
            batch = broadcast_shapes(x[:-2], w[:-2])
        except ValueError:
            raise fault from None
        return (*batch, *x[-2:-1], *(w[-1:] if len(w) > 1 else ()))

    def code(self, x: Term, w: Term) -> Code:
        return {"torch": f"{x} @ {w}", "jax": f"{x} @ {w}"}

    def onnx(self, nodes: OnnxNodes, x: Term, w: Term) -> str:
        return nodes.node("MatMul", x, w)

    def work(self, x: Shape, w: Shape) -> int:
        return 2 * size_of(self.shape(x, w)) * x[-1]


def _product_summed_to(shape: Shape, a: Array, b: Array) -> Array:
    """``a @ b``, summed over the stacked copies that an operand of ``shape`` was broadcast to.

    The axes of the copies join the one that the product sums over anyway, so that the stack, which may be far larger
    than the operands and the result, is never built.
    """
    rank = max(a.ndim, b.ndim)
    if rank == 2:
        return a @ b  # There is no stack.
    a, b = _lifted(a, rank), _lifted(b, rank)
    target = (1,) * (rank - len(shape)) + shape
    stack = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    copied = [axis for axis in range(rank - 2) if target[axis] < stack[axis]]
    kept = [axis for axis in range(rank - 2) if axis not in copied]
    left = a.transpose(*kept, rank - 2, *copied, rank - 1).reshape(*[a.shape[axis] for axis in kept], a.shape[-2], -1)
    right = b.transpose(*kept, *copied, rank - 2, rank - 1).reshape(*[b.shape[axis] for axis in kept], -1, b.shape[-1])
    return np.reshape(left @ right, shape)


def _product_slips(x: Array, w: Array, upstream: Value) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
    """Slips in ``dx = upstream · wᵀ`` and ``dw = xᵀ · upstream`` for two matrices."""
    if not (isinstance(upstream, np.ndarray) and x.ndim == w.ndim == upstream.ndim == 2):
        return
    yield TRANSPOSE_MISSING, (_product_like(x, upstream, w), _product_like(w, x, upstream))
    yield PRODUCT_ORDER, (_product_like(x, w.T, upstream), _product_like(w, upstream, x.T))
    yield TRANSPOSED, (w @ upstream.T, upstream.T @ x)


def _product_like(operand: Array, a: Array, b: Array) -> Array | None:
    """``a @ b`` where it can be formed and has the operand's shape."""
    fits = a.shape[1] == b.shape[0] and (a.shape[0], b.shape[1]) == operand.shape
    return a @ b if fits else None


def _lifted(array: Array, rank: int) -> Array:
    return array.reshape((1,) * (rank - array.ndim) + array.shape)


def require_bias(b: Shape, result: Shape) -> None:
    """``LayerError`` where a bias of shape ``b`` can't be added to a result without stretching it."""
    try:
        fits = broadcast_shapes(result, b) == result
    except ValueError:
        fits = False
    if not fits:
        raise LayerError(f"a bias of shape {format_shape(b)} does not fit results of shape {format_shape(result)}")


class Affine(Layer):
    """A fully connected layer: X · W + b, the bias added to every row of the batch."""

    symbol = "Affine"
    whole = True
    samples = (
        at(_X, _W, [0.1, -0.2]),
        at([1.0, 2.0, 3.0], _W, [0.1, -0.2]),
        at(_X, _W, 0.5),
        at(_SQUARE, _OTHER, [0.1, -0.2]),
    )
    value_latex = r"X \cdot W + b"
    partials_latex = (
        r"\text{upstream} \cdot W^{\top}",
        r"X^{\top} \cdot \text{upstream}",
        r"\sum_{\text{batch}} \text{upstream}",
    )
    kept = ("x", "w", "b_shape")
    keeps_doc = "Its input and its weights, each for the other's gradient; of the bias the shape alone."

    def forward(self, x: Array, w: Array, b: Value) -> Value:
        self._x, self._w, self._b_shape = x, w, np.shape(b)
        return x @ w + b

    def backward(self, upstream: Array) -> tuple[Value | None, ...]:
        dx = dw = db = None
        if self._asked(0):
            dx = upstream @ self._w.T
        if self._asked(1):
            rows = self._x.reshape(-1, self._w.shape[0])
            dw = rows.T @ upstream.reshape(-1, self._w.shape[1])
        if self._asked(2):
            db = unbroadcast(upstream, self._b_shape)
        return dx, dw, db

    def slips(self, upstream: Array) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        for slip, shares in _product_slips(self._x, self._w, upstream):
            yield slip, (*shares, None)
        for slip, share in unsummed(upstream, self._b_shape):
            yield slip, (None, None, share)

    def shape(self, x: Shape, w: Shape, b: Shape) -> Shape:
        if not x or len(w) != 2 or x[-1] != w[0]:
            raise LayerError(
                f"inputs of shape {format_shape(x)} do not fit weights of shape {format_shape(w)}: "
                "weights are a matrix with as many rows as the input has columns"
            )
        result = (*x[:-1], w[1])
        require_bias(b, result)
        return result

    def work(self, x: Shape, w: Shape, b: Shape) -> int:
        return 2 * size_of(x) * w[1] + size_of((*x[:-1], w[1]))

    def code(self, x: Term, w: Term, b: Term) -> Code:
        return {"torch": f"{x} @ {w} + {b}", "jax": f"{x} @ {w} + {b}"}

    def decompose(self, build: GraphBuilder, x: str, w: str, b: str) -> str:
        return build.add("add", build.add("matmul", x, w), b)


class Einsum(Layer):
    """A sum of products by Einstein's notation: equal letters are multiplied, and summed where the result lacks them.

    ``subscripts`` has a letter for each axis of each input, as in ``ij,jk->ik`` for a matrix product. A letter that one
    input has twice takes its diagonal; lengths of equal letters are equal. Backward is the same notation, the upstream
    gradient in the place of the input that is asked about. Source: ``numpy.einsum``.
    """

    symbol = "Σ∏"
    spellings = ("numpy.einsum", "torch.einsum", "jax.numpy.einsum")
    samples = (
        at(_X, _W, subscripts="ij,jk->ik"),
        at(_X, _W, subscripts="ij,jk"),
        at([1.0, 2.0, 3.0], [4.0, 5.0, 6.0]),
        at(_X, subscripts="ij->j"),
        at([_SQUARE, _OTHER], [_OTHER, _SQUARE], subscripts="bij,bkj->bik"),
        at(_SQUARE, subscripts="ii->i"),
        at(_SQUARE, [1.0, -1.0], subscripts="ii,i->"),
        at(_X, [1.0, 2.0], 3.0, subscripts="ij,k,->ki"),
        at(2.0, 3.0, subscripts=","),
    )
    value_latex = r"\sum_{\text{summed}} x_{1} \, x_{2} \cdots"
    partials_latex = (r"\sum \text{upstream} \cdot \prod \text{the other inputs}",)
    kept = ("x",)
    keeps_doc = "All its inputs: the gradient of each is made of the upstream gradient and the others."

    def __init__(self, *, subscripts: Subscripts = "i,i->") -> None:
        self.subscripts = subscripts

    def forward(self, *x: Value) -> Value:
        self._x = x
        terms = read_subscripts(self.subscripts)
        return as_value(_einsum(terms.inputs, terms.output, x))

    def backward(self, upstream: Value) -> tuple[Value | None, ...]:
        return tuple(self._share(upstream, number) if self._asked(number) else None for number in range(len(self._x)))

    def _share(self, upstream: Value, number: int) -> Value:
        terms, shape = read_subscripts(self.subscripts), shape_of(self._x[number])
        lengths = terms.lengths(tuple(map(shape_of, self._x)))
        others = [place for place in range(len(self._x)) if place != number]
        taken = [terms.output, *(terms.inputs[place] for place in others)]
        own = "".join(dict.fromkeys(terms.inputs[number]))
        known = "".join(letter for letter in own if any(letter in letters for letters in taken))
        part = _einsum(taken, known, [upstream, *(self._x[place] for place in others)])
        # What was summed over within this input alone is sent the same everywhere.
        copied = np.reshape(part, [lengths[letter] if letter in known else 1 for letter in own])
        if len(own) == len(shape):
            return as_value(np.broadcast_to(copied, shape))
        gradient = np.zeros(shape)
        np.einsum(f"{terms.inputs[number]}->{own}", gradient)[...] = copied  # The diagonal, as a view.
        return gradient

    def kept_values(self) -> tuple[tuple[str, Any], ...]:
        return tuple((f"x{number}", value) for number, value in enumerate(self._x, start=1))

    def shape(self, *x: Shape) -> Shape:
        if len(x) > _MOST_FACTORS:
            raise LayerError(f"{len(x)} inputs are given, and {_MOST_FACTORS} at most are multiplied in one sum")
        terms = read_subscripts(self.subscripts)
        lengths = terms.lengths(x)
        return tuple(lengths[letter] for letter in terms.output)

    def work(self, *x: Shape) -> int:
        return size_of(tuple(read_subscripts(self.subscripts).lengths(x).values())) * len(x)

    def code(self, *x: Term) -> Code:
        return {
            "torch": f"torch.einsum({self._equation()!r}, {', '.join(map(str, x))})",
            "jax": f"jnp.einsum({self._equation()!r}, {', '.join(map(str, x))})",
        }

    def onnx(self, nodes: OnnxNodes, *x: Term) -> str:
        return nodes.node("Einsum", *x, equation=self._equation())

    def _equation(self) -> str:
        terms = read_subscripts(self.subscripts)
        return f"{','.join(terms.inputs)}->{terms.output}"


_MOST_FACTORS = 8
"""Each is sent back a sum of its own, so that the work grows with the square of their number."""


def _einsum(inputs: Sequence[str], output: str, x: Sequence[Value]) -> Value:
    result: Value = np.einsum(f"{','.join(inputs)}->{output}", *x)
    return result
