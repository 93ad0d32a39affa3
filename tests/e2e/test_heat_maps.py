"""Tensors as numbers, heat maps, histograms and images: in the drawing and at the side."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.drawing import Drawing
from tests.e2e.test_accessible import serious
from tests.e2e.test_looks import boxes, meet
from tests.e2e.test_tensors import cell, grid, open_file

IMAGE = [[float(8 * row + column) for column in range(8)] for row in range(8)]


def leaf(id_: str, value: Any, op: str = "input") -> dict[str, Any]:
    return {"id": id_, "op": op, "value": value}


def node(id_: str, op: str, *inputs: str) -> dict[str, Any]:
    return {"id": id_, "op": op, "inputs": list(inputs)}


def wave(rows: int, columns: int) -> list[list[float]]:
    return [[((7 * row + 3 * column) % 11 - 5) / 2 for column in range(columns)] for row in range(rows)]


NET = [
    leaf("x", wave(4, 3)), leaf("w1", wave(3, 8), "parameter"), leaf("b1", wave(1, 8)[0], "parameter"),
    node("h", "affine", "x", "w1", "b1"), node("a", "relu", "h"), leaf("w2", wave(8, 2), "parameter"),
    leaf("b2", [0.5, -0.5], "parameter"), node("y", "affine", "a", "w2", "b2"), leaf("t", [0, 1, 1, 0]),
    node("loss", "softmax_with_loss", "y", "t"),
]  # fmt: skip
PICTURE = [leaf("x", [[pixel for row in IMAGE for pixel in row]]), node("y", "square", "x"), node("s", "sum", "y")]
CUBE = [
    leaf("x", [[[24.0 * i + 4 * j + k - 12 for k in range(4)] for j in range(3)] for i in range(2)]),
    node("y", "square", "x"), node("s", "sum", "y"),
]  # fmt: skip
LARGE = [leaf("x", wave(100, 40)), node("y", "square", "x"), node("s", "sum", "y")]


def number(page: Page, edge: str, kind: str = "value") -> Locator:
    return page.locator(f".canvas g.number.{kind}:has([data-{kind}-of-edge='{edge}'])")


def figure(page: Page, kind: str = "value") -> Locator:
    return page.locator(f"[data-place=inspector] [data-tensor-figure={kind}]")


def look_at(page: Page, id_: str) -> None:
    """Select a node without the card that its leaf has in the drawing."""
    page.locator(f".canvas [data-node={id_}] .sign").click()
    page.keyboard.press("Escape")
    expect(page.locator("[data-inspected]")).to_have_attribute("data-inspected", id_)


def draw_as(page: Page, way: str) -> None:
    page.get_by_label("Tensors as").select_option(way)


# In the drawing


def test_few_numbers_are_written_and_more_are_a_heat_map(page: Page) -> None:
    open_file(page, {"nodes": NET})
    few, more = number(page, "y:2"), number(page, "a:0")
    expect(few.locator(".elements text")).to_have_text(["0.5", "−0.5"])
    expect(few.locator("> text")).to_have_text("(2)")
    expect(more.locator(".cells .plus[d]").first).to_be_attached()
    expect(more.locator(".cells .minus[d]").first).to_be_attached()
    expect(more.locator("> text")).to_have_text(re.compile(r"^4×8\s+−[\d.]+…[\d.]+$"))
    expect(number(page, "a:0", "gradient").locator(".cells [d]").first).to_be_attached()
    expect(page.locator(".canvas [data-node=h] .shape")).to_have_text("4×8")
    expect(page.locator(".canvas [data-node=loss] .shape")).to_have_count(0)
    expect(page.locator(".canvas [data-edge='a:0']")).to_have_attribute(
        "aria-label", re.compile(r"value shape \(4, 8\), from −[\d.]+ to [\d.]+, mean .*gradient shape \(4, 8\)")
    )


@pytest.mark.parametrize("way", ["few", "numbers", "heat"])
def test_nothing_lies_on_a_tensor(page: Page, way: str) -> None:
    for graph in ({"nodes": NET}, {"nodes": PICTURE}, {"nodes": CUBE}, {"nodes": LARGE}):
        drawing = open_file(page, graph)
        draw_as(page, way)
        drawing.fit()
        marks = boxes(page, ".canvas g.number")
        bodies = boxes(page, ".canvas .node .body")
        for i, mark in enumerate(marks):
            slim = {**mark, "x": mark["x"] + 1, "width": mark["width"] - 2, "y": mark["y"] + 1}
            slim["height"] = mark["height"] - 2
            assert not [other for other in marks[i + 1 :] if meet(slim, other)], mark
            assert not [body for body in bodies if meet(slim, body)], mark


def test_the_way_tensors_are_drawn_is_chosen_and_kept(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    expect(page.get_by_label("Tensors as")).to_have_count(0)
    Drawing(page).open("/graph/affine-batch")
    expect(number(page, "y:0").locator(".elements text")).to_have_count(4)
    draw_as(page, "heat")
    expect(number(page, "y:0").locator(".cells .plus[d]").first).to_be_attached()
    page.reload()
    expect(number(page, "y:0").locator(".cells .plus[d]").first).to_be_attached()
    page.keyboard.press("ControlOrMeta+Shift+h")
    expect(page.get_by_label("Tensors as")).to_have_value("few")
    expect(number(page, "y:0").locator(".elements text")).to_have_count(4)


def test_moving_numbers_colour_the_same_cells_in_the_same_drawing(page: Page) -> None:
    open_file(page, {"nodes": NET})
    places = "all => all.map(node => node.getAttribute('transform'))"
    before = page.locator(".canvas [data-node]").evaluate_all(places)
    cells = number(page, "h:0").locator(".cells")
    cells.evaluate("cells => { cells.kept = true; }")
    paths = "cells => [...cells.children].map(path => path.getAttribute('d')).join()"
    drawn = cells.evaluate(paths)
    cell(grid(page, "x"), 0, 0).fill("20")
    expect(number(page, "h:0").locator("> text")).to_have_text("4×3  −1.5…20")
    assert cells.evaluate(paths) != drawn
    assert cells.evaluate("cells => cells.kept")
    assert page.locator(".canvas [data-node]").evaluate_all(places) == before


def test_a_large_tensor_is_a_histogram_and_an_image_an_image(page: Page) -> None:
    open_file(page, {"nodes": LARGE})
    expect(number(page, "y:0").locator(".bars .plus[d]")).to_be_attached()
    expect(number(page, "y:0").locator("> text")).to_have_text("100×40  −2.5…2.5")
    open_file(page, {"nodes": PICTURE})
    picture = number(page, "y:0").locator(".cells")
    expect(picture).to_have_class(re.compile("grey"))
    look_at(page, "x")
    switch = figure(page).get_by_role("button", name="As image")
    expect(switch).to_have_attribute("aria-pressed", "true")
    switch.click()
    expect(picture).not_to_have_class(re.compile("grey"))
    expect(switch).to_have_attribute("aria-pressed", "false")


def test_what_is_not_finite_is_crossed_out(page: Page) -> None:
    open_file(page, {"nodes": [leaf("x", [1, -1, 0, 2, 3, 4, 5]), node("y", "log", "x"), node("s", "sum", "y")]})
    mark = number(page, "s:0")
    expect(mark).to_have_class(re.compile("bad"))
    assert mark.locator(".not-finite").get_attribute("d").count("M") == 4  # type: ignore[union-attr]
    look_at(page, "y")
    expect(figure(page).locator(".statistics")).to_contain_text(re.compile(r"not finite\s*2"))


# At the side


def test_the_heat_map_reads_its_cells_out(page: Page) -> None:
    open_file(page, {"nodes": CUBE})
    look_at(page, "x")
    plot, readout = figure(page).get_by_role("application"), figure(page).locator("output")
    expect(plot).to_have_accessible_name("Heat map of the value of x, 2×3×4, from −12 to 23, mean 5.5")
    box = plot.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 8, box["y"] + box["height"] / 6)
    expect(readout).to_have_text("[0, 0, 0] = −12")
    plot.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
    figure(page).get_by_label("sheet").fill("1")
    expect(figure(page)).to_contain_text("[1, :, :]")
    plot.focus()
    page.keyboard.press("ArrowRight")
    expect(readout).to_have_text("[1, 0, 0] = 12")
    page.keyboard.press("ArrowDown")
    expect(readout).to_have_text("[1, 1, 0] = 16")
    expect(figure(page).locator(".statistics")).to_contain_text(re.compile(r"mean\s*5.5"))


def test_the_table_has_all_numbers_and_is_copied(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_file(page, {"nodes": NET})
    look_at(page, "w1")
    figure(page).get_by_role("button", name="Table").click()
    table = figure(page).locator("table")
    expect(table.locator("tbody tr")).to_have_count(3)
    expect(table.locator("tbody tr").first.locator("td")).to_have_text(
        ["−2.5", "−1", "0.5", "2", "−2", "−0.5", "1", "2.5"]
    )
    figure(page).get_by_role("button", name=re.compile("^CSV")).click()
    text = page.evaluate("navigator.clipboard.readText()")
    assert [[float(n) for n in row.split(",")] for row in text.splitlines()] == wave(3, 8)
    figure(page).get_by_role("button", name=re.compile("^TSV")).click()
    assert page.evaluate("navigator.clipboard.readText()") == text.replace(",", "\t")


def test_a_large_tensor_is_fetched_whole_when_asked(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "full=true" in request.url else None)
    open_file(page, {"nodes": LARGE})
    look_at(page, "y")
    expect(figure(page).locator(".histogram")).to_have_accessible_name(re.compile("^Histogram of 20 bins from 0 to"))
    expect(figure(page).get_by_role("application")).to_have_count(0)
    assert asked == []
    figure(page).get_by_role("button", name="Get all elements").click()
    expect(figure(page).get_by_role("application")).to_be_visible()
    assert len(asked) == 1
    figure(page).get_by_role("button", name="Table").click()
    figure(page).get_by_label("from row").fill("90")
    page.keyboard.press("Tab")
    expect(figure(page).locator("tbody th").first).to_have_text("90")
    expect(figure(page).locator("tbody tr")).to_have_count(10)


def test_the_selected_edge_shows_its_tensors(page: Page) -> None:
    open_file(page, {"nodes": NET})
    page.locator(".canvas [data-node=h]").focus()
    page.keyboard.press("Shift+ArrowRight")
    card = page.locator("[data-edge-card='a:0']")
    expect(card).to_contain_text("Edge from h to a (4, 8)")
    expect(card.get_by_role("application", name=re.compile("the value from h to a"))).to_be_visible()
    expect(card.get_by_role("application", name=re.compile("the share from h to a"))).to_be_visible()


def test_rules_are_in_the_names_of_the_graph(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    page.locator(".canvas [data-node=subtotal]").hover()
    rule = page.locator("[data-rule]")
    expect(rule).to_contain_text(re.compile(r"subtotal\s*=\s*apple.price\s*how.many"))
    expect(page.locator("[data-local='0']")).to_contain_text(re.compile(r"∂\s*apple.price\s*=\s*how.many"))
    expect(page.locator("p.letters")).to_have_count(0)
    Drawing(page).open("/graph/softmax-with-loss")
    page.locator(".canvas [data-node]", has_text="softmax").first.hover()
    expect(page.locator("[data-equation] math")).to_be_visible()
    expect(page.locator("p.letters")).to_contain_text("stands for")


# Kept back


def test_a_step_draws_no_heat_map_of_what_it_has_not_reached(page: Page) -> None:
    open_file(page, {"nodes": NET})
    page.keyboard.press(".")
    expect(number(page, "h:0").locator(".cells .plus[d]").first).to_be_attached()
    for kind in ("value", "gradient"):
        expect(number(page, "y:0", kind)).to_have_text(re.compile("–$"))
        expect(number(page, "y:0", kind).locator(".cells, .elements, .bars")).to_have_count(0)
    page.locator(".canvas [data-node=a]").hover()
    expect(page.locator("[data-inspected]")).to_have_attribute("data-inspected", "a")
    expect(figure(page)).to_have_count(0)
    expect(page.locator(".canvas [data-node=a] .shape")).to_have_text("4×8")


def test_an_exercise_keeps_tensors_back_and_reveals_them(page: Page) -> None:
    Drawing(page).open("/graph/affine-batch")
    page.get_by_role("tab", name="Practice").click()
    page.get_by_label("All", exact=True).check()
    page.get_by_label("Both", exact=True).check()
    page.get_by_role("button", name="Begin", exact=True).click()
    expect(number(page, "weighted:0")).to_have_text(re.compile(r"\?$"))
    draw_as(page, "heat")
    expect(number(page, "y:0").locator(".cells")).to_have_count(1)
    for kind in ("value", "gradient"):
        expect(number(page, "weighted:0", kind).locator(".cells, .elements, .bars")).to_have_count(0)
    page.get_by_role("tab", name="Node").click()
    page.locator(".canvas [data-node=y]").hover()
    expect(page.locator("[data-inspected]")).to_have_attribute("data-inspected", "y")
    expect(figure(page)).to_have_count(0)
    draw_as(page, "few")
    page.get_by_role("tab", name="Practice").click()
    for name in ("Hint", "Another hint", "Reveal"):
        page.get_by_role("button", name=name, exact=True).click()
    expect(number(page, "weighted:0").locator(".elements text")).to_have_text(["1", "2", "3", "11", "12", "13"])
    gradient = number(page, "weighted:0", "gradient")
    expect(gradient.locator(".elements")).to_have_count(0)
    page.get_by_role("button", name="Stop and show the numbers").click()
    expect(gradient.locator(".elements text")).to_have_text(["1", "2", "3", "4", "5", "6"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_heat_maps_have_no_serious_barrier(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    open_file(page, {"nodes": CUBE})
    look_at(page, "x")
    figure(page).get_by_role("button", name="Table").click()
    expect(figure(page).locator("table")).to_be_visible()
    assert serious(page) == []
