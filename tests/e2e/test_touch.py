"""A phone: fingers, and 390 pixels."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.drawing import Drawing
from tests.e2e.hands import centre


@pytest.fixture
def phone(browser: Browser, base_url: str, browser_faults: list[str]) -> Iterator[Page]:
    context = browser.new_context(
        base_url=base_url,
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
        device_scale_factor=2,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.on("pageerror", lambda error: browser_faults.append(str(error)))
    yield page
    context.close()


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """One finger, pressed, moved and lifted."""
    fingers = page.context.new_cdp_session(page)

    def touch(kind: str, *at: tuple[float, float]) -> None:
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in at]})

    touch("touchStart", start)
    for part in (0.25, 0.5, 0.75, 1.0):
        x, y = (a + (b - a) * part for a, b in zip(start, end, strict=True))
        touch("touchMove", (x, y))
    touch("touchEnd")


def test_read_step_and_slide(phone: Page) -> None:
    Drawing(phone).open("/graph/apples")
    phone.locator(".canvas [data-node=tax] .sign").tap()
    overlay = phone.locator(".leaf-overlay")
    expect(overlay).to_be_visible()
    overlay.get_by_role("slider").fill("1.5")
    expect(phone.locator("[data-output-value]")).to_have_text("300")
    overlay.get_by_role("button", name="Close").tap()
    for _ in range(2):
        phone.get_by_role("button", name="One step on").tap()
    expect(phone.locator(".sentence")).to_contain_text("is 200")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_finger_changes_a_number_and_moves_a_node_and_the_view(phone: Page) -> None:
    Drawing(phone).open("/graph/apples")
    x, y = centre(phone, "[data-value-of-edge='subtotal:1']")
    drag(phone, (x, y), (x + 40, y))
    expect(phone.locator("[data-value-of-edge='subtotal:1']")).to_have_text("3")
    before = centre(phone, ".canvas [data-node=total] .body")
    drag(phone, before, (before[0], before[1] - 60))
    expect(phone.get_by_role("button", name="Undo: Move total")).to_be_enabled()
    x, y = centre(phone, ".canvas [data-node=tax] .body")
    drag(phone, (x + 60, y + 90), (x + 90, y + 50))
    expect(phone.locator(".canvas [data-node=tax] .body")).to_be_visible()
    moved = centre(phone, ".canvas [data-node=tax] .body")
    assert moved == pytest.approx((x + 30, y - 40), abs=3)


def test_a_node_is_added_and_connected(phone: Page) -> None:
    Drawing(phone).open("/graph/apples")
    phone.get_by_role("button", name="Add an op").tap()
    phone.locator(".chooser [role=combobox]").fill("square")
    phone.locator(".chooser [data-choice=square]").tap()
    expect(phone.locator(".canvas [data-node=square] [data-hole]")).to_have_count(1)
    phone.get_by_role("button", name="Show the whole graph").tap()
    phone.locator(".canvas [data-node=total] .sign").tap()
    drag(
        phone,
        centre(phone, ".canvas [data-node=total] .handle"),
        centre(phone, ".canvas [data-node=square] .sign"),
    )
    expect(phone.locator("[data-output-value]")).to_have_text("48400")
