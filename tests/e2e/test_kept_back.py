"""No view at the side tells a number that is to be found, or that the step which is shown hasn't reached."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.drawing import Drawing
from tests.e2e.test_accessible import serious

# Of the apples: 110 and 2.2 are gradients, 220 is the result. (1.1 is a gradient too, but also the value of a leaf.)
SECRETS = r"(?<![\d.])(110|2\.2|220)(?![\d.])"


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def begin(page: Page) -> None:
    open_tab(page, "Practice")
    page.get_by_label("All", exact=True).check()
    page.get_by_label("Both", exact=True).check()
    page.get_by_role("button", name="Begin", exact=True).click()


def everything(page: Page) -> str:
    """All that the open view says: text, and what shows on hover or is read aloud."""
    said = page.locator("#view-panel *").evaluate_all(
        "all => all.flatMap(one => [one.title ?? '', one.getAttribute('aria-label') ?? '', one.value ?? ''])"
    )
    return " ".join([page.locator("#view-panel").inner_text(), *map(str, said)])


def test_the_secrets_are_told_where_nothing_is_to_be_found(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    for tab in ("Chain rule", "Code"):
        open_tab(page, tab)
        expect(page.locator("#view-panel [data-kept-back]")).to_have_count(0)
        expect(page.locator("#view-panel math").first).to_be_visible()
        assert re.search(SECRETS, everything(page))


def test_formulas_stand_without_numbers_during_an_exercise(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    begin(page)
    open_tab(page, "Chain rule")
    expect(page.locator("#view-panel .factor").first).to_be_visible()
    expect(page.locator("#view-panel [data-kept-back]")).to_contain_text("for you to find")
    expect(page.locator("#view-panel math").first).to_be_visible()
    assert not re.search(SECRETS, everything(page))
    assert serious(page) == []
    page.get_by_role("button", name="Forward mode").click()
    expect(page.locator("#view-panel .tangents li").first).to_be_visible()
    assert not re.search(SECRETS, everything(page))
    open_tab(page, "Code")
    steps = page.locator("#view-panel [data-language=steps]")
    expect(page.locator("#view-panel [data-kept-back]")).to_be_visible()
    expect(page.get_by_role("button", name="Save .tex: LaTeX")).to_have_count(0)
    expect(steps.locator("tbody tr")).to_have_count(7)
    expect(steps.locator("math").first).to_be_visible()
    assert not re.search(SECRETS, everything(page))
    assert serious(page) == []


def test_a_step_tells_what_it_has_reached(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    open_tab(page, "Code")
    rows = page.locator("#view-panel .trace tbody tr")
    rows.nth(1).get_by_role("button").click()
    expect(rows.nth(1).locator("td").last).to_contain_text("220")
    for row in rows.all()[2:]:
        assert not re.search(r"\d", row.locator("td").last.inner_text())
        assert not row.locator("td").last.get_attribute("title")
    open_tab(page, "Chain rule")
    expect(page.locator("#view-panel [data-kept-back]")).to_contain_text("The step that is shown")
    assert not re.search(SECRETS, everything(page))


@pytest.mark.parametrize("tab", ["Check", "What if", "Health", "Train"])
def test_what_cannot_do_without_numbers_waits_for_the_end_of_the_exercise(page: Page, tab: str) -> None:
    drawing = Drawing(page).open("/graph/apples")
    begin(page)
    open_tab(page, tab)
    hint = page.locator("#view-panel [data-unfinished]")
    expect(hint).to_contain_text("Finish the exercise first, or end it.")
    assert not re.search(SECRETS, everything(page))
    assert serious(page) == []
    hint.get_by_role("button", name="End the exercise").click()
    expect(hint).to_have_count(0)
    expect(page.locator("#view-panel")).to_contain_text(re.compile(r"\d"))
    assert "?" not in drawing.gradients().values()
    open_tab(page, "Practice")
    expect(page.get_by_role("button", name="Begin", exact=True)).to_be_visible()


def test_right_gradients_are_not_shown_during_an_exercise(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    begin(page)
    open_tab(page, "Verify")
    expect(page.get_by_role("button", name="Show the right numbers")).to_be_disabled()
