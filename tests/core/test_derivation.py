"""Derivations against reverse mode, central differences, and a LaTeX parser that isn't ours."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sympy import E, Symbol
from sympy.parsing.latex import parse_latex_lark

from app.core.derivation import MAX_NODES, Derivation, derive
from app.core.elementwise import Elementwise
from app.core.errors import GraphError
from app.core.evaluate import evaluate
from app.core.graph import Graph, Node
from app.core.notation import latex
from app.core.ops import OPS
from app.formats.document import GraphDocument
from app.formats.formula import parse_formula
from app.formats.gallery import examples

GALLERY = {entry.name: GraphDocument.model_validate(entry.graph).to_graph() for entry in examples()}
SCALAR = {name: graph for name, graph in GALLERY.items() if all(shape == () for shape in evaluate(graph).plan.shapes)}
CASES = [
    pytest.param(graph, node.id, id=f"{name}-{node.id}")
    for name, graph in SCALAR.items()
    for node in graph.nodes
    if node.op != "constant"
]
WILD = {"pow", "tan", "exp", "div", "reciprocal"}
TAME = [op for op in OPS if issubclass(op, Elementwise) and op.name not in WILD and not op.labels]


@lru_cache(maxsize=4096)
def number(text: str) -> float:
    """What sympy makes of numbers in LaTeX. It takes e for a letter, and a thin space for no sign at all."""
    read = parse_latex_lark(text.replace(r"\,", r"\times"))
    return float(read.subs(Symbol("e"), E).evalf(25))


def scale(derivation: Derivation) -> float:
    return sum(abs(path.product) for path in derivation.paths) or 1.0


def test_there_are_scalar_graphs_in_the_gallery() -> None:
    assert len(SCALAR) >= 10
    assert len(CASES) > 60


@pytest.mark.parametrize(("graph", "wrt"), CASES)
def test_sum_over_paths_is_the_gradient(graph: Graph, wrt: str) -> None:
    derivation = derive(graph, wrt, limit=256)
    gradient = evaluate(graph).gradient(wrt)
    assert derivation.value == gradient
    if gradient is None:
        assert derivation.paths == ()
        return
    assert derivation.complete
    assert sum(path.product for path in derivation.paths) == pytest.approx(gradient, abs=1e-12 * scale(derivation))
    assert derivation.tangents[-1].tangent == pytest.approx(gradient, abs=1e-12 * scale(derivation))


@pytest.mark.parametrize(("graph", "wrt"), CASES)
def test_printed_numbers_evaluate_to_the_gradient(graph: Graph, wrt: str) -> None:
    for digits, tolerance in ((17, 1e-13), (6, 1e-4)):
        derivation = derive(graph, wrt, limit=256, digits=digits)
        left, *sides = derivation.latex_numbers.split(" = ")
        assert left.startswith(r"\frac{\partial ")
        if derivation.value is None:
            assert sides == [r"\text{–}"]
            continue
        for side in sides:
            assert number(side) == pytest.approx(derivation.value, abs=tolerance * scale(derivation))
        for step in derivation.tangents:
            _, *sides = derivation.tangent_latex(step).split(" = ")
            size = sum(abs(term.product) for term in step.terms) or 1.0
            for side in sides:
                assert number(side) == pytest.approx(step.tangent, abs=tolerance * size)


@pytest.mark.parametrize(("graph", "wrt"), CASES)
def test_printed_locals_evaluate_to_the_local_derivatives(graph: Graph, wrt: str) -> None:
    """A formula with the values put in, read by sympy, is the number beside it; cases and signs sympy can't read."""
    for path in derive(graph, wrt).paths:
        for factor in path.factors:
            text = latex(factor.values, 17)
            if r"\begin{cases}" in text or "sign" in text:
                continue
            assert number(text) == pytest.approx(factor.local, rel=1e-12)


@pytest.mark.parametrize(("graph", "wrt"), CASES)
def test_forward_mode_against_central_differences(graph: Graph, wrt: str) -> None:
    if graph[wrt].value is None:
        return
    derivation = derive(graph, wrt)
    at, step = float(graph[wrt].value or 0.0), 1e-6
    ends = [evaluate(graph.with_values({wrt: at + offset})) for offset in (step, -step)]
    for tangent in derivation.tangents:
        above, below = (float(run.values[tangent.slot]) for run in ends)
        assert tangent.tangent == pytest.approx((above - below) / (2 * step), rel=1e-6, abs=1e-6)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    nodes = [Node(f"x{n}", "input", value=draw(st.floats(-2.0, 2.0))) for n in range(draw(st.integers(1, 3)))]
    for n in range(draw(st.integers(1, 9))):
        op = draw(st.sampled_from(TAME))
        nodes.append(Node(f"n{n}", op.name, tuple(draw(st.sampled_from(nodes)).id for _ in op.inputs)))
    return Graph(tuple(nodes), output=nodes[-1].id)


