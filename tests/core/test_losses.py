"""Losses beside each other, where a class has probability 0, and what they refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.core.errors import GraphError
from app.core.evaluate import evaluate
from app.formats.formula import parse_formula

SCORES = np.array([[0.3, 2.9, 4.0], [1.0, -1.0, 0.5]])
CLASSES = np.array([2.0, 0.0])


def value(formula: str, **inputs: Any) -> Any:
    run = evaluate(parse_formula(formula, inputs))
    assert run.warnings == ()
    return run.values[run.plan.output]


def test_three_ways_to_the_same_loss() -> None:
    whole = value("softmax_with_loss(x, t)", x=SCORES, t=CLASSES)
    assert value("cross_entropy(softmax(x), t)", x=SCORES, t=CLASSES) == pytest.approx(whole, rel=1e-14)
    assert value("nll_loss(log_softmax(x), t)", x=SCORES, t=CLASSES) == pytest.approx(whole, rel=1e-14)
    assert value("mean(logsumexp(x, axis=1) - [4, 1])", x=SCORES) == pytest.approx(whole, rel=1e-14)


def test_a_squared_error_is_averaged_over_samples_or_over_elements() -> None:
    x, t = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), np.zeros((2, 3))
    assert value("mse(x, t)", x=x, t=t) == 91 / 6
    assert value("identity_with_loss(x, t)", x=x, t=t) == 91 / 4
    assert value("l1(x, t)", x=x, t=t) == 21 / 6
    assert value("l1(x, x)", x=x) == 0.0


def test_a_class_that_was_not_meant_may_have_probability_0() -> None:
    run = evaluate(parse_formula("cross_entropy(p, t)", {"p": np.array([0.0, 0.25, 0.75]), "t": 1.0}))
    assert run.warnings == ()
    np.testing.assert_array_equal(run.gradient("p"), [0.0, -4.0, 0.0])


def test_a_class_that_was_meant_may_not() -> None:
    run = evaluate(parse_formula("f = cross_entropy(p, t)", {"p": np.array([0.0, 1.0]), "t": 0.0}))
    assert run.value("f") == np.inf
    assert [(warning.node, warning.code, warning.phase) for warning in run.warnings] == [
        ("f", "divide-by-zero", "forward"),
        ("f", "divide-by-zero", "backward"),
    ]


def test_scores_that_would_overflow() -> None:
    large = np.array([1000.0, 2000.0, 3.0])
    np.testing.assert_array_equal(value("log_softmax(x)", x=large), [-1000.0, 0.0, -1997.0])
    assert value("logsumexp(x)", x=large) == 2000.0
    assert value("logsumexp(-x)", x=large) == -3.0


@pytest.mark.parametrize(
    ("formula", "x", "t", "said"),
    [
        ("cross_entropy(x, t)", (2, 3), (2,), None), ("cross_entropy(x, t)", (2, 3), (3,), r"\(3,\).*\(2, 3\)"),
        ("nll_loss(x, t)", (2, 3), (2, 2), r"\(2, 2\).*log-probabilities.*\(2, 3\)"),
        ("nll_loss(x, t)", (2, 3, 4), (2, 3), r"\(2, 3\).*\(2, 3, 4\)"), ("mse(x, t)", (3,), (), r"scalar.*\(3,\)"),
        ("mse(x, t)", (2, 1), (2,), r"\(2,\).*\(2, 1\)"), ("l1(x, t)", (2,), (3,), r"\(3,\).*\(2,\)"),
    ],
)  # fmt: skip
def test_shapes_that_fit_and_those_that_do_not(
    formula: str, x: tuple[int, ...], t: tuple[int, ...], said: str | None
) -> None:
    graph = parse_formula(formula, {"x": np.full(x, 0.5), "t": np.zeros(t) if t else 0.0})
    if said is None:
        assert evaluate(graph).warnings == ()
        return
    with pytest.raises(GraphError, match=said):
        evaluate(graph)


def test_a_class_that_there_is_not() -> None:
    with pytest.raises(GraphError, match="whole numbers from 0 to 2"):
        evaluate(parse_formula("cross_entropy(p, t)", {"p": np.full(3, 0.3), "t": 3.0}))
