"""The drawing page beside React Flow: the same scene in the same browser, programs taking turns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from playwright.sync_api import sync_playwright

from bench.browser.build import build_peer
from bench.browser.goals import goals
from bench.browser.measure import first_page, measured, slid
from bench.browser.server import serving
from bench.browser.tables import draws, heaps, moves, openings, updates
from bench.report import Table
from tests.e2e.browser import NoBrowserError, find_browser, launch_arguments

PACKAGES: Final = ("playwright", "fastapi", "numpy")

_SIZES: Final = (50, 500, 2_000, 10_000)
_QUICK_SIZES: Final = (50, 500, 2_000)
_ROUNDS: Final = 3
_SLIDER_SIZES: Final = (100, 2_000)


def tables(*, quick: bool) -> Iterator[Table]:
    """Measure both programs, and how far Backarrow's own goals are reached."""
    try:
        executable = str(find_browser())
    except NoBrowserError as error:
        raise SystemExit(str(error)) from error
    build_peer()
    sizes, rounds = (_QUICK_SIZES, 1) if quick else (_SIZES, _ROUNDS)
    with serving() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=launch_arguments())
        found = {size: measured(browser, url, size, rounds) for size in sizes}
        slides = {size: slid(browser, url, size) for size in _SLIDER_SIZES}
        weight = first_page(browser, url)
        chromium = browser.version
        browser.close()
    yield draws(found, chromium)
    yield updates(found)
    yield moves("Pan, near", found, lambda figures: figures.pans)
    yield moves("Zoom until all is in view, and back", found, lambda figures: figures.zooms)
    yield moves("Pan, all in view", found, lambda figures: figures.whole)
    yield heaps(found)
    yield openings(found)
    yield goals(found, slides, weight)
