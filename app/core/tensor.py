"""Values: a scalar is a Python float, anything else a float64 array.

Python floats are several times faster than NumPy's scalars, and most graphs that people draw are scalar.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import chain
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
Value: TypeAlias = float | Array
Shape: TypeAlias = tuple[int, ...]


def read_tensor(data: object) -> Value:
    """A number or nested lists of numbers, as JSON has them, as a value.

    Raises ``ValueError`` for anything that isn't a full rectangle of finite numbers. Goes level by level, so that
    no depth of nesting can exhaust the stack.
    """
    if type(data) is float and math.isfinite(data):
        return data
    shape: list[int] = []
    items: Sequence[object] = [data]
    while items and isinstance(items[0], list):
        widths = {len(item) if isinstance(item, list) else None for item in items}
        if len(widths) > 1:
            raise ValueError("a tensor's rows must all have the same length and depth")
        shape.append(len(items[0]))
        items = list(chain.from_iterable(item for item in items if isinstance(item, list)))
    if not items:
        raise ValueError("a tensor needs at least one element")
    if not set(map(type, items)) <= {int, float}:
        raise ValueError("a tensor holds numbers only, in rows of the same length and depth")
    try:
        flat = np.array(items, dtype=np.float64)
    except OverflowError:
        flat = np.array([np.inf])
    if not np.isfinite(flat).all():
        raise ValueError("a tensor holds finite numbers only, no larger than 1.797e308")
    return flat.reshape(shape) if shape else float(flat[0])


def as_value(array: Array | np.float64 | float) -> Value:
    """A result of NumPy as a value: a Python float where it has no axes."""
    return array if isinstance(array, np.ndarray) and array.ndim else float(array)


def all_finite(value: Value) -> bool:
    """Whether no element is infinite or NaN."""
    return bool(np.isfinite(value).all())


def checked(value: Value) -> Value:
    """NumPy's own scalar for a number: it answers inf and NaN where a Python float raises."""
    return value if isinstance(value, np.ndarray) and value.ndim else np.float64(value)


def shape_of(value: Value) -> Shape:
    """The shape of a value; ``()`` for a scalar."""
    return value.shape if isinstance(value, np.ndarray) else ()


def size_of(shape: Shape) -> int:
    """How many elements a shape has, in Python integers (``np.prod`` wraps around)."""
    return math.prod(shape)


def format_shape(shape: Shape) -> str:
    """A shape as people write it: ``(2, 3)``, and ``scalar`` for the empty one."""
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})" if shape else "scalar"


def broadcast_shapes(*shapes: Shape) -> Shape:
    """The shape that NumPy's broadcasting gives; ``ValueError`` where the shapes don't fit.

    Unlike ``np.broadcast_shapes`` it allocates nothing and has no limit on size.
    """
    rank = max((len(shape) for shape in shapes), default=0)
    result: list[int] = []
    for axis in range(-rank, 0):
        lengths = {shape[axis] for shape in shapes if len(shape) >= -axis} - {1}
        if len(lengths) > 1:
            raise ValueError("shapes do not broadcast")
        result.append(lengths.pop() if lengths else 1)
    return tuple(result)


def unbroadcast(gradient: Value, shape: Shape) -> Value:
    """The gradient of an input of ``shape`` whose broadcast copies received ``gradient``: the sum over the copies."""
    if not isinstance(gradient, np.ndarray):
        return gradient if not shape else np.full(shape, gradient)
    if gradient.shape == shape:
        return gradient
    if gradient.shape[-len(shape) :] != shape:
        gradient = np.broadcast_to(gradient, np.broadcast_shapes(gradient.shape, shape))
    extra = gradient.ndim - len(shape)
    stretched = tuple(
        extra + axis for axis, length in enumerate(shape) if length == 1 and gradient.shape[extra + axis] != 1
    )
    total = gradient.sum(axis=(*range(extra), *stretched))
    return np.reshape(total, shape) if shape else as_value(total)
