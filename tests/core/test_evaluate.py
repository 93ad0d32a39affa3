from __future__ import annotations

import numpy as np
import pytest

from app.core.errors import GraphError
from app.core.evaluate import evaluate
from app.core.gradcheck import check
from app.core.graph import Graph, Group, Node
from app.core.tensor import Value
from app.core.trace import BackwardStep, ForwardStep, trace
from app.core.validate import Limits, validate


def faults(graph: Graph, **kwargs: object) -> dict[str, str]:
    with pytest.raises(GraphError) as caught:
        validate(graph, **kwargs)  # type: ignore[arg-type]  # each test hands over what it names
    found: dict[str, str] = {}
    for fault in caught.value.faults:
        found[fault.code] = "; ".join(filter(None, [found.get(fault.code), fault.detail]))
    return found


def x(name: str = "x", value: float = 1.0) -> Node:
    return Node(name, "input", value=value)


def test_a_chain_of_100_000_nodes() -> None:
    count = 100_000
    chain = [Node(f"n{n}", "neg", (f"n{n - 1}" if n else "x",)) for n in range(count)]
    run = evaluate(Graph((x(), *reversed(chain))))
    assert (run.value(f"n{count - 1}"), run.gradient("x")) == (1.0, 1.0)


def test_fan_out_sums_its_shares() -> None:
    run = evaluate(Graph((x(value=3.0), Node("p", "mul", ("x", "x")), Node("f", "add", ("p", "x")))))
    assert run.value("f") == 12.0
    assert run.gradient("x") == 7.0
    assert list(run.shares) == [None, (3.0, 3.0), (1.0, 1.0)]


def test_constants_labels_and_bystanders_get_no_gradient() -> None:
    leaves = (x(), Node("c", "constant", value=2.0), x("bystander"))
    run = evaluate(Graph((*leaves, Node("f", "mul", ("x", "c"))), output="f"))
    assert [run.gradient(node) for node in ("x", "c", "bystander")] == [2.0, None, None]
    scores = Node("s", "input", value=np.array([0.3, 2.9, 4.0]))
    run = evaluate(Graph((scores, x("t", 2.0), Node("f", "softmax_with_loss", ("s", "t")))))
    assert run.gradient("t") is None


@pytest.mark.parametrize(
    ("value", "op", "code"),
    [
        (1000.0, "exp", "overflow"),
        (0.0, "log", "divide-by-zero"),
        (-1.0, "log", "invalid"),
        (1e300, "square", "overflow"),
    ],
)
def test_where_a_number_is_lost_is_said(value: float, op: str, code: str) -> None:
    run = evaluate(Graph((x(value=value), Node("a", op, ("x",)), Node("b", "neg", ("a",)))))
    forward = [w for w in run.warnings if w.phase == "forward"]
    assert [(w.node, w.code) for w in forward] == [("a", code)]


def test_an_overflow_that_the_output_hides() -> None:
    big = (x(value=1e200), Node("a", "mul", ("x", "x")), Node("b", "reciprocal", ("a",)))
    run = evaluate(Graph(big))
    assert run.value("b") == 0.0
    assert run.warnings[0].node == "a"


def test_sigmoid_whole_and_in_pieces_at_minus_1000() -> None:
    assert evaluate(Graph((x(value=-1000.0), Node("y", "sigmoid", ("x",))))).gradient("x") == 0.0
    pieces = (
        x(value=-1000.0), Node("n", "neg", ("x",)), Node("e", "exp", ("n",)), Node("c", "constant", value=1.0),
        Node("a", "add", ("e", "c")), Node("y", "reciprocal", ("a",)),
    )  # fmt: skip
    run = evaluate(Graph(pieces))
    assert run.value("y") == 0.0
    assert np.isnan(run.gradient("x"))  # type: ignore[arg-type]  # a gradient flows here
    assert run.warnings[0].node == "e"


def test_upstream_scales_and_must_fit() -> None:
    graph = Graph((Node("x", "input", value=np.array([1.0, -2.0])), Node("y", "relu", ("x",))))
    run = evaluate(graph, upstream=np.array([3.0, 4.0]))
    np.testing.assert_array_equal(run.gradient("x"), [3.0, 0.0])
    with pytest.raises(GraphError, match=r"shape scalar, the output \(2,\)"):
        evaluate(graph, upstream=1.0)


def seeded(upstream: Value | None, output: str | None = None) -> Graph:
    row = Node("x", "input", value=np.array([1.0, 2.0, 3.0]))
    return Graph((row, Node("y", "square", ("x",)), Node("z", "sin", ("y",))), output=output, upstream=upstream)


def test_the_seed_of_the_graph_against_torch() -> None:
    torch = pytest.importorskip("torch")
    seed = np.array([0.5, -2.0, 3.0])
    theirs = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64, requires_grad=True)
    torch.sin(theirs**2).backward(torch.tensor(seed))
    np.testing.assert_allclose(evaluate(seeded(seed)).gradient("x"), theirs.grad.numpy(), rtol=1e-14)  # type: ignore[arg-type]  # a gradient flows here


def test_a_seed_that_is_given_stands_in_for_the_graphs_own() -> None:
    graph = seeded(np.array([1.0, 0.0, 0.0]))
    np.testing.assert_array_equal(evaluate(graph, upstream=np.array([0.0, 7.0, 0.0])).gradient("z"), [0.0, 7.0, 0.0])
    # Where the graph's own wouldn't fit, that says nothing about the one given.
    np.testing.assert_array_equal(evaluate(seeded(1.0), upstream=np.ones(3)).gradient("z"), np.ones(3))


