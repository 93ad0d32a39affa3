from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.e2e.drawing import Drawing

AXE = Path(__file__).parent.parent.parent / "node_modules/axe-core/axe.min.js"


def serious(page: Page) -> list[str]:
    """What axe-core holds to be a serious or critical barrier."""
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run().then(({violations}) => violations)")
    return [
        f"{rule['id']}: {node['html'][:120]} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
        if rule["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/graph", "/graph/apples", "/graph/affine-batch", "/graph/sigmoid-in-pieces"])
def test_a_page_has_no_serious_barrier(page: Page, path: str, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert serious(page) == []


def test_nor_has_a_page_at_work(page: Page) -> None:
    Drawing(page).open("/graph/apples")
    page.get_by_role("button", name="Show or hide the ops").click()
    page.locator(".canvas [data-node=subtotal]").click()
    assert serious(page) == []
    page.keyboard.press("Insert")
    assert serious(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+?")
    assert serious(page) == []
