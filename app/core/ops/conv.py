"""Convolutions, which are correlations: the kernel slides over the input without being flipped.

Shapes are PyTorch's. In two dimensions the input is (batch, channels, height, width), or (channels, height, width) for
one sample, and the kernel (channels out, channels in / groups, height, width); an input of (height, width) takes a
kernel of (height, width). In one dimension there is one length in place of height and width.

Forward copies all windows side by side, so that one matrix product a sample does the work (im2col; K. Chellapilla,
S. Puri and P. Simard, High Performance Convolutional Neural Networks for Document Processing, 2006); backward adds
each window's gradient to where the window was (col2im).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from app.core.build import GraphBuilder
from app.core.errors import LayerError
from app.core.layer import Layer, at
from app.core.params import Padding, Pair
from app.core.slips.catalogue import AVERAGED, KERNEL_FLIPPED, NOT_SUMMED, OVERLAP_OVERWRITTEN, Slip
from app.core.tensor import Array, Shape, Value, as_value, format_shape, shape_of, size_of
from app.core.windows import Lengths, Windows, lay_windows

_IMAGE = [[1.0, 2.0, 0.0], [0.0, 1.0, 3.0], [2.0, 1.0, 0.0]]
_KERNEL = [[1.0, 0.0], [0.0, -1.0]]
_ONE_CHANNEL = [[[0.5, -1.0, 2.0], [1.5, 0.0, -0.5], [1.0, 3.0, -2.0]]]
_TWO_CHANNELS = [*_ONE_CHANNEL, _IMAGE]
_BATCH = [_TWO_CHANNELS, [_IMAGE, *_ONE_CHANNEL]]
_MIXING = [[_KERNEL, [[0.5, 2.0], [-1.0, 1.5]]], [[[1.0, -0.5], [2.0, 0.0]], [[3.0, 1.0], [0.5, -2.0]]]]
_APART = [[[[1.0, -0.5], [2.0, 0.5]]], [[[3.0, 1.0], [0.5, -2.0]]]]
_SIGNAL = [0.5, -1.0, 2.0, 1.5, -0.5]
_SIGNALS = [[_SIGNAL, [1.0, 3.0, -2.0, 0.0, 2.0]]]
_FILTERS = [[[1.0, -0.5, 2.0], [0.5, 3.0, 1.5]], [[-1.0, 0.5, 0.0], [2.0, 1.0, -3.0]]]

_KEEPS = "Its input and its kernel, each for the other's gradient"
_X_2D = r"\sum_{o,u,v} w_{o,c,u,v} \, \text{upstream}_{n,o,\left(h+p-du\right)/s,\left(k+p-dv\right)/s}"
_W_2D = r"\sum_{n,i,j} \text{upstream}_{n,o,i,j} \, x_{n,c,\,si+du-p,\,sj+dv-p}"
_Y_2D = r"\sum_{c,u,v} w_{o,c,u,v} \, x_{n,c,\,si+du-p,\,sj+dv-p}"
_X_1D = r"\sum_{o,u} w_{o,c,u} \, \text{upstream}_{n,o,\left(h+p-du\right)/s}"
_W_1D = r"\sum_{n,i} \text{upstream}_{n,o,i} \, x_{n,c,\,si+du-p}"
_Y_1D = r"\sum_{c,u} w_{o,c,u} \, x_{n,c,\,si+du-p}"


class Sliding(Layer, abstract=True):
    """A kernel that slides over the last ``axes`` axes of its input: the arithmetic, both ways."""

    axes: ClassVar[int]
    stride: Lengths
    padding: Lengths
    dilation: Lengths
    groups: int

    def _windows(self, x: Shape, w: Shape) -> Windows:
        return lay_windows(
            x[-self.axes :], w[-self.axes :], stride=self.stride, padding=self.padding, dilation=self.dilation
        )

    def _correlate(self, x: Array, w: Array) -> Array:
        value = self._kernels(w) @ self._columns(x, w)
        return value.reshape(self._result(x.shape, w.shape))

    def _send_back(self, upstream: Array, x: Array, w: Array) -> tuple[Array, Array]:
        """The gradients of the input and of the kernel."""
        return self._to_input(upstream, x, w), self._to_kernel(upstream, x, w)

    def _to_input(self, upstream: Array, x: Array, w: Array, *, overwrite: bool = False) -> Array:
        windows = self._windows(x.shape, w.shape)
        columns = self._kernels(w).swapaxes(-1, -2) @ self._arrived(upstream, w)
        stack = columns.reshape(-1, *windows.kernel, *windows.counts)
        return windows.spread(stack, overwrite=overwrite).reshape(x.shape)

    def _to_kernel(self, upstream: Array, x: Array, w: Array) -> Array:
        each: Array = self._arrived(upstream, w) @ self._columns(x, w).swapaxes(-1, -2)
        total: Array = each.sum(axis=0)
        return total.reshape(w.shape)

    def _arrived(self, upstream: Array, w: Array) -> Array:
        """The upstream gradient as a matrix for each group: (batch, groups, channels out / groups, windows)."""
        kernels = self._kernels(w)
        return upstream.reshape(-1, *kernels.shape[:2], size_of(upstream.shape[-self.axes :]))

    def _kernels(self, w: Array) -> Array:
        """The kernel as a matrix for each group: (groups, channels out / groups, what a window holds)."""
        return w.reshape(self.groups, self._channels(w.shape) // self.groups, -1)

    def _columns(self, x: Array, w: Array) -> Array:
        """All windows side by side: (batch, groups, what a window holds, windows)."""
        windows = self._windows(x.shape, w.shape)
        gathered = windows.gather(x.reshape(-1, self._channels(x.shape[-self.axes - 1 :]), *x.shape[-self.axes :]))
        return gathered.reshape(len(gathered), self.groups, -1, size_of(windows.counts))

    def _channels(self, shape: Shape) -> int:
        """How many channels a sample or the results of a kernel have: one where they have no axis for them."""
        return shape[0] if len(shape) > self.axes else 1

    def _product_slips(self, upstream: Array, x: Array, w: Array) -> Iterator[tuple[Slip, tuple[Value, Value | None]]]:
        turned = tuple(range(-self.axes, 0))
        dx, dw = self._to_input(upstream, x, np.flip(w, turned)), self._to_kernel(upstream, x, w)
        yield KERNEL_FLIPPED, (dx, np.flip(dw, turned))
        yield OVERLAP_OVERWRITTEN, (self._to_input(upstream, x, w, overwrite=True), None)

    def _result(self, x: Shape, w: Shape) -> Shape:
        """The shape of the result; ``LayerError`` where the shapes or the settings don't fit."""
        said = f"an input of shape {format_shape(x)} and a kernel of shape {format_shape(w)}"
        plain = len(x) == len(w) == self.axes
        if not plain and (len(w) != self.axes + 2 or len(x) not in (self.axes + 1, self.axes + 2)):
            raise LayerError(f"{said} do not fit: {self._takes()}")
        channels = 1 if plain else x[-self.axes - 1]
        taken = (1 if plain else w[1]) * self.groups
        if self.groups < 1 or channels != taken or self._channels(w) % self.groups:
            raise LayerError(
                f"{said} do not fit: in {self.groups} groups such a kernel takes {taken} channels, not {channels}, "
                "and its results must divide into as many groups"
            )
        counts = self._windows(x, w).counts
        return counts if plain else (*x[: -self.axes - 1], w[0], *counts)

    def _takes(self) -> str:
        lengths = "length" if self.axes == 1 else "height, width"
        return (
            f"an input is (batch, channels, {lengths}) or (channels, {lengths}) with a kernel of "
            f"(channels out, channels in / groups, {lengths}), or both are ({lengths})"
        )

    def _scratch(self, x: Shape, w: Shape) -> int:
        return self._windows(x, w).scratch(size_of(x[: -self.axes]))

    def _work(self, x: Shape, w: Shape) -> int:
        gathering = self._windows(x, w).work(size_of(x[: -self.axes]))
        return gathering + 2 * size_of(self._result(x, w)) * size_of(w) // self._channels(w)


