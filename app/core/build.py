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
        self._names = FreshNames(taken)

    def add(self, op: str, *inputs: str, **params: Any) -> str:
        """A node of ``op`` over the given nodes; its id."""
        return self._append(Node(self._named(op), op, inputs, params))

    def constant(self, value: Value) -> str:
        """A constant leaf; its id."""
        return self._append(Node(self._named("constant"), "constant", value=value))

    def _append(self, node: Node) -> str:
        self.nodes.append(node)
        return node.id

    def _named(self, stem: str) -> str:
        return self._names.fresh(f"{self._prefix}_{stem}" if self._prefix else stem)


class FreshNames:
    """Makes names that none of ``taken`` holds, no two alike and none too long."""

    def __init__(self, *taken: Container[str]) -> None:
        self._taken = taken
        self._made: set[str] = set()
        self._numbers: dict[str, int] = {}

    def fresh(self, stem: str) -> str:
        """``stem``, or the first of ``stem_2``, ``stem_3``, … that is free. Goes on where it last stopped."""
        number = self._numbers.get(stem, 0)
        while True:
            number += 1
            suffix = "" if number == 1 else f"_{number}"
            candidate = stem[: MAX_ID_LENGTH - len(suffix)] + suffix
            if candidate not in self._made and not any(candidate in names for names in self._taken):
                self._numbers[stem] = number
                self._made.add(candidate)
                return candidate
