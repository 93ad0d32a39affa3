"""The views that check gradients, move numbers, and hold pieces against their whole."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Locator, Page, Request, Response, Route, expect

from tests.e2e.drawing import Drawing
from tests.e2e.test_accessible import serious
from tests.e2e.test_tensors import open_file


def draw(page: Page, formula: str) -> None:
    Drawing(page).open(f"/graph?formula={quote(formula)}")


def open_view(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def checked(page: Page, leaf: str) -> Locator:
    return page.locator(f"[data-leaf-check={leaf}]")


def what_if(page: Page, what: str) -> Locator:
    return page.locator(f"[data-what-if={what}]")


def field_of_range(page: Page, name: str) -> Locator:
    return page.locator(".range-fields").get_by_label(name, exact=True)


def sent(request: Request) -> dict[str, Any]:
    return dict(request.post_data_json or {})


def drawn_pixels(chart: Locator) -> int:
    """How many pixels of a chart aren't blank."""
    count = """canvas => {
        const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        let drawn = 0;
        for (let i = 3; i < data.length; i += 4) drawn += data[i] > 0;
        return drawn;
    }"""
    return int(chart.locator("canvas").evaluate(count))


def test_every_leaf_is_checked_and_checked_again_when_it_moves(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    open_view(page, "Check")
    expect(page.locator("[data-headline]")).to_have_text("All 3 leaves' gradients agree with the numerical ones.")
    count = checked(page, "count")
    expect(count).to_contain_text("agrees")
    assert float(count.locator("dd").nth(0).inner_text()) == pytest.approx(110, rel=1e-12)
    assert float(count.locator("dd").nth(1).inner_text()) == pytest.approx(110, rel=1e-6)
    expect(page.locator("[data-time]")).to_contain_text("at least 6 in all")
    count.hover()
    expect(page.locator(".canvas [data-node=count].pointed")).to_have_count(1)
    page.locator(".canvas [data-node=apple]").click()
    page.locator(".leaf-overlay input[type=text]").fill("200")
    expect(count.locator("dd").nth(0)).to_contain_text(re.compile("^220"))


def test_the_curve_shows_both_arms_and_the_step(page: Page) -> None:
    draw(page, "x = 1\nexp(x)")
    open_view(page, "Check")
    words = page.locator("[data-curve-sentence]")
    expect(words).to_contain_text("truncation")
    expect(words).to_contain_text("rounding")
    chart = page.locator(".chart")
    expect(chart.locator("canvas")).to_be_visible()
    assert drawn_pixels(chart) > 1000
    with page.expect_request("**/api/check") as asked:
        page.locator(".check-view select").select_option(label="0.01")
    assert sent(asked.value)["epsilon"] == 0.01
    with page.expect_response("**/api/check"):
        page.get_by_role("button", name="Check again").click()


def test_a_kink_is_called_a_kink_and_comes_first(page: Page) -> None:
    draw(page, "y = 2\nx = 0\ny^2 + relu(x)")
    open_view(page, "Check")
    first = page.locator("[data-leaf-check]").first
    expect(first).to_have_attribute("data-leaf-check", "x")
    expect(first).to_contain_text("at a kink")
    expect(first).to_contain_text("stands exactly on its corner")
    expect(page.locator("[data-headline]")).to_contain_text("At a kink, where no derivative exists: x; 1 agrees.")
    expect(page.locator("[data-curve-sentence]")).to_contain_text("slopes of the two sides differ")


def test_a_gradient_that_differs_comes_first_and_is_named(page: Page) -> None:
    # The ops' own gradients are right, so the answer is made wrong on its way.
    def falsify(route: Route) -> None:
        response = route.fetch()
        answer = response.json()
        answer["leaves"]["tax"] |= {"backprop": 100, "relative_error": 0.5, "verdict": "fail"}
        for point in answer["curve"]:
            point["relative_error"]["tax"] = 0.5
        route.fulfill(response=response, json=answer)

    page.route("**/api/check", falsify)
    Drawing(page).open("/graph/apples")
    open_view(page, "Check")
    expect(page.locator("[data-headline]")).to_have_text("1 of 3 differs (tax); 2 agree.")
    first = page.locator("[data-leaf-check]").first
    expect(first).to_have_attribute("data-leaf-check", "tax")
    expect(first.get_by_role("button")).to_have_text(re.compile("differs"))
    expect(page.locator("[data-curve-sentence]")).to_contain_text("the gradient itself differs")
    assert serious(page) == []


def test_a_check_that_fails_is_told_and_made_again(page: Page, browser_faults: list[str]) -> None:
    away = {"type": "urn:x", "title": "Busy", "status": 503, "detail": "all slots are taken"}
    page.route("**/api/check", lambda route: route.fulfill(status=503, json=away))
    Drawing(page).open("/graph/apples")
    open_view(page, "Check")
    expect(page.locator(".check-view .fault")).to_have_text("All slots are taken.")
    page.unroute("**/api/check")
    page.get_by_role("button", name="Check again").click()
    expect(page.locator("[data-headline]")).to_be_visible()
    expect(page.locator(".check-view .fault")).to_have_count(0)
    assert len(browser_faults) == 1
    assert "503" in browser_faults[0]
    browser_faults.clear()


def test_the_chart_library_is_loaded_with_the_first_chart(page: Page) -> None:
    scripts: list[Response] = []
    page.on("response", lambda response: scripts.append(response) if response.url.endswith(".js") else None)

    def with_charts() -> int:
        return sum("u-cursor-x" in script.text() for script in scripts)

    Drawing(page).open("/graph/apples")
    page.wait_for_load_state("networkidle")
    assert scripts
    assert with_charts() == 0
    open_view(page, "Check")
    expect(page.locator(".chart canvas")).to_be_visible()
    open_view(page, "What if")
    expect(page.locator(".chart canvas").first).to_be_visible()
    assert with_charts() == 1


def test_the_elements_of_a_tensor_are_walked_by_keys(page: Page) -> None:
    Drawing(page).open("/graph/affine-batch")
    open_view(page, "Check")
    checked(page, "w").get_by_role("button").click()
    cells = checked(page, "w").get_by_role("gridcell")
    expect(cells).to_have_count(6)
    cells.first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-heat-readout]")).to_contain_text("W[1, 1]: backprop 50, numerical ")
    expect(page.locator(".canvas [data-node=w].pointed")).to_have_count(1)


