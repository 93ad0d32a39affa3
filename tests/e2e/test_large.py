"""Graphs of thousands of nodes: a picture from afar, elements when near, and a layout that can be broken off."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect


def rows(count: int, *, label: str = "the deepest") -> dict[str, Any]:
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
    nodes[-1]["label"] = label
    return {"format": "backarrow/1", "nodes": nodes, "output": total}


def open_graph(page: Page, graph: dict[str, Any]) -> None:
    page.goto("/graph")
    with page.expect_file_chooser() as chooser:
        page.locator("[data-command=open]").click()
    content = json.dumps(graph).encode()
    chooser.value.set_files({"name": "large.json", "mimeType": "application/json", "buffer": content})


def node(page: Page, name: str) -> Locator:
    return page.locator(f".canvas [data-node='{name}']")


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
def large(page: Page) -> Page:
    """The page with a graph of 10,000 nodes, which is more than the server takes."""
    page.set_default_timeout(90_000)
    expect.set_options(timeout=90_000)
    open_graph(page, rows(10_000))
    yield page
    expect.set_options(timeout=5_000)


def test_ten_thousand_nodes_are_a_picture_from_afar_and_elements_when_near(large: Page) -> None:
    page = large
    expect(page.locator(".canvas [data-node]").first).to_be_visible()
    expect(page.locator("[data-place=limits]")).to_contain_text("5,000")
    page.locator("[data-command=fit]").click()
    expect(page.locator("canvas.far-view")).to_be_visible()
    assert page.locator(".canvas [data-node]").count() < 10
    whole = painted(page)
    assert whole > 1000

    page.mouse.move(500, 800)
    page.mouse.down()
    page.mouse.move(500, 400, steps=4)
    page.mouse.up()
    expect.poll if False else None
    page.wait_for_timeout(300)
    assert 0 < painted(page) != whole

    page.keyboard.press("ControlOrMeta+f")
    page.keyboard.type("the deepest")
    page.keyboard.press("Enter")
    found = page.locator(".canvas [data-node].selected")
    expect(found).to_have_count(1)
    expect(found).to_be_in_viewport()
    expect(found).to_contain_text("the deepest")
    expect(page.locator("canvas.far-view")).to_be_hidden()
