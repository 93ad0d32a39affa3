"""What the screen shows of a drawing: all of it at first, and what is put down where it was put."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Position, expect

from tests.e2e.drawing import Drawing
from tests.e2e.test_from_code import dialog_page

__all__ = ["dialog_page"]


def assert_whole(page: Page) -> None:
    """All nodes and arrows are on the canvas, and to ask for the whole graph changes nothing."""
    page.wait_for_timeout(300)
    scale = page.locator(".canvas .drawing > g").get_attribute("transform")
    page.get_by_role("button", name="Show the whole graph").click()
    assert page.locator(".canvas .drawing > g").get_attribute("transform") == scale
    outside = page.evaluate("""() => {
      const host = document.querySelector('[data-place=canvas]').getBoundingClientRect();
      return [...document.querySelectorAll('.canvas [data-node] .body, .canvas .edge .forward polygon')]
        .map(one => one.getBoundingClientRect())
        .filter(box => box.left < host.left - 1 || box.right > host.right + 1).length;
    }""")
    assert outside == 0


def test_a_program_is_built_whole(dialog_page: Page) -> None:
    page = dialog_page
    page.get_by_role("group", name="Examples").get_by_role("button", name="PyTorch").click()
    page.get_by_role("button", name="Build the graph").click()
    expect(page.locator("[data-output-value]")).to_be_visible()
    assert_whole(page)


def test_another_way_of_drawing_is_shown_whole_unless_the_view_was_moved(page: Page) -> None:
    Drawing(page).open("/graph/small-cnn")
    page.get_by_label("Drawn with").select_option("colah")
    expect(page.locator(".canvas [data-convention=colah]")).to_be_visible()
    assert_whole(page)
    page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("button", name="Zoom in").click()
    page.wait_for_timeout(100)  # a frame
    view = page.locator(".canvas .drawing > g")
    scale = re.compile(r"scale\(([\d.]+)\)")
    before = scale.search(view.get_attribute("transform") or "")
    page.get_by_label("Drawn with").select_option("book")
    expect(page.locator(".canvas [data-convention=book]")).to_be_visible()
    after = scale.search(view.get_attribute("transform") or "")
    assert before
    assert after
    assert before[1] == after[1]


def test_tensors_as_numbers_are_whole_when_opened_again(page: Page) -> None:
    Drawing(page).open("/graph/digits-net")
    page.get_by_label("Tensors as").select_option("numbers")
    page.wait_for_timeout(500)
    Drawing(page).open("/graph/digits-net")
    expect(page.get_by_label("Tensors as")).to_have_value("numbers")
    assert_whole(page)


def test_a_dropped_op_stays_where_it_is_put_with_its_field_beside_it(page: Page) -> None:
    page.goto("/graph")
    page.locator("[data-command=palette]").click()
    canvas = page.locator("[data-place=canvas]").bounding_box()
    assert canvas
    at: Position = {"x": 150, "y": canvas["height"] - 150}
    page.locator(".palette [data-op=input]").drag_to(
        page.locator("[data-place=canvas]"), target_position=at, force=True
    )
    node = page.locator(".canvas [data-node] .body").first
    expect(node).to_be_visible()
    page.wait_for_timeout(400)
    box = node.bounding_box()
    assert box
    assert abs(box["x"] + box["width"] / 2 - canvas["x"] - at["x"]) < 12
    assert abs(box["y"] + box["height"] / 2 - canvas["y"] - at["y"]) < 12
    overlay = page.locator("[data-place=leaf]").bounding_box()
    assert overlay
    assert overlay["x"] >= canvas["x"]
    assert abs(overlay["x"] + overlay["width"] / 2 - box["x"]) < 300
    assert abs(overlay["y"] - box["y"]) < 150
