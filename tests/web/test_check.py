"""What the gradient check tells over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.client import Client
from app.web.schemas.check import CheckResponse


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
