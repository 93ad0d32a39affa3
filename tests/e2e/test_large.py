"""Graphs of thousands of nodes: a picture from afar, elements when near, and a layout that can be broken off."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect


def rows(count: int) -> dict[str, Any]:
    """A graph of about ``count`` nodes: rows of sums, each of which takes two of the row before."""
    width = 50
    nodes: list[dict[str, Any]] = [{"id": f"x{i}", "op": "input", "value": i / width} for i in range(width)]
    last = [str(node["id"]) for node in nodes]
    while len(nodes) < count - width:
        row = [f"n{len(nodes)}_{i}" for i in range(width)]
        for i, name in enumerate(row):
            nodes.append({"id": name, "op": "add", "inputs": [last[i], last[(7 * i + 1) % width]]})
        last = row
    total = last[0]
    for i, name in enumerate(last[1:]):
        nodes.append({"id": f"t{i}", "op": "add", "inputs": [total, name]})
        total = f"t{i}"
    nodes[-1]["label"] = "the deepest"
    return {"format": "backarrow/1", "nodes": nodes, "output": total}


def open_graph(page: Page, graph: dict[str, Any]) -> None:
    page.goto("/graph")
    with page.expect_file_chooser() as chooser:
        page.locator("[data-command=open]").click()
    content = json.dumps(graph).encode()
    chooser.value.set_files({"name": "large.json", "mimeType": "application/json", "buffer": content})


def painted(page: Page) -> int:
    """How many pixels of the picture have a colour."""
    count = page.evaluate(
        """() => {
          const canvas = document.querySelector("canvas.far-view");
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          let count = 0;
          for (let i = 3; i < data.length; i += 4) if (data[i] > 0) count++;
          return count;
        }"""
    )
    return int(count)


@pytest.fixture
def patient(page: Page, browser_faults: list[str]) -> Iterator[Page]:
    """The page, with time for what takes a while. The server may refuse a graph of too many nodes."""
    page.set_default_timeout(60_000)
    expect.set_options(timeout=60_000)
    yield page
    expect.set_options(timeout=5_000)
    assert all("422" in fault for fault in browser_faults)
    browser_faults.clear()


def test_ten_thousand_nodes_are_a_picture_from_afar_and_elements_when_near(patient: Page) -> None:
    page = patient
    open_graph(page, rows(10_000))
    # More than the server takes: without numbers, and the page says so.
    expect(page.locator("[data-place=limits]")).to_contain_text("5,000")
    expect(page.locator(".canvas [data-node]").first).to_be_visible()

    page.locator("[data-command=fit]").click()
    expect(page.locator("canvas.far-view")).to_be_visible()
    assert page.locator(".canvas [data-node]").count() < 10
    whole = painted(page)
    assert whole > 1000

    page.mouse.move(500, 600)
    page.mouse.down()
    page.mouse.move(200, 600, steps=4)
    page.mouse.up()
    page.wait_for_timeout(500)
    assert 0 < painted(page) != whole

    page.keyboard.press("ControlOrMeta+f")
    page.keyboard.type("the deepest")
    page.keyboard.press("Enter")
    found = page.locator(".canvas [data-node].selected")
    expect(found).to_have_count(1)
    expect(found).to_be_in_viewport()
    expect(found).to_contain_text("the deepest")
    expect(found).to_be_focused()
    expect(page.locator("canvas.far-view")).to_be_hidden()


def test_what_is_pointed_at_in_a_picture_can_be_chosen(patient: Page) -> None:
    page = patient
    open_graph(page, rows(1000))
    expect(page.locator("[data-output-value]").or_(page.locator(".canvas [data-node]").first)).to_be_visible()
    page.locator("[data-command=fit]").click()
    expect(page.locator("canvas.far-view")).to_be_visible()
    # The tab key stops at the first node of the order, so that is an element in any view.
    first = page.locator(".canvas [data-node][tabindex='0']")
    first.focus()
    page.keyboard.press("ArrowRight")
    second = page.locator(".canvas [data-node]:focus")
    expect(second).not_to_have_attribute("data-node", "x0")
    name = second.get_attribute("data-node")
    box = second.locator(".body").bounding_box()
    assert box is not None
    page.locator("[data-place=title] input").focus()
    page.mouse.move(box["x"] + box["width"] / 2 + 30, box["y"] + 60)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.locator(".canvas [data-node].selected")).to_have_attribute("data-node", str(name))


def test_a_layout_can_be_broken_off(patient: Page) -> None:
    page = patient
    open_graph(page, rows(10_000))
    laying = page.locator("[data-place=laying]")
    expect(laying).to_contain_text("Laying out 9,999 nodes")
    expect(laying.locator("progress")).to_have_attribute("value", re.compile(r"0\.\d+"))
    page.locator("[data-place=title] input").fill("kept")
    laying.get_by_role("button", name="Cancel").click()
    expect(laying).to_be_empty()
    expect(page.locator(".canvas [data-node='x0']")).to_be_visible()
    expect(page.locator("[data-place=notice]")).to_contain_text("plain columns")
    page.locator("[data-place=title] input").press("Enter")
    expect(page).to_have_title("kept – Backarrow")
