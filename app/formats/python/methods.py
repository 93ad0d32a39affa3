"""Attributes and methods of what a name may hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from app.core.graph import MAX_ID_LENGTH
from app.core.ops import find_spelling
from app.core.ops.leaves import Input, Parameter
from app.core.ops.shape import Transpose
from app.core.tensor import size_of
from app.formats.python import foreign, library
from app.formats.python.call import Call
from app.formats.python.calls import Calls
from app.formats.python.draws import Draws
from app.formats.python.reading import MAX_ITEMS, Reading
from app.formats.python.source import quoted
from app.formats.python.values import (
    ASIDE,
    Aside,
    Chain,
    Dotted,
    Function,
    Held,
    Instance,
    LayerObject,
    Leaf,
    Linear,
    Method,
    Module,
    Pending,
    Super,
    Table,
    Tensor,
)

_SAME: Final = frozenset(
    {".astype", ".clone", ".contiguous", ".copy", ".cpu", ".cuda", ".double", ".eval", ".float", ".numpy",
     ".requires_grad_", ".retain_grad", ".long", ".int", ".to", ".train"}
)  # fmt: skip
"""Methods that leave a tensor, a layer or an object as it is."""
_LEFT_OUT: Final = frozenset(
    {".argmax", ".dtype", ".data", ".grad", ".item", ".tolist", ".zero_", ".zero_grad", ".parameters",
     ".named_parameters", ".state_dict", ".register_buffer"}
)  # fmt: skip
"""Methods and attributes of which a graph has no part."""
_UPDATES: Final = frozenset({".step", ".update"})
"""Methods of optimizers that move the parameters."""


_NUMPY_SWAP: Final = "swapaxes"
"""The one of these methods that does the same of NumPy's and JAX's arrays."""


class Methods:
    """What an attribute is and what a method gives."""

    def __init__(self, read: Reading, calls: Calls) -> None:
        self._read = read
        self._calls = calls

    def attribute(self, held: Held, name: str, call: Call) -> Held:
        """What an attribute holds."""
        match self._read.known(held):
            case Aside():
                return ASIDE
            case Dotted(path):
                return self._dotted(f"{path}.{name}", call)
            case Instance():
                return self._of_instance(held, name, call)
            case Linear() if name in {"weight", "bias"}:
                return held.weight if name == "weight" else held.bias
            case LayerObject() | Linear() | Chain() | Module():
                return ASIDE
            case Leaf() | Pending():
                return self._of_tensor(held, name, call)
        raise self._read.fault(call.place, f"{quoted(name)} isn't known of what stands before the point")

    def call(self, held: Held, name: str, call: Call) -> Held:
        """What a method gives."""
        read = self._read
        match read.known(held):
            case Aside():
                if f".{name}" in _UPDATES:
                    read.nodes.parameters_move()
                return ASIDE
            case Dotted() | Instance():
                return self._calls.call(self.attribute(held, name, call), call)
            case Super():
                return self._inherited(held, name, call)
            case LayerObject() | Linear() | Chain() | Module():
                return self._of_layer(held, name, call)
            case Leaf() | Pending():
                return self._tensor(held, name, call)
            case Draws():
                return library.draw(name, held, read, call)
            case Table() if name in _TABLE:
                return _TABLE[name](read, held, call)
            case list() if name in _LIST:
                return _LIST[name](read, held, call)
        raise read.fault(call.place, f"{quoted(name)} isn't a method that can be drawn here", "unknown-op")

    def _dotted(self, path: str, call: Call) -> Held:
        if path in library.CONSTANTS:
            return library.CONSTANTS[path]
        if len(path) > 2 * MAX_ID_LENGTH:
            raise self._read.fault(call.place, "no library has a name as long as this")
        return Dotted(path)

    def _of_instance(self, instance: Instance, name: str, call: Call) -> Held:
        if name in instance.attributes:
            return instance.attributes[name]
        try:
            member = instance.of.find(name)
        except KeyError:
            if f".{name}" in _LEFT_OUT:
                return ASIDE
            if f".{name}" in _SAME:
                return Module(lambda _read, _call: instance)
            raise self._read.fault(
                call.place, f"the object has no {quoted(name)} yet: assign it first, in __init__", "unknown-name"
            ) from None
        return Method(instance, member) if isinstance(member, Function) else member

    def _inherited(self, held: Super, name: str, call: Call) -> Held:
        try:
            member = held.beyond.find(name) if held.beyond is not None else None
        except KeyError:
            member = None
        if isinstance(member, Function):
            return self._calls.call(Method(held.instance, member), call)
        if name == "__init__":
            return None
        raise self._read.fault(call.place, f"the base class has no {quoted(name)}")

    def _of_layer(self, layer: LayerObject | Linear | Chain | Module, name: str, call: Call) -> Held:
        if name == "forward":
            return self._calls.forward(layer, call)
        if name == "backward":
            if isinstance(layer, (LayerObject, Linear)):
                self._calls.starts_backward(call, layer.last)
            return ASIDE
        if f".{name}" in _SAME:
            return layer
        if f".{name}" in _LEFT_OUT:
            return ASIDE
        if name == "append" and isinstance(layer, Chain) and call.args:
            layer.parts.append(call.args[0])
            return layer
        raise self._read.fault(call.place, "a layer has forward and backward", "unknown-op")

    def _of_tensor(self, tensor: Tensor, name: str, call: Call) -> Held:
        match name:
            case "shape":
                return tensor.shape
            case "ndim":
                return len(tensor.shape)
            case "size":
                return size_of(tensor.shape)
            case "data" if not self._read.uses_torch:
                return tensor
            case "requires_grad":
                return ASIDE
        if f".{name}" in _LEFT_OUT:
            return ASIDE
        op = find_spelling(f".{name}", 1)
        if op is Transpose and len(name) == 1:
            return self._read.combine(call.place, op, [tensor])
        word = quoted(name)
        raise self._read.fault(call.place, f"{word} isn't an attribute that can be drawn here: there are shape and T")

    def _tensor(self, tensor: Tensor, name: str, call: Call) -> Held:
        if name == "backward":
            self._calls.starts_backward(call, tensor)
            return ASIDE
        if name == "requires_grad_" and isinstance(tensor, Leaf) and tensor.op is Input and tensor.node is None:
            tensor.op = Parameter
        method = f".{name}"
        if method in _SAME:
            return tensor
        whole = Call(call.place, [tensor, *call.args], call.named)
        own = foreign.TORCH_METHODS if self._read.uses_torch else {}
        if (meaning := own.get(method) or foreign.METHODS.get(method)) is not None:
            return meaning(self._read, whole)
        if (self._read.uses_torch or name == _NUMPY_SWAP) and name in library.SWAPS and len(call.args) == 2:
            return library.swap(self._read, call.place, *whole.args)
        if (op := self._calls.spelled(method, whole)) is not None:
            return self._calls.apply(op, whole)
        if method in _TENSOR:
            return _TENSOR[method](self._read, tensor, call)
        if method in _LEFT_OUT:
            return ASIDE
        raise self._read.fault(call.place, f"{quoted(name)} isn't a method that can be drawn here", "unknown-op")


def _axis(read: Reading, call: Call, rank: int) -> int:
    """The axis that a call names, of a tensor of that many."""
    axis = read.whole(call.place, call.get(0, "dim"))
    if not -rank <= axis < rank:
        raise read.fault(call.place, f"there are {rank} axes, counted from 0", "shape-mismatch")
    return axis % rank


def _size(read: Reading, tensor: Tensor, call: Call) -> Held:
    return tensor.shape[_axis(read, call, len(tensor.shape))] if call.args else tensor.shape


def _rank(_read: Reading, tensor: Tensor, _call: Call) -> Held:
    return len(tensor.shape)


def _count(_read: Reading, tensor: Tensor, _call: Call) -> Held:
    return size_of(tensor.shape)


def _flat(read: Reading, tensor: Tensor, call: Call) -> Held:
    start = read.whole(call.place, call.get(0, "start_dim", 0))
    return library.flatten(read, call.place, tensor, max(start, 0))


def _unsqueeze(read: Reading, tensor: Tensor, call: Call) -> Held:
    shape = list(tensor.shape)
    shape.insert(_axis(read, call, len(shape) + 1), 1)
    return library.reshape(read, call.place, tensor, shape)


def _squeeze(read: Reading, tensor: Tensor, call: Call) -> Held:
    chosen = _axis(read, call, len(tensor.shape)) if call.args or call.named else None
    kept = [n for axis, n in enumerate(tensor.shape) if n != 1 or (chosen is not None and axis != chosen)]
    return library.reshape(read, call.place, tensor, kept)


def _append(read: Reading, held: list[Held], call: Call) -> Held:
    if len(held) >= MAX_ITEMS:
        raise read.source.over_budget(call.place, f"a list has at most {MAX_ITEMS:,} items", MAX_ITEMS)
    held.append(read.known(call.get(0, "")))
    return None


def _reverse(_read: Reading, held: list[Held], _call: Call) -> Held:
    held.reverse()
    return None


def _values(_read: Reading, held: Table, _call: Call) -> Held:
    return list(held.values())


def _keys(_read: Reading, held: Table, _call: Call) -> Held:
    return list(held)


def _items(_read: Reading, held: Table, _call: Call) -> Held:
    return list(held.items())


_TENSOR: Final[dict[str, Callable[[Reading, Tensor, Call], Held]]] = {
    ".size": _size,
    ".dim": _rank,
    ".numel": _count,
    ".flatten": _flat,
    ".unsqueeze": _unsqueeze,
    ".squeeze": _squeeze,
}
_LIST: Final[dict[str, Callable[[Reading, list[Held], Call], Held]]] = {"append": _append, "reverse": _reverse}
_TABLE: Final[dict[str, Callable[[Reading, Table, Call], Held]]] = {
    "values": _values,
    "keys": _keys,
    "items": _items,
}
