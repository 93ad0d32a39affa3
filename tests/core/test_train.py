"""Training: steps, batches, metrics, and what ends it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.core.batches import ListedBatches, RowBatches
from app.core.errors import GraphError
from app.core.evaluate import evaluate
from app.core.graph import Graph, Node
from app.core.layer import Layer
from app.core.ops import OPS
from app.core.optimizers import OPTIMIZERS, make_optimizer
from app.core.tensor import Value
from app.core.train import Report, Reporting, Training

DRAW = np.random.default_rng(3)
X = DRAW.normal(size=(30, 4))
T = (X[:, 0] > 0).astype(float) + (X[:, 1] > 0)


def classifier(batch: int = 1) -> Graph:
    """A net of two layers with three classes."""
    draw = np.random.default_rng(1)
    return Graph(
        (
            Node("x", "input", value=X[:batch]),
            Node("t", "input", value=T[:batch]),
            Node("w1", "parameter", value=draw.normal(size=(4, 8))),
            Node("b1", "parameter", value=np.zeros(8)),
            Node("w2", "parameter", value=draw.normal(size=(8, 3))),
            Node("b2", "parameter", value=np.zeros(3)),
            Node("a1", "affine", ("x", "w1", "b1")),
            Node("h", "tanh", ("a1",)),
            Node("s", "affine", ("h", "w2", "b2")),
            Node("loss", "softmax_with_loss", ("s", "t")),
        )
    )


def line() -> Graph:
    """y = w·x + b on a single number, with half the squared error."""
    return Graph(
        (
            Node("x", "input", value=2.0),
            Node("t", "input", value=5.0),
            Node("w", "parameter", value=1.0),
            Node("b", "parameter", value=0.0),
            Node("wx", "mul", ("w", "x")),
            Node("y", "add", ("wx", "b")),
            Node("loss", "identity_with_loss", ("y", "t")),
        )
    )


def rows(size: int = 8, **options: Any) -> RowBatches:
    return RowBatches({"x": X, "t": T}, size, **options)


def test_one_step_of_gradient_descent_by_hand() -> None:
    # The error is −3: w ← 1 + 0.1·3·2, b ← 0 + 0.1·3.
    training = Training(line(), make_optimizer("sgd", {"rate": 0.1}))
    (report,) = training.run(1)
    assert (report.step, report.loss, report.metrics, report.gradients) == (1, 4.5, {}, None)
    assert training.graph["w"].value == pytest.approx(1.6, abs=1e-15)
    assert training.graph["b"].value == pytest.approx(0.3, abs=1e-15)
    assert training.graph["x"].value == 2.0


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_parameters_move_by_the_gradients_of_an_evaluation(name: str) -> None:
    graph, optimizer = classifier(12), make_optimizer(name, {"rate": 0.05})
    training = Training(graph, optimizer)
    moments: dict[str, tuple[Value, ...]] = {
        node: tuple(np.zeros_like(graph[node].value) for _ in optimizer.moments) for node in training.parameters
    }
    for step in range(1, 6):
        run = evaluate(graph)
        values: dict[str, Value] = {}
        for node in training.parameters:
            gradient, value = run.gradient(node), graph[node].value
            assert gradient is not None
            assert value is not None
            values[node], *after = optimizer.move(value, gradient, moments[node], step)
            moments[node] = tuple(after)
        (report,) = training.run(1)
        assert report.loss == run.value("loss")
        graph = graph.with_values(values)
        for node in training.parameters:
            np.testing.assert_array_equal(training.graph[node].value, values[node])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_run_laid_aside_goes_on_bit_for_bit(name: str) -> None:
    optimizer = make_optimizer(name, {"rate": 0.02})
    whole = Training(classifier(), optimizer, rows())
    losses = [report.loss for report in whole.run(50)]
    first = Training(classifier(), optimizer, rows())
    before = [report.loss for report in first.run(23)]
    second = Training(first.graph, optimizer, rows(), progress=first.progress)
    reports = list(second.run(27))
    assert [report.step for report in reports] == list(range(24, 51))
    assert [*before, *(report.loss for report in reports)] == losses
    for node in whole.parameters:
        np.testing.assert_array_equal(second.graph[node].value, whole.graph[node].value)
        for one, other in zip(second.progress.moments[node], whole.progress.moments[node], strict=True):
            np.testing.assert_array_equal(one, other)


def test_an_epoch_takes_every_row_once_and_the_next_another_order() -> None:
    batches = RowBatches({"x": np.arange(10.0)}, 4, seed=5)
    epochs = [[batches.at(3 * epoch + step)["x"] for step in (1, 2, 3)] for epoch in (0, 1)]
    assert [len(batch) for batch in epochs[0]] == [4, 4, 2]  # type: ignore[arg-type]  # they are arrays
    orders = [np.concatenate(epoch).tolist() for epoch in epochs]
    assert sorted(orders[0]) == sorted(orders[1]) == list(range(10))
    assert orders[0] != orders[1]
    # A step's rows follow from its number and the seed, whichever step was asked for before.
    np.testing.assert_array_equal(RowBatches({"x": np.arange(10.0)}, 4, seed=5).at(5)["x"], epochs[1][1])
    assert RowBatches({"x": np.arange(10.0)}, 4, shuffle=False).at(4)["x"].tolist() == [0, 1, 2, 3]  # type: ignore[union-attr]


def test_listed_batches_come_in_turn_and_again() -> None:
    batches = ListedBatches([{"x": 1.0, "t": 0.0}, {"x": 3.0}])
    training = Training(line(), make_optimizer("sgd", {"rate": 1e-12}), batches)
    losses = [report.loss for report in training.run(4)]
    assert losses == pytest.approx([0.5, 2.0, 0.5, 2.0], abs=1e-9)


def test_gradients_flow_only_where_they_lead_to_a_parameter() -> None:
    (report,) = Training(classifier(), make_optimizer("sgd", {})).run(1, Reporting(gradients=True))
    run = evaluate(classifier())
    assert report.gradients is not None
    assert set(report.gradients) == {"w1", "b1", "a1", "h", "w2", "b2", "s", "loss"}
    for node, length in report.gradients.items():
        assert length == pytest.approx(np.linalg.norm(np.ravel(run.gradient(node))), rel=1e-12)  # type: ignore[arg-type]


def test_accuracy_on_the_batch_and_on_test_data() -> None:
    test = {"x": X[20:], "t": T[20:]}
    batches = RowBatches({"x": X[:20], "t": T[:20]}, 20, test=test)
    training = Training(classifier(), make_optimizer("adam", {"rate": 0.05}), batches)
    reports = list(training.run(100, Reporting(test_every=40)))
    assert [r.step for r in reports if "test_accuracy" in r.metrics] == [40, 80, 100]
    scores = evaluate(training.graph.with_values(test), output="s").value("s")
    found = float(np.mean(np.argmax(scores, axis=1) == T[20:]))
    assert reports[-1].metrics["test_accuracy"] == found
    assert reports[-1].metrics["accuracy"] == 1.0
    assert reports[0].metrics["accuracy"] < 0.8


def test_one_hot_targets_are_judged_too() -> None:
    graph = classifier().with_values({"x": X, "t": np.eye(3)[T.astype(int)]})
    (hot,) = Training(graph, make_optimizer("sgd", {})).run(1)
    (numbered,) = Training(classifier(30), make_optimizer("sgd", {})).run(1)
    assert hot.metrics == numbered.metrics


def test_scores_that_the_loss_does_not_tell_are_named() -> None:
    nodes = classifier(30).nodes[:-1]
    square = (Node("s2", "square", ("s",)), Node("loss", "mean", ("s2",)))
    graph = Graph((*nodes, *square), output="loss")
    sgd = make_optimizer("sgd", {})
    (unjudged,) = Training(graph, sgd).run(1)
    assert unjudged.metrics == {}
    (judged,) = Training(graph, sgd, scores="s", targets="t").run(1)
    (known,) = Training(classifier(30), sgd).run(1)
    assert judged.metrics == known.metrics
    for wrong in (
        {"scores": "s"},
        {"targets": "t"},
        {"scores": "s", "targets": "w1"},
        {"scores": "no", "targets": "t"},
    ):
        with pytest.raises(GraphError):
            Training(graph, sgd, **wrong)  # type: ignore[arg-type]


def test_which_steps_are_reported() -> None:
    training = Training(line(), make_optimizer("sgd", {"rate": 0.01}))
    assert [r.step for r in training.run(25, Reporting(every=10))] == [1, 10, 20, 25]
    reports = list(training.run(4))
    assert [r.step for r in reports] == [26, 27, 28, 29]
    assert all(r.elapsed >= 0 and r.remaining >= 0 for r in reports)
    assert reports[-1].remaining == 0


def test_a_loss_that_explodes_ends_it_with_advice() -> None:
    training = Training(line(), make_optimizer("sgd", {"rate": 1e100}))
    reports: list[Report] = list(training.run(100))
    assert training.stopped is not None
    assert training.stopped.code == "not-finite"
    assert f"step {reports[-1].step}" in training.stopped.detail
    assert "smaller rate" in training.stopped.detail
    assert training.step == reports[-1].step - 1
    kept = training.graph
    assert all(np.isfinite(np.asarray(kept[node].value)).all() for node in training.parameters)


def test_a_parameter_that_would_leave_the_numbers_stays() -> None:
    graph = line().with_values({"x": 1e200, "w": 0.0})
    training = Training(graph, make_optimizer("rmsprop", {}))
    list(training.run(5))
    assert training.stopped is not None
    assert training.stopped.code == "not-finite"
    assert training.graph["w"].value == 0.0


def test_an_overflow_that_does_not_reach_the_loss_goes_on() -> None:
    # 1 / (1 + e¹⁰⁰⁰) is 0 by way of an infinity.
    nodes = (
        Node("w", "parameter", value=-1000.0),
        Node("s", "sigmoid", ("w",)),
        Node("loss", "square", ("s",)),
    )
    training = Training(Graph(nodes), make_optimizer("sgd", {}))
    assert len(list(training.run(3))) == 3
    assert training.stopped is None


def test_a_deadline_ends_it_and_can_be_gone_on_from() -> None:
    training = Training(line(), make_optimizer("sgd", {}))
    reports = list(training.run(10, seconds=0.0))
    assert [r.step for r in reports] == [1]
    assert training.stopped is not None
    assert training.stopped.code == "deadline"
    assert [r.step for r in training.run(2)] == [2, 3]
    assert training.stopped is None


def test_a_fault_in_a_later_batch_ends_it_there() -> None:
    batches = ListedBatches([{"t": np.array([1.0])}, {"t": np.array([7.0])}])
    training = Training(classifier(), make_optimizer("sgd", {}), batches)
    assert [r.step for r in training.run(5)] == [1]
    assert training.stopped is not None
    assert training.stopped.code == "bad-value"
    assert "step 2" in training.stopped.detail
    with pytest.raises(GraphError, match="0 to 2"):
        list(training.run(5))


@pytest.mark.parametrize(
    ("graph", "code", "says"),
    [
        (Graph((Node("x", "input", value=1.0), Node("y", "square", ("x",)))), "no-parameter", "Turn an input into"),
        (
            Graph((Node("w", "parameter", value=np.ones(3)), Node("y", "square", ("w",), label="mine"))),
            "not-scalar",
            "“mine” has shape (3,)",
        ),
        (
            Graph(
                (Node("x", "input", value=1.0), Node("w", "parameter", value=1.0), Node("y", "square", ("x",))),
                output="y",
            ),
            "no-parameter",
            "no parameter leads to y",
        ),
    ],
)
def test_graphs_that_can_not_be_trained(graph: Graph, code: str, says: str) -> None:
    with pytest.raises(GraphError) as caught:
        Training(graph, make_optimizer("sgd", {}))
    (fault,) = caught.value.faults
    assert fault.code == code
    assert says in fault.detail


@pytest.mark.parametrize(
    ("batch", "code", "pointer"),
    [
        ({"nobody": 1.0}, "unknown-node", "/batches/1/nobody"),
        ({"w": 1.0}, "not-a-data-leaf", "/batches/1/w"),
        ({"y": 1.0}, "not-a-data-leaf", "/batches/1/y"),
        ({"x": np.ones((2, 3))}, "shape-mismatch", "/nodes/6/inputs"),
    ],
)
def test_batches_are_checked_before_the_first_step(batch: dict[str, Any], code: str, pointer: str) -> None:
    with pytest.raises(GraphError) as caught:
        Training(line(), make_optimizer("sgd", {}), ListedBatches([{"x": 1.0}, batch]))
    assert [(fault.code, fault.pointer) for fault in caught.value.faults] == [(code, pointer)]


def test_a_state_of_another_graph_or_optimizer_is_refused() -> None:
    momentum = make_optimizer("momentum", {})
    other = Training(line(), momentum)
    list(other.run(1))
    for graph, optimizer in ((classifier(), momentum), (line(), make_optimizer("adam", {}))):
        with pytest.raises(GraphError, match="the state isn't one of"):
            Training(graph, optimizer, progress=other.progress)


def test_work_is_budgeted_before_the_first_step() -> None:
    training = Training(classifier(), make_optimizer("sgd", {}), rows())
    training.afford(10, 10 * training.work)
    with pytest.raises(GraphError, match="operations in 11 steps"):
        training.afford(11, 10 * training.work)


def test_the_documents_seed_does_not_turn_training_round() -> None:
    graph = Graph(line().nodes, output="loss", upstream=-1.0)
    losses = [r.loss for r in Training(graph, make_optimizer("sgd", {"rate": 0.05})).run(5)]
    assert losses == sorted(losses, reverse=True)


def test_a_list_holds_no_more_kinds_of_batches_than_there_may_be_plans() -> None:
    sizes = [{"x": np.ones(size), "t": np.ones(size)} for size in range(1, 102)]
    Training(line(), make_optimizer("sgd", {}), ListedBatches(sizes[:100]))
    with pytest.raises(GraphError, match="101 kinds of batches"):
        Training(line(), make_optimizer("sgd", {}), ListedBatches(sizes))


@pytest.mark.parametrize("op", [op for op in OPS if op.scores], ids=lambda op: op.name)
def test_a_loss_of_classes_tells_scores_from_its_one_target(op: type[Layer]) -> None:
    assert op.scores in op.inputs
    assert op.scores not in op.labels
    assert len(op.labels) == 1


def test_what_parameters_start_from_is_said_of_inputs() -> None:
    assert all(set(op.starts) <= set(op.inputs) for op in OPS)
