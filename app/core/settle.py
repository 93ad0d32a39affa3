"""The slopes of many elements: one difference for all, and finer ones for the few that it doesn't settle."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.core.bundle import Chunk
from app.core.slope import Slope, settling
from app.core.tensor import Array


class Settled(NamedTuple):
    """The slope of an element for which one difference wasn't enough, and the step of that."""

    slope: Slope
    step: float


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
    numerical, settled = first.slope, {}
    for place, slope in _settle(chunk, {place: first.one(place) for place in np.flatnonzero(~plain).tolist()}).items():
        numerical[place] = slope.slope
        settled[int(chunk.places[place])] = Settled(slope, float(steps[place]))
    return Judged(numerical, blur, settled)


def _settle(chunk: Chunk, firsts: dict[int, Slope]) -> dict[int, Slope]:
    """Each slope, by its place in the chunk, from its first difference. All ask for their finer ones side by side."""
    at, gradients = chunk.bundle.at[chunk.places], chunk.bundle.gradients[chunk.places]
    settled: dict[int, Slope] = {}
    asking: dict[int, Generator[float, Slope, Slope]] = {}
    wanted: dict[int, float] = {}
    for place, first in firsts.items():
        asking[place] = settling(first, float(at[place]), float(gradients[place]))
        _go_on(asking, place, None, wanted, settled)
    while wanted:
        places = np.array(list(wanted))
        with np.errstate(all="ignore"):
            found = chunk.slopes(np.array(list(wanted.values())), places)
        wanted = {}
        for number, place in enumerate(places.tolist()):
            _go_on(asking, place, found.one(number), wanted, settled)
    return settled


def _go_on(
    asking: dict[int, Generator[float, Slope, Slope]],
    place: int,
    answer: Slope | None,
    wanted: dict[int, float],
    settled: dict[int, Slope],
) -> None:
    """Hand an answer over, and note the step that is wanted next, or the slope that has been found."""
    try:
        wanted[place] = next(asking[place]) if answer is None else asking[place].send(answer)
    except StopIteration as end:
        settled[place] = end.value
