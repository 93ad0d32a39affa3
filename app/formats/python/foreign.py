"""Functions of libraries that are ops here, with other conventions: another order, other defaults, other words."""

from __future__ import annotations

import math
import sys
from typing import Final

from app.core.layer import Layer
from app.core.ops.activations import Softplus
from app.core.ops.arithmetic import Add, Mul, Sub
from app.core.ops.gated import Gelu
from app.core.ops.parts import Embedding, Pad, Slice
from app.core.ops.reduce import Std, Var
from app.core.ops.sequence import Attention
from app.formats.python import windows
from app.formats.python.call import Call, Meaning
from app.formats.python.reading import Reading, shape_held
from app.formats.python.values import Held

_LARGEST: Final = sys.float_info.max
_INFINITE: Final = (math.inf, -math.inf)
_PLAIN_ATTENTION: Final = {"attn_mask": (None,), "dropout_p": (0, 0.0), "is_causal": (False,)}
"""What else PyTorch's attention takes, and as what it changes nothing."""


def _torch_pad(read: Reading, call: Call) -> Held:
    """The last axis first, and only the axes that get a border."""
    mode = call.get(2, "mode", "constant")
    given = read.plain(call.place, call.get(1, Pad.name))
    tensor = read.tensor(call.place, call.get(0, "input"))
    rank = len(shape_held(tensor))
    widths = given if isinstance(given, tuple) else ()
    if mode != "constant" or len(widths) % 2 or len(widths) > 2 * rank:
        detail = "F.pad takes a pair of widths for each of the last axes, the last one first, and fills with a constant"
        raise read.fault(call.place, detail)
    pairs = [widths[2 * n : 2 * n + 2] for n in range(len(widths) // 2)]
    fill = read.plain(call.place, call.get(3, "value"))
    if fill in _INFINITE:
        # A graph has no infinite number; its largest one is as good as that for a pooling.
        fill = math.copysign(_LARGEST, fill)
    borders = [(0, 0)] * (rank - len(pairs)) + pairs[::-1]
    return read.combine(call.place, Pad, [tensor], {"widths": borders, "value": 0.0 if fill is None else fill})


def _torch_embedding(read: Reading, call: Call) -> Held:
    return read.combine(call.place, Embedding, [call.get(1, "weight"), call.get(0, "input")])


def _torch_deviation(op: type[Layer]) -> Meaning:
    """PyTorch takes a sample's deviation unless it is told otherwise, we and NumPy a population's."""

    def meaning(read: Reading, call: Call) -> Held:
        named = dict(call.named)
        sample = read.plain(call.place, named.get("unbiased", True))
        axis = read.plain(call.place, call.get(1, "dim", named.get("axis")))
        settings = {
            "axis": axis,
            "ddof": read.plain(call.place, named.get("correction", int(bool(sample)))),
            "keepdims": read.plain(call.place, named.get("keepdim", False)),
        }
        return read.combine(call.place, op, [call.get(0, "input")], settings)

    return meaning


def _jax_gelu(read: Reading, call: Call) -> Held:
    approximate = read.plain(call.place, call.get(1, "approximate", True))
    return read.combine(call.place, Gelu, [call.get(0, "x")], {"approximate": approximate})


def _torch_attention(read: Reading, call: Call) -> Held:
    """With a scale of its own: the queries are scaled before."""
    place = call.place
    query, key, value = (call.get(n, name) for n, name in enumerate(("query", "key", "value")))
    for number, (name, usual) in enumerate(_PLAIN_ATTENTION.items(), 3):
        if call.get(number, name, usual[0]) not in usual:
            raise read.fault(place, f"“{name}” can't be drawn here: leave it out", "bad-setting")
    given = call.named.get("scale")
    if given is None:
        return read.combine(place, Attention, [query, key, value])
    scale = read.real(place, given)
    length = (1, *shape_held(read.tensor(place, query)))[-1]
    if math.isclose(scale * math.sqrt(length), 1.0, rel_tol=1e-15):
        return read.combine(place, Attention, [query, key, value])
    scaled = query if scale == 1.0 else read.combine(place, Mul, [query, scale])
    return read.combine(place, Attention, [scaled, key, value], {"scale": False})


def _logaddexp(read: Reading, call: Call) -> Held:
    """log(eᵃ + eᵇ) = a + softplus(b − a)."""
    first, second = call.get(0, "x1", call.get(0, "input")), call.get(1, "x2", call.get(1, "other"))
    if read.number(first) == 0.0:
        return read.combine(call.place, Softplus, [second])
    rest = read.combine(call.place, Softplus, [read.combine(call.place, Sub, [second, first])])
    return read.combine(call.place, Add, [first, rest])


def _flip(read: Reading, call: Call) -> Held:
    """A tensor turned around along the axes that are named, or along all."""
    held = call.get(0, "input", call.get(0, "m"))
    rank = len(shape_held(read.tensor(call.place, held)))
    named = [axes for name in ("dims", "axis") if (axes := call.named.get(name)) is not None]
    given = read.plain(call.place, [*call.args[1:], *named])
    axes = given[0] if given and isinstance(given[0], tuple) else given
    if not all(isinstance(axis, int) and -rank <= axis < rank for axis in axes):
        raise read.fault(call.place, f"there are {rank} axes, counted from 0", "shape-mismatch")
    turned = {axis % rank for axis in axes or range(rank)}
    index = ", ".join("::-1" if axis in turned else ":" for axis in range(rank))
    return read.combine(call.place, Slice, [held], {"index": index} if turned else {})


def _function_itself(_read: Reading, call: Call) -> Held:
    """What makes a function of one number one of arrays: all functions are that here."""
    return call.get(0, "pyfunc", call.get(0, "func"))


TORCH_METHODS: Final[dict[str, Meaning]] = {
    ".var": _torch_deviation(Var),
    ".std": _torch_deviation(Std),
}
"""Methods that mean something else of PyTorch's tensors than of NumPy's arrays."""
METHODS: Final[dict[str, Meaning]] = {".flip": _flip}
FUNCTIONS: Final[dict[str, Meaning]] = {
    "torch.nn.functional.scaled_dot_product_attention": _torch_attention,
}
"""Functions that are spelled like an op's, and need to be read with care."""
MEANINGS: Final[dict[str, Meaning]] = {
    "torch.nn.functional.pad": _torch_pad,
    "torch.nn.functional.embedding": _torch_embedding,
    "torch.var": _torch_deviation(Var), "torch.std": _torch_deviation(Std),
    "jax.nn.gelu": _jax_gelu,
    **{f"{module}.logaddexp": _logaddexp for module in ("numpy", "torch", "jax.numpy")},
    **{f"{module}.flip": _flip for module in ("numpy", "torch", "jax.numpy")},
    "numpy.vectorize": _function_itself, "jax.numpy.vectorize": _function_itself, "numpy.frompyfunc": _function_itself,
    **windows.MEANINGS,
}  # fmt: skip
"""By full name."""
