"""A sweep over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from app.client import ApiError, Client
from app.web.schemas.sweep import SweepResponse


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with Client() as client:
        yield client


def test_columns_of_points_and_the_tangent(client: Client) -> None:
    answer = client.sweep(client.parse("x ^ 2", {"x": 3}), "x", -1, 1, 3)
    output = answer.pop("output")
    assert answer == {
        "input": "x",
        "index": [],
        "points": {"x": [-1, 0, 1], "value": [1, 0, 1], "gradient": [-2, 0, 2]},
        "tangent": {"x": 3, "value": 9, "slope": 6},
    }
    SweepResponse.model_validate({**answer, "output": output})


def test_an_element_of_a_tensor(client: Client) -> None:
    graph = client.example("affine-batch")["graph"]
    answer = client.sweep(graph, "w", -1, 1, 3, index=[1, 2])
    assert answer["index"] == [1, 2]
    assert answer["points"]["gradient"] == [60, 60, 60]
    assert answer["tangent"]["slope"] == 60


def test_numbers_that_are_not_finite_are_spelled_out(client: Client) -> None:
    answer = client.sweep(client.parse("log(x)"), "x", -1, 1, 3)
    assert answer["points"]["value"] == ["NaN", "-Infinity", 0]
    assert answer["points"]["gradient"] == [-1, "Infinity", 1]
    SweepResponse.model_validate(answer)


@pytest.mark.parametrize(
    ("change", "status_code", "pointer"),
    [
        ({"input": "nobody"}, "unknown-node", "/input"),
        ({"input": "out"}, "not-a-leaf", "/input"),
        ({"start": 2}, "bad-range", "/start"),
        ({"start": 1}, "bad-range", "/start"),
        ({"steps": 1}, "greater-than-equal", "/steps"),
        ({"steps": 2001}, "less-than-equal", "/steps"),
        ({"steps": 2.5}, "int-type", "/steps"),
        ({"start": "NaN"}, "float-type", "/start"),
        ({"start": None}, "float-type", "/start"),
        ({"index": [0]}, "index-out-of-range", "/index"),
        ({"index": [-1]}, "greater-than-equal", "/index/0"),
        ({"index": [10**400]}, "index-out-of-range", "/index"),
        ({"output": "nobody"}, "unknown-node", "/graph/output"),
    ],
)
def test_faults_say_where(client: Client, change: dict[str, Any], status_code: str, pointer: str) -> None:
    nodes = [{"id": "x", "op": "input", "value": 1}, {"id": "out", "op": "square", "inputs": ["x"]}]
    body = {"graph": {"nodes": nodes}, "input": "x", "start": 0, "stop": 1, "steps": 3, **change}
    with pytest.raises(ApiError) as caught:
        client._post("/api/sweep", body)
    assert caught.value.status == 422
    assert [(error["code"], error["pointer"]) for error in caught.value.errors] == [(status_code, pointer)]


def test_work_is_budgeted_before_anything_runs(client: Client) -> None:
    big = {"id": "w", "op": "input", "value": [[1.0] * 100] * 100}
    nodes = [big, {"id": "p", "op": "matmul", "inputs": ["w", "w"]}, {"id": "out", "op": "sum", "inputs": ["p"]}]
    with pytest.raises(ApiError) as caught:
        client.sweep({"nodes": nodes}, "w", 0, 1, 2000, index=[0, 0])
    assert [error["code"] for error in caught.value.errors] == ["budget-exceeded"]
