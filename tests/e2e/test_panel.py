"""What the panel at the side says of what is chosen in the drawing."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def open_example(page: Page, name: str, node: str) -> None:
    page.goto(f"/graph/{name}")
    expect(page.locator(f".canvas [data-node={node}]")).to_be_visible()


def choose(page: Page, node: str) -> None:
    page.locator(f".canvas [data-node={node}]").click()
    page.mouse.move(700, 200)


def test_a_matrix_keeps_its_numbers_whole_and_scrolls(page: Page) -> None:
    open_example(page, "digits-net", "x")
    page.get_by_role("tab", name="Node").click()
    choose(page, "x")
    box = page.locator("[data-inspector-gradient] .tensor-box")
    expect(box).to_be_visible()
    assert box.evaluate("box => box.clientHeight < 40 && box.scrollWidth > box.clientWidth")
    page.locator("[data-inspector-gradient] [data-cell='0,0']").press("ArrowRight")
    expect(page.locator("[data-inspector-gradient] [data-cell='0,1']")).to_be_focused()


def test_a_node_that_is_chosen_is_told_of_in_view_while_stepping(page: Page) -> None:
    open_example(page, "small-cnn", "k")
    page.get_by_role("button", name="To the beginning").click()
    for _ in range(2):
        page.get_by_role("button", name="One step on").click()
    expect(page.locator("[data-inspected]")).to_have_text("r")
    expect(page.locator(".sentence")).to_have_text("r: ReLU of c = [[0.5, −0.5], [−0.5, 1.5]] is [[0.5, 0], [0, 1.5]].")
    choose(page, "k")
    expect(page.locator("[data-inspected]")).to_have_text("kernel")
    expect(page.locator("[data-inspected]")).to_be_in_viewport()


def test_an_edge_stands_alone(page: Page) -> None:
    open_example(page, "small-cnn", "k")
    choose(page, "c")
    page.locator(".canvas [data-edge='error:0']").first.click(force=True)
    page.mouse.move(700, 200)
    expect(page.locator("[data-edge-card='error:0']")).to_contain_text("from p to error")
    expect(page.locator("[data-edge-value]")).to_have_text("1.5")
    expect(page.locator("[data-inspected]")).to_have_count(0)


def test_a_kept_shape_and_a_share_of_a_number(page: Page) -> None:
    open_example(page, "small-cnn", "c")
    choose(page, "c")
    expect(page.locator("[data-kept-value=b_shape]")).to_have_text("a number")
    expect(page.locator("[data-local='2']")).to_contain_text("1", use_inner_text=True)


def test_a_refused_setting_is_told_at_its_field_and_its_node(page: Page, browser_faults: list[str]) -> None:
    open_example(page, "small-cnn", "c")
    choose(page, "c")
    stride = page.get_by_role("textbox", name="stride")
    stride.fill("0")
    stride.press("Enter")
    expect(stride).to_have_attribute("aria-invalid", "true")
    expect(stride).to_have_accessible_description(
        "⚠ c (conv2d): stride 0: it takes a whole number or 2, each at least 1."
    )
    expect(page.locator(".canvas .node.mark-faulty")).to_have_attribute("data-node", "c")
    assert all("422" in fault for fault in browser_faults)
    browser_faults.clear()
    # Where the computed part ends isn't the output.
    choose(page, "k")
    expect(page.locator("[data-place=inspector]")).to_contain_text("What it leads to can't be computed yet")
    choose(page, "c")
    stride.fill("1")
    stride.press("Enter")
    expect(stride).to_have_attribute("aria-invalid", "false")
    expect(page.locator(".canvas .node.mark-faulty")).to_have_count(0)
