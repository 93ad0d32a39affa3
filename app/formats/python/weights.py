"""PyTorch's layers that make their own weights."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from app.core.layer import Layer
from app.core.ops import find_spelling
from app.core.ops.leaves import Parameter
from app.core.tensor import Array, size_of
from app.formats.python.call import Call, Meaning
from app.formats.python.reading import Reading
from app.formats.python.values import Held, LayerObject, Leaf, Linear

_STATISTICS: Final = ("running_mean", "running_var", "weight", "bias")
_NAMES: Final = ("stride", "padding", "dilation", "groups")


def _linear(read: Reading, call: Call) -> Held:
    takes = read.whole(call.place, call.get(0, "in_features"))
    gives = read.whole(call.place, call.get(1, "out_features"))
    has_bias = read.plain(call.place, call.get(2, "bias", True))
    shape = read.shape(call.place, [gives, takes])
    bound = 1.0 / math.sqrt(takes)
    weight = Leaf(read.draws.uniform(-bound, bound, shape, foreign=True), Parameter)
    bias = Leaf(read.draws.uniform(-bound, bound, (gives,), foreign=True), Parameter) if has_bias else None
    return Linear(weight, bias)


def _convolution(axes: int) -> Meaning:
    """PyTorch's convolution layer over so many axes, where there is an op of that kind."""

    def meaning(read: Reading, call: Call) -> Held:
        op = find_spelling(f"torch.nn.functional.conv{axes}d", 3 if call.named.get("bias", True) else 2)
        if op is None:
            raise read.fault(call.place, "there is no op that convolves", "unknown-op")
        takes, gives = (
            read.whole(call.place, call.get(0, "in_channels")),
            read.whole(call.place, call.get(1, "out_channels")),
        )
        sizes = read.plain(call.place, call.get(2, "kernel_size"))
        kernel = sizes if isinstance(sizes, tuple) else (sizes,) * axes
        groups = read.whole(call.place, call.named.get("groups", 1)) or 1
        shape = read.shape(call.place, [gives, takes // groups, *kernel])
        bound = 1.0 / math.sqrt(size_of(shape[1:]))
        shapes = (shape, (gives,))[: len(op.inputs) - 1]
        weights = [Leaf(read.draws.uniform(-bound, bound, shape, foreign=True), Parameter) for shape in shapes]
        given = {name: call.get(3 + number, name) for number, name in enumerate(_NAMES)}
        settings = {name: read.plain(call.place, held) for name, held in given.items() if held is not None}
        return LayerObject(op, settings, tuple(weights))

    return meaning


def _norm(path: str) -> Meaning:
    """PyTorch's normalising layer of that function, where there is an op of that kind."""

    def meaning(read: Reading, call: Call) -> Held:
        op = find_spelling(path, 3)
        if op is None:
            raise read.fault(call.place, "there is no op that normalises", "unknown-op")
        shape = read.shape(call.place, [call.get(0, "num_features", call.named.get("normalized_shape"))])
        settings = {"eps": read.real(call.place, call.get(1, "eps"))} if call.get(1, "eps") is not None else {}
        return LayerObject(op, settings, (Leaf(np.ones(shape), Parameter), Leaf(np.zeros(shape), Parameter)))

    return meaning


def _layer_norm(read: Reading, call: Call) -> Held:
    """Called with the lengths of the axes between the data and the weights."""
    op = find_spelling("torch.nn.functional.layer_norm", 3)
    shape = read.shape(call.place, [call.get(1, "normalized_shape")])
    weight, bias = call.get(2, "weight"), call.get(3, "bias")
    operands = [call.get(0, "input"), _held_or(weight, np.ones(shape)), _held_or(bias, np.zeros(shape))]
    return _normalised(read, call, op, operands, call.get(4, "eps"))


def _batch_norm(read: Reading, call: Call) -> Held:
    """Called with the running statistics before the weights; they are used unless it trains."""
    trains = read.plain(call.place, call.get(5, "training", False))
    mean, var, weight, bias = (call.get(1 + n, name) for n, name in enumerate(_STATISTICS))
    if weight is None or bias is None or (not trains and (mean is None or var is None)):
        raise read.fault(call.place, "F.batch_norm is given running_mean, running_var, weight and bias here")
    statistics = () if trains else (mean, var)
    op = find_spelling("torch.nn.functional.batch_norm", 3 + len(statistics))
    operands = [call.get(0, "input"), weight, bias, *statistics]
    return _normalised(read, call, op, operands, call.get(7, "eps"))


def _normalised(read: Reading, call: Call, op: type[Layer] | None, operands: Sequence[Held], eps: Held) -> Held:
    if op is None or len(op.inputs) != len(operands):
        raise read.fault(call.place, "there is no op that normalises so", "unknown-op")
    return read.combine(call.place, op, operands, {} if eps is None else {"eps": read.real(call.place, eps)})


def _held_or(held: Held, data: Array) -> Held:
    return Leaf(data) if held is None else held


FUNCTIONS: Final[dict[str, Meaning]] = {
    "torch.nn.functional.layer_norm": _layer_norm,
    "torch.nn.functional.batch_norm": _batch_norm,
}
"""Functions that are ops, but take their inputs in another order."""
MEANINGS: Final[dict[str, Meaning]] = {
    "torch.nn.Linear": _linear,
    **{f"torch.nn.Conv{axes}d": _convolution(axes) for axes in (1, 2)},
    **{f"torch.nn.BatchNorm{axes}d": _norm("torch.nn.functional.batch_norm") for axes in (1, 2)},
    "torch.nn.LayerNorm": _norm("torch.nn.functional.layer_norm"),
}
"""By full name."""
