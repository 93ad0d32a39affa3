"""Poolings: each window of the last axes becomes one number. Axes before those, such as batch and channels, stay.

Padding and rounding are PyTorch's. The mean over all of the last axes (global average pooling) is ``mean`` with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.core.errors import LayerError
from app.core.layer import Layer, at
from app.core.params import Padding, Pair, Stride
from app.core.slips.catalogue import (
    CORNER,
    COUNT_FORGOTTEN,
    LOCAL_FORGOTTEN,
    OVERLAP_OVERWRITTEN,
    Slip,
)
from app.core.spelling import Code, OnnxNodes, Term, call
from app.core.tensor import Array, Shape, Value, format_shape, size_of
from app.core.windows import Lengths, Windows, lay_windows
from app.core.windows_code import one_length, onnx_ends, onnx_single, reshaped, rounded_up, torch_widths, unless, widths

Number = TypeVar("Number", np.float64, np.intp)

_SIGNAL = [0.5, -1.0, 2.0, 1.5, -0.5]
_IMAGE = [[0.5, -1.0, 2.0, 0.0], [1.5, 0.25, -0.5, 3.0], [1.0, -3.0, -2.0, 2.5], [-0.75, 4.0, 0.75, -1.5]]
_STACK = [[_IMAGE[:3]], [_IMAGE[1:]]]


class Pooling(Layer, abstract=True):
    """Windows over the last ``axes`` axes, one beside the other where no stride is given."""

    axes: ClassVar[int]
    kernel: Lengths
    stride: Lengths | None
    padding: Lengths
    ceil_mode: bool

    def shape(self, x: Shape) -> Shape:
        return (*x[: -self.axes], *self._windows(x).counts)

    def scratch(self, x: Shape) -> int:
        return self._windows(x).scratch(size_of(x[: -self.axes]))

    def work(self, x: Shape) -> int:
        return self._windows(x).work(size_of(x[: -self.axes]))

    def lanes(self, _moves: Sequence[bool], x: Array) -> Value:
        return self.forward(x)

    def _windows(self, x: Shape) -> Windows:
        if len(x) < self.axes:
            raise LayerError(f"an input of shape {format_shape(x)} has no {self.axes} axes to pool over")
        windows = lay_windows(
            x[-self.axes :],
            self.kernel,
            stride=self.kernel if self.stride is None else self.stride,
            padding=self.padding,
            round_up=self.ceil_mode,
        )
        if any(
            max(ends) >= length for *ends, length in zip(windows.before, windows.after, windows.kernel, strict=True)
        ):
            raise LayerError(
                f"a padding of {self.padding} leaves nothing to pool for some windows of {format_shape(windows.kernel)}"
            )
        return windows

    def _rows(self, x: Array, fill: float) -> Array:
        """What each window holds, along an axis before the windows: (…, places, counts)."""
        windows = self._windows(x.shape)
        return windows.gather(x, fill).reshape(*x.shape[: -self.axes], -1, *windows.counts)

    def _spread(self, rows: Array, x: Shape, *, overwrite: bool = False) -> Array:
        """The rows of all windows, added to where the windows were."""
        windows = self._windows(x)
        places = rows.reshape(*x[: -self.axes], *windows.kernel, *windows.counts)
        return windows.spread(places, overwrite=overwrite)

    def _along_places(self, numbers: NDArray[Number]) -> NDArray[Number]:
        """A number for each window with an axis for its places."""
        return np.expand_dims(numbers, -self.axes - 1)

    def _everywhere(self, numbers: Array, x: Shape) -> Array:
        """A number for each window, in every place of it."""
        along, places = self._along_places(numbers), size_of(self._windows(x).kernel)
        return np.repeat(along, places, axis=-self.axes - 1)

    def _torch(self, function: str, x: Term, fill: str, **settings: Any) -> tuple[str, bool]:
        """PyTorch's pooling, and whether it makes the padding and the rounding itself."""
        windows = self._windows(x.shape)
        own = windows.before == windows.after and all(
            2 * width <= length for width, length in zip(windows.before, windows.kernel, strict=True)
        )
        stacked = len(x.shape) - self.axes in (1, 2)
        image = str(x) if stacked else f"{x}.reshape({(-1, *windows.lengths)})"
        if own:
            settings |= {"padding": unless(0, windows.before), "ceil_mode": rounded_up(windows) or None}
        else:
            settings = {}
            image = f"torch.nn.functional.pad({image}, {torch_widths(windows)}, value={fill})"
        stride = None if windows.stride == windows.kernel else one_length(windows.stride)
        pooled = call(f"{function}{self.axes}d", image, str(one_length(windows.kernel)), stride=stride, **settings)
        return pooled + ("" if stacked else f".reshape({self.shape(x.shape)})"), own

    def _jax(self, x: Term, fill: str, reduce: str) -> str:
        windows, stack = self._windows(x.shape), len(x.shape) - self.axes
        return (
            f"jax.lax.reduce_window({x}, {fill}, {reduce}, {(1,) * stack + windows.kernel}, "
            f"{(1,) * stack + windows.stride}, {[(0, 0)] * stack + widths(windows)})"
        )

    def _onnx_image(self, nodes: OnnxNodes, x: Term) -> str:
        """The input with two axes before those of the windows."""
        if len(x.shape) == self.axes + 2:
            return str(x)
        return reshaped(nodes, x, (1, size_of(x.shape[: -self.axes]), *x.shape[-self.axes :]))

    def _onnx_settings(self, x: Shape) -> dict[str, Any]:
        windows = self._windows(x)
        return {"kernel_shape": windows.kernel, "strides": windows.stride, "pads": onnx_ends(widths(windows))}

    def _onnx_result(self, nodes: OnnxNodes, pooled: str, x: Shape) -> str:
        return pooled if len(x) == self.axes + 2 else reshaped(nodes, pooled, self.shape(x))


