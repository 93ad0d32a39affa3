"""Faults over HTTP: all at once, placed where something is, and never a bag of what was sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app.client import Client
from app.web.routes import evaluate


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with Client() as client:
        yield client._http


X = {"id": "x", "op": "input", "value": 1}


def post(http: httpx.Client, body: Any, call: str = "evaluate") -> httpx.Response:
    return http.post(f"/api/{call}", json=body)


def with_node(**fields: Any) -> dict[str, Any]:
    return {"graph": {"nodes": [X, {"id": "f", "op": "neg", "inputs": ["x"], **fields}]}}


def nested(depth: int) -> bytes:
    inner = depth - 4
    return b'{"graph": {"nodes": [{"id": "x", "op": "input", "value": ' + b"[" * inner + b"1" + b"]" * inner + b"}]}}"


@pytest.mark.parametrize(("depth", "status"), [(64, 422), (65, 400)])
def test_depth(http: httpx.Client, depth: int, status: int) -> None:
    response = http.post("/api/evaluate", content=nested(depth), headers={"content-type": "application/json"})
    assert response.status_code == status
    assert ("too-deep" in response.text) == (status == 400)


@pytest.mark.parametrize(
    "media_type",
    ["application/json; charset=utf-8", "APPLICATION/JSON", "text/plain", "", "application/x-www-form-urlencoded"],
)
def test_a_body_is_json_whatever_its_header_calls_it(http: httpx.Client, media_type: str) -> None:
    content = json.dumps({"graph": {"nodes": [X]}})
    assert http.post("/api/evaluate", content=content, headers={"content-type": media_type}).status_code == 200


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"graph": {"nodes": [X]}, "trace": "yes"}, "/trace"),
        (with_node(position=["1", "2"]), "/graph/nodes/1/position/0"),
        (with_node(op="sum", params={"axis": {"a": 1}}), "/graph/nodes/1/params/axis"),
        (with_node(params={"z" * 9_000: 1}), "/graph/nodes/1/params"),
        (with_node(**{"z" * 9_000: 1}), "/graph/nodes/1"),
        (with_node(op="<script>"), "/graph/nodes/1/op"),
        (with_node(op="leaky_relu", params={"alpha": True}), "/graph/nodes/1/params/alpha"),
    ],
)
def test_one_fault_where_something_is(http: httpx.Client, body: Any, pointer: str) -> None:
    response = post(http, body)
    assert response.status_code == 422
    assert pointer in {error["pointer"] for error in response.json()["errors"]}
    assert sum(error["pointer"].startswith(pointer) for error in response.json()["errors"]) == 1
    assert "script" not in response.text
    assert len(response.content) < 2_000


def test_a_setting_larger_than_float64(http: httpx.Client) -> None:
    content = json.dumps(with_node(op="leaky_relu", params={"alpha": 7})).replace("7", "1e999")
    response = http.post("/api/evaluate", content=content, headers={"content-type": "application/json"})
    assert response.json()["errors"][0]["code"] == "bad-setting"


def test_a_query_has_no_pointer(http: httpx.Client) -> None:
    (error,) = http.post("/api/evaluate?full=banana", json={"graph": {"nodes": [X]}}).json()["errors"]
    assert "pointer" not in error
    assert "full" in error["detail"]


def test_keys_of_inputs_are_not_handed_back(http: httpx.Client) -> None:
    body = {"language": "formula", "source": "x", "inputs": {"<script>" * 100: 1}}
    (error,) = post(http, body, "parse").json()["errors"]
    assert error["pointer"] == "/inputs"
    assert "script" not in json.dumps(error)


def test_very_many_faults_are_counted_and_not_listed(http: httpx.Client) -> None:
    response = post(http, {"graph": {"nodes": [0] * 50_000}})
    assert len(response.json()["errors"]) == 100
    assert "49,995 more" in response.json()["detail"]
    unknown = [{"id": f"n{n}", "op": "neg", "inputs": ["nope"]} for n in range(3_000)]
    response = post(http, {"graph": {"nodes": unknown}})
    assert len(response.json()["errors"]) == 100
    assert "more" in response.json()["detail"]


def test_a_bad_upstream_and_a_cycle_are_both_said(http: httpx.Client) -> None:
    nodes = [{"id": "a", "op": "neg", "inputs": ["b"]}, {"id": "b", "op": "neg", "inputs": ["a"]}]
    errors = post(http, {"graph": {"nodes": nodes}, "upstream": [[1], [2, 3]]}).json()["errors"]
    assert [(error["code"], error["pointer"]) for error in errors] == [
        ("value-error", "/upstream"), ("cycle", "/graph/nodes/0"),
    ]  # fmt: skip


def test_nothing_to_collapse(http: httpx.Client) -> None:
    body = {"graph": {"nodes": [], "groups": [{"id": "g", "nodes": []}]}, "group": "g"}
    assert post(http, body, "collapse").status_code == 422


def test_a_formula_makes_as_many_nodes_as_a_graph_may_have(http: httpx.Client) -> None:
    def parsed(count: int) -> httpx.Response:
        return post(http, {"language": "formula", "source": "+".join("x" * count)}, "parse")

    assert post(http, {"graph": parsed(5_000).json()["graph"]}).status_code == 200
    (error,) = parsed(5_001).json()["errors"]
    assert (error["code"], error["limit"], error["actual"]) == ("budget-exceeded", 5_000, 5_001)


def test_a_source_over_its_cap(http: httpx.Client) -> None:
    body = {"language": "formula", "source": "x" * 100_001}
    (error,) = post(http, body, "parse").json()["errors"]
    assert (error["code"], error["limit"], error["actual"]) == ("budget-exceeded", 100_000, 100_001)


def test_a_crash_is_a_problem_without_a_traceback(http: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(evaluate, "evaluate", crash)
    response = post(http, {"graph": {"nodes": [X]}})
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert "secret" not in response.text
