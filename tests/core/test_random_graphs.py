"""Random graphs against central differences, away from kinks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.core.elementwise import Elementwise
from app.core.evaluate import evaluate
from app.core.graph import Graph, Node
from app.core.ops import OPS

# Bounded on bounded inputs, so that ten of them in a row stay in range; without labels, and without jumps, of which
# a graph would be full.
WILD = {"pow", "tan", "exp", "div", "reciprocal", "floor", "ceil", "round", "sign"}
TAME = [op for op in OPS if issubclass(op, Elementwise) and op.name not in WILD and not op.labels]
KINKED_AT = {
    **dict.fromkeys(("relu", "abs", "leaky_relu", "sqrt", "log", "elu", "selu"), (0.0,)),
    **dict.fromkeys(("hard_sigmoid", "hard_swish"), (-3.0, 3.0)),
}


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    leaves = draw(st.integers(1, 4))
    numbers = st.floats(-2.0, 2.0, allow_nan=False)
    nodes = [Node(f"x{n}", "input", value=draw(numbers)) for n in range(leaves)]
    for n in range(draw(st.integers(1, 12))):
        op = draw(st.sampled_from(TAME))
        sources = [draw(st.sampled_from(nodes)).id for _ in op.inputs]
        nodes.append(Node(f"n{n}", op.name, tuple(sources)))
    return Graph(tuple(nodes), output=nodes[-1].id)


def away_from_kinks(graph: Graph, values: dict[str, Any]) -> bool:
    for node in graph.nodes:
        at = [values[source] for source in node.inputs]
        if any(abs(at[0] - kink) < 1e-2 for kink in KINKED_AT.get(node.op, ())):
            return False
        if node.op in {"maximum", "minimum"} and node.inputs[0] != node.inputs[1] and abs(at[0] - at[1]) < 1e-2:
            return False
    return True


@settings(max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(graphs())
def test_every_gradient_of_a_random_graph(graph: Graph) -> None:
    run = evaluate(graph)
    values: dict[str, Any] = dict(zip(run.plan.ids, run.values, strict=True))
    assume(all(math.isfinite(v) and abs(v) < 1e3 for v in values.values() if isinstance(v, float)))
    assume(not run.warnings and away_from_kinks(graph, values))
    for place, leaf in enumerate(graph.nodes):
        if leaf.value is None:
            break
        gradient: Any = run.gradient(leaf.id)
        assume(gradient is None or abs(gradient) < 1e4)
        step = 1e-5
        ends = []
        for offset in (step, -step):
            moved = Node(leaf.id, leaf.op, value=float(np.float64(leaf.value) + offset))
            nodes = (*graph.nodes[:place], moved, *graph.nodes[place + 1 :])
            ends.append(evaluate(Graph(nodes, output=graph.output)).value(graph.output or ""))
        numerical = (ends[0] - ends[1]) / (2 * step)
        scale = max(1.0, abs(values[graph.output or ""]))
        assert np.isclose(gradient or 0.0, numerical, rtol=1e-4, atol=1e-5 * scale)
