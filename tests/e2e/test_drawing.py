from __future__ import annotations

import math
import re

import pytest
from playwright.sync_api import Page, WebSocket, expect

from app.formats.gallery import examples
from tests.e2e.drawing import Drawing

APPLES_VALUES = {"subtotal:0": "100", "subtotal:1": "2", "total:0": "200", "total:1": "1.1"}
APPLES_GRADIENTS = {"subtotal:0": "2.2", "subtotal:1": "110", "total:0": "1.1", "total:1": "200"}


@pytest.fixture
def drawing(page: Page) -> Drawing:
    return Drawing(page)


def test_the_apples_show_every_value_and_gradient(drawing: Drawing) -> None:
    drawing.open("/graph/apples")
    assert drawing.values() == APPLES_VALUES
    assert drawing.gradients() == APPLES_GRADIENTS
    assert drawing.output() == ("220", "1")
    expect(drawing.page.locator(".canvas [data-node=apple]")).to_contain_text("apple price")
    spoken = drawing.page.get_by_role("img", name="from how many to subtotal: value 2, gradient 110.00000000000001")
    expect(spoken).to_be_visible()
    expect(drawing.page).to_have_title("Buying apples – Backarrow")


def test_all_digits_on_hover_and_in_the_inspector(drawing: Drawing) -> None:
    drawing.open("/graph/apples")
    title = drawing.page.locator("g.number:has([data-gradient-of-edge='subtotal:1']) > title")
    expect(title).to_have_text("gradient 110.00000000000001")
    expect(drawing.page.locator("[data-inspector-value]")).to_have_text("220.00000000000003")


def test_a_slider_moves_every_number_that_hangs_on_it(drawing: Drawing) -> None:
    page = drawing.open("/graph/apples").page
    slider = page.get_by_role("slider", name="how many")
    slider.evaluate(
        "knob => { for (const at of ['3', '4', '3']) { knob.value = at;"
        " knob.dispatchEvent(new Event('input', {bubbles: true})); }"
        " knob.dispatchEvent(new Event('change', {bubbles: true})); }"
    )
    expect(page.locator("[data-output-value]")).to_have_text("330")
    assert drawing.values() == {"subtotal:0": "100", "subtotal:1": "3", "total:0": "300", "total:1": "1.1"}
    assert drawing.gradients() == {"subtotal:0": "3.3", "subtotal:1": "110", "total:0": "1.1", "total:1": "300"}
    expect(page.locator("[data-leaf-field=count]")).to_have_value("3")
    # One drag is one step back.
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-output-value]")).to_have_text("220")
    assert drawing.gradients() == APPLES_GRADIENTS
    page.get_by_role("button", name="Redo").click()
    expect(page.locator("[data-output-value]")).to_have_text("330")


def test_a_number_typed_into_a_field(drawing: Drawing) -> None:
    page = drawing.open("/graph/apples").page
    field = page.locator("[data-leaf-field=tax]")
    field.fill("1.2")
    expect(page.locator("[data-output-value]")).to_have_text("240")
    field.fill("1.2.3")
    expect(page.get_by_text("Write a number")).to_be_visible()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[data-output-value]")).to_have_text("240")
    field.fill("−1")
    expect(page.locator("[data-output-value]")).to_have_text("−200")
    field.press("ArrowUp")
    expect(page.locator("[data-output-value]")).not_to_have_text("−200")


def test_a_number_is_typed_digit_by_digit(drawing: Drawing) -> None:
    page = drawing.open("/graph/apples").page
    field = page.locator("[data-leaf-field=tax]")
    field.click()
    page.keyboard.press("ControlOrMeta+a")
    for key in "-0.050":
        page.keyboard.press(key)
    expect(field).to_have_value("-0.050")
    expect(page.locator("[data-output-value]")).to_have_text("−10")
    page.get_by_role("button", name="Undo").click()
    expect(field).to_have_value("1.1")


def test_a_name_dragged_sideways_changes_its_number(drawing: Drawing) -> None:
    page = drawing.open("/graph/apples").page
    page.locator(".panel label", has_text="how many").hover()
    page.mouse.down()
    box = page.locator(".panel label", has_text="how many").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2 + 40, box["y"] + 5, steps=5)
    page.mouse.up()
    expect(page.locator("[data-leaf-field=count]")).to_have_value("3")
    expect(page.locator("[data-output-value]")).to_have_text("330")


def test_a_range_is_chosen(drawing: Drawing) -> None:
    page = drawing.open("/graph/apples").page
    field = page.locator("[data-point=count]")
    field.get_by_text("Range").click()
    field.get_by_label("to", exact=True).fill("8")
    field.get_by_label("step", exact=True).fill("2")
    field.get_by_label("step", exact=True).press("Enter")
    field.get_by_label("from", exact=True).fill("0")
    field.get_by_label("from", exact=True).press("Enter")
    slider = field.get_by_role("slider")
    slider.focus()
    page.keyboard.press("End")
    expect(page.locator("[data-output-value]")).to_have_text("880")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-output-value]")).to_have_text("660")


