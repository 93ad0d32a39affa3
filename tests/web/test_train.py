"""Training over HTTP: a line a step, and the trained graph in the last one."""

from __future__ import annotations

import itertools
import json
import time
from typing import Any

import httpx
import numpy as np
import pytest

from app.client import ApiError, Client
from app.core.train import Training
from app.formats.datasets import builtin
from app.settings import get_settings
from app.web.schemas.datasets import DatasetEntry, DatasetRows
from app.web.schemas.train import OptimizerEntry, TrainEnd, TrainLine

LINE: dict[str, Any] = {
    "nodes": [
        {"id": "x", "op": "input", "value": 2},
        {"id": "t", "op": "input", "value": 5},
        {"id": "w", "op": "parameter", "value": 1, "label": "slope", "position": [3, 4]},
        {"id": "y", "op": "mul", "inputs": ["w", "x"]},
        {"id": "loss", "op": "identity_with_loss", "inputs": ["y", "t"]},
    ]
}
DIGITS = {"data": "digits", "size": 100}


def value(graph: dict[str, Any], node: str) -> Any:
    return next(item["value"] for item in graph["nodes"] if item["id"] == node)


def train(client: Client, graph: dict[str, Any], steps: int, *arguments: Any, **options: Any) -> list[dict[str, Any]]:
    return list(client.train(graph, steps, *arguments, **options))


@pytest.fixture(scope="module")
def digits(client: Client) -> dict[str, Any]:
    graph: dict[str, Any] = client.example("digits-net")["graph"]
    return graph


@pytest.fixture(scope="module")
def trained(client: Client, digits: dict[str, Any]) -> list[dict[str, Any]]:
    return train(client, digits, 1000, {"name": "sgd", "rate": 0.5}, DIGITS)


def test_graph_steps_and_optimizer_are_enough(http: httpx.Client) -> None:
    response = http.post("/api/train", json={"graph": LINE, "steps": 3, "optimizer": "sgd"})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/x-ndjson"
    *steps, last = map(json.loads, response.text.splitlines())
    assert [line["step"] for line in steps] == [1, 2, 3]
    # w ← w + 0.01 · 2 · (5 − 2w)
    assert [line["loss"] for line in steps] == pytest.approx([4.5, 4.14720, 3.82205952])
    assert all(line["metrics"] == {} for line in steps)
    assert last["graph"]["nodes"][2] == {**LINE["nodes"][2], "value": pytest.approx(1.172896)}
    assert last["graph"]["nodes"][0] == LINE["nodes"][0]
    assert (last["step"], last["loss"], last["stopped"]) == (3, steps[-1]["loss"], None)
    for line in steps:
        TrainLine.model_validate(line)
    TrainEnd.model_validate(last)


@pytest.mark.parametrize("optimizer", ["adam", "Adam", {"name": "adam", "rate": 0.001}, {"name": "adam", "lr": 1e-3}])
def test_an_optimizer_is_a_name_or_an_object(client: Client, optimizer: Any) -> None:
    assert value(train(client, LINE, 1, optimizer)[-1]["graph"], "w") == pytest.approx(1.001, abs=1e-9)


@pytest.mark.parametrize(
    ("batches", "losses"),
    [
        ([{"x": 1, "t": 0}, {"t": 9}], [0.5, 24.5, 0.5, 24.5]),
        ({"x": 1, "t": 0}, [0.5, 0.5, 0.5, 0.5]),
        ({"csv": "1,0\n1,4\n", "size": 1, "shuffle": False}, [0.5, 4.5, 0.5, 4.5]),
        (None, [4.5, 4.5, 4.5, 4.5]),
    ],
)
def test_batches_are_listed_or_one_or_a_table(client: Client, batches: Any, losses: list[float]) -> None:
    lines = train(client, LINE, 4, {"name": "sgd", "rate": 1e-12}, batches)
    assert [line["loss"] for line in lines[:-1]] == pytest.approx(losses)


