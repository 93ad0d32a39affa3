"""Building graphs node by node, under names of their own."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from app.core.graph import MAX_ID_LENGTH, Node
from app.core.tensor import Shape, Value


class GraphBuilder:
    """Collects the nodes of a piece of a graph.

    New nodes are named after ``prefix`` and their op, and never take a name in ``taken``. ``shapes`` gives the shapes
    of the nodes that the piece starts from.
    """

    def __init__(self, prefix: str, taken: Container[str], shapes: dict[str, Shape]) -> None:
        self.nodes: list[Node] = []
        self.shapes = shapes
        self._prefix = prefix
        self._taken = taken
        self._made: set[str] = set()

    def add(self, op: str, *inputs: str, **params: Any) -> str:
        """A node of ``op`` over the given nodes; its id."""
        return self._append(Node(self._fresh(op), op, inputs, params))

    def constant(self, value: Value) -> str:
        """A constant leaf; its id."""
        return self._append(Node(self._fresh("constant"), "constant", value=value))

    def _append(self, node: Node) -> str:
        self.nodes.append(node)
        return node.id

    def _fresh(self, stem: str) -> str:
        fresh = fresh_id(f"{self._prefix}_{stem}" if self._prefix else stem, self._taken, self._made)
        self._made.add(fresh)
        return fresh


def fresh_id(stem: str, *taken: Container[str]) -> str:
    """``stem``, or the first of ``stem_2``, ``stem_3``, … that none of ``taken`` holds; never too long."""
    number = 1
    while True:
        suffix = "" if number == 1 else f"_{number}"
        candidate = stem[: MAX_ID_LENGTH - len(suffix)] + suffix
        if not any(candidate in names for names in taken):
            return candidate
        number += 1
