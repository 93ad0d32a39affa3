"""Sentences call a node by its label where it has one; fields and codes keep the id."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.core.derivation import derive
from app.core.diagnose import diagnose
from app.core.drill import drill
from app.core.errors import GraphError
from app.core.evaluate import evaluate
from app.core.gradcheck import check
from app.core.graph import Graph, Node
from app.core.sentences import listed, plural, short_label
from app.core.sweep import sweep
from app.core.tensor import read_tensor
from app.core.verify import verify

LABEL = "how many"
CALLED = "“how many”"


def leaf(name: str, value: object, *, op: str = "input", label: str | None = None) -> Node:
    return Node(name, op, value=read_tensor(value), label=label)


def refusal(error: pytest.ExceptionInfo[GraphError]) -> tuple[str | None, str]:
    (fault,) = error.value.faults
    return fault.node, fault.detail


def test_a_name_is_the_label_in_quotes_or_the_id() -> None:
    graph = Graph((leaf("x", 1.0), leaf("count", 2.0, label=" how\n many\u202e "), leaf("w", 1.0, label="  ")))
    assert [graph.name(node) for node in ("x", "count", "w", "gone")] == ["x", CALLED, "w", "gone"]
    assert short_label("a" * 60) == "a" * 40 + "…"


def test_lists_and_counts() -> None:
    assert listed(["a"]) == "a"
    assert listed(["a", "b"], most=2) == "a, b"
    assert listed(list("abcd"), most=2) == "a, b and 2 more"
    assert [plural(count, "input") for count in (0, 1, 2_000)] == ["0 inputs", "1 input", "2,000 inputs"]


def test_a_warning() -> None:
    graph = Graph((leaf("x", 0.0), Node("exp_2", "log", ("x",), label=LABEL)))
    first = evaluate(graph).warnings[0]
    assert first.node == "exp_2"
    assert first.detail.startswith(f"{CALLED} (log): its value is infinity")
    # A plan is kept by its structure, and labels are none of it.
    again = evaluate(replace(graph, nodes=(graph.nodes[0], replace(graph.nodes[1], label="new")))).warnings[0]
    assert again.detail.startswith("“new” (log): ")


def test_a_value_that_an_op_refuses() -> None:
    graph = Graph((leaf("x", [0.1, 0.2]), leaf("t", 7.0), Node("loss", "softmax_with_loss", ("x", "t"), label=LABEL)))
    with pytest.raises(GraphError) as error:
        evaluate(graph)
    node, detail = refusal(error)
    assert node == "loss"
    assert detail.startswith(f"{CALLED}: ")


def test_a_slip() -> None:
    graph = Graph((leaf("a", 3.0), leaf("count", 2.0, label=LABEL), Node("y", "mul", ("a", "count"), label="price")))
    slip = verify(graph, {"count": 2.0}).slips[0]
    assert (slip.node, slip.explains) == ("y", ("count",))
    assert slip.detail == f"“price” sent {CALLED} what belongs to its other input."


def test_a_derivation_of_tensors() -> None:
    graph = Graph((leaf("x", [1.0, 2.0], label=LABEL), Node("y", "sum", ("x",))))
    with pytest.raises(GraphError) as error:
        derive(graph, "x")
    assert refusal(error) == ("x", f"{CALLED} has shape (2,): a derivation by paths takes numbers only")


def test_notes_of_a_check() -> None:
    # The two sides agree, and backpropagation takes 0 at both corners.
    both = Graph(
        (
            leaf("x", 0.0),
            Node("r", "relu", ("x",), label=LABEL),
            Node("n", "neg", ("x",)),
            Node("s", "relu", ("n",)),
            Node("y", "sub", ("r", "s")),
        )
    )
    notes = check(both).leaves["x"].notes
    assert f"kink: {CALLED}, s stand exactly on their corners" in notes[0]
    stopped = Graph((leaf("x", 2.0), Node("h", "stop_gradient", ("x",), label=LABEL), Node("y", "mul", ("x", "h"))))
    assert any(f"stopped on purpose at {CALLED}:" in note for note in check(stopped).leaves["x"].notes)


def test_findings() -> None:
    graph = Graph(
        (
            leaf("w", -1.0, op="parameter", label="weight"),
            Node("r", "relu", ("w",), label=LABEL),
        )
    )
    details = {finding.code: finding.detail for finding in diagnose(graph).findings}
    assert details["dead-relu"].startswith(f"{CALLED} (ReLU) is off")
    assert details["zero-gradient"].startswith(f"“weight” gets exactly 0: the gradient ends at {CALLED},")
    chain = [leaf("x", 4.0, label="start")]
    for n in range(8):
        chain.append(Node(f"s{n}", "sigmoid", (chain[-1].id,)))
    chain[-1] = replace(chain[-1], label="end")
    (vanishing,) = [finding for finding in diagnose(Graph(tuple(chain))).findings if finding.code == "vanishing"]
    assert vanishing.node == "x"
    assert vanishing.detail.startswith("on the way from “end” to “start” the gradient shrinks")


def test_other_refusals() -> None:
    graph = Graph((leaf("x", 1.0, label="start"), Node("y", "exp", ("x",), label=LABEL)))
    with pytest.raises(GraphError) as error:
        sweep(graph, "y", 0.0, 1.0, 5)
    assert refusal(error) == ("y", f"{CALLED} is computed: only a leaf, which carries its value, can be moved")
    with pytest.raises(GraphError) as error:
        drill(graph, "x", 0, ())
    assert refusal(error) == ("x", "“start” is a leaf: it takes nothing and so sends nothing back")
    wrong = Graph((leaf("x", 1.0), Node("y", "mul", ("x",), label=LABEL)))
    with pytest.raises(GraphError) as error:
        evaluate(wrong)
    assert refusal(error) == ("y", f"{CALLED}: mul takes 2 inputs (x, y), and 1 is given")
