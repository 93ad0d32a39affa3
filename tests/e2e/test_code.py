"""A graph as code at the side, linked with its drawing; and the card of a node."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.core.graph import Graph
from app.formats.document import GraphDocument
from app.formats.format import ExportOptions
from app.formats.formula_writer import write_formula
from app.formats.gallery import examples
from app.formats.latex_writer import write_latex
from app.formats.layers_python import write_layers_python
from app.formats.registry import EXPORTERS
from tests.e2e.drawing import Drawing
from tests.e2e.test_accessible import serious

LANGUAGES = ("formula", "python", "latex", "steps")


def graph_of(name: str) -> Graph:
    (graph,) = (entry.graph for entry in examples() if entry.name == name)
    return GraphDocument.model_validate(graph).to_graph()


def code(page: Page, path: str) -> Drawing:
    drawing = Drawing(page).open(path)
    page.get_by_role("tab", name="Code").click()
    expect(page.locator("[data-language=python] pre")).to_be_visible()
    return drawing


def marked(page: Page, language: str) -> list[str]:
    """The text of what is marked in a block."""
    return page.locator(f"[data-language={language}] .here").all_text_contents()


def test_the_texts_are_the_servers(page: Page) -> None:
    code(page, "/graph/apples")
    graph = graph_of("apples")
    shown = {block: page.locator(f"[data-language={block}] pre") for block in ("formula", "python", "latex")}
    assert shown["formula"].text_content() == write_formula(graph).text
    assert shown["python"].text_content() == write_layers_python(graph).text
    page.get_by_role("button", name="Source").click()
    assert shown["latex"].text_content() == write_latex(graph).text
    page.get_by_role("button", name="Nested").click()
    expect(shown["formula"]).to_contain_text("total = apple * count * tax")


@pytest.mark.parametrize("language", LANGUAGES)
def test_pointing_in_one_view_marks_all_and_the_drawing(page: Page, language: str) -> None:
    code(page, "/graph/apples")
    page.locator(f"[data-language={language}] [data-point=subtotal]").first.hover()
    expect(page.locator(".canvas [data-node].pointed")).to_have_attribute("data-node", "subtotal")
    for other in LANGUAGES:
        expect(page.locator(f"[data-language={other}] .here").first).to_be_attached()
    assert "".join(marked(page, "formula")) == "subtotal = apple * countsubtotal"
    assert "dapple, dcount = mul_subtotal_layer.backward(dsubtotal)" in marked(page, "python")
    assert len(marked(page, "latex")) == 2
    assert len(marked(page, "steps")) == 3


def test_pointing_in_the_drawing_marks_every_view(page: Page) -> None:
    code(page, "/graph/apples")
    page.locator(".canvas [data-node=total]").hover()
    for language in LANGUAGES:
        expect(page.locator(f"[data-language={language}] .here").first).to_be_attached()
    # What is marked is brought into sight, though the text is longer than its block.
    page.locator(".canvas [data-node=subtotal]").hover()
    expect(page.locator("[data-language=steps] tr.here").first).to_be_attached()
    assert "subtotal = apple * count" in "".join(marked(page, "formula"))
    page.locator(".canvas [data-value-of-edge='total:1']").hover()
    expect(page.locator("[data-language=steps] tr.here")).to_have_count(2)


def test_what_is_marked_is_scrolled_into_its_block(page: Page) -> None:
    code(page, "/graph/long-expression")
    block = page.locator("[data-language=formula] .scroller")
    assert block.evaluate("it => it.scrollTop") == 0
    page.locator(".canvas [data-node]:not(.input)").last.hover()
    expect(page.locator("[data-language=formula] .here").first).to_be_attached()
    page.wait_for_function("document.querySelector('[data-language=formula] .scroller').scrollTop > 0")


def test_a_step_goes_to_the_playback(page: Page) -> None:
    drawing = code(page, "/graph/apples")
    step = page.locator("[data-step='2']")
    step.hover()
    lit = page.locator(".canvas .edge.lit")
    expect(lit).to_have_count(2)
    step.click()
    expect(page.locator(".sentence")).to_contain_text("is 220")
    expect(step).to_have_attribute("aria-current", "step")
    assert set(drawing.gradients().values()) == {"–"}
    page.locator("[data-step='4']").hover()
    expect(lit).to_have_attribute("data-edge", "total:0")


def test_places_by_keyboard(page: Page) -> None:
    code(page, "/graph/apples")
    page.locator("[data-language=formula] [data-stop][tabindex='0']").focus()
    expect(page.locator(".canvas [data-node].pointed")).to_have_attribute("data-node", "apple")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    expect(page.locator(".canvas [data-node].pointed")).to_have_attribute("data-node", "subtotal")
    page.keyboard.press("Enter")
    expect(page.locator(".canvas [data-node].selected")).to_have_attribute("data-node", "subtotal")
    page.locator("[data-language=steps] [data-stop][tabindex='0']").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".sentence")).to_contain_text("is 200")


def test_files_and_the_clipboard(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    code(page, "/graph/apples")
    written = {"Formula": write_formula, "Python": write_layers_python, "LaTeX": write_latex}
    for (name, write), suffix in zip(written.items(), (".txt", ".py", ".tex"), strict=True):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=f"Save {suffix}: {name}").click()
        assert waiting.value.suggested_filename == f"buying-apples{suffix}"
        assert Path(waiting.value.path()).read_text() == write(graph_of("apples")).text
    page.get_by_role("button", name="Copy: Python").click()
    expect(page.get_by_role("alert").filter(has_text="Copied: Python")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == write_layers_python(graph_of("apples")).text


def test_tensors_have_code_too(page: Page) -> None:
    code(page, "/graph/affine-batch")
    page.locator(".canvas [data-node=y]").hover()
    expect(page.locator("[data-language=python] .here").first).to_be_attached()
    expect(page.locator("[data-language=latex] .here")).to_have_count(2)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_barrier(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    code(page, "/graph/apples")
    page.locator("[data-language=python] [data-point=subtotal]").first.hover()
    assert serious(page) == []
    page.locator("[data-step='3']").click()
    assert serious(page) == []


def test_it_fits_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    code(page, "/graph/long-expression")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_card_tells_what_was_kept_and_shows_the_class(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    page.locator(".canvas [data-node=subtotal]").click()
    expect(page.locator("[data-kept-value=x]")).to_have_text("100")
    expect(page.locator("[data-kept-value=y]")).to_have_text("2")
    expect(page.locator("[data-kept]")).to_contain_text("apple price")
    expect(page.locator("[data-inspector-upstream]")).to_have_text("1.1")
    source = page.locator("[data-source]")
    expect(source.locator("code").first).to_be_hidden()
    source.locator("summary").click()
    expect(source.locator("code").first).to_have_text("class Mul(Elementwise):\n")
    expect(source).to_contain_text("def partials")
    assert serious(page) == []


def test_the_program_in_another_library(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    code(page, "/graph/apples")
    graph = graph_of("apples")
    program = page.locator("[data-language=program] pre")
    choice = page.get_by_label("Write as")
    names = [option.get_attribute("value") for option in choice.locator("option").all()]
    assert names == [name for name, e in EXPORTERS.items() if e.media_type == "text/x-python" and name != "python"]
    for name in names:
        assert name is not None
        choice.select_option(name)
        expect(program).to_have_text(str(EXPORTERS[name].write(graph, ExportOptions())), use_inner_text=True)
    choice.select_option("jax")
    expect(program).to_contain_text("import jax")
    page.get_by_role("button", name="Copy: Program").click()
    assert "jax.value_and_grad" in page.evaluate("navigator.clipboard.readText()")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save .py: Program").click()
    assert Path(waiting.value.path()).read_text() == EXPORTERS["jax"].write(graph, ExportOptions())
    assert serious(page) == []


def test_a_library_that_cannot_say_the_graph_tells_why(page: Page, browser_faults: list[str]) -> None:
    code(page, "/graph/affine-batch")
    page.get_by_label("Write as").select_option("micrograd")
    expect(page.locator("[data-language=program] .fault")).to_contain_text("micrograd has numbers alone")
    assert all("422" in fault for fault in browser_faults)
    browser_faults.clear()
    page.get_by_label("Write as").select_option("pytorch")
    expect(page.locator("[data-language=program] pre")).to_contain_text("x @ w + b")
