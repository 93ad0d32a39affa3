from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError

from tests.e2e.browser import NoBrowserError, find_browser, launch_arguments

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
START_SECONDS = 30


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Last: Playwright leaves an event loop running, in which `asyncio.run` refuses to work.
    items.sort(key=lambda item: HERE in item.path.parents)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    try:
        browser = find_browser()
    except NoBrowserError as error:
        pytest.exit(str(error), returncode=1)
    return {
        **browser_type_launch_args,
        "executable_path": str(browser),
        "args": launch_arguments(),
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    # Nodes that glide to their places would be measured on the way.
    return {**browser_context_args, "reduced_motion": "reduce"}


@pytest.fixture(scope="session")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the real server, so that a test says `page.goto("/")`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    log = tmp_path_factory.mktemp("server") / "log"
    command = [sys.executable, "-m", "uvicorn", "app.main:create_app", "--factory"]
    with (
        log.open("wb") as output,
        subprocess.Popen([*command, "--port", str(port)], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT) as server,
    ):
        try:
            wait_until_healthy(url, server, log)
            yield url
        finally:
            server.terminate()


def wait_until_healthy(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):
                return
        except urllib.error.URLError:
            time.sleep(0.1)
    pytest.exit(f"The server did not start. Its log:\n{log.read_text()}", returncode=1)


@pytest.fixture(autouse=True)
def browser_faults(context: BrowserContext, base_url: str) -> Iterator[list[str]]:
    """What went wrong in the browser; must be empty when the test ends.

    A test that provokes a fault on purpose checks the list and clears it.
    """
    faults: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            faults.append(f"console error: {message.text} ({message.location})")

    def on_error(error: WebError) -> None:
        faults.append(f"uncaught: {error.error}")

    def on_request(request: Request) -> None:
        if not request.url.startswith((f"{base_url}/", "data:", f"blob:{base_url}/")):
            faults.append(f"request to another host: {request.url}")

    context.on("console", on_console)
    context.on("weberror", on_error)
    context.on("request", on_request)
    yield faults
    assert faults == []
