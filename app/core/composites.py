"""Composite ops that may stand in place of a region of a graph."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import permutations
from typing import Any, TypeVar

from app.core.errors import LayerError
from app.core.layer import Layer
from app.core.ops import OPS
from app.core.tensor import Shape

Source = TypeVar("Source")


def fitting(
    boundary: Sequence[Source], shape_of: Callable[[Source], Shape], result: Shape
) -> Iterator[tuple[type[Layer], tuple[Source, ...], dict[str, Any]]]:
    """Every composite op that makes a value of shape ``result`` of the sources, in every order and with every setting.

    Whether it equals the region is for the caller to find out.
    """
    for op in OPS:
        if not op.decomposes or not op.takes(len(boundary)):
            continue
        for inputs in permutations(boundary):
            taken = [shape_of(source) for source in inputs]
            for params in op.variants(*taken):
                try:
                    fits = op(**params).shape(*taken) == result
                except LayerError:
                    continue
                if fits:
                    yield op, inputs, dict(params)
