"""PyTorch's Jacobians as an outside judge of every product, and its second derivatives of what it depends on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.core.drill import drill
from app.core.graph import Graph, Node
from app.core.layer import Layer, Sample
from app.core.tensor import shape_of
from tests.core.test_contract import CASES, arrays, settings, weights
from tests.core.test_torch import REFERENCE

torch = pytest.importorskip("torch")


def graph_of(op: type[Layer], params: dict[str, Any], inputs: list[Any]) -> Graph:
    leaves = [Node(f"in{number}", "input", value=value) for number, value in enumerate(inputs)]
    return Graph((*leaves, Node("node_", op.name, tuple(leaf.id for leaf in leaves), params)))


def settings_of(sample: Sample) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in sample.params.items()}


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_products_are_the_jacobians(op: type[Layer], sample: Sample) -> None:
    inputs, params = arrays(sample), settings_of(sample)
    graph = graph_of(op, params, inputs)
    upstream = weights(shape_of(op(**settings(op, sample)).forward(*inputs)))
    for number in range(len(inputs)):
        if op.is_label(number):
            continue
        jacobian = _jacobian(op, settings(op, sample), inputs, number)
        for index in np.ndindex(shape_of(inputs[number])):
            result = drill(graph, "node_", number, index, upstream=upstream)
            column = jacobian[(..., *index)]
            assert {term.upstream_index for term in result.terms} == _nonzero(column)
            for term in result.terms:
                assert term.local == pytest.approx(column[term.upstream_index], rel=1e-9)
                assert term.upstream == np.asarray(upstream)[term.upstream_index]
                assert term.product == term.upstream * term.local
            assert result.value == pytest.approx(float(np.sum(upstream * column)), rel=1e-9, abs=1e-12)


def _jacobian(op: type[Layer], params: dict[str, Any], inputs: list[Any], number: int) -> Any:
    tensors = [torch.tensor(value, dtype=torch.float64) for value in inputs]

    def function(moved: Any) -> Any:
        return REFERENCE[op.name](*tensors[:number], moved, *tensors[number + 1 :], **params)

    return torch.autograd.functional.jacobian(function, tensors[number]).numpy()


SMOOTH: dict[str, list[tuple[int, ...]]] = {
    "mul": [(3, 2), (2,)], "div": [(3, 2), ()], "exp": [(2, 3)], "sigmoid": [(3,)], "square": [(2, 2)],
    "matmul": [(3, 4), (4, 2)], "affine": [(3, 4), (4, 2), (2,)], "softmax": [(3, 4)], "tanh": [(30, 30)],
    "sub": [(2, 2), (2,)], "mean": [(2, 3)], "transpose": [(2, 3)],
    "correlate2d": [(3, 4), (2, 2)], "conv2d": [(2, 3, 3), (2, 2, 2, 2), (2,)], "avg_pool2d": [(4, 4)],
    "batch_norm": [(4, 2), (2,), (2,)], "layer_norm": [(2, 3), (3,), (3,)],
}  # fmt: skip


@pytest.mark.parametrize("name", SMOOTH)
def test_what_a_local_depends_on_is_what_moves_it(name: str) -> None:
    from app.core.ops import find_op

    op = find_op(name, len(SMOOTH[name]))
    assert op is not None
    random = np.random.default_rng(5)
    inputs = [random.uniform(0.3, 2.0, shape) if shape else 1.3 for shape in SMOOTH[name]]
    graph = graph_of(op, {}, inputs)
    tensors = [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in inputs]
    value = REFERENCE[name](*tensors)
    for number, tensor in enumerate(tensors):
        last = tuple(length - 1 for length in tensor.shape)
        result = drill(graph, "node_", number, last)
        assert result.terms
        for term in result.terms:
            local = torch.autograd.grad(value[term.upstream_index], tensor, create_graph=True)[0][last]
            assert term.depends is not None
            assert {(d.input, d.index) for d in term.depends} == _movers(local, tensors)
            for item in term.depends:
                assert item.value == np.asarray(inputs[item.input])[item.index]
                assert item.equals == (name in {"mul", "matmul", "affine", "correlate2d", "conv2d"})


def _movers(local: Any, tensors: list[Any]) -> set[tuple[int, tuple[int, ...]]]:
    if not local.requires_grad:
        return set()
    seconds = torch.autograd.grad(local, tensors, allow_unused=True, retain_graph=True)
    return {
        (number, index)
        for number, second in enumerate(seconds)
        if second is not None
        for index in _nonzero(second.numpy())
    }


def _nonzero(array: Any) -> set[tuple[int, ...]]:
    return {index for index in np.ndindex(array.shape) if array[index]}
