"""Budgets, and faults that stay few and short."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from app.core.errors import GraphError, shown_name, summary
from app.core.evaluate import evaluate
from app.core.expand import collapse
from app.core.gradcheck import check
from app.core.graph import Graph, Group, Node
from app.core.validate import validate
from tests.growth import TENFOLD_AT_MOST, growth


def x(value: float = 1.0, name: str = "x") -> Node:
    return Node(name, "input", value=value)


def refused(graph: Graph) -> GraphError:
    with pytest.raises(GraphError) as caught:
        validate(graph)
    return caught.value


def test_one_hot_of_a_million_classes() -> None:
    tracemalloc.start()
    run = evaluate(Graph((x(3.0), Node("o", "one_hot", ("x",), {"classes": 1_000_000}))))
    assert tracemalloc.get_traced_memory()[1] < 100_000_000
    tracemalloc.stop()
    assert np.flatnonzero(run.value("o")).tolist() == [3]


def test_matmul_sums_its_gradient_over_a_stack_without_building_it() -> None:
    leaves = (
        Node("x", "input", value=np.zeros((600, 60))),
        Node("w", "input", value=np.zeros((1600, 60, 1))),
    )
    tracemalloc.start()
    evaluate(Graph((*leaves, Node("o", "matmul", ("x", "w")), Node("s", "sum", ("o",)))))
    assert tracemalloc.get_traced_memory()[1] < 100_000_000
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("left", "right"),
    [((2, 3), (4, 5, 3, 2)), ((4, 1, 2, 3), (5, 3, 2)), ((5, 2, 3), (3,)), ((3,), (4, 3, 2)), ((1, 2, 3), (4, 3, 2))],
)
def test_matmul_gradients_of_broadcast_stacks(left: tuple[int, ...], right: tuple[int, ...]) -> None:
    random = np.random.default_rng(0)
    leaves = [Node(name, "input", value=random.normal(size=shape)) for name, shape in (("a", left), ("b", right))]
    squares = (Node("o", "matmul", ("a", "b")), Node("q", "square", ("o",)), Node("s", "sum", ("q",)))
    result = check(Graph((*leaves, *squares)))
    assert {leaf.verdict for leaf in result.leaves.values()} == {"pass"}


def test_a_check_that_would_take_too_long() -> None:
    chain = [Node(f"n{n}", "sin", (f"n{n - 1}" if n else "s",)) for n in range(4_000)]
    graph = Graph((Node("x", "input", value=np.ones(10_000)), Node("s", "sum", ("x",)), *chain))
    with pytest.raises(GraphError) as caught:
        check(graph)
    (fault,) = caught.value.faults
    assert fault.code == "budget-exceeded"
    assert fault.actual is not None
    assert fault.limit is not None
    assert fault.actual > fault.limit


def test_a_check_of_1000_elements_through_20_nodes() -> None:
    chain = [Node(f"n{n}", "tanh", (f"n{n - 1}" if n else "x",)) for n in range(20)]
    graph = Graph((Node("x", "input", value=np.linspace(0.1, 1.0, 1_000)), *chain, Node("s", "sum", ("n19",))))
    assert check(graph).leaves["x"].verdict == "pass"


def test_sizes_past_counting() -> None:
    chain = [Node(f"n{n}", "one_hot", (f"n{n - 1}" if n else "x",), {"classes": 2**53}) for n in range(300)]
    (fault,) = refused(Graph((x(), *chain))).faults
    assert (fault.code, fault.node, fault.actual) == ("budget-exceeded", "n0", 2**53)
    wide = Node("w", "one_hot", ("x",), {"classes": 2**53})
    (fault,) = refused(Graph((Node("x", "input", value=np.zeros(1_000)), wide))).faults
    assert fault.actual == 10**18
    assert "more than 1,000,000,000,000,000,000" in fault.detail


def test_a_node_with_very_many_inputs_is_sorted_in_linear_time() -> None:
    def refuse(count: int) -> None:
        leaves = [x(name=f"x{n}") for n in range(count)]
        wide = Node("f", "add", tuple(leaf.id for leaf in leaves))
        assert [fault.code for fault in refused(Graph((wide, *leaves))).faults] == ["wrong-arity"]

    assert growth(refuse, 10_000) < TENFOLD_AT_MOST


def cycles(*nodes: Node) -> list[tuple[str, ...] | None]:
    return [fault.path for fault in refused(Graph(nodes)).faults if fault.code == "cycle"]


def test_a_cycle_behind_an_unknown_node_is_found() -> None:
    nodes = (Node("u", "exp", ("nope",)), Node("a", "add", ("u", "b")), Node("b", "exp", ("a",)))
    assert {fault.code for fault in refused(Graph(nodes)).faults} == {"unknown-node", "cycle"}
    assert cycles(*nodes) == [("a", "b", "a")]


def test_every_tangle_has_a_cycle_reported() -> None:
    first = (Node("a", "add", ("b", "c")), Node("b", "exp", ("a",)), Node("c", "exp", ("a",)))
    second = (Node("p", "add", ("a", "q")), Node("q", "exp", ("p",)), Node("r", "add", ("r", "p")))
    assert cycles(*first, *second) == [("a", "b", "a"), ("p", "q", "p"), ("r", "r")]


def test_a_group_of_nothing_in_a_graph_of_nothing() -> None:
    with pytest.raises(GraphError, match="empty"):
        collapse(Graph((), groups=(Group("g", "", ()),)), "g")


def test_what_is_said_of_names_and_of_many_faults() -> None:
    assert shown_name("a" * 90) == "a" * 64 + "…"
    assert "script" not in shown_name("<script>")
    assert summary(["one"]) == "one"
    assert summary([str(n) for n in range(8_000)]).startswith("0; 1; 2; 3; 4; and 7,995 more")
