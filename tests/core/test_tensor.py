from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.core.elementary import indicator, where
from app.core.evaluate import evaluate
from app.core.graph import Graph, Node
from app.core.tensor import all_finite, unbroadcast

HUGE = np.full((3, 4), 1e300)


@pytest.mark.parametrize(
    "value",
    [0.0, np.float64(-1e308), np.zeros(3), HUGE, -HUGE.T, HUGE[::2, ::-1], np.broadcast_to(1e200, (5, 2)), np.empty(0)],
)
def test_finite_however_large(value: Any) -> None:
    assert all_finite(value)


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
@pytest.mark.parametrize("beside", [0.0, 1e-300, 1e300, np.inf])
def test_one_number_that_is_not_finite(bad: float, beside: float) -> None:
    array = np.full((3, 4), beside)
    array[1, 2] = bad
    for view in (array, array.T, array[:, 2:]):
        assert not all_finite(view)
    assert not all_finite(bad)


def test_what_is_finite_by_a_hair_gives_no_warning_and_what_is_not_does() -> None:
    def product(x: float) -> Graph:
        leaves = (Node("x", "input", value=np.full((2, 2), x)), Node("w", "input", value=np.full((2, 2), 1e153)))
        return Graph((*leaves, Node("y", "matmul", ("x", "w"))))

    assert not evaluate(product(8e154)).warnings
    (warning,) = evaluate(product(1e155)).warnings
    assert (warning.node, warning.code, warning.phase) == ("y", "overflow", "forward")


@pytest.mark.parametrize(
    "condition", [True, False, np.bool_(True), np.array([True, False]), np.array([[True], [False]])]
)
def test_an_indicator_is_a_choice_between_one_and_zero(condition: Any) -> None:
    ours, chosen = indicator(condition), where(condition, 1.0, 0.0)
    assert type(ours) is type(chosen)
    np.testing.assert_array_equal(ours, chosen)
    assert np.asarray(ours).dtype == np.float64


@pytest.mark.parametrize("shape", [(), (3,), (1, 3), (2, 1), (4, 1, 1), (4, 2, 3)])
def test_copies_are_summed(shape: tuple[int, ...]) -> None:
    gradient = np.arange(24.0).reshape(4, 2, 3)
    copied = np.broadcast_to(np.arange(float(np.prod(shape, dtype=int))).reshape(shape), gradient.shape)
    places = np.unique(copied)
    sums = np.array([gradient[copied == place].sum() for place in places]).reshape(shape)
    np.testing.assert_array_equal(unbroadcast(gradient, shape), sums)


def test_a_gradient_smaller_than_its_input_counts_for_every_copy() -> None:
    np.testing.assert_array_equal(unbroadcast(np.array([[1.0, 2.0]]), (3, 1)), [[3.0], [3.0], [3.0]])
    np.testing.assert_array_equal(unbroadcast(np.array([1.0, 2.0]), (3, 2)), [[1.0, 2.0]] * 3)
