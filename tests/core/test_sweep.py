"""A sweep is as many plain evaluations, however it was computed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core import sweep as module
from app.core.asked import dependents
from app.core.elementwise import Elementwise
from app.core.errors import GraphError
from app.core.evaluate import evaluate
from app.core.graph import Graph, Node
from app.core.lanes import in_lanes
from app.core.ops import OPS
from app.core.plan import plan_for
from app.core.sweep import sweep
from app.core.tensor import Value, shape_of
from app.core.validate import Limits
from app.formats.document import GraphDocument
from app.formats.gallery import examples

ELEMENTWISE = [op for op in OPS if issubclass(op, Elementwise)]


def x(value: Value, name: str = "x", op: str = "input") -> Node:
    return Node(name, op, value=value)


def evaluated(graph: Graph, leaf: str, element: int, at: float, *, column: bool) -> tuple[float, float | None]:
    """A single evaluation; as a ``column`` of one element a number goes through NumPy's functions, not ``math``'s."""
    value = np.array([at]) if column else np.array(graph[leaf].value)
    value.flat[element] = at
    run = evaluate(graph.with_values({leaf: value if value.ndim else at}))
    gradient = run.gradient(leaf)
    with np.errstate(all="ignore"):
        total = float(np.sum(run.values[run.plan.output]))
    return total, None if gradient is None else float(np.ravel(gradient)[element])


def agrees(graph: Graph, leaf: str, ends: tuple[float, float], steps: int, index: tuple[int, ...] = ()) -> None:
    """Whether a sweep is as many evaluations: to the last digits where NumPy computes those too."""
    result = sweep(graph, leaf, *ends, steps, index=index)
    shape = np.array(graph[leaf].value).shape
    element = int(np.ravel_multi_index(index, shape)) if shape else 0
    plan = plan_for(graph)
    column = in_lanes(plan, dependents(plan, [plan.ids.index(leaf)]))
    points = [evaluated(graph, leaf, element, at, column=column) for at in result.x.tolist()]
    np.testing.assert_allclose(result.value, [value for value, _ in points], rtol=1e-15, atol=0.0)
    gradients = [gradient for _, gradient in points]
    if result.gradient is None:
        assert gradients == [None] * steps
    else:
        np.testing.assert_allclose(result.gradient, np.array(gradients, dtype=float), rtol=1e-14, atol=0.0)


GALLERY = {entry.name: GraphDocument.model_validate(entry.graph).to_graph() for entry in examples()}


@pytest.mark.parametrize("name", GALLERY)
def test_every_leaf_of_the_gallery(name: str) -> None:
    graph = GALLERY[name]
    for leaf in graph.nodes:
        if leaf.value is None or leaf.id == "t":
            continue
        for index in [*np.ndindex(shape_of(leaf.value))][:3]:
            agrees(graph, leaf.id, (-3.0, 2.5), 12, index)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    numbers = st.sampled_from([-2.0, -1.0, -0.3, 0.0, 0.5, 1.0, 2.0, 700.0, 1e200])
    nodes = [x(draw(numbers), f"x{n}", draw(st.sampled_from(["input", "constant"]))) for n in range(3)]
    for n in range(draw(st.integers(1, 14))):
        op = draw(st.sampled_from(ELEMENTWISE))
        nodes.append(Node(f"n{n}", op.name, tuple(draw(st.sampled_from(nodes)).id for _ in op.inputs)))
    return Graph(tuple(nodes), output=nodes[-1].id)


@settings(max_examples=600, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(graphs(), st.sampled_from([(-3.0, 3.0), (-1e3, 1e3), (0.0, 1e-3)]))
def test_random_graphs_with_kinks_and_overflow(graph: Graph, ends: tuple[float, float]) -> None:
    plan = plan_for(graph)
    assert in_lanes(plan, dependents(plan, [plan.ids.index("x0")]))
    agrees(graph, "x0", ends, 13)


def test_a_lane_that_overflows_or_has_a_kink_leaves_the_others_alone() -> None:
    nodes = (Node("e", "exp", ("x",)), Node("r", "relu", ("x",)), Node("y", "mul", ("e", "r")))
    result = sweep(Graph((x(1.0), *nodes)), "x", -800.0, 800.0, 5)
    assert result.value.tolist() == [0.0, 0.0, 0.0, 400.0 * np.exp(400.0), np.inf]
    assert result.gradient is not None
    assert np.isfinite(result.gradient[:4]).all()


@pytest.mark.parametrize("op", [op for op in ELEMENTWISE if len(op.inputs) == 1], ids=lambda op: op.name)
def test_a_column_is_a_single_run_but_for_the_last_digits(op: type[Elementwise]) -> None:
    xs = np.linspace(0.05, 3.05, 400)
    column = np.broadcast_to(op().value(xs), xs.shape)
    alone = np.array([op().value(x) for x in xs.tolist()])
    assert np.all(np.abs(column - alone) <= 4 * np.spacing(np.abs(alone)))


def test_side_by_side_and_one_by_one_are_equal(monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = (Node("t", "tanh", ("x",)), Node("p", "pow", ("c", "t")), Node("y", "div", ("p", "x")))
    graph = Graph((x(0.7), x(3.0, "c"), *nodes))
    lanes = sweep(graph, "x", -2.0, 2.0, 101)
    monkeypatch.setattr(module, "in_lanes", lambda plan, moved: False)
    loop = sweep(graph, "x", -2.0, 2.0, 101)
    assert lanes.gradient is not None
    assert loop.gradient is not None
    np.testing.assert_allclose(lanes.value, loop.value, rtol=1e-14)
    np.testing.assert_allclose(lanes.gradient, loop.gradient, rtol=1e-13)


def test_an_output_that_overflows_when_summed() -> None:
    nodes = (x(1.0), x(np.full(4, 1e308), "c"), Node("s", "log", ("x",)), Node("y", "abs", ("c",)))
    result = sweep(Graph(nodes, output="y"), "x", -1.0, 1.0, 3)
    assert result.value.tolist() == [np.inf] * 3
    assert result.gradient is None


def test_many_nodes_go_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    from app.core import lanes

    monkeypatch.setattr(lanes, "_CHUNK", 1)
    graph = Graph((x(0.7), Node("y", "tanh", ("x",))))
    agrees(graph, "x", (-2.0, 2.0), 101)


def test_the_curve_and_its_tangent_by_hand() -> None:
    result = sweep(Graph((x(3.0), Node("y", "square", ("x",)))), "x", -2.0, 2.0, 5)
    assert result.x.tolist() == [-2.0, -1.0, 0.0, 1.0, 2.0]
    assert result.value.tolist() == [4.0, 1.0, 0.0, 1.0, 4.0]
    assert result.gradient is not None
    assert result.gradient.tolist() == [-4.0, -2.0, 0.0, 2.0, 4.0]
    assert (result.tangent.x, result.tangent.value, result.tangent.slope) == (3.0, 9.0, 6.0)


def test_an_element_of_a_tensor_and_a_tensor_output_are_the_sum() -> None:
    graph = Graph((x(np.array([[1.0, 2.0], [3.0, 4.0]])), Node("y", "square", ("x",))))
    result = sweep(graph, "x", 0.0, 1.0, 2, index=[1, 0])
    assert result.value.tolist() == [21.0, 22.0]
    assert result.gradient is not None
    assert result.gradient.tolist() == [0.0, 2.0]


@pytest.mark.parametrize("op", ["constant", "input"])
def test_nothing_flows_is_none_and_not_zero(op: str) -> None:
    nodes = (x(1.0), x(2.0, "c", op), Node("s", "stop_gradient", ("c",)), Node("y", "mul", ("x", "s")))
    result = sweep(Graph(nodes), "c", 0.0, 3.0, 4)
    assert result.value.tolist() == [0.0, 1.0, 2.0, 3.0]
    assert (result.gradient, result.tangent.slope) == (None, None)


def codes(graph: Graph, *arguments: Any, **settings_: Any) -> dict[str, str | None]:
    with pytest.raises(GraphError) as caught:
        sweep(graph, *arguments, **settings_)
    return {fault.code: fault.pointer for fault in caught.value.faults}


def test_faults() -> None:
    graph = Graph((x(1.0), x(np.ones((2, 3)), "w"), Node("p", "mul", ("x", "w")), Node("y", "sum", ("p",))))
    assert codes(graph, "y", 2.0, 1.0, 1) == {"not-a-leaf": "/input", "bad-range": "/steps"}
    assert codes(graph, "z", np.nan, 1.0, 2) == {"unknown-node": "/input", "not-finite": "/start"}
    assert codes(graph, "x", -1e308, 1e308, 2) == {"bad-range": "/start"}
    assert codes(graph, "x", 0.0, 1.0, 2, index=[0]) == {"index-out-of-range": "/index"}
    assert codes(graph, "w", 0.0, 1.0, 2) == {"missing-index": "/index"}
    assert codes(graph, "w", 0.0, 1.0, 2, index=[0, 3]) == {"index-out-of-range": "/index"}
    assert codes(graph, "w", 0.0, 1.0, 2, index=[0]) == {"index-out-of-range": "/index"}
    assert codes(graph, "x", 0.0, 1.0, 100, limits=Limits(work=100_000)) == {"budget-exceeded": "/steps"}


def test_a_value_that_the_leaf_cannot_take_is_named() -> None:
    graph = Graph((x(np.array([1.0, 2.0])), x(1.0, "t"), Node("y", "softmax_with_loss", ("x", "t"))))
    with pytest.raises(GraphError, match=r"where t is 0.5: y: class targets are whole numbers"):
        sweep(graph, "t", 0.0, 1.0, 3)
    assert sweep(graph, "t", 0.0, 1.0, 2).gradient is None
