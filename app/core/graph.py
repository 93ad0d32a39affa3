"""The graph as a value: frozen, ordered, and without any behaviour but looking things up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from app.core.sentences import short_label
from app.core.tensor import Value

FORMAT = "backarrow/1"
ID_PATTERN = r"[A-Za-z_][A-Za-z0-9_]{0,63}"
MAX_ID_LENGTH = 64
MAX_LABEL_LENGTH = 200


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One use of an op. ``inputs`` are its edges, in the op's argument order; a node may be taken twice.

    Leaves carry ``value``; ``params`` are the op's settings. ``label`` and ``position`` never change a number.
    """

    id: str
    op: str
    inputs: tuple[str, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    value: Value | None = None
    label: str | None = None
    position: tuple[float, float] | None = None

    @property
    def name(self) -> str:
        """What a sentence calls it: its label in quotation marks, or its id where it has none."""
        label = short_label(self.label)
        return f"“{label}”" if label else self.id


@dataclass(frozen=True, slots=True)
class Group:
    """A person's box around nodes."""

    id: str
    label: str
    nodes: tuple[str, ...]
    collapsed: bool = False


@dataclass(frozen=True, eq=False)
class Graph:
    """Nodes in document order. ``output`` may be left out where exactly one node is used by no other.

    ``upstream`` is the seed: the gradient handed to the output, in its shape; ones where it isn't set.
    """

    nodes: tuple[Node, ...]
    output: str | None = None
    groups: tuple[Group, ...] = ()
    title: str = ""
    upstream: Value | None = None

    @cached_property
    def _by_id(self) -> dict[str, Node]:
        return {node.id: node for node in self.nodes}

    def __contains__(self, node_id: object) -> bool:
        return node_id in self._by_id

    def __getitem__(self, node_id: str) -> Node:
        return self._by_id[node_id]

    def name(self, node_id: str) -> str:
        """What a sentence calls the node of that id; the id itself where there is no such node."""
        node = self._by_id.get(node_id)
        return node_id if node is None else node.name

    def leaves(self) -> set[str]:
        """The names of the nodes that carry a value."""
        return {node.id for node in self.nodes if node.value is not None}

    def seeds(self, node_id: str) -> bool:
        """Whether ``upstream`` is meant for this node: the output, or, where none is named, a node that none uses."""
        if self.upstream is None or self.output is not None:
            return self.upstream is not None and node_id == self.output
        return all(node_id not in node.inputs for node in self.nodes)

    def with_values(self, values: Mapping[str, Value]) -> Graph:
        """The same graph with other values in the leaves that are named."""
        return replace(
            self,
            nodes=tuple(
                [
                    Node(n.id, n.op, n.inputs, n.params, values[n.id], n.label, n.position) if n.id in values else n
                    for n in self.nodes
                ]
            ),
        )
