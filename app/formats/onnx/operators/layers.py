"""Operators with weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.core.layer import Layer
from app.core.ops.arithmetic import Add, Div, Mul, Sub
from app.core.ops.conv import Conv1d, Conv2d, ConvTranspose2d, Correlate1d, Correlate2d, CorrelateTranspose2d
from app.core.ops.functions import Sqrt
from app.core.ops.linalg import Affine, Einsum, Matmul
from app.core.ops.norm import BatchNormInference, LayerNorm
from app.core.ops.pool import AvgPool1d, AvgPool2d, MaxPool1d, MaxPool2d
from app.core.ops.reduce import Mean, Var
from app.core.ops.shape import Reshape, Transpose
from app.formats.onnx.operators.registry import Call, axis_of, operator
from app.formats.onnx.values import Known, Tensor, UnreadError


@operator("MatMul")
def matmul(call: Call) -> Tensor:
    """A matrix product."""
    return call.add(Matmul, call[0], call[1])


@operator("Gemm")
def gemm(call: Call) -> Tensor:
    """A product of two matrices, either transposed, scaled, and a sum with a third."""
    a = call.add(Transpose, call[0]) if call.attribute("transA", 0) else call[0]
    b = call.add(Transpose, call[1]) if call.attribute("transB", 0) else call[1]
    alpha, beta, c = float(call.attribute("alpha", 1.0)), float(call.attribute("beta", 1.0)), call.given(2)
    if c is not None and alpha == beta == 1.0 and c.shape in {(b.shape[1],), (1, b.shape[1]), ()}:
        return call.add(Affine, a, b, c)
    product: Tensor = call.add(Matmul, a, b)
    if alpha != 1.0:
        product = call.add(Mul, product, call.number(alpha))
    if c is None:
        return product
    return call.add(Add, product, c if beta == 1.0 else call.add(Mul, c, call.number(beta)))


@operator("Einsum")
def einsum(call: Call) -> Tensor:
    """A sum over subscripts."""
    operands = [call[place] for place in range(len(call.inputs))]
    return call.add(Einsum, *operands, subscripts=call.attribute("equation").decode().replace(" ", ""))


@operator("Conv")
def conv(call: Call) -> Tensor:
    """A convolution along one axis or over a plane."""
    x, w, b = call[0], call[1], call.given(2)
    with_bias, without = _of_rank(x, (Conv1d, Conv2d)), _of_rank(x, (Correlate1d, Correlate2d))
    sliding = _sliding(call, x.shape[2:], w.shape[2:])
    settings = {
        "stride": _lengths(call, "strides", x),
        "dilation": _lengths(call, "dilations", x),
        "padding": sliding,
        "groups": int(call.attribute("group", 1)),
    }
    return call.add(without, x, w, **settings) if b is None else call.add(with_bias, x, w, b, **settings)


@operator("ConvTranspose")
def conv_transpose(call: Call) -> Tensor:
    """A transposed convolution over a plane."""
    x, w, b = call[0], call[1], call.given(2)
    if len(x.shape) != 4 or call.attribute("output_shape") or call.attribute("auto_pad", b"NOTSET") != b"NOTSET":
        raise UnreadError("it slides over other than a plane, or leaves its padding open")
    settings = {
        "stride": _lengths(call, "strides", x),
        "dilation": _lengths(call, "dilations", x),
        "padding": _sliding(call, x.shape[2:], w.shape[2:]),
        "output_padding": [int(number) for number in call.attribute("output_padding", [0, 0])],
        "groups": int(call.attribute("group", 1)),
    }
    if b is None:
        return call.add(CorrelateTranspose2d, x, w, **settings)
    return call.add(ConvTranspose2d, x, w, b, **settings)


def _of_rank(x: Tensor, ops: tuple[type[Layer], type[Layer]]) -> type[Layer]:
    """The op for one axis, or that for a plane."""
    axes = len(x.shape) - 2
    if axes not in (1, 2):
        raise UnreadError(f"it slides along {axes} axes, and 1 or 2 can be read")
    return ops[axes - 1]


def _lengths(call: Call, name: str, x: Tensor) -> int | list[int]:
    """An attribute with a number for each axis, as our settings take it."""
    numbers = [int(number) for number in call.attribute(name, [1] * (len(x.shape) - 2))]
    return numbers[0] if len(set(numbers)) == 1 else numbers


def _sliding(call: Call, lengths: Sequence[int], kernel: Sequence[int]) -> int | list[int]:
    """The padding: all starts, then all ends; worked out where the operator only says that the size is to stay."""
    rank = len(lengths)
    mode = call.attribute("auto_pad", b"NOTSET")
    pads = [int(pad) for pad in call.attribute("pads", [0] * 2 * rank)]
    if mode == b"VALID":
        pads = [0] * 2 * rank
    elif mode in (b"SAME_UPPER", b"SAME_LOWER"):
        strides = call.attribute("strides", [1] * rank)
        dilations = call.attribute("dilations", [1] * rank)
        totals = [
            max((-(-n // stride) - 1) * stride + dilation * (k - 1) + 1 - n, 0)
            for n, k, stride, dilation in zip(lengths, kernel, strides, dilations, strict=True)
        ]
        smaller, larger = [total // 2 for total in totals], [total - total // 2 for total in totals]
        pads = [*smaller, *larger] if mode == b"SAME_UPPER" else [*larger, *smaller]
    return pads[0] if len(set(pads)) == 1 else pads


def _pool(call: Call, ops: tuple[type[Layer], type[Layer]], **settings: bool) -> Tensor:
    x = call[0]
    op = _of_rank(x, ops)
    if call.outputs > 1 or set(call.attribute("dilations", [1])) != {1} or call.attribute("storage_order", 0):
        raise UnreadError("it has dilations, or tells where its elements stood")
    kernel = [int(number) for number in call.attribute("kernel_shape")]
    return call.add(
        op,
        x,
        kernel=kernel[0] if len(set(kernel)) == 1 else kernel,
        stride=_lengths(call, "strides", x),
        padding=_sliding(call, x.shape[2:], kernel),
        ceil_mode=bool(call.attribute("ceil_mode", 0)),
        **settings,
    )


@operator("MaxPool")
def max_pool(call: Call) -> Tensor:
    """The largest element of each window."""
    return _pool(call, (MaxPool1d, MaxPool2d))


@operator("AveragePool")
def average_pool(call: Call) -> Tensor:
    """The mean of each window."""
    return _pool(call, (AvgPool1d, AvgPool2d), count_include_pad=bool(call.attribute("count_include_pad", 0)))


@operator("BatchNormalization")
def batch_norm(call: Call) -> Tensor:
    """Batch normalisation with the statistics of training."""
    if call.attribute("training_mode", 0) or call.outputs > 1:
        raise UnreadError("it is in training")
    eps = _epsilon(call)
    mean, variance = _untrained(call[3]), _untrained(call[4])
    return call.add(BatchNormInference, call[0], call[1], call[2], mean, variance, eps=eps)


def _untrained(tensor: Tensor) -> Tensor:
    return Known(tensor.name, tensor.array, trained=False) if isinstance(tensor, Known) else tensor


@operator("InstanceNormalization")
def instance_norm(call: Call) -> Tensor:
    """Each channel of each sample with mean 0 and variance 1."""
    x = call[0]
    axes = list(range(2, len(x.shape)))
    centred = call.add(Sub, x, call.add(Mean, x, axis=axes, keepdims=True))
    return _scaled(call, centred, call.add(Var, x, axis=axes, keepdims=True))


def _scaled(call: Call, centred: Tensor, variance: Tensor) -> Tensor:
    eps = call.number(_epsilon(call))
    normal = call.add(Div, centred, call.add(Sqrt, call.add(Add, variance, eps)))
    ends = [1] * (len(centred.shape) - 2)
    gamma, beta = (call.add(Reshape, call[place], shape=[call[place].shape[0], *ends]) for place in (1, 2))
    return call.add(Add, call.add(Mul, normal, gamma), beta)


@operator("LayerNormalization")
def layer_norm(call: Call) -> Tensor:
    """The last axes with mean 0 and variance 1, then scaled and moved."""
    x, gamma, beta = call[0], call[1], call.given(2)
    if call.outputs > 1:
        raise UnreadError("it tells its mean and deviation")
    axes = list(range(axis_of(call.attribute("axis", -1), x.shape), len(x.shape)))
    moved = Known("", np.zeros(gamma.shape)) if beta is None else beta
    if gamma.shape != tuple(x.shape[axis] for axis in axes):
        raise UnreadError("its scale isn't as wide as the axes that it normalises")
    return call.add(LayerNorm, x, gamma, moved, eps=_epsilon(call))


def _epsilon(call: Call) -> float:
    """The attribute as it was meant: in single precision 0.00001 is 0.00000999999974."""
    return float(str(np.float32(call.attribute("epsilon", 1e-5))))
