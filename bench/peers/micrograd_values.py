"""micrograd. It has no tanh and no sigmoid: they are written here as its author's lecture writes tanh.

Its walk towards the inputs is recursive, so that deep graphs need a higher limit.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final

from micrograd.engine import Value

from bench.graphs import ADD, MUL, RELU, SIGMOID, SUB, TANH, Flat

NAME: Final = "micrograd"
LARGEST: Final = 100_000


def _tanh(x: Any) -> Any:
    y = math.tanh(x.data)
    out = Value(y, (x,), "tanh")

    def _backward() -> None:
        x.grad += (1.0 - y * y) * out.grad

    out._backward = _backward
    return out


def _sigmoid(x: Any) -> Any:
    y = 1.0 / (1.0 + math.exp(-x.data))
    out = Value(y, (x,), "sigmoid")

    def _backward() -> None:
        x.grad += y * (1.0 - y) * out.grad

    out._backward = _backward
    return out


FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    ADD: Value.__add__,
    SUB: Value.__sub__,
    MUL: Value.__mul__,
    TANH: _tanh,
    SIGMOID: _sigmoid,
    RELU: Value.relu,
}


def runner(flat: Flat) -> Callable[[], list[Any]]:
    steps = [(FUNCTIONS[op], inputs) for op, inputs in flat.steps]
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 4 * len(flat) + 1_000))

    def run() -> list[Any]:
        values = [Value(value) for value in flat.leaves]
        for function, inputs in steps:
            values.append(function(*[values[source] for source in inputs]))
        values[-1].backward()
        return values

    return run


def numbers(result: Sequence[Any]) -> tuple[list[float], list[float]]:
    return [value.data for value in result], [value.grad for value in result]