def test_a_matrix_is_pasted_from_a_spreadsheet(drawing: Drawing) -> None:
    page = drawing.open("/graph/affine-batch").page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    cells = page.locator("[data-leaf-field=x] input")
    expect(cells).to_have_count(4)

    def paste(text: str) -> None:
        page.evaluate("text => navigator.clipboard.writeText(text)", text)
        cells.first.click()
        page.keyboard.press("ControlOrMeta+v")

    paste("1\t2\n3\t4")
    expect(page.locator(".canvas [data-node=x]")).to_have_attribute("aria-label", re.compile(r"\[\[1, 2\], \[3, 4\]\]"))
    paste("1\t2\n3")
    expect(page.get_by_text("Nothing was pasted. The rows are not equally long.")).to_be_visible()
    expect(cells.last).to_have_value("4")


def test_a_leaf_is_edited_where_it_stands(drawing: Drawing) -> None:
    page = drawing.open("/graph/apples").page
    page.locator(".canvas [data-node=apple]").click()
    overlay = page.locator(".leaf-overlay")
    overlay.get_by_role("textbox", name="apple price").fill("200")
    expect(page.locator("[data-output-value]")).to_have_text("440")
    overlay.get_by_role("textbox").press("Escape")
    expect(overlay).to_be_hidden()
    expect(page.locator(".canvas [data-node=apple]")).to_be_focused()


def test_a_formula_becomes_a_graph(drawing: Drawing) -> None:
    page = drawing.page
    page.goto("/graph")
    expect(page.get_by_role("heading", name="Nothing to draw yet")).to_be_visible()
    drawing.draw("(x+y)^2")
    expect(page.locator("[data-output-value]")).to_have_text("4")
    page.locator("[data-leaf-field=x]").fill("3")
    expect(page.locator("[data-output-value]")).to_have_text("16")
    assert drawing.gradients() == {"add:0": "8", "add:1": "8", "pow:0": "8", "pow:1": "–"}


def test_several_lines_become_a_graph(drawing: Drawing) -> None:
    page = drawing.page
    page.goto("/graph")
    field = page.get_by_role("textbox", name="Formula")
    field.click()
    for line in ("x = -2", "y = 5", "z = -4"):
        page.keyboard.type(line)
        page.keyboard.press("Shift+Enter")
    page.keyboard.type("(x + y) * z")
    page.keyboard.press("Enter")
    expect(page.locator("[data-output-value]")).to_have_text("−12")
    assert sorted(drawing.gradients().values()) == ["3", "−4", "−4", "−4"]


def test_a_faulty_formula_says_where_and_loses_nothing(drawing: Drawing, browser_faults: list[str]) -> None:
    page = drawing.open("/graph/apples").page
    drawing.draw("a = 3\n(a +* 2)")
    expect(page.get_by_role("alert").filter(has_text="Line 2, column 5")).to_be_visible()
    field = page.get_by_role("textbox", name="Formula")
    expect(field).to_have_value("a = 3\n(a +* 2)")
    assert field.evaluate("field => field.selectionStart") == 10
    assert drawing.values() == APPLES_VALUES
    assert all("422" in fault for fault in browser_faults)
    browser_faults.clear()
    drawing.draw("<img src=x onerror=alert(1)>")
    expect(page.get_by_role("alert").filter(has_text="Line 1")).to_be_visible()
    browser_faults.clear()


def test_each_use_has_its_share_and_the_node_their_sum(drawing: Drawing) -> None:
    page = drawing.open("/graph/fan-out").page
    assert sorted(drawing.gradients().values()) == ["1", "1", "3", "3"]
    page.locator(".canvas [data-node=x]").hover()
    expect(page.locator(".gradient-sum text")).to_have_text("3 + 3 + 1 = 7")
    expect(page.locator("[data-inspected]")).to_have_text("x")
    expect(page.locator("[data-inspector-gradient]")).to_have_text("7")
    expect(page.locator("[data-share-of]")).to_have_count(3)
    expect(page.locator("[data-inspector-sum]")).to_have_text("3 + 3 + 1 = 7")


def test_local_derivatives_are_typeset(drawing: Drawing) -> None:
    page = drawing.open("/graph/apples").page
    page.locator(".canvas [data-node=subtotal]").hover()
    local = page.locator("[data-local='1']")
    expect(local).to_contain_text("towards how many")
    expect(local.locator("math").first).to_be_visible()
    expect(local.locator("math mfrac").first).to_be_visible()
    expect(local).to_contain_text(re.compile(r"100\s*=\s*110"))


def test_numbers_that_are_none_are_marked_and_explained(drawing: Drawing) -> None:
    page = drawing.page
    page.goto("/graph")
    drawing.draw("log(x - 1)")
    output = page.locator("g.number:has([data-output-value])")
    expect(output).to_have_text(re.compile("−∞$"))
    expect(output).to_have_class(re.compile("bad"))
    expect(page.get_by_role("status")).to_contain_text("logarithm of zero")


