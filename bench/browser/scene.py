"""The graph that both programs draw, and the numbers to put into it."""

from __future__ import annotations

import base64
import json
import random
import zlib
from typing import Any, Final

from app.core.layer import Layer
from app.core.ops.activations import Sigmoid, Tanh
from app.core.ops.arithmetic import Add, Mul, Sub

Document = dict[str, Any]

_UNARY: Final[tuple[type[Layer], ...]] = (Tanh, Sigmoid)
_BINARY: Final[tuple[type[Layer], ...]] = (Mul, Add, Sub)
_LEAVES: Final = 0.2
_UNARY_SHARE: Final = 0.19


def net(count: int) -> Document:
    """A graph like a net: an op uses what was made a little before it, and all lead to one output.

    A fifth are inputs; there are about 1.45 edges a node.
    """
    chance = random.Random(count)
    leaves = round(_LEAVES * count)
    nodes: list[Document] = [{"id": f"x{i}", "op": "input", "value": _number(chance)} for i in range(leaves)]
    loose = [node["id"] for node in nodes]
    for i in range(leaves, count):
        remaining = count - i
        source = _early(chance, loose)
        if chance.random() < _UNARY_SHARE and len(loose) < remaining:
            ops, inputs = _UNARY, [source]
        else:
            joins = loose and chance.random() < len(loose) / remaining
            other = _early(chance, loose) if joins else f"x{i - 1 - int(chance.random() ** 2 * leaves)}"
            ops, inputs = _BINARY, [source, other]
        nodes.append({"id": f"x{i}", "op": chance.choice(ops).name, "inputs": inputs})
        loose.append(f"x{i}")
    return {"format": "backarrow/1", "title": f"{count} nodes", "nodes": nodes}


def _early(chance: random.Random, loose: list[str]) -> str:
    """Takes one of what nothing uses yet, rather one of the first."""
    return loose.pop(int(chance.random() ** 2 * len(loose)))


def _number(chance: random.Random) -> float:
    return round(chance.uniform(-2, 2), 3)


def with_other_numbers(document: Document, seed: int) -> Document:
    """The same graph with other values in all of its inputs."""
    chance = random.Random(seed)
    nodes = [{**node, "value": _number(chance)} if "value" in node else node for node in document["nodes"]]
    return {**document, "nodes": nodes}


def fragment(document: Document) -> str:
    """The graph as the address of the drawing page carries it: deflated, in base64url."""
    deflate = zlib.compressobj(wbits=-15)
    packed = deflate.compress(json.dumps(document).encode()) + deflate.flush()
    return "graph=" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def texts(document: Document) -> dict[str, str]:
    """What is written in each node."""
    symbols = {op.name: op.symbol for op in (*_UNARY, *_BINARY)}
    return {node["id"]: symbols.get(node["op"], node["id"]) for node in document["nodes"]}
