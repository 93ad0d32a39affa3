"""Names given to what the code assigns them to."""

from __future__ import annotations

from app.core.ops.leaves import Input, Parameter
from app.formats.python.values import Chain, Held, LayerObject, Leaf, Linear, Pending, Table


def bind(held: Held, name: str, *, member: bool = False) -> Held:
    """What ``name`` holds from now on: a number becomes data of that name, and what has no name yet is given it.

    ``member`` says that it is an attribute or an entry of a dictionary: a layer then gives its results that name.
    """
    if isinstance(held, (int, float)) and not isinstance(held, bool):
        return Leaf(held, name=name)
    _name(held, name, member=member)
    return held


def bind_entry(table: Table, key: str, held: Held) -> Held:
    """What an entry of a dictionary holds; data in one that is called ``params`` is trained."""
    held = bind(held, key, member=True)
    if isinstance(held, Leaf) and held.node is None and held.op is Input and (table.name or "").endswith("params"):
        held.op = Parameter
    return held


def _name(held: Held, name: str, *, member: bool) -> None:
    if isinstance(held, Leaf):
        held.name = held.name or name
        if held.node is not None:
            held.node.name = held.node.name or name
    elif isinstance(held, (Pending, Table)) or (isinstance(held, LayerObject) and member):
        held.name = held.name or name
    elif isinstance(held, Linear):
        if member:
            held.name = held.name or name
        held.weight.name = held.weight.name or f"{name}_weight"
        if held.bias is not None:
            held.bias.name = held.bias.name or f"{name}_bias"
    elif isinstance(held, (Chain, list)):
        # A list that holds itself is not walked: what is in it has one level only.
        for number, part in enumerate(held.parts if isinstance(held, Chain) else held):
            if isinstance(part, (LayerObject, Linear)):
                _name(part, f"{name}_{number}", member=member)
