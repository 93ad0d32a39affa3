from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

GRAPH: dict[str, list[dict[str, Any]]] = {
    "nodes": [
        {"id": "x", "op": "input", "value": 3},
        {"id": "y", "op": "input", "value": 2},
        {"id": "z", "op": "mul", "inputs": ["x", "y"]},
    ]
}


@pytest.fixture(scope="module")
def address(port: int) -> str:
    return f"ws://127.0.0.1:{port}/api/live"


@pytest.fixture
def socket(address: str) -> Iterator[ClientConnection]:
    with connect(address) as socket:
        yield socket


def ask(socket: ClientConnection, message: Any) -> Any:
    socket.send(message if isinstance(message, str) else json.dumps(message))
    return json.loads(socket.recv(timeout=5))


def test_the_graph_once_then_values(socket: ClientConnection) -> None:
    first = ask(socket, {"graph": GRAPH})
    assert first["nodes"]["z"] == {"value": 6, "gradient": 1, "shape": []}
    assert first["trace"] is None
    assert ask(socket, {"set": {"x": 5}})["nodes"]["y"]["gradient"] == 5
    both = ask(socket, {"set": {"x": 1, "y": [1, 2]}})
    assert both["nodes"]["z"]["value"] == [1, 2]
    assert both["nodes"]["x"]["gradient"] == 3


def test_a_trace_comes_along_where_it_was_asked_for(socket: ClientConnection) -> None:
    ask(socket, {"graph": GRAPH, "trace": True})
    assert len(ask(socket, {"set": {"x": 5}})["trace"]) == 3


def test_the_seed_stays_while_values_change(socket: ClientConnection) -> None:
    first = ask(socket, {"graph": {**GRAPH, "upstream": 3}})
    assert (first["nodes"]["z"]["gradient"], first["nodes"]["x"]["gradient"]) == (3, 6)
    assert ask(socket, {"set": {"y": 5}})["nodes"]["x"]["gradient"] == 15
    (error,) = ask(socket, {"set": {"x": [1, 2]}})["errors"]
    assert (error["code"], error["pointer"]) == ("shape-mismatch", "/graph/upstream")
    assert ask(socket, {"set": {"x": 1}})["nodes"]["y"]["gradient"] == 3


def test_the_request_s_own_seed_goes_first(socket: ClientConnection) -> None:
    assert ask(socket, {"graph": {**GRAPH, "upstream": 3}, "upstream": 2})["nodes"]["z"]["gradient"] == 2


def test_newer_values_overtake_older_ones(socket: ClientConnection) -> None:
    ask(socket, {"graph": GRAPH})
    for value in range(200):
        socket.send(json.dumps({"set": {"x": value}}))
    answers: list[float] = []
    while not answers or answers[-1] != 2 * 199:
        answers.append(json.loads(socket.recv(timeout=5))["nodes"]["z"]["value"])
    assert answers == sorted(answers)
    assert len(answers) <= 200
    assert ask(socket, {"set": {"x": -1}})["nodes"]["z"]["value"] == -2


@pytest.mark.parametrize(
    ("message", "status", "code"),
    [
        ({"set": {"nope": 1}}, 422, "unknown-node"),
        ({"set": {"z": 1}}, 422, "unknown-node"),
        ({"set": {"x": [1, [2]]}}, 422, "value-error"),
        ({"set": {"x": [1, 2], "y": [1, 2, 3]}}, 422, "shape-mismatch"),
        ({"other": 1}, 422, "missing"),
        ("{", 400, "not-json"),
        ('{"set": {"x": NaN}}', 400, "not-json"),
        ("[" * 900 + "]" * 900, 400, "too-deep"),
    ],
)
def test_a_faulty_message_is_answered_and_the_next_one_too(
    socket: ClientConnection, message: Any, status: int, code: str
) -> None:
    ask(socket, {"graph": GRAPH})
    problem = ask(socket, message)
    assert problem["status"] == status
    codes = [problem["type"].rpartition(":")[2], *(error["code"] for error in problem.get("errors", []))]
    assert code in codes
    assert ask(socket, {"set": {"x": 5, "y": 2}})["nodes"]["z"]["value"] == 10


def test_a_graph_with_faults_can_be_mended_by_values(socket: ClientConnection) -> None:
    bad = {
        "nodes": [{**GRAPH["nodes"][0], "value": [1, 2]}, {**GRAPH["nodes"][1], "value": [1, 2, 3]}, GRAPH["nodes"][2]]
    }
    assert ask(socket, {"graph": bad})["errors"][0]["node"] == "z"
    assert ask(socket, {"set": {"x": 2, "y": 3}})["nodes"]["z"]["value"] == 6


def test_a_message_over_the_cap_is_refused(socket: ClientConnection) -> None:
    ask(socket, {"graph": GRAPH})
    problem = ask(socket, json.dumps({"set": {"x": [1.5] * 700_000}}))
    assert problem["status"] == 413
    assert ask(socket, {"set": {"x": 5}})["nodes"]["z"]["value"] == 10


def test_a_first_message_that_is_no_graph_ends_the_socket(socket: ClientConnection) -> None:
    assert ask(socket, {"set": {"x": 1}})["status"] == 422
    with pytest.raises(ConnectionClosed):
        socket.recv(timeout=5)


def test_values_stand_until_they_are_set_again(socket: ClientConnection) -> None:
    ask(socket, {"graph": GRAPH})
    ask(socket, {"set": {"x": 5}})
    assert ask(socket, {"set": {"y": [1, 2]}})["nodes"]["z"]["value"] == [5, 10]
    assert ask(socket, {"set": {"x": [1, 2, 3]}})["errors"][0]["code"] == "shape-mismatch"
    assert ask(socket, {"set": {"y": [1, 1, 2]}})["nodes"]["z"]["value"] == [1, 2, 6]
    assert ask(socket, {"set": {"x": 1}})["nodes"]["z"]["value"] == [1, 1, 2]
    assert ask(socket, {"set": {"y": 4}})["nodes"]["z"]["value"] == 4


def test_a_graph_that_takes_long_is_answered_too(socket: ClientConnection) -> None:
    chain = [{"id": f"n{n}", "op": "neg", "inputs": ["x" if n == 0 else f"n{n - 1}"]} for n in range(2_001)]
    graph = {"nodes": [GRAPH["nodes"][0], *chain]}
    assert ask(socket, {"graph": graph})["nodes"]["n2000"]["value"] == -3
    for value in (1.5, [1, 2]):
        assert ask(socket, {"set": {"x": value}})["nodes"]["n1999"]["value"] == value
    for value in range(50):
        socket.send(json.dumps({"set": {"x": value}}))
    while json.loads(socket.recv(timeout=5))["nodes"]["n2000"]["value"] != -49:
        pass
