"""Single elements of gradients, taken apart."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.drawing import Drawing
from tests.e2e.test_accessible import serious
from tests.e2e.test_tensors import open_file


def inspect(page: Page, node: str) -> Locator:
    """The cells of a node's gradient."""
    page.locator(f".canvas [data-node={node}]").click()
    page.mouse.move(2, 2)
    expect(page.locator(f"[data-inspected={node}]")).to_be_visible()
    return page.locator("[data-inspector-gradient]")


def take_apart(page: Page, node: str, index: str) -> Locator:
    inspect(page, node).locator(f"[data-cell='{index}']").click()
    drill = page.locator("[data-drill]")
    expect(drill.locator("[data-drill-answer]:not(.stale)")).to_be_visible()
    return drill


def sum_of(drill: Locator) -> list[str]:
    """The lines of the sum, without the letters of its terms."""
    lines: list[str] = drill.locator("[data-drill-sum] p").evaluate_all(
        """all => all.map(line => {
            const copy = line.cloneNode(true);
            copy.querySelectorAll("sup").forEach(sign => sign.remove());
            return copy.textContent.replace(/\\s+/g, " ").trim();
        })"""
    )
    return lines


def parts(drill: Locator, kind: str) -> dict[str, str]:
    """The cells that take part, with their letters."""
    cells = drill.locator(f"[data-drill-grid={kind}] [data-part]")
    return dict(
        cells.evaluate_all(
            "all => all.map(cell => [cell.dataset.part, cell.querySelector('sup')?.textContent ?? ''])",
        )
    )


def test_a_weight_of_the_affine_layer_is_a_column_times_a_column(page: Page) -> None:
    Drawing(page).open("/graph/affine-batch")
    drill = take_apart(page, "w", "0,1")
    assert sum_of(drill) == ["dW[0,1] = X[0,0]·dy[0,1] + X[1,0]·dy[1,1]", "= 0·2 + 10·5", "= 50"]
    assert parts(drill, "input") == {"0,0": "a", "1,0": "b"}
    assert parts(drill, "upstream") == {"0,1": "a", "1,1": "b"}
    assert parts(drill, "result") == {"0,1": ""}
    expect(drill.locator("[data-drill-pattern]")).to_have_text(
        "Column 0 of X meets column 1 of dy, and every row, every sample of the batch, adds its product: "
        "over all elements that is Xᵀ · dy."
    )


def test_its_input_is_a_row_times_a_row_and_its_bias_a_sum_over_the_batch(page: Page) -> None:
    Drawing(page).open("/graph/affine-batch")
    drill = take_apart(page, "x", "1,0")
    assert sum_of(drill) == [
        "dX[1,0] = W[0,0]·dy[1,0] + W[0,1]·dy[1,1] + W[0,2]·dy[1,2]",
        "= 1·4 + 0·5 + 1·6",
        "= 10",
    ]
    expect(drill.locator("[data-drill-pattern]")).to_contain_text("dy · Wᵀ")
    page.reload()
    drill = take_apart(page, "b", "1")
    assert sum_of(drill) == ["db[1] = dy[0,1] + dy[1,1]", "= 2 + 5", "= 7"]
    expect(drill.locator("[data-drill-pattern]")).to_contain_text(
        "column 1 of dy is added up: one number from each row"
    )


def test_a_term_that_is_pointed_at_lights_its_cells_in_all_grids(page: Page) -> None:
    Drawing(page).open("/graph/affine-batch")
    drill = take_apart(page, "w", "0,1")
    drill.locator("[data-term='1']").first.hover()
    lit = drill.locator("[data-part].on")
    expect(lit).to_have_count(2)
    assert lit.evaluate_all("all => all.map(cell => cell.dataset.part)") == ["1,0", "1,1"]
    drill.locator("[data-term='0']").first.focus()
    page.mouse.move(2, 2)
    page.keyboard.press("Tab")
    expect(drill.locator("[data-term='1']").first).to_be_focused()
    expect(lit).to_have_count(2)


def test_arrow_keys_move_between_cells(page: Page) -> None:
    Drawing(page).open("/graph/affine-batch")
    cells = inspect(page, "w")
    cells.locator("[data-cell='0,0']").focus()
    page.keyboard.press("ArrowRight")
    expect(cells.locator("[data-cell='0,1']")).to_be_focused()
    expect(page.locator("[data-drill]")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator("[data-drill-sum]")).to_contain_text("= 50")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(cells.locator("[data-cell='1,2']")).to_be_focused()
    expect(page.locator("[data-drill-sum]")).to_contain_text("= 60")
    page.locator("[data-drill] button").first.focus()
    page.keyboard.press("Escape")
    expect(page.locator("[data-drill]")).to_have_count(0)
    expect(cells.locator("[data-cell='0,0']")).to_be_focused()


def test_a_softmax_with_its_loss(page: Page) -> None:
    Drawing(page).open("/graph/softmax-with-loss")
    drill = take_apart(page, "x", "1")
    assert sum_of(drill) == ["dscores[1] = ∂loss/∂scores[1]·dloss", "= −0.8·1", "= −0.8"]
    assert parts(drill, "input") == {"0": "a", "1": "a", "2": "a"}
    expect(drill.locator("[data-drill-grid=input]")).to_have_count(2)
    expect(drill.locator("[data-drill-pattern]")).to_contain_text("computed from those that are marked")


