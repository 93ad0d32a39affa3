from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.drawing import Drawing
from tests.e2e.hands import away_from_nodes, build_with_the_keyboard, build_with_the_mouse, centre, pull

ORANGES = "715"
ORANGES_GRADIENTS = ["1.1", "1.1", "1.1", "110", "165", "2.2", "3.3", "650"]


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


def test_settings_of_several_numbers(page: Page, browser_faults: list[str]) -> None:
    Drawing(page).open("/graph/small-cnn")
    conv, pooled = (page.locator(f".canvas [data-node={node}]") for node in ("c", "pooled"))
    conv.click()
    padding = page.get_by_label("padding", exact=True)
    padding.fill("[1, 0, 0, 1]")
    padding.press("Enter")
    expect(conv).to_have_attribute("aria-label", re.compile(re.escape("value [[−1.5, 0.5, 0.5], [0.5, −0.5, 0.5]")))
    pooled.click()
    stride = page.get_by_label("stride", exact=True)
    expect(stride).to_have_attribute("placeholder", "as the kernel")
    stride.fill("2, 1")
    stride.press("Enter")
    expect(pooled).to_have_attribute("aria-label", re.compile(re.escape("value [[0.5, 0.5]]")))
    assert not browser_faults
    conv.click()
    expect(padding).to_have_value("[1,0,0,1]")
    padding.fill("1 2 3")
    padding.press("Enter")
    expect(page.locator("body")).to_contain_text("setting padding takes a whole number, or a list of two")
    browser_faults.clear()  # The refusal of the three numbers.
