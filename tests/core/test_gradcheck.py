"""The gradient check judges gradients, not its own steps."""

from __future__ import annotations

import numpy as np
import pytest

from app.core.evaluate import evaluate
from app.core.gradcheck import check
from app.core.graph import Graph, Node
from app.core.tensor import Value


def x(value: Value, name: str = "x", op: str = "input") -> Node:
    return Node(name, op, value=value)


@pytest.mark.parametrize(
    ("op", "at"),
    [("log", 0.001), ("relu", 5e-6), ("relu", 1e-9), ("sqrt", 1e-9), ("log", 1e-300), ("tan", 1.57)],
)
def test_a_right_gradient_passes_where_the_step_is_too_coarse(op: str, at: float) -> None:
    leaf = check(Graph((x(at), Node("f", op, ("x",))))).leaves["x"]
    assert leaf.verdict == "pass"
    assert any("finer step" in note for note in leaf.notes)


@pytest.mark.parametrize("op", ["abs", "relu"])
def test_a_kink_is_a_kink(op: str) -> None:
    leaf = check(Graph((x(0.0), Node("f", op, ("x",))))).leaves["x"]
    assert leaf.verdict == "kink"
    assert any("kink" in note for note in leaf.notes)


def test_a_wrong_gradient_fails_at_a_kink_too(monkeypatch: pytest.MonkeyPatch) -> None:
    from app.core.ops.activations import Relu

    monkeypatch.setattr(Relu, "partials", lambda self, x: (3.0,))
    assert check(Graph((x(0.0), Node("f", "relu", ("x",))))).leaves["x"].verdict == "fail"


@pytest.mark.parametrize("op", ["log", "sqrt"])
def test_no_relative_error_of_what_is_not_finite(op: str) -> None:
    leaf = check(Graph((x(0.0), Node("f", op, ("x",))))).leaves["x"]
    assert (leaf.verdict, leaf.relative_error) == ("non-finite", None)


def test_what_a_stopped_gradient_holds_is_held_in_the_differences_too() -> None:
    graph = Graph((x(3.0), Node("s", "stop_gradient", ("x",)), Node("f", "mul", ("x", "s"))))
    leaf = check(graph).leaves["x"]
    assert leaf.verdict == "pass"
    assert leaf.numerical == pytest.approx(3.0)
    assert leaf.notes == ("a gradient is stopped on purpose at s: what flows in there was held still",)


def test_a_class_number_that_is_also_a_summand() -> None:
    nodes = (Node("l", "softmax_with_loss", ("x", "t")), Node("o", "add", ("l", "t")))
    result = check(Graph((x(np.array([1.0, 2.0, 3.0])), x(2.0, "t"), *nodes)))
    assert {name: leaf.verdict for name, leaf in result.leaves.items()} == {"x": "pass", "t": "pass"}
    assert "at l" in result.leaves["t"].notes[0]


def test_a_constant_is_called_one() -> None:
    graph = Graph((x(1.0), x(2.0, "c", "constant"), Node("f", "mul", ("x", "c"))))
    leaf = check(graph, wrt=["c"]).leaves["c"]
    assert (leaf.verdict, leaf.notes) == ("no-gradient", ("it is a constant, which asks for no gradient",))


def test_an_overflow_in_summing_shares_is_said() -> None:
    uses = (Node("p", "mul", ("x", "k")), Node("q", "mul", ("x", "k")), Node("o", "add", ("p", "q")))
    run = evaluate(Graph((x(0.5), x(1e308, "k"), *uses)))
    assert run.gradient("x") == np.inf
    assert [(w.node, w.code, w.phase) for w in run.warnings] == [("x", "overflow", "backward")]


@pytest.mark.parametrize(("base", "exponent", "gradient"), [(0.0, 0.0, 0.0), (0.0, 2.0, 0.0), (0.0, -1.0, -np.inf)])
def test_the_exponents_gradient_at_base_zero_is_pytorchs(base: float, exponent: float, gradient: float) -> None:
    run = evaluate(Graph((x(base), x(exponent, "y"), Node("f", "pow", ("x", "y")))))
    assert run.gradient("y") == gradient


def test_a_seed_is_held_against_the_differences_too() -> None:
    rows, seed = np.array([[0.3, -1.2], [2.0, 0.5]]), np.array([[2.0, -1.0], [0.0, 3.0]])
    result = check(Graph((x(rows), Node("f", "tanh", ("x",))), upstream=seed)).leaves["x"]
    assert result.verdict == "pass"
    np.testing.assert_allclose(result.numerical, seed / np.cosh(rows) ** 2, rtol=1e-8)  # type: ignore[arg-type]  # flows


def test_a_seed_of_zero_takes_an_element_out_even_where_it_overflows() -> None:
    graph = Graph((x(np.array([800.0, 1.0])), Node("f", "exp", ("x",))), upstream=np.array([0.0, 1.0]))
    assert check(graph).leaves["x"].numerical == pytest.approx([0.0, np.e])


def test_a_scalar_seed_scales_both_gradients() -> None:
    leaf = check(Graph((x(3.0), Node("f", "square", ("x",))), upstream=-2.5)).leaves["x"]
    assert (leaf.verdict, leaf.backprop) == ("pass", -15.0)
    assert leaf.numerical == pytest.approx(-15.0)
