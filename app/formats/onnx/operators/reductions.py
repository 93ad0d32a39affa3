"""Operators that take elements of an axis together."""

from __future__ import annotations

from app.core.layer import Layer
from app.core.ops.activations import LogSoftmax, Softmax
from app.core.ops.arithmetic import Abs, Square
from app.core.ops.functions import Exp, Log, Sqrt
from app.core.ops.reduce import Argmax, Cumsum, Max, Mean, Min, Prod, Sum
from app.formats.onnx.operators.registry import Call, operator
from app.formats.onnx.operators.shapes import reshaped
from app.formats.onnx.values import Tensor, UnreadError, known


def _reduce(call: Call, op: type[Layer], since: int, tensor: Tensor | None = None) -> Tensor:
    """An op along the axes that the operator names; ``since`` is the version from which they are an input."""
    taken = call[0] if tensor is None else tensor
    axes = call.setting("axes", 1, since)
    if not axes and call.attribute("noop_with_empty_axes", 0):
        return taken
    return call.add(op, taken, axis=axes or None, keepdims=bool(call.attribute("keepdims", 1)))


@operator("ReduceSum")
def reduce_sum(call: Call) -> Tensor:
    """A sum along axes."""
    return _reduce(call, Sum, 13)


@operator("ReduceMean")
def reduce_mean(call: Call) -> Tensor:
    """A mean along axes."""
    return _reduce(call, Mean, 18)


@operator("ReduceMax")
def reduce_max(call: Call) -> Tensor:
    """The largest element along axes."""
    return _reduce(call, Max, 18)


@operator("ReduceMin")
def reduce_min(call: Call) -> Tensor:
    """The smallest element along axes."""
    return _reduce(call, Min, 18)


@operator("ReduceL1")
def reduce_l1(call: Call) -> Tensor:
    """A sum of absolute values."""
    return _reduce(call, Sum, 18, call.add(Abs, call[0]))


@operator("ReduceSumSquare")
def reduce_sum_square(call: Call) -> Tensor:
    """A sum of squares."""
    return _reduce(call, Sum, 18, call.add(Square, call[0]))


@operator("ReduceL2")
def reduce_l2(call: Call) -> Tensor:
    """The root of a sum of squares."""
    return call.add(Sqrt, _reduce(call, Sum, 18, call.add(Square, call[0])))


@operator("ReduceLogSum")
def reduce_log_sum(call: Call) -> Tensor:
    """The logarithm of a sum."""
    return call.add(Log, _reduce(call, Sum, 18))


@operator("ReduceLogSumExp")
def reduce_log_sum_exp(call: Call) -> Tensor:
    """The logarithm of a sum of exponentials."""
    return call.add(Log, _reduce(call, Sum, 18, call.add(Exp, call[0])))


@operator("GlobalAveragePool")
def global_average_pool(call: Call) -> Tensor:
    """The mean of each channel."""
    return call.add(Mean, call[0], axis=list(range(2, len(call[0].shape))), keepdims=True)


@operator("GlobalMaxPool")
def global_max_pool(call: Call) -> Tensor:
    """The largest element of each channel."""
    return call.add(Max, call[0], axis=list(range(2, len(call[0].shape))), keepdims=True)


@operator("ReduceProd")
def reduce_prod(call: Call) -> Tensor:
    """A product along axes."""
    return _reduce(call, Prod, 18)


@operator("ArgMax")
def argmax(call: Call) -> Tensor:
    """The place of the largest element of an axis."""
    if call.attribute("select_last_index", 0):
        raise UnreadError("it takes the last of equal elements")
    return call.add(Argmax, call[0], axis=int(call.attribute("axis", 0)), keepdims=bool(call.attribute("keepdims", 1)))


@operator("CumSum")
def cumsum(call: Call) -> Tensor:
    """Running sums along an axis."""
    if call.attribute("exclusive", 0) or call.attribute("reverse", 0):
        raise UnreadError("it runs backwards, or leaves out where it stands")
    return call.add(Cumsum, call[0], axis=known(call[1], "axis").integers()[0])


@operator("LogSoftmax")
def log_softmax(call: Call) -> Tensor:
    """The logarithm of softmax."""
    return _normalized(call, LogSoftmax)


@operator("Softmax")
def softmax(call: Call) -> Tensor:
    """Softmax."""
    return _normalized(call, Softmax)


def _normalized(call: Call, op: type[Layer]) -> Tensor:
    """Along one axis; before version 13 over all axes from one on, taken together."""
    x = call[0]
    axis = call.attribute("axis", 1 if call.opset < 13 else -1)
    axis = axis + len(x.shape) if axis < 0 else axis
    if call.opset >= 13 or axis == len(x.shape) - 1:
        return call.add(op, x, axis=axis)
    return reshaped(call, call.add(op, reshaped(call, x, [*x.shape[:axis], -1]), axis=-1), x.shape)
