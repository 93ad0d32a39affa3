"""``/api/derivation``: its words, its numbers, its faults."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from app.client import ApiError, Client
from app.web.schemas.derivation import DerivationResponse

SHAPES = DerivationResponse.model_json_schema()


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with Client() as client:
        yield client


def keys(model: str) -> set[str]:
    return set(SHAPES["$defs"][model]["properties"])


def test_the_answer_in_the_contracts_words(client: Client) -> None:
    graph = client.example("apples")["graph"]
    found = client.derivation(graph, "apple")
    DerivationResponse.model_validate(found)
    assert set(found) == set(SHAPES["properties"])
    assert (found["output"], found["wrt"], found["shown"], found["paths_total"]) == ("total", "apple", 1, "1")
    assert found["value"] == 2.2
    (path,) = found["paths"]
    assert path["product"] == 2.2
    assert [factor["edge"] for factor in path["factors"]] == ["total:0", "subtotal:0"]
    last = path["factors"][1]
    assert set(last) == keys("DerivationFactor")
    assert last == {
        "edge": "subtotal:0", "source": "apple", "target": "subtotal", "input": 0,
        "chain": r"\frac{\partial \mathrm{subtotal}}{\partial \text{apple price}}", "latex": r"\mathrm{count}",
        "latex_values": "2", "latex_number": "2", "local": 2.0,
    } | {"latex": last["latex"]}  # fmt: skip
    assert [step["node"] for step in found["forward"]] == ["apple", "subtotal", "total"]
    assert [step["tangent"] for step in found["forward"]] == [1, 2, 2.2]
    assert set(found["forward"][1]["terms"][0]) == keys("ForwardTerm")
    assert set(found["counts"]) == keys("DerivationCounts")
    assert found["counts"]["inputs"] == 3


@pytest.mark.parametrize("name", ["sigmoid-in-pieces", "long-expression", "quotient", "neuron"])
def test_every_node_of_the_gallery(client: Client, name: str) -> None:
    graph = client.example(name)["graph"]
    nodes = client.evaluate(graph)["nodes"]
    for node, entry in nodes.items():
        found = client.derivation(graph, node, limit=256)
        DerivationResponse.model_validate(found)
        assert found["value"] == entry["gradient"]
        if entry["gradient"] is not None:
            total = sum(path["product"] for path in found["paths"])
            assert total == pytest.approx(entry["gradient"], rel=1e-9)
            assert found["forward"][-1]["tangent"] == pytest.approx(entry["gradient"], rel=1e-9)


def test_another_output(client: Client) -> None:
    graph = client.example("apples")["graph"]
    assert client.derivation(graph, "apple", output="subtotal")["value"] == 2
    beside = client.derivation(graph, "tax", output="subtotal")
    assert (beside["value"], beside["paths"], beside["paths_total"], beside["forward"]) == (None, [], "0", [])


def test_numbers_that_are_not_finite(client: Client) -> None:
    found = client.derivation(client.parse("y = log(x)*1", {"x": 0}), "x")
    assert found["value"] == "Infinity"
    assert found["latex_numbers"].endswith(r"\infty")
    DerivationResponse.model_validate(found)


def test_paths_beyond_counting_are_counted(client: Client) -> None:
    nodes: list[dict[str, Any]] = [{"id": "n0", "op": "input", "value": 1e-9}]
    nodes += [{"id": f"n{n + 1}", "op": "add", "inputs": [f"n{n}", f"n{n}"]} for n in range(900)]
    start = time.perf_counter()
    found = client.derivation({"nodes": nodes}, "n0", limit=256)
    assert time.perf_counter() - start < 5
    assert found["paths_total"] == str(2**900)
    assert found["counts"]["path_multiplications"] == str(900 * 2**900)
    assert found["shown"] == len(found["paths"]) == 4


def fault(client: Client, body: dict[str, Any]) -> dict[str, Any]:
    with pytest.raises(ApiError) as caught:
        client._post("/api/derivation", body)
    assert caught.value.status == 422
    return caught.value.errors[0]


def test_faults(client: Client) -> None:
    graph = client.example("apples")["graph"]
    assert fault(client, {"graph": graph, "wrt": "nobody"}) == {
        "code": "unknown-node", "detail": "nobody isn't in the graph", "pointer": "/wrt",
    }  # fmt: skip
    assert fault(client, {"graph": graph})["pointer"] == "/wrt"
    for limit in (0, 257, True, "3", 2.5, None):
        assert fault(client, {"graph": graph, "wrt": "apple", "limit": limit})["pointer"] == "/limit"
    for digits in (0, 18):
        assert fault(client, {"graph": graph, "wrt": "apple", "digits": digits})["pointer"] == "/digits"
    tensors = client.example("affine-batch")["graph"]
    refused = fault(client, {"graph": tensors, "wrt": "x"})
    assert (refused["code"], refused["node"]) == ("not-scalar", "x")
    many = {"nodes": [{"id": f"x{n}", "op": "input", "value": 1} for n in range(2_001)]}
    refused = fault(client, {"graph": many, "wrt": "x0"})
    assert (refused["code"], refused["limit"], refused["pointer"]) == ("budget-exceeded", 2_000, "/graph/nodes")
    loop = {"nodes": [{"id": "a", "op": "neg", "inputs": ["a"]}]}
    assert fault(client, {"graph": loop, "wrt": "a"})["code"] == "cycle"
