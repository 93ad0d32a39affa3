"""Convolutions, which are correlations: the kernel slides over the input without being flipped.

Shapes are PyTorch's. In two dimensions the input is (batch, channels, height, width), or (channels, height, width) for
one sample, and the kernel (channels out, channels in / groups, height, width); an input of (height, width) takes a
kernel of (height, width). In one dimension there is one length in place of height and width. A transposed convolution
takes the way back of a convolution forward, with the kernel of that one: (channels in, channels out / groups, height,
width).

Each is there with a bias and, under a name of its own, without; both answer to the usual name by their inputs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from app.core.errors import LayerError
from app.core.layer import at
from app.core.ops.sliding import Bare, Biased, Sliding
from app.core.params import Padding, Pair
from app.core.slips.catalogue import KERNEL_FLIPPED, OVERLAP_OVERWRITTEN, Slip
from app.core.spelling import Code, Term, call
from app.core.tensor import Array, Shape, Value
from app.core.windows import Windows, lay_windows_back
from app.core.windows_code import onnx_ends, torch_widths, unless, widths

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

_X_2D = r"\sum_{o,u,v} w_{o,c,u,v} \, \text{upstream}_{n,o,\left(h+p-du\right)/s,\left(k+p-dv\right)/s}"
_W_2D = r"\sum_{n,i,j} \text{upstream}_{n,o,i,j} \, x_{n,c,\,si+du-p,\,sj+dv-p}"
_Y_2D = r"\sum_{c,u,v} w_{o,c,u,v} \, x_{n,c,\,si+du-p,\,sj+dv-p}"
_X_1D = r"\sum_{o,u} w_{o,c,u} \, \text{upstream}_{n,o,\left(h+p-du\right)/s}"
_W_1D = r"\sum_{n,i} \text{upstream}_{n,o,i} \, x_{n,c,\,si+du-p}"
_Y_1D = r"\sum_{c,u} w_{o,c,u} \, x_{n,c,\,si+du-p}"
_Y_BACK = r"\sum_{c,u,v} w_{c,o,u,v} \, x_{n,c,\left(h+p-du\right)/s,\left(k+p-dv\right)/s}"
_X_BACK = r"\sum_{o,u,v} w_{c,o,u,v} \, \text{upstream}_{n,o,\,si+du-p,\,sj+dv-p}"
_W_BACK = r"\sum_{n,i,j} x_{n,c,i,j} \, \text{upstream}_{n,o,\,si+du-p,\,sj+dv-p}"


class Convolving(Sliding, abstract=True):
    """The input is the image, and the result the map."""

    def _slide(self, x: Array, w: Array) -> Array:
        return self._to_map(x, w).reshape(self._result(x.shape, w.shape))

    def _to_input(self, upstream: Array, x: Array, w: Array) -> Array:
        return self._to_image(upstream, x.shape, w)

    def _to_weights(self, upstream: Array, x: Array, w: Array) -> Array:
        return self._to_kernel(upstream, x, w)

    def _slide_slips(self, upstream: Array, x: Array, w: Array) -> Iterator[tuple[Slip, tuple[Value, Value | None]]]:
        dx, dw = self._to_image(upstream, x.shape, self._flipped(w)), self._to_kernel(upstream, x, w)
        yield KERNEL_FLIPPED, (dx, self._flipped(dw))
        yield OVERLAP_OVERWRITTEN, (self._to_image(upstream, x.shape, w, overwrite=True), None)

    def _image_and_map(self, x: Shape, w: Shape) -> tuple[Shape, Shape]:
        return x, self._result(x, w)

    def _result(self, x: Shape, w: Shape) -> Shape:
        bare = self._is_bare(x, w, "channels out, channels in / groups")
        channels = 1 if bare else x[-self.axes - 1]
        taken = (1 if bare else w[1]) * self.groups
        if self.groups < 1 or channels != taken or self._first(w) % self.groups:
            raise LayerError(
                f"{self._said(x, w)} do not fit: in {self.groups} groups such a kernel takes {taken} channels, "
                f"not {channels}, and its results must divide into as many groups"
            )
        counts = self._windows(x, w).counts
        return counts if bare else (*x[: -self.axes - 1], w[0], *counts)

    def _slide_code(self, x: Term, w: Term, *b: Term) -> Code:
        windows = self._windows(x.shape, w.shape)
        image, kernel, dropped = self._lifted(x, w)
        bias = [str(each) if each.shape else f"{each}[None]" for each in b]
        even = windows.before == windows.after
        padded = image if even else f"torch.nn.functional.pad({image}, {torch_widths(windows)})"
        settings = {**self._torch_settings(), "padding": unless(0, windows.before) if even else None}
        jax = call(
            "jax.lax.conv_general_dilated", image, kernel, window_strides=windows.stride, padding=widths(windows),
            rhs_dilation=None if set(windows.dilation) == {1} else windows.dilation,
            feature_group_count=None if self.groups == 1 else self.groups,
        )  # fmt: skip
        return {
            "torch": call(f"torch.nn.functional.conv{self.axes}d", padded, kernel, *bias, **settings) + dropped,
            "jax": f"{jax}{dropped}{self._beside_jax(b)}",
        }

    def _onnx_settings(self, x: Shape, w: Shape) -> tuple[str, dict[str, Any]]:
        windows = self._windows(x, w)
        return "Conv", _laid(windows, widths(windows))


class OneAxis(Convolving, abstract=True):
    """Slides along one axis. A pair of paddings is that of the start and that of the end."""

    axes = 1

    def __init__(self, *, stride: int = 1, padding: Pair = 0, dilation: int = 1, groups: int = 1) -> None:
        self.stride, self.padding, self.dilation, self.groups = stride, padding, dilation, groups


class TwoAxes(Convolving, abstract=True):
    """Slides over a plane. Pairs are height and width; four paddings are top, left, bottom and right."""

    axes = 2

    def __init__(self, *, stride: Pair = 1, padding: Padding = 0, dilation: Pair = 1, groups: int = 1) -> None:
        self.stride, self.padding, self.dilation, self.groups = stride, padding, dilation, groups


class Transposed(Sliding, abstract=True):
    """The input is the map, and the result the image from which a convolution would make a map of that shape.

    Where a stride leaves several images possible it is the smallest, ``output_padding`` larger at the bottom and right.
    """

    axes = 2

    def __init__(
        self, *, stride: Pair = 1, padding: Padding = 0, output_padding: Pair = 0, dilation: Pair = 1, groups: int = 1
    ) -> None:
        self.stride, self.padding, self.dilation, self.groups = stride, padding, dilation, groups
        self.output_padding = output_padding

    def _slide(self, x: Array, w: Array) -> Array:
        return self._to_image(x, self._result(x.shape, w.shape), w)

    def _to_input(self, upstream: Array, x: Array, w: Array) -> Array:
        return self._to_map(upstream, w).reshape(x.shape)

    def _to_weights(self, upstream: Array, x: Array, w: Array) -> Array:
        return self._to_kernel(x, upstream, w)

    def _slide_slips(self, upstream: Array, x: Array, w: Array) -> Iterator[tuple[Slip, tuple[Value, Value | None]]]:
        flipped = self._flipped(w)
        dx, dw = self._to_input(upstream, x, flipped), self._to_weights(upstream, x, flipped)
        yield KERNEL_FLIPPED, (dx, self._flipped(dw))

    def _image_and_map(self, x: Shape, w: Shape) -> tuple[Shape, Shape]:
        return self._result(x, w), x

    def _result(self, x: Shape, w: Shape) -> Shape:
        bare = self._is_bare(x, w, "channels in, channels out / groups")
        channels = 1 if bare else x[-self.axes - 1]
        if self.groups < 1 or channels != self._first(w) or channels % self.groups:
            raise LayerError(
                f"{self._said(x, w)} do not fit: such a kernel takes {self._first(w)} channels, not {channels}, "
                f"which must divide into {self.groups} groups"
            )
        lengths = self._laid(x, w).lengths
        return lengths if bare else (*x[: -self.axes - 1], w[1] * self.groups, *lengths)

    def _laid(self, x: Shape, w: Shape) -> Windows:
        return lay_windows_back(
            x[-self.axes :],
            w[-self.axes :],
            stride=self.stride,
            padding=self.padding,
            dilation=self.dilation,
            more=self.output_padding,
        )

    def _slide_code(self, x: Term, w: Term, *b: Term) -> Code:
        windows = self._laid(x.shape, w.shape)
        image, kernel, dropped = self._lifted(x, w)
        bias = [str(each) if each.shape else f"{each}[None]" for each in b]
        even = windows.before == windows.after
        settings = {
            **self._torch_settings(),
            "padding": unless(0, windows.before) if even else None,
            "output_padding": self.output_padding or None,
        }
        ends = zip(windows.before, windows.after, strict=True)
        kept = ", ".join(f"{before}:{-after if after else ''}" for before, after in ends)
        torch = call(f"torch.nn.functional.conv_transpose{self.axes}d", image, kernel, *bias, **settings)
        return {
            "torch": f"{torch}{'' if even else f'[..., {kept}]'}{dropped}",
            "jax": f"{self._jax(windows, image, kernel, w)}{dropped}{self._beside_jax(b)}",
        }

    def _jax(self, windows: Windows, image: str, kernel: str, w: Term) -> str:
        """A convolution over the input with zeros between its elements, the kernel turned around and transposed."""
        taken, each = (1, 1) if len(w.shape) == self.axes else w.shape[:2]
        apart = (self.groups, taken // self.groups, each, *windows.kernel)
        whole = (self.groups * each, -1, *windows.kernel)
        turned = f"jnp.flip({kernel}, (2, 3)).reshape({apart}).swapaxes(1, 2).reshape({whole})"
        padding = []
        for axis, (stride, count) in enumerate(zip(windows.stride, windows.counts, strict=True)):
            reach = windows.dilation[axis] * (windows.kernel[axis] - 1)
            before = windows.before[axis]
            padding.append((reach - before, windows.lengths[axis] - (count - 1) * stride - 1 + before))
        return call(
            "jax.lax.conv_general_dilated", image, turned, window_strides=(1,) * self.axes, padding=padding,
            lhs_dilation=windows.stride, rhs_dilation=windows.dilation,
            feature_group_count=None if self.groups == 1 else self.groups,
        )  # fmt: skip

    def _onnx_settings(self, x: Shape, w: Shape) -> tuple[str, dict[str, Any]]:
        windows = self._laid(x, w)
        more = self.output_padding
        ends = list(zip(windows.before, windows.after, strict=True))
        pairs = [more] * self.axes if isinstance(more, int) else list(more)
        return "ConvTranspose", _laid(windows, ends) | {"output_padding": pairs}


def _laid(windows: Windows, ends: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """How windows lie, as attributes of ONNX."""
    return {"strides": windows.stride, "dilations": windows.dilation, "pads": onnx_ends(ends)}


class Correlate1d(Bare, OneAxis):
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


class Correlate2d(Bare, TwoAxes):
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


class Conv1d(Biased, OneAxis):
    """Convolution along an axis with a bias: a kernel slides over (batch, channels, length)."""

    bare = Correlate1d
    symbol = "conv"
    spellings = ("torch.nn.functional.conv1d", "torch.conv1d")
    value_latex = rf"b_o + {_Y_1D}"
    partials_latex = (_X_1D, _W_1D, r"\sum_{n,i} \text{upstream}_{n,o,i}")
    samples = (
        at(_SIGNAL, [1.0, -0.5], 0.5),
        at(_SIGNALS, _FILTERS, [0.1, -0.2], padding=[2, 1], stride=2),
        at(_SIGNALS[0], [[[1.0, -0.5]], [[2.0, 3.0]]], [0.1, -0.2], dilation=2, groups=2),
    )


class Conv2d(Biased, TwoAxes):
    """Convolution over a plane with a bias: a kernel slides over (batch, channels, height, width)."""

    bare = Correlate2d
    symbol = "conv"
    spellings = ("torch.nn.functional.conv2d", "torch.conv2d")
    value_latex = rf"b_o + {_Y_2D}"
    partials_latex = (_X_2D, _W_2D, r"\sum_{n,i,j} \text{upstream}_{n,o,i,j}")
    samples = (
        at(_IMAGE, _KERNEL, 0.5),
        at(_BATCH, _MIXING, [0.1, -0.2], stride=[2, 1], padding=1),
        at(_TWO_CHANNELS, _APART, [0.1, -0.2], groups=2, dilation=2, padding=[1, 0, 0, 2]),
    )


class CorrelateTranspose2d(Bare, Transposed):
    """Transposed convolution over a plane without a bias: conv_transpose2d with two inputs."""

    symbol = "✶ᵀ"
    aliases = ("conv_transpose2d",)
    spellings = ("torch.nn.functional.conv_transpose2d", "torch.conv_transpose2d")
    value_latex = _Y_BACK
    partials_latex = (_X_BACK, _W_BACK)
    samples = (
        at(_IMAGE, _KERNEL),
        at(_BATCH, _MIXING, stride=[2, 1], padding=1, output_padding=[1, 0]),
        at(_TWO_CHANNELS, _APART, groups=2, dilation=2, padding=[1, 0, 0, 2]),
    )


class ConvTranspose2d(Biased, Transposed):
    """Transposed convolution over a plane with a bias: every element lays down a multiple of the kernel."""

    bare = CorrelateTranspose2d
    symbol = "convᵀ"
    spellings = ("torch.nn.functional.conv_transpose2d", "torch.conv_transpose2d")
    value_latex = rf"b_o + {_Y_BACK}"
    partials_latex = (_X_BACK, _W_BACK, r"\sum_{n,h,k} \text{upstream}_{n,o,h,k}")
    samples = (
        at(_IMAGE, _KERNEL, 0.5),
        at(_BATCH, _MIXING, [0.1, -0.2], stride=[2, 1], padding=1, output_padding=[1, 0]),
        at(_TWO_CHANNELS, _APART, [0.1, -0.2], groups=2, dilation=2, padding=[1, 0, 0, 2]),
    )
