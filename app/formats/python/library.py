"""What the names of NumPy, PyTorch, JAX, micrograd and the book mean, where they aren't simply an op's spelling."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from app.core.layer import Layer
from app.core.ops import OPS, find_spelling
from app.core.ops.activations import Tanh
from app.core.ops.arithmetic import Add, Square, Sub
from app.core.ops.functions import Exp, Log
from app.core.ops.leaves import Parameter
from app.core.ops.linalg import Affine, Matmul
from app.core.ops.parts import Pad
from app.core.ops.reduce import Max, Mean, Min
from app.core.ops.shape import Reshape, StopGradient, Transpose
from app.core.tensor import Value, as_value, shape_of, size_of
from app.formats.python import foreign, weights
from app.formats.python.call import Call, Meaning
from app.formats.python.draws import MAX_SEED, Draws
from app.formats.python.reading import Reading
from app.formats.python.values import ASIDE, Chain, Held, Leaf, Pending, Table, Tensor

KNOWN_AS: Final = {
    "np": "numpy",
    "numpy": "numpy",
    "math": "math",
    "torch": "torch",
    "nn": "torch.nn",
    "F": "torch.nn.functional",
    "jax": "jax",
    "jnp": "jax.numpy",
    "Value": "micrograd.engine.Value",
    "OrderedDict": "collections.OrderedDict",
}
"""What a name that the code doesn't define is taken for."""
ROOTS: Final = frozenset(
    {
        "numpy",
        "torch",
        "math",
        "jax",
        "collections",
        "micrograd",
        "scipy",
        "typing",
        "types",
        "enum",
        "dataclasses",
        "functools",
        "itertools",
        "__future__",
        "sys",
        "os",
    }
)
"""Packages that may be imported."""
BOOK: Final = ("common", "layer_naive", "app.core.ops")
"""Modules of layers: the book's, and Backarrow's own."""
_ARRAYS: Final = ("numpy", "torch", "jax.numpy")
CONSTANTS: Final[dict[str, float | None]] = {
    **{f"{module}.{name}": getattr(math, name) for module in ("math", *_ARRAYS) for name in ("pi", "e", "inf")},
    "numpy.newaxis": None,
}
LEFT_OUT: Final = (
    "torch.optim", "torch.no_grad", "torch.set_", "torch.nn.init", "torch.argmax", "numpy.argmax",
    "numpy.set_printoptions",
    "numpy.testing", "torch.allclose", "numpy.allclose", "jax.config", "sys.path", "os.pardir", "os.path", "os.environ",
    "enum.", "dataclasses.", "types.", "functools.", "itertools.",
    "common.optimizer", "common.gradient", "common.trainer", "typing.", "torch.float", "torch.double", "numpy.float",
    "jax.numpy.float", "torch.long", "torch.int", "numpy.int", "jax.random.PRNGKey", "jax.random.key", "jax.debug",
    "numpy.random.permutation", "numpy.random.choice", "numpy.random.shuffle",
)  # fmt: skip
"""Beginnings of names of which a graph has no part."""
DROPPED: Final = frozenset(
    {"dtype", "device", "inplace", "requires_grad", "copy", "generator", "momentum", "threshold"}
)
"""Keyword arguments that change nothing here."""
SETTING_NAMES: Final = {
    "dim": "axis",
    "dims": "axes",
    "keepdim": "keepdims",
    "negative_slope": "alpha",
    "num_classes": "classes",
    "newshape": "shape",
    "kernel_size": "kernel",
    Pad.name: "padding",
    "p": "rate",
    "dropout_ratio": "rate",
    "start_dim": "start",
    "pad_width": "widths",
    "constant_values": "value",
    "reps": "repeats",
    "correction": "ddof",
    Min.name: "low",
    Max.name: "high",
    "a_min": "low",
    "a_max": "high",
}
"""Other libraries' names of settings."""
SETTING_WORDS: Final = {Tanh.name: True, "none": False}
"""Other libraries' words for what is true or false here, such as whether a GELU is approximated."""
INPUT_NAMES: Final = {"input": 0, "target": 1, "a": 0, "other": 1}


def layer_named(name: str) -> type[Layer] | None:
    """The op whose layer class the book would call so: ``Mul`` or ``MulLayer``, ``MatMul``, or one of its spellings."""
    if name in _BOOK_NAMES:
        return find_spelling(_BOOK_NAMES[name], 3)
    return _LAYERS.get(name) or _LAYERS.get(name.removesuffix("Layer").lower())