class OneAxis(Pooling, abstract=True):
    """Windows along one axis. A pair of paddings is that of the start and that of the end."""

    axes = 1

    def __init__(self, *, kernel: int = 2, stride: Stride = None, padding: Pair = 0, ceil_mode: bool = False) -> None:
        self.kernel, self.stride, self.padding, self.ceil_mode = kernel, stride, padding, ceil_mode


class TwoAxes(Pooling, abstract=True):
    """Windows over a plane. Pairs are height and width; four paddings are top, left, bottom and right."""

    axes = 2

    def __init__(
        self, *, kernel: Pair = 2, stride: Stride = None, padding: Padding = 0, ceil_mode: bool = False
    ) -> None:
        self.kernel, self.stride, self.padding, self.ceil_mode = kernel, stride, padding, ceil_mode


class Largest(Pooling, abstract=True):
    """The largest element of each window. Of equal ones the first takes the whole gradient, as in PyTorch."""

    symbol = "max pool"
    kept = ("x", "chosen")
    keeps_doc = "Its input and the place of the first largest element in each window, to which the gradient goes."

    def forward(self, x: Array) -> Value:
        rows = self._rows(x, -np.inf)
        self._x, self._chosen = x, rows.argmax(axis=-self.axes - 1)
        largest: Array = rows.max(axis=-self.axes - 1)
        return largest

    def backward(self, upstream: Array) -> tuple[Value | None, ...]:
        return (self._spread(self._to_chosen(upstream), self._x.shape),)

    def slips(self, upstream: Array) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        shape, places = self._x.shape, -self.axes - 1
        yield OVERLAP_OVERWRITTEN, (self._spread(self._to_chosen(upstream, np.nan), shape, overwrite=True),)
        yield LOCAL_FORGOTTEN, (self._spread(self._everywhere(upstream, shape), shape),)
        rows = self._rows(self._x, -np.inf)
        equal = rows == rows.max(axis=places, keepdims=True)
        count = equal.sum(axis=places)
        if np.any(count > 1):
            yield CORNER, (self._spread(equal * self._along_places(upstream / count), shape),)

    def _to_chosen(self, upstream: Array, rest: float = 0.0) -> Array:
        """The upstream gradient in the chosen place of each window, ``rest`` in the others."""
        rows = np.full_like(self._everywhere(upstream, self._x.shape), rest)
        np.put_along_axis(rows, self._along_places(self._chosen), self._along_places(upstream), axis=-self.axes - 1)
        return rows

    def code(self, x: Term) -> Code:
        torch, _ = self._torch("torch.nn.functional.max_pool", x, "-torch.inf")
        return {"torch": torch, "jax": self._jax(x, "-jnp.inf", "jax.lax.max")}

    def onnx(self, nodes: OnnxNodes, x: Term) -> str:
        pooled = nodes.node("MaxPool", self._onnx_image(nodes, x), **self._onnx_settings(x.shape))
        return self._onnx_result(nodes, pooled, x.shape)


