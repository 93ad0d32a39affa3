"""A page of the browser that is measured."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, ViewportSize

SCREEN: Final = ViewportSize(width=1440, height=900)
_PROBE: Final = Path(__file__).parent / "probe.js"
_PATIENCE: Final = 300_000
_FRAMES: Final = 40
_PAN: Final = (24, 12)


@dataclass(frozen=True, slots=True)
class Frames:
    """Seconds from frame to frame while the view moves, and what else they cost."""

    gaps: tuple[float, ...]
    busy: float
    """Seconds of the page's thread for each."""
    late: float
    """Seconds after the last step until everything that came into view is there."""


class Tab:
    """A page with the probe in it, and the browser's own meters."""

    def __init__(self, browser: Browser) -> None:
        self.context = browser.new_context(viewport=SCREEN, reduced_motion="reduce")
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(_PATIENCE)
        self.page.add_init_script(path=_PROBE)
        self._devtools = self.context.new_cdp_session(self.page)
        self._devtools.send("Performance.enable")

    def close(self) -> None:
        self.context.close()

    def ask(self, script: str, argument: Any = None) -> Any:
        return self.page.evaluate(script, argument)

    def rest(self) -> None:
        """Wait until what a page loads in idle moments is there."""
        self.page.wait_for_load_state("networkidle")

    def megabytes(self) -> float:
        """What the program's objects take, once what is unused has been collected."""
        self._devtools.send("HeapProfiler.collectGarbage")
        return self._metric("JSHeapUsedSize") / 1e6

    def elements(self) -> int:
        return int(self.ask("document.getElementsByTagName('*').length"))

    def first_scripts(self) -> list[str]:
        """Addresses of the scripts that were asked for before the page had loaded."""
        return list(self.ask(_FIRST_SCRIPTS))

    def pan(self, board: str) -> Frames:
        return self._frames(f"probe.pan('{board}', {_PAN[0]}, {_PAN[1]}, {_FRAMES})")

    def zoom(self, board: str, factor: float) -> Frames:
        return self._frames(f"probe.zoom('{board}', {factor}, {_FRAMES})")

    def _frames(self, script: str) -> Frames:
        before = self._metric("TaskDuration")
        moved = self.ask(script)
        busy = (self._metric("TaskDuration") - before) / len(moved["gaps"])
        return Frames(tuple(gap / 1e3 for gap in moved["gaps"]), busy, moved["late"] / 1e3)

    def _metric(self, name: str) -> float:
        metrics = self._devtools.send("Performance.getMetrics")["metrics"]
        return float(next(metric["value"] for metric in metrics if metric["name"] == name))


_FIRST_SCRIPTS: Final = """() => {
  const [{loadEventStart}] = performance.getEntriesByType("navigation");
  const early = ({name, startTime}) => startTime < loadEventStart && name.endsWith(".js");
  return performance.getEntriesByType("resource").filter(early).map(({name}) => name);
}"""
