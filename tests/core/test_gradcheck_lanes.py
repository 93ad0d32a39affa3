"""Checks in many lanes at once say what a plain loop over the elements says, and what outside oracles say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.core import bundle
from app.core.bundle import Elements
from app.core.directional import check_directions
from app.core.errors import GraphError
from app.core.evaluate import evaluate
from app.core.gradcheck import Checking, check
from app.core.graph import Graph, Node
from app.core.ops import find_op
from app.core.ops.linalg import Matmul
from app.core.tensor import Array, Value
from app.core.validate import Limits
from app.settings import Settings

RANDOM = np.random.default_rng(3)


def x(value: Value, name: str = "x", op: str = "input") -> Node:
    return Node(name, op, value=value)


def net(batch: int, inputs: int = 784, hidden: int = 50, classes: int = 10) -> Graph:
    random = np.random.default_rng(batch)
    return Graph(
        (
            x(np.maximum(random.normal(size=(batch, inputs)), 0.0), op="constant"),
            x(random.integers(0, classes, batch).astype(float), "t", "constant"),
            x(random.normal(size=(inputs, hidden)) / inputs**0.5, "w1", "parameter"),
            x(random.normal(size=hidden), "b1", "parameter"),
            x(random.normal(size=(hidden, classes)) / hidden**0.5, "w2", "parameter"),
            x(np.zeros(classes), "b2", "parameter"),
            Node("z", "affine", ("x", "w1", "b1")),
            Node("h", "relu", ("z",)),
            Node("s", "affine", ("h", "w2", "b2")),
            Node("l", "softmax_with_loss", ("s", "t")),
        ),
        output="l",
    )


def meeting_ways() -> Graph:
    """Regions that meet: rows of one factor, columns of the other, and what is broadcast beside them."""
    nodes = (
        x(RANDOM.normal(size=(4, 3)), "a"),
        x(RANDOM.normal(size=(3, 5)), "w"),
        x(RANDOM.normal(size=(5,)), "b"),
        x(RANDOM.normal(size=()).item(), "k"),
        Node("p", "matmul", ("a", "w")),
        Node("q", "add", ("p", "b")),
        Node("c", "sum", ("w",), {"axis": 0}),
        Node("m", "mul", ("q", "c")),
        Node("r", "reshape", ("m",), {"shape": (5, 4)}),
        Node("u", "matmul", ("r", "a")),
        Node("v", "mul", ("u", "k")),
        Node("t", "tanh", ("v",)),
        Node("n", "layer_norm", ("t", "g", "d")),
        x(RANDOM.normal(size=(3,)), "g"),
        x(RANDOM.normal(size=(3,)), "d"),
        Node("o", "matmul", ("w", "b")),
        Node("y", "add", ("n", "o")),
        Node("z", "square", ("y",)),
        Node("s", "mean", ("z",)),
    )
    return Graph(nodes, output="s")


def plain_differences(graph: Graph, leaf: str, step: float = 1e-5) -> Array:
    """The central difference of each element, two evaluations each."""
    value = np.asarray(graph[leaf].value, dtype=float)
    slopes = np.empty(value.size)
    for element in range(value.size):
        ends = []
        for way in (step, -step):
            moved = value.copy()
            moved.flat[element] += way * max(1.0, abs(value.flat[element]))
            run = evaluate(graph.with_values({leaf: moved if moved.ndim else float(moved)}))
            ends.append(float(np.sum(run.values[run.plan.output])))
        slopes[element] = (ends[0] - ends[1]) / (2 * step * max(1.0, abs(value.flat[element])))
    return slopes.reshape(value.shape)


def convolution() -> Graph:
    nodes = (
        x(RANDOM.normal(size=(2, 1, 5, 5)), "i"),
        x(RANDOM.normal(size=(3, 1, 2, 2)), "k"),
        x(RANDOM.normal(size=3), "b"),
        x(RANDOM.normal(size=(12, 4)) / 4, "w"),
        x(np.array([1.0, 3.0]), "t", "constant"),
        Node("c", "conv2d", ("i", "k", "b")),
        Node("e", "tanh", ("c",)),
        Node("m", "max_pool2d", ("e",)),
        Node("f", "reshape", ("m",), {"shape": (2, 12)}),
        Node("s", "matmul", ("f", "w")),
        Node("l", "softmax_with_loss", ("s", "t")),
    )
    return Graph(nodes, output="l")


GRAPHS = {"net": net(3, 6, 5, 4), "meeting ways": meeting_ways(), "convolution": convolution()}


@pytest.mark.parametrize("name", GRAPHS)
def test_every_slope_is_the_plain_central_difference(name: str) -> None:
    graph = GRAPHS[name]
    for leaf, found in check(graph).leaves.items():
        assert found.verdict == "pass"
        slopes = plain_differences(graph, leaf)
        np.testing.assert_allclose(found.numerical, slopes, rtol=1e-6, atol=1e-9)  # type: ignore[arg-type]  # flows


@pytest.mark.parametrize("setting", ["_TOGETHER", "_HELD", "_MOST_LANES"])
def test_chunks_of_any_size_say_the_same(setting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = meeting_ways()
    whole = check(graph)
    monkeypatch.setattr(bundle, setting, 1)
    parts = check(graph)
    for name, leaf in whole.leaves.items():
        np.testing.assert_allclose(parts.leaves[name].numerical, leaf.numerical, rtol=1e-7, atol=1e-10)  # type: ignore[arg-type]


def test_weights_are_taken_column_by_column_and_inputs_row_by_row() -> None:
    nodes = (Node("p", "matmul", ("a", "w")), Node("q", "tanh", ("p",)), Node("s", "sum", ("q",)))
    graph = Graph((x(RANDOM.normal(size=(4, 3)), "a"), x(RANDOM.normal(size=(3, 5)), "w"), *nodes), output="s")
    a, w = Checking(graph)._bundles
    assert isinstance(a, Elements)
    assert isinstance(w, Elements)
    assert a.elements[:4].tolist() == [0, 1, 2, 3]
    assert w.elements[:4].tolist() == [0, 5, 10, 1]


def complex_step(graph: Graph, leaf: str) -> Array:
    """∂(the loss)/∂(each element of a leaf of ``net``) from the imaginary part: no difference, so nothing cancels."""
    values = {node.id: node.value for node in graph.nodes if node.value is not None}
    value = np.asarray(values[leaf])
    slopes = np.empty(value.size)
    for element in range(value.size):
        moved = value.astype(complex)
        moved.flat[element] += 1e-20j
        v: dict[str, Any] = {**values, leaf: moved}
        z = v["x"] @ v["w1"] + v["b1"]
        s = np.where(z.real > 0, z, 0.0) @ v["w2"] + v["b2"]
        rows = np.arange(len(v["t"])), v["t"].astype(int)
        loss = np.mean(np.log(np.exp(s).sum(axis=1)) - s[rows])
        slopes[element] = loss.imag / 1e-20
    return slopes.reshape(value.shape)


def test_the_complex_step_is_the_reference() -> None:
    graph = net(3, 6, 5, 4)
    for leaf, found in check(graph).leaves.items():
        exact = complex_step(graph, leaf)
        np.testing.assert_allclose(found.backprop, exact, rtol=1e-12, atol=1e-15)  # type: ignore[arg-type]  # flows
        np.testing.assert_allclose(found.numerical, exact, rtol=1e-6, atol=1e-9)  # type: ignore[arg-type]


ANALYTIC = [
    "add",
    "sub",
    "mul",
    "div",
    "neg",
    "pow",
    "square",
    "reciprocal",
    "exp",
    "log",
    "sqrt",
    "sin",
    "cos",
    "tan",
    "tanh",
]


@pytest.mark.parametrize("name", ANALYTIC)
def test_partials_are_the_complex_step_of_the_value(name: str) -> None:
    points = np.linspace(0.3, 1.4, 7)
    op = find_op(name, 1) or find_op(name, 2)
    assert op is not None
    inputs = [points, points[::-1] + 0.1][: len(op.inputs)]
    layer: Any = op()
    layer.forward(*inputs)
    for place, local in enumerate(layer.local()):
        moved = [value + 1e-20j if n == place else value for n, value in enumerate(inputs)]
        exact = layer.value(*moved).imag / 1e-20
        np.testing.assert_allclose(np.broadcast_to(local, points.shape), exact, rtol=1e-14)


def test_pytorch_says_the_same_of_the_net() -> None:
    torch = pytest.importorskip("torch")
    graph = net(4, 20, 7, 5)
    tensors = {
        node.id: torch.tensor(node.value, dtype=torch.float64, requires_grad=node.op == "parameter")
        for node in graph.nodes
        if node.value is not None
    }
    hidden = torch.relu(tensors["x"] @ tensors["w1"] + tensors["b1"])
    scores = hidden @ tensors["w2"] + tensors["b2"]
    torch.nn.functional.cross_entropy(scores, tensors["t"].long()).backward()
    result = check(graph)
    for name, leaf in result.leaves.items():
        np.testing.assert_allclose(leaf.numerical, tensors[name].grad.numpy(), rtol=1e-5, atol=1e-9)  # type: ignore[arg-type]


def test_one_wrong_element_among_many_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = Matmul.backward

    def wrong(self: Matmul, upstream: Value) -> tuple[Value | None, ...]:
        dx, dw = right(self, upstream)
        dw[17, 3] *= 1.001  # type: ignore[index]  # a matrix
        return dx, dw

    nodes = (Node("p", "matmul", ("a", "w")), Node("q", "tanh", ("p",)), Node("s", "sum", ("q",)))
    weights = x(RANDOM.normal(size=(40, 9)) / 6, "w", "parameter")
    graph = Graph((x(RANDOM.normal(size=(5, 40)), "a", "constant"), weights, *nodes), output="s")
    assert check(graph).leaves["w"].verdict == "pass"
    assert {direction.verdict for direction in check_directions(graph).directions} == {"pass"}
    monkeypatch.setattr(Matmul, "backward", wrong)
    leaf = check(graph).leaves["w"]
    assert leaf.verdict == "fail"
    assert leaf.elements is not None
    assert np.argwhere(leaf.elements > 1e-5).tolist() == [[17, 3]]
    assert "fail" in {direction.verdict for direction in check_directions(graph).directions}


def test_a_whole_net_fits_the_budget_of_the_service() -> None:
    result = check(net(10), limits=Settings().limits())
    assert {leaf.verdict for leaf in result.leaves.values()} <= {"pass", "kink"}
    assert sum(np.asarray(leaf.numerical).size for leaf in result.leaves.values()) == 39_760


def test_every_node_of_a_graph_is_checked() -> None:
    graph = meeting_ways()
    result = check(graph, nodes=True)
    assert result.nodes.keys() == {node.id for node in graph.nodes if node.value is None}
    assert {leaf.verdict for leaf in (*result.leaves.values(), *result.nodes.values())} == {"pass"}
    run = evaluate(graph)
    for name, found in result.nodes.items():
        # A node that is given its value stands where the computed one stood.
        cut = Graph(tuple(x(run.value(name), name) if n.id == name else n for n in graph.nodes), output=graph.output)
        np.testing.assert_allclose(found.numerical, plain_differences(cut, name), rtol=1e-6, atol=1e-9)  # type: ignore[arg-type]


def test_numbers_that_follow_from_each_other_are_moved_by_themselves() -> None:
    nodes = (
        Node("b", "sin", ("a",)),
        Node("c", "mul", ("b", "a")),
        Node("d", "relu", ("c",)),
        Node("e", "sub", ("c", "c")),
    )
    graph = Graph((x(0.7, "a"), *nodes, Node("f", "relu", ("e",)), Node("y", "add", ("d", "f"))), output="y")
    result = check(graph, nodes=True)
    assert {name: leaf.verdict for name, leaf in result.nodes.items()} == {
        "b": "pass", "c": "pass", "d": "pass", "e": "kink", "f": "pass", "y": "pass"
    }  # fmt: skip
    assert result.nodes["b"].numerical == pytest.approx(0.7)
    assert result.nodes["c"].numerical == pytest.approx(1.0)


def test_nodes_are_named_only_where_nodes_are_asked_for() -> None:
    graph = Graph((x(2.0), Node("y", "square", ("x",))))
    assert set(check(graph, nodes=True, wrt=["y"]).nodes) == {"y"}
    with pytest.raises(GraphError, match="y is not a leaf of the graph"):
        check(graph, wrt=["y"])
    with pytest.raises(GraphError, match="z is not a node of the graph"):
        check(graph, nodes=True, wrt=["z"])


def test_many_near_kinks_are_settled_side_by_side() -> None:
    near = np.linspace(-3e-6, 3e-6, 400)
    graph = Graph((x(near), Node("r", "relu", ("x",)), Node("s", "sum", ("r",))))
    leaf = check(graph).leaves["x"]
    assert leaf.verdict == "pass"
    np.testing.assert_array_equal(np.round(leaf.numerical, 6), near > 0)  # type: ignore[arg-type]  # it flows


def test_progress_counts_the_elements() -> None:
    checking = Checking(net(2, 30, 8, 4))
    told = [checking.done for _ in checking.run()]
    assert told[-1] == checking.size == 30 * 8 + 8 + 8 * 4 + 4
    assert told == sorted(set(told))


def test_directions_at_a_kink_where_nothing_is_finite_and_where_nothing_flows() -> None:
    two = (Node("m", "neg", ("x",)), Node("r", "relu", ("x",)), Node("s", "relu", ("m",)))
    corner = check_directions(Graph((x(0.0), *two, Node("f", "sub", ("r", "s")))))
    assert {direction.verdict for direction in corner.directions} == {"kink"}
    assert corner.directions[0].notes[0].startswith("kink: r, s stand exactly on their corners")
    broken = check_directions(Graph((x(0.0), Node("f", "log", ("x",)))))
    assert [direction.verdict for direction in broken.directions] == ["non-finite"] * 4
    nothing = check_directions(Graph((x(0.0), Node("f", "stop_gradient", ("x",)))))
    assert (nothing.directions, nothing.elements) == ((), 0)


def test_directions_have_a_budget() -> None:
    with pytest.raises(GraphError, match="operations to check directions"):
        check_directions(net(2, 30, 8, 4), limits=Limits(work=10_000))


def test_directions_are_products_with_the_gradient() -> None:
    graph = Graph((x(np.array([3.0, -4.0])), Node("f", "square", ("x",)), Node("s", "sum", ("f",))))
    for direction in check_directions(graph).directions:
        # Each element moves by its own size, up or down, and 2 · 3 · 3 ± 2 · 4 · 4 is shared out over √2.
        assert abs(direction.backprop) * 2**0.5 == pytest.approx(50.0) or abs(
            direction.backprop
        ) * 2**0.5 == pytest.approx(14.0)
        assert direction.numerical == pytest.approx(direction.backprop, rel=1e-8)
