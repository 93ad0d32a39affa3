"""The slopes of many elements: one difference for all, and finer ones for the few that it doesn't settle."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import NamedTuple

import numpy as np

from app.core.bundle import Chunk
from app.core.slope import Slope, ladder, settle
from app.core.tensor import Array


class Settled(NamedTuple):
    """The slope of the element at a place, for which one difference wasn't enough; ``step`` is that difference's."""

    place: int
    slope: Slope
    step: float
    gradient: float

    @property
    def agrees(self) -> bool:
        """Whether the gradient is this slope."""
        return self.slope.agrees(self.gradient)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """The slopes of a chunk's elements; ``settled`` by the place in the bundle.

    ``blur`` is how much rounding may have moved a slope that agrees thanks to it alone, 0 elsewhere.
    """

    numerical: Array
    blur: Array
    settled: dict[int, Settled]


def judge(chunk: Chunk, steps: Array) -> Judged:
    """The slopes of the chunk's elements, the first differences taken with these steps."""
    gradients = chunk.bundle.gradients[chunk.places]
    with np.errstate(all="ignore"):
        first = chunk.slopes(steps)
        plain = first.plain(gradients)
        blur = np.where(plain & first.blurs(gradients), first.noise, 0.0)
        numerical = first.slope
    settled = {}
    unsettled = np.flatnonzero(~plain)
    if len(unsettled):
        firsts = [first.one(place) for place in unsettled.tolist()]
        slopes = _settle(Chunk(chunk.bundle, chunk.places[unsettled]), firsts)
        numerical[unsettled] = [slope.slope for slope in slopes]
        known = (chunk.places[unsettled].tolist(), slopes, steps[unsettled].tolist(), gradients[unsettled].tolist())
        settled = {place: Settled(place, *rest) for place, *rest in zip(*known, strict=True)}
    return Judged(numerical, blur, settled)


def _settle(chunk: Chunk, firsts: Sequence[Slope]) -> list[Slope]:
    """The slopes of the chunk's elements from their first differences, and from those of their ladders."""
    gradients, at = (numbers[chunk.places].tolist() for numbers in (chunk.bundle.gradients, chunk.bundle.at))
    # Where the gradient isn't finite there is nothing to settle.
    ladders = [
        ladder(place, first.step) if math.isfinite(gradient) else []
        for place, first, gradient in zip(at, firsts, gradients, strict=True)
    ]
    every = np.array(list(chain.from_iterable(ladders)))
    elements = np.repeat(np.arange(len(ladders)), [*map(len, ladders)])
    others: list[Slope] = []
    with np.errstate(all="ignore"):
        for part in chunk.bundle.parts(np.arange(len(every))):
            found = chunk.slopes(every[part], elements[part])
            others += [found.one(rung) for rung in range(len(part))]
    rest = iter(others)
    return [
        settle(first, list(islice(rest, len(steps))), gradient)
        for first, steps, gradient in zip(firsts, ladders, gradients, strict=True)
    ]
