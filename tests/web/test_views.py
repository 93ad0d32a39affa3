"""``/api/views``, ``/api/formats``, ``/api/export``, and what the catalogue and the trace tell of a layer."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import httpx
import pytest

from app.client import ApiError, Client
from app.formats import drawing
from app.formats.registry import EXPORTERS
from app.web.schemas.catalogue import OpEntry
from app.web.schemas.evaluate import EvaluateResponse
from app.web.schemas.views import FormatsResponse, ViewsResponse


def pieces(view: dict[str, Any], node: str, phase: str) -> list[str]:
    """What a browser shows as a node's: its places counted in UTF-16."""
    units = view["text"].encode("utf-16-le")
    return [
        units[2 * span["start"] : 2 * span["end"]].decode("utf-16-le")
        for span in view["spans"]
        if (span["node"], span["phase"]) == (node, phase)
    ]


def test_views_link_a_node_in_every_language(client: Client) -> None:
    views = client.views(client.example("apples")["graph"])
    ViewsResponse.model_validate(views)
    assert set(views) == {"formula", "expression", "python", "latex"}
    assert pieces(views["formula"], "subtotal", "forward")[0] == "subtotal = apple * count"
    assert "apple * count" in pieces(views["expression"], "subtotal", "forward")
    assert pieces(views["python"], "subtotal", "forward") == [
        "mul_subtotal_layer = Mul()", "subtotal = mul_subtotal_layer.forward(apple, count)",
    ]  # fmt: skip
    assert pieces(views["python"], "subtotal", "backward") == [
        "dapple, dcount = mul_subtotal_layer.backward(dsubtotal)"
    ]
    (forward,) = pieces(views["latex"], "subtotal", "forward")
    assert forward.endswith(r"= 100 \times 2 = 200")
    assert {"node", "phase", "latex", "symbols"} == set(views["latex"]["equations"][0])
    symbols = {(line["node"], line["phase"]): line["symbols"] for line in views["latex"]["equations"]}
    assert symbols["subtotal", "forward"] == r"\mathrm{subtotal} = \text{apple price} \, \text{how many}"
    assert not [text for text in symbols.values() if re.search(r"200|220|110|2\.2", text)]
    assert len(views["latex"]["equations"]) == 10


def test_places_are_counted_as_browsers_count(client: Client) -> None:
    graph = {
        "nodes": [
            {"id": "x", "op": "input", "value": 2, "label": "🙂🙂 emoji"},
            {"id": "y", "op": "square", "inputs": ["x"]},
        ]
    }
    views = client.views(graph)
    assert pieces(views["formula"], "y", "forward") == ["y = square(x)"]
    assert pieces(views["python"], "y", "backward") == ["dy = 1.0", "(dx,) = square_y_layer.backward(dy)"]


def test_another_output(client: Client) -> None:
    views = client.views(client.example("apples")["graph"], output="subtotal")
    assert views["formula"]["text"].endswith("\nsubtotal\n")
    assert "dsubtotal = 1.0" in views["python"]["text"]


def test_what_a_text_leaves_out_is_said(client: Client) -> None:
    graph = client.parse("y = x + 1")
    assert client.views(graph)["formula"]["notes"] == []
    graph["nodes"][0]["position"] = [1, 2]
    graph["groups"] = [{"id": "g", "nodes": ["x"]}]
    (note,) = client.views(graph)["formula"]["notes"]
    assert "positions and groups" in note


def test_formats_are_listed(client: Client) -> None:
    formats = client.formats()
    FormatsResponse.model_validate(formats)
    listed = {entry["name"]: entry for entry in formats["exporters"]}
    assert list(listed) == list(EXPORTERS)
    assert listed["png"]["heeds"] == ["scale", "dark", "convention", "tensors"]
    assert listed["latex"]["heeds"] == []
    assert all(entry["doc"].endswith(".") for entry in listed.values())


