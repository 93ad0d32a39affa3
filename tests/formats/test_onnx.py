"""ONNX models are sound, and ONNX Runtime computes every node's value as we do."""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
import pytest

from app.core.errors import GraphError
from app.core.evaluate import evaluate
from app.core.graph import Graph, Node
from app.formats.format import ExportOptions
from app.formats.formula import parse_formula
from app.formats.onnx_writer import onnx_model, write_onnx
from tests.formats.test_writers import AWKWARD, GRAPHS


def is_single(model: onnx.ModelProto) -> bool:
    """Whether something in a model is in single precision: a cast, or an attribute of an operator."""
    return any(
        attribute.name == "epsilon" or (attribute.name == "to" and attribute.i == onnx.TensorProto.FLOAT)
        for node in model.graph.node
        for attribute in node.attribute
    )


def values_of(model: onnx.ModelProto) -> dict[str, np.ndarray]:
    """Every value that ONNX Runtime computes for a model, by node."""
    onnx.checker.check_model(model, full_check=True)
    shown = {value.name for value in model.graph.output}
    model.graph.output.extend(value for value in model.graph.value_info if value.name not in shown)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # It warns of inputs that have defaults.
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    names = [value.name for value in session.get_outputs()]
    return dict(zip(names, session.run(names, {}), strict=True))


def assert_same(graph: Graph) -> None:
    model = onnx.ModelProto.FromString(write_onnx(graph, ExportOptions()))
    run, found, single = evaluate(graph), values_of(model), is_single(model)
    for slot, node_id in enumerate(run.plan.ids):
        if not run.plan.ops[slot].is_leaf or slot == run.plan.output:
            size = np.max(np.abs(run.values[slot]), initial=1.0, where=np.isfinite(run.values[slot]))
            assert found[node_id].dtype == np.float64
            rtol, atol = (1e-6, 1e-6) if single else (1e-12, 1e-15)
            np.testing.assert_allclose(found[node_id], run.values[slot], rtol=rtol, atol=atol * size)


@pytest.mark.parametrize("graph", [pytest.param(graph, id=name) for name, graph in GRAPHS.items()])
def test_every_op_and_example_has_the_same_values(graph: Graph) -> None:
    assert_same(graph)


def test_a_softplus_keeps_its_digits_far_down() -> None:
    assert_same(parse_formula("y = softplus(x)", {"x": np.array([-700.0, -40.0, -1e-9, 0.0, 30.0, 800.0])}))


def operators(graph: Graph) -> list[str]:
    return [node.op_type for node in onnx_model(graph, ExportOptions()).graph.node]


@pytest.mark.parametrize(
    ("name", "operator"),
    [
        ("conv2d-1", "Conv"),
        ("conv1d-1", "Conv"),
        ("conv_transpose2d-1", "ConvTranspose"),
        ("avg_pool2d-1", "AveragePool"),
        ("erf-1", "Erf"),
    ],
)
def test_what_exists_in_single_precision_alone_stands_between_casts(name: str, operator: str) -> None:
    found = operators(GRAPHS[name])
    assert [kind for kind in found if kind not in {"Cast", "Reshape", "Mul"}] == [operator]
    assert found[found.index(operator) + 1] == found[0] == "Cast"


def test_layers_are_the_operators_of_their_names() -> None:
    assert operators(GRAPHS["max_pool2d-1"]) == ["MaxPool"]
    assert operators(GRAPHS["batch_norm_inference-1"]) == ["BatchNormalization"]
    assert operators(GRAPHS["layer_norm-1"]) == ["LayerNormalization"]
    assert operators(GRAPHS["sigmoid-1"]) == ["Sigmoid"]
    assert {"Conv", "Relu", "MaxPool"} <= set(operators(GRAPHS["small-cnn"]))


def test_a_sigmoid_keeps_its_digits_far_out() -> None:
    assert_same(parse_formula("y = sigmoid(x)", {"x": np.array([-1000.0, -600.0, -30.0, -1e-9, 0.0, 40.0, 1000.0])}))


def test_inputs_can_be_given_and_the_rest_is_inside() -> None:
    graph = Graph(
        (
            Node("x", "input", value=2.0, label="given \U0001f600 \u202e"),
            Node("w", "parameter", value=3.0),
            Node("c", "constant", value=0.5),
            Node("p", "mul", ("x", "w")),
            Node("y", "add", ("p", "c"), label='a "sum"'),
        ),
        title="한국어 </script>",
    )
    model = onnx_model(graph, ExportOptions())
    assert [value.name for value in model.graph.input] == ["x"]
    assert {value.name for value in model.graph.initializer} == {"x", "w", "c"}
    assert model.doc_string == graph.title
    assert [node.name for node in model.graph.node] == ["p", "y"]
    assert model.graph.node[1].doc_string == 'a "sum"'
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    assert session.run(["y"], {"x": np.array(10.0)}) == [30.5]


def test_names_of_the_graph_are_its_own() -> None:
    assert_same(AWKWARD)
    assert_same(parse_formula("number = 2\nMul_value = number^2\nnumber_2 = square(Mul_value) + tan(number)"))


def test_a_graph_that_cannot_run_is_refused() -> None:
    with pytest.raises(GraphError):
        write_onnx(Graph((Node("y", "add", ("y", "y")),)), ExportOptions())