def test_the_digits_net_reads_digits_after_a_thousand_steps(
    trained: list[dict[str, Any]], digits: dict[str, Any]
) -> None:
    *steps, last = trained
    assert len(steps) == 1000
    assert last["metrics"]["test_accuracy"] >= 0.97
    assert last["elapsed"] < 20
    assert last["scores"] == "scores"
    assert steps[0]["metrics"]["accuracy"] < 0.4
    assert [line["step"] for line in steps if "test_accuracy" in line["metrics"]] == list(range(20, 1001, 20))
    assert [node["id"] for node in last["graph"]["nodes"]] == [node["id"] for node in digits["nodes"]]


def layers(*widths: int) -> dict[str, Any]:
    """A net of tanh layers over points of so many features, with scores at its end."""
    nodes: list[dict[str, Any]] = [
        {"id": "h0", "op": "input", "value": [[0] * widths[0]]},
        {"id": "t", "op": "input", "value": [0]},
    ]
    pairs = list(itertools.pairwise(widths))
    for number, (wide, next_wide) in enumerate(pairs, 1):
        nodes += [
            {"id": f"w{number}", "op": "parameter", "value": [[0] * next_wide] * wide},
            {"id": f"b{number}", "op": "parameter", "value": [0] * next_wide},
            {"id": f"a{number}", "op": "affine", "inputs": [f"h{number - 1}", f"w{number}", f"b{number}"]},
        ]
        if number < len(pairs):
            nodes.append({"id": f"h{number}", "op": "tanh", "inputs": [f"a{number}"]})
    return {"nodes": [*nodes, {"id": "loss", "op": "softmax_with_loss", "inputs": [f"a{len(pairs)}", "t"]}]}


@pytest.mark.parametrize(
    ("name", "widths", "batches", "metric", "least"),
    [
        ("xor", (2, 8, 2), {"size": 4}, "accuracy", 1.0),
        ("iris", (4, 8, 3), {"standardise": True}, "test_accuracy", 0.9),
        ("spirals", (2, 32, 32, 3), {}, "test_accuracy", 0.9),
    ],
)
def test_every_built_in_set_can_be_learnt(
    client: Client, name: str, widths: tuple[int, ...], batches: dict[str, Any], metric: str, least: float
) -> None:
    graph, options = layers(*widths), {"initialise": "xavier", "every": 500}
    last = train(client, graph, 1000, {"name": "adam", "rate": 0.02}, {"dataset": name, **batches}, **options)[-1]
    assert last["metrics"][metric] >= least
    assert last["stopped"] is None


def test_a_digit_is_classified_and_its_saliency_shown(client: Client, trained: list[dict[str, Any]]) -> None:
    graph = trained[-1]["graph"]
    scores = client.evaluate(graph, output="scores")["nodes"]["scores"]["value"][0]
    winner = int(np.argmax(scores))
    assert winner == 3
    one_hot = [[float(place == winner) for place in range(10)]]
    pixels = client.evaluate(graph, output="scores", upstream=one_hot)["nodes"]["x"]["gradient"]
    w1, w2, x = (np.array(value(graph, node)) for node in ("w1", "w2", "x"))
    alive = (x @ w1 + np.array(value(graph, "b1")) > 0)[0]
    np.testing.assert_allclose(pixels, [w1 @ (w2[:, winner] * alive)], atol=1e-12)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adagrad", "rmsprop", "adam"])
def test_a_run_goes_on_from_its_state_bit_for_bit(client: Client, digits: dict[str, Any], optimizer: str) -> None:
    whole = train(client, digits, 60, optimizer, DIGITS)
    first = train(client, digits, 25, optimizer, DIGITS)
    second = train(client, first[-1]["graph"], 35, optimizer, DIGITS, state=first[-1]["state"])
    assert [line["loss"] for line in (*first[:-1], *second[:-1])] == [line["loss"] for line in whole[:-1]]
    assert second[-1]["graph"] == whole[-1]["graph"]
    assert second[-1]["state"] == whole[-1]["state"]


