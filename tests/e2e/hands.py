"""What a person does on the drawing page, by mouse and by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect


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