def test_the_seed_is_for_the_graphs_own_output_alone() -> None:
    seed = np.array([1.0, 0.0, 0.0])
    for graph in (seeded(seed), seeded(seed, "z")):
        np.testing.assert_array_equal(evaluate(graph, output="z").gradient("z"), seed)
        np.testing.assert_array_equal(evaluate(graph, output="y").gradient("y"), np.ones(3))
    np.testing.assert_array_equal(evaluate(seeded(seed, "y"), output="y").gradient("y"), seed)


@pytest.mark.usefixtures("changed_ops")
def test_a_seed_that_does_not_fit_is_told_before_anything_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    from app.core.ops.arithmetic import Square

    def never(*_: object) -> None:
        raise AssertionError("the graph has run")

    monkeypatch.setattr(Square, "value", never)
    with pytest.raises(GraphError, match=r"shape \(2,\), the output \(3,\)") as error:
        evaluate(seeded(np.ones(2)))
    assert error.value.faults[0].pointer == "/graph/upstream"
    with pytest.raises(GraphError) as error:
        evaluate(seeded(None), upstream=np.ones(2))
    assert error.value.faults[0].pointer == "/upstream"


def test_a_seed_counts_in_the_budget() -> None:
    with pytest.raises(GraphError, match="12 elements in all"):
        evaluate(seeded(np.ones(3)), limits=Limits(live=11))
    evaluate(seeded(None), limits=Limits(live=11))


def test_class_targets_are_whole_numbers() -> None:
    scores = Node("s", "input", value=np.array([0.3, 2.9, 4.0]))
    with pytest.raises(GraphError, match="f: class targets are whole numbers from 0 to 2"):
        evaluate(Graph((scores, x("t", 2.5), Node("f", "softmax_with_loss", ("s", "t")))))


def test_trace() -> None:
    graph = Graph((x("a", 100.0), x("b", 2.0), x("c", 1.1), Node("s", "mul", ("a", "b")), Node("t", "mul", ("s", "c"))))
    steps = list(trace(evaluate(graph)))
    assert [(type(s), s.node) for s in steps[:2]] == [(ForwardStep, "s"), (ForwardStep, "t")]
    assert steps[0].latex == r"100 \times 2 = 200"
    first = steps[2]
    assert isinstance(first, BackwardStep)
    assert (first.node, first.input, first.upstream, first.local, first.gradient) == ("t", 0, 1.0, 1.1, 1.1)


def test_all_faults_at_once() -> None:
    graph = Graph(
        (
            Node("a", "add", ("b", "k")), Node("b", "mul", ("a", "a", "q")), Node("k", "nonsense"), Node("k", "input"),
            Node("m", "matmul", ("u", "v")), Node("u", "input", value=np.ones((2, 3))),
            Node("v", "input", value=np.ones((2, 3))), Node("s", "sum", ("u",), {"axis": "no", "depth": 1}),
        ),
        groups=(Group("g", "", ("nobody",)),),
    )  # fmt: skip
    found = faults(graph)
    assert set(found) == {
        "cycle", "unknown-node", "wrong-arity", "unknown-op", "duplicate-id", "missing-value", "shape-mismatch",
        "bad-setting", "unknown-setting",
    }  # fmt: skip
    assert found["cycle"].startswith("a → b → a")
    assert "(2, 3) and (2, 3)" in found["shape-mismatch"]


def test_no_single_output() -> None:
    assert "name one of them" in faults(Graph((x("a"), x("b"))))["no-single-output"]
    assert "empty" in faults(Graph(()))["no-single-output"]


def test_budgets_are_judged_before_anything_is_allocated() -> None:
    wide = Node("w", "one_hot", ("x",), {"classes": 10**12})
    assert "limit is 1,000,000" in faults(Graph((x(), wide)))["budget-exceeded"]
    assert "2 nodes" in faults(Graph((x(), x("y"))), limits=Limits(nodes=1))["budget-exceeded"]


def test_check_names_kinks_and_plain_points() -> None:
    graph = Graph((x(value=0.0), x("y", 0.5), Node("r", "relu", ("x",)), Node("f", "add", ("r", "y"))))
    result = check(graph)
    assert {name: leaf.verdict for name, leaf in result.leaves.items()} == {"x": "kink", "y": "pass"}
    assert result.leaves["x"].numerical == pytest.approx(0.5)


def test_check_of_tensors_and_chosen_leaves() -> None:
    values = {"x": np.ones((2, 3)), "w": np.full((3, 2), 0.3), "b": np.array([0.1, 0.2])}
    leaves = [Node(name, "parameter", value=value) for name, value in values.items()]
    graph = Graph((*leaves, Node("y", "affine", ("x", "w", "b")), Node("f", "tanh", ("y",))))
    result = check(graph, wrt=["w", "b"])
    assert list(result.leaves) == ["w", "b"]
    assert all(leaf.verdict == "pass" for leaf in result.leaves.values())
    with pytest.raises(GraphError, match="y is not a leaf"):
        check(graph, wrt=["y"])


@pytest.mark.usefixtures("changed_ops")
def test_check_finds_a_wrong_gradient(monkeypatch: pytest.MonkeyPatch) -> None:
    from app.core.ops.functions import Sin

    monkeypatch.setattr(Sin, "partials", lambda self, x: (0.5,))
    assert check(Graph((x(), Node("f", "sin", ("x",))))).leaves["x"].verdict == "fail"
