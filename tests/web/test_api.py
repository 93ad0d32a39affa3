"""The HTTP contract, word by word."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from app.client import ApiError, Client
from app.web.schemas.catalogue import OpEntry
from app.web.schemas.evaluate import EvaluateResponse
from app.web.schemas.graphs import ParseResponse


def node(id_: str, op: str, *inputs: str, **rest: Any) -> dict[str, Any]:
    return {"id": id_, "op": op, **({"inputs": list(inputs)} if inputs else {}), **rest}


def x(value: Any = 1, id_: str = "x") -> dict[str, Any]:
    return node(id_, "input", value=value)


APPLES = {
    "format": "backarrow/1",
    "title": "Buying apples",
    "nodes": [
        node("apple", "input", value=100, label="apple price"), x(2, "count"), x(1.1, "tax"),
        node("subtotal", "mul", "apple", "count"), node("total", "mul", "subtotal", "tax", position=[480, 120]),
    ],
    "output": "total",
}  # fmt: skip

# name -> output, gradients; from the book, micrograd's README and CS231n, by hand where exact.
GALLERY: dict[str, tuple[Any, dict[str, Any]]] = {
    "apples": (220, {"apple": 2.2, "count": 110, "tax": 200, "subtotal": 1.1}),
    "apples-and-oranges": (715, {"apple": 2.2, "apples": 110, "orange": 3.3, "oranges": 165, "tax": 650}),
    "sum-times": (-12, {"x": -4, "y": -4, "z": 3}),
    "chain-rule": (25, {"x": 10, "y": 10}),
    "fan-out": (12, {"x": 7}),
    "sigmoid-in-pieces": (
        0.731059, {"one_more": -0.534447, "grown": -0.534447, "negated": -0.196612, "x": 0.196612, "one": None},
    ),
    "neuron": (
        0.731059, {"w0": -0.196612, "w1": -0.393224, "w2": 0.196612, "x0": 0.393224, "x1": -0.589836},
    ),
    "squared-loss": (0.142537, {"w": -0.354894, "b": -0.177447}),
    "quotient": (1.545645, {"x": 2.059570, "y": 1.592233}),
    "long-expression": (24.704082, {"a": 138.833819, "b": 645.577259}),
    "relu": ([[1, 0], [0, 3]], {"x": [[1, 0], [0, 1]]}),
    "relu-and-around": (-1, {"x": 1}),
    "affine-batch": (196, {"b": [5, 7, 9], "w": [[40, 50, 60], [40, 50, 60]], "x": [[4, 2], [10, 5]]}),
    "softmax-with-loss": (1.609438, {"x": [0.3, -0.8, 0.5], "t": None}),
    "two-layers": (0.403894, {"b2": [0.332285, -0.332285], "x": [-0.018406, -0.024921], "t": None}),
    # Its numbers by hand in NumPy: the weights are drawn.
    "digits-net": (
        2.500345,
        {"b2": [0.129755, 0.071731, 0.081384, -0.917943, 0.097684, 0.106374, 0.132710, 0.112541, 0.082943, 0.102822]},
    ),
    "batch-norm": (
        -1.341641, {"x": [0.268328, -0.357771, -0.089443, 0.178885], "gamma": -1.341641, "beta": 1, "upstream": None},
    ),
    "vanishing": (0.659048, {"x": 0.000006, "w": 0.191022}),
    "exploding": (256, {"x": 256, "w": 1024}),
    "dead-relu": (1, {"w": 0, "x": 0, "b": 0}),
    "small-cnn": (0.25, {"k": [[1, 3], [1, 0]], "b": 1, "x": [[0, 0, 0], [0, 1, 0], [0, 0, -1]]}),
    "rnn": (0.211221, {"w": 0.018692, "u": 0.135175, "b": 0.116209}),
    "attention": (
        5,
        {"v": [[0.669762, 0.330238], [0.330238, 0.669762]], "q": [[-0.312797, 0.312797], [-0.312797, 0.312797]]},
    ),
}  # fmt: skip


def close(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, list):
        return len(found) == len(wanted) and all(map(close, found, wanted))
    if wanted is None or found is None:
        return found is wanted
    return bool(found == pytest.approx(wanted, abs=1e-9 if wanted == round(wanted, 2) else 5.1e-7))


@pytest.mark.parametrize("name", GALLERY)
def test_gallery_numbers(client: Client, name: str) -> None:
    entry = client.example(name)
    result = client.evaluate(entry["graph"], trace=True)
    output, gradients = GALLERY[name]
    assert close(result["nodes"][result["output"]]["value"], output)
    for leaf, gradient in gradients.items():
        assert close(result["nodes"][leaf]["gradient"], gradient), leaf
    assert client.check(entry["graph"])["passed"]
    EvaluateResponse.model_validate(result)


def test_the_scores_of_two_layers(client: Client) -> None:
    result = client.evaluate(client.example("two-layers")["graph"])
    assert close(result["nodes"]["a2"]["value"], [0.516160, 1.214027])


def test_the_second_softmax(client: Client) -> None:
    graph = client.parse("softmax_with_loss(x, t)", {"x": [0.3, 2.9, 4.0], "t": 2})
    result = client.evaluate(graph)
    assert close(result["nodes"][result["output"]]["value"], 0.305714)
    assert close(result["nodes"]["x"]["gradient"], [0.018211, 0.245192, -0.263403])


def test_gallery_is_listed_in_order(client: Client) -> None:
    entries = client.examples()
    assert [entry["name"] for entry in entries] == list(GALLERY)
    assert all(set(entry) == {"name", "title", "text", "question"} and all(entry.values()) for entry in entries)


def test_the_affine_layer_with_an_upstream(client: Client) -> None:
    graph = client.parse("affine(x, w, b)", {"x": [[0, 0], [10, 10]], "w": [[1, 0, 1], [0, 1, 0]], "b": [1, 2, 3]})
    result = client.evaluate(graph, upstream=[[1, 2, 3], [4, 5, 6]])
    assert result["nodes"]["b"]["gradient"] == [5, 7, 9]


def test_evaluate_answers_in_the_contracts_words(client: Client) -> None:
    result = client.evaluate(APPLES, trace=True)
    assert set(result) == {"output", "order", "nodes", "edges", "trace", "warnings"}
    assert result["output"] == "total"
    assert result["order"] == ["apple", "count", "tax", "subtotal", "total"]
    assert result["nodes"]["apple"] == {"value": 100, "gradient": 2.2, "shape": []}
    edge = {"source": "apple", "target": "subtotal", "input": 0, "value": 100, "gradient": 2.2}
    assert edge in result["edges"]
    step = next(s for s in result["trace"] if s["phase"] == "backward")
    latex = r"1 \times 1.1 = 1.1"
    assert step == {
        "phase": "backward", "node": "total", "input": 0, "upstream": 1, "local": 1.1, "gradient": 1.1, "latex": latex,
    }  # fmt: skip
    assert client.evaluate(APPLES)["trace"] is None


def test_non_finite_numbers_are_spelled_out(client: Client) -> None:
    result = client.evaluate({"nodes": [x(0), node("f", "log", "x")]})
    assert result["nodes"]["f"]["value"] == "-Infinity"
    assert result["nodes"]["x"]["gradient"] == "Infinity"
    assert result["warnings"][0]["node"] == "f"
    assert result["warnings"][0]["code"] == "divide-by-zero"
    EvaluateResponse.model_validate(result)


def test_large_tensors_travel_as_summaries(client: Client) -> None:
    graph = {"nodes": [x([[float(n)] * 40 for n in range(40)]), node("f", "sum", "x")]}
    value = client.evaluate(graph)["nodes"]["x"]["value"]
    assert value["shape"] == [40, 40]
    assert (value["min"], value["max"], value["mean"]) == (0, 39, 19.5)
    assert value["histogram"] == [80] * 20
    assert len(client.evaluate(graph, full=True)["nodes"]["x"]["value"]) == 40


@pytest.mark.parametrize(
    ("row", "counts"),
    [
        ([7.0] * 2000, [2000] + [0] * 19),
        ([-1.0] + [1.0] * 1999, [1] + [0] * 18 + [1999]),
        ([1e308, -1e308] * 1000, []),  # their distance is no float
    ],
)
def test_a_summary_counts_every_element_once(client: Client, row: list[float], counts: list[int]) -> None:
    value = client.evaluate({"nodes": [x(row), node("f", "max", "x")]})["nodes"]["x"]["value"]
    assert value["histogram"] == counts


def test_a_summary_of_what_is_not_finite_has_no_histogram(client: Client) -> None:
    graph = {"nodes": [x([0.0, 1.0] * 1000), node("y", "log", "x"), node("f", "max", "y")]}
    assert client.evaluate(graph)["nodes"]["y"]["value"]["histogram"] == []


def test_expand_and_collapse(client: Client) -> None:
    graph = {"nodes": [x(0.5), node("y", "sigmoid", "x"), node("z", "square", "y")]}
    opened = client.expand(graph, "y")
    assert [n["op"] for n in opened["nodes"]] == ["input", "neg", "exp", "constant", "add", "reciprocal", "square"]
    closed = client.collapse(opened, opened["groups"][0]["id"])
    assert [n["op"] for n in closed["nodes"]] == ["input", "sigmoid", "square"]


def test_collapse_closes_the_gallerys_sigmoid_and_refuses_what_no_op_equals(client: Client) -> None:
    closed = client.collapse(client.example("sigmoid-in-pieces")["graph"], "sigmoid")
    assert [n["op"] for n in closed["nodes"]] == ["input", "sigmoid"]
    graph = {
        "nodes": [x(), node("a", "exp", "x"), node("b", "square", "a")],
        "groups": [{"id": "g", "label": "no op", "nodes": ["a", "b"], "collapsed": False}],
    }
    with pytest.raises(ApiError, match="no op equals this group") as caught:
        client.collapse(graph, "g")
    assert caught.value.errors[0]["code"] == "not-collapsible"


def test_ops_catalogue(client: Client) -> None:
    ops = {op["name"]: op for op in client.ops()}
    assert ops["mul"]["symbol"] == "×"
    assert ops["mul"]["inputs"] == {"names": ["x", "y"], "variadic": False}
    assert ops["concat"]["inputs"] == {"names": ["x"], "variadic": True}
    assert ops["einsum"]["params"] == [{"name": "subscripts", "kind": "text", "default": "i,i->"}]
    assert ops["pad"]["params"][0] == {"name": "widths", "kind": "pairs", "default": []}
    assert ops["mul"]["latex"]["partials"] == ["y", "x"]
    assert ops["sum"]["params"][0] == {"name": "axis", "kind": "axis", "default": None}
    assert ops["sigmoid"]["decomposes"]
    for op in ops.values():
        OpEntry.model_validate(op)


def test_health(http: httpx.Client) -> None:
    assert http.get("/healthz").status_code == http.get("/readyz").status_code == 200


DEEP = b"[" * 900 + b"]" * 900
HUGE = b"9" * 5000


def body(value: bytes) -> bytes:
    return b'{"graph": {"nodes": [{"id": "x", "op": "input", "value": ' + value + b"}]}}"


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        pytest.param(b"{", 400, "not-json", id="not JSON"),
        pytest.param(b"", 400, "not-json", id="nothing"),
        pytest.param(b"\xff\xfe", 400, "not-json", id="not UTF-8"),
        pytest.param(body(b"NaN"), 400, "not-json", id="NaN"),
        pytest.param(body(b"1e999"), 422, "invalid-request", id="1e999"),
        pytest.param(body(HUGE), 422, "not-finite", id="a number of 5,000 digits"),
        pytest.param(body(b"9" * 400), 422, "invalid-request", id="a number of 400 digits"),
        pytest.param(DEEP, 400, "too-deep", id="JSON 900 deep"),
        pytest.param(body(b"[" * 65 + b"1" + b"]" * 65), 400, "too-deep", id="JSON 68 deep"),
        pytest.param(body(b'"\\ud800"'), 400, "not-json", id="a lone surrogate"),
        pytest.param(body(b"true"), 422, "invalid-request", id="a boolean"),
        pytest.param(body(b'"1"'), 422, "invalid-request", id="a string"),
        pytest.param(body(b"[[1], [2, 3]]"), 422, "invalid-request", id="ragged"),
        pytest.param(b"x" * 2_000_001, 413, "too-large", id="too large"),
    ],
)
def test_bodies_that_cannot_be_read(http: httpx.Client, content: bytes, status: int, code: str) -> None:
    response = http.post("/api/evaluate", content=content, headers={"content-type": "application/json"})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["type"] == f"urn:backarrow:problem:{code}"
    assert problem["status"] == status
    assert {"title", "detail"} <= set(problem)
    assert "99999" not in response.text


@pytest.mark.parametrize(
    ("nodes", "code", "said"),
    [
        pytest.param([node("a", "neg", "b"), node("b", "neg", "a")], "cycle", "a → b → a", id="cycle"),
        pytest.param([x(), node("f", "mul", "x")], "wrong-arity", "mul takes 2 inputs (x, y)", id="wrong arity"),
        pytest.param([x(), node("f", "frobnicate", "x")], "unknown-op", "frobnicate", id="unknown op"),
        pytest.param([x(), node("f", "neg", "y")], "unknown-node", "f takes y", id="unknown node"),
        pytest.param([x(), x(), node("f", "neg", "x")], "duplicate-id", "two nodes are named x", id="duplicate id"),
        pytest.param([x(), x(2, "y")], "no-single-output", "2 nodes", id="no single output"),
        pytest.param(
            [x([1, 2]), x([1, 2, 3], "y"), node("f", "add", "x", "y")],
            "shape-mismatch", "(2,) and (3,)", id="shapes that don't fit",
        ),
        pytest.param(
            [x(), *[node(f"n{n}", "neg", "x") for n in range(5_000)]],
            "budget-exceeded", "5,001 nodes, and the limit is 5,000", id="too many nodes",
        ),
        pytest.param(
            [x([[1] * 20] * 20), node("f", "one_hot", "x", params={"classes": 10**9})],
            "budget-exceeded", "400,000,000,000 elements", id="too many elements",
        ),
    ],
)  # fmt: skip
def test_graphs_that_cannot_run(http: httpx.Client, nodes: list[Any], code: str, said: str) -> None:
    response = http.post("/api/evaluate", json={"graph": {"nodes": nodes}})
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    fault = next(error for error in problem["errors"] if error["code"] == code)
    assert said in fault["detail"]
    if code == "cycle":
        assert fault["path"] == ["a", "b", "a"]
    if code == "budget-exceeded":
        assert fault["actual"] > fault["limit"]
    assert fault.get("pointer", "/graph").startswith("/graph")


def test_field_faults_name_the_node_and_the_place(http: httpx.Client) -> None:
    graph = {"nodes": [x(), {"id": "f", "op": "neg", "inputs": ["x"], "colour": "<script>"}]}
    (error,) = http.post("/api/evaluate", json={"graph": graph}).json()["errors"]
    assert error["node"] == "f"
    assert error["pointer"] == "/graph/nodes/1"
    assert "script" not in json.dumps(error)


@pytest.mark.parametrize(
    "source", ["-" * 100_000, "x+" * 2_999 + "x", "9" * 5_000, "(" * 3_000, "\x00", "𝔵", "a\ud800"[:1]]
)
def test_formulas_of_any_kind_never_crash(http: httpx.Client, source: str) -> None:
    response = http.post("/api/parse", json={"language": "formula", "source": source})
    assert response.status_code in {200, 422}
    if response.status_code == 422:
        error = response.json()["errors"][0]
        assert (error["line"], bool(error["column"])) == (1, True)


def test_other_faults_are_problems_too(http: httpx.Client) -> None:
    for response, status in [
        (http.get("/api/examples/nothing"), 404),
        (http.get("/nowhere"), 404),
        (http.put("/api/evaluate"), 405),
        (http.post("/api/evaluate", json={}), 422),
    ]:
        assert response.status_code == status
        assert response.headers["content-type"] == "application/problem+json"


def test_openapi_is_complete_and_exact(http: httpx.Client) -> None:
    document = http.get("/openapi.json").json()
    for name in ("evaluate", "check", "sweep", "drill", "expand", "collapse", "parse"):
        call = document["paths"][f"/api/{name}"]["post"]
        assert "$ref" in call["requestBody"]["content"]["application/json"]["schema"]
        assert "$ref" in call["responses"]["200"]["content"]["application/json"]["schema"]
    tensor = document["components"]["schemas"]["Tensor"]
    assert {"items": {"$ref": "#/components/schemas/Tensor"}, "type": "array"} in tensor["anyOf"]


def test_a_program_becomes_a_graph_with_notes(client: Client, http: httpx.Client) -> None:
    source = "import numpy as np\nx = np.random.rand(2)\ny = np.sum(x * k)\n"
    response = http.post("/api/parse", json={"language": "python", "source": source, "inputs": {"k": 3}})
    answer = ParseResponse.model_validate(response.json())
    assert [node.id for node in answer.graph.nodes] == ["x", "k", "mul", "y"]
    assert answer.notes == ["Random numbers are drawn from seed 0, since the code draws them at random."]
    assert client.parse(source, {"k": 3}, language="python") == response.json()["graph"]
    assert http.post("/api/parse", json={"language": "formula", "source": "x"}).json()["notes"] == []
    assert client.import_file("python", source.encode())["notes"][1:] == answer.notes

    response = http.post("/api/parse", json={"language": "python", "source": "x = 1\nwhile x: pass\nf = lambda: 0"})
    assert response.status_code == 422
    assert [(error["line"], error["column"]) for error in response.json()["errors"]] == [(2, 1), (3, 5)]
