"""What people who had read nothing stumbled over: names, slots, focus, groups, leaving."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.drawing import Drawing
from tests.e2e.hands import away_from_nodes, build_with_the_mouse, centre, walk_to


def open_empty(page: Page) -> None:
    """An empty page that listens to the keyboard."""
    page.goto("/graph")
    expect(page.get_by_role("button", name="Take the tour")).to_be_visible()


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
    expect(page.locator(".chooser [role=combobox]")).to_have_attribute("aria-label", re.compile("Input 2 of total"))
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


def test_a_formula_goes_on_from_the_node_that_was_pulled(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    page.locator(".canvas [data-node=total] .sign").click()
    page.keyboard.press("Insert")
    page.keyboard.type("+ 30")
    page.keyboard.press("Enter")
    expect(page.locator("[data-output-value]")).to_have_text("250")


def test_a_letter_offers_an_input_of_that_name(page: Page) -> None:
    open_empty(page)
    page.mouse.click(*away_from_nodes(page))
    page.keyboard.press("a")
    page.locator("[data-choice=formula]").click()
    expect(page.locator(".canvas [data-node=a].input")).to_be_visible()


def test_a_leaf_put_into_a_slot_leaves_one_at_the_op(page: Page) -> None:
    open_empty(page)
    page.mouse.click(*away_from_nodes(page))
    page.keyboard.press("Insert")
    page.keyboard.type("add")
    page.keyboard.press("Enter")
    node = page.locator(".canvas [data-node=add]")
    expect(node).to_be_focused()
    for number in ("2", "3"):
        page.keyboard.press("Enter")
        page.keyboard.type(number)
        page.keyboard.press("Enter")
        expect(page.locator(".canvas .node.constant")).to_have_count(int(number) - 1)
        expect(node).to_be_focused()
    expect(page.locator("[data-output-value]")).to_have_text("5")


def test_a_closed_group_is_looked_at_by_itself(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    page.locator(".canvas [data-node=subtotal]").click()
    page.locator(".canvas [data-node=total]").click(modifiers=["Shift"])
    page.keyboard.press("ControlOrMeta+g")
    expect(page.locator(".name-field input")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("group", name="The selected nodes").get_by_role("button", name="Close the group").click()
    page.locator(".canvas .node.group").click()
    expect(page.get_by_role("heading", name="Change this group")).to_be_visible()
    expect(page.locator("[data-inspected]")).to_have_count(0)
    page.get_by_role("button", name="Open the group").click()
    expect(page.locator(".canvas [data-group]")).to_have_count(1)
