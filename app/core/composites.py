"""Composite ops that may stand in place of a region of a graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import permutations
from typing import Any, TypeVar

from app.core.errors import LayerError, SettingError
from app.core.layer import Layer
from app.core.ops import OPS
from app.core.tensor import Shape
from app.core.validate import Limits

Source = TypeVar("Source")


def fitting(
    boundary: Sequence[Source],
    shape_of: Callable[[Source], Shape],
    result: Shape,
    settings: Iterable[Mapping[str, Any]],
) -> Iterator[tuple[type[Layer], tuple[Source, ...], dict[str, Any]]]:
    """Every composite op that makes a value of shape ``result`` of the sources, in every order and with every setting.

    ``settings`` are those of the region's nodes: an op with settings of the same names may have them from there.
    Whether it equals the region is for the caller to find out.
    """
    used, limits = list(settings), Limits()
    for op in OPS:
        if not op.decomposes or not op.takes(len(boundary)):
            continue
        for inputs in permutations(boundary):
            taken = [shape_of(source) for source in inputs]
            for params in [*op.variants(*taken), *_taken_over(op, used)]:
                layer = op(**params)
                try:
                    fits = layer.shape(*taken) == result
                except LayerError:
                    continue
                # The shapes alone may fit a product far larger than the region.
                if fits and layer.work(*taken) <= limits.work and layer.scratch(*taken) <= limits.live:
                    yield op, inputs, dict(params)


def _taken_over(op: type[Layer], settings: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What nodes with these settings would set of the op's own, each once; nothing that the op can't take."""
    found: list[dict[str, Any]] = []
    names = {param.name for param in op.params}
    for given in settings:
        try:
            chosen = {name: op.read_setting(name, data) for name, data in given.items() if name in names}
        except SettingError:
            continue
        if chosen and chosen not in found:
            found.append(chosen)
    return found
