"""Plans: shared by structure, bounded, and free of any run's state."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from app.core.errors import GraphError
from app.core.evaluate import leaf_values, run
from app.core.graph import Graph, Group, Node
from app.core.grouped import grouping
from app.core.plan import PlanCache, plan_for
from app.core.validate import Limits

LIMITS = Limits()


def product(x: float = 2.0, op: str = "mul", alpha: float | None = None) -> Graph:
    last = Node("y", op, ("a", "b")) if alpha is None else Node("y", "leaky_relu", ("a",), {"alpha": alpha})
    return Graph((Node("a", "input", value=x), Node("b", "input", value=3.0), last), output="y")


def test_a_plan_is_found_again_by_structure() -> None:
    plans = PlanCache()
    first = plans.get(product(2.0), None, LIMITS)
    assert plans.get(product(-7.5), None, LIMITS) is first
    others = [product(op="add"), product(alpha=0.1), product(alpha=0.2), Graph(product().nodes[:1])]
    assert all(plans.get(other, None, LIMITS) is not first for other in others)
    assert plans.get(product(alpha=0.1), None, LIMITS) is not plans.get(product(alpha=0.2), None, LIMITS)
    assert plans.get(product(), "a", LIMITS) is not first


def test_the_least_recently_used_plan_is_forgotten_first() -> None:
    plans = PlanCache(capacity=6)
    add, mul = product(op="add"), product(op="mul")
    kept = plans.get(add, None, LIMITS)
    gone = plans.get(mul, None, LIMITS)
    assert plans.get(add, None, LIMITS) is kept
    plans.get(product(op="sub"), None, LIMITS)
    assert plans.get(add, None, LIMITS) is kept
    assert plans.get(mul, None, LIMITS) is not gone


def test_groups_are_judged_though_the_plan_is_known() -> None:
    plans = PlanCache()
    nodes = product().nodes
    plans.get(Graph(nodes, output="y"), None, LIMITS)
    with pytest.raises(GraphError, match="nobody"):
        plans.get(Graph(nodes, output="y", groups=(Group("g", "", ("nobody",)),)), None, LIMITS)


def test_threads_share_a_plan_and_no_state() -> None:
    """A wide graph, so that the plan is run in columns; each thread has leaves of its own."""
    random = Random(5)
    leaves = [Node(f"x{n}", "input", value=0.0) for n in range(200)]
    squares = [Node(f"s{n}", "square", (leaf.id,)) for n, leaf in enumerate(leaves)]
    tanhs = [Node(f"t{n}", "tanh", (node.id,)) for n, node in enumerate(squares)]
    graph = Graph((*leaves, *squares, *tanhs, Node("v", "stack", tuple(node.id for node in tanhs))), output="v")
    plan = plan_for(graph)
    assert grouping(plan) is not None
    points = [[random.uniform(-2, 2) for _ in leaves] for _ in range(60)]
    alone = [[run(plan, list(point)).gradient(leaf.id) for leaf in leaves] for point in points]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda point: run(plan, list(point)), points))
    assert [[found.gradient(leaf.id) for leaf in leaves] for found in together] == alone
    assert leaf_values(plan, graph) == [0.0] * len(leaves)
