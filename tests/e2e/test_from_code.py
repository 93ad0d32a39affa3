"""A program that is pasted, taken from the examples or dropped as a file becomes a graph."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect


@pytest.fixture
def dialog_page(page: Page) -> Page:
    page.goto("/graph")
    page.get_by_role("button", name="Paste code").click()
    expect(page.get_by_role("dialog", name="From code")).to_be_visible()
    return page


def test_a_pasted_program_is_drawn(dialog_page: Page) -> None:
    page = dialog_page
    field = page.get_by_label("Code", exact=True)
    expect(field).to_be_focused()
    field.fill("import numpy as np\nx = 2.0\ny = np.exp(x) * x\n")
    expect(page.get_by_label("Python")).to_be_checked()
    field.press("Control+Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".canvas [data-node=y]")).to_be_visible()
    expect(page.locator("[data-output-value]")).to_have_text("14.78")
    page.keyboard.press("Control+z")
    expect(page.locator(".canvas [data-node]")).to_have_count(0)


@pytest.mark.parametrize("name", ["Layers", "Two-layer net", "micrograd", "PyTorch"])
def test_every_example_is_drawn(dialog_page: Page, name: str) -> None:
    page = dialog_page
    page.get_by_role("group", name="Examples").get_by_role("button", name=name).click()
    page.get_by_role("button", name="Build the graph").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("[data-output-value]")).to_be_visible()
    expect(page.get_by_text("can't be computed")).to_have_count(0)


def test_faults_lead_to_their_places(dialog_page: Page, browser_faults: list[str]) -> None:
    page = dialog_page
    field = page.get_by_label("Code", exact=True)
    field.fill("x = 2.0\nwhile x:\n    pass\n값 = lambda: x\n")
    page.get_by_label("Python").check()
    page.get_by_role("button", name="Build the graph").click()
    faults = page.locator("#code-faults button")
    expect(faults).to_have_count(2)
    expect(faults.first).to_contain_text("Line 2, column 1: “while” can't stand here")

    def selected() -> str:
        return str(field.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)"))

    expect(field).to_be_focused()
    assert selected() == "w"
    faults.nth(1).click()
    expect(field).to_be_focused()
    assert selected() == "l"
    field.fill("x = 2.0\ny = x * x")
    expect(faults).to_have_count(0)
    assert len(browser_faults) == 1  # the answer 422, as the browser reports it
    assert "422" in browser_faults[0]
    browser_faults.clear()


def test_the_language_can_be_switched_and_the_text_stays(dialog_page: Page) -> None:
    page = dialog_page
    page.get_by_label("Code", exact=True).fill("x = 3\n(x + 1)^2")
    expect(page.get_by_label("Formula", exact=True).and_(page.locator("[type=radio]"))).to_be_checked()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("Control+k")
    page.keyboard.type("from code")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Code", exact=True)).to_have_value("x = 3\n(x + 1)^2")
    page.get_by_role("button", name="Build the graph").click()
    expect(page.locator("[data-output-value]")).to_have_text("16")


def test_a_dropped_program_is_read(page: Page, tmp_path: Path) -> None:
    page.goto("/graph")
    program = tmp_path / "buying.py"
    program.write_text("apple = 100\ncount = 2\nlayer = MulLayer()\nprice = layer.forward(apple, count)\n")
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Open a file", exact=True).click()
    chosen.value.set_files(program)
    expect(page.locator(".canvas [data-node=price]")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("[data-output-value]")).to_have_text("200")
