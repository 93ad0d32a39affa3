"""PyTorch in float64 as an outside judge of every op."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest

from app.core.index import read_index
from app.core.layer import Elementwise, Layer, Sample
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


def _padded(x: Any, widths: Any = (), value: float = 0.0) -> Any:
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


def _permuted(x: Any, axes: Any = None) -> Any:
    return x.permute(tuple(axes or range(x.ndim - 1, -1, -1)))


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
    "slice": _indexed, "gather": _gathered, "pad": _padded,
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
}  # fmt: skip


def test_every_op_is_judged() -> None:
    assert {op.name for op in OPS if not op.is_leaf} == set(REFERENCE)


def _compare(op: type[Layer], params: dict[str, Any], inputs: list[Any]) -> None:
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
    _compare(op, settings(op, sample), arrays(sample))


@pytest.mark.parametrize("op", ELEMENTWISE)
def test_every_broadcast(op: type[Elementwise]) -> None:
    shapes = [(2, 1, 3), (4, 1), (3,), (1,), ()]
    random = np.random.default_rng(1)
    for chosen in product(shapes, repeat=len(op.inputs)):
        inputs = [random.uniform(0.3, 2.0, shape) for shape in chosen]
        _compare(op, {}, [x if x.ndim else float(x) for x in map(np.asarray, inputs)])


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
