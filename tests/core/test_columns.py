"""Runs in columns and runs by formulas against plain layer objects, one a node."""

from __future__ import annotations

import math
from random import Random
from typing import Any

import numpy as np
import pytest

from app.core import grouped
from app.core.action import Way, action
from app.core.afterwards import SharesBySlot
from app.core.columns import ColumnRun
from app.core.elementary import Lanes
from app.core.elementwise import Elementwise
from app.core.errors import GraphError
from app.core.evaluate import evaluate, leaf_values, run
from app.core.graph import Graph, Node
from app.core.grouped import SMALLEST, grouping
from app.core.layer import Layer
from app.core.ops import OPS
from app.core.passes import Run
from app.core.plan import Plan, plan_for
from app.core.tensor import as_value, read_tensor

ELEMENTWISE = [op for op in OPS if issubclass(op, Elementwise)]
# What stays within [-4, 4] or so when it's applied again and again.
TAME = [op for op in ELEMENTWISE if op.name in {
    "add", "sub", "mul", "neg", "relu", "leaky_relu", "sigmoid", "tanh", "softplus", "elu", "sin", "cos", "abs",
    "maximum", "minimum", "square", "softsign", "erf", "greater", "where",
}]  # fmt: skip

# Those that run by their formulas.
FORMULAIC = [op for op in TAME if action(op, {}, is_scalar=True).way is not Way.LAYER]


