"""Values in many lanes at once: each lane is a run in which something before the node was moved a little.

A node's lanes mostly differ from its base value in one region alone, such as a column of a matrix product whose weights
moved in that column. Only the region is kept, and only there is anything computed again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.core.tensor import Array, Shape, Value, shape_of, size_of

Region: TypeAlias = tuple[slice, ...]
"""A part of an array: from where to where along each axis."""


class Moving:
    """A value in many lanes: ``values``, (lanes, region), inside of the region ``where``, and ``base`` outside."""

    def __init__(self, base: Value, where: Region, values: Array) -> None:
        self.base = base
        self.where = where
        self.values = values

    @property
    def shape(self) -> Shape:
        """The shape of the value in one lane."""
        return shape_of(self.base)

    @property
    def lanes(self) -> int:
        """How many lanes there are."""
        return len(self.values)

    @property
    def portion(self) -> float:
        """Which part of the value moves."""
        return self.values.size / (self.lanes * size_of(self.shape))

    @property
    def gain(self) -> Array:
        """How far the region has moved in each lane."""
        return self.values - part(self.base, self.where)

    def mirrored(self) -> Moving:
        """The lanes in which the value moves as far the other way."""
        return Moving(self.base, self.where, 2 * part(self.base, self.where) - self.values)

    def over(self, region: Region) -> Array:
        """The lanes over a region that holds their own."""
        if region == self.where:
            return self.values
        base = part(self.base, region)
        spread = np.empty((self.lanes, *shape_of(base)))
        spread[:] = base
        inside = (
            slice(own.start - outer.start, own.stop - outer.start)
            for own, outer in zip(self.where, region, strict=True)
        )
        spread[(slice(None), *inside)] = self.values
        return spread

    def whole(self) -> Array:
        """The whole value in each lane."""
        return self.over(everywhere(self.shape))


class Nudged(Moving):
    """A value of which each lane moves one element: the one of that number, ``by`` so much."""

    def __init__(self, base: Value, elements: NDArray[np.intp], by: Array) -> None:
        self.base = base
        self.elements = elements
        self.by = by
        self.places: tuple[NDArray[np.intp], ...] = np.unravel_index(elements, shape_of(base)) if np.ndim(base) else ()
        self.where = tuple(slice(int(place.min()), int(place.max()) + 1) for place in self.places)

    @property
    def lanes(self) -> int:
        """How many lanes there are."""
        return len(self.by)

    @property
    def portion(self) -> float:
        """Which part of the value moves: one element."""
        return 1.0 / size_of(self.shape)

    def mirrored(self) -> Nudged:
        """The lanes in which each element moves as far the other way."""
        return Nudged(self.base, self.elements, -self.by)

    @cached_property
    def values(self) -> Array:  # type: ignore[override]  # it is the same, but made when it is asked for
        """The region that holds all elements, in each lane."""
        here = part(self.base, self.where)
        values = np.empty((self.lanes, *shape_of(here)))
        values[:] = here
        inside = [place - region.start for place, region in zip(self.places, self.where, strict=True)]
        values[(np.arange(self.lanes), *inside)] += self.by
        return values


class Sparse(Moving):
    """A number that moves in some of the lanes alone: in each by what ``by`` has there."""

    def __init__(self, base: Value, own: list[int], by: Array) -> None:
        self.base = base
        self.where = ()
        self.own = own
        self.by = by

    @property
    def lanes(self) -> int:
        """How many lanes there are."""
        return len(self.by)

    def added_to(self, other: Moving) -> Moving:
        """Another number, the same where nothing moves, moved by as much as this one too."""
        values = other.values.copy()
        values[self.own] += self.by[self.own]
        return Moving(self.base, (), values)

    @cached_property
    def values(self) -> Array:  # type: ignore[override]  # it is the same, but made when it is asked for
        """The number in each lane."""
        values = np.full(self.lanes, self.base)
        values[self.own] += self.by[self.own]
        return values


class Shifted(Moving):
    """A value that moves as a whole, each lane by its ``gain``."""

    def __init__(self, base: Value, gain: Array) -> None:
        self.base = base
        self.where = everywhere(shape_of(base))
        self.shift = gain

    @property
    def lanes(self) -> int:
        """How many lanes there are."""
        return len(self.shift)

    @property
    def gain(self) -> Array:
        """How far the value has moved in each lane."""
        return self.shift

    def mirrored(self) -> Shifted:
        """The lanes in which the value moves as far the other way."""
        return Shifted(self.base, -self.shift)

    @cached_property
    def values(self) -> Array:  # type: ignore[override]  # it is the same, but made when it is asked for
        """The value in each lane."""
        return self.base + self.shift


def everywhere(shape: Shape) -> Region:
    """The region that is all of an array."""
    return tuple([slice(0, length) for length in shape])


def wholly(base: Value, values: Array) -> Moving:
    """A value that moves as a whole."""
    return Moving(base, everywhere(shape_of(base)), values)


def gained(base: Value, where: Region, gain: Array) -> Moving:
    """A value that has moved so far in a region."""
    return Moving(base, where, part(base, where) + gain)


def part(value: Value, region: Region) -> Value:
    """What lies in a region; a number has none."""
    return value[region] if isinstance(value, np.ndarray) else value


def broadcast_region(region: Region, shape: Shape, into: Shape) -> Region:
    """Where a region of an array of ``shape`` comes to lie when that is broadcast."""
    front = len(into) - len(shape)
    copied = (slice(0, length) for length in into[:front])
    kept = (
        slice(0, length) if own == 1 < length else each
        for each, own, length in zip(region, shape, into[front:], strict=True)
    )
    return (*copied, *kept)


def broadcast_part(region: Region, shape: Shape) -> Region:
    """What of an array of ``shape`` lies in a region of that to which it is broadcast."""
    own = region[len(region) - len(shape) :]
    return tuple([slice(0, 1) if length == 1 else each for each, length in zip(own, shape, strict=True)])


def joined(regions: Iterable[Region]) -> Region:
    """The smallest region that holds all of these."""
    first, *others = regions
    for other in others:
        pairs = zip(first, other, strict=True)
        first = tuple(slice(min(a.start, b.start), max(a.stop, b.stop)) for a, b in pairs)
    return first


def scale(lanes: Array, numbers: Array) -> Array:
    """Each lane times a number of its own; in place, since lanes may be large."""
    lanes *= numbers.reshape(-1, *(1,) * (lanes.ndim - 1))
    return lanes


def aligned(lanes: Array, rank: int) -> Array:
    """Lanes with as many axes behind the first as the others have that they are broadcast with."""
    missing = rank + 1 - lanes.ndim
    return lanes.reshape(lanes.shape[0], *(1,) * missing, *lanes.shape[1:]) if missing > 0 else lanes


def cut(inputs: Sequence[Value | Moving], shape: Shape) -> tuple[Region, list[Any]]:
    """The region of a result of ``shape`` that moves where inputs are broadcast, and of each input what it takes."""
    regions = [broadcast_region(x.where, x.shape, shape) for x in inputs if isinstance(x, Moving)]
    region = joined(regions)
    rank = len(shape)
    parts: list[Any] = []
    for x in inputs:
        own = broadcast_part(region, x.shape if isinstance(x, Moving) else shape_of(x))
        parts.append(aligned(x.over(own), rank) if isinstance(x, Moving) else part(x, own))
    return region, parts
