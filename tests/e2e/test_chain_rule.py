"""The chain rule written out at the side, read off the page."""

from __future__ import annotations

import math

import pytest
from playwright.sync_api import Locator, Page, expect

from app.core.evaluate import evaluate
from app.formats.document import GraphDocument
from app.formats.gallery import examples
from tests.e2e.drawing import Drawing
from tests.e2e.test_accessible import serious

RUNS = {entry.name: evaluate(GraphDocument.model_validate(entry.graph).to_graph()) for entry in examples()}
SCALAR = [name for name, run in RUNS.items() if all(shape == () for shape in run.plan.shapes)]
SHOWN = 6e-4
"""Four digits are shown: so far a number may be from what it stands for."""


def number(text: str) -> float:
    return float(text.replace("\N{MINUS SIGN}", "-").replace("\N{INFINITY}", "inf"))


def shown(place: Locator) -> list[float]:
    return [number(text.strip()) for text in place.all_text_contents()]


def full(place: Locator) -> list[float]:
    """All digits, from the titles."""
    return [number(str(title)) for title in place.evaluate_all("all => all.map(one => one.title)")]


def chain_rule(page: Page, path: str) -> Drawing:
    drawing = Drawing(page).open(path)
    page.get_by_role("tab", name="Chain rule").click()
    return drawing


def choose(page: Page, node: str) -> None:
    page.get_by_label("With respect to").select_option(node)
    expect(page.locator(f"[data-wrt={node}]")).to_be_visible()


@pytest.mark.parametrize("name", SCALAR)
def test_factors_multiply_to_products_and_products_sum_to_the_gradient(page: Page, name: str) -> None:
    run = RUNS[name]
    chain_rule(page, f"/graph/{name}")
    nodes = page.get_by_label("With respect to").locator("optgroup").first.locator("option")
    for node in nodes.evaluate_all("all => all.map(one => one.value)"):
        choose(page, node)
        products = []
        for path in page.locator("[data-path]").all():
            factors, (product,) = full(path.locator("[data-local-number]")), full(path.locator("[data-product]"))
            assert math.prod(factors) == pytest.approx(product, rel=1e-12)
            assert shown(path.locator("[data-product]")) == [pytest.approx(product, rel=SHOWN)]
            assert shown(path.locator("[data-local-number]")) == pytest.approx(factors, rel=SHOWN)
            products.append(product)
        (gradient,) = full(page.locator("[data-sum]"))
        assert math.fsum(products) == pytest.approx(gradient, rel=1e-12)
        assert shown(page.locator("[data-sum]")) == [pytest.approx(gradient, rel=SHOWN)]
        assert gradient == run.gradients[run.plan.ids.index(node)]


def test_a_factor_is_linked_with_its_edge_both_ways(page: Page) -> None:
    chain_rule(page, "/graph/fan-out")
    lit = page.locator(".canvas .edge.lit")
    factor = page.locator("[data-path='0'] [data-factor='product:0']")
    factor.hover()
    expect(lit).to_have_count(1)
    expect(lit).to_have_attribute("data-edge", "product:0")
    expect(page.locator(".canvas [data-node].pointed")).to_have_attribute("data-node", "product")
    expect(page.locator(".factor.here")).to_have_count(1)
    # The edge from the product is on two of the paths.
    page.locator("[data-path='0'] [data-factor='f:0']").hover()
    expect(page.locator(".factor.here")).to_have_count(2)
    page.locator("[data-path='1'] .path-name").hover()
    expect(lit).to_have_count(2)
    assert lit.evaluate_all("all => all.map(one => one.dataset.edge).sort()") == ["f:0", "product:1"]
    page.locator(".canvas [data-value-of-edge='f:1']").hover()
    expect(page.locator(".factor.here")).to_have_attribute("data-factor", "f:1")
    page.locator(".canvas [data-node=product]").hover()
    expect(page.locator(".factor.here")).to_have_count(4)
    factor.click()
    expect(page.locator(".canvas [data-node].selected")).to_have_attribute("data-node", "product")


def test_everything_by_keyboard(page: Page) -> None:
    chain_rule(page, "/graph/fan-out")
    page.locator("[data-path='0'] .path-name").focus()
    expect(page.locator(".canvas .edge.lit")).to_have_count(2)
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-path='0'] [data-factor='f:0']")).to_be_focused()
    expect(page.locator(".canvas .edge.lit")).to_have_attribute("data-edge", "f:0")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(".canvas [data-node].selected")).to_have_attribute("data-node", "product")


def test_the_variable_follows_the_selected_input(page: Page) -> None:
    drawing = Drawing(page).open("/graph/apples")
    page.locator(".canvas [data-node=tax]").click()
    page.get_by_role("tab", name="Chain rule").click()
    expect(page.get_by_label("With respect to")).to_have_value("tax")
    expect(page.locator("[data-sum]")).to_have_text("200")
    drawing.page.locator(".canvas [data-node=count]").click()
    expect(page.locator("[data-sum]")).to_have_text("110")
    page.locator("[data-path='0'] [data-factor]").first.click()
    expect(page.get_by_label("With respect to")).to_have_value("count")
    choose(page, "tax")
    expect(page.locator("[data-sum]")).to_have_text("200")
    choose(page, "total")
    expect(page.locator(".how")).to_contain_text("With respect to itself the derivative is 1")


