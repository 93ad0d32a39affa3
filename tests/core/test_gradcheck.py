"""The gradient check judges gradients, not its own steps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.errors import GraphError
from app.core.evaluate import evaluate
from app.core.gradcheck import check
from app.core.graph import Graph, Node
from app.core.tensor import Value
from app.core.validate import Limits
from tests.core.test_random_graphs import TAME


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


@pytest.mark.usefixtures("changed_ops")
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


def test_two_corners_whose_slopes_agree_are_a_kink_and_named() -> None:
    nodes = (Node("m", "neg", ("x",)), Node("r", "relu", ("x",)), Node("s", "relu", ("m",)))
    leaf = check(Graph((x(0.0), *nodes, Node("f", "sub", ("r", "s"))))).leaves["x"]
    assert (leaf.backprop, leaf.numerical, leaf.verdict) == (0.0, 1.0, "kink")
    assert leaf.notes[0].startswith("kink: r, s stand exactly on their corners")


@pytest.mark.usefixtures("changed_ops")
def test_a_wrong_gradient_fails_at_two_corners_too(monkeypatch: pytest.MonkeyPatch) -> None:
    from app.core.ops.activations import Relu

    monkeypatch.setattr(Relu, "partials", lambda self, x: (-1.0,))
    nodes = (Node("m", "neg", ("x",)), Node("r", "relu", ("x",)), Node("s", "relu", ("m",)))
    assert check(Graph((x(0.0), *nodes, Node("f", "sub", ("r", "s"))))).leaves["x"].verdict == "fail"


def test_one_element_of_a_tensor_on_a_corner() -> None:
    nodes = (Node("m", "neg", ("x",)), Node("r", "relu", ("x",)), Node("s", "relu", ("m",)))
    leaf = check(Graph((x(np.array([1.0, 0.0, -2.0])), *nodes, Node("f", "sub", ("r", "s"))))).leaves["x"]
    assert leaf.verdict == "kink"
    assert leaf.elements is not None
    np.testing.assert_allclose(leaf.elements, [0.0, 1.0, 0.0], atol=1e-9)


def test_many_elements_on_corners_are_sampled() -> None:
    nodes = (Node("m", "neg", ("x",)), Node("r", "relu", ("x",)), Node("s", "relu", ("m",)))
    leaf = check(Graph((x(np.zeros(250)), *nodes, Node("f", "sub", ("r", "s"))))).leaves["x"]
    assert leaf.verdict == "kink"
    assert leaf.notes[0].endswith("(166 of the 250 elements concerned weren't looked at for it)")


@pytest.mark.parametrize("large", [1e6, 1e8, 1e10, 1e12])
def test_cancellation_is_not_a_failure(large: float) -> None:
    nodes = (x(large, "c", "constant"), Node("a", "add", ("x", "c")), Node("f", "sub", ("a", "c")))
    leaf = check(Graph((x(0.3), *nodes))).leaves["x"]
    assert leaf.verdict == "pass"
    assert any(note.startswith("rounding alone") for note in leaf.notes) == (leaf.relative_error > 1e-5)  # type: ignore[operator]  # it is finite


@pytest.mark.usefixtures("changed_ops")
def test_a_wrong_gradient_fails_behind_cancellation(monkeypatch: pytest.MonkeyPatch) -> None:
    from app.core.ops.arithmetic import Sub

    monkeypatch.setattr(Sub, "partials", lambda self: (1.1, -1.0))
    nodes = (x(1e8, "c", "constant"), Node("a", "add", ("x", "c")), Node("f", "sub", ("a", "c")))
    assert check(Graph((x(0.3), *nodes))).leaves["x"].verdict == "fail"


def relu_squared(x_: float, plus: float) -> Graph:
    nodes = (Node("r", "relu", ("x",)), Node("q", "square", ("r",)), Node("f", "add", ("q", "c")))
    return Graph((x(x_), x(plus, "c", "constant"), *nodes))


@pytest.mark.parametrize("plus", [0.0, 0.5, 30.0])
def test_a_slope_that_tends_to_zero_passes(plus: float) -> None:
    assert check(relu_squared(0.0, plus)).leaves["x"].verdict == "pass"


@pytest.mark.usefixtures("changed_ops")
def test_a_wrong_gradient_fails_where_the_slope_tends_to_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    from app.core.ops.arithmetic import Square

    monkeypatch.setattr(Square, "partials", lambda self, x: (2.0 * x + 1e-3,))
    monkeypatch.setattr("app.core.ops.activations.Relu.partials", lambda self, x: (1.0,))
    assert check(relu_squared(0.0, 0.5)).leaves["x"].verdict == "fail"


def test_errors_of_the_elements_and_the_time_taken() -> None:
    graph = Graph((x(np.array([[1.0, 2.0], [3.0, 4.0]])), x(2.0, "k"), Node("f", "mul", ("x", "k"))))
    result = check(graph)
    tensor, number = result.leaves["x"], result.leaves["k"]
    assert tensor.elements is not None
    assert tensor.elements.shape == (2, 2)
    assert tensor.relative_error == tensor.elements.max() < 1e-8
    assert number.elements is None
    assert 0.0 < result.seconds.backprop < 10.0
    assert 0.0 < result.seconds.numerical < 10.0
    assert result.curve is None


def test_the_curve_is_a_v() -> None:
    graph = Graph((x(1.0), Node("f", "exp", ("x",))))
    curve = check(graph, curve=True).curve
    assert curve is not None
    assert [point.epsilon for point in curve] == [float(f"1e-{n}") for n in range(1, 14)]
    errors = [point.relative_error["x"] or 0.0 for point in curve]
    # Truncation is h²/6 of the derivative, and a decade is two decades of error; rounding is about 1e-16 / h.
    for n in range(3):
        assert errors[n] == pytest.approx(10.0 ** (-2 * (n + 1)) / 6, rel=0.01)
    assert min(errors) < 1e-9
    assert 4 <= errors.index(min(errors)) + 1 <= 7
    assert errors[-1] > 1e-5
    assert errors[-1] > 100 * errors[8]


def test_the_curve_of_a_tensor_is_its_worst_element() -> None:
    graph = Graph((x(np.array([0.5, 1.0, 2.0])), Node("f", "exp", ("x",)), Node("l", "sum", ("f",))))
    curve = check(graph, curve=True).curve
    assert curve is not None
    # The step is relative to the element of 2.
    assert curve[0].relative_error["x"] == pytest.approx(1 - 0.2 / np.sinh(0.2), rel=1e-6)


def test_the_curve_samples_elements_where_all_cost_too_much() -> None:
    graph = Graph((x(np.linspace(0.0, 1.0, 100)), Node("f", "exp", ("x",)), Node("l", "sum", ("f",))))
    needs = 2 * 100 * 2_301
    leaf = check(graph, curve=True, limits=Limits(work=needs + 10 * 26 * 2_301)).leaves["x"]
    assert leaf.notes == ("the curve follows 10 of the 100 elements, for its cost",)
    with pytest.raises(GraphError, match="operations to draw the curve"):
        check(graph, curve=True, limits=Limits(work=needs + 10))
    assert check(graph, limits=Limits(work=needs + 10)).leaves["x"].verdict == "pass"


def test_nothing_finite_has_no_error_on_the_curve() -> None:
    curve = check(Graph((x(0.0), Node("f", "log", ("x",)))), curve=True).curve
    assert curve is not None
    assert {point.relative_error["x"] for point in curve} == {None}


@st.composite
def kinked_graphs(draw: st.DrawFn) -> Graph:
    numbers = st.sampled_from([-1.0, 0.0, 0.0, 0.5, 1.0, 2.0, 1e4])
    nodes = [x(draw(numbers), f"x{n}") for n in range(3)]
    pool = [op for op in TAME if op.name not in {"log", "sqrt"}]
    for n in range(draw(st.integers(1, 9))):
        op = draw(st.sampled_from(pool))
        nodes.append(Node(f"n{n}", op.name, tuple(draw(st.sampled_from(nodes)).id for _ in op.inputs)))
    return Graph(tuple(nodes), output=nodes[-1].id)


@settings(max_examples=500, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(kinked_graphs())
def test_right_gradients_never_fail(graph: Graph) -> None:
    assert "fail" not in {leaf.verdict for leaf in check(graph).leaves.values()}


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
