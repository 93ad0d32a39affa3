"""What convolutions of any kind share: a kernel that slides over the last axes of an image.

Forward copies all windows side by side, so that one matrix product a sample does the work (im2col; K. Chellapilla,
S. Puri and P. Simard, High Performance Convolutional Neural Networks for Document Processing, 2006); backward adds
each window's gradient to where the window was (col2im). A batch is taken in parts, so that the copies stay small.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Final

import numpy as np

from app.core.build import GraphBuilder
from app.core.errors import LayerError
from app.core.layer import Layer
from app.core.slips.catalogue import AVERAGED, NOT_SUMMED, Slip
from app.core.spelling import Code, OnnxNodes, Term
from app.core.tensor import Array, Shape, Value, as_value, format_shape, shape_of, size_of
from app.core.windows import Lengths, Windows, lay_windows
from app.core.windows_code import onnx_single, reshaped

_CACHED: Final = 2**17
"""Up to so many elements of windows, 1 MB, are copied at once; more only where a single sample has more."""
_KEEPS: Final = "Its input and its kernel, each for the other's gradient"


class Sliding(Layer, abstract=True):
    """The arithmetic between an image, a kernel that slides over its last ``axes`` axes, and a map of the products.

    The image is (batch, channels, …), (channels, …) or bare, the kernel (channels of the map, channels of the image /
    groups, …) or bare. Subclasses say which of image and map is the input, and which the result.
    """

    axes: ClassVar[int]
    stride: Lengths
    padding: Lengths
    dilation: Lengths
    groups: int
    _x: Array
    _w: Array

    def _slide(self, x: Array, w: Array) -> Array:
        """The result without a bias."""
        raise NotImplementedError

    def _to_input(self, upstream: Array, x: Array, w: Array) -> Array:
        """The gradient of the input."""
        raise NotImplementedError

    def _to_weights(self, upstream: Array, x: Array, w: Array) -> Array:
        """The gradient of the kernel."""
        raise NotImplementedError

    def _sent(self, upstream: Array) -> tuple[Array | None, Array | None]:
        """What the input and the kernel are sent."""
        dx = self._to_input(upstream, self._x, self._w) if self._asked(0) else None
        dw = self._to_weights(upstream, self._x, self._w) if self._asked(1) else None
        return dx, dw

    def _slide_slips(self, upstream: Array, x: Array, w: Array) -> Iterator[tuple[Slip, tuple[Value, Value | None]]]:
        """Slips in these two."""
        raise NotImplementedError

    def _result(self, x: Shape, w: Shape) -> Shape:
        """The shape of the result; ``LayerError`` where the shapes or the settings don't fit."""
        raise NotImplementedError

    def _image_and_map(self, x: Shape, w: Shape) -> tuple[Shape, Shape]:
        """The shapes of the two between which the kernel mediates."""
        raise NotImplementedError

    def _windows(self, image: Shape, w: Shape) -> Windows:
        return lay_windows(
            image[-self.axes :], w[-self.axes :], stride=self.stride, padding=self.padding, dilation=self.dilation
        )

    def _to_map(self, image: Array, w: Array) -> Array:
        """The sum of the products in each window: (batch, groups, channels / groups, windows)."""
        kernels, images = self._kernels(w), self._samples(image)
        windows = self._windows(image.shape, w.shape)
        products = np.empty((len(images), *kernels.shape[:2], size_of(windows.counts)))
        for part in self._parts(images, windows):
            np.matmul(kernels, self._columns(images[part], windows), out=products[part])
        return products

    def _to_image(self, products: Array, image: Shape, w: Array, *, overwrite: bool = False) -> Array:
        """A map taken back: each element times the kernel, added to where its window was."""
        kernels, windows = self._kernels(w).swapaxes(-1, -2), self._windows(image, w.shape)
        maps = self._by_group(products, w)
        images = np.empty((len(maps), self._first(image[-self.axes - 1 :]), *windows.lengths))
        for part in self._parts(images, windows):
            columns = kernels @ maps[part]
            stack = columns.reshape(-1, images.shape[1], *windows.kernel, *windows.counts)
            images[part] = windows.spread(stack, overwrite=overwrite)
        return images.reshape(image)

    def _to_kernel(self, products: Array, image: Array, w: Array) -> Array:
        """The kernel's gradient: each element of a map times the window that it belongs to, summed."""
        maps, images = self._by_group(products, w), self._samples(image)
        windows = self._windows(image.shape, w.shape)
        total = np.zeros(self._kernels(w).shape)
        for part in self._parts(images, windows):
            total += (maps[part] @ self._columns(images[part], windows).swapaxes(-1, -2)).sum(axis=0)
        return total.reshape(w.shape)

    def _parts(self, images: Array, windows: Windows) -> Iterator[slice]:
        """A batch in parts that are small enough to stay in the processor's cache, or single samples."""
        batch, channels = images.shape[:2]
        step = _together(windows, channels)
        return (slice(start, start + step) for start in range(0, batch, step))

    def _by_group(self, products: Array, w: Array) -> Array:
        """A map as a matrix for each group: (batch, groups, channels / groups, windows)."""
        kernels = self._kernels(w)
        return products.reshape(-1, *kernels.shape[:2], size_of(products.shape[-self.axes :]))

    def _kernels(self, w: Array) -> Array:
        """The kernel as a matrix for each group: (groups, channels of the map / groups, what a window holds)."""
        return w.reshape(self.groups, self._first(w.shape) // self.groups, -1)

    def _columns(self, images: Array, windows: Windows) -> Array:
        """All windows side by side: (batch, groups, what a window holds, windows)."""
        return windows.gather(images).reshape(len(images), self.groups, -1, size_of(windows.counts))

    def _samples(self, image: Array) -> Array:
        """An image with its axes for the batch and the channels."""
        return image.reshape(-1, self._first(image.shape[-self.axes - 1 :]), *image.shape[-self.axes :])

    def _first(self, shape: Shape) -> int:
        """The length of the axis before the last ones; 1 where there is none."""
        return shape[0] if len(shape) > self.axes else 1

    def _flipped(self, w: Array) -> Array:
        return np.flip(w, tuple(range(-self.axes, 0)))

    def _is_bare(self, x: Shape, w: Shape, kernel: str) -> bool:
        """Whether both are without batch and channels; ``LayerError`` where they don't go together."""
        if len(x) == len(w) == self.axes:
            return True
        if len(w) != self.axes + 2 or len(x) not in (self.axes + 1, self.axes + 2):
            lengths = "length" if self.axes == 1 else "height, width"
            raise LayerError(
                f"{self._said(x, w)} do not fit: an input is (batch, channels, {lengths}) or (channels, {lengths}) "
                f"with a kernel of ({kernel}, {lengths}), or both are ({lengths})"
            )
        return False

    def _said(self, x: Shape, w: Shape) -> str:
        return f"an input of shape {format_shape(x)} and a kernel of shape {format_shape(w)}"

    def _scratch(self, x: Shape, w: Shape) -> int:
        image, _ = self._image_and_map(x, w)
        windows = self._windows(image, w)
        return windows.scratch(self._stacked(image, windows))

    def _work(self, x: Shape, w: Shape) -> int:
        image, products = self._image_and_map(x, w)
        windows, channels = self._windows(image, w), self._first(image[-self.axes - 1 :])
        parts = len(range(0, size_of(image[: -self.axes - 1]), _together(windows, channels)))
        gathering = parts * windows.work(self._stacked(image, windows))
        return gathering + 2 * size_of(products) * size_of(w) // self._first(w)

    def _stacked(self, image: Shape, windows: Windows) -> int:
        """How many planes, or lines, are taken at once: all channels of some samples."""
        channels = self._first(image[-self.axes - 1 :])
        return min(_together(windows, channels), size_of(image[: -self.axes - 1])) * channels

    def _slide_code(self, x: Term, w: Term, *b: Term) -> Code:
        """The sliding product in other libraries, with a bias or without."""
        raise NotImplementedError

    def _slide_onnx(self, nodes: OnnxNodes, x: Term, w: Term, *b: Term) -> str:
        """The sliding product as an ONNX node, with a bias or without."""
        image = reshaped(nodes, x, (1,) * (self.axes + 2 - len(x.shape)) + x.shape)
        kernel = reshaped(nodes, w, (1,) * (self.axes + 2 - len(w.shape)) + w.shape)
        bias = [reshaped(nodes, each, each.shape or (1,)) for each in b]
        operator, settings = self._onnx_settings(x.shape, w.shape)
        made = onnx_single(nodes, operator, image, kernel, *bias, group=self.groups, **settings)
        result = self._result(x.shape, w.shape)
        return made if len(result) == self.axes + 2 else reshaped(nodes, made, result)

    def _onnx_settings(self, x: Shape, w: Shape) -> tuple[str, dict[str, Any]]:
        """ONNX's operator, and its attributes but for the groups."""
        raise NotImplementedError

    def _beside_jax(self, b: Sequence[Term]) -> str:
        """A bias behind an expression, beside the channels."""
        return "".join(f" + {bias}.reshape({(-1, *(1,) * self.axes)})" if bias.shape else f" + {bias}" for bias in b)

    def _lifted(self, x: Term, w: Term) -> tuple[str, str, str]:
        """Input and kernel with axes for batch and channels, and what takes those of the result away again."""
        missing = self.axes + 2 - len(x.shape)
        image = f"{x}[{', '.join(['None'] * missing)}]" if missing else str(x)
        kernel = f"{w}[None, None]" if len(w.shape) == self.axes else str(w)
        return image, kernel, f"[{', '.join(['0'] * missing)}]" if missing else ""

    def _torch_settings(self) -> dict[str, Any]:
        usual = {"stride": self.stride, "dilation": self.dilation, "groups": self.groups}
        return {name: None if setting == 1 else setting for name, setting in usual.items()}


def _together(windows: Windows, channels: int) -> int:
    """How many samples of a batch are taken at once."""
    return max(_CACHED // windows.scratch(channels), 1)


class Bare(Sliding, abstract=True):
    """No bias."""

    kept = ("x", "w")
    keeps_doc = f"{_KEEPS}."

    def forward(self, x: Array, w: Array) -> Value:
        self._x, self._w = x, w
        return self._slide(x, w)

    def backward(self, upstream: Array) -> tuple[Value | None, ...]:
        return self._sent(upstream)

    def slips(self, upstream: Array) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        yield from self._slide_slips(upstream, self._x, self._w)

    def shape(self, x: Shape, w: Shape) -> Shape:
        return self._result(x, w)

    def scratch(self, x: Shape, w: Shape) -> int:
        return self._scratch(x, w)

    def work(self, x: Shape, w: Shape) -> int:
        return self._work(x, w)

    def code(self, x: Term, w: Term) -> Code:
        return self._slide_code(x, w)

    def onnx(self, nodes: OnnxNodes, x: Term, w: Term) -> str:
        return self._slide_onnx(nodes, x, w)


class Biased(Sliding, abstract=True):
    """A bias for each channel of the result. ``bare`` is the op without it."""

    bare: ClassVar[type[Bare]]
    kept = ("x", "w", "b_shape")
    keeps_doc = f"{_KEEPS}; of the bias the shape alone."

    def forward(self, x: Array, w: Array, b: Value) -> Value:
        self._x, self._w, self._b_shape = x, w, shape_of(b)
        value = self._slide(x, w)
        value += np.reshape(b, self._beside(self._b_shape))
        return value

    def backward(self, upstream: Array) -> tuple[Value | None, ...]:
        return *self._sent(upstream), self._summed(upstream) if self._asked(2) else None

    def slips(self, upstream: Array) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        for slip, shares in self._slide_slips(upstream, self._x, self._w):
            yield slip, (*shares, None)
        yield NOT_SUMMED, (None, None, upstream)
        copies = upstream.size // size_of(self._b_shape)
        yield AVERAGED, (None, None, self._summed(upstream) / copies)

    def shape(self, x: Shape, w: Shape, b: Shape) -> Shape:
        result = self._result(x, w)
        if b != result[-self.axes - 1 : -self.axes]:
            raise LayerError(
                f"a bias of shape {format_shape(b)} does not fit a kernel of shape {format_shape(w)}: "
                "it has one number for each channel of the result"
            )
        return result

    def scratch(self, x: Shape, w: Shape, b: Shape) -> int:
        return self._scratch(x, w)

    def work(self, x: Shape, w: Shape, b: Shape) -> int:
        return self._work(x, w) + size_of(self._result(x, w))

    def decompose(self, build: GraphBuilder, x: str, w: str, b: str) -> str:
        settings = {param.name: getattr(self, param.name) for param in self.params}
        chosen = {param.name: settings[param.name] for param in self.params if settings[param.name] != param.default}
        slid = build.add(self.bare.name, x, w, **chosen)
        if beside := self._beside(build.shapes[b]):
            b = build.add("reshape", b, shape=list(beside))
        return build.add("add", slid, b)

    def _beside(self, b: Shape) -> Shape:
        """The bias's shape with an axis for each one that it is copied along behind the channels."""
        return (*b, *(1,) * self.axes) if b else ()

    def _summed(self, upstream: Array) -> Value:
        channels = upstream.ndim - self.axes - 1
        copied = tuple(axis for axis in range(upstream.ndim) if not self._b_shape or axis != channels)
        return as_value(upstream.sum(axis=copied))

    def code(self, x: Term, w: Term, b: Term) -> Code:
        return self._slide_code(x, w, b)

    def onnx(self, nodes: OnnxNodes, x: Term, w: Term, b: Term) -> str:
        return self._slide_onnx(nodes, x, w, b)