# Output, and the sum of the shares that come back to each leaf, as gallery.md has them.
GALLERY: dict[str, tuple[float, dict[str, float]]] = {
    "apples": (220, {"apple": 2.2, "count": 110, "tax": 200}),
    "apples-and-oranges": (715, {"apple": 2.2, "apples": 110, "orange": 3.3, "oranges": 165, "tax": 650}),
    "sum-times": (-12, {"x": -4, "y": -4, "z": 3}),
    "chain-rule": (25, {"x": 10, "y": 10}),
    "fan-out": (12, {"x": 7}),
    "sigmoid-in-pieces": (0.731059, {"x": 0.196612}),
    "neuron": (0.731059, {"w0": -0.196612, "w1": -0.393224, "w2": 0.196612, "x0": 0.393224, "x1": -0.589836}),
    "squared-loss": (0.142537, {"w": -0.354894, "b": -0.177447}),
    "quotient": (1.545645, {"x": 2.059570, "y": 1.592233}),
    "long-expression": (24.704082, {"a": 138.833819, "b": 645.577259}),
}


@pytest.mark.parametrize("name", GALLERY)
def test_the_gallery_on_screen(drawing: Drawing, name: str) -> None:
    output, leaves = GALLERY[name]
    page = drawing.open(f"/graph/{name}").fit().page
    assert number(drawing.output()[0]) == pytest.approx(output, rel=6e-4)
    for leaf, gradient in leaves.items():
        node = page.locator(f".canvas [data-node={leaf}]")
        spoken = node.get_attribute("aria-label") or ""
        assert number(spoken.rpartition("gradient ")[2]) == pytest.approx(gradient, rel=1e-5)
    graph = page.request.get(f"/api/examples/{name}").json()["graph"]
    edges = {
        f"{node['id']}:{slot}": source for node in graph["nodes"] for slot, source in enumerate(node.get("inputs", []))
    }
    shown = drawing.gradients()
    assert shown.keys() == edges.keys() == drawing.values().keys()
    for leaf, gradient in leaves.items():
        shares = [number(shown[edge]) for edge, source in edges.items() if source == leaf]
        assert sum(shares) == pytest.approx(gradient, abs=1e-3 * max(map(abs, shares)))


def number(text: str) -> float:
    return float(text.replace("−", "-"))


@pytest.mark.parametrize("name", [entry.name for entry in examples()])
def test_no_text_lies_on_another_or_on_a_node(drawing: Drawing, name: str) -> None:
    page = drawing.open(f"/graph/{name}").fit().page
    boxes = page.locator(".canvas .number text, .canvas .node .sign").evaluate_all(
        "all => all.map(text => { const r = text.getBoundingClientRect();"
        " return [text.textContent, r.left, r.top, r.right, r.bottom]; })"
    )
    assert len(boxes) >= 4
    on_each_other = [
        (a[0], b[0])
        for place, a in enumerate(boxes)
        for b in boxes[place + 1 :]
        if min(a[3], b[3]) - max(a[1], b[1]) > 0.5 and min(a[4], b[4]) - max(a[2], b[2]) > 0.5
    ]
    assert on_each_other == []


def test_a_slider_speaks_over_one_socket(drawing: Drawing) -> None:
    page = drawing.page
    sockets: list[str] = []
    sent: list[str] = []

    def on_socket(socket: WebSocket) -> None:
        sockets.append(socket.url)
        socket.on("framesent", lambda frame: sent.append(str(frame)))

    page.on("websocket", on_socket)
    drawing.open("/graph/apples")
    for value, total in (("3", "330"), ("4", "440"), ("5", "550")):
        page.locator("[data-leaf-field=count]").fill(value)
        expect(page.locator("[data-output-value]")).to_have_text(total)
    assert len(sockets) == 1
    assert sockets[0].endswith("/api/live")
    assert sent[-1] == '{"set":{"count":5}}'


def test_without_sockets_values_still_follow(drawing: Drawing) -> None:
    page = drawing.page
    page.route_web_socket(re.compile("/api/live$"), lambda socket: socket.close())
    drawing.open("/graph/apples")
    page.locator("[data-leaf-field=count]").fill("3")
    expect(page.locator("[data-output-value]")).to_have_text("330")


def test_thickness_follows_the_gradients_size(drawing: Drawing) -> None:
    page = drawing.open("/graph/apples").page

    def thickness(edge: str) -> float:
        line = page.locator(f".canvas [data-edge='{edge}'] .backward path")
        return float(line.evaluate("line => parseFloat(getComputedStyle(line).strokeWidth)"))

    assert thickness("subtotal:0") == thickness("total:1") == 5
    page.keyboard.press("ControlOrMeta+Shift+w")
    expect(page.locator(".legend")).to_contain_text("200")
    assert thickness("total:1") == 8
    assert thickness("subtotal:1") == pytest.approx(1 + 7 * (1 + math.log10(110 / 200) / 4), rel=1e-3)
    assert thickness("subtotal:0") < 6
    page.keyboard.press("ControlOrMeta+Shift+w")
    assert thickness("total:1") == 5
