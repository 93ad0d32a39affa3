"""The tables of the browser: both programs with each size, and how many times as much React Flow takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from statistics import mean, median
from typing import Final

import numpy as np

from bench.browser.build import peer_versions
from bench.browser.measure import ALL, OURS, VISIBLE, Figures
from bench.browser.tab import SCREEN, Frames
from bench.measure import Timing, timing
from bench.report import Table, duration, times

Sized = dict[int, dict[str, Figures]]
"""What was measured, by the number of nodes and by program."""

_SCENE: Final = (
    f"A screen of {SCREEN['width']} × {SCREEN['height']}, drawn in software. Both programs draw the same nodes, arrows"
    " and numbers at the places that Backarrow's layout gives, and begin with the same view. Time runs from the scene"
    " that is laid out until all of it that is in view is on the page and painted, as far as that is the work of the"
    " page's thread."
)
_IN_VIEW: Final = (
    "“What is in view” is React Flow with `onlyRenderVisibleElements`, which is Backarrow's way; “all” is its default."
    " It is told all sizes and handles beforehand, so that it needn't measure before it draws."
)
_STORE: Final = (
    "React Flow's numbers are in a store from which each edge reads its own two: the fast way. `setEdges`, the usual"
    " one, is measured where all is rendered. `flushSync` makes it render at once. Every number changes. “Every number"
    " in view” is on a screen that is large enough to read them all."
)
_GAPS: Final = (
    "From frame to frame, p50 / p95, while the mouse or the wheel moves once a frame, for 80 steps or 15 seconds; no"
    " frame comes sooner than 16.7 ms after another. “Busy” is what the page's thread works for a frame, and the ratio"
    " is that of it."
)
_FAR: Final = (
    "Below a zoom of 0.3, where nobody could read numbers, Backarrow leaves them out, and draws large graphs as a"
    " picture in place of elements; React Flow draws all of it."
)
_SLICES: Final = "What comes into view may be brought in later than the frame in which it does; a frame is the least."
_OBJECTS: Final = (
    "Objects of the scripts after a collection; what the browser keeps for each element isn't among them. Backarrow's"
    " page is all of its editor, React Flow's is the drawing alone."
)
_MOVES: Final[dict[str, Callable[[Figures], list[Frames]]]] = {
    "pan, near": lambda figures: figures.pans,
    "zoom until all is in view, and back": lambda figures: figures.zooms,
    "pan, all in view": lambda figures: figures.whole,
}


def draws(found: Sized, chromium: str) -> Table:
    """How soon a drawing stands."""
    rows = [(f"{size:,}", [by[name].draws for name in (OURS, VISIBLE, ALL)]) for size, by in found.items()]
    versions = f"Chromium {chromium}; {peer_versions()}."
    return _compared("First complete drawing", (OURS, VISIBLE, ALL), rows, f"{versions} {_SCENE}", _IN_VIEW)


def updates(found: Sized) -> Table:
    """What it takes to write other numbers."""
    rows = [
        (f"{size:,}", [by[OURS].updates, by[VISIBLE].updates, by[ALL].updates, by[ALL].by_edges])
        for size, by in found.items()
    ]
    for size, by in found.items():
        if by[OURS].readable:
            samples = [by[OURS].readable, by[VISIBLE].readable, by[ALL].readable, by[ALL].by_edges]
            rows.append((f"{size:,}, every number in view", samples))
    names = (OURS, VISIBLE, ALL, "React Flow, `setEdges`")
    return _compared("Script for one update of every number", names, rows, _STORE)


def _compared(title: str, names: Sequence[str], samples: Sequence[tuple[str, list[list[float]]]], *notes: str) -> Table:
    first, *others = names
    columns = ["nodes", first, *(column for name in others for column in (name, "ratio"))]
    rows = [[label, *_ratios(list(map(timing, each)))] for label, each in samples]
    return Table(title, columns, rows, notes)


def _ratios(timings: Sequence[Timing]) -> Iterator[str]:
    first, *others = timings
    yield duration(first)
    for other in others:
        yield duration(other)
        yield times(first, other)


def moves(found: Sized) -> Iterator[Table]:
    """How smoothly the view moves."""
    for what, note in zip(_MOVES, (_GAPS, _FAR, _FAR), strict=True):
        yield _frames(what.capitalize(), found, _MOVES[what], note)
    yield _late(found)


def _frames(title: str, found: Sized, taken: Callable[[Figures], list[Frames]], note: str) -> Table:
    rows = []
    for size, by in found.items():
        ours = _busy(taken(by[OURS]))
        row = [f"{size:,}", _gaps(taken(by[OURS])), f"{1e3 * ours:,.1f} ms"]
        for name in (VISIBLE, ALL):
            busy = _busy(taken(by[name]))
            row += [_gaps(taken(by[name])), f"{1e3 * busy:,.1f} ms", f"{busy / ours:.3g} ×"]
        rows.append(row)
    return Table(title, ["nodes", OURS, "busy", VISIBLE, "busy", "ratio", ALL, "busy", "ratio"], rows, [note])


def _late(found: Sized) -> Table:
    rows = [
        (f"{size:,}, {what}", [[frames.late for frames in taken(by[name])] for name in (OURS, VISIBLE, ALL)])
        for size, by in found.items()
        for what, taken in _MOVES.items()
    ]
    return _compared("How long after the last step everything in view is there", (OURS, VISIBLE, ALL), rows, _SLICES)


def _gaps(frames: list[Frames]) -> str:
    gaps = [gap for each in frames for gap in each.gaps]
    middle, high = 1e3 * np.quantile(gaps, [0.5, 0.95])
    return f"{middle:.1f} / {high:.1f} ms"


def _busy(frames: list[Frames]) -> float:
    return median(each.busy for each in frames)


def rate(frames: list[Frames]) -> float:
    """Frames a second."""
    return 1 / mean(gap for each in frames for gap in each.gaps)


def heaps(found: Sized) -> Table:
    """What the pages keep."""
    rows = []
    for size, by in found.items():
        ours = median(by[OURS].megabytes)
        row = [f"{size:,}", f"{ours:.1f} MB", f"{max(by[OURS].elements):,}"]
        for name in (VISIBLE, ALL):
            other = median(by[name].megabytes)
            row += [f"{other:.1f} MB", f"{max(by[name].elements):,}", f"{other / ours:.3g} ×"]
        rows.append(row)
    columns = ["nodes", OURS, "elements", VISIBLE, "elements", "ratio", ALL, "elements", "ratio"]
    return Table("Heap and elements of the page", columns, rows, [_OBJECTS])


_WORKS: Final = {
    "evaluate": "evaluated by the server",
    "scene": "texts measured",
    "layout": "laid out in the worker",
    "draw": "drawn",
    "all": "painted, since the address was entered",
}


def openings(found: Sized) -> Table:
    """What Backarrow does before its first drawing stands."""
    rows = [
        [f"{size:,}", *(duration(timing([opening[work] for opening in by[OURS].openings])) for work in _WORKS)]
        for size, by in found.items()
    ]
    return Table("Opening a link with Backarrow", ["nodes", *_WORKS.values()], rows)
