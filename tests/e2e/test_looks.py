"""What a reader's eye meets: nothing hides a number, and what is selected, focused or sends is seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.drawing import Drawing

Box = dict[str, float]

BOXES = """all => all.map(one => {
  const {x, y, width, height} = one.getBoundingClientRect();
  return {x, y, width, height};
})"""
CONTRAST = """([first, second]) => {
  const paint = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const light = colour => {
    paint.fillStyle = colour; paint.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...paint.getImageData(0, 0, 1, 1).data].map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [a, b] = [light(first), light(second)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}"""


def boxes(page: Page, selector: str) -> list[Box]:
    found: list[Box] = page.locator(selector).evaluate_all(BOXES)
    return found


def meet(a: Box, b: Box) -> bool:
    return (
        a["x"] < b["x"] + b["width"]
        and b["x"] < a["x"] + a["width"]
        and a["y"] < b["y"] + b["height"]
        and b["y"] < a["y"] + a["height"]
    )


def style(page: Page, selector: str, name: str) -> str:
    value: str = page.locator(selector).first.evaluate("(one, name) => getComputedStyle(one)[name]", name)
    return value


def test_the_card_of_a_leaf_hides_no_number_and_stays_while_sliding(page: Page) -> None:
    for graph, leaves in (("apples", ("apple", "count", "tax")), ("sum-times", ("x", "y", "z")), ("fan-out", ("x",))):
        Drawing(page).open(f"/graph/{graph}")
        for leaf in leaves:
            page.locator(f".canvas [data-node={leaf}] .sign").click()
            card = page.locator(".leaf-overlay")
            expect(card).to_be_visible()
            place = boxes(page, ".leaf-overlay")[0]
            assert not [box for box in boxes(page, ".canvas .number text") if meet(box, place)], (graph, leaf)
            assert not [box for box in boxes(page, ".canvas .node .body") if meet(box, place)], (graph, leaf)
            assert not meet(place, boxes(page, ".timeline")[0])
            slider = card.get_by_role("slider")
            for value in ("0.5", "1", "-1.75"):
                slider.fill(value)
                now = boxes(page, ".leaf-overlay")[0]
                assert (now["x"], now["y"]) == pytest.approx((place["x"], place["y"]), abs=1)
            page.keyboard.press("Escape")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_selected_and_focused_look_different_and_are_seen_at_once(page: Page, theme: str) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    Drawing(page).open("/graph/apples")
    page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    node = ".canvas [data-node=subtotal]"
    plain = style(page, f"{node} .body", "fill")
    page.locator(f"{node} .sign").click()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    page.locator(node).focus()
    assert style(page, f"{node} .body", "fill") != plain
    ring, focus = style(page, f"{node} .ring", "stroke"), style(page, f"{node} .focus-ring", "stroke")
    assert style(page, f"{node} .focus-ring", "strokeDasharray") != style(page, f"{node} .ring", "strokeDasharray")
    paper = style(page, "body", "backgroundColor")
    body = style(page, f"{node} .body", "fill")
    for colours in ([ring, paper], [focus, paper], [style(page, f"{node} .sign", "fill"), body]):
        assert page.evaluate(CONTRAST, colours) >= 3, colours
    inner, outer = boxes(page, f"{node} .ring")[0], boxes(page, f"{node} .focus-ring")[0]
    assert outer["width"] >= inner["width"] + 6


def test_the_arrow_that_sends_is_stronger_than_what_is_read(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    for _ in range(7):
        page.keyboard.press(".")
    sends, reads = ".canvas .mark-sending", ".canvas .mark-reading:not(.mark-sending)"
    assert float(style(page, f"{sends} .backward path", "strokeWidth").removesuffix("px")) >= 8
    assert float(style(page, f"{reads} .forward path", "strokeWidth").removesuffix("px")) < 2
    assert int(style(page, f"{sends} .number.gradient text", "fontWeight")) >= 700


def test_the_name_of_a_closed_group_stands_in_its_middle(page: Page) -> None:
    Drawing(page).open("/graph/sigmoid-in-pieces")
    page.locator(".canvas [data-group] text").first.click()
    node = page.locator(".canvas .node.group")
    expect(node).to_be_visible()
    node.hover()
    body, text = boxes(page, ".canvas .node.group .body")[0], boxes(page, ".canvas .node.group .sign")[0]
    assert text["x"] + text["width"] / 2 == pytest.approx(body["x"] + body["width"] / 2, abs=2)
    assert not meet(text, boxes(page, ".canvas .node.group .handle")[0])


def test_no_seed_is_offered_before_anything_is_computed(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    expect(page.locator(".canvas [data-seed]")).to_have_count(1)
    page.goto("/graph")
    page.get_by_role("button", name="Add an op").click()
    page.locator(".chooser [role=combobox]").fill("add")
    page.locator(".chooser [data-choice=add]").click()
    expect(page.locator(".canvas [data-node=add]")).to_be_visible()
    expect(page.locator(".canvas [data-seed]")).to_have_count(0)
    expect(page.locator(".panel").get_by_text("Seed (upstream gradient)")).to_be_hidden()


@pytest.fixture
def phone(browser: Browser, base_url: str, browser_faults: list[str]) -> Iterator[Page]:
    size: Any = {"width": 390, "height": 844}
    context = browser.new_context(
        base_url=base_url, viewport=size, has_touch=True, is_mobile=True, reduced_motion="reduce"
    )
    page = context.new_page()
    page.on("pageerror", lambda error: browser_faults.append(str(error)))
    yield page
    context.close()


def test_numbers_tools_and_slots_on_a_phone(phone: Page) -> None:
    for graph in ("apples", "neuron", "long-expression"):
        Drawing(phone).open(f"/graph/{graph}")
        scale = phone.evaluate("document.querySelector('.drawing > g').getCTM().a")
        assert 13 * scale >= 10, graph
        leaf = boxes(phone, ".canvas .node.input .body, .canvas .node.parameter .body")[0]
        assert leaf["x"] >= 0
    for button in boxes(phone, ".commands button"):
        assert button["x"] >= 0
        assert button["x"] + button["width"] <= 390
    Drawing(phone).open("/graph/apples")
    phone.get_by_role("button", name="Add an op").tap()
    phone.locator(".chooser [role=combobox]").fill("add")
    phone.locator(".chooser [data-choice=add]").tap()
    expect(phone.locator(".canvas [data-node=add] [data-hole]").first).to_be_visible()
    for reach in boxes(phone, ".canvas [data-node=add] [data-hole] .reach"):
        assert min(reach["width"], reach["height"]) >= 23.5