def test_a_format_that_is_not_installed_is_not_offered(
    client: Client, http: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporter = replace(EXPORTERS["svg"], missing=drawing.needs("no_such_package"))
    monkeypatch.setitem(EXPORTERS, "svg", exporter)
    assert "svg" not in {entry["name"] for entry in client.formats()["exporters"]}
    refused = http.post("/api/export/svg", json={"graph": client.example("apples")["graph"]})
    assert refused.status_code == 501
    assert "backarrow[pictures]" in refused.json()["detail"]


def test_exports(client: Client, http: httpx.Client) -> None:
    graph = client.example("quotient")["graph"]
    for entry in client.formats()["exporters"]:
        response = http.post(f"/api/export/{entry['name']}", json={"graph": graph})
        assert response.status_code == 200
        assert response.headers["content-disposition"] == f'attachment; filename="graph{entry["suffix"]}"'
        media_type, _, charset = response.headers["content-type"].partition("; ")
        assert media_type == entry["media_type"]
        assert response.content
        if charset:
            assert charset == "charset=utf-8"
            assert response.text == client.export(graph, entry["name"])
    values = client.evaluate(client.parse(client.export(graph, "formula")))["nodes"]
    assert values["f"] == client.evaluate(graph)["nodes"]["f"]
    assert client.export(graph, "formula", output="top").endswith("\ntop\n")


def test_pictures_go_by_their_options(client: Client) -> None:
    graph = client.example("quotient")["graph"]
    sizes = [int.from_bytes(client.picture(graph, "png", scale=scale)[16:20]) for scale in (1, 3)]
    assert sizes[1] == 3 * sizes[0]
    assert b"#16181b" in client.picture(graph, "svg", dark=True)
    assert "∂top/∂x" in client.picture(graph, "svg", convention="colah", output="top").decode()
    assert client.picture(graph, "pdf").startswith(b"%PDF")
    for wrong in ({"scale": 5}, {"convention": "mine"}, {"tensors": "mine"}):
        with pytest.raises(ApiError):
            client.picture(graph, "png", **wrong)


def test_faults(client: Client, http: httpx.Client) -> None:
    graph = client.example("apples")["graph"]
    for name in ("docx", "..", "json%00", "JSON"):
        assert http.post(f"/api/export/{name}", json={"graph": graph}).status_code == 404
    unknown = http.post("/api/export/python", json={"graph": graph, "options": {"colour": 1}})
    assert unknown.status_code == 422
    assert unknown.headers["content-type"] == "application/problem+json"
    loop = {"nodes": [{"id": "a", "op": "neg", "inputs": ["a"]}]}
    for call in ("formula", "python", "latex"):
        with pytest.raises(ApiError) as caught:
            client.export(loop, call)
        assert caught.value.errors[0]["code"] == "cycle"
    with pytest.raises(ApiError):
        client.views(graph, output="nobody")


def test_the_trace_tells_what_a_layer_keeps(client: Client) -> None:
    graph = client.parse("r = relu([[1, -2], [3, -4]])\nm = r @ [1, 1]\ns = sigmoid(m)\nt = sum(s)\ny = t * x")
    result = client.evaluate(graph, trace=True)
    EvaluateResponse.model_validate(result)
    kept = {step["node"]: step["kept"] for step in result["trace"] if step["phase"] == "forward"}
    assert kept["r"] == [{"name": "mask", "value": [[1, 0], [1, 0]]}]
    assert kept["m"] == [{"name": "x", "value": [[1, 0], [3, 0]]}, {"name": "w", "value": [1, 1]}]
    assert kept["s"] == [{"name": "y", "value": result["nodes"]["s"]["value"]}]
    assert kept["t"] == [{"name": "shape", "value": [2]}]
    assert [entry["name"] for entry in kept["y"]] == ["x", "y"]
    scalar = client.evaluate(client.parse("y = sum(x + 1)"), trace=True)["trace"]
    assert [step["kept"] for step in scalar if step["phase"] == "forward"] == [[], [{"name": "shape", "value": []}]]


def test_kept_tensors_travel_as_summaries(client: Client) -> None:
    graph = {"nodes": [{"id": "x", "op": "input", "value": [1.0] * 2_000}, {"id": "y", "op": "relu", "inputs": ["x"]}]}
    (step,) = [s for s in client.evaluate(graph, trace=True)["trace"] if s["phase"] == "forward"]
    assert step["kept"][0]["value"]["shape"] == [2_000]


def test_the_card_of_an_op(client: Client) -> None:
    ops = {entry["name"]: entry for entry in client.ops()}
    for entry in ops.values():
        OpEntry.model_validate(entry)
    assert ops["sigmoid"]["kept"] == ["y"]
    assert "output" in ops["sigmoid"]["keeps"]
    assert "mask" in ops["relu"]["keeps"]
    assert ops["add"]["kept"] == []
    assert "def partials(self, x: Operand, y: Operand)" in ops["mul"]["source"]
    assert "def backward(" in ops["mul"]["inherited_source"]
    assert ops["affine"]["inherited_source"] == ""
