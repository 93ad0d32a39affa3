"""``/api/import``."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from app.client import ApiError, Client
from app.formats.registry import IMPORTERS
from app.settings import get_settings
from app.web.schemas.imports import ImportResponse
from app.web.schemas.views import FormatsResponse


def send(http: httpx.Client, format: str, content: bytes, **fields: Any) -> httpx.Response:
    return http.post(f"/api/import/{format}", files={"file": ("a.bin", content)}, data=fields)


def test_a_document_and_a_formula(client: Client) -> None:
    document = client.example("apples")["graph"]
    answer = client.import_file("json", b"\xef\xbb\xbf" + json.dumps(document).encode())
    ImportResponse.model_validate(answer)
    assert answer == {"graph": document, "notes": [], "axes": {}}
    formula = client.import_file("formula", "y = (a + b)*2 # 사과".encode())
    assert client.evaluate(formula["graph"])["nodes"]["y"]["value"] == 4


def test_the_list_says_what_can_be_read(client: Client) -> None:
    formats = client.formats()
    FormatsResponse.model_validate(formats)
    assert [entry["name"] for entry in formats["importers"]] == [
        name for name, importer in IMPORTERS.items() if importer.missing() is None
    ]
    assert formats["importers"][0]["suffixes"] == [".json"]


def test_faults_are_problem_documents(http: httpx.Client, client: Client) -> None:
    for content, code in (
        (b"{", "not-json"),
        (b"\xff\xfe", "not-utf-8"),
        (b"{}", "invalid-request"),
        (b"", "not-json"),
    ):
        response = send(http, "json", content)
        assert response.status_code == 422, content
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["type"].endswith(code), response.json()
    with pytest.raises(ApiError) as caught:
        client.import_file("formula", b"y = a +\nz = )")
    assert [(error["line"], error["code"]) for error in caught.value.errors] == [(1, "syntax"), (2, "syntax")]
    assert send(http, "doc", b"").status_code == 404
    assert http.post("/api/import/json").status_code == 422
    assert send(http, "json", b"{}", axes="[]").status_code == 422
    assert send(http, "json", b"{}", axes="{").status_code == 422


def test_a_file_over_its_cap(http: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(get_settings(), "max_file", 1_000)
    response = send(http, "json", b" " * 2_000)
    assert response.status_code == 413
    assert response.json()["type"].endswith("too-large")
    assert send(http, "json", b" " * 100).status_code == 422


def test_a_document_deeper_than_the_stack(http: httpx.Client) -> None:
    assert send(http, "json", b"[" * 100_000).status_code in {400, 422}
