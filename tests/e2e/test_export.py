"""What leaves the page and lives elsewhere: the dialog, graphs as pages of their own, Mermaid's flowcharts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Browser, Page, expect

from app.core.graph import Graph
from app.formats.document import GraphDocument
from app.formats.drawing import svg
from app.formats.format import ExportOptions
from app.formats.gallery import example
from app.formats.html import write_html
from app.formats.mermaid import write_mermaid
from app.formats.sketch import SketchNode, sketch
from tests.e2e.test_accessible import serious
from tests.formats.hostile import HOSTILE, LABELS
from tests.formats.test_writers import AWKWARD, GRAPHS

ROOT = Path(__file__).parent.parent.parent
MERMAID = ROOT / "node_modules/@mermaid-js/tiny/dist/mermaid.tiny.js"
OPTIONS = ExportOptions()


def open_dialog(page: Page, graph: str = "/graph/apples") -> None:
    page.goto(graph)
    page.locator("[data-output-value]").wait_for()
    page.keyboard.press("Control+Shift+E")
    expect(page.get_by_role("dialog", name="Export")).to_be_visible()


def test_a_picture_is_saved_by_keyboard(page: Page) -> None:
    open_dialog(page)
    expect(page.locator("dialog [value=svg]")).to_be_focused()
    assert serious(page) == []
    page.keyboard.press("ArrowDown")
    expect(page.locator("dialog [value=png]")).to_be_checked()
    page.locator("dialog select").select_option("3")
    page.locator("dialog [value=png]").focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "buying-apples.png"
    width = int.from_bytes(Path(download.value.path()).read_bytes()[16:20])
    assert width > 1500
    expect(page.locator("dialog")).to_have_count(0)


def test_every_format_that_is_offered_is_saved(page: Page) -> None:
    open_dialog(page)
    names = page.locator("dialog [name=format]").evaluate_all("all => all.map(field => field.value)")
    assert {"json", "svg", "png", "pdf", "html", "tikz", "dot", "mermaid"} <= set(names)
    for name in names:
        if page.locator("dialog").count() == 0:
            page.keyboard.press("Control+Shift+E")
        page.locator(f"dialog [value={name}]").check()
        with page.expect_download() as download:
            page.get_by_role("button", name="Download").click()
        assert Path(download.value.path()).stat().st_size > 50
        expect(page.locator("dialog")).to_have_count(0)


def test_a_picture_is_drawn_as_the_page_is(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/graph/apples")
    page.locator("[data-output-value]").wait_for()
    page.get_by_label("Drawn with").select_option("colah")
    page.keyboard.press("Control+k")
    page.keyboard.type("export")
    page.keyboard.press("Enter")
    page.locator("dialog [value=svg]").check()
    page.get_by_label("Dark", exact=True).check()
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.locator("[data-place=notice]")).to_contain_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    texts = [element.text or "" for element in ET.fromstring(copied).iter("{http://www.w3.org/2000/svg}text")]
    assert any(text.startswith("∂") for text in texts)
    assert "#16181b" in copied


def test_why_a_graph_is_not_exported_is_said(page: Page, browser_faults: list[str]) -> None:
    page.goto("/graph/apples")
    page.locator("[data-output-value]").wait_for()
    page.locator(".canvas [data-node=subtotal]").click()
    page.keyboard.press("Delete")
    expect(page.locator(".canvas [data-hole]")).to_have_count(1)
    page.keyboard.press("Control+Shift+E")
    page.locator("dialog [value=svg]").check()
    page.get_by_role("button", name="Download").click()
    expect(page.locator("dialog [role=alert]")).not_to_have_text("")
    expect(page.locator("dialog [role=alert]")).to_contain_text("inputs")
    assert browser_faults
    assert all("422" in fault for fault in browser_faults)
    browser_faults.clear()


def test_nothing_is_exported_that_is_to_be_found(page: Page) -> None:
    page.goto("/graph/apples")
    page.locator("[data-output-value]").wait_for()
    expect(page.locator("[data-command=export]")).to_be_enabled()
    page.get_by_role("tab", name="Verify").click()
    expect(page.locator(".number.asked")).not_to_have_count(0)
    expect(page.locator("[data-command=export]")).to_be_disabled()


@pytest.fixture
def offline(browser: Browser, base_url: str) -> Iterator[Page]:
    """A page without a network, which tells all that goes wrong and all that is asked for."""
    context = browser.new_context(offline=True, reduced_motion="reduce", base_url=None)
    page = context.new_page()
    seen: list[str] = []
    page.on("console", lambda message: seen.append(message.text))
    page.on("pageerror", lambda error: seen.append(str(error)))
    page.on("request", lambda request: seen.append(request.url))
    page.on("dialog", lambda dialog: seen.append(dialog.message))
    yield page
    assert len(seen) == 1
    assert seen[0].startswith("file:///")
    context.close()


def test_a_page_of_its_own_is_stepped_through(offline: Page, tmp_path: Path) -> None:
    (tmp_path / "apples.html").write_text(write_html(GRAPHS["apples"], OPTIONS), "utf-8")
    offline.goto((tmp_path / "apples.html").as_uri())
    expect(offline.locator("[data-output-value]")).to_have_text("220")
    expect(offline).to_have_title("Buying apples")
    offline.locator("[data-node=apple]").hover()
    expect(offline.locator("[data-shown=apple]")).to_have_text("apple price")
    expect(offline.locator("[data-shown-gradient]")).to_contain_text("2.2")
    offline.get_by_role("button", name="To the beginning").click()
    expect(offline.locator("[data-output-value]")).to_have_text("–")
    offline.keyboard.press(".")
    offline.keyboard.press(".")
    expect(offline.locator("[data-output-value]")).to_have_text("220")
    expect(offline.locator("[data-output-gradient]")).to_have_text("–")
    offline.get_by_role("button", name="One step on").click()
    expect(offline.locator("[data-output-gradient]")).to_have_text("1")
    offline.get_by_role("button", name="Show everything").click()
    offline.get_by_label("Drawn with").select_option("colah")
    expect(offline.locator("[data-node=apple] .carried.gradient")).to_have_text(re.compile("^∂.* = 2.2$"))
    before = offline.locator(".drawing > g").get_attribute("transform")
    offline.mouse.move(300, 150)
    offline.mouse.wheel(0, -200)
    expect(offline.locator(".drawing > g")).not_to_have_attribute("transform", before or "")


def test_a_page_of_its_own_takes_names_literally(offline: Page, tmp_path: Path) -> None:
    (tmp_path / "hostile.html").write_text(write_html(HOSTILE, ExportOptions(dark=True)), "utf-8")
    offline.goto((tmp_path / "hostile.html").as_uri())
    offline.locator("[data-node=class]").hover()
    expect(offline.locator("[data-shown=class]")).to_have_text(LABELS["class"])
    assert offline.evaluate("document.scripts.length") == 2


@pytest.mark.parametrize("dark", [False, True])
def test_a_page_of_its_own_has_no_serious_barrier(browser: Browser, tmp_path: Path, dark: bool) -> None:
    (tmp_path / "apples.html").write_text(write_html(GRAPHS["apples"], ExportOptions(dark=dark)), "utf-8")
    with browser.new_context(bypass_csp=True) as context:  # the judge comes as a script
        page = context.new_page()
        page.goto((tmp_path / "apples.html").as_uri())
        page.keyboard.press(".")
        expect(page.locator(".sentence")).not_to_be_empty()
        assert serious(page) == []


@pytest.mark.parametrize("graph", [GRAPHS["apples"], GRAPHS["sigmoid-in-pieces"], AWKWARD, HOSTILE])
def test_mermaid_draws_the_flowchart(page: Page, graph: Graph) -> None:
    drawn = sketch(graph, OPTIONS)
    page.set_content("<!doctype html>")
    page.add_script_tag(path=MERMAID)
    svg = page.evaluate(
        "async source => { mermaid.initialize({ startOnLoad: false });"
        " const { svg } = await mermaid.render('flowchart', source);"
        " document.body.innerHTML = svg; return svg; }",
        write_mermaid(graph, OPTIONS),
    )
    assert "onload" not in re.sub(r">[^<]*<", "><", svg)
    nodes = page.locator(".nodeLabel").all_text_contents()
    for item in drawn.outline:
        if isinstance(item, SketchNode):
            assert item.text in nodes
    labels = page.locator(".edgeLabel .edgeLabel").all_text_contents()
    assert Counter(labels) == Counter(
        f"→ {edge.value}← {edge.gradient}" if edge.flows else f"→ {edge.value}" for edge in drawn.edges
    )
    # Whatever is computed stands right of what it is computed from.
    for source, target in ((node.id, edge) for node in graph.nodes for edge in node.inputs):
        boxes = [page.locator(f"[id*='flowchart-n_{name}-']").bounding_box() for name in (target, source)]
        assert boxes[0] is not None
        assert boxes[1] is not None
        assert boxes[0]["x"] < boxes[1]["x"]


def test_a_picture_shows_tensors_as_the_page_does(page: Page) -> None:
    page.goto("/graph/small-cnn")
    page.locator("[data-output-value]").wait_for()
    page.get_by_label("Tensors as").select_option("numbers")
    page.keyboard.press("Control+Shift+E")
    page.locator("dialog [value=svg]").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    picture = Path(download.value.path()).read_text("utf-8")
    entry = example("small-cnn")
    assert entry
    graph = GraphDocument.model_validate(entry.graph).to_graph()
    assert picture == svg(graph, ExportOptions(tensors="numbers"))
    assert picture != svg(graph, OPTIONS)