class Average(Pooling, abstract=True):
    """The mean of each window. Padding counts as zeros, or not at all; what lies beyond it never counts."""

    symbol = "avg pool"
    kept = ("shape",)
    keeps_doc = "Its input's shape alone: backward shares the upstream gradient out over each window."
    count_include_pad: bool

    def forward(self, x: Array) -> Value:
        self._shape = x.shape
        totals: Array = self._rows(x, 0.0).sum(axis=-self.axes - 1)
        return totals / self._sizes()

    def backward(self, upstream: Array) -> tuple[Value | None, ...]:
        return (self._spread(self._everywhere(upstream / self._sizes(), self._shape), self._shape),)

    def slips(self, upstream: Array) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        parts = self._everywhere(upstream / self._sizes(), self._shape)
        yield OVERLAP_OVERWRITTEN, (self._spread(parts, self._shape, overwrite=True),)
        yield COUNT_FORGOTTEN, (self._spread(self._everywhere(upstream, self._shape), self._shape),)

    def _sizes(self) -> Array:
        return self._windows(self._shape).sizes(padding=self.count_include_pad)

    def code(self, x: Term) -> Code:
        windows = self._windows(x.shape)
        sizes = windows.sizes(padding=self.count_include_pad)
        counts = None if self.count_include_pad or not any(windows.before) else False
        torch, own = self._torch("torch.nn.functional.avg_pool", x, "0.0", count_include_pad=counts)
        scale = "" if own else f" * torch.tensor({(size_of(windows.kernel) / sizes).tolist()})"
        total = self._jax(x, "0.0", "jax.lax.add")
        count = f"jnp.array({sizes.tolist()})" if np.ptp(sizes) else float(sizes.flat[0])
        return {"torch": f"{torch}{scale}", "jax": f"{total} / {count}"}

    def onnx(self, nodes: OnnxNodes, x: Term) -> str:
        windows, image = self._windows(x.shape), self._onnx_image(nodes, x)
        settings = self._onnx_settings(x.shape) | {"count_include_pad": int(self.count_include_pad)}
        pooled = onnx_single(nodes, "AveragePool", image, **settings)
        if self.count_include_pad and rounded_up(windows):
            # What lies beyond the padding that was asked for is padding too there, and counts.
            scale = nodes.constant(size_of(windows.kernel) / windows.sizes(padding=True))
            pooled = nodes.node("Mul", pooled, scale)
        return self._onnx_result(nodes, pooled, x.shape)


class MaxPool1d(Largest, OneAxis):
    """The largest element of each window along the last axis; of equal ones the first takes the whole gradient."""

    spellings = ("torch.nn.functional.max_pool1d", "torch.max_pool1d", "torch.nn.MaxPool1d")
    value_latex = r"\max_{u} x_{n,c,\,si+u-p}"
    partials_latex = (r"\sum_{i} \text{upstream}_{n,c,i} \left[h = si+\hat{u}-p\right]",)
    samples = (
        at(_SIGNAL),
        at(_SIGNAL, kernel=3, stride=1),
        at([_SIGNAL], kernel=3, stride=2, padding=[1, 0], ceil_mode=True),
    )


class MaxPool2d(Largest, TwoAxes):
    """The largest element of each window over the last two axes; of equal ones the first takes the whole gradient."""

    spellings = ("torch.nn.functional.max_pool2d", "torch.max_pool2d", "torch.nn.MaxPool2d")
    value_latex = r"\max_{u,v} x_{n,c,\,si+u-p,\,sj+v-p}"
    partials_latex = (r"\sum_{i,j} \text{upstream}_{n,c,i,j} \left[h = si+\hat{u}-p, \; k = sj+\hat{v}-p\right]",)
    samples = (
        at(_IMAGE),
        at(_STACK, kernel=[2, 3], stride=1, padding=[0, 1]),
        at(_IMAGE, kernel=3, stride=2, padding=[1, 0, 0, 1]),
        at(_STACK, kernel=2, stride=2, ceil_mode=True),
    )


class AvgPool1d(Average, OneAxis):
    """The mean of each window along the last axis."""

    spellings = ("torch.nn.functional.avg_pool1d", "torch.nn.AvgPool1d")
    value_latex = r"\frac{1}{m} \sum_{u} x_{n,c,\,si+u-p}"
    partials_latex = (r"\frac{1}{m} \sum_{i,u} \text{upstream}_{n,c,i} \left[h = si+u-p\right]",)
    samples = (
        at(_SIGNAL),
        at([_SIGNAL], kernel=3, stride=2, padding=[1, 0], ceil_mode=True, count_include_pad=False),
    )

    def __init__(
        self,
        *,
        kernel: int = 2,
        stride: Stride = None,
        padding: Pair = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__(kernel=kernel, stride=stride, padding=padding, ceil_mode=ceil_mode)
        self.count_include_pad = count_include_pad


class AvgPool2d(Average, TwoAxes):
    """The mean of each window over the last two axes."""

    spellings = ("torch.nn.functional.avg_pool2d", "torch.nn.AvgPool2d")
    value_latex = r"\frac{1}{m} \sum_{u,v} x_{n,c,\,si+u-p,\,sj+v-p}"
    partials_latex = (r"\frac{1}{m} \sum_{i,j,u,v} \text{upstream}_{n,c,i,j} \left[h = si+u-p, \; k = sj+v-p\right]",)
    samples = (
        at(_IMAGE),
        at(_STACK, kernel=[2, 3], stride=1, padding=[0, 1]),
        at(_IMAGE, kernel=3, stride=2, padding=[1, 0, 0, 1], count_include_pad=False),
        at(_STACK, kernel=2, stride=2, padding=1, ceil_mode=True),
    )

    def __init__(
        self,
        *,
        kernel: Pair = 2,
        stride: Stride = None,
        padding: Padding = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__(kernel=kernel, stride=stride, padding=padding, ceil_mode=ceil_mode)
        self.count_include_pad = count_include_pad
