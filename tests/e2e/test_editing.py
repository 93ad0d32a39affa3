from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.drawing import Drawing

ORANGES = "715"
ORANGES_GRADIENTS = ["1.1", "1.1", "1.1", "110", "165", "2.2", "3.3", "650"]


def centre(page: Page, selector: str) -> tuple[float, float]:
    page.locator(selector).wait_for()
    # In one step: between two of them the drawing may be made anew.
    x, y = page.evaluate(
        "selector => { const box = document.querySelector(selector).getBoundingClientRect();"
        " return [box.x + box.width / 2, box.y + box.height / 2]; }",
        selector,
    )
    return float(x), float(y)


def pull(page: Page, source: str, target: str | tuple[float, float]) -> None:
    """Pull an edge out of a node, onto another or to a place."""
    page.locator(f".canvas [data-node={source}] .sign").hover()
    start = centre(page, f".canvas [data-node={source}] .handle")
    end = centre(page, f".canvas [data-node={target}] .sign") if isinstance(target, str) else target
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=3)
    page.mouse.move(*end, steps=3)
    page.mouse.up()


def build_with_the_mouse(page: Page) -> None:
    page.get_by_role("button", name="Show or hide the ops").click()
    names = {"x": 100, "y": 2, "z": 150, "a": 3, "b": 1.1}
    for name, value in names.items():
        page.locator(".palette [data-op=input]").click()
        page.locator(f"[data-leaf-field={name}]").fill(str(value))
    page.mouse.click(700, 130)
    for name, sources in {"mul": "xy", "mul_2": "za"}.items():
        page.mouse.click(*away_from_nodes(page))
        page.locator(".palette [data-op=mul]").click()
        expect(page.locator(f".canvas [data-node={name}] [data-hole]")).to_have_count(2)
        for source in sources:
            pull(page, source, name)
        expect(page.locator(f".canvas [data-node={name}] [data-hole]")).to_have_count(0)
    page.mouse.click(*away_from_nodes(page))
    page.locator(".palette [data-op=add]").click()
    expect(page.locator(".canvas [data-node=add]")).to_be_visible()
    pull(page, "mul", "add")
    pull(page, "mul_2", "add")
    expect(page.locator("[data-output-value]")).to_have_text("650")
    page.mouse.click(*away_from_nodes(page))
    page.locator(".palette [data-op=mul]").click()
    expect(page.locator(".canvas [data-node=mul_3]")).to_be_visible()
    pull(page, "add", "mul_3")
    pull(page, "b", "mul_3")


def away_from_nodes(page: Page) -> tuple[float, float]:
    box = page.locator(".canvas").bounding_box()
    assert box is not None
    return box["x"] + box["width"] - 30, box["y"] + box["height"] - 30


def build_with_the_keyboard(page: Page) -> None:
    def search(text: str) -> None:
        page.keyboard.press("Insert")
        expect(page.locator(".chooser [role=combobox]")).to_be_focused()
        page.keyboard.type(text)
        page.keyboard.press("Enter")

    def nothing_selected() -> None:
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")

    page.locator("body").click(position={"x": 5, "y": 300})
    for count, value in enumerate(["100", "2", "150", "3", "1.1"], 1):
        page.keyboard.press("Insert")
        page.keyboard.type(value)
        page.keyboard.press("ArrowDown")  # an input, not a constant
        page.keyboard.press("Enter")
        expect(page.locator(".canvas [data-node]")).to_have_count(count)
        nothing_selected()
    nodes: list[str] = page.locator(".canvas [data-node]").evaluate_all("all => all.map(node => node.dataset.node)")
    x, y, z, a, b = nodes

    def product(first: str, second: str, op: str, count: int) -> str:
        before = set(page.locator(".canvas [data-node]").evaluate_all("all => all.map(node => node.dataset.node)"))
        for node in (first, second):
            walk_to(page, node)
            page.keyboard.press("Space")
        search(op)
        expect(page.locator(".canvas [data-node]")).to_have_count(count)
        after = set(page.locator(".canvas [data-node]").evaluate_all("all => all.map(node => node.dataset.node)"))
        nothing_selected()
        (new,) = after - before
        return str(new)

    apples = product(x, y, "mul", 6)
    oranges = product(z, a, "mul", 7)
    subtotal = product(apples, oranges, "add", 8)
    product(subtotal, b, "mul", 9)


