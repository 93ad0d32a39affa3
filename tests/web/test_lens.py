"""``/api/diagnose`` and ``/api/exercises``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from app.client import ApiError, Client
from app.web.schemas.diagnose import DiagnoseResponse
from app.web.schemas.exercises import ExerciseResponse


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with Client() as client:
        yield client


def sigmoids(count: int) -> str:
    return "\n".join(f"h{n + 1} = sigmoid({'x' if n == 0 else f'h{n}'})" for n in range(count))


def test_diagnose(client: Client) -> None:
    answer = client.diagnose(client.parse(sigmoids(8)))
    DiagnoseResponse.model_validate(answer)
    (finding,) = answer["findings"]
    assert (finding["code"], finding["node"], finding["severity"], finding["steps"]) == ("vanishing", "x", "warning", 8)
    assert finding["units"] == []
    assert finding["op"] is None
    assert answer["sizes"]["x"] == pytest.approx(5.515e-6, rel=1e-4)
    assert [level["depth"] for level in answer["profile"]] == list(range(9))
    assert answer["profile"][8]["nodes"] == ["x"]


def test_diagnose_starts_from_the_seed_of_the_document(client: Client) -> None:
    graph = {**client.parse("f = 3 * x", {"x": 2}), "output": "f", "upstream": -10}
    assert client.diagnose(graph)["sizes"]["x"] == 30


def test_diagnose_another_output(client: Client) -> None:
    answer = client.diagnose(client.parse(sigmoids(8)), output="h2")
    assert answer["output"] == "h2"
    assert answer["findings"] == []
    assert answer["sizes"]["h3"] is None


def test_diagnose_spells_what_is_not_finite(client: Client) -> None:
    answer = client.diagnose(client.parse("1 / (1 + exp(-x))", {"x": -1000}))
    DiagnoseResponse.model_validate(answer)
    (finding,) = answer["findings"]
    assert (finding["code"], finding["op"], finding["formula"]) == ("overflow", "sigmoid", "sigmoid(x)")
    repaired = client.evaluate(finding["repaired"])
    assert (repaired["warnings"], repaired["output"]) == ([], answer["output"])
    assert "NaN" in answer["sizes"].values()
    assert "Infinity" in [level["value_size"] for level in answer["profile"]]


def test_diagnose_refuses_what_can_not_run(client: Client) -> None:
    graph = {"format": "backarrow/1", "nodes": [{"id": "y", "op": "exp", "inputs": ["y"]}]}
    with pytest.raises(ApiError) as caught:
        client.diagnose(graph)
    assert caught.value.status == 422
    assert caught.value.errors[0]["code"] == "cycle"


@pytest.mark.parametrize("level", [1, 2, 3])
def test_exercise(client: Client, level: int) -> None:
    answer = client.exercise(level, 417)
    ExerciseResponse.model_validate(answer)
    assert (answer["level"], answer["seed"], answer["title"]) == (level, 417, f"Exercise {level}.417")
    assert answer == client.exercise(level, 417)
    numbers = client.evaluate(answer["graph"])
    assert numbers["warnings"] == []
    edges = {f"{edge['target']}:{edge['input']}" for edge in numbers["edges"]}
    for blank in answer["blanks"]:
        assert (blank["node"] is None) != (blank["edge"] is None)
        assert blank["node"] in numbers["nodes"] or blank["edge"] in edges


@pytest.mark.parametrize(
    "query",
    [
        "level=4&seed=1", "level=0&seed=1", "level=1&seed=-1", "level=1&seed=2147483649", "level=one&seed=1", "level=1",
    ],
)  # fmt: skip
def test_other_exercises_are_refused(client: Client, query: str) -> None:
    response = client._http.get(f"/api/exercises?{query}")
    problem: dict[str, Any] = response.json()
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert problem["title"] == "Invalid request"
    assert problem["detail"]
