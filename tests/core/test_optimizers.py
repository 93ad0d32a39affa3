"""Optimizers: held against PyTorch's, and their settings."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
import pytest

from app.core.errors import GraphError
from app.core.optimizers import OPTIMIZERS, Optimizer, make_optimizer
from app.core.tensor import Array, Value

STEPS = 20


def _moved(optimizer: Optimizer, start: Array, gradients: list[Array]) -> Array:
    value: Value = start
    moments: list[Value] = [np.zeros_like(start) for _ in optimizer.moments]
    for step, gradient in enumerate(gradients, 1):
        value, *moments = optimizer.move(value, gradient, moments, step)
    return np.asarray(value)


def _cases() -> list[tuple[str, dict[str, float], str, dict[str, Any]]]:
    return [
        ("sgd", {"rate": 0.3}, "SGD", {"lr": 0.3}),
        ("momentum", {"rate": 0.1, "momentum": 0.8}, "SGD", {"lr": 0.1, "momentum": 0.8}),
        ("adagrad", {"rate": 0.2}, "Adagrad", {"lr": 0.2}),
        ("adagrad", {"rate": 0.2, "epsilon": 1e-3}, "Adagrad", {"lr": 0.2, "eps": 1e-3}),
        ("rmsprop", {"rate": 0.05}, "RMSprop", {"lr": 0.05}),
        ("rmsprop", {"decay": 0.9, "epsilon": 0.1}, "RMSprop", {"alpha": 0.9, "eps": 0.1}),
        ("adam", {}, "Adam", {}),
        ("adam", {"rate": 0.1, "beta1": 0.5, "beta2": 0.6, "epsilon": 1e-2},
         "Adam", {"lr": 0.1, "betas": (0.5, 0.6), "eps": 1e-2}),
    ]  # fmt: skip


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch isn't installed")
@pytest.mark.parametrize(("name", "settings", "reference", "its"), _cases())
def test_twenty_steps_as_pytorch_takes_them(
    name: str, settings: dict[str, float], reference: str, its: dict[str, Any]
) -> None:
    import torch

    draw = np.random.default_rng(7)
    start = draw.normal(size=(4, 3))
    gradients = [draw.normal(size=(4, 3)) for _ in range(STEPS)]
    parameter = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    judge = getattr(torch.optim, reference)([parameter], **its)
    for gradient in gradients:
        parameter.grad = torch.tensor(gradient)
        judge.step()
    np.testing.assert_allclose(
        _moved(make_optimizer(name, settings), start, gradients), parameter.detach().numpy(), rtol=1e-12, atol=1e-12
    )


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch isn't installed")
def test_every_optimizer_is_held_against_pytorch() -> None:
    assert {case[0] for case in _cases()} == set(OPTIMIZERS)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_step_changes_nothing_that_it_was_handed(name: str) -> None:
    optimizer = make_optimizer(name, {})
    handed = [np.array([1.0, 2.0]), np.array([0.5, -1.0]), *[np.array([0.1, 0.2]) for _ in optimizer.moments]]
    before = [array.copy() for array in handed]
    optimizer.move(handed[0], handed[1], handed[2:], 3)
    assert all(map(np.array_equal, handed, before))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_number_moves_as_an_array_of_one_does(name: str) -> None:
    optimizer = make_optimizer(name, {"lr": 0.1})
    alone = optimizer.move(2.0, -0.5, [0.3] * len(optimizer.moments), 2)
    among = optimizer.move(np.array([2.0]), np.array([-0.5]), [np.array([0.3])] * len(optimizer.moments), 2)
    assert list(map(float, alone)) == [array.item() for array in map(np.asarray, among)]


@pytest.mark.parametrize("name", ["SGD", "AdaGrad", "RMSProp", "Adam", "Momentum"])
def test_names_in_any_case(name: str) -> None:
    assert make_optimizer(name, {}).name == name.lower()


@pytest.mark.parametrize("rate", ["rate", "lr", "learning_rate"])
def test_a_rate_by_any_of_its_names(rate: str) -> None:
    (value,) = make_optimizer("sgd", {rate: 0.5}).move(1.0, 1.0, (), 1)
    assert value == 0.5


@pytest.mark.parametrize(
    ("name", "settings", "code", "says"),
    [
        ("newton", {}, "unknown-optimizer", "sgd, momentum, adagrad, rmsprop, adam"),
        ("sgd", {"momentum": 0.9}, "unknown-setting", "rate"),
        ("sgd", {"rate": 0.1, "lr": 0.1}, "unknown-setting", "once"),
        ("sgd", {"rate": 0}, "bad-setting", "larger than 0"),
        ("sgd", {"rate": True}, "bad-setting", "number"),
        ("momentum", {"momentum": 1}, "bad-setting", "smaller than 1"),
        ("adam", {"beta2": -0.1}, "bad-setting", "at least 0"),
        ("adagrad", {"epsilon": 0}, "bad-setting", "larger than 0"),
    ],
)
def test_faults_say_what_would_do(name: str, settings: dict[str, float], code: str, says: str) -> None:
    with pytest.raises(GraphError) as caught:
        make_optimizer(name, settings)
    (fault,) = caught.value.faults
    assert (fault.code, fault.pointer) == (code, "/optimizer")
    assert says in fault.detail