def test_weights_are_drawn_before_the_first_step(client: Client, digits: dict[str, Any]) -> None:
    options = {"initialise": {"method": "he", "seed": 4}}
    tiny = {"name": "sgd", "rate": 1e-300}
    first, again = (train(client, digits, 1, tiny, **options)[-1]["graph"] for _ in range(2))
    assert first == again
    assert np.std(value(first, "w1")) == pytest.approx(np.sqrt(2 / 64), rel=0.05)
    assert train(client, digits, 1, tiny, initialise="he")[-1]["graph"] != first


def test_few_lines_are_sent_of_many_steps(client: Client) -> None:
    lines = train(client, LINE, 2500)
    assert [line["step"] for line in lines[:3]] == [1, 3, 6]
    assert lines[-2]["step"] == lines[-1]["step"] == 2500
    assert len(lines) <= 1003
    assert [line["step"] for line in train(client, LINE, 10, every=5)] == [1, 5, 10, 10]


def test_gradients_are_measured_where_asked_for(client: Client) -> None:
    assert train(client, LINE, 1)[0]["gradients"] is None
    assert train(client, LINE, 1, gradients=True)[0]["gradients"] == {"w": 6, "y": 3, "loss": 1}


def test_a_loss_that_explodes_is_the_last_line(client: Client) -> None:
    lines = train(client, LINE, 100, {"name": "sgd", "rate": 1e100})
    last = lines[-1]
    assert last["stopped"]["code"] == "not-finite"
    assert "smaller rate" in last["stopped"]["detail"]
    assert isinstance(value(last["graph"], "w"), float)
    assert lines[-2]["loss"] == "Infinity"
    assert train(client, last["graph"], 1, {"name": "sgd", "rate": 0.01}, state=last["state"])


def test_the_deadline_of_the_service_is_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(get_settings(), "train_seconds", 0.0)
    last = train(client, LINE, 100)[-1]
    assert last["stopped"]["code"] == "deadline"
    assert last["state"]["step"] == last["step"] == 1


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"steps": 0}, "greater-than-equal", "/steps"),
        ({"steps": 10**7}, "less-than-equal", "/steps"),
        ({"optimizer": "newton"}, "unknown-optimizer", "/optimizer"),
        ({"optimizer": {"rate": 1}}, "missing", "/optimizer/name"),
        ({"optimizer": {"name": "sgd", "rate": "fast"}}, "float-type", "/optimizer/rate"),
        ({"optimizer": {"name": "sgd", "momentum": 1}}, "unknown-setting", "/optimizer"),
        ({"batches": []}, "too-short", "/batches"),
        ({"batches": 3}, "dict-type", "/batches"),
        ({"batches": [{"x": 1}, {"x": [[1], 2]}]}, "value-error", "/batches/1/x"),
        ({"batches": [{"x": 1}, {"w": 1}]}, "not-a-data-leaf", "/batches/1/w"),
        ({"batches": {"data": "digits", "size": 0}}, "greater-than-equal", "/batches/size"),
        ({"batches": {"data": "digits", "colour": 0}}, "extra-forbidden", "/batches"),
        ({"batches": {"data": "xor", "csv": "1,2"}}, "bad-batches", "/batches"),
        ({"batches": {"csv": "1,2\n3"}}, "bad-csv", "/batches/csv"),
        ({"batches": {"data": "iris"}}, "shape-mismatch", "/batches"),
        ({"initialise": "zeros"}, "literal-error", "/initialise/method"),
        ({"state": {"step": 1, "optimizer": "adam", "moments": {}}}, "bad-state", "/state/optimizer"),
        ({"output": "y", "graph": {"nodes": LINE["nodes"][:1]}}, "unknown-node", "/graph/output"),
        ({"graph": {"nodes": [{**LINE["nodes"][2], "op": "input"}]}}, "no-parameter", "/graph/nodes"),
        ({"graph": {"nodes": [{**LINE["nodes"][2], "value": [1, 2]}]}}, "not-scalar", "/graph/output"),
    ],
)
def test_faults_come_before_the_first_line(http: httpx.Client, change: dict[str, Any], code: str, pointer: str) -> None:
    response = http.post("/api/train", json={"graph": LINE, "steps": 3, "optimizer": "sgd", **change})
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert [(e["code"], e.get("pointer")) for e in response.json()["errors"]] == [(code, pointer)]


