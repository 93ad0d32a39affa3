"""Activations and elementary functions where they are extreme: far out, at kinks, and beside `math`."""

from __future__ import annotations

import math

import numpy as np
import pytest

from app.core.elementary import erf
from app.core.elementwise import Elementwise
from app.core.evaluate import evaluate
from app.core.layer import REGISTRY
from app.core.notation import Name, latex, numpy_source, torch_source
from app.core.ops.gated import Gelu
from app.core.sweep import sweep
from app.formats.formula import parse_formula

FAR = ["elu", "selu", "silu", "gelu", "softsign", "hard_sigmoid", "hard_swish", "erf"]


def activation(name: str) -> type[Elementwise]:
    op = REGISTRY[name]
    assert issubclass(op, Elementwise)
    return op


def test_erf_is_maths_for_each_element() -> None:
    points = np.linspace(-7.0, 7.0, 1_001)
    np.testing.assert_array_equal(erf(points), [math.erf(x) for x in points])
    assert erf(points).dtype == np.float64
    assert type(erf(0.5)) is type(erf(np.float64(0.5))) is float
    assert erf(np.zeros((2, 0))).shape == (2, 0)
    np.testing.assert_array_equal(erf(np.array([np.inf, -np.inf, np.nan])), [1.0, -1.0, np.nan])


def test_erf_in_every_dialect() -> None:
    symbol = erf(Name("x") / 2.0)
    assert latex(symbol) == r"\operatorname{erf} \left(\frac{x}{2}\right)"
    assert numpy_source(symbol) == "np.vectorize(math.erf)(x / 2.0)"
    assert torch_source(symbol) == "torch.erf(x / 2.0)"


@pytest.mark.parametrize("name", FAR)
@pytest.mark.parametrize("x", [-1e150, -1000.0, -40.0, 40.0, 1000.0, 1e150])
def test_far_out_all_numbers_are_finite(name: str, x: float) -> None:
    run = evaluate(parse_formula(f"{name}(x)", {"x": x}))
    assert run.warnings == ()
    assert abs(float(run.gradient("x") or 0.0)) < 2.0


@pytest.mark.parametrize("name", FAR)
def test_a_sweep_gives_the_numbers_of_single_runs(name: str) -> None:
    graph = parse_formula(f"y = {name}(x)", {"x": 1.0})
    swept = sweep(graph, "x", -3.7, 3.1, 9)
    assert swept.gradient is not None
    for x, value, gradient in zip(swept.x, swept.value, swept.gradient, strict=True):
        run = evaluate(parse_formula(f"y = {name}(x)", {"x": float(x)}))
        assert (value, gradient) == pytest.approx((run.value("y"), run.gradient("x")), rel=1e-15)


def test_small_inputs_of_an_elu_keep_their_digits() -> None:
    assert evaluate(parse_formula("y = elu(x)", {"x": -1e-12})).value("y") == pytest.approx(-1e-12, rel=1e-11)


def test_gelu_and_its_approximation_differ_a_little() -> None:
    exact, near = Gelu(), Gelu(approximate=True)
    points = np.linspace(-5.0, 5.0, 101)
    apart = np.abs(exact.forward(points) - near.forward(points))
    assert 1e-4 < np.max(apart) < 1e-3


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("floor", [-3, -2, 0, 2, 2]), ("ceil", [-2, -1, 0, 3, 3]), ("round", [-2, -2, 0, 2, 3]),
        ("sign", [-1, -1, 0, 1, 1]),
    ],
)  # fmt: skip
def test_steps_of_numbers_and_arrays_alike(name: str, values: list[float]) -> None:
    points = [-2.5, -1.5, 0.0, 2.5, 2.7]
    layer = activation(name)()
    np.testing.assert_array_equal(layer.forward(np.array(points)), values)
    assert [layer.forward(x) for x in points] == values
    np.testing.assert_array_equal(layer.backward(np.ones(()))[0], 0.0)


def test_hard_activations_at_their_kinks() -> None:
    for name in ("hard_sigmoid", "hard_swish"):
        layer = activation(name)()
        layer.forward(np.array([-3.0, 3.0]))
        (slopes,) = layer.local()
        left, right = (0.0, 0.0) if name == "hard_sigmoid" else (0.0, 1.0)
        np.testing.assert_array_equal(slopes, [left, right])