class OneAxis(Sliding, abstract=True):
    """Slides along one axis. A pair of paddings is that of the start and that of the end."""

    axes = 1

    def __init__(self, *, stride: int = 1, padding: Pair = 0, dilation: int = 1, groups: int = 1) -> None:
        self.stride, self.padding, self.dilation, self.groups = stride, padding, dilation, groups


class TwoAxes(Sliding, abstract=True):
    """Slides over a plane. Pairs are height and width; four paddings are top, left, bottom and right."""

    axes = 2

    def __init__(self, *, stride: Pair = 1, padding: Padding = 0, dilation: Pair = 1, groups: int = 1) -> None:
        self.stride, self.padding, self.dilation, self.groups = stride, padding, dilation, groups


class Correlation(Sliding, abstract=True):
    """The sliding product alone."""

    kept = ("x", "w")
    keeps_doc = f"{_KEEPS}."

    def forward(self, x: Array, w: Array) -> Value:
        self._x, self._w = x, w
        return self._correlate(x, w)

    def backward(self, upstream: Array) -> tuple[Value | None, ...]:
        return self._send_back(upstream, self._x, self._w)

    def slips(self, upstream: Array) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        yield from self._product_slips(upstream, self._x, self._w)

    def shape(self, x: Shape, w: Shape) -> Shape:
        return self._result(x, w)

    def scratch(self, x: Shape, w: Shape) -> int:
        return self._scratch(x, w)

    def work(self, x: Shape, w: Shape) -> int:
        return self._work(x, w)


