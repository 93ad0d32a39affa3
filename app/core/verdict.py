"""What is to be said of a gradient: the verdict, and notes on how the slope that it is held against was found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import numpy as np

from app.core.bundle import Bundle
from app.core.corners import Corner, corners
from app.core.sentences import listed
from app.core.settle import Settled

Corners: TypeAlias = Mapping[int, Sequence[Corner]]
"""By place, the corners on the way of what was looked at for it."""
_MAX_LOOKED: Final = 100


def corners_of(bundle: Bundle, settled: Sequence[Settled], *, all_of_them: bool) -> Corners:
    """The corners on the way at places that don't agree: at all of them, or at some, evenly spaced."""
    apart = [each for each in settled if not each.agrees]
    looked = apart if all_of_them else apart[:: max(1, -(-len(apart) // _MAX_LOOKED))]
    places = np.array([each.place for each in looked], dtype=np.intp)
    return corners(bundle, places, np.array([each.step for each in looked]))


def verdict_on(settled: Sequence[Settled], found: Corners) -> tuple[str, tuple[str, ...]]:
    """The verdict on a gradient, and what there is to say of corners on the way at places that don't agree.

    ``settled`` are those of its elements for which one difference wasn't enough.
    """
    apart = [each for each in settled if not each.agrees]
    if not apart:
        return ("kink" if any(each.slope.kink for each in settled) else "pass"), ()
    looked = [each for each in apart if each.place in found]
    nodes: dict[str, None] = {}
    for each in looked:
        if not each.slope.agrees(each.gradient, within=sum(corner.reach for corner in found[each.place])):
            return "fail", ()
        nodes.update((corner.node, None) for corner in found[each.place])
    left = len(apart) - len(looked)
    more = f" ({left:,} of the {len(apart):,} elements concerned weren't looked at for it)" if left else ""
    return "kink", (_corner_note(list(nodes)) + more,)


def slope_notes(settled: Sequence[Settled], blur: float) -> Iterator[str]:
    """How the slopes were found; ``blur`` is what rounding may have moved those by that weren't to be settled."""
    slopes = [each.slope for each in settled]
    if any(slope.kink for slope in slopes):
        yield "kink: the slopes on the two sides differ, so that no derivative exists at this point"
    finer = [each.slope.step for each in settled if each.slope.step < each.step and not each.slope.kink]
    if finer:
        yield f"a finer step, down to {min(finer):.1e}, was used: a kink or a strong curve is close by"
    blurred = [each.slope.noise for each in settled if each.slope.blurs(each.gradient)]
    if worst := max([blur, *blurred]):
        yield f"rounding alone may move a numerical slope by {worst:.1e} here: it can't be judged more closely"
    if any(slope.one_sided for slope in slopes):
        yield "only one side of this point has finite values: the slope is to that side"


def _corner_note(nodes: Sequence[str]) -> str:
    stand, its = ("stand", "their corners") if len(nodes) > 1 else ("stands", "its corner")
    return f"kink: {listed(nodes)} {stand} exactly on {its}, where backpropagation takes one of many derivatives"
