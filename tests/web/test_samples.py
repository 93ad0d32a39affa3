"""Rows of data as values of a graph's leaves."""

from __future__ import annotations

from typing import Any

import httpx
import numpy as np
import pytest

from app.client import Client
from app.web.schemas.datasets import SampleResponse


def net(x: Any, t: Any) -> dict[str, Any]:
    """A graph whose leaves for features and targets hold these; what it computes doesn't matter here."""
    return {
        "nodes": [
            {"id": "x", "op": "input", "value": x},
            {"id": "t", "op": "input", "value": t},
            {"id": "loss", "op": "softmax_with_loss", "inputs": ["x", "t"]},
        ]
    }


def test_a_row_lies_in_its_leaves_as_their_own_values_do(client: Client, http: httpx.Client) -> None:
    digits = client.example("digits-net")["graph"]
    answer = client.sample(digits, {"data": "digits"}, 7)
    SampleResponse.model_validate(answer)
    (raw,) = http.get("/api/datasets/digits?start=7").json()["rows"]
    assert answer["values"] == {"x": [np.ravel(raw["features"]).tolist()], "t": [raw["target"]]}
    assert answer["answer"] == raw["target"] == 7
    assert (answer["count"], answer["row"], len(answer["features"])) == (1797, 7, 64)
    assert (answer["inputs"], answer["targets"], answer["classes"]) == (["x"], "t", list("0123456789"))


@pytest.mark.parametrize(
    ("x", "t", "values"),
    [
        ([0, 0], 0, {"x": [0, 1], "t": 1}),
        ([[0, 0]], [0], {"x": [[0, 1]], "t": [1]}),
        ([[0, 0]] * 4, [0] * 4, {"x": [[0, 1]], "t": [1]}),
        ([[0, 0]], [[0, 0]], {"x": [[0, 1]], "t": [[0, 1]]}),
        ([[[0, 0]]], [0], {"x": [[[0, 1]]], "t": [1]}),
    ],
)
def test_any_shape_that_a_row_fits_in(client: Client, x: Any, t: Any, values: Any) -> None:
    assert client.sample(net(x, t), {"data": "xor"}, 1)["values"] == values


def test_the_row_is_the_one_that_is_trained_on(client: Client) -> None:
    """Of the rows that aren't kept to test with, standardised columns have mean 0 and deviation 1."""
    graph = net([[0] * 4], [0])
    rows = [client.sample(graph, {"data": "iris", "standardise": True}, row) for row in range(150)]
    trained = np.array([row["values"]["x"][0] for row in rows if not row["tested"]])
    assert len(trained) == 120
    np.testing.assert_allclose(trained.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(trained.std(axis=0), 1)


def test_a_table_of_ones_own(client: Client) -> None:
    answer = client.sample(net([[0, 0]], [0]), {"csv": "a,kind,b\n1,oak,2\n3,elm,4\n", "target": "kind"}, 1)
    assert answer["values"] == {"x": [[3, 4]], "t": [answer["classes"].index("elm")]}
    assert (answer["features"], answer["target"], answer["count"]) == (["a", "b"], "kind", 2)


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"row": 4}, "unknown-row", "/row"),
        ({"row": -1}, "greater-than-equal", "/row"),
        ({"batches": {"data": "iris"}}, "shape-mismatch", "/batches"),
        ({"batches": {"csv": "1,2\n3"}}, "bad-csv", "/batches/csv"),
        ({"batches": {"data": "xor", "inputs": "q"}}, "unknown-node", "/batches"),
        ({"graph": {"nodes": [{"id": "x", "op": "input", "value": 1}]}}, "untold-leaf", "/batches"),
    ],
)
def test_what_does_not_fit_is_told(http: httpx.Client, change: dict[str, Any], code: str, pointer: str) -> None:
    response = http.post("/api/samples", json={"graph": net([[0, 0]], [0]), "batches": {"data": "xor"}, **change})
    assert response.status_code == 422
    assert [(error["code"], error.get("pointer")) for error in response.json()["errors"]] == [(code, pointer)]


def test_the_catalogue_says_what_a_loss_reads(client: Client) -> None:
    ops = {op["name"]: op for op in client.ops()}
    assert (ops["softmax_with_loss"]["scores"], ops["softmax_with_loss"]["labels"]) == ("x", ["t"])
    assert (ops["mul"]["scores"], ops["mul"]["labels"]) == (None, [])
