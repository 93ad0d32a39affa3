"""The seed of the gradients, and tensors edited in a grid."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.drawing import Drawing
from tests.e2e.test_accessible import serious

SEED = "Seed (upstream gradient)"


def open_file(page: Page, graph: object) -> Drawing:
    """Open a graph as a file of one's own."""
    page.goto("/graph")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Open a file", exact=True).click()
    chooser.value.set_files(
        {"name": "graph.json", "mimeType": "application/json", "buffer": json.dumps(graph).encode()}
    )
    expect(page.locator(".canvas [data-node]").first).to_be_visible()
    return Drawing(page)


def affine(page: Page) -> Drawing:
    """An affine layer of which the gradients are taken."""
    drawing = Drawing(page).open("/graph/affine-batch")
    page.locator(".canvas [data-node=y]").click()
    page.get_by_role("button", name="Take the gradients of this").click()
    expect(page.locator(".canvas [data-node=y]")).to_have_attribute("aria-label", re.compile("gradient .*1, 1, 1"))
    return drawing


def grid(page: Page, name: str, place: str = "values") -> Locator:
    return page.locator(f"[data-place={place}]").get_by_role("grid", name=re.compile(f"^{re.escape(name)}, "))


def cell(table: Locator, row: int, column: int) -> Locator:
    return table.get_by_role("textbox", name=f"row {row}, column {column}", exact=True)


def numbers(table: Locator) -> list[list[str]]:
    rows: list[list[str]] = table.evaluate(
        "table => [...table.tBodies[0].rows].map(row => [...row.querySelectorAll('input')].map(cell => cell.value))"
    )
    return rows


def expect_node(page: Page, node: str, text: str) -> None:
    expect(page.locator(f".canvas [data-node={node}]")).to_have_attribute("aria-label", re.compile(re.escape(text)))


def put_in_clipboard(page: Page, text: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)


def refused(faults: list[str]) -> None:
    """What the browser says where the server has refused a graph is no fault of the page."""
    assert faults
    assert all("status of 422" in fault for fault in faults)
    faults.clear()


# The seed


def test_the_seed_is_changed_where_it_stands(page: Page) -> None:
    drawing = Drawing(page).open("/graph/apples")
    assert drawing.output() == ("220", "1")
    page.locator("[data-output-gradient]").click()
    field = page.get_by_role("textbox", name="Seed", exact=True)
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    page.keyboard.type("−2.5")
    expect(page.locator("[data-output-gradient]")).to_have_text("−2.5")
    expect(page.locator("[data-gradient-of-edge='subtotal:0']")).to_have_text("−5.5")
    page.keyboard.press("Enter")
    expect(field).to_be_hidden()
    expect(page.locator(".canvas [data-node=total]")).to_be_focused()
    expect(page.get_by_role("button", name="Undo: Change the seed")).to_be_enabled()
    expect(page.locator(".state")).to_have_text("Saved in this browser")
    page.reload()
    expect(page.locator("[data-gradient-of-edge='subtotal:0']")).to_have_text("−5.5")
    page.get_by_role("button", name="Undo: Change the seed").click()
    expect(page.locator("[data-gradient-of-edge='subtotal:0']")).to_have_text("2.2")
    assert drawing.output() == ("220", "1")
    page.get_by_role("button", name="Redo: Change the seed").click()
    expect(page.locator("[data-output-gradient]")).to_have_text("−2.5")


