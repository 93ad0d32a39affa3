"""Resources that are imported when they are first asked for are there all the same."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from app.client import Client
from app.main import create_app


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    """A client of an application that nobody has asked for anything."""
    with Client() as client:
        yield client._http


FORMULA = {"language": "formula", "source": "x * 2"}


def test_a_start_leaves_out_what_few_ask_for() -> None:
    program = "import sys, app.main; app.main.create_app(); print(*sys.modules)"
    root = Path(__file__).parents[2]
    said = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    modules = set(said.stdout.split())
    assert "app.web.routes.evaluate" in modules
    assert not modules & {"app.web.routes.train", "app.core.exercise", "app.formats.registry", "app.formats.python"}


def test_the_first_request_is_answered(http: httpx.Client) -> None:
    assert http.post("/api/parse", json=FORMULA).status_code == 200
    assert http.post("/api/parse", json=FORMULA).status_code == 200


def test_first_requests_may_come_together(port: int) -> None:
    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(httpx.post, f"http://127.0.0.1:{port}/api/parse", json=FORMULA) for _ in range(8)]
        assert {call.result().status_code for call in calls} == {200}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("GET", "/api/nothing", 404), ("PUT", "/api/check", 405), ("GET", "/api/evaluate", 405)],
)
def test_what_is_not_there_is_a_problem(http: httpx.Client, method: str, path: str, status: int) -> None:
    for _ in range(2):
        response = http.request(method, path)
        assert response.status_code == status
        assert response.headers["content-type"] == "application/problem+json"


def test_the_description_has_everything() -> None:
    paths = set(create_app().openapi()["paths"])
    assert {"/api/evaluate", "/api/check", "/api/train", "/api/datasets", "/api/export/{format}", "/healthz"} <= paths
