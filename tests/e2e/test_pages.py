from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.drawing import Drawing


def test_the_gallery_draws_ten_graphs_that_open(page: Page) -> None:
    page.goto("/")
    expect(page).to_have_title("Backarrow")
    expect(page.locator(".card svg.drawing")).to_have_count(10)
    first = page.locator(".card").first
    expect(first.locator("[data-output-value]")).to_have_text("220")
    first.get_by_role("link").click()
    expect(page).to_have_url(re.compile("/graph/apples$"))
    expect(page.locator(".canvas [data-output-value]")).to_have_text("220")


def test_a_graph_that_is_not_there(page: Page, browser_faults: list[str]) -> None:
    page.goto("/graph/pears")
    expect(page.get_by_role("heading", name="There is no graph of that name")).to_be_visible()
    browser_faults.clear()


def test_the_api_page_needs_no_other_host(page: Page) -> None:
    page.goto("/docs")
    expect(page.get_by_role("heading", name=re.compile("^Backarrow"))).to_be_visible()
    page.get_by_role("button", name="/api/evaluate").first.click()
    expect(page.get_by_role("button", name="Try it out")).to_be_visible()


def test_light_and_dark(page: Page) -> None:
    page.emulate_media(color_scheme="light")
    Drawing(page).open("/graph/apples")
    ground = "document => getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(f"({ground})(document)")
    page.get_by_role("button", name="Switch between light and dark").click()
    dark = page.evaluate(f"({ground})(document)")
    assert light != dark
    page.reload()
    assert page.evaluate(f"({ground})(document)") == dark


@pytest.mark.parametrize("path", ["/", "/graph", "/graph/apples", "/graph/softmax-with-loss"])
def test_nothing_is_wider_than_a_phone(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_drawing_by_keyboard_alone(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    page.keyboard.press("/")
    expect(page.get_by_role("textbox", name="Formula")).to_be_focused()
    page.get_by_role("textbox", name="Formula").fill("")
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.hasAttribute('data-node')"):
            break
    expect(page.locator(".canvas [data-node=apple]")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".canvas [data-node=subtotal]")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".canvas [data-node=apple]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".canvas [data-node=count]")).to_be_focused()
    expect(page.locator("[data-inspected]")).to_have_text("how many")
    page.keyboard.press("Enter")
    expect(page.locator(".leaf-overlay input").first).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("5")
    expect(page.locator("[data-output-value]")).to_have_text("550")
    page.keyboard.press("Escape")
    page.keyboard.press("End")
    expect(page.locator(".canvas [data-node=total]")).to_be_focused()
    page.keyboard.press("ControlOrMeta+z")
    expect(page.locator("[data-output-value]")).to_have_text("220")


def test_zoom_pan_and_fit(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    rect = "document.querySelector('[data-node=total] .body').getBoundingClientRect()"
    x, width = page.evaluate(f"[{rect}.x, {rect}.width]")
    page.get_by_role("button", name="Zoom in").click()
    page.wait_for_function(f"{rect}.width > {width * 1.2}")
    page.get_by_role("button", name="Show the whole graph").click()
    page.wait_for_function(f"Math.abs({rect}.x - {x}) < 1")
    page.mouse.move(600, 600)
    page.mouse.down()
    page.mouse.move(700, 550, steps=4)
    page.mouse.up()
    page.wait_for_function(f"Math.abs({rect}.x - {x + 100}) < 1")


def test_what_is_out_of_view_is_not_in_the_page(page: Page) -> None:
    Drawing(page).open("/graph/long-expression").fit()
    whole = page.locator(".canvas [data-node]").count()
    for _ in range(9):
        page.get_by_role("button", name="Zoom in").click()
    expect(page.locator(".canvas [data-node]")).not_to_have_count(whole)
    page.get_by_role("button", name="Show the whole graph").click()
    expect(page.locator(".canvas [data-node]")).to_have_count(whole)


def test_a_composite_opens_and_closes(page: Page) -> None:
    Drawing(page).open("/graph/neuron")
    page.locator(".canvas [data-node=y]").click()
    page.get_by_role("button", name="Open into its pieces").click()
    expect(page.locator(".canvas [data-group]")).to_be_visible()
    expect(page.locator("[data-output-value]")).to_have_text("0.7311")
    page.get_by_role("button", name=re.compile("Replace “sigmoid” by one op")).first.click()
    expect(page.locator(".canvas [data-group]")).to_have_count(0)
    expect(page.locator("[data-output-value]")).to_have_text("0.7311")


def test_the_server_going_away_is_said(page: Page, browser_faults: list[str]) -> None:
    page.route_web_socket(re.compile("/api/live$"), lambda socket: socket.close())
    Drawing(page).open("/graph/apples")
    page.route("**/api/evaluate", lambda route: route.abort())
    page.locator("[data-leaf-field=tax]").fill("2")
    expect(page.get_by_role("status")).to_contain_text("The server can't be reached")
    page.unroute("**/api/evaluate")
    page.locator("[data-leaf-field=tax]").fill("3")
    expect(page.locator("[data-output-value]")).to_have_text("600")
    browser_faults.clear()