def wide(seed: int, *, width: int = 120, height: int = 6, extras: bool = True) -> Graph:
    """Layers of nodes that take from the two before, a few ops in each, with chains of single nodes in between."""
    random = Random(seed)
    nodes = [
        Node(f"x{n}", random.choice(["input", "parameter", "constant"]), value=random.uniform(-2, 2))
        for n in range(width)
    ]
    before = [node.id for node in nodes]
    for level in range(height):
        ops = [*random.sample(FORMULAIC, 2), random.choice(TAME)]
        made = []
        for n in range(width):
            op = random.choice(ops)
            settings = {"alpha": 0.25} if op.name == "leaky_relu" and random.random() < 0.5 else {}
            sources = tuple(random.choice(before) for _ in op.inputs)
            made.append(Node(f"n{level}_{n}", op.name, sources, settings))
        if extras:
            made.append(Node(f"stop{level}", "stop_gradient", (made[0].id,)))
            made.append(Node(f"tall{level}", "stack", tuple(node.id for node in made[:3])))
            made.append(Node(f"back{level}", "sum", (made[-1].id,)))
        nodes += made
        before = [node.id for node in made if node.op != "stack"] + random.sample(before, width // 2)
    while len(before) > 1:
        pairs = zip(before[::2], before[1::2], strict=False)
        level = len(nodes)
        shrunk = [Node(f"s{level}_{n}", random.choice(["add", "sub"]), pair) for n, pair in enumerate(pairs)]
        nodes += shrunk
        before = [node.id for node in shrunk] + before[len(shrunk) * 2 :]
    random.shuffle(nodes)
    return Graph(tuple(nodes), output=before[0])


def by_layers(plan: Plan, leaves: list[Any]) -> tuple[list[Any], list[Any], list[Any]]:
    """Values, gradients and shares from one layer object a node."""
    values: list[Any] = [0.0] * len(plan.ids)
    gradients: list[Any] = [None] * len(plan.ids)
    shares: list[Any] = [None] * plan.edges[-1]
    layers: dict[int, Layer] = {}
    for (slot, _), leaf in zip(plan.leaves, leaves, strict=True):
        values[slot] = leaf
    for slot, make, inputs in plan.steps:
        layers[slot] = make()
        values[slot] = layers[slot].forward(*[values[source] for source in inputs])
    gradients[plan.output] = 1.0
    for slot, _, inputs in reversed(plan.steps):
        if gradients[slot] is None:
            continue
        for number, (source, share) in enumerate(zip(inputs, layers[slot].backward(gradients[slot]), strict=True)):
            if share is not None and source not in plan.silent:
                shares[plan.edges[slot] + number] = share
                gradients[source] = share if gradients[source] is None else gradients[source] + share
    return values, gradients, shares


def assert_same(found: Any, wanted: Any) -> None:
    assert len(found) == len(wanted)
    for ours, theirs in zip(found, wanted, strict=True):
        assert (ours is None) == (theirs is None)
        if ours is not None:
            np.testing.assert_array_max_ulp(np.asarray(ours), np.asarray(theirs), maxulp=1)


@pytest.mark.parametrize("seed", range(40))
def test_all_ways_to_run_agree(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouped, "_LEAST_SHARE", 0.0)
    monkeypatch.setattr(grouped, "_LEAST_GAIN", -math.inf)
    graph = wide(seed, extras=seed % 2 == 0)
    plan = plan_for(graph)
    leaves = leaf_values(plan, graph)
    wanted = by_layers(plan, leaves)
    groups = grouping(plan)
    assert groups is not None
    for found in (Run(plan, str), ColumnRun(plan, groups, str)):
        found.forward(leaves)
        found.backward(1.0)
        values, gradients, shares = found.results()
        assert_same(values, wanted[0])
        assert_same(gradients, wanted[1])
        by_slot = SharesBySlot(plan, gradients, shares)
        for slot, inputs in enumerate(plan.inputs):
            assert_same(by_slot[slot] or [None] * len(inputs), wanted[2][plan.edges[slot] :][: len(inputs)])


def test_most_of_a_wide_graph_is_grouped() -> None:
    plan = plan_for(wide(1, width=400))
    groups = grouping(plan)
    assert groups is not None
    assert len(groups.grouped) > len(plan.steps) / 2
    assert all(group.stop - group.start >= SMALLEST for stage in groups.stages for group in stage.groups)


def test_a_chain_is_not_grouped() -> None:
    nodes = [Node("n0", "input", value=0.5), *(Node(f"n{n}", "tanh", (f"n{n - 1}",)) for n in range(1, 200))]
    plan = plan_for(Graph(tuple(nodes)))
    assert grouping(plan) is None
    assert run(plan, [0.5]).value("n199") == run(plan, [0.5]).value("n199")


def test_the_second_run_gives_what_the_first_did() -> None:
    graph = wide(2, width=400)
    first, second = evaluate(graph), evaluate(graph)
    assert first.plan is second.plan
    assert_same(second.values, first.values)
    assert_same(second.gradients, first.gradients)
    for slot in range(len(first.plan.ids)):
        assert (first.shares[slot] is None) == (second.shares[slot] is None)
        assert_same(second.shares[slot] or (), first.shares[slot] or ())


def test_numbers_that_are_not_finite_are_noticed_in_columns() -> None:
    def graph(x: float) -> Graph:
        leaves = [Node(f"x{n}", "input", value=x if n == 7 else 1.0) for n in range(80)]
        rows = [Node(f"e{n}", "exp", (leaf.id,)) for n, leaf in enumerate(leaves)]
        return Graph((*leaves, *rows, Node("y", "stack", tuple(row.id for row in rows))))

    calm = evaluate(graph(2.0)), evaluate(graph(2.0))
    assert not calm[1].warnings
    wild = evaluate(graph(1000.0))
    assert [(warning.node, warning.code) for warning in wild.warnings[:1]] == [("e7", "overflow")]
    assert evaluate(graph(2.0)).value("e7") == calm[0].value("e7")


def test_a_watched_run_in_columns() -> None:
    graph = wide(3, width=400, extras=False)
    plan = plan_for(graph)
    leaves = leaf_values(plan, graph)
    plain = run(plan, leaves)
    slot = next(slot for slot, _ in plan.leaves if slot not in plan.silent)
    watched = run(plan, leaves, watched=[slot])
    assert watched.gradients[slot] == plain.gradients[slot]
    assert watched.layers[plan.steps[0].slot] is not None


def test_refusals_name_their_node_in_columns() -> None:
    nodes = wide(4).nodes
    with pytest.raises(GraphError, match="nobody"):
        evaluate(Graph((*nodes, Node("bad", "add", (nodes[0].id, "nobody"))), output="bad"))


@pytest.mark.parametrize("op", ELEMENTWISE, ids=lambda op: op.name)
def test_a_column_is_as_its_numbers_one_by_one(op: type[Elementwise]) -> None:
    random = Random(op.name)
    for sample in op.samples:
        layer = op(**sample.params)
        points = [[random.uniform(0.05, 0.95) for _ in op.inputs] for _ in range(30)]
        columns = [np.array(column).view(Lanes) for column in zip(*points, strict=True)]
        value = layer.value(*columns)
        assert np.broadcast_to(value, 30).tolist() == [layer.value(*point) for point in points]
        alone = [op(**sample.params) for _ in points]
        for one, point in zip(alone, points, strict=True):
            one.forward(*point)
        partials = layer.partials(*layer.kept_at(columns, value))
        for number, partial in enumerate(partials):
            wanted = [one.local()[number] for one in alone]
            assert np.broadcast_to(partial, 30).tolist() == wanted


@pytest.mark.parametrize("op", OPS, ids=lambda op: op.name)
def test_formulas_only_read_their_instance(op: type[Layer]) -> None:
    if op.is_leaf or not op.samples:
        return
    sample = op.samples[0]
    how = action(op, sample.params, is_scalar=True)
    if how.way is Way.LAYER:
        return
    layer: Any = how.value.__self__  # type: ignore[attr-defined]
    before = dict(vars(layer))
    value = how.value(*[0.5 for _ in op.inputs])
    if callable(how.partials):
        takes = {Way.ONE_OUTPUT: [value], Way.ONE_KEPT: [0.5, value]}.get(how.way, [0.5 for _ in op.inputs])
        how.partials(*takes)
    assert vars(layer) == before


@pytest.mark.parametrize("op", OPS, ids=lambda op: op.name)
def test_a_share_is_missing_at_labels_alone(op: type[Layer]) -> None:
    if op.is_leaf:
        return
    for sample in op.samples:
        layer = op(**{name: op.read_setting(name, value) for name, value in sample.params.items()})
        upstream = np.ones_like(layer.forward(*map(read_tensor, sample.inputs)))
        shares = layer.backward(as_value(upstream))
        assert [share is None for share in shares] == [op.is_label(number) for number in range(len(shares))]
