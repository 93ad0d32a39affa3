"""``/api/verify``, word by word."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from app.client import ApiError, Client
from app.web.schemas.verify import VerifyResponse


@pytest.fixture(scope="module")
def apples(client: Client) -> dict[str, Any]:
    graph: dict[str, Any] = client.example("apples")["graph"]
    return graph


def test_the_answer_in_the_contracts_words(client: Client, apples: dict[str, Any]) -> None:
    result = client.verify(apples, {"subtotal": 1.1, "count": 2.2, "apple": 2.2})
    assert result == {
        "output": "total",
        "correct": False,
        "judged": {
            "subtotal": {"claimed": 1.1, "expected": 1.1, "relative_error": 0.0, "verdict": "right", "follows": True},
            "count": {
                "claimed": 2.2,
                "expected": pytest.approx(110),
                "relative_error": pytest.approx(0.98),
                "verdict": "wrong",
                "follows": False,
            },
            "apple": {"claimed": 2.2, "expected": 2.2, "relative_error": 0.0, "verdict": "right", "follows": True},
        },
        "judged_edges": {},
        "first_wrong": "count",
        "first_wrong_edge": None,
        "slip": {
            "code": "swapped-inputs",
            "title": "The inputs are exchanged",
            "detail": "subtotal sent “how many” what belongs to its other input.",
            "hint": "In a product each input is sent upstream times the *other* input.",
            "node": "subtotal",
            "input": 1,
            "explains": ["count"],
            "explains_edges": [],
        },
        "others": [],
    }


def test_what_is_right(client: Client) -> None:
    for entry in client.examples():
        graph = client.example(entry["name"])["graph"]
        nodes = client.evaluate(graph, full=True)["nodes"]
        claims = {name: node["gradient"] for name, node in nodes.items() if node["gradient"] is not None}
        result = client.verify(graph, claims)
        VerifyResponse.model_validate(result)
        assert result["correct"]
        assert (result["first_wrong"], result["slip"], result["others"]) == (None, None, [])
        assert {item["verdict"] for item in result["judged"].values()} == {"right"}


def test_several_explanations(client: Client) -> None:
    graph = client.parse("x = 2; y = 2; f = x - y")
    result = client.verify(graph, {"y": 1})
    VerifyResponse.model_validate(result)
    assert result["slip"]["code"] == "wrong-sign"
    assert {other["code"] for other in result["others"]} == {"swapped-inputs", "local-forgotten"}


def test_edges_an_output_and_an_upstream(client: Client) -> None:
    graph = client.parse("x = [1,2]; y = square(x); f = sum(y)")
    given: dict[str, Any] = {"output": "y", "upstream": [1, -1]}
    assert client.verify(graph, {"x": [2, -4]}, edges={"y:0": [2, -4]}, **given)["correct"]
    result = client.verify(graph, {"x": [2, 4]}, edges={"y:0": [2, 4]}, **given)
    assert (result["output"], result["first_wrong"], result["first_wrong_edge"]) == ("y", "x", "y:0")
    assert result["judged_edges"]["y:0"]["verdict"] == "wrong"
    assert result["slip"]["code"] == "upstream-forgotten"
    assert result["slip"]["explains_edges"] == ["y:0"]


def test_a_gradient_in_the_wrong_shape_is_judged(client: Client) -> None:
    graph = client.example("affine-batch")["graph"]
    result = client.verify(graph, {"b": [[1, 2, 3], [4, 5, 6]], "w": [[[1]]]})
    VerifyResponse.model_validate(result)
    assert [item["verdict"] for item in result["judged"].values()] == ["shape", "shape"]
    assert result["judged"]["b"]["relative_error"] is None
    assert result["slip"]["code"] == "not-summed"


def test_numbers_that_are_not_finite_are_spelled_out(client: Client) -> None:
    result = client.verify(client.parse("x = 0; f = log(x)"), {"x": 1})
    VerifyResponse.model_validate(result)
    assert result["judged"]["x"]["expected"] == "Infinity"
    assert result["judged"]["x"]["verdict"] == "non-finite"


def test_large_tensors_travel_as_summaries(client: Client, http: httpx.Client) -> None:
    graph = client.parse("f = sum(square(x))", {"x": [[1.0] * 40] * 40})
    body = {"graph": graph, "claimed": {"x": [[2.0] * 40] * 40}}
    assert http.post("/api/verify", json=body).json()["judged"]["x"]["claimed"]["shape"] == [40, 40]
    assert len(http.post("/api/verify?full=true", json=body).json()["judged"]["x"]["expected"]) == 40


def test_claims_about_nothing(client: Client, apples: dict[str, Any]) -> None:
    with pytest.raises(ApiError, match="pear isn't in the graph; total has no input 2") as caught:
        client.verify(apples, {"pear": 1}, edges={"total:2": 1})
    assert caught.value.status == 422
    assert caught.value.errors == [
        {"code": "unknown-node", "detail": "pear isn't in the graph", "node": "pear", "pointer": "/claimed/pear"},
        {"code": "unknown-edge", "detail": "total has no input 2", "node": "total", "pointer": "/edges/total:2"},
    ]


@pytest.mark.parametrize(
    ("field", "name", "value", "pointer"),
    [
        ("claimed", "count", [[1], [2, 3]], "/claimed/count"),
        ("claimed", "count", "2", "/claimed/count"),
        ("claimed", "count", None, "/claimed/count"),
        ("claimed", "count", True, "/claimed/count"),
        ("claimed", "count", [], "/claimed/count"),
        ("claimed", "<script>", 1, "/claimed"),
        ("edges", "count", 1, "/edges/count"),
        ("edges", "<script>:0", 1, "/edges"),
        ("edges", "total:0", "x", "/edges"),
        ("edges", "total:01", 1, "/edges"),
    ],
)
def test_claims_that_cannot_be_read(
    http: httpx.Client, apples: dict[str, Any], field: str, name: str, value: Any, pointer: str
) -> None:
    body = {"graph": apples, "claimed": {}, field: {name: value}}
    response = http.post("/api/verify", json=body)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    (error,) = response.json()["errors"]
    assert error["pointer"] == pointer
    assert "script" not in response.text


def test_faults_of_the_graph_and_of_the_request(http: httpx.Client, apples: dict[str, Any]) -> None:
    bodies: list[dict[str, Any]] = [
        {"graph": apples},
        {"graph": {"nodes": []}, "claimed": {}},
        {"graph": apples, "claimed": {}, "layers": {}},
        {"graph": apples, "claimed": {}, "output": "pear"},
        {"graph": apples, "claimed": {}, "upstream": [1, 2]},
        {"graph": apples, "claimed": []},
    ]
    for body in bodies:
        response = http.post("/api/verify", json=body)
        assert response.status_code == 422
        assert response.headers["content-type"] == "application/problem+json"


def test_openapi_knows_it(http: httpx.Client) -> None:
    call = http.get("/openapi.json").json()["paths"]["/api/verify"]["post"]
    assert "$ref" in call["requestBody"]["content"]["application/json"]["schema"]
    assert "$ref" in call["responses"]["200"]["content"]["application/json"]["schema"]
