"""Large tensors in documents: their bytes in base64, since lists of digits are several times as long.

A packed tensor is ``{"shape": [64, 3], "dtype": "float32", "data": "…"}``: its elements in C order, little-endian.
"""

from __future__ import annotations

import math
from base64 import b64decode, b64encode
from typing import Any, Final, Literal

import numpy as np
from typing_extensions import TypedDict

from app.core.tensor import Array, Value, size_of

MIN_PACKED: Final = 4_097
"""From so many elements on, a leaf's value is packed where a document is written."""
_MAX_RANK: Final = 32
_BYTES: Final[dict[str, np.dtype[np.floating[Any]]]] = {"float32": np.dtype("<f4"), "float64": np.dtype("<f8")}


class PackedTensor(TypedDict):
    """A tensor's shape and its elements' bytes in base64, in C order, little-endian."""

    shape: list[int]
    dtype: Literal["float32", "float64"]
    data: str


def pack(array: Array) -> PackedTensor:
    """An array in as few bytes as hold it exactly."""
    with np.errstate(over="ignore"):
        single = array.astype("<f4")
    exact = bool(np.array_equal(single, array))
    content = single if exact else array.astype("<f8")
    return {
        "shape": list(array.shape),
        "dtype": "float32" if exact else "float64",
        "data": b64encode(content.tobytes()).decode("ascii"),
    }


def unpack(data: dict[Any, Any]) -> Value:
    """A packed tensor as a value. Raises ``ValueError`` for anything that isn't one, or isn't finite."""
    if set(data) != {"shape", "dtype", "data"}:
        raise ValueError("a packed tensor has shape, dtype and data")
    shape, text = _shape(data["shape"]), data["data"]
    if data["dtype"] not in list(_BYTES):
        raise ValueError("a packed tensor's dtype is float32 or float64")
    dtype = _BYTES[data["dtype"]]
    size = size_of(shape) * dtype.itemsize
    if not isinstance(text, str) or len(text) != 4 * math.ceil(size / 3):
        raise ValueError(f"a packed tensor of that shape and dtype has {size:,} bytes in base64")
    content = b64decode(text.encode("ascii", "replace"), validate=True)
    if len(content) != size:
        raise ValueError(f"a packed tensor of that shape and dtype has {size:,} bytes in base64")
    array = np.frombuffer(content, dtype).astype(np.float64).reshape(shape)
    if not np.isfinite(array).all():
        raise ValueError("a tensor holds finite numbers only")
    return array if shape else float(array)


def _shape(data: object) -> tuple[int, ...]:
    """A shape from JSON, each length at least 1."""
    if not (isinstance(data, list) and len(data) <= _MAX_RANK and all(type(n) is int and n > 0 for n in data)):
        raise ValueError(f"a packed tensor's shape is a list of at most {_MAX_RANK} lengths, each at least 1")
    return tuple(data)
