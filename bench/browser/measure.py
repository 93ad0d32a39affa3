"""What is measured of both programs, which take turns round after round."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from playwright.sync_api import Browser

from bench.browser.build import kilobytes
from bench.browser.pages import READABLE, WHOLE, Contender, Ours, Peer, Slide
from bench.browser.scene import net
from bench.browser.tab import Frames, Tab

OURS: Final = "Backarrow"
VISIBLE: Final = "React Flow, what is in view"
ALL: Final = "React Flow, all"

_WARMING: Final = 2
_UPDATES: Final = 5
_SLIDES: Final = 10
_READABLE_MOST: Final = 500
"""A screen on which more nodes than that could be read at once would be too large for a browser."""


@dataclass(slots=True)
class Figures:
    """What was measured of one program with one graph, in seconds and megabytes."""

    draws: list[float] = field(default_factory=list)
    updates: list[float] = field(default_factory=list)
    readable: list[float] = field(default_factory=list)
    """Updates with every number in view."""
    by_edges: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    elements: list[int] = field(default_factory=list)
    pans: list[Frames] = field(default_factory=list)
    zooms: list[Frames] = field(default_factory=list)
    whole: list[Frames] = field(default_factory=list)
    """Pans with all of the graph in view."""
    openings: list[dict[str, float]] = field(default_factory=list)


def measured(browser: Browser, url: str, size: int, rounds: int) -> dict[str, Figures]:
    """Both programs with a graph of so many nodes."""
    found = {name: Figures() for name in (OURS, VISIBLE, ALL)}
    document = net(size)
    for _ in range(rounds):
        ours = Ours(Tab(browser), url, document)
        _measure(ours, found[OURS])
        ours.tab.close()
        for name in (VISIBLE, ALL):
            peer = Peer(Tab(browser), ours.scene, only_visible=name == VISIBLE)
            _measure(peer, found[name])
            if name == ALL:
                found[name].by_edges += _repeated(peer.update_edges)
            peer.tab.close()
    return found


def _measure(program: Contender, figures: Figures) -> None:
    tab, board = program.tab, program.board
    figures.draws.append(program.draw())
    if isinstance(program, Ours):
        figures.openings.append(program.opening())
    tab.rest()
    figures.megabytes.append(tab.megabytes())
    figures.elements.append(tab.elements())
    figures.updates += _repeated(program.update)
    figures.pans.append(tab.pan(board))
    figures.zooms.append(tab.zoom(board, program.scene.shrink))
    program.look(WHOLE)
    figures.whole.append(tab.pan(board))
    if len(program.scene.laid["input"]["nodes"]) <= _READABLE_MOST:
        program.look(READABLE)
        figures.readable += _repeated(program.update)


def _repeated(update: Callable[[], float]) -> list[float]:
    return [update() for _ in range(_WARMING + _UPDATES)][_WARMING:]


def slid(browser: Browser, url: str, size: int) -> list[Slide]:
    """Steps of a slider in Backarrow, after the first, whose answers come otherwise."""
    ours = Ours(Tab(browser), url, net(size))
    ours.draw()
    ours.tab.rest()
    slides = [ours.slide() for _ in range(_WARMING + _SLIDES)][_WARMING:]
    ours.tab.close()
    return slides


def first_page(browser: Browser, url: str) -> float:
    """Kilobytes of script that the drawing page waits for; what it loads later isn't among them."""
    tab = Tab(browser)
    tab.page.goto(f"{url}/graph")
    scripts = [kilobytes(tab.context.request.get(address).body()) for address in tab.first_scripts()]
    tab.close()
    return sum(scripts)
