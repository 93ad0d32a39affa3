"""PyTorch as it is usually used: tensors without axes, ``retain_grad`` on what isn't a leaf; one thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import torch

from bench.graphs import ADD, MUL, RELU, SIGMOID, SUB, TANH, Flat

NAME: Final = "PyTorch eager"
LARGEST: Final = 100_000
FUNCTIONS: Final[dict[str, Callable[..., torch.Tensor]]] = {
    ADD: torch.add,
    SUB: torch.sub,
    MUL: torch.mul,
    TANH: torch.tanh,
    SIGMOID: torch.sigmoid,
    RELU: torch.relu,
}

torch.set_num_threads(1)


def runner(flat: Flat) -> Callable[[], list[torch.Tensor]]:
    steps = [(FUNCTIONS[op], inputs) for op, inputs in flat.steps]
    leaves = [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in flat.leaves]

    def run() -> list[torch.Tensor]:
        values = list(leaves)
        for leaf in leaves:
            leaf.grad = None
        for function, inputs in steps:
            value = function(*[values[source] for source in inputs])
            value.retain_grad()
            values.append(value)
        backward: Any = values[-1].backward
        backward()
        return values

    return run


def numbers(result: Sequence[torch.Tensor]) -> tuple[list[float], list[float]]:
    gradients = [value.grad for value in result]
    return [value.item() for value in result], [0.0 if each is None else each.item() for each in gradients]
