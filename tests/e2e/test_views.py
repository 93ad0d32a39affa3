"""The views at the side are loaded when they are first shown."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.drawing import Drawing

TABS = ["Chain rule", "Code", "Check", "What if", "Verify", "Practice", "Health", "Train"]
NEVER_IDLE = "window.requestIdleCallback = () => 0;"
# Everything that ever stands at each number's place in the drawing.
WATCH = """
window.everShown = {};
const look = () => {
  for (const one of document.querySelectorAll("[data-value-of-edge], [data-gradient-of-edge]"))
    (everShown[Object.values(one.dataset).join(" ") + ("gradientOfEdge" in one.dataset)] ??= []).push(one.textContent);
};
new MutationObserver(look).observe(document, {subtree: true, childList: true, characterData: true});
"""


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def test_the_page_draws_without_the_views_and_then_loads_them(page: Page) -> None:
    page.add_init_script(NEVER_IDLE)
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    Drawing(page).open("/graph/apples")
    before = [url for url in loaded if re.search(r"/(views|practice|uPlot[^/]*)-\w+\.js$", url)]
    assert before == []
    for name in TABS:
        open_tab(page, name)
        expect(page.locator("#view-panel")).not_to_contain_text("Loading…")
        expect(page.locator("#view-panel")).not_to_be_empty()
    assert [url for url in loaded if "/views-" in url]
    assert [url for url in loaded if "/practice-" in url]


def test_the_views_are_there_before_they_are_asked_for(page: Page) -> None:
    with page.expect_response(re.compile("/views-")):
        Drawing(page).open("/graph/apples")


def test_a_view_that_cannot_be_loaded_says_so_and_tries_again(page: Page, browser_faults: list[str]) -> None:
    page.add_init_script(NEVER_IDLE)
    page.route(re.compile("/views-"), lambda route: route.abort())
    Drawing(page).open("/graph/apples")
    open_tab(page, "Code")
    panel = page.locator("#view-panel")
    expect(panel.get_by_role("alert")).to_contain_text("could not be loaded")
    panel.get_by_role("button", name="Try again").click()
    expect(panel.get_by_role("alert")).to_contain_text("could not be loaded")
    page.unroute(re.compile("/views-"))
    panel.get_by_role("button", name="Try again").click()
    expect(panel).to_contain_text("Formula")
    browser_faults.clear()  # the two requests that failed


@pytest.mark.parametrize("address", ["/graph?exercise=1.7", "/graph?exercise=3.5"])
def test_numbers_to_find_are_never_seen_before(page: Page, address: str) -> None:
    def late(route: Route) -> None:
        time.sleep(0.5)
        route.continue_()

    page.route(re.compile("/(practice|views)-"), late)
    page.add_init_script(WATCH)
    Drawing(page).open(address)
    for _ in range(2):
        expect(page.get_by_role("tab", name="Practice")).to_have_attribute("aria-selected", "true")
        ever: dict[str, list[str]] = page.evaluate("everShown")
        blank = [texts for texts in ever.values() if texts[-1] == "?"]
        assert blank
        assert {text for texts in blank for text in texts} <= {"", "?", "–"}
        page.reload()  # what is under way goes on, and is as blank from the beginning
        expect(page.locator(".canvas [data-node]").first).to_be_visible()
