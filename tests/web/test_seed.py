"""The seed: the upstream gradient that a graph document brings along."""

from __future__ import annotations

import json
from typing import Any

import httpx
import numpy as np
import pytest

from app.client import ApiError, Client
from app.formats.document import GraphDocument, graph_document

SEED: list[list[float]] = [[1, 2, 3], [4, 5, 6]]
AFFINE: dict[str, Any] = {
    "nodes": [
        {"id": "x", "op": "input", "value": [[0, 0], [10, 10]]},
        {"id": "w", "op": "parameter", "value": [[1, 0, 1], [0, 1, 0]]},
        {"id": "b", "op": "parameter", "value": [1, 2, 3]},
        {"id": "y", "op": "affine", "inputs": ["x", "w", "b"]},
    ],
    "upstream": SEED,
}
# The book's: dX = dY · Wᵀ, dW = Xᵀ · dY, dB the sum over the rows.
GRADIENTS: dict[str, Any] = {"x": [[4, 2], [10, 5]], "w": [[40, 50, 60], [40, 50, 60]], "b": [5, 7, 9], "y": SEED}


def gradients(result: dict[str, Any]) -> dict[str, Any]:
    return {name: node["gradient"] for name, node in result["nodes"].items()}


def faults(http: httpx.Client, call: str, body: Any) -> list[tuple[str, str]]:
    response = http.post(f"/api/{call}", json=body)
    assert response.status_code == 422
    return [(error["code"], error["pointer"]) for error in response.json()["errors"]]


def test_it_is_what_the_output_receives(client: Client) -> None:
    result = client.evaluate(AFFINE, trace=True)
    assert gradients(result) == GRADIENTS
    assert next(step for step in result["trace"] if step["phase"] == "backward")["upstream"] == SEED
    assert gradients(client.evaluate({**AFFINE, "upstream": None}))["y"] == [[1, 1, 1], [1, 1, 1]]


def test_the_request_s_own_goes_first(client: Client) -> None:
    doubled = [[2, 4, 6], [8, 10, 12]]
    assert gradients(client.evaluate(AFFINE, upstream=doubled))["b"] == [10, 14, 18]


def test_another_output_starts_from_ones(client: Client) -> None:
    assert gradients(client.evaluate(AFFINE, output="b"))["b"] == [1, 1, 1]


def test_the_gradient_check_takes_it(client: Client) -> None:
    result = client.check(AFFINE)
    assert result["passed"]
    for name in "xwb":
        np.testing.assert_allclose(result["leaves"][name]["numerical"], GRADIENTS[name], rtol=1e-7)
        assert result["leaves"][name]["backprop"] == GRADIENTS[name]


@pytest.mark.parametrize("call", ["evaluate", "check"])
@pytest.mark.parametrize(
    ("upstream", "code"),
    [
        (2, "shape-mismatch"),
        ([[1, 2], [3, 4]], "shape-mismatch"),
        ([[1, 2, 3], [4, 5]], "value-error"),
        ([[1, 2, 3], [4, 5, "6"]], "value-error"),
        ([[1, 2, 3], [4, 5, True]], "value-error"),
        ("ones", "value-error"),
        ([], "value-error"),
    ],
)
def test_its_faults_name_the_field(http: httpx.Client, call: str, upstream: Any, code: str) -> None:
    assert faults(http, call, {"graph": {**AFFINE, "upstream": upstream}}) == [(code, "/graph/upstream")]


def test_the_request_s_own_is_told_apart(http: httpx.Client) -> None:
    assert faults(http, "evaluate", {"graph": AFFINE, "upstream": 2}) == [("shape-mismatch", "/upstream")]


def test_a_number_larger_than_float64(http: httpx.Client) -> None:
    body = json.dumps({"graph": {**AFFINE, "upstream": 7}}).replace("7", "1e999")
    assert http.post("/api/evaluate", content=body).status_code == 422


def test_one_larger_than_any_output_is_refused(http: httpx.Client) -> None:
    assert faults(http, "evaluate", {"graph": {**AFFINE, "upstream": [1] * 300_000}}) == [
        ("shape-mismatch", "/graph/upstream")
    ]


@pytest.mark.parametrize("upstream", [None, 2.5, [1.0, -2.0], SEED])
def test_a_document_keeps_it(upstream: Any) -> None:
    document = {"format": "backarrow/1", **AFFINE, "upstream": upstream}
    written = graph_document(GraphDocument.model_validate(document).to_graph())
    assert written.get("upstream") == upstream
    assert ("upstream" in written) == (upstream is not None)
    assert graph_document(GraphDocument.model_validate(written).to_graph()) == written


def test_it_survives_opening_and_closing_a_node(client: Client) -> None:
    opened = client.expand(AFFINE, "y")
    assert opened["upstream"] == SEED
    assert gradients(client.evaluate(opened))["b"] == GRADIENTS["b"]
    closed = client.collapse(opened, opened["groups"][0]["id"])
    assert gradients(client.evaluate(closed)) == GRADIENTS


def test_one_that_does_not_fit_is_no_reason_not_to_open_a_node(client: Client) -> None:
    stale = {**AFFINE, "upstream": 2}
    assert client.expand(stale, "y")["upstream"] == 2
    with pytest.raises(ApiError, match=r"shape scalar, the output \(2, 3\)"):
        client.evaluate(stale)
