"""What the gradient check tells over HTTP."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest

from app.client import ApiError, Client
from app.core import bundle
from app.settings import get_settings
from app.web import checking
from app.web.schemas.check import CheckProgress, CheckResponse


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with Client() as client:
        yield client


def test_elements_seconds_and_curve(client: Client) -> None:
    graph = client.example("affine-batch")["graph"]
    answer = client.check(graph, curve=True)
    CheckResponse.model_validate(answer)
    assert [len(row) for row in answer["leaves"]["w"]["elements"]] == [3, 3]
    assert max(max(row) for row in answer["leaves"]["w"]["elements"]) == answer["leaves"]["w"]["relative_error"]
    assert set(answer["seconds"]) == {"backprop", "numerical"}
    assert [point["epsilon"] for point in answer["curve"]] == [float(f"1e-{n}") for n in range(1, 14)]
    assert set(answer["curve"][0]["relative_error"]) == {"x", "w", "b"}


def test_the_curve_is_asked_for(client: Client) -> None:
    answer = client.check(client.parse("x ^ 2"))
    assert answer["curve"] is None
    assert answer["leaves"]["x"]["elements"] is None


def test_elements_that_are_not_finite_are_spelled_out(client: Client) -> None:
    answer = client.check(client.parse("sum(log(x))", {"x": [1, 0]}), curve=True)
    CheckResponse.model_validate(answer)
    assert answer["leaves"]["x"]["elements"][1] == "NaN"
    assert answer["leaves"]["x"]["relative_error"] is None
    assert {point["relative_error"]["x"] for point in answer["curve"]} == {None}


def test_directions_stand_in_for_leaves(client: Client) -> None:
    graph = client.example("affine-batch")["graph"]
    answer = client.check(graph, method="directional")
    CheckResponse.model_validate(answer)
    assert (answer["method"], answer["leaves"], answer["nodes"], answer["curve"]) == ("directional", {}, {}, None)
    assert [direction["verdict"] for direction in answer["directions"]] == ["pass"] * 4
    assert answer["passed"] is True
    assert answer["elements"] == client.check(graph)["elements"] == 2 * 2 + 2 * 3 + 3


def test_directions_that_are_not_finite_are_spelled_out(client: Client) -> None:
    answer = client.check(client.parse("log(x)", {"x": 0}), method="directional")
    CheckResponse.model_validate(answer)
    assert answer["passed"] is False
    assert answer["directions"][0]["relative_error"] is None


def test_computed_nodes_stand_beside_the_leaves(client: Client) -> None:
    graph = client.parse("y = x ^ 2\ntanh(y)", {"x": 0.5})
    answer = client.check(graph, nodes=True)
    CheckResponse.model_validate(answer)
    assert answer["nodes"]["y"]["verdict"] == "pass"
    assert "y" not in answer["leaves"]
    assert client.check(graph)["nodes"] == {}
    with pytest.raises(ApiError) as caught:
        client.check(graph, wrt=["y"])
    assert caught.value.errors[0]["pointer"] == "/wrt/0"


def net(size: int) -> dict[str, Any]:
    weights = [[math.sin(row * size + column) / size for column in range(size)] for row in range(size)]
    return {
        "format": "backarrow/1",
        "nodes": [
            {
                "id": "x",
                "op": "constant",
                "value": [[math.cos(row * size + n) for n in range(size)] for row in range(5)],
            },
            {"id": "w", "op": "parameter", "value": weights},
            {"id": "h", "op": "matmul", "inputs": ["x", "w"]},
            {"id": "a", "op": "tanh", "inputs": ["h"]},
            {"id": "y", "op": "sum", "inputs": ["a"]},
        ],
        "output": "y",
    }


def test_progress_comes_line_by_line_and_ends_in_the_answer(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "PAUSE", 0.0)
    monkeypatch.setattr(bundle, "_TOGETHER", 1_000)
    *lines, answer = client.check_progress(net(20), curve=True)
    for line in lines:
        CheckProgress.model_validate(line)
    assert [line["size"] for line in lines] == [400] * len(lines)
    assert len(lines) > 3
    assert [line["done"] for line in lines] == sorted({line["done"] for line in lines})
    assert (lines[-1]["done"], lines[-1]["remaining"]) == (400, 0.0)
    CheckResponse.model_validate(answer)
    assert answer["leaves"]["w"]["verdict"] == "pass"
    assert len(answer["curve"]) == 13


def test_what_is_too_much_is_refused_before_the_first_line(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(get_settings(), "max_check_work", 1_000)
    with pytest.raises(ApiError) as caught:
        next(iter(client.check_progress(net(4))))
    assert caught.value.errors[0]["budget"] == "check_work"
    assert caught.value.status == 422


def test_progress_has_a_larger_budget(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(get_settings(), "max_work", 50_000)
    with pytest.raises(ApiError, match="operations to check the gradients"):
        client.check(net(20))
    *_, answer = client.check_progress(net(20))
    assert answer["passed"] is True


def test_a_directional_check_has_no_progress(client: Client) -> None:
    with pytest.raises(ApiError) as caught:
        next(iter(client.check_progress(net(4), method="directional")))
    assert caught.value.status == 422