class Convolution(Sliding, abstract=True):
    """The sliding product and a bias for each channel of the result."""

    kept = ("x", "w", "b_shape")
    keeps_doc = f"{_KEEPS}; of the bias the shape alone."

    def forward(self, x: Array, w: Array, b: Value) -> Value:
        self._x, self._w, self._b_shape = x, w, shape_of(b)
        beside: Value = np.reshape(b, self._beside(self._b_shape))
        return self._correlate(x, w) + beside

    def backward(self, upstream: Array) -> tuple[Value | None, ...]:
        dx, dw = self._send_back(upstream, self._x, self._w)
        return dx, dw, self._summed(upstream)

    def slips(self, upstream: Array) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        for slip, shares in self._product_slips(upstream, self._x, self._w):
            yield slip, (*shares, None)
        yield NOT_SUMMED, (None, None, upstream)
        copies = upstream.size // size_of(self._b_shape)
        yield AVERAGED, (None, None, self._summed(upstream) / copies)

    def shape(self, x: Shape, w: Shape, b: Shape) -> Shape:
        result = self._result(x, w)
        if b != w[: len(w) - self.axes][:1]:
            raise LayerError(
                f"a bias of shape {format_shape(b)} does not fit a kernel of shape {format_shape(w)}: "
                "it has one number for each channel of the result"
            )
        return result

    def scratch(self, x: Shape, w: Shape, b: Shape) -> int:
        return self._scratch(x, w)

    def work(self, x: Shape, w: Shape, b: Shape) -> int:
        return self._work(x, w) + size_of(self._result(x, w))

    def _beside(self, b: Shape) -> Shape:
        """The bias's shape with an axis for each one that it is copied along behind the channels."""
        return (*b, *(1,) * self.axes) if b else ()

    def _summed(self, upstream: Array) -> Value:
        channels = upstream.ndim - self.axes - 1
        copied = tuple(axis for axis in range(upstream.ndim) if not self._b_shape or axis != channels)
        return as_value(upstream.sum(axis=copied))

    def _decompose(self, build: GraphBuilder, product: type[Correlation], *inputs: str) -> str:
        x, w, b = inputs
        settings = {name: getattr(self, name) for name in ("stride", "padding", "dilation", "groups")}
        chosen = {param.name: settings[param.name] for param in self.params if settings[param.name] != param.default}
        slid = build.add(product.name, x, w, **chosen)
        if beside := self._beside(build.shapes[b]):
            b = build.add("reshape", b, shape=list(beside))
        return build.add("add", slid, b)


class Correlate1d(Correlation, OneAxis):
    """Correlation along an axis, or a convolution without a bias: conv1d with two inputs."""

    symbol = "✶"
    aliases = ("conv1d",)
    spellings = ("torch.nn.functional.conv1d", "torch.conv1d")
    value_latex = _Y_1D
    partials_latex = (_X_1D, _W_1D)
    samples = (
        at(_SIGNAL, [1.0, -0.5]),
        at(_SIGNALS, _FILTERS, padding=[2, 1], stride=2),
        at(_SIGNALS[0], [[[1.0, -0.5]], [[2.0, 3.0]]], dilation=2, groups=2),
    )


class Correlate2d(Correlation, TwoAxes):
    """Correlation over a plane, or a convolution without a bias: conv2d with two inputs."""

    symbol = "✶"
    aliases = ("conv2d",)
    spellings = ("torch.nn.functional.conv2d", "torch.conv2d")
    value_latex = _Y_2D
    partials_latex = (_X_2D, _W_2D)
    samples = (
        at(_IMAGE, _KERNEL),
        at(_BATCH, _MIXING, stride=[2, 1], padding=1),
        at(_TWO_CHANNELS, _APART, groups=2, dilation=2, padding=[1, 0, 0, 2]),
        at(_TWO_CHANNELS, [[[[2.0]], [[-1.0]]]]),
    )


class Conv1d(Convolution, OneAxis):
    """Convolution along an axis with a bias: a kernel slides over (batch, channels, length)."""

    symbol = "conv"
    spellings = ("torch.nn.functional.conv1d", "torch.conv1d")
    value_latex = rf"b_o + {_Y_1D}"
    partials_latex = (_X_1D, _W_1D, r"\sum_{n,i} \text{upstream}_{n,o,i}")
    samples = (
        at(_SIGNAL, [1.0, -0.5], 0.5),
        at(_SIGNALS, _FILTERS, [0.1, -0.2], padding=[2, 1], stride=2),
        at(_SIGNALS[0], [[[1.0, -0.5]], [[2.0, 3.0]]], [0.1, -0.2], dilation=2, groups=2),
    )

    def decompose(self, build: GraphBuilder, x: str, w: str, b: str) -> str:
        return self._decompose(build, Correlate1d, x, w, b)


class Conv2d(Convolution, TwoAxes):
    """Convolution over a plane with a bias: a kernel slides over (batch, channels, height, width)."""

    symbol = "conv"
    spellings = ("torch.nn.functional.conv2d", "torch.conv2d")
    value_latex = rf"b_o + {_Y_2D}"
    partials_latex = (_X_2D, _W_2D, r"\sum_{n,i,j} \text{upstream}_{n,o,i,j}")
    samples = (
        at(_IMAGE, _KERNEL, 0.5),
        at(_BATCH, _MIXING, [0.1, -0.2], stride=[2, 1], padding=1),
        at(_TWO_CHANNELS, _APART, [0.1, -0.2], groups=2, dilation=2, padding=[1, 0, 0, 2]),
    )

    def decompose(self, build: GraphBuilder, x: str, w: str, b: str) -> str:
        return self._decompose(build, Correlate2d, x, w, b)
