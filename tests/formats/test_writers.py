"""Graphs as text, read back, run, and held against golden files."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.elementwise import Elementwise
from app.core.errors import GraphError
from app.core.evaluate import Evaluation, evaluate
from app.core.graph import Graph, Node
from app.core.ops import OPS, find_op
from app.core.tensor import read_tensor
from app.formats.document import GraphDocument
from app.formats.format import ExportOptions
from app.formats.formula import parse_formula
from app.formats.formula_writer import write_formula, write_nested
from app.formats.gallery import examples
from app.formats.latex_writer import equations, write_latex
from app.formats.layers_python import write_layers_python
from app.formats.registry import EXPORTERS
from app.formats.text import Text

GOLDEN = Path(__file__).parent.parent / "golden"
LEAVES = [op for op in OPS if op.is_leaf]

AWKWARD = Graph(
    (
        Node("class", "input", value=2.0, label="a class\n\r\x0b\u2028import os # 😀"),
        Node("np", "parameter", value=-0.5, label='"""'),
        Node("Mul", "constant", value=1e-7),
        Node("mul", "mul", ("class", "np")),
        Node("dmul", "mul", ("mul", "Mul")),
        Node("dnp", "sub", ("dmul", "np"), label="한국어 \\input{x} $%&#_^~{}"),
        Node("print", "neg", ("dnp",)),
        Node("x_1", "div", ("print", "class")),
        Node("x1", "add", ("x_1", "x_1")),
        Node("beside", "exp", ("x1",)),
    ),
    output="x1",
    title="Awkward\nnames 🙂",
)


def of_op(op: Any, sample: Any, leaf: int) -> Graph:
    leaves = [
        Node(f"in{n}", LEAVES[(leaf + n) % len(LEAVES)].name, value=read_tensor(data))
        for n, data in enumerate(sample.inputs)
    ]
    return Graph((*leaves, Node("y", op.name, tuple(node.id for node in leaves), dict(sample.params))))


GRAPHS = {entry.name: GraphDocument.model_validate(entry.graph).to_graph() for entry in examples()}
GRAPHS |= {f"{op.name}-{n}": of_op(op, sample, n) for op in OPS for n, sample in enumerate(op.samples)}
GRAPHS |= {
    "awkward": AWKWARD,
    "a leaf": Graph((Node("x", "parameter", value=np.array([[-0.0, 1e22], [1e-300, 3.0]])),)),
    "a constant": Graph((Node("x", "constant", value=-3.0),)),
    "to a number": Graph((Node("x", "input", value=np.array([2.0])), Node("y", "reshape", ("x",), {"shape": []}))),
    "an output in the middle": parse_formula("a = 2*x\nb = sin(a)\na"),
    "a vector out": parse_formula("y = x*[1, 2]\nz = y*x", {"x": 3.0}),
    "overflow": parse_formula("y = exp(1000*x)\nz = y - y"),
}
CASES = [pytest.param(graph, id=name) for name, graph in GRAPHS.items()]


def facts(graph: Graph) -> dict[str, Any]:
    """All that numbers depend on, with ops by their own names and settings as they are read."""
    found = {}
    for node in graph.nodes:
        op = find_op(node.op, len(node.inputs))
        assert op is not None
        params = {name: op.read_setting(name, value) for name, value in node.params.items()}
        value = None if node.value is None else np.asarray(node.value).tolist()
        found[node.id] = (op.name, node.inputs, params, repr(value))
    return found


def output_of(graph: Graph) -> str:
    plan = evaluate(graph).plan
    return plan.ids[plan.output]


def assert_places(text: Text, graph: Graph) -> None:
    assert {span.node for span in text.spans} <= {node.id for node in graph.nodes}
    for span in text.spans:
        assert 0 <= span.start < span.end <= len(text.text)
        assert "\n" not in text.text[span.start : span.end]


@st.composite
def random_graphs(draw: st.DrawFn) -> Graph:
    ops = [op for op in OPS if issubclass(op, Elementwise)]
    numbers = st.floats(-1e3, 1e3, allow_nan=False) | st.integers(-5, 5).map(float)
    nodes = [
        Node(f"x{n}", draw(st.sampled_from(LEAVES)).name, value=draw(numbers)) for n in range(draw(st.integers(1, 5)))
    ]
    for n in range(draw(st.integers(0, 12))):
        op = draw(st.sampled_from(ops))
        params = {param.name: draw(numbers) for param in op.params if param.kind.name == "number"}
        label = draw(st.none() | st.text(max_size=5))
        inputs = tuple(draw(st.sampled_from(nodes)).id for _ in op.inputs)
        nodes.append(Node(f"n{n}", op.name, inputs, params, label=label))
    return Graph(tuple(nodes), output=draw(st.sampled_from(nodes)).id)


