"""Going through both passes, and the ways of drawing."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.drawing import Drawing


def test_both_passes_step_by_step(page: Page) -> None:
    drawing = Drawing(page).open("/graph/fan-out")
    page.keyboard.press(".")
    expect(page.locator(".sentence")).to_have_text("The values of the leaves are given. Nothing is computed yet.")
    assert set(drawing.gradients().values()) == {"–"}
    assert drawing.output() == ("–", "–")
    page.keyboard.press(".")
    expect(page.locator(".canvas .mark-acting")).to_have_attribute("data-node", "product")
    expect(page.locator(".sentence")).to_contain_text("× of x (3) and x (3) is 9")
    expect(page.locator("[data-inspected]")).to_have_attribute("data-inspected", "product")
    expect(page.locator(".canvas [data-node=product] .name-tag")).to_be_visible()
    expect(page.locator(".canvas [data-node=f] .name-tag")).to_be_hidden()
    page.get_by_role("button", name="One step on").click()
    expect(page.locator("[data-output-value]")).to_have_text("12")
    expect(page.locator("[data-output-gradient]")).to_have_text("–")
    for _ in range(4):
        page.keyboard.press(".")
    expect(page.locator(".sentence")).to_contain_text("The shares of x so far: 1 + 3 = 4.")
    expect(page.locator(".canvas .gradient-sum")).to_contain_text("so far")
    assert "–" in drawing.gradients().values()
    page.keyboard.press(".")
    expect(page.locator(".canvas .gradient-sum")).to_contain_text("= 7")
    page.keyboard.press(",")
    assert "–" in drawing.gradients().values()
    page.get_by_role("button", name="Show everything").click()
    assert "–" not in drawing.gradients().values()
    expect(page.locator(".sentence")).to_have_text("")


def test_the_passes_are_scrubbed_and_played(page: Page) -> None:
    drawing = Drawing(page).open("/graph/apples")
    page.get_by_role("slider", name="Step").fill("2")
    assert drawing.values()["total:0"] == "200"
    assert set(drawing.gradients().values()) == {"–"}
    page.keyboard.press("Alt+p")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.get_by_label("Speed").select_option("4")
    expect(page.locator("[data-gradient-of-edge='subtotal:1']")).to_have_text("110")
    expect(page.get_by_role("button", name="Play both passes")).to_be_visible()


def test_a_slider_moves_the_numbers_of_the_step_that_is_shown(page: Page) -> None:
    drawing = Drawing(page).open("/graph/apples")
    page.get_by_role("slider", name="Step").fill("1")
    page.locator("[data-leaf-field=count]").fill("3")
    expect(page.locator("[data-value-of-edge='total:0']")).to_have_text("300")
    assert drawing.output() == ("–", "–")


def test_three_ways_of_drawing_tell_the_same_numbers(page: Page) -> None:
    drawing = Drawing(page).open("/graph/apples")
    book = drawing.values(), drawing.gradients()
    assert page.locator(".canvas .backward").count() == 5
    choose = page.get_by_label("Drawn with")
    choose.select_option("cs231n")
    expect(page.locator(".canvas .backward")).to_have_count(0)
    assert (drawing.values(), drawing.gradients()) == book
    green, red = (
        page.locator(f".canvas [data-{kind}-of-edge='total:0']").evaluate("text => getComputedStyle(text).fill")
        for kind in ("value", "gradient")
    )
    assert green != red
    choose.select_option("colah")
    expect(page.locator(".canvas [data-node=tax]")).to_contain_text("∂total/∂tax = 200")
    expect(page.locator(".canvas [data-node=subtotal]")).to_contain_text("subtotal = 200")
    locals_ = page.locator(".canvas [data-local-of-edge]")
    expect(locals_).to_have_text(["2", "100", "1.1", "200"])
    page.locator("[data-leaf-field=tax]").fill("2")
    expect(page.locator(".canvas [data-node=total]")).to_contain_text("total = 400")
    page.reload()
    expect(page.locator(".canvas [data-node=total]")).to_contain_text("total = 400")
    choose.select_option("book")
    expect(page.locator("[data-output-value]")).to_have_text("400")


def test_a_dot_runs_forward_and_the_thick_arrow_fills(page: Page) -> None:
    page.emulate_media(reduced_motion="no-preference")
    Drawing(page).open("/graph/apples")
    page.keyboard.press(".")
    page.keyboard.press(".")
    expect(page.locator(".canvas .dot").first).to_be_attached()
    expect(page.locator(".canvas .dot")).to_have_count(0)
    page.emulate_media(reduced_motion="reduce")
    page.keyboard.press(".")
    expect(page.locator(".sentence")).to_have_text(re.compile("is 220"))
    expect(page.locator(".canvas .dot")).to_have_count(0)