def brute_force_paths(graph: Graph, start: str, end: str) -> list[list[tuple[str, int]]]:
    """Every path, by extending all of them edge by edge from the start."""
    found, open_ = [], [(start, list[tuple[str, int]]())]
    while open_:
        node, path = open_.pop()
        if node == end:
            found.append(path)
            continue
        open_ += [
            (target.id, [*path, (target.id, slot)])
            for target in graph.nodes
            for slot, source in enumerate(target.inputs)
            if source == node
        ]
    return found


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(graphs())
def test_random_graphs(graph: Graph) -> None:
    run = evaluate(graph)
    assume(not run.warnings)
    for leaf in graph.nodes:
        if leaf.value is None:
            break
        derivation = derive(graph, leaf.id, limit=256, digits=17)
        expected = brute_force_paths(graph, leaf.id, graph.output or "")
        assert derivation.counts.paths == len(expected)
        assert derivation.counts.path_multiplications == sum(map(len, expected))
        assert derivation.counts.forward == len({edge for path in expected for edge in path})
        assert len(derivation.paths) == min(len(expected), 256)
        ids = derivation.plan.ids
        listed = [[(ids[f.edge.target], f.edge.input) for f in path.factors][::-1] for path in derivation.paths]
        assert len({tuple(path) for path in listed}) == len(listed)
        assert all(path in expected for path in listed)
        assert derivation.value == run.gradient(leaf.id)
        if not expected:
            assert derivation.tangents == ()
            continue
        assert derivation.value is not None
        if derivation.complete:
            assert math.fsum(p.product for p in derivation.paths) == pytest.approx(
                derivation.value, rel=1e-9, abs=1e-12 * scale(derivation)
            )
        assert derivation.tangents[-1].tangent == pytest.approx(
            derivation.value, rel=1e-9, abs=max(1e-9, 1e-12 * scale(derivation))
        )


def doubling(times: int) -> Graph:
    nodes = [Node("x", "input", value=0.5), Node("n0", "tanh", ("x",))]
    nodes += [Node(f"n{n + 1}", "add", (f"n{n}", f"n{n}")) for n in range(times)]
    return Graph(tuple(nodes))


def test_paths_are_counted_where_they_cannot_be_listed() -> None:
    derivation = derive(doubling(500), "x", limit=256)
    assert derivation.counts.paths == 2**500
    assert derivation.counts.path_multiplications == 501 * 2**500
    assert derivation.counts.reverse == derivation.counts.forward == 1001
    assert derivation.tangents[-1].tangent == pytest.approx(derivation.value, rel=1e-12)
    assert 0 < len(derivation.paths) < 256
    assert sum(len(path.factors) for path in derivation.paths) <= 4096
    assert r"\cdots" in derivation.latex
    assert len(derive(doubling(20), "x", limit=7).paths) == 7


def test_counts_of_a_wide_and_of_a_tall_graph() -> None:
    wide = derive(parse_formula("a*b*c*d*e*f"), "a").counts
    assert (wide.inputs, wide.outputs, wide.reverse, wide.reverse_all) == (6, 1, 10, 10)
    # a and b cross 5 products on their way, c 4, d 3, e 2, f 1.
    assert (wide.forward, wide.forward_all, wide.winner) == (5, 5 + 5 + 4 + 3 + 2 + 1, "reverse")
    tall = derive(parse_formula("x = 2\ns = sin(x)\na = exp(s)\nb = cos(s)\nc = tanh(s)\na"), "x").counts
    assert (tall.inputs, tall.outputs, tall.forward, tall.reverse) == (1, 3, 2, 2)
    assert (tall.forward_all, tall.reverse_all, tall.winner) == (4, 6, "forward")
    even = derive(parse_formula("y = exp(sin(x))"), "x").counts
    assert even.winner == "equal"
    for counts in (wide, tall, even):
        assert f"{counts.forward_all:,}" in counts.sentence


def test_a_tensor_on_the_way_is_named() -> None:
    with pytest.raises(GraphError) as caught:
        derive(parse_formula("y = sum(x * [1, 2])"), "x")
    (fault,) = caught.value.faults
    assert (fault.code, fault.node) == ("not-scalar", "mul")
    # A tensor beside the way is no hindrance.
    aside = parse_formula("m = sum([1, 2, 3])\ny = m * x")
    assert derive(aside, "x").value == 6.0


