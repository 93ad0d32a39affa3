"""Files that are no models, and models that would take too much."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from app.cli import main
from app.client import ApiError, Client
from app.core.errors import GraphError
from app.core.evaluate import evaluate
from app.formats.format import ImportOptions
from app.formats.onnx import reader
from app.formats.onnx.convert import convert
from app.formats.onnx.reader import read_onnx
from app.formats.onnx.worker import answer


def made(
    *nodes: NodeProto, weights: dict[str, np.ndarray] | None = None, shape: tuple[int | str, ...] = (2, 3)
) -> ModelProto:
    """A model with the input ``x`` and the output ``y``."""
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_empty_tensor_value_info("y")],
        [numpy_helper.from_array(array, name) for name, array in (weights or {}).items()],
    )
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid("com.example", 1)], ir_version=10
    )


def small() -> ModelProto:
    weights = {"w": np.full((3, 2), 0.5, np.float32), "b": np.array([1, -1], np.float32)}
    return made(
        helper.make_node("Gemm", ["x", "w", "b"], ["h"], name="/fc/Gemm"),
        helper.make_node("Relu", ["h"], ["y"], name="/act/Relu"),
        weights=weights,
    )


def code_of(content: bytes) -> str:
    with pytest.raises(GraphError) as caught:
        read_onnx(content, ImportOptions())
    return caught.value.faults[0].code


def test_a_model_over_http_and_on_the_command_line(tmp_path: Path) -> None:
    content = small().SerializeToString()
    with Client() as client:
        answer = client.import_file("onnx", content)
        ops = {node["id"]: node["op"] for node in answer["graph"]["nodes"]}
        assert ops == {"x": "input", "w": "parameter", "b": "parameter", "fc_Gemm": "affine", "act_Relu": "relu"}
        assert "random numbers" in answer["notes"][0]
        assert client.evaluate(answer["graph"])["nodes"]["w"]["gradient"] is not None
    file = tmp_path / "small.onnx"
    file.write_bytes(content)
    result = CliRunner().invoke(main, ["eval", str(file)])
    assert result.exit_code == 0, result.output
    assert "act_Relu" in result.output
    exported = tmp_path / "small.json"
    assert CliRunner().invoke(main, ["export", str(file), "-o", str(exported)]).exit_code == 0
    assert '"affine"' in exported.read_text("utf-8")


@pytest.mark.parametrize(
    "content", [b"", b"not a model", b"\x00" * 1000, small().SerializeToString()[:-40], b"\x08\x0a"]
)
def test_what_is_no_model(content: bytes) -> None:
    assert code_of(content) == "not-onnx"


def test_numbers_in_another_file_are_refused_before_any_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"\x00" * 24)
    model = small()
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=str(secret))
    assert code_of(model.SerializeToString()) == "external-data"
    inner = made(helper.make_node("If", ["x"], ["y"], then_branch=model.graph, else_branch=small().graph))
    assert code_of(inner.SerializeToString()) == "external-data"


def test_a_shape_that_would_fill_the_memory() -> None:
    bomb = made(
        helper.make_node("ConstantOfShape", ["n"], ["big"]),
        helper.make_node("Add", ["x", "big"], ["y"]),
        weights={"n": np.array([10**6, 10**6], np.int64)},
    )
    assert code_of(bomb.SerializeToString()) == "too-large"


def test_a_model_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "SECONDS", 0.01)
    assert code_of(small().SerializeToString()) == "past-deadline"


def test_what_cant_be_read_is_listed_and_the_rest_is_kept() -> None:
    model = made(
        helper.make_node("Relu", ["x"], ["a"]),
        helper.make_node("Hardmax", ["a"], ["b"]),
        helper.make_node("Hardmax", ["b"], ["c"]),
        helper.make_node("Exotic", ["c"], ["d"], domain="com.example"),
        helper.make_node("Tanh", ["c"], ["y"]),
    )
    found = convert(model, {})
    assert [node.op for node in found.graph.nodes] == ["input", "relu", "input", "input", "tanh"]
    assert "Hardmax × 2 could not be read" in " ".join(found.notes)
    assert np.shape(evaluate(found.graph).value(found.graph.output or "")) == (2, 3)


def test_open_axes_take_what_is_given() -> None:
    model = made(
        helper.make_node("Reshape", ["x", "shape"], ["y"]),
        weights={"shape": np.array([-1, 42], np.int64)},
        shape=("batch", "length"),
    )
    found = convert(model, {"batch": 3, "length": 14})
    value = found.graph["x"].value
    assert value is not None
    assert np.shape(value) == (3, 14)
    assert not any("open" in note for note in found.notes)
    guessed = convert(model, {"batch": 21})
    assert "length = 32" in " ".join(guessed.notes)


def test_whole_numbers_are_not_divided_as_others() -> None:
    model = made(
        helper.make_node("Cast", ["x"], ["i"], to=TensorProto.INT64),
        helper.make_node("Cast", ["i"], ["y"], to=TensorProto.FLOAT),
    )
    assert "it rounds computed numbers" in " ".join(convert(model, {}).notes)


def test_names_become_ids_and_stay_as_labels() -> None:
    weights = {"a</script>": np.ones(3, np.float32), "층.가중치": np.ones(3, np.float32)}
    model = made(
        helper.make_node("Add", ["x", "a</script>"], ["1"]),
        helper.make_node("Mul", ["1", "층.가중치"], ["y"]),
        weights=weights,
    )
    graph = convert(model, {}).graph
    assert {node.label for node in graph.nodes} >= {"a</script>", "층.가중치", "1"}
    assert np.isfinite(evaluate(graph).value(graph.output or "")).all()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_mangled_model_is_a_graph_or_a_fault(data: st.DataObject) -> None:
    content = bytearray(small().SerializeToString())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    assert answer(bytes(content), {}).keys() in ({"faults"}, {"graph", "notes", "axes"})


def test_over_http_a_fault_is_a_problem_document() -> None:
    with Client() as client, pytest.raises(ApiError) as caught:
        client.import_file("onnx", b"junk")
    assert caught.value.status == 422
    assert caught.value.errors[0]["code"] == "not-onnx"
