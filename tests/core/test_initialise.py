"""What parameters start from."""

from __future__ import annotations

import importlib.util
import math

import numpy as np
import pytest

from app.core.errors import GraphError
from app.core.graph import Graph, Node
from app.core.initialise import fans, initialise, spread
from app.core.ops import find_op
from app.core.tensor import Shape


def net(rows: int = 300, columns: int = 200) -> Graph:
    return Graph(
        (
            Node("x", "input", value=np.ones((1, rows))),
            Node("w", "parameter", value=np.ones((rows, columns))),
            Node("b", "parameter", value=np.ones(columns)),
            Node("y", "affine", ("x", "w", "b")),
            Node("k", "parameter", value=2.0),
            Node("out", "mul", ("y", "k")),
        )
    )


@pytest.mark.parametrize(
    ("method", "std", "expected"),
    [
        ("normal", None, 0.01),
        ("normal", 0.5, 0.5),
        ("xavier", None, math.sqrt(2 / 500)),
        ("he", None, math.sqrt(2 / 300)),
    ],
)
def test_weights_are_drawn_and_biases_are_zero(method: str, std: float | None, expected: float) -> None:
    graph = initialise(net(), method, 7, std)
    weights = np.asarray(graph["w"].value)
    assert weights.std() == pytest.approx(expected, rel=0.02)
    assert abs(weights.mean()) < 5 * expected / math.sqrt(weights.size)
    assert not np.asarray(graph["b"].value).any()
    assert isinstance(graph["k"].value, float)
    assert graph["k"].value not in (0.0, 2.0)
    np.testing.assert_array_equal(graph["x"].value, np.ones((1, 300)))


def test_a_seed_gives_the_same_weights_again() -> None:
    first, again, other = (np.asarray(initialise(net(), "he", seed)["w"].value) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="PyTorch isn't installed")
@pytest.mark.parametrize("shape", [(16, 3, 5, 5), (8, 4, 3)])
def test_fans_of_kernels_as_pytorch_counts_them(shape: Shape) -> None:
    import torch

    count = torch.nn.init._calculate_fan_in_and_fan_out
    assert fans(shape) == count(torch.empty(shape))
    # A matrix of X · W lies across PyTorch's.
    assert fans((7, 3)) == count(torch.empty(3, 7))


def test_spreads_by_hand() -> None:
    assert spread((6, 3, 3, 3), "he") == math.sqrt(2 / 27)
    assert spread((6, 3, 3, 3), "xavier") == math.sqrt(2 / (27 + 54))


def test_an_op_may_say_what_its_parameter_starts_from(monkeypatch: pytest.MonkeyPatch) -> None:
    affine = find_op("affine", 3)
    assert affine is not None
    monkeypatch.setattr(affine, "starts", {"b": 1.0})
    assert np.all(np.asarray(initialise(net(), "he")["b"].value) == 1.0)


def test_an_unknown_method_names_those_there_are() -> None:
    with pytest.raises(GraphError, match="normal, xavier, he"):
        initialise(net(), "zeros")
