from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from app.client import Client
from app.formats.gallery import examples


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with Client() as client:
        yield client._http


@pytest.mark.parametrize("path", ["/", "/graph", "/graph/apples", "/docs"])
def test_a_page_and_all_that_it_names_are_served_from_here(http: httpx.Client, path: str) -> None:
    page = http.get(path)
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    named = re.findall(r'(?:src|href|data-worker)="([^"#][^"]*)"', page.text)
    assert any(address.endswith(".js") for address in named)
    for address in named:
        assert address.startswith("/")
        assert http.get(address).status_code == 200


@pytest.mark.parametrize("path", ["/", "/graph", "/graph/apples", "/docs"])
def test_no_script_or_style_stands_in_a_page(http: httpx.Client, path: str) -> None:
    text = http.get(path).text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=", text)


def test_the_gallery_links_every_graph(http: httpx.Client) -> None:
    text = http.get("/").text
    for entry in examples():
        assert f'href="/graph/{entry.name}"' in text


@pytest.mark.parametrize("name", ["pears", "%3Cscript%3E", "x" * 65])
def test_a_graph_that_is_not_there(http: httpx.Client, name: str) -> None:
    page = http.get(f"/graph/{name}")
    assert page.status_code == 404
    assert "<script>" not in page.text