@pytest.mark.parametrize("graph", CASES)
def test_a_formula_reads_back_as_the_same_graph(graph: Graph) -> None:
    text = write_formula(graph)
    again = parse_formula(text.text)
    assert facts(again) == facts(graph)
    assert output_of(again) == output_of(graph)
    assert_places(text, graph)
    for node in graph.nodes:
        whole = max((span for span in text.spans if span.node == node.id), key=lambda span: span.end - span.start)
        assert text.text[whole.start : whole.end].startswith(f"{node.id} = ")


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(random_graphs())
def test_random_formulas_read_back(graph: Graph) -> None:
    again = parse_formula(write_formula(graph).text)
    assert facts(again) == facts(graph)
    assert output_of(again) == graph.output
    nested = write_nested(graph)
    assert_nested(graph, nested)


def assert_nested(graph: Graph, nested: Text) -> None:
    again = parse_formula(nested.text)
    first, second = evaluate(graph), evaluate(again)
    np.testing.assert_array_equal(first.values[first.plan.output], second.values[second.plan.output])
    lines = {line.split(" = ")[0] for line in nested.text.splitlines()}
    for node in graph.nodes:
        if node.id in lines:
            ours: Any = first.gradient(node.id)
            theirs: Any = second.gradient(node.id)
            assert (ours is None) == (theirs is None)
            if ours is not None:
                np.testing.assert_allclose(theirs, ours, rtol=1e-9, atol=1e-12 * np.max(np.abs(ours)))
    assert len(again.nodes) == len(graph.nodes)
    if any(type(value) is np.float64 for value in first.values):
        return  # A part alone may run on plain floats, whose functions differ from NumPy's in the last digit.
    # What a span of a node holds, alone, computes the value of that node.
    for span in nested.spans:
        piece = nested.text[span.start : span.end]
        if (" = " in piece and f"{span.node} = " in piece) or (span.node in again and piece == span.node):
            continue
        names = "\n".join(line for line in nested.text.splitlines() if nested.text.index(line) < span.start)
        before = names[: names.rindex("\n") + 1] if "\n" in names else ""
        alone = evaluate(parse_formula(f"{before}it_self = 0 + ({piece})\nit_self"))
        np.testing.assert_array_equal(alone.value("it_self"), first.value(span.node))


@pytest.mark.parametrize("graph", CASES)
def test_nested_formulas_compute_the_same(graph: Graph) -> None:
    nested = write_nested(graph)
    assert_places(nested, graph)
    assert {span.node for span in nested.spans} == {node.id for node in graph.nodes}
    assert_nested(graph, nested)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("y = (a-(b-c))-d", "y = a - (b - c) - d"), ("y = a^(b^c)", "y = a^b^c"), ("y = (a^b)^c", "y = (a^b)^c"),
        ("y = -(a^2)", "y = -a^2"), ("y = (-a)^2", "y = (-a)^2"), ("y = -(a*b)", "y = -(a * b)"),
        ("y = a*(-b)", "y = a * (-b)"), ("y = -(-a)", "y = -(-a)"), ("y = a*b+c*d", "y = a * b + c * d"),
        ("y = (a+b)*(c+d)", "y = (a + b) * (c + d)"), ("y = a/(b/c)", "y = a / (b / c)"), ("y = (-2)^a", "y = (-2)^a"),
        ("y = sum(a*b, axis=none)", "y = sum(a * b, axis=none)"), ("y = max(a, 0)", "y = maximum(a, 0)"),
    ],
)  # fmt: skip
def test_brackets_stand_where_they_must(source: str, line: str) -> None:
    assert write_nested(parse_formula(source)).text.splitlines()[-1] == line


def test_a_label_or_a_second_use_keeps_a_line() -> None:
    graph = parse_formula("p = a*b\nq = p + 1\nr = q*q\nr")
    assert write_nested(graph).text == "a = 1\nb = 1\nq = a * b + 1\nr = q * q\n"
    labelled = Graph(
        tuple(Node(n.id, n.op, n.inputs, n.params, n.value, "L" if n.id == "p" else None) for n in graph.nodes)
    )
    assert write_nested(labelled).text == "a = 1\nb = 1\np = a * b  # L\nq = p + 1\nr = q * q\n"


def test_a_chain_of_many_nodes_ends_well() -> None:
    nodes = [Node("x", "input", value=0.5)]
    for n in range(20_000):
        nodes.append(Node(f"n{n}", "sin", (nodes[-1].id,)))
    graph = Graph(tuple(nodes))
    assert max(map(len, write_nested(graph).text.splitlines())) < 200
    assert "read back" in write_formula(graph).notes[0]
    assert write_latex(graph).text.count(r"\sin") > 20_000


