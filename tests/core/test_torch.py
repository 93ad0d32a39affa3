"""PyTorch in float64 as an outside judge of every op."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest

from app.core.elementwise import Elementwise
from app.core.index import read_index
from app.core.layer import Layer, Sample
from app.core.notation import torch_source
from app.core.ops import OPS
from app.core.tensor import shape_of
from tests.core.test_contract import CASES, ELEMENTWISE, arrays, settings, weights

if importlib.util.find_spec("torch") is None:
    pytest.skip("PyTorch isn't installed: there is no CPU build for this Python here", allow_module_level=True)

import torch


def _targets(x: Any, t: Any) -> Any:
    return t.long() if t.ndim < x.ndim else t


def _reduced(function: Callable[..., Any]) -> Callable[..., Any]:
    def reference(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        axes = tuple(range(x.ndim)) if axis is None else axis
        return function(x, dim=axes, keepdim=keepdims) if x.ndim else x * 1.0

    return reference


def _deviation(function: Callable[..., Any]) -> Callable[..., Any]:
    def reference(x: Any, axis: Any = None, keepdims: bool = False, ddof: int = 0) -> Any:
        return function(x, dim=axis, keepdim=keepdims, correction=ddof)

    return reference


def _product(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    axes = range(x.ndim) if axis is None else [each % x.ndim for each in np.atleast_1d(axis)]
    for each in sorted(axes, reverse=True):
        x = x.prod(dim=each, keepdim=keepdims)
    return x * 1.0


def _indexed(x: Any, index: str = "...") -> Any:
    parts: list[Any] = list(read_index(index))
    turned = [axis for axis, part in enumerate(parts) if isinstance(part, slice) and (part.step or 1) < 0]
    assert turned in ([], [0])  # PyTorch takes no negative steps: what they take is named one by one.
    if turned:
        places = range(*parts[0].indices(x.shape[0]))
        return x[[list(places), *parts[1:]]] if parts[1:] else x[list(places)]
    return x[tuple(parts)]


def _bordered(x: Any, widths: Any = (), value: float = 0.0) -> Any:
    flat = [width for pair in reversed(widths) for width in pair]
    return torch.nn.functional.pad(x, flat, value=value) if flat else x * 1.0


def _gathered(x: Any, indices: Any, axis: int = 0) -> Any:
    places = indices.long() % x.shape[axis]
    shape = (*x.shape[: axis % x.ndim], *places.shape, *x.shape[axis % x.ndim + 1 :])
    return x.index_select(axis, places.reshape(-1)).reshape(shape)


def _squeezed(x: Any, axis: Any = None) -> Any:
    return x.squeeze() if axis is None else x.squeeze(axis)


def _expanded(x: Any, axis: Any = 0) -> Any:
    for each in np.atleast_1d(axis).tolist():
        x = x.unsqueeze(each)
    return x


def _half_squared(x: Any, t: Any) -> Any:
    return ((x - t) ** 2).sum() / 2 / (x.shape[0] if x.ndim > 1 else 1)


def _class_rows(x: Any, t: Any) -> Any:
    return torch.nn.functional.one_hot(t.long(), x.shape[-1]).double() if t.ndim < x.ndim else t


def _likelihood(log_p: Any, t: Any) -> Any:
    return -(_class_rows(log_p, t) * log_p).sum() / (log_p.shape[0] if log_p.ndim > 1 else 1)


def _cell(x: Any, h: Any, w: Any, u: Any, b: Any) -> Any:
    if not h.ndim:
        return torch.tanh(h * w + x * u + b)
    return (
        torch.rnn_tanh_cell(x, h, u.T, w.T, b, torch.zeros_like(b)) if h.ndim > 1 else (torch.tanh(h @ w + x @ u + b))
    )


def _permuted(x: Any, axes: Any = None) -> Any:
    return x.permute(tuple(axes or range(x.ndim - 1, -1, -1)))


def _padded(x: Any, padding: Any, axes: int, value: float = 0.0) -> Any:
    """The input as (batch, channels, …) with its padding: one number, one an axis, or all starts and all ends."""
    ends = list(padding) if isinstance(padding, tuple) else [padding]
    ends = ends * (2 * axes // len(ends))
    sides = [side for axis in reversed(range(axes)) for side in (ends[axis], ends[axes + axis])]
    stacked = x.reshape((1,) * (axes + 2 - x.ndim) + tuple(x.shape))
    return torch.nn.functional.pad(stacked, sides, value=value)


def _convolved(function: Callable[..., Any], axes: int) -> Callable[..., Any]:
    def reference(x: Any, w: Any, b: Any = None, padding: Any = 0, **settings: Any) -> Any:
        kernel = w if w.ndim > axes else w[None, None]
        found = function(_padded(x, padding, axes), kernel, None if b is None else b.reshape(-1), **settings)
        return found.reshape(tuple(found.shape)[axes + 2 - x.ndim :])

    return reference


def _conv_transposed(x: Any, w: Any, b: Any = None, padding: Any = 0, output_padding: Any = 0, **settings: Any) -> Any:
    """PyTorch's without padding, which only cuts the edges off; what ``output_padding`` adds lies before the cut."""
    kernel = w if w.ndim > 2 else w[None, None]
    bias = None if b is None else b.reshape(-1)
    whole = torch.nn.functional.conv_transpose2d(
        _padded(x, 0, 2), kernel, bias, output_padding=output_padding, **settings
    )
    ends = list(padding) if isinstance(padding, tuple) else [padding]
    top, left, bottom, right = ends * (4 // len(ends))
    found = whole[..., top : whole.shape[-2] - bottom, left : whole.shape[-1] - right]
    return found.reshape(tuple(found.shape)[4 - x.ndim :])


def _pooled(function: Callable[..., Any], axes: int, fill: float) -> Callable[..., Any]:
    """PyTorch's pooling; padding that it can't express is made beforehand, where that comes to the same."""

    def reference(x: Any, kernel: Any = 2, stride: Any = None, padding: Any = 0, **settings: Any) -> Any:
        if isinstance(padding, tuple) and len(padding) > axes:
            stacked = _padded(x, padding, axes, fill)
            held = function(_padded(torch.ones_like(x), padding, axes), kernel, stride, **settings)
            if not settings.pop("count_include_pad", True):
                return (function(stacked, kernel, stride, **settings) / held).reshape(held.shape[axes + 2 - x.ndim :])
            padding = 0
        else:
            stacked = _padded(x, 0, axes)
        found = function(stacked, kernel, stride, padding, **settings)
        return found.reshape(tuple(found.shape)[axes + 2 - x.ndim :])

    return reference


def _batch_norm(x: Any, gamma: Any, beta: Any, eps: float = 1e-5) -> Any:
    columns = x if x.ndim > 1 else x[:, None]
    # Not torch.nn.functional's, which refuses an eps of 0.
    found = torch.batch_norm(columns, gamma.reshape(-1), beta.reshape(-1), None, None, True, 0.1, eps, False)
    return found.reshape(x.shape)


def _batch_norm_inference(x: Any, *parameters: Any, eps: float = 1e-5) -> Any:
    gamma, beta, mean, var = (parameter.reshape(-1) for parameter in parameters)
    columns = x if x.ndim > 1 else x[:, None]
    found = torch.nn.functional.batch_norm(columns, mean.detach(), var.detach(), gamma, beta, eps=eps)
    return found.reshape(x.shape)


def _dropout(x: Any, rate: float = 0.5, seed: int = 0, training: bool = True) -> Any:
    passes = torch.tensor(np.random.default_rng(seed).random(tuple(x.shape)) >= rate)
    return x * passes / (1 - rate) if training else x * 1.0


REFERENCE: dict[str, Callable[..., Any]] = {
    "add": torch.add, "sub": torch.sub, "mul": torch.mul, "div": torch.div, "neg": torch.neg, "pow": torch.pow,
    "square": torch.square, "reciprocal": torch.reciprocal, "abs": torch.abs, "maximum": torch.maximum,
    "minimum": torch.minimum, "exp": torch.exp, "log": torch.log, "sqrt": torch.sqrt, "sin": torch.sin,
    "cos": torch.cos, "tan": torch.tan, "relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh,
    "leaky_relu": lambda x, alpha=0.01: torch.nn.functional.leaky_relu(x, alpha),
    "softplus": lambda x: torch.nn.functional.softplus(x, threshold=1000.0),
    "softmax": lambda x, axis=-1: torch.softmax(x, axis),
    "sum": _reduced(torch.sum), "mean": _reduced(torch.mean), "max": _reduced(torch.amax),
    "min": _reduced(torch.amin), "matmul": torch.matmul, "affine": lambda x, w, b: x @ w + b,
    "transpose": _permuted, "reshape": lambda x, shape=(-1,): x.reshape(*shape) if shape else x.reshape(()),
    "flatten": lambda x, start=0: torch.flatten(x, start), "squeeze": _squeezed, "expand_dims": _expanded,
    "broadcast_to": lambda x, shape=(): torch.broadcast_to(x, shape) * 1.0,
    "tile": lambda x, repeats=(): torch.tile(x, repeats) * 1.0,
    "concat": lambda *x, axis=0: torch.cat(x, axis), "stack": lambda *x, axis=0: torch.stack(x, axis),
    "slice": _indexed, "gather": _gathered, "pad": _bordered,
    "embedding": lambda w, indices: torch.nn.functional.embedding(indices.long(), w),
    "where": lambda condition, x, y: torch.where(condition != 0, x, y),
    "clip": lambda x, low=None, high=None: x * 1.0 if low is high is None else torch.clamp(x, low, high),
    "greater_than": lambda x, y: torch.gt(x, y).double(), "less_than": lambda x, y: torch.lt(x, y).double(),
    "equal_to": lambda x, y: torch.eq(x, y).double(),
    "prod": _product, "var": _deviation(torch.var), "std": _deviation(torch.std),
    "argmax": lambda x, axis=None, keepdims=False: torch.argmax(x, axis, keepdim=keepdims).double(),
    "cumsum": lambda x, axis=-1: torch.cumsum(x, axis),
    "einsum": lambda *x, subscripts="i,i->": torch.einsum(subscripts, *x),
    "stop_gradient": lambda x: x.detach(),
    "one_hot": lambda t, classes: torch.nn.functional.one_hot(t.long(), classes).double(),
    "softmax_with_loss": lambda x, t: torch.nn.functional.cross_entropy(x, _targets(x, t)),
    "identity_with_loss": _half_squared,
    "correlate1d": _convolved(torch.nn.functional.conv1d, 1), "conv1d": _convolved(torch.nn.functional.conv1d, 1),
    "correlate2d": _convolved(torch.nn.functional.conv2d, 2), "conv2d": _convolved(torch.nn.functional.conv2d, 2),
    "correlate_transpose2d": _conv_transposed, "conv_transpose2d": _conv_transposed,
    "max_pool1d": _pooled(torch.nn.functional.max_pool1d, 1, -torch.inf),
    "max_pool2d": _pooled(torch.nn.functional.max_pool2d, 2, -torch.inf),
    "avg_pool1d": _pooled(torch.nn.functional.avg_pool1d, 1, 0.0),
    "avg_pool2d": _pooled(torch.nn.functional.avg_pool2d, 2, 0.0),
    "batch_norm": _batch_norm, "batch_norm_inference": _batch_norm_inference, "dropout": _dropout,
    "layer_norm": lambda x, gamma, beta, eps=1e-5: torch.nn.functional.layer_norm(x, gamma.shape, gamma, beta, eps),
    "erf": torch.erf, "floor": torch.floor, "ceil": torch.ceil, "round": torch.round, "sign": torch.sign,
    "elu": lambda x, alpha=1.0: torch.nn.functional.elu(x, alpha), "selu": torch.nn.functional.selu,
    "softsign": torch.nn.functional.softsign, "silu": torch.nn.functional.silu,
    "hard_sigmoid": lambda x, alpha=1 / 6, beta=0.5: torch.clamp(alpha * x + beta, 0, 1),
    "hard_swish": torch.nn.functional.hardswish,
    "gelu": lambda x, approximate=False: torch.nn.functional.gelu(x, approximate="tanh" if approximate else "none"),
    "log_softmax": lambda x, axis=-1: torch.log_softmax(x, axis),
    "logsumexp": _reduced(torch.logsumexp),
    "cross_entropy": lambda p, t: _likelihood(p.log(), t), "nll_loss": _likelihood,
    "mse": torch.nn.functional.mse_loss, "l1": torch.nn.functional.l1_loss, "rnn_cell": _cell,
    "attention": lambda q, k, v, scale=True: torch.nn.functional.scaled_dot_product_attention(
        q, k, v, scale=None if scale else 1.0
    ),
}  # fmt: skip


def test_every_op_is_judged() -> None:
    assert {op.name for op in OPS if not op.is_leaf} == set(REFERENCE)


def compare(op: type[Layer], params: dict[str, Any], inputs: list[Any]) -> None:
    """Hold an op's value and gradients at these inputs against its reference."""
    layer = op(**params)
    value = layer.forward(*inputs)
    upstream = weights(shape_of(value))
    shares = layer.backward(upstream)
    tensors = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in inputs]
    theirs = REFERENCE[op.name](*tensors, **params)
    np.testing.assert_allclose(value, theirs.detach().numpy(), rtol=1e-9, atol=1e-12)
    if theirs.requires_grad:
        theirs.backward(torch.tensor(upstream, dtype=torch.float64))
    for number, (share, tensor) in enumerate(zip(shares, tensors, strict=True)):
        if not op.is_label(number):
            assert share is not None
            assert tensor.grad is not None
            np.testing.assert_allclose(share, tensor.grad.numpy(), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_values_and_gradients(op: type[Layer], sample: Sample) -> None:
    compare(op, settings(op, sample), arrays(sample))


@pytest.mark.parametrize("op", ELEMENTWISE)
def test_every_broadcast(op: type[Elementwise]) -> None:
    shapes = [(2, 1, 3), (4, 1), (3,), (1,), ()]
    random = np.random.default_rng(1)
    for chosen in product(shapes, repeat=len(op.inputs)):
        inputs = [random.uniform(0.3, 2.0, shape) for shape in chosen]
        compare(op, {}, [x if x.ndim else float(x) for x in map(np.asarray, inputs)])


@pytest.mark.parametrize("op", ELEMENTWISE)
def test_torch_source_runs_to_the_same_numbers(op: type[Elementwise]) -> None:
    for sample in op.samples:
        layer = op(**settings(op, sample))
        inputs = arrays(sample)
        value = layer.forward(*inputs)
        tensors = [torch.tensor(x, dtype=torch.float64) for x in inputs]
        scope = {"torch": torch, **dict(zip(op.inputs, tensors, strict=True))}
        scope["out"] = torch.tensor(value, dtype=torch.float64)
        formulas = [layer.formula(*op.symbols()), *layer.partial_symbols(*op.symbols())]
        for formula, expected in zip(formulas, [value, *layer.local()], strict=True):
            found = eval(torch_source(formula), scope)
            np.testing.assert_allclose(
                np.asarray(found), expected, rtol=1e-7 if "where" in torch_source(formula) else 1e-12
            )