def test_the_tangent_is_held_against_the_truth(page: Page) -> None:
    draw(page, "x = 2\nx^3")
    open_view(page, "What if")
    expect(what_if(page, "slope")).to_have_text("12")
    page.get_by_role("textbox", name="Δx").fill("0.5")
    page.get_by_role("textbox", name="Δx").press("Enter")
    expect(what_if(page, "predicted")).to_have_text("14")
    expect(what_if(page, "actual")).to_have_text("15.63")
    expect(what_if(page, "difference")).to_have_attribute("title", "1.625")
    expect(page.locator("[data-what-if-sentence]")).to_contain_text("1.625 more than the tangent says (21 %")
    slider = page.get_by_role("slider", name="Move x")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(what_if(page, "predicted")).not_to_have_text("14")
    slider.fill("0")
    expect(page.locator("[data-what-if-sentence]")).to_contain_text("Move the number")


def test_the_moved_value_is_set_in_one_step(page: Page) -> None:
    draw(page, "x = 2\nx^3")
    open_view(page, "What if")
    for delta in ("1", "1.5"):
        page.get_by_role("textbox", name="Δx").fill(delta)
        page.get_by_role("textbox", name="Δx").press("Enter")
    page.get_by_role("button", name="Set x to 3.5").click()
    expect(page.locator("[data-output-value]")).to_have_text("42.88")
    expect(what_if(page, "now")).to_have_text("42.88")
    page.get_by_role("button", name=re.compile("^Undo")).click()
    expect(page.locator("[data-output-value]")).to_have_text("8")


def test_the_curve_stays_while_its_own_leaf_moves(page: Page) -> None:
    draw(page, "x = 2\ny = 1\nx^2 * y")
    open_view(page, "What if")
    expect(page.locator(".chart canvas").first).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/api/sweep") else None)
    page.locator(".canvas [data-node=x]").click()
    field = page.locator(".leaf-overlay input[type=text]")
    field.fill("3")
    expect(what_if(page, "slope")).to_have_text("6")
    expect(page.locator("[data-what-if-summary]")).to_contain_text("Here, where x is 3,")
    page.wait_for_timeout(300)
    assert asked == []
    field.fill("30")
    expect(page.get_by_text("outside of the range")).to_be_visible()
    page.get_by_role("button", name="Move the range").click()
    expect(field_of_range(page, "to")).to_have_value("100")
    page.locator(".canvas [data-node=y]").click()
    expect(page.locator("[data-what-if-leaf]")).to_have_value("y")
    expect(page.locator("[data-what-if-summary]")).to_contain_text("y runs from")