def walk_to(page: Page, node: str) -> None:
    """Focus a node with the keyboard."""
    for _ in range(8):
        if page.evaluate("document.activeElement.hasAttribute('data-node')"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Home")
    for _ in range(12):
        if page.evaluate("document.activeElement.dataset.node") == node:
            return
        page.keyboard.press("PageDown")
    pytest.fail(f"no way to {node}")


@pytest.mark.parametrize("build", [build_with_the_mouse, build_with_the_keyboard])
def test_the_apples_and_oranges_from_nothing_and_back(page: Page, build: Callable[[Page], None]) -> None:
    page.goto("/graph")
    expect(page.get_by_role("heading", name="Nothing to draw yet")).to_be_visible()
    build(page)
    expect(page.locator("[data-output-value]")).to_have_text(ORANGES)
    drawing = Drawing(page)
    built = drawing.gradients()
    assert sorted(text for text in built.values() if text != "–") == ORANGES_GRADIENTS
    undo = page.get_by_role("button", name=re.compile("^Undo"))
    redo = page.get_by_role("button", name=re.compile("^Redo"))
    steps = 0
    while undo.is_enabled():
        undo.click()
        steps += 1
        if steps == 4:  # in the middle
            expect(page.locator(".state")).to_have_text("Saved in this browser")
            page.reload()
            expect(redo).to_be_enabled()
    expect(page.get_by_role("heading", name="Nothing to draw yet")).to_be_visible()
    for _ in range(steps):
        redo.click()
    expect(redo).to_be_disabled()
    expect(page.locator("[data-output-value]")).to_have_text(ORANGES)
    assert drawing.gradients() == built


def test_an_unfinished_graph_is_computed_as_far_as_it_goes(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    page.locator(".canvas [data-node=total]").click()
    page.get_by_label("Input y").select_option("")
    expect(page.locator(".canvas [data-node=total] [data-hole]")).to_have_count(1)
    expect(page.locator("[data-value-of-edge='subtotal:0']")).to_have_text("100")
    expect(page.locator("[data-output-value]")).to_have_text("200")
    page.get_by_label("Input y").select_option("tax")
    expect(page.locator("[data-output-value]")).to_have_text("220")


def test_an_edge_pulled_into_empty_space_asks_for_an_op(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    pull(page, "total", away_from_nodes(page))
    page.keyboard.type("log")
    page.keyboard.press("Enter")
    expect(page.locator("[data-output-value]")).to_have_text("5.394")
    expect(page.locator(".canvas [data-node=log]")).to_be_visible()


def test_an_op_dropped_on_an_edge_stands_between(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    page.get_by_role("button", name="Show or hide the ops").click()
    page.locator(".palette [data-op=neg]").drag_to(page.locator("[data-value-of-edge='total:0']"))
    expect(page.locator("[data-output-value]")).to_have_text("−220")
    page.get_by_role("button", name=re.compile("^Undo: Insert")).click()
    expect(page.locator("[data-output-value]")).to_have_text("220")


def test_an_empty_slot_is_filled_by_a_click_or_pulled_to_a_node(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    page.locator(".canvas [data-node=total]").click()
    page.get_by_label("Input y").select_option("")
    page.locator(".canvas [data-node=total] [data-hole] .reach").click()
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(page.locator("[data-output-value]")).to_have_text("600")
    page.get_by_role("button", name="Undo: Add constant").click()
    start = centre(page, ".canvas [data-node=total] [data-hole] .reach")
    end = centre(page, ".canvas [data-node=tax] .sign")
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(end[0] + 40, end[1], steps=3)
    page.mouse.move(*end, steps=3)
    page.mouse.up()
    expect(page.locator("[data-output-value]")).to_have_text("220")


def test_a_new_branch_does_not_take_the_gradients_away(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    pull(page, "tax", away_from_nodes(page))
    page.keyboard.type("exp")
    page.keyboard.press("Enter")
    expect(page.locator(".canvas [data-node=exp]")).to_be_visible()
    expect(page.locator("[data-gradient-of-edge='subtotal:0']")).to_have_text("2.2")
    expect(page.locator("[data-output-value]")).to_have_text("220")
    page.locator(".canvas [data-node=exp]").click()
    page.get_by_role("button", name="Take the gradients of this").click()
    expect(page.locator("[data-gradient-of-edge='subtotal:0']")).to_have_text("–")


def test_an_edge_is_clicked_and_deleted(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    page.locator("[data-gradient-of-edge='total:1']").click()
    expect(page.locator("[data-edge='total:1']")).to_have_class(re.compile("selected"))
    page.keyboard.press("Delete")
    expect(page.locator(".canvas [data-node=total] [data-hole]")).to_have_count(1)
    expect(page.locator("[data-output-value]")).to_have_text("200")
    page.get_by_role("button", name="Undo: Remove an edge").click()
    expect(page.locator("[data-output-value]")).to_have_text("220")


def test_a_cycle_is_refused_in_a_sentence(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    pull(page, "total", "subtotal")
    expect(page.get_by_text("would close a cycle")).to_be_visible()
    expect(page.locator("[data-output-value]")).to_have_text("220")


def test_a_dragged_node_stays_where_it_was_put(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    others = [centre(page, f".canvas [data-node={node}] .sign") for node in ("apple", "tax", "total")]
    x, y = centre(page, ".canvas [data-node=subtotal] .sign")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y - 120, steps=4)
    page.mouse.up()
    expect(page.get_by_role("button", name="Undo: Move subtotal")).to_be_enabled()
    assert centre(page, ".canvas [data-node=subtotal] .sign") == pytest.approx((x + 30, y - 120), abs=2)
    page.locator("[data-leaf-field=count]").fill("3")
    expect(page.locator("[data-output-value]")).to_have_text("330")
    assert centre(page, ".canvas [data-node=subtotal] .sign") == pytest.approx((x + 30, y - 120), abs=2)
    for node, place in zip(("apple", "tax", "total"), others, strict=True):
        assert centre(page, f".canvas [data-node={node}] .sign") == pytest.approx(place, abs=2)
    page.get_by_role("button", name="Tidy up").click()
    page.wait_for_timeout(300)
    assert centre(page, ".canvas [data-node=subtotal] .sign") == pytest.approx((x, y), abs=2)


def test_select_delete_duplicate_rename_replace(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    page.locator(".canvas [data-node=subtotal]").click()
    page.keyboard.press("F2")
    page.keyboard.type("sum of apples")
    page.keyboard.press("Enter")
    expect(page.locator("[data-inspected]")).to_have_text("sum of apples")
    page.get_by_label("Op", exact=True).select_option("add")
    expect(page.locator("[data-output-value]")).to_have_text("112.2")
    page.locator(".canvas [data-node=subtotal]").click()
    page.keyboard.press("ControlOrMeta+Backspace")
    expect(page.locator("[data-output-value]")).to_have_text("110")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("ControlOrMeta+d")
    expect(page.locator(".canvas [data-node]")).to_have_count(8)
    page.keyboard.press("Delete")
    expect(page.locator(".canvas [data-node]")).to_have_count(4)


def test_copy_and_paste_go_between_tabs_as_text(page: Page, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    Drawing(page).open("/graph/apples")
    page.locator(".canvas [data-node=subtotal]").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("ControlOrMeta+c")
    other = context.new_page()
    other.goto("/graph")
    expect(other.get_by_role("heading", name="Nothing to draw yet")).to_be_visible()
    other.keyboard.press("ControlOrMeta+v")
    expect(other.locator("[data-output-value]")).to_have_text("220")


def test_a_group_closes_to_one_node_with_its_numbers_and_opens_again(page: Page) -> None:
    Drawing(page).open("/graph/sigmoid-in-pieces")
    page.locator(".canvas [data-group] text").click()
    group = page.locator(".canvas [data-node='group:sigmoid']")
    expect(group).to_be_visible()
    expect(page.locator(".canvas [data-node]")).to_have_count(2)
    expect(page.locator("[data-output-value]")).to_have_text("0.7311")
    expect(page.locator("[data-gradient-of-edge]")).to_have_text("0.1966")
    group.dblclick()
    expect(page.locator(".canvas [data-node]")).to_have_count(6)


def second_tab(page: Page, context: BrowserContext) -> Page:
    """Change the apples, and open what was made of them in another tab."""
    Drawing(page).open("/graph/apples")
    page.locator("[data-leaf-field=count]").fill("3")
    expect(page.locator(".state")).to_have_text("Saved in this browser")
    other = context.new_page()
    other.goto(page.url)
    expect(other.locator("[data-output-value]")).to_have_text("330")
    return other


def test_two_tabs_on_one_graph_agree(page: Page, context: BrowserContext) -> None:
    other = second_tab(page, context)
    other.locator("[data-leaf-field=tax]").fill("2")
    expect(page.locator("[data-output-value]")).to_have_text("600")
    page.get_by_role("button", name="Undo: Change in another tab").click()
    expect(page.locator("[data-output-value]")).to_have_text("330")


def test_two_tabs_that_change_one_graph_at_once_both_keep_their_work(page: Page, context: BrowserContext) -> None:
    other = second_tab(page, context)
    page.locator("[data-leaf-field=count]").fill("4")
    other.locator("[data-leaf-field=tax]").fill("2")
    expect(other.get_by_text("Your changes go on in a copy of their own")).to_be_visible()
    expect(other.locator(".state")).to_have_text("Saved in this browser")
    expect(page.locator("[data-output-value]")).to_have_text("440")
    expect(other.locator("[data-output-value]")).to_have_text("600")
    assert other.url != page.url
    for tab, total in ((page, "440"), (other, "600")):
        tab.reload()
        expect(tab.locator("[data-output-value]")).to_have_text(total)


def test_editing_goes_on_without_the_server(page: Page, browser_faults: list[str]) -> None:
    Drawing(page).open("/graph/apples")
    page.context.set_offline(True)
    page.locator("[data-leaf-field=count]").fill("4")
    expect(page.get_by_role("status")).to_contain_text("Waiting for the server")
    page.locator(".canvas [data-node=total]").click()
    page.keyboard.press("n")
    page.keyboard.type("eg")
    page.keyboard.press("Enter")
    expect(page.locator(".canvas [data-node=neg]")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("[data-output-value]")).to_have_text("−440")
    browser_faults.clear()


def test_saved_opened_and_shared(page: Page, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    Drawing(page).open("/graph/apples")
    with page.expect_download() as download:
        page.keyboard.press("ControlOrMeta+s")
    path = download.value.path()
    assert download.value.suggested_filename == "buying-apples.json"
    assert json.loads(path.read_text("utf-8"))["nodes"][0]["value"] == 100
    page.get_by_role("button", name="Copy a link to this graph").click()
    expect(page.get_by_text("The link is in the clipboard")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    page.goto("/graph")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Open a file", exact=True).click()
    chooser.value.set_files(path)
    expect(page.locator("[data-output-value]")).to_have_text("220")
    other = context.new_page()
    other.goto(link)
    expect(other.locator("[data-output-value]")).to_have_text("220")


def test_a_file_that_is_no_graph_is_refused(page: Page) -> None:
    page.goto("/graph")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Open a file", exact=True).click()
    chooser.value.set_files({"name": "notes.json", "mimeType": "application/json", "buffer": b'{"nodes": 3}'})
    expect(page.get_by_text("notes.json is not a Backarrow graph")).to_be_visible()


def test_labels_are_text_and_never_markup(page: Page) -> None:
    page.goto("/graph")
    label = "<img src=x onerror=alert(1)>"
    graph = {"title": label, "nodes": [{"id": "x", "op": "input", "value": 1, "label": label}]}
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Open a file", exact=True).click()
    chooser.value.set_files(
        {"name": "graph.json", "mimeType": "application/json", "buffer": json.dumps(graph).encode()}
    )
    expect(page.locator(".canvas [data-node=x]")).to_contain_text("<img")
    assert page.locator("img").count() == 0


def test_every_command_is_found_by_its_name_and_every_key_is_listed(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    page.keyboard.press("ControlOrMeta+k")
    page.keyboard.type("select all")
    page.keyboard.press("Enter")
    expect(page.locator(".canvas .node.selected")).to_have_count(5)
    page.keyboard.press("Shift+?")
    expect(page.get_by_role("dialog")).to_contain_text("Duplicate")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_name_is_changed_where_it_stands(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    page.locator(".canvas [data-node=apple] .sign").dblclick()
    field = page.locator(".name-field input")
    expect(field).to_be_focused()
    page.keyboard.type("pear price")
    page.keyboard.press("Escape")
    expect(page.locator(".canvas [data-node=apple] .sign")).to_have_text("apple price")
    expect(page.locator(".canvas [data-node=apple]")).to_be_focused()
    page.keyboard.press("F2")
    page.keyboard.type("pear price")
    page.keyboard.press("Enter")
    expect(page.locator(".canvas [data-node=apple] .sign")).to_have_text("pear price")
    page.get_by_role("button", name="Undo: Rename apple price").click()
    expect(page.locator(".canvas [data-node=apple] .sign")).to_have_text("apple price")


def test_a_leafs_number_is_dragged_in_the_drawing(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    x, y = centre(page, "[data-value-of-edge='subtotal:1']")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y, steps=5)
    page.mouse.up()
    # Twenty steps of the slider, which goes from -5 to 5 in two hundred.
    expect(page.locator("[data-value-of-edge='subtotal:1']")).to_have_text("3")
    expect(page.locator("[data-output-value]")).to_have_text("330")
    page.keyboard.press("ControlOrMeta+z")
    expect(page.locator("[data-output-value]")).to_have_text("220")


def test_edges_by_keyboard(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    page.mouse.click(*away_from_nodes(page))
    walk_to(page, "subtotal")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("[data-edge='total:0']")).to_be_focused()
    page.keyboard.press("Insert")
    page.keyboard.type("neg")
    page.keyboard.press("Enter")
    expect(page.locator("[data-output-value]")).to_have_text("−220")
    walk_to(page, "apple")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("[data-edge='subtotal:0']")).to_be_focused()
    page.keyboard.press("Delete")
    expect(page.locator(".canvas [data-node=subtotal] [data-hole]")).to_have_count(1)


def test_a_node_is_led_into_a_slot_by_name(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    page.locator(".canvas [data-node=tax]").click()  # puts the caret into its field
    page.keyboard.press("ControlOrMeta+k")
    page.keyboard.type("lead into")
    page.keyboard.press("Enter")
    page.keyboard.type("subtotal, input 2")
    page.keyboard.press("Enter")
    expect(page.locator("[data-value-of-edge='subtotal:1']")).to_have_text("1.1")
    expect(page.locator("[data-output-value]")).to_have_text("121")


def test_groups_within_groups_close_and_open(page: Page) -> None:
    Drawing(page).open("/graph/sigmoid-in-pieces")
    output = page.locator("[data-output-value]")
    expect(output).to_have_text("0.7311")
    nodes = page.locator(".canvas [data-node]:not(.input, .constant, .group)")
    names = nodes.evaluate_all("all => all.map(node => node.dataset.node)")
    drawn_groups = page.locator(".canvas [data-group]").count()

    def choose(*chosen: str) -> None:
        page.keyboard.press("Escape")  # the name of a new group
        page.keyboard.press("Escape")
        for name in chosen:
            page.locator(f".canvas [data-node={name}]").click(modifiers=["Shift"])

    choose(names[0], names[1])
    page.keyboard.press("ControlOrMeta+g")
    expect(page.locator(".canvas [data-group]")).to_have_count(drawn_groups + 1)
    choose(names[0], names[1], names[2])
    page.keyboard.press("ControlOrMeta+g")
    expect(page.locator(".canvas [data-group]")).to_have_count(drawn_groups + 2)
    choose(names[0], names[1])
    page.keyboard.press("ControlOrMeta+e")
    inner = page.locator(".canvas .node.group")
    expect(inner).to_have_count(1)
    expect(output).to_have_text("0.7311")
    inner.click()
    page.locator(f".canvas [data-node={names[2]}]").click(modifiers=["Shift"])
    page.keyboard.press("ControlOrMeta+k")
    page.keyboard.type("Select nothing")
    page.keyboard.press("Enter")
    choose(names[2])
    page.keyboard.press("ControlOrMeta+e")
    outer = page.locator(".canvas .node.group")
    expect(outer).to_have_count(1)
    expect(outer).to_have_attribute("aria-label", re.compile("group of 3 nodes.*value 1.36"))
    expect(output).to_have_text("0.7311")
    outer.dblclick()
    expect(page.locator(".canvas .node.group")).to_have_attribute("aria-label", re.compile("group of 2 nodes"))
    page.locator(".canvas .node.group").dblclick()
    expect(page.locator(".canvas .node.group")).to_have_count(0)
    assert set(names) <= set(nodes.evaluate_all("all => all.map(node => node.dataset.node)"))
    expect(output).to_have_text("0.7311")


def test_the_drawing_is_the_same_after_a_reload(page: Page) -> None:
    page.goto("/graph")
    build_with_the_mouse(page)
    expect(page.locator("[data-output-value]")).to_have_text("715")
    expect(page.locator("[data-place=state]")).to_have_text("Saved in this browser")
    page.get_by_role("button", name="Show the whole graph").click()
    transforms = "all => all.map(node => [node.dataset.node, node.getAttribute('transform')]).sort()"
    before = page.locator(".canvas [data-node]").evaluate_all(transforms)
    page.wait_for_timeout(300)
    page.reload()
    expect(page.locator("[data-output-value]")).to_have_text("715")
    page.get_by_role("button", name="Show the whole graph").click()
    assert page.locator(".canvas [data-node]").evaluate_all(transforms) == before


def test_the_tour_points_at_the_page_and_can_be_skipped(page: Page) -> None:
    page.goto("/graph")
    page.get_by_role("button", name="Take the tour").click()
    expect(page.get_by_role("dialog", name="Write a formula")).to_be_visible()
    expect(page.get_by_role("button", name="Next")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Or build by hand")).to_be_visible()
    page.get_by_role("button", name="Skip").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("ControlOrMeta+k")
    page.keyboard.type("tour")
    page.keyboard.press("Enter")
    for _ in range(6):
        page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_formula_typed_for_a_slot_leads_into_it(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    page.locator("[data-gradient-of-edge='total:1']").click()
    page.keyboard.press("Delete")
    page.locator(".canvas [data-node=total] [data-hole]").click()
    expect(page.locator(".chooser [role=combobox]")).to_have_attribute("aria-label", re.compile("input 2 of total"))
    page.keyboard.type("u*v + 2")
    page.keyboard.press("Enter")
    expect(page.locator("[data-output-value]")).to_have_text("600")
    expect(page.locator(".canvas [data-node=total] [data-hole]")).to_have_count(0)
    expect(page.get_by_role("textbox", name="Formula")).to_have_value("")


def test_a_formula_goes_from_the_bar_once_it_is_no_longer_what_is_drawn(page: Page) -> None:
    page.goto("/graph")
    drawing = Drawing(page).draw("a*b")
    bar = page.get_by_role("textbox", name="Formula")
    expect(page.locator("[data-output-value]")).to_have_text("1")
    page.locator("[data-leaf-field=a]").fill("3")
    expect(bar).to_have_value("a*b")
    page.locator(".canvas [data-node=a]").click()
    page.keyboard.press("F2")
    page.keyboard.type("amount")
    page.keyboard.press("Enter")
    expect(bar).to_have_value("")
    assert drawing.output()[0] == "3"


def test_what_has_the_focus_is_what_a_new_op_takes(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    page.locator(".canvas [data-node=tax] .sign").click()
    page.keyboard.press("Escape")  # out of its field
    page.locator(".canvas [data-node=tax] .sign").click()
    page.locator(".canvas [data-node=total]").focus()
    page.keyboard.press("Insert")
    expect(page.locator(".chooser [role=combobox]")).to_have_attribute("aria-label", re.compile("takes total"))
    page.keyboard.type("neg")
    page.keyboard.press("Enter")
    expect(page.locator("[data-output-value]")).to_have_text("−220")


def test_enter_on_a_node_fills_its_empty_slot_and_undo_keeps_the_focus_in_the_drawing(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    page.locator("[data-gradient-of-edge='total:1']").click()
    page.keyboard.press("Delete")
    page.locator(".canvas [data-node=total]").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    expect(page.locator("[data-output-value]")).to_have_text("1400")
    page.keyboard.press("ControlOrMeta+z")
    expect(page.locator(".canvas [data-node=total] [data-hole]")).to_have_count(1)
    assert page.evaluate("document.activeElement.closest('.canvas') !== null")


def test_values_show_on_their_way_into_what_cannot_be_computed_yet(page: Page) -> None:
    page.goto("/graph")
    drawing = Drawing(page).draw("(a*b)^2")
    expect(page.locator("[data-output-value]")).to_have_text("1")
    page.locator("[data-gradient-of-edge$=':0'][data-gradient-of-edge^='mul']").click()
    page.keyboard.press("Delete")
    expect(page.locator("[data-output-value]")).to_have_count(0)
    assert "1" in drawing.values().values()


def test_an_op_put_on_an_edge_within_a_group_is_in_the_group(page: Page) -> None:
    Drawing(page).open("/graph/sigmoid-in-pieces")
    group = page.locator(".canvas [data-group] rect").first
    page.locator("[data-gradient-of-edge]:not([data-gradient-of-edge*='negated'])").nth(1).click()
    page.keyboard.press("Insert")
    page.keyboard.type("square")
    page.keyboard.press("Enter")
    node = page.locator(".canvas [data-node=square] .body")
    expect(node).to_be_visible()
    outer, inner = group.bounding_box(), node.bounding_box()
    assert outer is not None
    assert inner is not None
    assert outer["x"] <= inner["x"]
    assert inner["x"] + inner["width"] <= outer["x"] + outer["width"]


def test_several_nodes_are_grouped_from_the_panel_and_named(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    page.locator(".canvas [data-node=subtotal]").click()
    page.locator(".canvas [data-node=total]").click(modifiers=["Shift"])
    chosen = page.get_by_role("group", name="The selected nodes")
    expect(chosen).to_contain_text("2 nodes selected")
    chosen.get_by_role("button", name="Group").click()
    expect(page.locator(".name-field input")).to_be_focused()
    page.keyboard.type("shopping")
    page.keyboard.press("Enter")
    expect(page.locator(".canvas [data-group] text")).to_have_text("shopping")


def test_a_page_that_is_left_at_once_loses_nothing(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    for value in ("3", "4", "5"):
        page.locator("[data-leaf-field=count]").fill(value)
        page.reload()
        expect(page.locator("[data-leaf-field=count]")).to_have_value(value)
    expect(page.locator("[data-output-value]")).to_have_text("550")