def test_work_is_budgeted_before_the_first_step(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(get_settings(), "max_train_work", 1_000)
    with pytest.raises(ApiError) as caught:
        train(client, LINE, 1_000)
    assert [(e["code"], e["pointer"], e["limit"]) for e in caught.value.errors] == [
        ("budget-exceeded", "/steps", 1_000)
    ]


def test_data_that_is_not_there(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ApiError, match="digits, iris, xor, spirals") as caught:
        train(client, LINE, 1, "sgd", {"data": "mnist"})
    assert caught.value.status == 404
    monkeypatch.setattr(builtin, "_folder", lambda: None)
    assert [entry["missing"] is None for entry in client.datasets()] == [False, False, True, True]
    with pytest.raises(ApiError, match=r"backarrow\[data\]") as caught:
        train(client, LINE, 1, "sgd", {"data": "digits"})
    assert caught.value.status == 501


def test_what_there_is_to_train_on_and_by(client: Client, http: httpx.Client) -> None:
    entries = client.datasets()
    assert [entry["name"] for entry in entries] == ["digits", "iris", "xor", "spirals"]
    for entry in entries:
        DatasetEntry.model_validate(entry)
    optimizers = client.optimizers()
    assert [entry["name"] for entry in optimizers] == ["sgd", "momentum", "adagrad", "rmsprop", "adam"]
    for entry in optimizers:
        OptimizerEntry.model_validate(entry)
    rows = http.get("/api/datasets/digits?start=1795&count=5").json()
    DatasetRows.model_validate(rows)
    assert [row["index"] for row in rows["rows"]] == [1795, 1796]
    assert np.shape(rows["rows"][0]["features"]) == (8, 8)
    assert rows["rows"][0]["target"] == 9
    assert http.get("/api/datasets/mnist").status_code == 404


@pytest.fixture(scope="module")
def address(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def test_a_client_that_goes_away_ends_the_training(
    address: str, digits: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    stepped: list[float] = []
    take = Training._move

    def noted(self: Training, *arguments: Any) -> Any:
        stepped.append(time.monotonic())
        return take(self, *arguments)

    monkeypatch.setattr(Training, "_move", noted)

    def lasts() -> float:
        """How long steps are taken after the client has gone."""
        with Client(address) as client:
            lines = client.train(digits, 100_000, {"name": "sgd", "rate": 0.1}, DIGITS)
            for line in lines:
                if line["step"] >= 100:
                    break
            left = time.monotonic()
            lines.close()  # type: ignore[attr-defined]  # it is a generator
        time.sleep(0.5)
        return stepped[-1] - left

    # A busy machine lets nobody run for a while: one try of several is enough.
    assert any(lasts() < 0.1 for _ in range(8))


def test_lines_arrive_while_it_trains(address: str, digits: dict[str, Any]) -> None:
    with Client(address) as client:
        begun = time.monotonic()
        lines = client.train(digits, 1000, {"name": "sgd", "rate": 0.1}, DIGITS)
        next(lines)
        first = time.monotonic() - begun
        assert len(list(lines)) == 1000
        assert first < 0.5 * (time.monotonic() - begun)


def test_a_large_net_goes_on_from_its_packed_state(client: Client) -> None:
    graph, adam = layers(2, 80, 80, 3), {"name": "adam", "rate": 0.01}
    start = train(client, graph, 1, adam, {"data": "spirals"}, initialise="he")[-1]
    assert set(value(start["graph"], "w2")) == {"shape", "dtype", "data"}
    whole = train(client, graph, 5, adam, {"data": "spirals"}, initialise="he")[-1]
    rest = train(client, start["graph"], 4, adam, {"data": "spirals"}, state=start["state"])[-1]
    assert (rest["graph"], rest["state"]) == (whole["graph"], whole["state"])