def test_the_curve_has_gaps_is_read_zoomed_and_saved(page: Page, tmp_path: Path) -> None:
    draw(page, "x = 1\nlog(x)")
    open_view(page, "What if")
    expect(page.locator("[data-what-if-summary]")).to_contain_text("It isn't finite at 101 of 201 points.")
    box = page.locator(".chart .u-over").first.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.75, middle)
    expect(page.locator("[data-what-if-readout]")).to_contain_text(re.compile(r"x = 1[.0-9]*: .*, gradient "))
    page.mouse.move(box["x"] + box["width"] * 0.25, middle)
    expect(page.locator("[data-what-if-readout]")).to_contain_text("not finite")
    page.mouse.move(box["x"] + box["width"] * 0.5, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, middle, steps=4)
    page.mouse.up()
    with page.expect_request("**/api/sweep") as asked:
        page.get_by_role("button", name="Take what is seen").click()
    assert sent(asked.value)["start"] == pytest.approx(0, abs=0.05)
    assert sent(asked.value)["stop"] == pytest.approx(1, abs=0.05)
    expect(page.locator("[data-what-if-summary]")).not_to_contain_text("It isn't finite at 101")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the points as CSV").click()
    saved.value.save_as(tmp_path / "points.csv")
    lines = (tmp_path / "points.csv").read_text().splitlines()
    assert len(lines) == 202
    x, value, gradient = map(float, lines[-1].split(","))
    assert (value, gradient) == pytest.approx((math.log(x), 1 / x))
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the curve as PNG").click()
    saved.value.save_as(tmp_path / "curve.png")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the curve as SVG").click()
    saved.value.save_as(tmp_path / "curve.svg")
    assert ET.parse(tmp_path / "curve.svg").getroot().tag.endswith("svg")


def test_buttons_zoom_and_show_all(page: Page) -> None:
    draw(page, "x = 1\nx^2")
    open_view(page, "What if")
    expect(page.locator(".chart canvas").first).to_be_visible()
    page.get_by_role("button", name="Look closer").click()
    page.get_by_role("button", name="Look closer").click()
    page.get_by_role("button", name="See more").click()
    page.get_by_role("button", name="Take what is seen").click()
    expect(field_of_range(page, "from")).to_have_value("-0.5")
    expect(field_of_range(page, "to")).to_have_value("1.5")


def test_a_wrong_range_is_told_and_the_curve_stays(page: Page) -> None:
    draw(page, "x = 1\nx^2")
    open_view(page, "What if")
    field_of_range(page, "from").fill("9")
    expect(page.get_by_text("must be smaller")).to_be_visible()
    expect(page.locator("[data-what-if-summary]")).to_contain_text("x runs from −2 to 2")
    field_of_range(page, "from").fill("-9")
    expect(page.locator("[data-what-if-summary]")).to_contain_text("x runs from −9 to 2")


def test_one_element_of_a_tensor_moves(page: Page) -> None:
    Drawing(page).open("/graph/affine-batch")
    open_view(page, "What if")
    page.locator("[data-what-if-leaf]").select_option("w")
    page.get_by_label("Element, axis 1").fill("2")
    page.get_by_label("Element, axis 1").press("Enter")
    expect(what_if(page, "slope")).to_have_text("60")
    page.get_by_role("textbox", name="ΔW[0, 2]").fill("1")
    page.get_by_role("textbox", name="ΔW[0, 2]").press("Enter")
    expect(page.locator("[data-what-if-sentence]")).to_contain_text("The tangent is exact here")
    expect(what_if(page, "actual")).to_have_text("256")


def test_a_graph_without_numbers_says_what_to_do(page: Page) -> None:
    page.goto("/graph")
    for name, hint in (("Check", "nothing to check yet"), ("What if", "no number to move yet")):
        open_view(page, name)
        expect(page.get_by_text(hint)).to_be_visible()


def test_pieces_part_from_their_whole_where_one_overflows(page: Page) -> None:
    draw(page, "x = -1\ns = sigmoid(x)\ns")
    page.locator(".canvas [data-node=s]").click()
    page.get_by_role("button", name="Compare with its pieces").click()
    words = page.locator("[data-pieces-sentence]")
    expect(words.first).to_contain_text("both give the same numbers")
    page.get_by_role("button", name="1000 times as large", exact=True).click()
    expect(words.first).to_contain_text("Here they part")
    expect(words.nth(1)).to_contain_text("s_exp")
    expect(words.last).to_have_text("As one node everything stays finite.")
    expect(page.locator(".canvas [data-node]")).to_have_count(2)
    expect(page.locator("[data-leaf-field=x]")).to_have_value("-1")
    page.get_by_role("button", name="−1000 times as large").click()
    expect(words.first).to_contain_text("both give the same numbers")


