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

_ROUNDS: Final = {50: 5, 500: 5, 2_000: 3, 10_000: 1}
"""How often each number of nodes is measured."""
_QUICK_ROUNDS: Final = {50: 1, 500: 1, 2_000: 1}
_SLIDER_SIZES: Final = (100, 2_000)


def tables(*, quick: bool) -> Iterator[Table]:
    """Measure both programs, and how far Backarrow's own goals are reached."""
    try:
        executable = str(find_browser())
    except NoBrowserError as error:
        raise SystemExit(str(error)) from error
    build_peer()
    with serving() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=launch_arguments())
        # First what warms the server and the browser up.
        weight = first_page(browser, url)
        slides = {size: slid(browser, url, size) for size in _SLIDER_SIZES}
        rounds = _QUICK_ROUNDS if quick else _ROUNDS
        found = {size: measured(browser, url, size, count) for size, count in rounds.items()}
        chromium = browser.version
        browser.close()
    yield draws(found, chromium)
    yield updates(found)
    yield from moves(found)
    yield heaps(found)
    yield openings(found)
    yield goals(found, slides, weight)