def test_a_relu_lets_through_or_does_not(page: Page) -> None:
    Drawing(page).open("/graph/relu")
    drill = take_apart(page, "x", "0,1")
    assert sum_of(drill) == ["dx[0,1] = ∂y[0,1]/∂x[0,1]·dy[0,1]", "= 0·1", "= 0"]
    expect(drill.locator("[data-drill-pattern]")).to_contain_text("what arrives there goes no further")
    drill = take_apart(page, "x", "1,1")
    expect(drill.locator("[data-drill-sum]")).to_contain_text("= 1")


def test_of_several_uses_it_is_said_which(page: Page) -> None:
    nodes = [
        {"id": "x", "op": "input", "value": [1, 2, 3]},
        {"id": "p", "op": "mul", "inputs": ["x", "x"]},
        {"id": "s", "op": "sum", "inputs": ["p"]},
        {"id": "q", "op": "mul", "inputs": ["s", "x"]},
        {"id": "f", "op": "sum", "inputs": ["q"]},
    ]
    open_file(page, {"nodes": nodes})
    drill = take_apart(page, "x", "1")
    expect(drill.locator(".drill-uses")).to_contain_text("x is used 3 times, and the shares add up: dx[1] = 38")
    expect(drill.get_by_role("button", name="p, input 1: 12")).to_have_attribute("aria-pressed", "true")
    drill.get_by_role("button", name="q: 14").click()
    expect(drill.locator("[data-drill-sum]")).to_contain_text("= 14")
    assert sum_of(drill)[0] == "dx[1] = s·dq[1]"


def test_a_number_that_was_copied_gathers_from_everywhere(page: Page) -> None:
    nodes = [
        {"id": "k", "op": "input", "value": 2},
        {"id": "x", "op": "input", "value": [[1, 2], [3, 4]]},
        {"id": "p", "op": "mul", "inputs": ["k", "x"]},
        {"id": "f", "op": "sum", "inputs": ["p"]},
    ]
    open_file(page, {"nodes": nodes})
    inspect(page, "k").get_by_role("button", name="Take it apart").click()
    drill = page.locator("[data-drill]")
    expect(drill.locator("[data-drill-sum]")).to_contain_text("= 10")
    assert sum_of(drill)[0] == "dk = x[0,0]·dp[0,0] + x[0,1]·dp[0,1] + x[1,0]·dp[1,0] + x[1,1]·dp[1,1]"


def test_of_many_axes_any_element_can_be_asked_for(page: Page) -> None:
    nodes = [
        {"id": "x", "op": "input", "value": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]},
        {"id": "y", "op": "square", "inputs": ["x"]},
        {"id": "f", "op": "sum", "inputs": ["y"]},
    ]
    open_file(page, {"nodes": nodes})
    inspect(page, "x").get_by_role("button", name="Take an element apart").click()
    drill = page.locator("[data-drill]")
    expect(drill.locator("[data-drill-sum]")).to_contain_text("dx[0,0,0]")
    field = drill.get_by_label("Place on axis 0, from 0 to 1")
    field.fill("1")
    field.press("Enter")
    drill.get_by_label("Place on axis 2, from 0 to 1").fill("1")
    drill.get_by_label("Place on axis 2, from 0 to 1").press("Enter")
    expect(drill.locator("[data-drill-sum]")).to_contain_text("dx[1,0,1]")
    expect(drill.locator("[data-drill-sum]")).to_contain_text("= 12")
    expect(drill.locator("[data-drill-grid=result]")).to_contain_text("[1,:,:]")


def test_too_large_a_gradient_is_said_in_words(page: Page, browser_faults: list[str]) -> None:
    nodes = [
        {"id": "x", "op": "input", "value": [[0.5] * 70] * 70},
        {"id": "y", "op": "square", "inputs": ["x"]},
        {"id": "f", "op": "sum", "inputs": ["y"]},
    ]
    open_file(page, {"nodes": nodes})
    inspect(page, "x").get_by_role("button", name="Take an element apart").click()
    expect(page.locator("[data-drill]")).to_contain_text(re.compile("4,900 elements of a gradient.*limit is 4,096"))
    assert all("status of 422" in fault for fault in browser_faults)
    browser_faults.clear()


def test_it_follows_the_numbers(page: Page) -> None:
    Drawing(page).open("/graph/affine-batch")
    take_apart(page, "w", "0,1")
    field = page.locator("[data-place=values]").get_by_role("grid", name=re.compile("^X, "))
    field.get_by_role("textbox", name="row 0, column 0", exact=True).fill("3")
    page.keyboard.press("Enter")
    expect(page.locator("[data-drill-sum]")).to_contain_text("= 56")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_it_has_no_serious_barrier_and_fits(page: Page, scheme: str, width: int) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 844})
    Drawing(page).open("/graph/affine-batch")
    drill = take_apart(page, "w", "0,1")
    assert serious(page) == []
    assert drill.evaluate("drill => drill.scrollWidth <= drill.clientWidth")
