"""Names given to what the code assigns them to."""

from __future__ import annotations

from app.core.ops.leaves import Input, Parameter
from app.formats.python.values import Chain, Held, LayerObject, Leaf, Linear, Pending, Table


def bind(held: Held, name: str, *, member: bool = False, local: bool = False) -> Held:
    """What ``name`` holds from now on: a number becomes data of that name, and what has no name yet is given it.

    ``member`` says that it is an attribute or an entry of a dictionary: a layer then gives its results that name.
    ``local`` says that it is a function's own, which gives way to a name that the result is given outside.
    """
    if isinstance(held, (int, float)) and not isinstance(held, bool):
        return Leaf(held, name=name)
    if local and isinstance(held, Pending):
        if held.stem == held.op.name:
            held.stem = name
        return held
    _name(held, name, member=member)
    return held


def bind_entry(table: Table, key: str | int, held: Held) -> None:
    """Let an entry of a dictionary hold something; data in one that is called ``params`` is trained."""
    held = table[key] = bind(held, str(key), member=True)
    _train(table)


def _train(table: Table) -> None:
    for held in table.values() if (table.name or "").endswith("params") else ():
        if isinstance(held, Leaf) and held.node is None and held.op is Input:
            held.op = Parameter


def _name(held: Held, name: str, *, member: bool) -> None:
    if isinstance(held, Leaf):
        held.name = held.name or name
        if held.node is not None:
            held.node.name = held.node.name or name
    elif isinstance(held, Pending):
        held.name = held.name or name
    elif isinstance(held, Table):
        held.name = held.name or name
        _train(held)
    elif isinstance(held, (LayerObject, Linear)):
        _name_layer(held, name, member=member)
    elif isinstance(held, (Chain, list)):
        for number, part in enumerate(held.parts if isinstance(held, Chain) else held):
            if isinstance(part, (LayerObject, Linear)):
                _name_layer(part, f"{name}_{number}", member=member)


def _name_layer(layer: LayerObject | Linear, name: str, *, member: bool) -> None:
    if member:
        layer.name = layer.name or name
    weights = (layer.weight, layer.bias) if isinstance(layer, Linear) else layer.bound
    for leaf, stem in zip(weights, ("weight", "bias"), strict=False):
        if isinstance(leaf, Leaf):
            leaf.name = leaf.name or f"{name}_{stem}"
