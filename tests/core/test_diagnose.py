"""What the health lens finds, and that it finds nothing in healthy graphs."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.core.diagnose import Diagnosis, Finding, diagnose
from app.core.evaluate import evaluate
from app.core.flow import magnitude
from app.core.fused import fused
from app.core.graph import Graph, Group, Node
from app.core.ops import OPS
from app.core.units import has_flat_part
from app.formats.document import GraphDocument
from app.formats.formula import parse_formula
from app.formats.gallery import examples

SCORES = np.array([1000.0, 2000.0, 3.0])
TARGET = np.array([1.0, 0.0, 0.0])


def deep(act: str, w: float, layers: int = 8, x: Any = 1.0) -> Graph:
    lines = [f"h{n} = {act}(w{n} * {'x' if n == 1 else f'h{n - 1}'})" for n in range(1, layers + 1)]
    return parse_formula("\n".join(lines), {"x": x, **{f"w{n}": w for n in range(1, layers + 1)}})


def trained(graph: Graph, *names: str) -> Graph:
    nodes = (replace(node, op="parameter") if node.id in names else node for node in graph.nodes)
    return replace(graph, nodes=tuple(nodes))


def codes(result: Diagnosis) -> list[tuple[str, str]]:
    return [(finding.code, finding.node) for finding in result.findings]


def only(result: Diagnosis, code: str) -> Finding:
    (found,) = [finding for finding in result.findings if finding.code == code]
    return found


def sigmoid_chain(layers: int) -> float:
    value = slope = 1.0
    for _ in range(layers):
        value = 1.0 / (1.0 + math.exp(-value))
        slope *= value * (1.0 - value)
    return slope


def test_eight_sigmoids_vanish() -> None:
    result = diagnose(deep("sigmoid", 1.0))
    found = only(result, "vanishing")
    assert result.sizes["x"] == pytest.approx(sigmoid_chain(8), rel=1e-12)
    assert result.sizes["x"] == pytest.approx(5.515e-6, rel=1e-4)
    assert (found.severity, found.steps) == ("warning", 8)
    assert found.node == found.nodes[0]
    assert set(found.nodes) == {"x", "w1", "w2"}
    assert found.ratio == pytest.approx(sigmoid_chain(8), rel=1e-12)
    assert found.factor == pytest.approx(sigmoid_chain(8) ** (1 / 8), rel=1e-12)
    assert "at most 0.25" in found.detail
    assert len(result.findings) == 1


def test_eight_relus_are_healthy() -> None:
    result = diagnose(deep("relu", 1.0))
    assert result.sizes["x"] == 1.0
    assert result.findings == ()


def test_eight_doublings_explode() -> None:
    result = diagnose(deep("relu", 2.0))
    found = only(result, "exploding")
    assert result.sizes["x"] == 256.0
    assert (found.node, found.ratio, found.steps, found.factor) == ("x", 256.0, 8, 2.0)
    assert codes(result) == [("exploding", "x")]


def test_three_sigmoids_and_five_linear_layers_are_healthy() -> None:
    assert diagnose(deep("sigmoid", 1.0, layers=3)).findings == ()
    assert diagnose(deep("relu", 2.0, layers=5)).findings == ()


@pytest.mark.parametrize("w", [1e-3, 0.5, 0.99, 2.0])
def test_a_thousand_layers(w: float) -> None:
    found = only(diagnose(deep("tanh", w, layers=1000)), "vanishing")
    assert {"x", "w1", "w50"} <= set(found.nodes)
    assert "w1000" not in found.nodes


def network(act: str, scale: float, layers: int, width: int = 32, batch: int = 32) -> Graph:
    """Affine layers whose weights deviate by scale / √width, a loss at the end."""
    random = np.random.default_rng(7)
    nodes = [Node("x", "input", value=random.normal(size=(batch, width)))]
    for n in range(layers):
        weights = random.normal(scale=scale / math.sqrt(width), size=(width, width))
        nodes += [Node(f"w{n}", "parameter", value=weights), Node(f"b{n}", "parameter", value=np.zeros(width))]
        nodes += [Node(f"a{n}", "affine", (f"h{n - 1}" if n else "x", f"w{n}", f"b{n}"))]
        nodes += [Node(f"h{n}", act, (f"a{n}",))]
    classes = random.integers(0, width, size=batch).astype(float)
    nodes += [Node("t", "input", value=classes), Node("loss", "softmax_with_loss", (f"a{layers - 1}", "t"))]
    return Graph(tuple(node for node in nodes if node.id != f"h{layers - 1}"))


@pytest.mark.parametrize("width", [32, 200])
@pytest.mark.parametrize(
    ("act", "scale", "layers", "code"),
    [
        ("relu", math.sqrt(2), 3, None), ("relu", math.sqrt(2), 10, None), ("relu", math.sqrt(2), 30, None),
        ("tanh", 1.0, 10, None), ("tanh", 1.5, 10, None), ("sigmoid", 1.0, 3, None), ("sigmoid", 1.0, 10, "vanishing"),
        ("relu", 0.3, 10, "vanishing"), ("relu", 4.0, 10, "exploding"), ("tanh", 20.0, 10, "exploding"),
    ],
)  # fmt: skip
def test_networks_are_judged_by_their_layers(act: str, scale: float, layers: int, code: str | None, width: int) -> None:
    findings = diagnose(network(act, scale, layers, width)).findings
    assert [f.code for f in findings if f.code in {"vanishing", "exploding"}] == [code] * (code is not None)
    # Deeper than that, narrow layers do lose half of their units.
    if code is None and layers <= 10:
        assert {finding.severity for finding in findings} <= {"info"}


def test_what_underflows_has_vanished() -> None:
    result = diagnose(deep("sigmoid", 1.0, layers=600))
    assert result.sizes["x"] == 0.0
    assert "float64" in only(result, "vanishing").detail


def test_one_step_is_no_vanishing() -> None:
    many = np.linspace(-1.0, 1.0, 100_000)
    assert diagnose(parse_formula("mean(tanh(w * x))", {"x": many, "w": 0.5})).findings == ()
    assert diagnose(parse_formula("price * count * tax", {"price": 100.0, "count": 500.0, "tax": 1.1})).findings == ()


def test_the_profile_follows_the_longest_way() -> None:
    result = diagnose(parse_formula("y = x * x\nf = y + x", {"x": 3.0}))
    levels = [(level.depth, level.nodes, level.gradient_size, level.value_size) for level in result.profile]
    assert levels == [(0, ("f",), 1.0, 12.0), (1, ("y",), 1.0, 9.0), (2, ("x",), 7.0, 3.0)]
    assert result.sizes == {"x": 7.0, "y": 1.0, "f": 1.0}


def test_constants_and_what_leads_nowhere_have_no_size() -> None:
    result = diagnose(replace(parse_formula("f = 2 * x\ng = x + 1", {"x": 3.0}, None), output="f"))
    assert result.sizes["g"] is None
    assert result.sizes["x"] == 2.0
    assert all("g" not in level.nodes for level in result.profile)


def test_a_dead_relu_and_its_parameters() -> None:
    graph = trained(
        parse_formula("h = relu(w * x + b)\nloss = (h - t)^2", {"w": 0.5, "x": 2.0, "b": -3.0, "t": 1.0}), "w", "b"
    )
    assert evaluate(graph).value("loss") == 1.0
    result = diagnose(graph)
    assert codes(result) == [("dead-relu", "h"), ("zero-gradient", "w")]
    dead, zero = result.findings
    assert (dead.severity, zero.severity, zero.nodes) == ("warning", "warning", ("w", "b"))
    assert "ends at h" in zero.detail
    assert result.sizes["w"] == result.sizes["b"] == 0.0


@pytest.mark.parametrize("source", ["relu(x)", "max(x, 0)", "max(0, x)", "-min(0, -x)"])
def test_whatever_works_as_a_relu_can_die(source: str) -> None:
    assert [code for code, _ in codes(diagnose(parse_formula(source, {"x": -2.0})))] == ["dead-relu"]
    assert diagnose(parse_formula(source, {"x": 2.0})).findings == ()


@pytest.mark.parametrize("source", ["x^2", "abs(x)", "cos(x)", "max(x, y)", "leaky_relu(x - 5)", "x * y"])
def test_a_slope_of_0_is_no_death(source: str) -> None:
    assert diagnose(parse_formula(source, {"x": 0.0, "y": 0.0})).findings == ()


def test_dead_units_are_told_from_units_that_are_off_for_some() -> None:
    rows = np.ones((10, 3))
    rows[:5, 0] = -1.0
    rows[:, 1] = -1.0
    found = only(diagnose(parse_formula("sum(relu(x))", {"x": rows})), "dead-relu")
    assert (found.units, found.severity) == ((1,), "info")
    assert "1 of the 3 units" in found.detail
    rows[:, 0] = -1.0
    found = only(diagnose(parse_formula("sum(relu(x))", {"x": rows})), "dead-relu")
    assert (found.units, found.severity) == ((0, 1), "warning")
    assert only(diagnose(parse_formula("sum(relu(x))", {"x": rows[:2]})), "dead-relu").severity == "info"
    one_sample = parse_formula("sum(relu(x))", {"x": np.array([1.0, -1.0, 2.0])})
    assert diagnose(one_sample).findings == ()


def test_what_gets_no_gradient_is_not_dead() -> None:
    rows = np.array([[-1.0, 1.0], [-2.0, 2.0]])
    weights = np.array([0.0, 1.0])
    assert diagnose(parse_formula("sum(relu(x) * w)", {"x": rows, "w": weights})).findings == ()
    assert codes(diagnose(parse_formula("h = relu(x)\nf = relu(-3 - h)", {"x": -1.0}))) == [("dead-relu", "f")]


@pytest.mark.parametrize(
    ("source", "x", "saturated"),
    [
        ("sigmoid(x)", 7.0, True), ("sigmoid(x)", -7.0, True), ("sigmoid(x)", 5.0, False), ("tanh(x)", 4.0, True),
        ("tanh(x)", 2.0, False), ("softplus(x)", -7.0, True), ("softplus(x)", 70.0, False), ("sigmoid(x)", -1e3, True),
        ("gelu(x)", -4.0, True), ("gelu(x)", 4.0, False), ("silu(x)", -9.0, True), ("silu(x)", -3.0, False),
        ("elu(x)", -5.0, True), ("elu(x)", 5.0, False), ("selu(x)", -5.0, True), ("softsign(x)", 12.0, True),
        ("softsign(x)", 8.0, False), ("hard_swish(x)", 4.0, False), ("erf(x)", 4.0, False), ("floor(x)", 0.5, False),
    ],
)  # fmt: skip
def test_saturation(source: str, x: float, saturated: bool) -> None:
    result = diagnose(parse_formula(source, {"x": x}))
    assert [finding.code for finding in result.findings] == ["saturated"] * saturated


def test_saturated_units() -> None:
    rows = np.array([[9.0, 0.1], [-9.0, 9.0]])
    found = only(diagnose(parse_formula("sum(tanh(x))", {"x": rows})), "saturated")
    assert (found.units, found.severity) == ((0,), "info")


def test_parameters_that_nothing_reaches() -> None:
    nodes = (
        Node("x", "input", value=2.0), Node("w", "parameter", value=1.0), Node("v", "parameter", value=1.0),
        Node("f", "mul", ("x", "w")), Node("stop", "stop_gradient", ("v",)), Node("g", "add", ("f", "stop")),
    )  # fmt: skip
    found = only(diagnose(Graph(nodes)), "zero-gradient")
    assert (found.nodes, found.severity) == (("v",), "warning")


def test_a_parameter_at_its_optimum_is_worth_a_word_only() -> None:
    graph = trained(parse_formula("(w - 3)^2 + 0 * v + (u - u)", {"w": 3.0, "v": 1.0, "u": 1.0}), "w", "u")
    found = {finding.node: finding for finding in diagnose(graph).findings}
    assert {node: finding.severity for node, finding in found.items()} == {"w": "info", "u": "info"}
    assert "cancel" in found["u"].detail


CURES = [
    ("1 / (1 + exp(-x))", {"x": -1000.0}, "overflow", "sigmoid(x)"),
    ("h = a * b\n1 / (1 + exp(-h))", {"a": -100.0, "b": 10.0}, "overflow", "sigmoid(h)"),
    ("exp(x) / sum(exp(x))", {"x": SCORES}, "overflow", "softmax(x)"),
    ("e = exp(x)\ne / sum(e)", {"x": SCORES}, "overflow", "softmax(x)"),
    ("e = exp(x)\n-sum(t * log(e / sum(e)))", {"x": SCORES, "t": TARGET}, "overflow", "softmax_with_loss(x, t)"),
    ("-sum(t * log(softmax(x)))", {"x": SCORES, "t": TARGET}, "divide-by-zero", "softmax_with_loss(x, t)"),
    ("log(sigmoid(x))", {"x": -1000.0}, "divide-by-zero", "-softplus(-x)"),
    ("log(softmax(x))", {"x": SCORES}, "divide-by-zero", "log_softmax(x)"),
    ("x - log(sum(exp(x)))", {"x": SCORES}, "overflow", "log_softmax(x)"),
    ("log(sum(exp(x)))", {"x": SCORES}, "overflow", "logsumexp(x)"),
    ("x / (1 + exp(-x))", {"x": -1000.0}, "overflow", "silu(x)"),
    ("log(1 + exp(x))", {"x": 1000.0}, "overflow", "softplus(x)"),
    ("(exp(x) - exp(-x)) / (exp(x) + exp(-x))", {"x": 1000.0}, "overflow", "tanh(x)"),
]


@pytest.mark.parametrize(("source", "inputs", "code", "formula"), CURES)
def test_the_op_that_avoids_it(source: str, inputs: dict[str, Any], code: str, formula: str) -> None:
    graph = parse_formula(source, inputs)
    evaluation = evaluate(graph)
    (found,) = [finding for finding in diagnose(graph).findings if finding.severity == "error"]
    assert (found.code, found.formula) == (code, formula)
    assert found.node == evaluation.warnings[0].node
    assert {warning.node for warning in evaluation.warnings} == set(found.nodes)
    cure = fused(graph, evaluation, evaluation.plan.ids.index(found.node))
    assert cure is not None
    again = evaluate(cure.graph)
    assert again.warnings == ()
    written = parse_formula(f"{'h = a * b' if 'h =' in source else ''}\n{formula}", inputs)
    output = written.nodes[-1].id
    np.testing.assert_array_equal(
        again.value(evaluation.plan.ids[evaluation.plan.output]), evaluate(written).value(output)
    )


@pytest.mark.parametrize(
    ("source", "x"),
    [
        ("1 / x", 0.0),
        ("exp(x)", 1000.0),
        ("log(x)", 0.0),
        ("1 / (1.001 + exp(-x))", -1000.0),
        ("2 / (1 + exp(-x))", -1000.0),
    ],
)
def test_no_op_is_advised_where_none_is_equal(source: str, x: float) -> None:
    first = diagnose(parse_formula(source, {"x": x})).findings[0]
    assert first.code in {"overflow", "divide-by-zero"}
    assert (first.op, first.formula) == (None, None)


def test_the_repaired_graph_keeps_what_a_person_gave_it() -> None:
    graph = parse_formula("1 / (1 + exp(-x))", {"x": -1000.0})
    end = graph.nodes[-1]
    pieces = tuple(node.id for node in graph.nodes if node.inputs)
    graph = replace(
        graph,
        nodes=(*graph.nodes[:-1], replace(end, label="probability", position=(3.0, 4.0))),
        groups=(Group("both", "Both", pieces), Group("gone", "Gone", pieces[:1])),
        title="Odds",
        upstream=2.0,
    )
    (found,) = [finding for finding in diagnose(graph).findings if finding.severity == "error"]
    assert found.repaired is not None
    whole = found.repaired[end.id]
    assert (whole.op, whole.label, whole.position) == ("sigmoid", "probability", (3.0, 4.0))
    assert found.repaired.groups == (Group("both", "Both", (end.id,)),)
    assert (found.repaired.title, found.repaired.upstream) == ("Odds", 2.0)
    assert evaluate(found.repaired).upstream == 2.0


def test_what_is_ill_elsewhere_stays_a_finding_of_its_own() -> None:
    result = diagnose(parse_formula("log(z) + 1 / (1 + exp(-x))", {"x": -1000.0, "z": 0.0}))
    assert [(finding.code, finding.formula) for finding in result.findings] == [
        ("divide-by-zero", None),
        ("overflow", "sigmoid(x)"),
    ]


# Where a way leads around what is off it is worth a word and no more; three graphs are there because they are ill.
FOUND = {
    "long-expression": [("dead-relu", "relu_2", "info")],
    "relu-and-around": [("dead-relu", "positive", "info")],
    "vanishing": [("vanishing", "x", "warning")],
    "exploding": [("exploding", "x", "warning")],
    "dead-relu": [("dead-relu", "y", "warning"), ("zero-gradient", "w", "warning")],
}


@pytest.mark.parametrize("entry", [pytest.param(entry, id=entry.name) for entry in examples()])
def test_the_gallery_is_healthy_where_it_means_to_be(entry: Any) -> None:
    result = diagnose(GraphDocument.model_validate(entry.graph).to_graph())
    found = [(finding.code, finding.node, finding.severity) for finding in result.findings]
    assert found == FOUND.get(entry.name, [])


def gallery(name: str, **values: float) -> Graph:
    (graph,) = (GraphDocument.model_validate(entry.graph).to_graph() for entry in examples() if entry.name == name)
    return replace(graph, nodes=tuple(replace(n, value=values[n.id]) if n.id in values else n for n in graph.nodes))


@pytest.mark.parametrize(
    ("name", "values", "code"),
    [
        ("vanishing", {}, "vanishing"), ("exploding", {}, "exploding"), ("exploding", {"w": 1.0}, None),
        ("dead-relu", {}, "dead-relu"), ("dead-relu", {"b": -0.5}, None),
    ],
)  # fmt: skip
def test_the_pathologies_of_the_gallery(name: str, values: dict[str, float], code: str | None) -> None:
    result = diagnose(gallery(name, **values))
    assert [finding.code for finding in result.findings][:1] == [code] * (code is not None)
    if name == "dead-relu" and code is not None:
        assert only(result, "zero-gradient").nodes == ("w", "b")


@pytest.mark.parametrize(
    ("name", "w", "dx", "dw"),
    [
        ("vanishing", 1.0, sigmoid_chain(8), None), ("exploding", 2.0, 256.0, 1024.0), ("exploding", 1.0, 1.0, 8.0),
        ("vanishing", 4.0, 1.0412955e-9, None), ("exploding", 0.5, 2.0**-8, 8 * 2.0**-7),
    ],
)  # fmt: skip
def test_the_gradients_of_eight_layers(name: str, w: float, dx: float, dw: float | None) -> None:
    run = evaluate(gallery(name, w=w))
    assert run.gradient("x") == pytest.approx(dx, rel=1e-7)
    assert dw is None or run.gradient("w") == dw


def test_flat_parts_are_found_by_probing() -> None:
    assert {op.name for op in OPS if has_flat_part(op.name)} >= {
        "relu", "maximum", "minimum", "hard_sigmoid", "hard_swish",
    }  # fmt: skip
    assert not any(
        has_flat_part(name) for name in ("mul", "abs", "square", "exp", "log", "leaky_relu", "sigmoid", "elu", "floor")
    )


def test_magnitude_keeps_its_size() -> None:
    assert magnitude(-3.0) == 3.0
    assert magnitude(np.array([3.0, -4.0])) == pytest.approx(math.sqrt(12.5))
    assert magnitude(np.full(4, 1e300)) == 1e300
    assert magnitude(np.array([np.inf, 1.0])) == math.inf
    assert math.isnan(magnitude(np.array([np.nan, 1.0])))


def test_a_long_chain() -> None:
    nodes = [Node("x", "input", value=0.5), Node("n0", "tanh", ("x",))]
    nodes += [Node(f"n{n}", "tanh", (f"n{n - 1}",)) for n in range(1, 50_000)]
    assert len(diagnose(Graph(tuple(nodes))).profile) == 50_001
