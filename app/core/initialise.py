"""What parameters start from: drawn weights, zeros for biases."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from app.core.errors import Fault, GraphError
from app.core.graph import Graph
from app.core.ops import find_op
from app.core.tensor import Shape, Value, as_value, shape_of, size_of

METHODS: Final = ("normal", "xavier", "he")
NORMAL_STD: Final = 0.01
"""The book's first choice."""


def initialise(graph: Graph, method: str, seed: int = 0, std: float | None = None) -> Graph:
    """The graph with every parameter drawn anew: weights from a normal distribution, biases 0.

    A parameter with one axis is a bias; one that its op says starts otherwise, such as the γ of a norm, does so. One
    without axes is drawn as a weight: it may be either, and a graph of zeros alone would not learn. The parameters are
    drawn in the document's order, so that a seed gives the same ones again. ``std`` belongs to ``normal``.
    Raises :class:`GraphError`.
    """
    if method not in METHODS:
        detail = f"there is no such way to initialise; there are {', '.join(METHODS)}"
        raise GraphError([Fault("unknown-method", detail, pointer="/initialise/method")])
    draw = np.random.default_rng(seed)
    starts = _starts(graph)
    values: dict[str, Value] = {}
    for node in graph.nodes:
        op = find_op(node.op, 0)
        if node.value is None or op is None or not op.is_trained:
            continue
        shape = shape_of(node.value)
        if len(shape) == 1 or node.id in starts:
            values[node.id] = np.full(shape, starts.get(node.id, 0.0)) if shape else starts[node.id]
        else:
            values[node.id] = as_value(draw.normal(0.0, spread(shape, method, std), shape))
    return graph.with_values(values)


def _starts(graph: Graph) -> dict[str, float]:
    """What parameters start from because of the inputs that they are taken at."""
    starts: dict[str, float] = {}
    for node in graph.nodes:
        op = find_op(node.op, len(node.inputs))
        if op is not None and op.starts:
            starts |= {
                source: op.starts[name]
                for name, source in zip(op.inputs, node.inputs, strict=False)
                if name in op.starts
            }
    return starts


def spread(shape: Shape, method: str, std: float | None = None) -> float:
    """The standard deviation of a weight of that shape.

    ``xavier``: √(2 / (in + out)), Glorot and Bengio, *Understanding the difficulty of training deep feedforward neural
    networks*, 2010, eq. 12 (the book leaves ``out`` away: 1/√in). ``he``: √(2 / in), He et al., *Delving Deep into
    Rectifiers*, 2015, eq. 10. ``normal``: ``std``.
    """
    if method == "normal":
        return NORMAL_STD if std is None else std
    fan_in, fan_out = fans(shape)
    return math.sqrt(2.0 / (fan_in + fan_out)) if method == "xavier" else math.sqrt(2.0 / fan_in)


def fans(shape: Shape) -> tuple[int, int]:
    """How many inputs and outputs meet at a weight.

    A matrix is (in, out), as in X · W; a kernel (filters, channels, ...), each tap of which meets every position once.
    """
    if len(shape) <= 2:
        fan_in, fan_out = shape if len(shape) == 2 else (1, 1)
        return fan_in, fan_out
    filters, channels, *taps = shape
    return channels * size_of(tuple(taps)), filters * size_of(tuple(taps))
