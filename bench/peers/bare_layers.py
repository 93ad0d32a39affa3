"""Backarrow's own layer classes, an object a node, in a plain loop: what a plan has to beat."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from app.core.layer import REGISTRY
from bench.graphs import Flat

NAME: Final = "bare layer objects"
LARGEST: Final = 100_000

Numbers: TypeAlias = tuple[list[float], list[float]]


def runner(flat: Flat) -> Callable[[], Numbers]:
    steps = [(REGISTRY[op], inputs) for op, inputs in flat.steps]

    def run() -> Numbers:
        values: list[Any] = list(flat.leaves)
        layers = []
        for op, inputs in steps:
            layer = op()
            values.append(layer.forward(*[values[source] for source in inputs]))
            layers.append(layer)
        gradients: list[Any] = [0.0] * len(values)
        gradients[-1] = 1.0
        here = len(values)
        for (_, inputs), layer in zip(reversed(steps), reversed(layers), strict=True):
            here -= 1
            for source, share in zip(inputs, layer.backward(gradients[here]), strict=True):
                gradients[source] += share
        return values, gradients

    return run


def numbers(result: Numbers) -> Numbers:
    return result
