"""The two programs in a browser, each with what the benchmark asks of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final, Protocol

from playwright.sync_api import ViewportSize

from bench.browser.build import PEER
from bench.browser.scene import Document, fragment, texts, with_other_numbers
from bench.browser.tab import SCREEN, Tab

_VALUES: Final = "[data-value-of-edge]"
_SLIDER: Final = "[data-leaf-slider]"
_READABLE_ZOOM: Final = 0.4

OPENING: Final = "opening"
WHOLE: Final = "whole"
READABLE: Final = "readable"
"""The whole graph on a screen so large that every number can be read."""


@dataclass(frozen=True, slots=True)
class View:
    """What of the drawing is seen: the size of the board in pixels, and the transform."""

    width: float
    height: float
    x: float
    y: float
    zoom: float


@dataclass(frozen=True, slots=True)
class Slide:
    """Seconds from a slider's step until its numbers are painted, and from the answer on."""

    all: float
    answered: float
    in_frame: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """A drawing as Backarrow made it: what its layout was asked and answered, texts of nodes, and views of it."""

    laid: dict[str, Any]
    views: dict[str, View]

    @property
    def shrink(self) -> float:
        """How many times smaller than at first all of it must be to be seen whole; at least four."""
        view, bounds = self.views[OPENING], self.laid["result"]["bounds"]
        whole: float = min(view.width / bounds["width"], view.height / bounds["height"])
        return max(4.0, view.zoom / whole)


class Contender(Protocol):
    """A program with a graph."""

    tab: Tab
    board: str
    """The element that drags and wheels fall on."""
    scene: Scene

    def draw(self) -> float:
        """Draw the graph for the first time; the seconds."""

    def update(self) -> float:
        """Write other numbers beside all edges; the seconds of script."""

    def look(self, name: str) -> None:
        """See the drawing otherwise."""


class Ours:
    """The drawing page, opened by a link."""

    board = "svg.drawing"

    def __init__(self, tab: Tab, url: str, document: Document) -> None:
        self.tab = tab
        self._address = f"{url}/graph#{fragment(document)}"
        self._document = document
        self._changes = 0

    def draw(self) -> float:
        self.tab.page.goto(self._address)
        works = self.tab.ask(_DRAWN)
        self.scene = Scene({**self.tab.ask("probe.laid"), "texts": texts(self._document)}, {OPENING: self._view()})
        script = sum(work["end"] - work["start"] for work in works)
        return float(script + works[-1]["painted"] - works[-1]["end"]) / 1e3

    def opening(self) -> dict[str, float]:
        """Seconds of each kind of work until the drawing stood, and of all since the navigation's start.

        What was done twice, without the numbers and with them, counts as the longer of both.
        """
        works = self.tab.ask("probe.took")
        seconds: dict[str, float] = {}
        for work in works:
            name = work["name"].removeprefix("backarrow:")
            seconds[name] = max(seconds.get(name, 0.0), (work["end"] - work["start"]) / 1e3)
        return {**seconds, "all": works[-1]["painted"] / 1e3}

    def update(self) -> float:
        self._changes += 1
        changed = json.dumps(with_other_numbers(self._document, self._changes))
        before = self.tab.ask("probe.texts", _VALUES)
        at = self.tab.ask("text => probe.drop('[data-place=stage]', text)", changed)
        work = self.tab.ask("at => probe.done('numbers', at)", at)
        if before and before == self.tab.ask("probe.texts", _VALUES):
            raise AssertionError("The numbers on the page are the old ones.")
        return float(work["end"] - work["start"]) / 1e3

    def slide(self) -> Slide:
        """Move the first slider by a step. The first time, the answer comes over HTTP."""
        found = self.tab.ask(f"probe.slide('{_SLIDER}')")
        return Slide(found["all"] / 1e3, found["answered"] / 1e3, found["inFrame"])

    def look(self, name: str) -> None:
        if name == READABLE:
            self._enlarge()
        self.tab.page.get_by_role("button", name="Show the whole graph").click()
        self.tab.ask("probe.painted")
        self.scene.views[name] = self._view()
        shown, edges = len(self.tab.ask("probe.texts", _VALUES)), len(self.scene.laid["input"]["edges"])
        if name == READABLE and shown != edges:
            raise AssertionError(f"Of the numbers beside {edges} edges, {shown} are on the page.")

    def _enlarge(self) -> None:
        board, bounds = self._view(), self.scene.laid["result"]["bounds"]
        width = SCREEN["width"] - board.width + bounds["width"] * _READABLE_ZOOM
        height = SCREEN["height"] - board.height + bounds["height"] * _READABLE_ZOOM
        self.tab.page.set_viewport_size(ViewportSize(width=round(width), height=round(height)))
        self.tab.ask("probe.painted")

    def _view(self) -> View:
        return View(**self.tab.ask(_VIEW))


class Peer:
    """The page with React Flow, drawing what Backarrow laid out."""

    board = ".react-flow__pane"

    def __init__(self, tab: Tab, scene: Scene, *, only_visible: bool) -> None:
        self.tab = tab
        self.scene = scene
        self._address = f"{(PEER / 'index.html').as_uri()}{'?visible' if only_visible else ''}"

    def draw(self) -> float:
        self.tab.page.goto(self._address)
        self.tab.page.wait_for_function("window.peer")
        self.tab.ask("laid => peer.prepare(laid)", self.scene.laid)
        self.look(OPENING)
        return float(self.tab.ask(_PEER_DRAWN)) / 1e3

    def update(self) -> float:
        return self._update("writeToStore")

    def update_edges(self) -> float:
        """The same by ``setEdges``."""
        return self._update("writeToEdges")

    def _update(self, how: str) -> float:
        before = self.tab.ask("probe.texts", ".number")
        seconds = float(self.tab.ask(f"peer.{how}()")) / 1e3
        if before and before == self.tab.ask("probe.texts", ".number"):
            raise AssertionError("The numbers on React Flow's page are the old ones.")
        self.tab.ask("probe.painted")
        return seconds

    def look(self, name: str) -> None:
        view = self.scene.views[name]
        window = ViewportSize(width=round(view.width), height=round(view.height))
        self.tab.page.set_viewport_size(window)
        self.tab.ask("size => peer.resize(size.width, size.height)", window)
        self.tab.ask("view => peer.look(view)", {"x": view.x, "y": view.y, "zoom": view.zoom})
        self.tab.ask("probe.settled")


_DRAWN: Final = """async () => {
  const evaluated = await probe.done("evaluate", 0);
  const drawn = ({name}) => name === "backarrow:draw" || name === "backarrow:numbers";
  for (;;) {
    const works = probe.took.filter(drawn);
    const latest = works.at(-1);
    if (latest?.painted !== undefined && latest.start >= evaluated.end) return works;
    await probe.painted();
  }
}"""
"""The works of the first drawing with numbers; a graph whose numbers come later is drawn without them before."""

_VIEW: Final = """() => {
  const {width, height} = document.querySelector(".canvas").getBoundingClientRect();
  const {a, e, f} = document.querySelector("svg.drawing > g").transform.baseVal.consolidate().matrix;
  return {width, height, x: e, y: f, zoom: a};
}"""

_PEER_DRAWN: Final = """async () => {
  const settled = probe.settled();
  const start = performance.now();
  peer.draw();
  return (await settled) - start;
}"""