_BOOK_NAMES: Final = {
    "Convolution": "torch.nn.functional.conv2d",
    "BatchNormalization": "torch.nn.functional.batch_norm",
}
"""Layers of the book that have a name of their own, by a spelling of their op."""
_LAYERS: Final[dict[str, type[Layer]]] = {
    **{op.__name__.lower(): op for op in OPS if not op.is_leaf},
    **{spelling: op for op in OPS for spelling in op.spellings if "." not in spelling and not spelling.islower()},
}


def is_left_out(path: str) -> bool:
    """Whether a graph has no part of that name."""
    return path.startswith(LEFT_OUT)


def _array(read: Reading, call: Call) -> Held:
    data = read.known(call.get(0, "data", call.get(0, "object")))
    op = Parameter if call.named.get("requires_grad") is True else None
    if isinstance(data, Pending):
        return data
    if isinstance(data, Leaf):
        return data if op is None else Leaf(data.value, op, data.name)
    value = read.array(call.place, data) if isinstance(data, (list, tuple, range)) else read.real(call.place, data)
    return Leaf(value) if op is None else Leaf(value, op)


def _filled(fill: Callable[[tuple[int, ...]], Value]) -> Meaning:
    def meaning(read: Reading, call: Call) -> Held:
        sizes = call.args or [call.named.get("size", call.named.get("shape", ()))]
        return _made(read, call, fill(read.shape(call.place, sizes)))

    return meaning


def _full(read: Reading, call: Call) -> Held:
    shape = read.shape(call.place, [call.get(0, "shape", call.get(0, "size", ()))])
    return _made(read, call, np.full(shape, read.real(call.place, call.get(1, "fill_value"))))


def _like(fill: float) -> Meaning:
    def meaning(read: Reading, call: Call) -> Held:
        shape = read.tensor(call.place, call.get(0, "a"))
        return _made(read, call, np.full(shape.shape if isinstance(shape, (Leaf, Pending)) else (), fill))

    return meaning


def _eye(read: Reading, call: Call) -> Held:
    rows = read.whole(call.place, call.get(0, "N"))
    columns = read.whole(call.place, call.get(1, "M", rows))
    read.shape(call.place, [rows, columns])
    return _made(read, call, np.eye(rows, columns))


def _arange(read: Reading, call: Call) -> Held:
    bounds = [read.real(call.place, argument) for argument in call.args]
    if not 1 <= len(bounds) <= 3 or (len(bounds) == 3 and bounds[2] == 0.0):
        raise read.fault(call.place, "“arange” takes a stop, or a start, a stop and a step other than 0")
    start, stop, step = (0.0, bounds[0], 1.0) if len(bounds) == 1 else (*bounds, 1.0)[:3]
    count = math.ceil(min(max((stop - start) / step, 0.0), 1e9))
    read.shape(call.place, [count])
    return _made(read, call, start + step * np.arange(count, dtype=np.float64))


def _linspace(read: Reading, call: Call) -> Held:
    start, stop = read.real(call.place, call.get(0, "start")), read.real(call.place, call.get(1, "stop"))
    (count,) = read.shape(call.place, [call.get(2, "num", call.get(2, "steps", 50))])
    return _made(read, call, np.asarray(np.linspace(start, stop, count), dtype=np.float64))


def _made(read: Reading, call: Call, value: Value) -> Leaf:
    if not np.isfinite(value).all():
        raise read.fault(call.place, "a number is larger than 1.797e308", "not-finite")
    leaf = Leaf(as_value(np.asarray(value, dtype=np.float64)), made=True)
    if call.named.get("requires_grad") is True:
        leaf.op = Parameter
    return leaf


def _seed(*, foreign: bool) -> Meaning:
    def meaning(read: Reading, call: Call) -> Held:
        seed = read.whole(call.place, call.get(0, "seed", 0))
        if not 0 <= seed <= MAX_SEED:
            raise read.fault(call.place, "a seed is a whole number from 0 on")
        read.draws.seed(seed, foreign=foreign)
        return ASIDE

    return meaning


def _generator(read: Reading, call: Call) -> Held:
    seed = read.plain(call.place, call.get(0, "seed"))
    draws = Draws(None if seed is None else abs(read.whole(call.place, seed)), generator=True)
    read.own_draws.append(draws)
    return draws


