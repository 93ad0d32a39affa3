"""Checking one's own gradients, and finding numbers that are blank."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from app.client import Client
from tests.e2e.drawing import Drawing
from tests.e2e.test_accessible import serious


@pytest.fixture(scope="module")
def client() -> Client:
    return Client()


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def claim(page: Page, name: str) -> Locator:
    return page.locator("#view-panel").get_by_role("textbox", name=name)


def spoken(page: Page) -> str:
    """All that the drawing says: texts, titles on hover, and names for a screen reader."""
    labels = page.locator(".canvas svg *").evaluate_all("all => all.map(one => one.getAttribute('aria-label') ?? '')")
    return f"{page.locator('.canvas svg').text_content()} {' '.join(labels)}"


def test_the_first_wrong_gradient_is_named_and_explained(page: Page) -> None:
    drawing = Drawing(page).open("/graph/apples")
    open_tab(page, "Verify")
    assert set(drawing.gradients().values()) == {"?"}
    assert drawing.output() == ("220", "1")
    assert not re.search(r"110|2\.2(?!0)", spoken(page))
    claim(page, "subtotal").fill("1.1")
    claim(page, "how many").fill("2.2")
    claim(page, "apple price").fill("2.2")
    page.keyboard.press("Enter")
    outcome = page.locator(".outcome")
    expect(outcome).to_contain_text("The first wrong one on the way back is the gradient of how many.")
    expect(outcome).to_contain_text("In a product each input is sent upstream times the other input.")
    expect(outcome).not_to_contain_text("exchanged")
    page.get_by_role("button", name="What probably happened?").click()
    expect(outcome).to_contain_text("The inputs are exchanged")
    expect(outcome).to_contain_text("subtotal sent “how many” what belongs to its other input.")
    expect(page.locator(".canvas [data-node=count]")).to_have_class(re.compile("mark-wrong"))
    expect(page.locator(".canvas [data-node=count] .judgement")).to_have_text("✗")
    expect(page.locator(".canvas [data-node=apple] .judgement")).to_have_text("✓")
    expect(page.locator("[data-claim=count]")).to_contain_text("wrong")
    expect(page.locator(".verify")).not_to_have_text("right: 110")
    page.get_by_role("button", name="Show how many").click()
    expect(page.locator(".canvas [data-node=count]")).to_be_focused()
    page.get_by_role("button", name="Show the right numbers").click()
    expect(page.locator(".expected").nth(2)).to_have_text("right: 110")
    claim(page, "how many").fill("110")
    page.keyboard.press("Enter")
    expect(outcome).to_contain_text("All of these are right. 1 more is open.")
    page.get_by_label("Hide the gradients in the drawing").uncheck()
    assert drawing.gradients()["subtotal:1"] == "110"
    open_tab(page, "Node")
    expect(page.locator(".canvas .judgement")).to_have_count(0)


def test_what_was_typed_outlives_other_values_and_says_so(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    open_tab(page, "Verify")
    claim(page, "how many").fill("110")
    expect(page.locator("[data-claim=count]")).to_contain_text("right")  # after a pause
    open_tab(page, "Node")
    page.locator("[data-leaf-field=apple]").fill("50")
    expect(page.locator("[data-output-value]")).to_have_text("110")
    open_tab(page, "Verify")
    expect(claim(page, "how many")).to_have_value("110")
    expect(page.locator(".note")).to_contain_text("You entered these for other values")
    expect(page.locator("[data-claim=count] .verdict")).to_have_text("")
    page.get_by_role("button", name="Check them against the values now").click()
    expect(page.locator("[data-claim=count]")).to_contain_text("wrong")


def test_gradients_are_pasted_and_a_layer_of_ones_own_is_judged(page: Page) -> None:
    Drawing(page).open("/graph/affine-batch")
    open_tab(page, "Verify")
    page.get_by_text("Paste them all at once").click()
    text = page.get_by_label("As x = 2.2 on lines")
    text.fill("{'db': array([[1., 2., 3.],\n [4., 5., 6.]]), 'pear': 3}")
    page.get_by_role("button", name="Take over").click()
    expect(page.locator(".verify")).to_contain_text("1 gradient taken over. No node is called pear.")
    expect(page.locator("[data-claim=b]")).to_contain_text("wrong shape")
    expect(page.locator(".outcome")).to_contain_text("the bias's own shape")
    text.fill("x = two")
    page.get_by_role("button", name="Take over").click()
    expect(page.locator(".verify")).to_contain_text("Line 1: A number or a list was expected, not “two”.")
    page.get_by_role("button", name="Clear").click()
    page.get_by_text("A layer that I wrote").click()
    page.get_by_role("combobox", name="Layer").select_option("y")
    page.locator("[data-claim='y:2'] textarea").fill("[1, 2, 3]")
    page.keyboard.press("Enter")
    expect(page.locator(".outcome")).to_contain_text("sends back to its input 3, b")
    expect(page.locator(".canvas [data-edge='y:2']")).to_have_class(re.compile("mark-wrong"))


def test_predict_then_reveal(page: Page) -> None:
    drawing = Drawing(page).open("/graph/apples")
    open_tab(page, "Practice")
    page.get_by_label("All", exact=True).check()
    page.get_by_role("button", name="Begin", exact=True).click()
    assert set(drawing.gradients().values()) == {"?"}
    assert not re.search(r"110|2\.2(?!0)", spoken(page))
    field = claim(page, "gradient of subtotal")
    expect(field).to_be_focused()
    page.keyboard.type("1.1")
    page.keyboard.press("Enter")
    expect(page.locator(".praise")).to_contain_text("right at the first try")
    assert drawing.gradients()["total:0"] == "1.1"
    expect(claim(page, "gradient of tax")).to_be_focused()
    page.locator("[data-gradient-of-edge='subtotal:1']").click()
    expect(claim(page, "gradient of how many")).to_be_focused()
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    current = page.locator(".blank.current")
    expect(current).to_contain_text("Not yet.")
    expect(current).to_contain_text("local derivative of subtotal with respect to how many")
    expect(current).not_to_contain_text("upstream gradient")
    page.keyboard.press("Enter")
    expect(current).to_contain_text("upstream gradient")
    page.get_by_role("button", name="Reveal").click()
    assert drawing.gradients()["subtotal:1"] == "110"
    expect(claim(page, "gradient of apple price")).to_be_focused()
    for answer in ("2.2", "200"):
        page.keyboard.type(answer)
        page.keyboard.press("Enter")
    expect(page.locator("[data-summary]")).to_contain_text("3 at the first try, 0 with help or a second try, 1 shown.")
    page.get_by_role("button", name="Again", exact=True).click()
    assert set(drawing.gradients().values()) == {"?"}
    page.get_by_role("button", name="Stop and show the numbers").click()
    assert "?" not in drawing.gradients().values()


def test_blanks_stay_blank_in_every_step_and_view(page: Page) -> None:
    drawing = Drawing(page).open("/graph/fan-out")
    open_tab(page, "Practice")
    page.get_by_label("All", exact=True).check()
    page.get_by_label("Both", exact=True).check()
    page.get_by_role("button", name="Begin", exact=True).click()
    page.locator(".canvas [data-node=x]").hover()
    expect(page.locator(".canvas .gradient-sum")).to_have_count(0)
    for convention in ("cs231n", "colah", "book"):
        page.get_by_label("Drawn with").select_option(convention)
        expect(page.locator(f".canvas [data-convention={convention}], .canvas svg")).to_be_visible()
        assert not re.search(r"\b(12|7)\b", spoken(page))
    page.locator("body").click(position={"x": 5, "y": 400})
    page.keyboard.press(".")
    for _ in range(6):
        expect(page.locator(".sentence")).to_have_text("What this step computes is for you to find.")
        assert not re.search(r"\b(12|7)\b", spoken(page))
        page.keyboard.press(".")
    open_tab(page, "Node")
    assert drawing.output()[0] == "?"
    page.locator("[data-output-value]").click()
    expect(page.get_by_role("tab", name="Practice")).to_have_attribute("aria-selected", "true")
    page.reload()
    expect(page.get_by_role("tab", name="Practice")).to_have_attribute("aria-selected", "true")
    expect(page.locator("[data-output-value]")).to_have_text("?")


@pytest.mark.parametrize("level", [1, 2, 3])
def test_an_exercise_is_gone_through_with_the_keyboard(page: Page, client: Client, level: int) -> None:
    task: dict[str, Any] = client._http.get("/api/exercises", params={"level": level, "seed": 5}).json()
    run = client.evaluate(task["graph"])
    shares = {f"{edge['target']}:{edge['input']}": edge["gradient"] for edge in run["edges"]}
    Drawing(page).open(f"/graph?exercise={level}.5")
    expect(page.locator("[data-output-value]")).to_have_text("?")
    page.locator(".blank.current :is(input, textarea)").focus()
    for blank in task["blanks"]:
        key = f"{blank['kind']} {blank['node'] or blank['edge']}"
        expect(page.locator(f"[data-blank='{key}'] :is(input, textarea)")).to_be_focused()
        answer = run["nodes"][blank["node"]][blank["kind"]] if blank["node"] else shares[blank["edge"]]
        page.keyboard.insert_text(str(answer))
        page.keyboard.press("Enter")
    expect(page.locator("[data-summary]")).to_contain_text("All right at the first try.")
    expect(page.get_by_role("button", name="Next exercise")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[data-summary]")).to_have_count(0)
    expect(page.get_by_role("textbox", name="Title")).to_have_value(re.compile(rf"Exercise {level}\.\d+"))
    page.get_by_role("button", name="Stop and show the numbers").click()
    expect(page.locator(".standing")).to_contain_text("1 exercise done on this level")


def test_an_exercise_leaves_the_graph_that_was_open_to_undo(page: Page) -> None:
    drawing = Drawing(page).open("/graph/apples")
    open_tab(page, "Practice")
    page.get_by_role("button", name="Next exercise").click()
    expect(page.locator("[data-output-value]")).to_have_text("?")
    expect(page.get_by_text("Saved in this browser")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-output-value]")).to_have_text("220")
    page.get_by_role("button", name="Redo").click()
    expect(page.locator("[data-output-value]")).to_have_text("?")
    assert "?" in drawing.values().values()


def test_a_link_carries_the_exercise(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    drawing = Drawing(page).open("/graph/fan-out")
    open_tab(page, "Practice")
    page.get_by_label("Half of them").check()
    page.get_by_role("button", name="Begin", exact=True).click()
    blanks = drawing.gradients()
    page.get_by_role("button", name="Copy a link to this exercise").click()
    expect(page.locator(".notice")).to_contain_text("The link is in the clipboard.")
    address = page.evaluate("navigator.clipboard.readText()")
    other = page.context.new_page()
    opened = Drawing(other).open(address)
    expect(other.get_by_role("tab", name="Practice")).to_have_attribute("aria-selected", "true")
    expect(other.locator("[data-output-value]")).to_have_text("12")
    assert opened.gradients() == blanks
    other.goto("/graph?exercise=2.417")
    other.get_by_role("button", name="Copy a link to this exercise").click()
    expect(other.locator(".notice")).to_contain_text("The link is in the clipboard.")
    assert other.evaluate("navigator.clipboard.readText()").endswith("/graph?exercise=2.417")


def test_where_nothing_is_computed_the_views_say_what_to_do(page: Page) -> None:
    page.goto("/graph")
    open_tab(page, "Verify")
    expect(page.locator(".panel .view")).to_contain_text("Build a graph that can be computed.")
    open_tab(page, "Practice")
    expect(page.locator(".panel .view")).to_contain_text("Once this graph can be computed")
    page.get_by_role("button", name="Next exercise").click()
    expect(page.locator("[data-output-value]")).to_have_text("?")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_no_serious_barrier_and_nothing_is_too_wide(page: Page, scheme: str, width: int) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 844})
    Drawing(page).open("/graph?exercise=3.5")
    field = page.locator(".blank.current textarea")
    for answer in ("1", "[[1, 2], [3, 4], [5, 6]]"):
        field.fill(answer)
        field.press("Enter")
    expect(page.locator(".hints .hint-step")).to_have_count(2)
    assert serious(page) == []
    assert_fits(page)
    page.get_by_role("button", name="Stop and show the numbers").click()
    assert serious(page) == []
    assert_fits(page)
    open_tab(page, "Verify")
    page.get_by_label("s", exact=True).fill("5")
    page.get_by_label("s", exact=True).press("Enter")
    page.get_by_role("button", name="What probably happened?").or_(page.get_by_text("none of the usual slips")).click()
    for summary in ("Paste them all at once", "A layer that I wrote"):
        page.get_by_text(summary).click()
    page.get_by_role("combobox", name="Layer").select_option("f")
    page.get_by_role("button", name="Show the right numbers").click()
    assert serious(page) == []
    assert_fits(page)


def assert_fits(page: Page) -> None:
    view = page.locator("#view-panel")
    assert view.evaluate("view => view.scrollWidth <= view.clientWidth")


def test_other_values_begin_the_exercise_anew_and_say_so(page: Page) -> None:
    page.goto("/graph?exercise=1.417")
    expect(page.locator(".progress-line")).to_contain_text("0 of")
    leaf = page.locator(".canvas .node.input").first
    leaf.locator(".sign").click()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_text("the same numbers are asked anew")).to_be_visible()
    page.keyboard.press("ControlOrMeta+z")
    expect(page.get_by_text("the same numbers are asked anew")).to_have_count(0)
