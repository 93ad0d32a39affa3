"""One element of a gradient, taken apart over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from app.client import ApiError, Client
from app.web.schemas.drill import DrillResponse


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with Client() as client:
        yield client


def test_a_weight_of_the_affine_layer(client: Client) -> None:
    graph = client.example("affine-batch")["graph"]
    answer = client.drill(graph, "y", 1, [1, 2])
    DrillResponse.model_validate(answer)
    gradient = client.evaluate(graph)["nodes"]["w"]["gradient"]
    assert answer["value"] == gradient[1][2] == sum(term["product"] for term in answer["terms"])
    assert (answer["node"], answer["input"], answer["source"], answer["index"]) == ("y", 1, "w", [1, 2])
    assert answer["terms"][-1] == {
        "upstream_index": [1, 2],
        "upstream": 6,
        "local": 10,
        "product": 60,
        "depends": [{"input": 0, "index": [1, 1], "value": 10, "equals": True}],
        "total_depends": 1,
    }
    assert (answer["total_terms"], answer["truncated"]) == (len(answer["terms"]), False)


def test_zeros_are_told_when_asked_for(client: Client) -> None:
    graph = client.example("affine-batch")["graph"]
    found = [client.drill(graph, "y", 1, [0, 1], zeros=zeros)["terms"] for zeros in (False, True)]
    assert [[term["local"] for term in terms] for terms in found] == [[10], [0, 10]]


def test_a_number_has_an_empty_index(client: Client) -> None:
    answer = client.drill(client.example("apples")["graph"], "total", 0)
    assert answer["index"] == []
    assert [term["local"] for term in answer["terms"]] == [1.1]


def test_an_upstream_gradient_is_honoured(client: Client) -> None:
    graph = client.parse("x * w", {"x": [1, 2], "w": [3, 4]})
    name = client.evaluate(graph)["output"]
    assert client.drill(graph, name, 0, [1], upstream=[10, 100])["value"] == 400
    assert client.drill({**graph, "upstream": [10, 100]}, name, 0, [1])["value"] == 400


def test_numbers_that_are_not_finite_are_spelled_out(client: Client) -> None:
    graph = client.parse("log(x)", {"x": 0})
    answer = client.drill(graph, client.evaluate(graph)["output"], 0)
    DrillResponse.model_validate(answer)
    assert answer["value"] == "Infinity"


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"node": "nobody"}, "unknown-node", "/node"),
        ({"node": "x"}, "no-inputs", "/node"),
        ({"input": 1}, "index-out-of-range", "/input"),
        ({"input": -1}, "greater-than-equal", "/input"),
        ({"input": True}, "int-type", "/input"),
        ({"zeros": 1}, "bool-type", "/zeros"),
        ({"index": [0]}, "index-out-of-range", "/index"),
        ({"index": None}, "list-type", "/index"),
        ({"index": [0] * 65}, "too-long", "/index"),
        ({"output": "nobody"}, "unknown-node", "/graph/output"),
        ({"upstream": [1, 2]}, "shape-mismatch", "/upstream"),
        ({"output": "x"}, "no-gradient", "/node"),
    ],
)
def test_faults_say_where(client: Client, change: dict[str, Any], code: str, pointer: str) -> None:
    nodes = [{"id": "x", "op": "input", "value": 1}, {"id": "y", "op": "square", "inputs": ["x"]}]
    body = {"graph": {"nodes": nodes}, "node": "y", "input": 0, "index": [], **change}
    with pytest.raises(ApiError) as caught:
        client._post("/api/drill", body)
    assert caught.value.status == 422
    assert [(error["code"], error["pointer"]) for error in caught.value.errors] == [(code, pointer)]


def test_too_many_elements_are_a_fault(client: Client) -> None:
    nodes = [{"id": "x", "op": "input", "value": [1.0] * 5000}, {"id": "y", "op": "neg", "inputs": ["x"]}]
    with pytest.raises(ApiError) as caught:
        client.drill({"nodes": nodes}, "y", 0, [0])
    (error,) = caught.value.errors
    assert (error["code"], error["node"], error["limit"], error["actual"]) == ("budget-exceeded", "y", 4096, 5000)
