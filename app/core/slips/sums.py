"""Slips where the shares of a node's uses meet and are added."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import combinations
from operator import add
from typing import Final

from app.core.slips.catalogue import USE_FORGOTTEN, USES_AVERAGED, USES_OVERWRITTEN, Slip
from app.core.tensor import Value

_ALL_SUBSETS: Final = 8
"""Up to so many uses every part of them is tried. There are 2ⁿ."""


def wrong_sums(shares: Sequence[Value]) -> Iterator[tuple[Slip, Value]]:
    """What a node's gradient becomes where its ``shares``, in the order in which they come back, aren't all added."""
    if len(shares) < 2:
        return
    yield USES_OVERWRITTEN, shares[-1]
    for part in _parts(shares):
        yield USE_FORGOTTEN, part
    yield USES_AVERAGED, reduce(add, shares) / len(shares)


def _parts(shares: Sequence[Value]) -> Iterator[Value]:
    """Sums of some of the shares, but for the last one alone.

    Where there are many: each alone, all but each, the first few, and all but those.
    """
    count = len(shares)
    if count <= _ALL_SUBSETS:
        for size in range(1, count):
            for chosen in combinations(range(count), size):
                if chosen != (count - 1,):
                    yield reduce(add, [shares[place] for place in chosen])
        return
    total, first = reduce(add, shares), shares[0]
    yield first
    yield total - first
    for share in shares[1:-1]:
        first = first + share
        yield from (share, total - share, first, total - first)
    yield total - shares[-1]
