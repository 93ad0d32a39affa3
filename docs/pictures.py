"""Makes the documentation's pictures: `make pictures`, with the server that is running at the address given."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.e2e.browser import find_browser, launch_arguments

FOLDER = Path(__file__).parent / "images"


def main(url: str) -> None:
    """Photograph the drawing page."""
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=launch_arguments())
        page = browser.new_page(viewport={"width": 1200, "height": 700}, color_scheme="light")
        page.goto(f"{url}/graph/apples")
        page.locator("[data-output-value]").wait_for()
        page.locator(".canvas [data-node=subtotal]").hover()
        page.locator("[data-inspected] >> text=subtotal").wait_for()
        page.wait_for_timeout(500)  # the formulas are typeset
        page.screenshot(path=FOLDER / "apples.png")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