def test_where_nothing_flows() -> None:
    graph = parse_formula("y = x * stop_gradient(x) + 3\nz = 2 * w\ny")
    assert [len(derive(graph, "x").paths), derive(graph, "x").counts.paths] == [1, 1]
    apart = derive(graph, "w")
    assert (apart.value, apart.counts.paths, apart.paths, apart.tangents) == (None, 0, (), ())
    constant = derive(graph, "c")
    assert (constant.value, constant.counts.paths, constant.paths) == (None, 0, ())
    itself = derive(graph, "y")
    assert (itself.value, itself.counts.paths, itself.paths[0].product) == (1.0, 1, 1.0)
    assert itself.latex == itself.latex_numbers == r"\frac{\partial y}{\partial y} = 1"


def test_the_seed_is_in_the_gradient_and_not_in_the_derivation() -> None:
    graph = replace(parse_formula("y = x * x", {"x": 3.0}), upstream=5.0)
    derivation = derive(graph, "x")
    assert (derivation.value, derivation.derivative) == (30.0, 6.0)
    assert derivation.latex_numbers.endswith(r"= 3 + 3 = 6")
    assert derive(graph, "y").derivative == 1.0


@pytest.mark.parametrize(("wrt", "code"), [("nobody", "unknown-node"), ("x", "budget-exceeded")])
def test_what_is_refused(wrt: str, code: str) -> None:
    graph = doubling(MAX_NODES) if code == "budget-exceeded" else doubling(2)
    with pytest.raises(GraphError) as caught:
        derive(graph, wrt)
    assert [fault.code for fault in caught.value.faults] == [code]


def test_a_node_taken_twice_is_two_factors_that_can_be_told_apart() -> None:
    chains = [path.factors[0].chain for path in derive(parse_formula("y = x * x"), "x").paths]
    assert chains == [rf"\left( \frac{{\partial y}}{{\partial x}} \right)_{{\text{{input {slot}}}}}" for slot in (1, 2)]


def test_the_chain_rule_of_the_book() -> None:
    graph = parse_formula("t = x + y\nz = t^2", {"x": 2.0, "y": 3.0})
    derivation = derive(graph, "x")
    assert derivation.latex == (
        r"\begin{aligned} \frac{\partial z}{\partial x} &= \frac{\partial z}{\partial t} \, "
        r"\frac{\partial t}{\partial x} \\ &= c \, t^{c - 1} \cdot 1 \end{aligned}"
    )
    assert derivation.latex_numbers == r"\frac{\partial z}{\partial x} = 10 \times 1 = 10"


@pytest.mark.parametrize("op", [op for op in OPS if not op.is_leaf], ids=lambda op: op.name)
def test_written_partials_are_what_backward_sends(op: Any) -> None:
    """Every op that takes numbers alone; what it writes, evaluated by sympy, against what runs."""
    points = [s for s in op.samples if not any(isinstance(x, list) for x in s.inputs)]
    leaves = [tuple(map(float, point.inputs)) for point in points]
    for point, inputs in zip(points, leaves, strict=True):
        nodes = [Node(f"x{n}", "input", value=value) for n, value in enumerate(inputs)]
        y = Node("y", op.name, tuple(node.id for node in nodes), dict(point.params))
        graph = Graph((*nodes, y))
        if evaluate(graph).plan.shapes[-1] != ():
            continue
        for node in nodes:
            derivation = derive(graph, node.id, digits=17)
            for path in derivation.paths:
                text = derivation.latex
                assert re.search(r"\\partial y", text)
                assert path.factors[0].formula is not None
                values = latex(path.factors[0].values, 17)
                assert "upstream" not in values
                if not re.search(r"cases|sign|erf|tanh", values):  # which sympy can't read
                    assert number(values) == pytest.approx(path.factors[0].local, rel=1e-12)


def test_slots_are_in_forward_order() -> None:
    derivation = derive(SCALAR["neuron"], "w0")
    assert all(first.slot < second.slot for first, second in pairwise(derivation.tangents))


def test_an_edge_beside_a_longer_way_is_told_from_the_whole_derivative() -> None:
    chains = {
        tuple(factor.chain for factor in path.factors) for path in derive(parse_formula("f = x * x + x"), "x").paths
    }
    assert (r"\left( \frac{\partial f}{\partial x} \right)_{\text{direct}}",) in chains
    assert derive(parse_formula("f = x + y"), "x").paths[0].factors[0].chain == r"\frac{\partial f}{\partial x}"