def test_values_go_on_changing_under_a_seed(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    page.locator("[data-output-gradient]").click()
    page.keyboard.type("10")
    for count, gradient in (("3", "33"), ("4", "44")):
        page.locator("[data-leaf-field=count]").fill(count)
        expect(page.locator("[data-gradient-of-edge='subtotal:0']")).to_have_text(gradient)
    expect(page.locator("[data-output-gradient]")).to_have_text("10")


def test_the_seed_is_changed_in_the_panel_and_emptied_to_ones(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    expect(page.get_by_label(SEED)).to_have_count(0)
    page.locator(".canvas [data-node=total]").click()
    field = page.get_by_label(SEED)
    expect(field).to_have_attribute("placeholder", "1")
    field.fill("3")
    expect(page.locator("[data-gradient-of-edge='subtotal:0']")).to_have_text("6.6")
    field.fill("3x")
    expect(page.get_by_text("Write a number; nothing for 1.")).to_be_visible()
    expect(page.locator("[data-output-gradient]")).to_have_text("3")
    field.fill("")
    expect(page.locator("[data-output-gradient]")).to_have_text("1")
    field.fill("4")
    page.get_by_role("button", name="Use ones").click()
    expect(page.locator("[data-output-gradient]")).to_have_text("1")
    expect(field).to_have_value("")


def test_a_tensor_s_seed_is_a_grid(page: Page) -> None:
    affine(page)
    table = grid(page, SEED, "inspector")
    assert numbers(table) == [["1"] * 3] * 2
    put_in_clipboard(page, "1\t2\t3\n4\t5\t6")
    cell(table, 0, 0).click()
    page.keyboard.press("ControlOrMeta+v")
    expect_node(page, "b", "gradient [5, 7, 9]")
    expect_node(page, "w", "gradient [[40, 50, 60], [40, 50, 60]]")
    cell(table, 0, 1).click()
    page.keyboard.press("ControlOrMeta+v")
    expect(page.get_by_text("Nothing was pasted. 2 × 3 numbers don't fit here")).to_be_visible()
    page.keyboard.press("Delete")
    expect_node(page, "b", "gradient [5, 6, 9]")
    page.get_by_role("button", name="Undo: Change the seed").click()
    expect_node(page, "b", "gradient [5, 7, 9]")
    page.locator("[data-output-gradient]").click()
    above = grid(page, "Seed", "seed")
    assert numbers(above) == [["1", "2", "3"], ["4", "5", "6"]]
    cell(above, 0, 0).fill("10")
    expect_node(page, "b", "gradient [14, 7, 9]")


def test_a_seed_that_no_longer_fits_is_told_and_undone(page: Page, browser_faults: list[str]) -> None:
    drawing = Drawing(page).open("/graph/apples")
    page.locator("[data-output-gradient]").click()
    page.keyboard.type("3")
    page.locator("[data-leaf-field=tax]").fill("[1, 2]")
    problems = page.locator(".problems")
    expect(problems).to_contain_text("The seed doesn't fit")
    expect(problems).to_contain_text("The upstream gradient has shape scalar, the output (2,)")
    # The numbers are those for ones.
    expect_node(page, "total", "value [200, 400]")
    expect_node(page, "total", "gradient [1, 1]")
    page.locator(".canvas [data-node=total]").click()
    expect(page.locator(".settings")).to_contain_text("The seed is a number and must have the shape (2)")
    problems.get_by_role("button", name="Use ones").click()
    expect(problems).to_have_count(0)
    expect(page.locator(".settings").get_by_role("button", name="Use ones")).to_have_count(0)
    page.get_by_role("button", name="Undo: Change the seed").click()
    expect(problems).to_contain_text("The seed doesn't fit")
    page.get_by_role("button", name=re.compile("^Undo: Change tax")).click()
    expect(page.locator("[data-output-gradient]")).to_have_text("3")
    assert drawing.gradients()["subtotal:0"] == "6.6"
    refused(browser_faults)


@pytest.mark.parametrize("upstream", ["many", [1, [2]], {"a": 1}, True])
def test_a_file_whose_seed_is_none_is_opened_and_told(page: Page, upstream: object, browser_faults: list[str]) -> None:
    nodes = [{"id": "x", "op": "input", "value": 3}, {"id": "y", "op": "square", "inputs": ["x"]}]
    open_file(page, {"nodes": nodes, "upstream": upstream})
    expect(page.locator(".problems")).to_contain_text("The seed doesn't fit")
    expect(page.locator("[data-gradient-of-edge='y:0']")).to_have_text("6")
    page.locator(".canvas [data-node=y]").click()
    page.locator(".problems").get_by_role("button", name="Use ones").click()
    expect(page.locator(".problems")).to_have_count(0)
    refused(browser_faults)


def test_a_large_seed_is_text(page: Page) -> None:
    row = [float(n) for n in range(500)]
    nodes = [{"id": "x", "op": "input", "value": row}, {"id": "y", "op": "square", "inputs": ["x"]}]
    open_file(page, {"nodes": nodes})
    page.locator(".canvas [data-node=y]").click()
    field = page.get_by_label(SEED)
    expect(field).to_have_value("")
    expect(field).to_have_attribute("placeholder", "ones")
    field.fill("[1, 2]")
    expect(page.get_by_text("The seed has the shape (2) and must have the shape (500)")).to_be_visible()
    field.fill(json.dumps([2] * 500))
    expect_node(page, "x", "gradient shape (500), from 0 to 1996, mean 998")
    field.fill("")
    expect_node(page, "x", "gradient shape (500), from 0 to 998, mean 499")


def test_a_part_of_a_graph_starts_from_ones(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    page.locator("[data-output-gradient]").click()
    page.keyboard.type("3")
    page.keyboard.press("Escape")
    page.locator(".canvas [data-node=total]").click()
    page.get_by_label("Input y").select_option("")
    expect(page.locator("[data-output-value]")).to_have_text("200")
    expect(page.locator("[data-output-gradient]")).to_have_text("1")
    page.locator("[data-output-gradient]").click()
    expect(page.locator(".notice")).to_contain_text("Only a part of the graph is computed")
    page.locator(".canvas [data-node=total]").click()
    page.get_by_label("Input y").select_option("tax")
    expect(page.locator("[data-output-gradient]")).to_have_text("3")


# The grid


def test_cells_are_changed_with_the_mouse(page: Page) -> None:
    Drawing(page).open("/graph/affine-batch")
    table = grid(page, "W")
    cell(table, 0, 1).click()
    expect(cell(table, 0, 1)).to_be_focused()
    page.keyboard.type("42")
    expect_node(page, "w", "value [[1, 42, 1], [0, 1, 0]]")
    cell(table, 1, 0).click()
    page.keyboard.type("−.5")
    expect_node(page, "w", "value [[1, 42, 1], [−0.5, 1, 0]]")
    cell(table, 0, 1).dblclick()
    page.keyboard.type(".5")
    expect_node(page, "w", "value [[1, 42.5, 1], [−0.5, 1, 0]]")
    for was in ("[[1, 42, 1], [−0.5, 1, 0]]", "[[1, 42, 1], [0, 1, 0]]", "[[1, 0, 1], [0, 1, 0]]"):
        page.get_by_role("button", name="Undo: Change W").click()
        expect_node(page, "w", f"value {was}")


def test_cells_are_walked_and_changed_with_the_keyboard(page: Page) -> None:
    Drawing(page).open("/graph/affine-batch")
    table = grid(page, "W")
    grid(page, "X").get_by_role("textbox", name="row 1, column 1").focus()
    for _ in range(3):  # "As text" and "Shape" are between
        page.keyboard.press("Tab")
    expect(cell(table, 0, 0)).to_be_focused()
    page.keyboard.type("7")
    page.keyboard.press("Tab")
    expect(cell(table, 0, 1)).to_be_focused()
    page.keyboard.type("8")
    page.keyboard.press("ArrowRight")  # the caret is at the end
    expect(cell(table, 0, 2)).to_be_focused()
    page.keyboard.press("ArrowRight")  # the table is at its end
    expect(cell(table, 0, 2)).to_be_focused()
    page.keyboard.press("Tab")
    expect(cell(table, 1, 0)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(cell(table, 0, 2)).to_be_focused()
    page.keyboard.type("9")
    page.keyboard.press("Enter")
    expect(cell(table, 1, 2)).to_be_focused()
    page.keyboard.type("12")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    expect(cell(table, 1, 0)).to_be_focused()
    expect_node(page, "w", "value [[7, 8, 9], [0, 1, 12]]")
    page.keyboard.press("Delete")
    page.keyboard.press("F2")
    page.keyboard.type("5")
    page.keyboard.press("ArrowLeft")  # within the number
    expect(cell(table, 1, 0)).to_be_focused()
    page.keyboard.type("1")
    expect(cell(table, 1, 0)).to_have_value("015")
    expect_node(page, "w", "value [[7, 8, 9], [15, 1, 12]]")
    page.keyboard.press("Escape")
    expect(cell(table, 1, 0)).to_have_value("0")
    expect_node(page, "w", "value [[7, 8, 9], [0, 1, 12]]")
    page.keyboard.press("ControlOrMeta+z")
    expect_node(page, "w", "value [[7, 8, 9], [0, 1, 0]]")
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.press("Tab")
    expect(page.get_by_role("grid").locator(":focus")).to_have_count(0)


def test_no_key_of_the_grid_reaches_the_drawing(page: Page) -> None:
    Drawing(page).open("/graph/affine-batch")
    page.locator(".canvas [data-node=w]").click()
    table = grid(page, "W", "leaf")
    expect(cell(table, 0, 0)).to_be_focused()
    for key in ("Delete", "Backspace", "ControlOrMeta+Backspace", "ControlOrMeta+d", "Enter", "F2", "Escape"):
        page.keyboard.press(key)
    expect(page.locator(".canvas [data-node]")).to_have_count(7)
    expect(page.locator(".leaf-overlay")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".leaf-overlay")).to_be_hidden()
    expect(page.locator(".canvas [data-node=w]")).to_be_focused()


def test_a_wrong_cell_is_marked_said_and_kept(page: Page) -> None:
    Drawing(page).open("/graph/affine-batch")
    table = grid(page, "W")
    wrong = cell(table, 1, 1)
    wrong.click()
    page.keyboard.type("1e")
    expect(wrong).to_have_attribute("aria-invalid", "false")  # it may still become a number
    page.keyboard.press("Tab")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("Row 1, column 1: “1e” is not a number.")).to_be_visible()
    expect(wrong).to_have_value("1e")
    cell(table, 0, 0).fill("1,5")
    page.keyboard.press("Enter")
    expect(page.get_by_text("write the decimal mark as a point: 1.5 And 1 more.")).to_be_visible()
    expect_node(page, "w", "value [[1, 0, 1], [0, 1, 0]]")
    cell(table, 0, 1).fill("8")
    expect(wrong).to_have_value("1e")
    expect_node(page, "w", "value [[1, 8, 1], [0, 1, 0]]")
    wrong.click()
    page.keyboard.type("1e1")
    cell(table, 0, 0).click()
    page.keyboard.press("Escape")
    expect(table.locator("[aria-invalid=true]")).to_have_count(0)
    expect_node(page, "w", "value [[1, 8, 1], [0, 10, 0]]")


def test_cells_are_copied_and_pasted(page: Page) -> None:
    nodes = [{"id": "W", "op": "input", "value": [[1, 0, 1], [0, 1, 0]]}]
    open_file(page, {"nodes": nodes})
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    table = grid(page, "W")
    cell(table, 0, 1).click()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    expect(table.locator("[aria-selected=true]")).to_have_count(4)
    page.keyboard.press("ControlOrMeta+c")
    assert page.evaluate("navigator.clipboard.readText()") == "0\t1\n1\t0"
    cell(table, 1, 2).click()
    page.keyboard.press("ControlOrMeta+v")
    expect(cell(table, 2, 3)).to_have_value("0")
    assert numbers(table) == [["1", "0", "1", "0"], ["0", "1", "0", "1"], ["0", "0", "1", "0"]]
    page.get_by_role("button", name="Undo: Change W").click()
    assert numbers(table) == [["1", "0", "1"], ["0", "1", "0"]]
    cell(table, 0, 0).click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("ControlOrMeta+x")
    assert page.evaluate("navigator.clipboard.readText()") == "1\t0\t1\n0\t1\t0"
    assert numbers(table) == [["0"] * 3] * 2


def test_a_range_is_dragged(page: Page) -> None:
    Drawing(page).open("/graph/affine-batch")
    table = grid(page, "W")
    cell(table, 0, 0).hover()
    page.mouse.down()
    cell(table, 1, 1).hover()
    page.mouse.up()
    expect(table.locator("[aria-selected=true]")).to_have_count(4)
    page.keyboard.press("Delete")
    expect_node(page, "w", "value [[0, 0, 1], [0, 0, 0]]")


@pytest.mark.parametrize("text", ["1\t2\n3\t4\n5\t6", "1,2\n3,4\n5,6", "[[1, 2], [3, 4], [5, 6]]"])
def test_what_is_pasted_at_the_first_cell_is_the_whole(page: Page, text: str) -> None:
    nodes = [{"id": "x", "op": "input", "value": [[0, 0], [10, 10]]}, {"id": "y", "op": "sum", "inputs": ["x"]}]
    open_file(page, {"nodes": nodes})
    put_in_clipboard(page, text)
    table = grid(page, "x")
    cell(table, 0, 0).click()
    page.keyboard.press("ControlOrMeta+v")
    expect_node(page, "x", "value [[1, 2], [3, 4], [5, 6]]")
    assert numbers(table) == [["1", "2"], ["3", "4"], ["5", "6"]]
    expect(cell(table, 0, 0)).to_be_focused()


def test_rows_and_columns_come_and_go_and_the_shape_changes(page: Page) -> None:
    open_file(page, {"nodes": [{"id": "b", "op": "input", "value": [1, 2, 3]}]})
    values = page.locator("[data-place=values]")
    row = values.locator("[data-point=b]")
    row.get_by_text("Shape: 3").click()
    table = grid(page, "b")
    cell(table, 0, 1).click()
    row.get_by_role("button", name="Add column").click()
    assert numbers(table) == [["1", "2", "0", "3"]]
    row.get_by_role("button", name="Add row").click()
    assert numbers(table) == [["1", "2", "0", "3"], ["0"] * 4]
    row.get_by_role("button", name="Remove column").click()
    assert numbers(table) == [["1", "2", "3"], ["0"] * 3]
    row.get_by_role("button", name="Remove row").click()
    assert numbers(table) == [["1", "2", "3"]]
    expect(row.get_by_role("button", name="Remove row")).to_be_disabled()
    row.get_by_label("Rows of b").fill("2")
    row.get_by_label("Rows of b").press("Tab")
    assert numbers(table) == [["1", "2", "3"], ["0"] * 3]
    row.get_by_label("Kind of value of b").select_option("vector")
    assert numbers(table) == [["1", "2", "3", "0", "0", "0"]]
    row.get_by_label("Kind of value of b").select_option("number")
    field = page.locator("[data-leaf-field=b]")
    expect(field).to_have_value("1")
    row.get_by_label("Kind of value of b").select_option("matrix")
    assert numbers(table) == [["1"]]
    expect(row.get_by_label("Columns of b")).to_be_visible()
    for _ in range(7):
        page.get_by_role("button", name="Undo: Change b").click()
    assert numbers(table) == [["1", "2", "0", "3"]]


def test_any_tensor_can_be_text_and_those_of_three_axes_are(page: Page) -> None:
    nodes = [
        {"id": "x", "op": "input", "value": [[[1, 2], [3, 4]]]},
        {"id": "m", "op": "input", "value": [[1.0] * 21] * 20},
        {"id": "v", "op": "input", "value": [1, 2]},
    ]
    open_file(page, {"nodes": nodes, "output": "x"})
    expect(page.get_by_role("grid")).to_have_count(1)
    expect(page.get_by_label("x", exact=True)).to_have_value("[[[1,2],[3,4]]]")
    page.get_by_role("button", name="Edit v as text").click()
    field = page.get_by_label("v", exact=True)
    field.fill("1 2\n3 4")
    expect_node(page, "v", "value [[1, 2], [3, 4]]")
    page.get_by_role("button", name="Edit v as a grid").click()
    assert numbers(grid(page, "v")) == [["1", "2"], ["3", "4"]]


def test_a_large_grid_scrolls_in_its_box(page: Page) -> None:
    open_file(page, {"nodes": [{"id": "m", "op": "input", "value": [[float(n) for n in range(20)]] * 20}]})
    box = page.locator("[data-place=values] .grid-box")
    sizes = box.evaluate("box => [box.clientHeight, box.scrollHeight, box.clientWidth, box.scrollWidth]")
    assert sizes[0] < 400 < sizes[1]
    assert sizes[2] < 340 < sizes[3]
    cell(grid(page, "m"), 0, 0).click()
    page.keyboard.press("ControlOrMeta+End")
    expect(cell(grid(page, "m"), 19, 19)).to_be_focused()
    expect(cell(grid(page, "m"), 19, 19)).to_be_in_viewport()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_grid_and_seed_have_no_serious_barrier(page: Page, scheme: str, width: int) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 844})
    affine(page).fit()
    page.locator("[data-output-gradient]").click()
    table = grid(page, "Seed", "seed")
    cell(table, 0, 0).fill("abc")
    for summary in page.locator("details.shape > summary").all():
        summary.click()
    if width > 860:  # where it is narrower, the formula's label is left out
        assert serious(page) == []
    inside = page.evaluate(
        "() => { const box = document.querySelector('.seed-overlay').getBoundingClientRect();"
        " return box.left >= 0 && box.right <= innerWidth; }"
    )
    assert inside
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_two_tabs_agree_on_a_seed(page: Page, context: BrowserContext) -> None:
    Drawing(page).open("/graph/apples")
    page.locator("[data-output-gradient]").click()
    page.keyboard.type("3")
    expect(page.locator(".state")).to_have_text("Saved in this browser")
    other = context.new_page()
    other.goto(page.url)
    expect(other.locator("[data-output-gradient]")).to_have_text("3")
    page.keyboard.type("0")
    expect(other.locator("[data-output-gradient]")).to_have_text("30")


def test_the_page_s_keys_are_heard_in_fields(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    field = page.locator("[data-leaf-field=count]")
    field.fill("3")
    expect(page.locator("[data-output-value]")).to_have_text("330")
    page.keyboard.press("ControlOrMeta+z")
    expect(page.locator("[data-output-value]")).to_have_text("220")
    expect(field).to_have_value("2")
    page.keyboard.press("Delete")  # is the field's own
    expect(page.locator(".canvas [data-node]")).to_have_count(5)
    page.keyboard.press("ControlOrMeta+k")
    expect(page.get_by_role("combobox", name="Search a command")).to_be_focused()
