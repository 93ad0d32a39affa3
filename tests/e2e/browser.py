"""Finds a Chromium for the browser tests, and installs one where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")


class NoBrowserError(Exception):
    pass


def find_browser() -> Path:
    """A system Chromium, else Debian's package, else Playwright's own download."""
    tried = [f"no {', '.join(NAMES)} on PATH"]
    if browser := on_path():
        return browser
    if shutil.which("apt-get") and is_root():
        install = ("apt-get", "install", "--yes", "--no-install-recommends", "chromium")
        if run("apt-get", "update") and run(*install) and (browser := on_path()):
            return browser
        tried.append("`apt-get install chromium` failed")
    else:
        tried.append("apt-get can't be used (it needs Debian and root)")
    if browser := from_playwright():
        return browser
    tried.append("`playwright install chromium` failed")
    raise NoBrowserError(
        f"The browser tests need Chromium, and there is none: {'; '.join(tried)}."
        " Install Chromium or Google Chrome so that one of those names is on PATH."
    )


def launch_arguments() -> list[str]:
    """Flags that keep the browser still: nothing fetched in the background, software drawing."""
    flags = [
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    return ["--no-sandbox", *flags] if is_root() else flags


def on_path() -> Path | None:
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    return None


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def from_playwright() -> Path | None:
    # Imported late: the script half must tell its sentence without Playwright too.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = Path(playwright.chromium.executable_path)
    if not browser.exists():
        run(sys.executable, "-m", "playwright", "install", "chromium")
    return browser if browser.exists() else None


def run(*command: str) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False, timeout=600)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


if __name__ == "__main__":
    try:
        print("Browser for the tests:", find_browser())
    except NoBrowserError as error:
        sys.exit(str(error))
