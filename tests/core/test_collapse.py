"""Closing a group never changes a number that was right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from app.core.errors import GraphError
from app.core.expand import collapse
from app.core.graph import Graph, Group
from app.formats.formula import parse_formula

SIGMOID = "1 / (1 + exp(-x))"


def closed(source: str, at: float) -> list[str]:
    graph = parse_formula(source, {"x": at, "w": np.array([0.2, -0.3])})
    boxed: Graph = replace(graph, groups=(Group("g", "", tuple(node.id for node in graph.nodes)),))
    return [node.op for node in collapse(boxed, "g").nodes]


@pytest.mark.parametrize(
    ("source", "op"),
    [
        (SIGMOID, "sigmoid"), ("exp(x) / (1 + exp(x))", "sigmoid"), ("log(1 + exp(x))", "softplus"),
        ("x * sigmoid(x)", "silu"), ("x / (1 + exp(-x))", "silu"), ("x / (1 + abs(x))", "softsign"),
        ("x * (1 + erf(x / 2 ^ 0.5)) / 2", "gelu"), ("x * hard_sigmoid(x)", "hard_swish"),
        ("(exp(2*x) - 1) / (exp(2*x) + 1)", "tanh"), ("2 / (1 + exp(-2*x)) - 1", "tanh"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("at", [1.0, -1000.0, 30.0])
def test_pieces_close_wherever_they_stand(source: str, op: str, at: float) -> None:
    assert closed(source, at) == ["input", op]


@pytest.mark.parametrize(
    "source",
    [
        f"{SIGMOID} + relu(x - 20)",
        f"maximum({SIGMOID}, 1e-13)",
        f"{SIGMOID} + 1e-3 * relu(-x - 200)",
        f"{SIGMOID} * 1.0001",
    ],
)
@pytest.mark.parametrize("at", [1.0, 30.0])
def test_what_differs_far_away_stays_open(source: str, at: float) -> None:
    with pytest.raises(GraphError, match="no op equals this group"):
        closed(source, at)
