"""autograd. Its way back forgets gradients as it goes; the loop here is the same one, but keeps them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import autograd.numpy as anp
import numpy as np
from autograd.core import VJPNode, add_outgrads
from autograd.tracer import new_box, toposort, trace_stack

from bench.graphs import ADD, MUL, RELU, SIGMOID, SUB, TANH, Flat

NAME: Final = "autograd"
LARGEST: Final = 1_000
FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    ADD: anp.add,
    SUB: anp.subtract,
    MUL: anp.multiply,
    TANH: anp.tanh,
    SIGMOID: lambda x: 1.0 / (1.0 + anp.exp(-x)),
    RELU: lambda x: anp.maximum(x, 0.0),
}

Result: TypeAlias = tuple[list[Any], dict[Any, Any]]


def runner(flat: Flat) -> Callable[[], Result]:
    steps = [(FUNCTIONS[op], inputs) for op, inputs in flat.steps]

    def run() -> Result:
        with trace_stack.new_trace() as trace:
            boxes = [new_box(np.float64(value), trace, VJPNode.new_root()) for value in flat.leaves]
            for function, inputs in steps:
                boxes.append(function(*[boxes[source] for source in inputs]))
        return boxes, _backward(boxes[-1]._node)

    return run


def _backward(end: Any) -> dict[Any, Any]:
    gradients: dict[Any, Any] = {end: (np.float64(1.0), False)}
    for node in toposort(end):
        for parent, share in zip(node.parents, node.vjp(gradients[node][0]), strict=True):
            gradients[parent] = add_outgrads(gradients.get(parent), share)
    return gradients


def numbers(result: Result) -> tuple[list[float], list[float]]:
    boxes, gradients = result
    return [float(box._value) for box in boxes], [float(gradients[box._node][0]) for box in boxes]
