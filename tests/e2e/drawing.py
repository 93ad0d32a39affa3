"""Reading a drawing off the screen."""

from __future__ import annotations

from playwright.sync_api import Page, expect


class Drawing:
    """The drawing on an open page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, path: str) -> Drawing:
        self.page.goto(path)
        expect(self.page.locator(".canvas [data-node]").first).to_be_visible()
        return self

    def fit(self) -> Drawing:
        self.page.get_by_role("button", name="Show the whole graph").click()
        self.page.wait_for_timeout(100)  # two frames
        return self

    def draw(self, formula: str) -> Drawing:
        self.page.get_by_role("textbox", name="Formula").fill(formula)
        self.page.get_by_role("textbox", name="Formula").press("Enter")
        return self

    def values(self) -> dict[str, str]:
        """What stands above each edge's thin arrow, by ``target:input``."""
        return self._texts("data-value-of-edge")

    def gradients(self) -> dict[str, str]:
        """What stands below each edge's thick arrow."""
        return self._texts("data-gradient-of-edge")

    def output(self) -> tuple[str, str]:
        """The result, and the seed below it."""
        texts = [self.page.locator(f"[data-output-{kind}]").inner_html() for kind in ("value", "gradient")]
        return texts[0], texts[1]

    def _texts(self, attribute: str) -> dict[str, str]:
        marks = self.page.locator(f".canvas [{attribute}]")
        return dict(marks.evaluate_all(f"all => all.map(mark => [mark.getAttribute('{attribute}'), mark.textContent])"))
