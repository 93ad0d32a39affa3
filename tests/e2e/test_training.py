"""Training in the page, and a digit that is drawn and read."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.drawing import Drawing
from tests.e2e.test_accessible import serious
from tests.e2e.test_tensors import open_file

# A busy machine trains slowly.
PATIENCE = 60_000

XOR = """x = [[0, 0], [0, 1], [1, 0], [1, 1]]
t = [0, 1, 1, 0]
w = parameter([[0.5, -0.4, 0.3, -0.6], [0.2, 0.6, -0.5, -0.3]])
b = parameter([0, 0, 0, 0])
v = parameter([[0.5, -0.5], [-0.4, 0.4], [0.3, -0.2], [0.6, -0.1]])
c = parameter([0, 0])
softmax_with_loss(affine(tanh(affine(x, w, b)), v, c), t)"""


@pytest.fixture
def refusals(browser_faults: list[str]) -> Iterator[None]:
    """Chromium writes every refused request to its console; here they are meant."""
    yield
    assert all("status of 422" in fault for fault in browser_faults)
    browser_faults.clear()


def open_training(page: Page, path: str = "/graph/digits-net") -> None:
    Drawing(page).open(path)
    page.get_by_role("tab", name="Train").click()
    expect(run(page)).to_be_visible()


def draw(page: Page, formula: str) -> None:
    page.goto("/graph")
    Drawing(page).draw(formula)
    expect(page.locator(".canvas [data-node]").first).to_be_visible()
    page.get_by_role("tab", name="Train").click()
    expect(run(page)).to_be_visible()


def run(page: Page) -> Locator:
    return page.locator("[data-train=run]")


def press(page: Page, name: str) -> None:
    page.locator(f"[data-train={name}]").click()


def set_field(page: Page, name: str, text: str) -> None:
    page.locator(f"[data-train-field={name.replace('.', chr(92) + '.')}]").fill(text)


def step(page: Page) -> int:
    text = page.locator("[data-train-progress]").text_content() or ""
    found = re.match(r"Step ([\d,]+) of", text)
    assert found
    return int(found[1].replace(",", ""))


def await_end(page: Page) -> None:
    expect(run(page)).to_have_text("Run on", timeout=PATIENCE)


def percent(page: Page, name: str) -> float:
    text = page.locator(f"[data-train-number={name}]").text_content() or ""
    return float(text.removesuffix(" %"))


def output(page: Page) -> float:
    return float(page.locator("[data-output-value]").inner_html().replace("−", "-"))


def test_the_digits_are_learnt_and_undone_in_one_step(page: Page) -> None:
    open_training(page)
    expect(page.locator("[data-train-data] .gist")).to_contain_text("Handwritten digits, 100 at a time")
    before = output(page)
    gradient = page.locator(".canvas [data-node=b2]").get_attribute("aria-label")
    run(page).click()
    await_end(page)
    expect(page.locator("[data-train-progress]")).to_have_text("Step 1,000 of 1,000")
    assert percent(page, "test-accuracy") > 95
    assert percent(page, "accuracy") > 90
    expect(page.locator("[data-train-curves] .chart canvas")).to_have_count(2)
    expect(page.locator("[data-train-spoken]")).to_contain_text("Step 1,000: loss 0.")
    # The drawing has followed.
    expect(page.locator("[data-output-value]")).not_to_have_text(str(before))
    assert output(page) < before / 4
    expect(page.locator(".canvas [data-node=b2]")).not_to_have_attribute("aria-label", gradient or "")
    page.get_by_role("button", name="Undo: Train 1,000 steps").click()
    expect(page.locator("[data-output-value]")).to_have_text(f"{before:g}")
    expect(page.get_by_role("button", name="Undo", exact=False).first).to_be_disabled()
    expect(page.locator("[data-train-undone]")).to_be_visible()
    page.get_by_role("button", name="Redo").click()
    expect(run(page)).to_have_text("Run on")


def test_pause_resume_step_and_stop(page: Page) -> None:
    open_training(page)
    set_field(page, "steps", "100000")
    run(page).click()
    expect(page.locator("[data-train-progress]")).to_contain_text("left", timeout=PATIENCE)
    press(page, "pause")
    expect(run(page)).to_have_text("Resume")
    # Data can't be changed in the midst of a training.
    page.locator("[data-train-data] summary").click()
    expect(page.locator("[data-train-field=data]")).to_be_disabled()
    paused = step(page)
    assert paused >= 4
    page.wait_for_timeout(500)
    assert step(page) == paused
    press(page, "step")
    expect(page.locator("[data-train-progress]")).to_have_text(f"Step {paused + 1:,} of 100,000")
    run(page).click()
    expect(page.locator("[data-train=pause]")).to_be_visible()
    page.wait_for_function(
        "seen => Number(document.querySelector('[data-train-progress]').textContent.match(/[0-9,]+/)[0]"
        ".replaceAll(',', '')) > seen",
        arg=paused + 1,
        timeout=PATIENCE,
    )
    press(page, "stop")
    expect(run(page)).to_have_text("Run 100,000 steps")
    expect(page.locator("[data-train-field=data]")).to_be_enabled()
    stopped = step(page)
    page.get_by_role("button", name=f"Undo: Train {stopped:,} steps").click()
    expect(page.get_by_role("button", name="Undo", exact=False).first).to_be_disabled()


def test_stop_takes_less_than_a_tenth_of_a_second(page: Page) -> None:
    open_training(page)
    set_field(page, "steps", "100000")
    run(page).click()
    expect(page.locator("[data-train-progress]")).to_contain_text("left", timeout=PATIENCE)
    # From the click to the end of the request, and to the button that can run again.
    taken = page.evaluate(
        """async () => {
          const aborted = new Promise((resolve) => {
            const { abort } = AbortController.prototype;
            AbortController.prototype.abort = function (...reason) {
              abort.apply(this, reason);
              resolve();
            };
          });
          const begun = performance.now();
          document.querySelector("[data-train=stop]").click();
          await aborted;
          while (!document.querySelector("[data-train=run]")) await new Promise(requestAnimationFrame);
          return performance.now() - begun;
        }"""
    )
    assert taken < 100
    progress = page.locator("[data-train-progress]").text_content()
    page.wait_for_timeout(400)
    expect(page.locator("[data-train-progress]")).to_have_text(progress or "")


def test_back_to_before(page: Page) -> None:
    open_training(page)
    before = output(page)
    set_field(page, "steps", "40")
    expect(page.locator("[data-train=back]")).to_be_disabled()
    run(page).click()
    await_end(page)
    expect(page.locator("[data-output-value]")).not_to_have_text(f"{before:g}")
    press(page, "back")
    expect(page.locator("[data-output-value]")).to_have_text(f"{before:g}")
    expect(page.locator("[data-train-curves]")).to_have_count(0)


def test_a_formula_learns_xor(page: Page) -> None:
    draw(page, XOR)
    expect(page.locator("[data-train-data] .gist")).to_have_text("XOR, 4 at a time")
    page.locator("[data-train-method] summary").click()
    set_field(page, "adam.rate", "0.05")
    set_field(page, "steps", "300")
    run(page).click()
    await_end(page)
    expect(page.locator("[data-train-number=accuracy]")).to_have_text("100 %")
    expect(page.locator("[data-train-number=test-loss]")).to_have_count(0)
    assert output(page) < 0.1
    page.get_by_role("button", name="Log").click()
    expect(page.get_by_role("img", name=re.compile("logarithmic axis"))).to_be_visible()


def test_the_numbers_in_the_graph_are_data_too(page: Page) -> None:
    draw(page, "w = parameter(0)\n(w * 2 - 6)^2")
    expect(page.locator("[data-train-data] .gist")).to_have_text("the numbers in the graph")
    page.locator("[data-train-method] summary").click()
    page.locator("[data-train-field=optimizer]").select_option("sgd")
    set_field(page, "sgd.rate", "0.1")
    run(page).click()
    await_end(page)
    expect(page.locator(".canvas [data-node=w]")).to_have_attribute("aria-label", re.compile("value (3|2.99)"))


@pytest.mark.usefixtures("refusals")
def test_a_table_of_ones_own(page: Page) -> None:
    draw(page, "x = [[0]]\nt = [[0]]\nw = parameter([[0]])\nb = parameter([0])\nmean((affine(x, w, b) - t)^2)")
    page.locator("[data-train-data] summary").click()
    page.locator("[data-train-field=data]").select_option("(table)")
    set_field(page, "csv", "a,b\n" + "\n".join(f"{n},{3 * n - 1}" for n in range(-5, 6)))
    alert = page.locator("[data-train-data] [role=alert]")
    expect(alert).to_contain_text("doesn't tell which leaf takes the targets")
    page.locator("[data-train-field=targets]").select_option("t")
    expect(page.locator("[data-train-fit]")).to_have_text(
        "11 rows of 1 number into x; the target “b”, a number to come near, into t."
    )
    page.locator("[data-train-method] summary").click()
    set_field(page, "adam.rate", "0.1")
    run(page).click()
    await_end(page)
    expect(page.locator("[data-train-number=loss]")).to_have_text(re.compile(r"e−|^0\.0"))
    page.get_by_role("button", name="The next sample").click()
    expect(page.locator("[data-sample-text]")).to_contain_text("b: −13. One of those it is trained on. a −4")
    page.locator("[data-train-sample]").get_by_role("button", name="Put it into the graph").click()
    expect(page.locator(".canvas [data-node=t]")).to_have_attribute("aria-label", re.compile("−13"))
    page.get_by_role("button", name="Undo: Put sample 2 in").click()
    expect(page.locator(".canvas [data-node=t]")).not_to_have_attribute("aria-label", re.compile("−13"))


def test_a_drawn_digit_is_read_and_its_saliency_shown(page: Page) -> None:
    open_training(page)
    run(page).click()
    await_end(page)
    winner = page.locator("[data-digit-winner]")
    expect(winner).to_contain_text("It reads 3")
    pad = page.locator("[data-digit]")
    pad.get_by_role("button", name="Clear").click()
    paper = page.locator("[data-paper]")
    paper.scroll_into_view_if_needed()
    box = paper.bounding_box()
    assert box
    # A long stroke from top to bottom is a one.
    page.mouse.move(box["x"] + box["width"] * 0.52, box["y"] + box["height"] * 0.08)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.92, steps=12)
    page.mouse.up()
    expect(winner).to_contain_text("It reads 1")
    expect(pad).to_have_attribute("aria-busy", "false")
    bars = page.locator("[data-probability]")
    expect(bars).to_have_count(10)
    expect(page.locator("[data-probability='1']")).to_have_class("winner")
    assert_saliency(page, "1")
    # The graph itself isn't touched until it is told to be.
    expect(page.get_by_role("button", name="Undo: Train 1,000 steps")).to_be_visible()
    pad.get_by_role("button", name="Put into the graph").click()
    expect(page.get_by_role("button", name="Undo: Change pixels")).to_be_visible()
    # The target is still a three, and the graph knows better now.
    expect(page.locator("[data-output-value]")).to_have_text(re.compile(r"^[1-9]"))
    pad.get_by_role("button", name="Take a sample").click()
    expect(winner).to_contain_text("It reads")


def assert_saliency(page: Page, name: str) -> None:
    expect(page.locator("[data-saliency-sentence]")).to_contain_text(f"more ink would raise the score of {name}")
    expect(page.locator("[data-saliency]")).to_have_attribute("aria-label", re.compile("from −.* to "))
    shades = page.locator("[data-saliency] .plus, [data-saliency] .minus")
    strengths = [float(s) for s in shades.evaluate_all("all => all.map(c => c.getAttribute('fill-opacity'))")]
    assert len(strengths) == 64
    assert max(strengths) == 1
    assert len(set(strengths)) > 20


def test_what_is_read_follows_the_graph(page: Page) -> None:
    """The scores are those of the parameters as they are: undo asks again."""
    open_training(page)
    run(page).click()
    await_end(page)
    expect(page.locator("[data-digit-winner]")).to_contain_text("It reads 3")
    trained = page.locator("[data-probability='3'] .digits").text_content()
    page.get_by_role("button", name="Undo: Train 1,000 steps").click()
    expect(page.locator("[data-probability='3'] .digits")).not_to_have_text(trained or "")


def test_by_keyboard_alone(page: Page) -> None:
    open_training(page)
    set_field(page, "steps", "20")
    page.keyboard.press("Shift+Tab")
    focused = "document.activeElement.dataset.train"
    while page.evaluate(focused) != "run":
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    await_end(page)
    while not page.evaluate("document.activeElement.hasAttribute('data-paper')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Delete")
    at = page.locator("#digit-at")
    expect(at).to_have_text("Row 5, column 5: ink 0")
    page.keyboard.press("Space")
    expect(at).to_have_text("Row 5, column 5: ink 1")
    page.keyboard.press("ArrowUp")
    expect(at).to_have_text("Row 4, column 5: ink 0.35")
    for _ in range(9):
        page.keyboard.press("ArrowLeft")
    expect(at).to_have_text("Row 4, column 1: ink 0")
    inked = page.locator("[data-paper] .ink").evaluate_all(
        "all => all.filter(c => Number(c.getAttribute('fill-opacity')) > 0).length"
    )
    assert inked == 5
    page.keyboard.press("Backspace")
    expect(page.locator("[data-paper] .ink[fill-opacity='1.000']")).to_have_count(0)


def test_a_change_of_what_is_trained_pauses_it(page: Page) -> None:
    open_training(page)
    set_field(page, "steps", "100000")
    run(page).click()
    expect(page.locator("[data-train-progress]")).to_contain_text("left", timeout=PATIENCE)
    page.locator(".canvas [data-node=h]").click()
    page.keyboard.press("Delete")
    expect(page.locator("[data-train-note]")).to_have_text("The graph was changed, so training has paused.")
    expect(page.locator("[data-train-left]")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Undo: Delete")).click()
    expect(run(page)).to_have_text("Resume")


@pytest.mark.usefixtures("refusals")
def test_without_a_parameter_it_offers_to_make_one(page: Page) -> None:
    draw(page, "w = 0\nx = 2\n(w * x - 6)^2")
    run(page).click()
    fault = page.locator("[data-train-fault=no-parameter]")
    expect(fault).to_contain_text("There is nothing to train")
    fault.get_by_role("button", name="Make w a parameter").click()
    expect(fault).to_have_count(0)
    run(page).click()
    await_end(page)


@pytest.mark.usefixtures("refusals")
def test_an_output_that_is_no_number(page: Page) -> None:
    draw(page, "w = parameter([1, 2])\nw * 3")
    run(page).click()
    fault = page.locator("[data-train-fault=not-scalar]")
    expect(fault).to_contain_text("a loss is a single number")
    expect(fault).to_contain_text("End the graph in a loss")


@pytest.mark.usefixtures("refusals")
def test_data_that_does_not_fit(page: Page) -> None:
    open_training(page)
    page.locator("[data-train-data] summary").click()
    page.locator("[data-train-field=data]").select_option("iris")
    expect(page.locator("[data-train-data] [role=alert]")).to_contain_text("in which rows of 4 do not fit")
    expect(page.locator("[data-train-sample]")).to_have_count(0)
    run(page).click()
    expect(page.locator("[data-train-fault=shape-mismatch]")).to_contain_text("Choose another data set")


def test_a_rate_that_is_too_large(page: Page) -> None:
    draw(page, "w = parameter(1)\n(w * 2 - 6)^2")
    page.locator("[data-train-method] summary").click()
    page.locator("[data-train-field=optimizer]").select_option("sgd")
    set_field(page, "sgd.rate", "1")
    run(page).click()
    fault = page.locator("[data-train-fault=not-finite]")
    expect(fault).to_be_visible(timeout=PATIENCE)
    fault.get_by_role("button", name="Go back, with a rate of 0.1").click()
    expect(page.locator("[data-output-value]")).to_have_text("16")
    run(page).click()
    # The button says so before it runs too.
    expect(page.locator("[data-output-value]")).not_to_have_text("16", timeout=PATIENCE)
    await_end(page)
    assert output(page) < 1e-6


def test_fields_that_can_not_be_read(page: Page) -> None:
    open_training(page)
    set_field(page, "steps", "many")
    expect(page.get_by_text("A whole number, from 1 to 1,000,000.")).to_be_visible()
    expect(run(page)).to_be_disabled()
    set_field(page, "steps", "10")
    expect(run(page)).to_have_text("Run 10 steps")


def test_an_empty_page_says_what_to_do(page: Page) -> None:
    page.goto("/graph")
    page.get_by_role("tab", name="Train").click()
    expect(page.locator("[data-place=panel]")).to_contain_text("There is nothing to train yet")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_it_has_no_serious_barrier_and_fits(page: Page, scheme: str, width: int) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 844})
    open_training(page)
    set_field(page, "steps", "50")
    run(page).click()
    await_end(page)
    for part in ("data", "method"):
        page.locator(f"[data-train-{part}] summary").click()
    expect(page.locator("[data-digit-winner]")).to_be_visible()
    assert serious(page) == []
    panel = page.locator("[data-place=panel]")
    assert panel.evaluate("panel => panel.scrollWidth <= panel.clientWidth")


def test_a_net_in_a_file(page: Page) -> None:
    """A leaf that holds one picture without an axis for a batch."""
    nodes = [
        {"id": "x", "op": "input", "value": [0.5] * 64},
        {"id": "t", "op": "input", "value": 0},
        {"id": "w", "op": "parameter", "value": [[0] * 10] * 64},
        {"id": "b", "op": "parameter", "value": [0] * 10},
        {"id": "s", "op": "affine", "inputs": ["x", "w", "b"]},
        {"id": "loss", "op": "softmax_with_loss", "inputs": ["s", "t"]},
    ]
    open_file(page, {"nodes": nodes})
    page.get_by_role("tab", name="Train").click()
    expect(page.locator("[data-digit-winner]")).to_contain_text("with 10 %")
    set_field(page, "steps", "200")
    run(page).click()
    await_end(page)
    assert percent(page, "test-accuracy") > 80


def test_undo_on_the_pad_takes_back_strokes_and_never_the_training(page: Page) -> None:
    open_training(page)
    set_field(page, "steps", "20")
    run(page).click()
    await_end(page)
    expect(page.locator("[data-train=stop]")).to_be_disabled()
    pad = page.locator("[data-digit]")
    pad.get_by_role("button", name="Clear").click()
    expect(page.locator("[data-digit-empty]")).to_contain_text("nothing to read")
    expect(page.locator("[data-digit-winner]")).to_have_count(0)
    paper = page.locator("[data-paper]")
    paper.scroll_into_view_if_needed()
    box = paper.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.1)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.9, steps=12)
    page.mouse.up()
    expect(page.locator("[data-digit-winner]")).to_be_visible()
    page.keyboard.press("Control+z")  # the stroke, as a whole
    expect(page.locator("[data-digit-empty]")).to_be_visible()
    page.keyboard.press("Control+Shift+Z")
    expect(page.locator("[data-digit-winner]")).to_be_visible()
    for _ in range(4):
        page.keyboard.press("Control+z")
    expect(page.get_by_role("button", name="Undo: Train 20 steps")).to_be_enabled()


def test_an_undone_training_hides_its_numbers_and_offers_redo(page: Page) -> None:
    open_training(page)
    set_field(page, "steps", "20")
    run(page).click()
    await_end(page)
    page.get_by_role("button", name="Undo: Train 20 steps").click()
    expect(page.locator("[data-train-undone]")).to_contain_text("Redo brings it back")
    expect(page.locator("[data-train-left]")).to_have_count(0)
    expect(page.locator("[data-train-curves], [data-train-progress]")).to_have_count(0)
    page.get_by_role("button", name="Redo: Train 20 steps").click()
    expect(page.locator("[data-train-curves]")).to_be_visible()
    expect(page.locator("[data-train-progress]")).to_have_text("Step 20 of 20")