def run_python(text: str) -> dict[str, Any]:
    scope: dict[str, Any] = {"__name__": "program"}
    with contextlib.redirect_stdout(io.StringIO()) as printed, np.errstate(all="ignore"):
        exec(compile(text, "program", "exec"), scope)
    assert printed.getvalue()
    return scope


def assert_runs(graph: Graph) -> None:
    run: Evaluation = evaluate(graph)
    text = write_layers_python(graph)
    scope = run_python(text.text)
    assert_places(text, graph)
    for slot, node_id in enumerate(run.plan.ids):
        lines = {
            phase: [text.text[s.start : s.end] for s in text.spans if (s.node, s.phase) == (node_id, phase)]
            for phase in ("forward", "backward")
        }
        name = lines["forward"][-1].split(" = ")[0]
        np.testing.assert_array_equal(scope[name], run.values[slot])
        gradient = run.gradients[slot]
        if gradient is None or not lines["backward"]:
            continue
        own = re.match(rf"(d{node_id}(?:_\d+)?) = ", lines["backward"][-1])
        if own is None:
            taken = re.search(r"backward\((\w+)\)", lines["backward"][-1])
            assert taken is not None
            np.testing.assert_array_equal(scope[taken.group(1)], gradient)
        else:
            np.testing.assert_array_equal(scope[own.group(1)], gradient)
    for slot, _ in run.plan.leaves:
        if run.gradients[slot] is not None:
            printed = text.text.splitlines()[-1]
            assert re.search(rf"\bd{run.plan.ids[slot]}(_\d+)?\b", printed)


@pytest.mark.parametrize("graph", CASES)
def test_python_runs_to_the_same_numbers(graph: Graph) -> None:
    assert_runs(graph)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(random_graphs())
def test_random_python_runs(graph: Graph) -> None:
    assert_runs(graph)


def test_python_says_where_numbers_are_not_finite() -> None:
    text = write_layers_python(GRAPHS["overflow"])
    assert any("too large" in note for note in text.notes)
    with pytest.warns(RuntimeWarning):
        exec(text.text, {})
    # Nothing here is infinite in the end, but exp(1000) is on the way.
    hidden = parse_formula("y = sigmoid(-1000*x)")
    assert not evaluate(hidden).warnings
    assert_runs(hidden)


def test_latex_has_every_node_once_in_each_pass() -> None:
    for graph in GRAPHS.values():
        run = evaluate(graph)
        lines = equations(graph)
        assert [line.node for line in lines if line.phase == "forward"] == list(run.plan.ids)
        backward = [line.node for line in lines if line.phase == "backward"]
        assert len(set(backward)) == len(backward)
        assert set(backward) == {node for node in run.plan.ids if run.gradient(node) is not None}
        text = write_latex(graph)
        for span, line in zip(text.spans, lines, strict=True):
            assert text.text[span.start : span.end] == f"{line.left} &{line.sign} {line.right}{line.numbers}"
            assert line.latex == line.symbols + line.numbers == f"{line.left} {line.sign} {line.right}{line.numbers}"


@pytest.mark.parametrize("graph", ["apples", "quotient", "affine-batch", "awkward"])
def test_golden_files(graph: str) -> None:
    files = {file.suffixes[0][1:]: file for file in GOLDEN.glob(f"{graph}.*.golden")}
    refused = {"micrograd"} if any(evaluate(GRAPHS[graph]).plan.shapes) else set()
    assert files.keys() == EXPORTERS.keys() - {"png", "pdf", "html", "onnx"} - refused
    for name, file in files.items():
        assert EXPORTERS[name].write(GRAPHS[graph], ExportOptions()) == file.read_text("utf-8")


def test_places_in_utf16() -> None:
    text = write_formula(AWKWARD)
    there = text.in_utf16()
    units = there.text.encode("utf-16-le")
    for ours, theirs in zip(text.spans, there.spans, strict=True):
        assert units[2 * theirs.start : 2 * theirs.end].decode("utf-16-le") == text.text[ours.start : ours.end]
    assert text.spans[-1] != there.spans[-1]


@pytest.mark.parametrize(
    ("source", "code"),
    [("x = parameter(y)", "unknown-op"), ("parameter(2)", "unknown-op"), ("x = 1 + constant(2)", "unknown-op"),
     ("x = input(1, 2)", "unknown-op"), ("x = input()", "unknown-op"), ("x = parameter(2, a=1)", "unknown-op")],
)  # fmt: skip
def test_a_leafs_op_takes_one_literal_and_names_a_statement(source: str, code: str) -> None:
    with pytest.raises(GraphError) as caught:
        parse_formula(source)
    assert caught.value.faults[0].code == code
