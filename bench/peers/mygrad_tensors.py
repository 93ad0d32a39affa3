"""MyGrad: tensors without axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import mygrad
from mygrad.nnet.activations import relu, sigmoid

from bench.graphs import ADD, MUL, RELU, SIGMOID, SUB, TANH, Flat

NAME: Final = "MyGrad"
LARGEST: Final = 1_000
FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    ADD: mygrad.add,
    SUB: mygrad.subtract,
    MUL: mygrad.multiply,
    TANH: mygrad.tanh,
    SIGMOID: sigmoid,
    RELU: relu,
}


def runner(flat: Flat) -> Callable[[], list[Any]]:
    steps = [(FUNCTIONS[op], inputs) for op, inputs in flat.steps]

    def run() -> list[Any]:
        values = [mygrad.tensor(value) for value in flat.leaves]
        for function, inputs in steps:
            values.append(function(*[values[source] for source in inputs]))
        values[-1].backward()
        return values

    return run


def numbers(result: Sequence[Any]) -> tuple[list[float], list[float]]:
    return [value.item() for value in result], [value.grad.item() for value in result]
