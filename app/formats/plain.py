"""Graph documents that are plainly right, read at once.

:class:`app.formats.document.GraphDocument` judges what a document may hold, and says what is wrong with one. Here are
its fields over again for a reader that is many times as fast and explains nothing: what is refused here is for the
judge to look at, and what is taken is the graph that the judge would have read.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal, cast

from msgspec import Meta, Struct
from msgspec.structs import replace

from app.core.errors import GraphError
from app.core.graph import ID_PATTERN, MAX_LABEL_LENGTH, Graph, Group, Node
from app.core.tensor import Value, shape_of
from app.formats.document import MAX_OP_LENGTH, read_leaf

UNCLEAR: Final = (GraphError, ValueError, RecursionError)
"""What reading and running what isn't plain raises."""

_NAMES: Final = re.compile(rf"(?:{ID_PATTERN}\n)+")
_MAX_RANK: Final = 32

Name = Annotated[str, Meta(pattern=rf"^{ID_PATTERN}\Z")]
Label = Annotated[str, Meta(max_length=MAX_LABEL_LENGTH)]
Setting = bool | int | float | str | list[int | list[int]] | None
PlainTensor = float | list[Any]
PlainLeaf = PlainTensor | dict[str, Any]


class PlainNode(Struct, forbid_unknown_fields=True, frozen=True, gc=False):
    """A :class:`Node` in all but its class, which would take longer to make than all else that is done here."""

    id: str
    op: Annotated[str, Meta(max_length=MAX_OP_LENGTH)]
    inputs: tuple[str, ...] = ()
    params: dict[str, Setting] = {}
    value: PlainLeaf | None = None
    label: Label | None = None
    position: tuple[float, float] | None = None

    name = Node.name


class PlainGroup(Struct, forbid_unknown_fields=True, frozen=True):
    """A group."""

    id: Name
    nodes: tuple[str, ...]
    label: Label = ""
    collapsed: bool = False


class PlainGraph(Struct, forbid_unknown_fields=True, frozen=True):
    """A graph document. Names among ``inputs`` and in groups aren't looked at: they are faults or names of nodes."""

    nodes: list[PlainNode]
    format: Literal["backarrow/1"] = "backarrow/1"
    title: Label = ""
    groups: tuple[PlainGroup, ...] = ()
    output: Name | None = None
    upstream: PlainTensor | None = None

    def to_graph(self) -> Graph:
        """The graph. Raises ``ValueError`` for what the judge must look at."""
        if not _are_names([node.id for node in self.nodes]):
            raise ValueError("there is a node whose id is none")
        nodes = [node if node.value is None or type(node.value) is float else _read(node) for node in self.nodes]
        return Graph(
            nodes=cast("tuple[Node, ...]", tuple(nodes)),
            output=self.output,
            groups=tuple([Group(g.id, g.label, g.nodes, g.collapsed) for g in self.groups]),
            title=self.title,
            upstream=None if self.upstream is None else plain_value(self.upstream),
        )


def _are_names(ids: list[str]) -> bool:
    """Whether all of them may be ids: one match over all is several times as fast as one for each."""
    lines = "\n".join(ids) + "\n"
    return lines.count("\n") == len(ids) and _NAMES.fullmatch(lines) is not None


def _read(node: PlainNode) -> PlainNode:
    return replace(node, value=plain_value(node.value))


def plain_value(data: object) -> Value:
    """A leaf's value. Raises ``ValueError`` for what is none, or nested so deep that the judge may call it too deep."""
    if type(data) is float:
        return data
    value = read_leaf(data)
    if len(shape_of(value)) > _MAX_RANK:
        raise ValueError(f"a tensor of more than {_MAX_RANK} axes")
    return value