def draw(kind: str, draws: Draws, read: Reading, call: Call, *, foreign: bool = False) -> Held:
    """Random numbers, by the name of NumPy's or PyTorch's function."""
    place = call.place
    match kind:
        case "randn":
            return _made(read, call, draws.normal(read.shape(place, call.args), foreign=foreign))
        case "standard_normal":
            return _made(read, call, draws.normal(_size(read, call, 0), foreign=foreign))
        case "rand":
            return _made(read, call, draws.uniform(0.0, 1.0, read.shape(place, call.args), foreign=foreign))
        case "random":
            return _made(read, call, draws.uniform(0.0, 1.0, _size(read, call, 0), foreign=foreign))
        case "normal":
            mean, deviation = read.real(place, call.get(0, "loc", 0.0)), read.real(place, call.get(1, "scale", 1.0))
            return _made(read, call, mean + deviation * draws.normal(_size(read, call, 2), foreign=foreign))
        case "uniform":
            low, high = read.real(place, call.get(0, "low", 0.0)), read.real(place, call.get(1, "high", 1.0))
            if not low <= high <= 1e300 or low < -1e300:
                raise read.fault(place, "the bounds should be two numbers, the smaller first")
            return _made(read, call, draws.uniform(low, high, _size(read, call, 2), foreign=foreign))
        case "randint" | "integers":
            low, high = read.whole(place, call.get(0, "low")), call.get(1, "high")
            bounds = (0, low) if high is None else (low, read.whole(place, high))
            if bounds[0] >= bounds[1]:
                raise read.fault(place, "the bounds should be two whole numbers, the smaller first")
            return _made(read, call, draws.whole(*bounds, _size(read, call, 2), foreign=foreign))
    raise read.fault(place, "of a random generator there are standard_normal, normal, uniform, random and integers")


def _size(read: Reading, call: Call, number: int) -> tuple[int, ...]:
    size = call.get(number, "size", ())
    return read.shape(call.place, [size] if size is not None else [()])


def _drawn(kind: str, *, foreign: bool = False) -> Meaning:
    return lambda read, call: draw(kind, read.draws, read, call, foreign=foreign)


def linear(read: Reading, place: ast.AST, x: Held, weight: Held, bias: Held) -> Held:
    """The product x · Wᵀ + b, as PyTorch's linear layer keeps its weights."""
    turned = read.combine(place, Transpose, [weight])
    return read.combine(place, Matmul, [x, turned]) if bias is None else read.combine(place, Affine, [x, turned, bias])


def _linear(read: Reading, call: Call) -> Held:
    return linear(read, call.place, call.get(0, "input"), call.get(1, "weight"), call.get(2, "bias"))


def squared_error(read: Reading, call: Call) -> Held:
    """The mean of the squared differences."""
    difference = read.combine(call.place, Sub, [call.get(0, "input"), call.get(1, "target")])
    return read.combine(call.place, Mean, [read.combine(call.place, Square, [difference])])


def _expm1(read: Reading, call: Call) -> Held:
    return read.combine(call.place, Sub, [read.combine(call.place, Exp, [call.get(0, "x")]), 1.0])


def _log1p(read: Reading, call: Call) -> Held:
    return read.combine(call.place, Log, [read.combine(call.place, Add, [1.0, call.get(0, "x")])])


def _parameter(read: Reading, call: Call) -> Held:
    held = read.known(call.get(0, "data"))
    if isinstance(held, Leaf) and held.node is None:
        return Leaf(held.value, Parameter, held.name)
    if isinstance(held, Pending):
        raise read.fault(call.place, "a parameter is made of numbers, not of what the graph computes")
    return Leaf(
        read.array(call.place, held) if isinstance(held, (list, tuple)) else read.real(call.place, held), Parameter
    )


def _value(read: Reading, call: Call) -> Held:
    held = call.get(0, "data")
    if isinstance(held, Pending) or (isinstance(held, Leaf) and held.op is Parameter):
        # A function that micrograd lacks, written in its style: it computes from data and says from which.
        computed = call.get(1, "_children") is not None
        return held if computed else read.combine(call.place, StopGradient, [held])
    leaf: Leaf = _parameter(read, call)
    label = call.named.get("label")
    if isinstance(label, str) and label:
        leaf.name = label
    return leaf


def _swapped(read: Reading, call: Call) -> Held:
    if len(call.args) != 3:
        raise read.fault(call.place, "“transpose” takes a tensor and two axes")
    return swap(read, call.place, *call.args)


def swap(read: Reading, place: ast.AST, held: Held, first: Held, second: Held) -> Held:
    """A tensor with two of its axes exchanged, as PyTorch's transpose does."""
    tensor = read.tensor(place, held)
    rank = len(tensor.shape) if isinstance(tensor, (Leaf, Pending)) else 0
    one, two = read.whole(place, first), read.whole(place, second)
    if not (-rank <= one < rank and -rank <= two < rank):
        raise read.fault(place, f"the tensor has {rank} axes, counted from 0", "shape-mismatch")
    axes = list(range(rank))
    axes[one], axes[two] = axes[two], axes[one]
    return read.combine(place, Transpose, [tensor], {"axes": axes})