def test_numbers_move_with_a_slider(page: Page) -> None:
    chain_rule(page, "/graph/apples")
    expect(page.locator("[data-sum]")).to_have_text("2.2")
    page.locator(".canvas [data-node=count]").click()
    page.locator("[data-place=leaf] input[type=text]").fill("5")
    choose(page, "apple")
    expect(page.locator("[data-sum]")).to_have_text("5.5")


def test_what_it_costs_and_forward_mode(page: Page) -> None:
    chain_rule(page, "/graph/fan-out")
    for way, count in {"paths": "5", "forward": "4", "reverse": "4"}.items():
        expect(page.locator(f"[data-count={way}]")).to_have_text(count)
    expect(page.locator("[data-counts-sentence]")).to_contain_text("Paths share edges")
    page.get_by_role("button", name="Forward mode").click()
    tangents = page.locator("[data-tangent]")
    assert tangents.evaluate_all("all => all.map(one => one.dataset.tangent)") == ["x", "product", "f"]
    assert shown(page.locator("[data-tangent-number]")) == [1, 6, 7]
    tangents.nth(1).hover()
    lit = page.locator(".canvas .edge.lit")
    expect(lit).to_have_count(2)
    assert lit.evaluate_all("all => all.map(one => one.dataset.edge).sort()") == ["product:0", "product:1"]
    expect(page.locator(".verdict")).to_have_attribute("data-winner", "equal")


def test_forward_mode_wins_with_one_input_and_many_outputs(page: Page) -> None:
    Drawing(page).open("/graph/apples").draw("x = 2\na = x^2\nb = sin(a)\nc = exp(a)\nd = a*3")
    page.get_by_role("tab", name="Chain rule").click()
    page.get_by_role("button", name="Forward mode").click()
    expect(page.locator(".verdict")).to_have_attribute("data-winner", "forward")
    expect(page.locator(".verdict")).to_contain_text("Forward mode wins")


def test_paths_beyond_those_shown_are_said(page: Page) -> None:
    lines = ["a = x + x", *(f"{b} = {a} + {a}" for a, b in zip("abcdefgh", "bcdefghi", strict=True))]
    Drawing(page).open("/graph/apples").draw("\n".join(lines))
    page.get_by_role("tab", name="Chain rule").click()
    expect(page.locator(".shown")).to_contain_text("32 of 512 paths shown")
    expect(page.locator("[data-incomplete]")).to_contain_text("shown: 32 of the gradient: 512")
    page.get_by_role("button", name="Show more").click()
    expect(page.locator(".shown")).to_contain_text("256 of 512 paths shown")
    expect(page.get_by_role("button", name="Show more")).to_have_count(0)


def test_a_tensor_is_refused_with_a_hint(page: Page, browser_faults: list[str]) -> None:
    chain_rule(page, "/graph/affine-batch")
    expect(page.locator(".refusal")).to_contain_text("A path's product takes plain numbers")
    page.locator(".refusal button").first.click()
    expect(page.locator(".canvas [data-node].selected")).to_have_count(1)
    choose(page, "f")
    expect(page.locator(".refusal")).to_have_count(0)
    clear_refusals(browser_faults)


def test_a_constant_has_no_path(page: Page) -> None:
    drawing = Drawing(page).open("/graph/apples").draw("y = x * 3")
    expect(drawing.page.locator(".canvas [data-node=y]")).to_be_visible()
    page.get_by_role("tab", name="Chain rule").click()
    constant = page.get_by_label("With respect to").locator("option", has_text="3").get_attribute("value")
    page.get_by_label("With respect to").select_option(constant)
    expect(page.locator("[data-no-path]")).to_contain_text("constant")


def test_the_derivation_is_copied_as_latex(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chain_rule(page, "/graph/apples")
    page.get_by_role("button", name="with numbers").click()
    expect(page.get_by_role("alert").filter(has_text="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").endswith(r"= 1.1 \times 2 = 2.2")
    page.get_by_role("button", name="in symbols").click()
    page.wait_for_function(r"async () => (await navigator.clipboard.readText()).startsWith('\\begin{aligned}')")


def test_without_a_graph_it_says_what_to_do(page: Page) -> None:
    page.goto("/graph")
    page.get_by_role("tab", name="Chain rule").click()
    expect(page.locator("[data-place=panel]")).to_contain_text("Type a formula")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_barrier(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    chain_rule(page, "/graph/quotient")
    expect(page.locator("[data-path] math").first).to_be_visible()
    page.locator("[data-factor]").first.hover()
    assert serious(page) == []
    page.get_by_role("button", name="Forward mode").click()
    assert serious(page) == []


def test_it_fits_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    chain_rule(page, "/graph/long-expression")
    expect(page.locator("[data-path] math").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def clear_refusals(faults: list[str]) -> None:
    """The browser notes the refusal that the test asks for."""
    assert all("422" in fault for fault in faults)
    faults.clear()