def test_a_group_of_pieces_is_held_against_one_node(page: Page) -> None:
    draw(page, "x = -1\ns = sigmoid(x)\ns")
    page.locator(".canvas [data-node=s]").click()
    page.get_by_role("button", name="Open into its pieces").click()
    page.locator(".canvas [data-node=s_exp]").click()
    page.get_by_role("button", name=re.compile("Compare “s.*” with one node")).click()
    expect(page.locator("[data-pieces-sentence]").first).to_contain_text("both give the same numbers")
    expect(page.locator(".canvas [data-node=s_exp]")).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_views_have_no_serious_barrier(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    Drawing(page).open("/graph/affine-batch")
    open_view(page, "Check")
    expect(page.locator(".chart canvas")).to_be_visible()
    assert serious(page) == []
    open_view(page, "What if")
    expect(page.locator(".chart canvas").first).to_be_visible()
    assert serious(page) == []
    open_view(page, "Node")
    page.locator(".canvas [data-node=y]").click()
    page.get_by_role("button", name="Compare with its pieces").click()
    expect(page.locator("[data-pieces-sentence]")).to_be_visible()
    assert serious(page) == []


LARGE = {
    "format": "backarrow/1",
    "nodes": [
        {"id": "x", "op": "constant", "value": [[math.sin(row * 40 + n) for n in range(40)] for row in range(30)]},
        {"id": "w", "op": "parameter", "value": [[math.cos(row * 60 + n) / 8 for n in range(60)] for row in range(40)]},
        {"id": "h", "op": "matmul", "inputs": ["x", "w"]},
        {"id": "a", "op": "tanh", "inputs": ["h"]},
        {"id": "y", "op": "mean", "inputs": ["a"]},
    ],
    "output": "y",
}


def open_large(page: Page) -> None:
    open_file(page, LARGE)
    open_view(page, "Check")


def test_a_large_graph_is_checked_along_directions_first_and_element_by_element_on_demand(page: Page) -> None:
    open_large(page)
    expect(page.locator("[data-headline]")).to_contain_text("In 4 random directions, each moving all 2,400 numbers")
    expect(page.locator("[data-direction]")).to_have_count(4)
    expect(page.locator("[data-leaf-check]")).to_have_count(0)
    page.get_by_role("button", name="Check every element").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-every-headline]")).to_have_text("The gradient agrees with the numerical one.")
    expect(checked(page, "w")).to_contain_text("agrees")
    expect(page.locator("[data-curve=w]")).to_be_visible()
    assert serious(page) == []


def test_a_check_of_every_element_tells_how_far_it_is_and_is_left_off(page: Page) -> None:
    open_large(page)
    # The answer comes so soon that it wouldn't be seen: it is held back after its first line.
    page.evaluate(
        """() => {
            const fetched = window.fetch;
            window.fetch = (path, options) => {
                if (!String(path).includes('/api/check/progress')) return fetched(path, options);
                const line = JSON.stringify({done: 600, size: 2400, elapsed: 1, remaining: 3}) + '\\n';
                const body = new ReadableStream({
                    start(control) {
                        control.enqueue(new TextEncoder().encode(line));
                        options.signal.addEventListener('abort', () => {
                            window.leftOff = true;
                            control.error(options.signal.reason);
                        });
                    },
                });
                return Promise.resolve(new Response(body));
            };
        }"""
    )
    page.get_by_role("button", name="Check every element").click()
    expect(page.locator("[data-every-progress]")).to_contain_text("600 of 2,400 numbers checked, 3")
    bar = page.get_by_role("progressbar", name="Elements checked")
    expect(bar).to_have_js_property("value", 600)
    assert serious(page) == []
    page.get_by_role("button", name="Cancel").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Check every element")).to_be_visible()
    assert page.evaluate("window.leftOff") is True
    expect(page.locator("[data-headline]")).to_contain_text("In 4 random directions")


def test_computed_nodes_are_checked_too_where_that_is_asked_for(page: Page) -> None:
    draw(page, "x = 2\ny = 3\nz = x * y\nrelu(z - 6)")
    open_view(page, "Check")
    expect(page.locator("[data-leaf-check]")).to_have_count(2)
    page.get_by_label("Computed nodes too").check()
    expect(page.locator("[data-leaf-check]")).to_have_count(5)
    expect(page.locator("[data-headline]")).to_contain_text("At a kink")
    checked(page, "z").hover()
    expect(page.locator(".canvas [data-node=z].pointed")).to_have_count(1)
