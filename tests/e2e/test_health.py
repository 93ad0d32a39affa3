"""The health of gradients: findings, the lens over the drawing, sizes against the depth."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.drawing import Drawing
from tests.e2e.test_accessible import serious
from tests.e2e.test_tensors import open_file

PARAMETER, INPUT = "parameter", "input"


def leaf(name: str, value: float, op: str = INPUT) -> dict[str, Any]:
    return {"id": name, "op": op, "value": value}


def node(name: str, op: str, *inputs: str) -> dict[str, Any]:
    return {"id": name, "op": op, "inputs": inputs}


def deep(act: str, w: float, layers: int = 8) -> dict[str, Any]:
    """Layers h = act(w h), each with a weight of its own, at x = 1."""
    nodes = [leaf("x", 1)]
    for n in range(1, layers + 1):
        nodes += [
            leaf(f"w{n}", w, PARAMETER),
            node(f"s{n}", "mul", f"w{n}", "x" if n == 1 else f"h{n - 1}"),
            node(f"h{n}", act, f"s{n}"),
        ]
    return {"nodes": nodes}


DEAD = {
    "nodes": [
        *(leaf("w", 0.5, PARAMETER), leaf("b", -3, PARAMETER), leaf("x", 2), leaf("t", 1)),
        *(node("p", "mul", "w", "x"), node("s", "add", "p", "b"), node("h", "relu", "s")),
        *(node("e", "sub", "h", "t"), node("loss", "square", "e")),
    ]
}


def open_health(page: Page, graph: object) -> Drawing:
    drawing = open_file(page, graph).fit()
    page.get_by_role("tab", name="Health").click()
    expect(page.locator("[data-health]")).to_be_visible()
    return drawing


def marked(page: Page, node: str, *names: str) -> None:
    for name in names:
        expect(page.locator(f".canvas [data-node={node}]")).to_have_class(re.compile(rf"\bmark-{name}\b"))


def edge_marked(page: Page, edge: str, name: str) -> None:
    expect(page.locator(f".canvas [data-edge='{edge}']")).to_have_class(re.compile(rf"\bmark-{name}\b"))


def sizes(page: Page) -> list[str]:
    """How each point of the plot is called, from the output on."""
    return [text or "" for text in page.locator("[data-depth]").evaluate_all("all => all.map(p => p.ariaLabel)")]


def test_eight_layers_of_sigmoids_vanish(page: Page) -> None:
    open_health(page, deep("sigmoid", 1))
    finding = page.locator("[data-finding=vanishing]")
    expect(finding).to_contain_text("× 5.515e−6 in all")
    expect(page.locator("[data-finding]")).to_have_count(1)
    marked(page, "h8", "fine")
    marked(page, "x", "tiny")
    edge_marked(page, "s1:1", "tiny")
    # As thin as it is small, and not by its colour alone.
    stroke = page.locator(".canvas [data-edge='s1:1'] .backward path")
    expect(stroke).to_have_css("stroke-width", "1.75px")
    expect(stroke).to_have_css("stroke-dasharray", "2px, 3.5px")
    found = sizes(page)
    assert found[0].startswith("0 steps back: gradient size 1, h8")
    assert found[-1].startswith("16 steps back: gradient size 5.515e−6, leaves ")
    assert len(found) == 17


def test_eight_layers_of_relus_explode_with_weights_of_two(page: Page) -> None:
    open_health(page, deep("relu", 2))
    expect(page.locator("[data-finding=exploding]")).to_contain_text("× 256 in all, × 2 a step")
    marked(page, "x", "huge")
    edge_marked(page, "s1:1", "huge")
    expect(page.locator(".canvas [data-edge='s1:1'] .backward path")).to_have_css("stroke-width", "10px")
    assert "gradient size 256" in sizes(page)[-1]


def test_and_with_weights_of_one_they_are_well(page: Page) -> None:
    open_health(page, deep("relu", 1))
    expect(page.locator("[data-health-summary]")).to_contain_text("All is well")
    expect(page.locator("[data-finding]")).to_have_count(0)
    marked(page, "x", "fine")


def test_a_dead_relu(page: Page) -> None:
    open_health(page, DEAD)
    expect(page.locator("[data-finding=dead-relu]")).to_contain_text("h (ReLU) is off")
    expect(page.locator("[data-finding=zero-gradient]")).to_contain_text("exactly 0")
    marked(page, "h", "dead")
    for name in ("w", "b", "s"):
        marked(page, name, "zero")
    page.locator("[data-finding=zero-gradient]").get_by_role("button", name="b", exact=True).click()
    expect(page.locator(".canvas [data-node=b]")).to_be_focused()


def test_pieces_of_a_sigmoid_that_overflow_are_mended_by_the_op(page: Page) -> None:
    pieces = [
        *(leaf("x", -1000), leaf("one", 1, "constant"), node("n", "neg", "x"), node("e", "exp", "n")),
        *(node("d", "add", "one", "e"), {**node("y", "div", "one", "d"), "label": "result"}),
    ]
    open_health(page, {"nodes": pieces, "title": "Pieces", "output": "y"})
    finding = page.locator("[data-finding=overflow]")
    expect(finding).to_contain_text("Numbers are lost")
    expect(finding).to_contain_text("sigmoid(x) equals these pieces")
    marked(page, "x", "nonfinite")
    marked(page, "e", "zero")
    finding.get_by_role("button", name="Use sigmoid(x)").click()
    expect(page.locator(".canvas [data-node]")).to_have_count(2)
    expect(page.locator("[data-finding=overflow]")).to_have_count(0)
    mended = page.locator(".canvas [data-node=y]")
    expect(mended).to_have_attribute("aria-label", re.compile("result.*sigmoid.*value 0,"))
    page.get_by_role("button", name="Undo: Use sigmoid(x)").click()
    expect(page.locator(".canvas [data-node]")).to_have_count(6)
    expect(page.locator("[data-finding=overflow]")).to_be_visible()


def test_the_lens_can_be_switched_off_and_goes_with_the_tab(page: Page) -> None:
    open_health(page, deep("sigmoid", 1))
    marked(page, "x", "tiny")
    switch = page.get_by_role("checkbox", name="Mark the drawing by gradient size")
    switch.uncheck()
    expect(page.locator(".canvas .mark-tiny")).to_have_count(0)
    switch.check()
    marked(page, "x", "tiny")
    page.get_by_role("tab", name="Node").click()
    expect(page.locator(".canvas .mark-tiny")).to_have_count(0)
    page.get_by_role("tab", name="Health").click()
    marked(page, "x", "tiny")


def test_the_plot_is_walked_by_keys_and_leads_to_nodes(page: Page) -> None:
    open_health(page, deep("relu", 2))
    page.locator("[data-depth='0']").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-depth='2']")).to_be_focused()
    expect(page.locator(".at-depth")).to_contain_text("2 steps back: gradient size 2, at")
    marked(page, "h7", "here")
    page.locator("[data-depth='4']").hover()
    marked(page, "h6", "here")
    page.locator(".health .links").last.get_by_role("button", name="h7").click()
    expect(page.locator(".canvas [data-node=h7]")).to_be_focused()


def test_it_follows_the_numbers(page: Page) -> None:
    open_health(page, DEAD)
    page.get_by_role("tab", name="Node").click()
    page.locator("[data-leaf-field=b]").first.fill("3")
    expect(page.locator(".canvas [data-node=b]")).to_have_attribute("aria-label", re.compile("gradient 6$"))
    page.get_by_role("tab", name="Health").click()
    expect(page.locator("[data-health-summary]")).to_contain_text("All is well")


def test_an_empty_page_says_what_to_do(page: Page) -> None:
    page.goto("/graph")
    page.get_by_role("tab", name="Health").click()
    expect(page.locator("[data-place=panel]")).to_contain_text("Draw a formula or add an op to begin")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_it_has_no_serious_barrier_and_fits(page: Page, scheme: str, width: int) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 844})
    open_health(page, json.loads(json.dumps(DEAD)))
    page.locator("[data-depth='1']").click()
    assert serious(page) == []
    panel = page.locator("[data-place=panel]")
    assert panel.evaluate("panel => panel.scrollWidth <= panel.clientWidth")