def flatten(read: Reading, place: ast.AST, held: Held, start: int) -> Held:
    """A tensor whose axes from ``start`` on are one."""
    tensor = read.tensor(place, held)
    shape = tensor.shape if isinstance(tensor, (Leaf, Pending)) else ()
    return reshape(read, place, tensor, [*shape[:start], size_of(shape[start:])])


def reshape(read: Reading, place: ast.AST, held: Tensor | float, shape: Sequence[int]) -> Held:
    """A tensor in another shape."""
    return read.combine(place, Reshape, [held], {"shape": list(shape)})


def _flatten(read: Reading, call: Call) -> Held:
    return flatten(read, call.place, call.get(0, "input"), max(read.whole(call.place, call.get(1, "start_dim", 0)), 0))


def _table(read: Reading, call: Call) -> Held:
    if call.args or call.named:
        raise read.fault(call.place, "an OrderedDict begins empty here: OrderedDict(), and layers['name'] = … fills it")
    return Table()


def _passed(read: Reading, call: Call) -> Held:
    held = read.known(call.get(0, "x"))
    return held if isinstance(held, (Leaf, Pending)) else read.real(call.place, held)


def _shape(read: Reading, call: Call) -> Held:
    tensor = read.tensor(call.place, call.get(0, "a"))
    return shape_of(0.0) if not isinstance(tensor, (Leaf, Pending)) else tensor.shape


MEANINGS: Final[dict[str, Meaning]] = {
    **{f"{module}.{name}": _array for module in _ARRAYS for name in ("array", "asarray", "tensor", "as_tensor")},
    **{f"{module}.expm1": _expm1 for module in ("math", *_ARRAYS)},
    **{f"{module}.log1p": _log1p for module in ("math", *_ARRAYS)},
    "torch.from_numpy": _array, "torch.Tensor": _array, "torch.FloatTensor": _array,
    **{f"{module}.zeros": _filled(np.zeros) for module in _ARRAYS},
    **{f"{module}.ones": _filled(np.ones) for module in _ARRAYS},
    **{f"{module}.full": _full for module in _ARRAYS},
    **{f"{module}.zeros_like": _like(0.0) for module in _ARRAYS},
    **{f"{module}.ones_like": _like(1.0) for module in _ARRAYS},
    **{f"{module}.eye": _eye for module in _ARRAYS},
    **{f"{module}.arange": _arange for module in _ARRAYS},
    **{f"{module}.linspace": _linspace for module in _ARRAYS},
    **{f"{module}.float64": _passed for module in _ARRAYS},
    **{f"numpy.random.{kind}": _drawn(kind) for kind in
       ("randn", "standard_normal", "rand", "random", "normal", "uniform", "randint")},
    "numpy.random.random_sample": _drawn("random"),
    "numpy.random.default_rng": _generator,
    "torch.randn": _drawn("randn", foreign=True), "torch.rand": _drawn("rand", foreign=True),
    "numpy.random.seed": _seed(foreign=False), "torch.manual_seed": _seed(foreign=True),
    "numpy.shape": _shape,
    "torch.nn.functional.linear": _linear,
    **weights.MEANINGS,
    **foreign.MEANINGS,
    "torch.nn.Sequential": lambda _, call: Chain(list(call.args)),
    "torch.nn.ModuleList": lambda _, call: list(call.get(0, "modules", [])),
    "torch.nn.Parameter": _parameter, "torch.nn.parameter.Parameter": _parameter,
    "torch.nn.functional.mse_loss": squared_error,
    **{f"{module}.swapaxes": _swapped for module in _ARRAYS}, "torch.transpose": _swapped, "torch.flatten": _flatten,
    "micrograd.engine.Value": _value,
    "collections.OrderedDict": _table,
}  # fmt: skip
"""By full name."""
SWAPS: Final = frozenset(path.rpartition(".")[2] for path, meaning in MEANINGS.items() if meaning is _swapped)
"""Methods that exchange two axes of PyTorch's tensors, while NumPy's of that name take all axes."""
MODULES: Final[dict[str, Meaning]] = {
    "torch.nn.MSELoss": squared_error,
    "torch.nn.Flatten": lambda read, call: flatten(read, call.place, call.get(0, "input"), 1),
    "torch.nn.Identity": lambda _, call: call.get(0, "input"),
}
"""PyTorch's layer classes that aren't an op's: what a layer of them does."""
