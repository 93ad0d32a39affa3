"""Ops of any number of inputs, built and changed by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.drawing import Drawing
from tests.e2e.hands import away_from_nodes, pull, walk_to

PADDED = 'X = [[1, 2], [3, 4]]; s = slice(X, index="0"); y = pad(s, widths=[[1, 0]]); f = sum([1, 10, 100] * y)'
LEAVES = "x = [1, 2]; y = [3]; z = [4, 5, 6]"


def join_with_the_mouse(page: Page) -> None:
    page.get_by_role("button", name="Show or hide the ops").click()
    page.mouse.click(*away_from_nodes(page))
    page.locator(".palette [data-op=concat]").click()
    expect(page.locator(".canvas [data-node=concat] [data-hole]")).to_have_count(1)
    for leaf in "xyz":
        pull(page, leaf, "concat")
        expect(page.locator(f".canvas [data-edge^='concat:{'xyz'.index(leaf)}']").first).to_be_attached()
    page.locator(".canvas [data-node=concat]").click()


def join_with_the_keyboard(page: Page) -> None:
    page.locator("body").click(position={"x": 5, "y": 300})
    page.keyboard.press("Escape")
    for leaf in "xyz":
        walk_to(page, leaf)
        page.keyboard.press("Space")
    page.keyboard.press("Insert")
    expect(page.locator(".chooser [role=combobox]")).to_be_focused()
    page.keyboard.type("concat")
    page.keyboard.press("Enter")


@pytest.mark.parametrize("join", [join_with_the_mouse, join_with_the_keyboard])
def test_three_tensors_become_one(page: Page, join: Callable[[Page], None]) -> None:
    page.goto("/graph")
    Drawing(page).draw(LEAVES)
    expect(page.locator(".canvas [data-node]")).to_have_count(3)
    join(page)
    page.get_by_role("button", name="Take the gradients of this").click()
    expect(page.locator("[data-output-value]")).to_have_text("(6)")
    for place, name in enumerate(["x", "y", "z"]):
        expect(page.get_by_label(f"Input x {place + 1}")).to_have_value(name)
    expect(page.get_by_label("Input x 4")).to_have_value("")
    # Taken away, the others close up; deleted as well.
    page.get_by_label("Input x 2").select_option("")
    expect(page.get_by_label("Input x 2")).to_have_value("z")
    expect(page.get_by_label("Input x 4")).to_have_count(0)
    expect(page.locator("[data-output-value]")).to_have_text("(5)")
    page.get_by_label("Input x 3").select_option("y")
    expect(page.get_by_label("Input x 3")).to_have_value("y")
    page.locator(".canvas [data-node=z]").click()
    page.get_by_role("button", name="Delete", exact=True).last.click()
    page.locator(".canvas [data-node=concat]").click()
    expect(page.locator(".canvas [data-node=concat] [data-hole]")).to_have_count(0)
    expect(page.get_by_label("Input x 2")).to_have_value("y")
    expect(page.locator("[data-output-value]")).to_have_text("(3)")


def test_settings_that_are_texts_and_pairs(page: Page, browser_faults: list[str]) -> None:
    page.goto("/graph")
    Drawing(page).draw(PADDED)
    expect(page.locator("[data-output-value]")).to_have_text("210")
    page.locator(".canvas [data-node=s]").click()
    field = page.get_by_role("textbox", name="index")
    expect(field).to_have_value("0")
    field.fill(":, 1")
    field.press("Enter")
    expect(page.locator("[data-output-value]")).to_have_text("420")
    page.locator(".canvas [data-node=y]").click()
    field = page.get_by_role("textbox", name="widths")
    expect(field).to_have_value("[[1,0]]")
    field.fill("0 1")
    field.press("Enter")
    expect(page.locator("[data-output-value]")).to_have_text("42")
    field.fill("1 2 3")
    field.press("Enter")
    assert field.evaluate("field => field.validationMessage") == "Write two numbers for each axis: [1, 1], [0, 2]"
    page.locator(".canvas [data-node=s]").click()
    page.get_by_role("textbox", name="index").fill("7, 0")
    page.get_by_role("textbox", name="index").press("Enter")
    expect(page.get_by_text("index 7 lies outside of axis 0 of a (2, 2) input").first).to_be_visible()
    assert all("422" in fault for fault in browser_faults)
    browser_faults.clear()
