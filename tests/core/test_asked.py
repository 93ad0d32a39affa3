"""Shares that nobody asks for: they may be left out, and no other changes by it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.core.asked import leading_nowhere, unasked_inputs
from app.core.evaluate import evaluate
from app.core.graph import Graph, Node
from app.core.layer import Layer, Sample
from app.core.ops import OPS
from app.core.optimizers import OPTIMIZERS, make_optimizer
from app.core.plan import plan_for
from app.core.tensor import shape_of
from app.core.train import Training
from tests.core.test_contract import CASES, arrays, settings, weights

SEVERAL = [
    pytest.param(op, sample, number, id=f"{op.name}-{place}-{number}")
    for op in OPS
    for place, sample in enumerate(op.samples)
    for number in range(len(sample.inputs))
]


def shares(op: type[Layer], sample: Sample, unasked: frozenset[int]) -> tuple[Any, ...]:
    layer = op(**settings(op, sample))
    upstream = weights(shape_of(layer.forward(*arrays(sample))))
    layer.unasked = unasked
    return layer.backward(upstream)


@pytest.mark.parametrize(("op", "sample", "number"), SEVERAL)
def test_the_other_shares_stay_as_they_are(op: type[Layer], sample: Sample, number: int) -> None:
    every = shares(op, sample, frozenset())
    for unasked in (frozenset({number}), frozenset(range(len(every))) - {number}):
        for place, (ours, known) in enumerate(zip(shares(op, sample, unasked), every, strict=True)):
            if place not in unasked or ours is not None:
                assert type(ours) is type(known)
                np.testing.assert_array_equal(np.asarray(ours), np.asarray(known))


MULTIPLYING = [
    "matmul",
    "affine",
    "einsum",
    "correlate1d",
    "correlate2d",
    "conv1d",
    "conv2d",
    "correlate_transpose2d",
    "conv_transpose2d",
    "attention",
    "rnn_cell",
    "batch_norm",
    "layer_norm",
    "batch_norm_inference",
    "mul",
]


@pytest.mark.parametrize(("op", "sample"), [case for case in CASES if case.values[0].name in MULTIPLYING])  # type: ignore[union-attr]  # an op, as CASES shows
def test_what_costs_much_is_left_out(op: type[Layer], sample: Sample) -> None:
    if all(np.ndim(x) == 0 for x in sample.inputs):
        return
    for number in range(len(sample.inputs)):
        assert shares(op, sample, frozenset({number}))[number] is None


def network(data: str) -> Graph:
    random = np.random.default_rng(0)
    return Graph(
        (
            Node("x", data, value=random.normal(size=(4, 3))),
            Node("w", "parameter", value=random.normal(size=(3, 2))),
            Node("b", "parameter", value=random.normal(size=2)),
            Node("c", "constant", value=2.0),
            Node("scaled", "mul", ("x", "c")),
            Node("a", "affine", ("scaled", "w", "b")),
            Node("rest", "exp", ("scaled",)),
            Node("both", "concat", ("a", "rest"), {"axis": 1}),
            Node("out", "sum", ("both",)),
        )
    )


def by_name(graph: Graph, asked: list[str] | None) -> dict[str, frozenset[int]]:
    plan = plan_for(graph)
    slots = None if asked is None else [plan.ids.index(node) for node in asked]
    return {plan.ids[slot]: numbers for slot, numbers in unasked_inputs(plan, slots).items()}


def test_constants_are_not_asked_for() -> None:
    assert by_name(network("input"), None) == {"scaled": {1}}
    assert by_name(network("constant"), None) == {"scaled": {0, 1}}


def test_only_what_leads_to_a_parameter_is_asked_for() -> None:
    graph = network("input")
    assert by_name(graph, ["w", "b"]) == {"scaled": {0, 1}, "a": {0}, "rest": {0}, "both": {1}}
    assert by_name(graph, ["x"]) == {"scaled": {1}, "a": {1, 2}}
    plan = plan_for(graph)
    nowhere = {plan.ids[slot] for slot in leading_nowhere(plan, [plan.ids.index("w")])}
    assert nowhere == {"x", "b", "c", "scaled", "rest"}


def test_a_run_leaves_out_what_a_constant_would_be_sent() -> None:
    fixed, free = evaluate(network("constant")), evaluate(network("input"))
    assert fixed.gradient("x") is None
    for node in ("w", "b", "a", "out"):
        np.testing.assert_array_equal(np.asarray(fixed.gradient(node)), np.asarray(free.gradient(node)))
    layer = fixed.layers[fixed.plan.ids.index("scaled")]
    assert layer is not None
    assert layer.unasked == {0, 1}


def test_training_multiplies_for_parameters_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[frozenset[int]] = []
    (affine,) = [op for op in OPS if op.name == "affine"]
    backward = affine.backward

    def spied(layer: Layer, upstream: Any) -> tuple[Any, ...]:
        told.append(layer.unasked)
        return backward(layer, upstream)

    monkeypatch.setattr(affine, "backward", spied)
    training = Training(network("input"), make_optimizer(next(iter(OPTIMIZERS)), {}))
    assert len(list(training.run(2))) == 2
    assert told == [{0}, {0}]
