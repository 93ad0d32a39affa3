"""The graph document: Backarrow's own JSON, as files hold it and as HTTP carries it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeAlias, Union

import numpy as np
from pydantic import (
    AllowInfNan,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    Strict,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    StringConstraints,
)
from typing_extensions import TypeAliasType

from app.core.graph import FORMAT, ID_PATTERN, MAX_LABEL_LENGTH, Graph, Group, Node
from app.core.tensor import Value, read_tensor
from app.formats.packed import MIN_PACKED, PackedTensor, pack, unpack

MAX_OP_LENGTH: Final = 64
NodeId = Annotated[str, StringConstraints(pattern=rf"^{ID_PATTERN}$")]
Label = Annotated[str, StringConstraints(max_length=MAX_LABEL_LENGTH)]

# A name of its own keeps the recursion a reference in the schema, so that generated types are exact.
# mypy can't follow the recursion.
if TYPE_CHECKING:
    Tensor: TypeAlias = Any
else:
    Tensor = TypeAliasType("Tensor", Union[float, list["Tensor"]])  # noqa: UP007  (a forward reference)

Setting = TypeAliasType(
    "Setting", StrictBool | StrictInt | StrictFloat | StrictStr | list[StrictInt] | list[list[StrictInt]] | None
)
SettingField = Annotated[Any, PlainValidator(lambda data: data, json_schema_input_type=Setting)]
"""What a setting of an op may be in JSON; the op's signature says which of these it takes, and core judges it."""
Coordinate = Annotated[float, Strict(), AllowInfNan(False)]


def tensor_data(value: Value) -> Any:
    """A value as JSON has it: a number or nested lists."""
    return value.tolist() if isinstance(value, np.ndarray) else float(value)


TensorField = Annotated[
    Any,
    PlainValidator(read_tensor, json_schema_input_type=Tensor),
    PlainSerializer(tensor_data, return_type=Tensor),
]
"""A field that holds a :data:`app.core.tensor.Value`, and is a tensor in JSON."""


def leaf_data(value: Value) -> Any:
    """A leaf's value as JSON has it: a tensor, packed where it is large."""
    return pack(value) if isinstance(value, np.ndarray) and value.size >= MIN_PACKED else tensor_data(value)


def read_leaf(data: object) -> Value:
    """A tensor, or a packed one, as a value. Raises ``ValueError``."""
    return unpack(data) if isinstance(data, dict) else read_tensor(data)


LeafField = Annotated[
    Any,
    PlainValidator(read_leaf, json_schema_input_type=Tensor | PackedTensor),
    PlainSerializer(leaf_data, return_type=Tensor | PackedTensor),
]
"""A tensor, or a packed one."""


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


class NodeDocument(_Document):
    """One node. ``inputs`` are its edges, in the op's argument order."""

    id: NodeId
    op: Annotated[str, StringConstraints(max_length=MAX_OP_LENGTH)]
    inputs: list[NodeId] = Field(default_factory=list)
    params: dict[str, SettingField] = Field(default_factory=dict)
    value: LeafField | None = None
    label: Label | None = None
    position: tuple[Coordinate, Coordinate] | None = None


class GroupDocument(_Document):
    """A box around nodes. It never changes a number."""

    id: NodeId
    label: Label = ""
    nodes: list[NodeId]
    collapsed: StrictBool = False


class GraphDocument(_Document):
    """A graph as JSON, format backarrow/1."""

    format: Literal["backarrow/1"] = "backarrow/1"
    title: Label = ""
    nodes: list[NodeDocument]
    groups: list[GroupDocument] = Field(default_factory=list)
    output: NodeId | None = None
    upstream: TensorField | None = Field(
        None, description="the seed: the gradient handed to the output, in its shape; ones where left out"
    )

    def to_graph(self) -> Graph:
        """The graph that the document describes; its references are not looked at."""
        return Graph(
            nodes=tuple(
                [Node(n.id, n.op, tuple(n.inputs), n.params, n.value, n.label, n.position) for n in self.nodes]
            ),
            output=self.output,
            groups=tuple(Group(g.id, g.label, tuple(g.nodes), g.collapsed) for g in self.groups),
            title=self.title,
            upstream=self.upstream,
        )


def graph_document(graph: Graph) -> dict[str, Any]:
    """A graph as its JSON document, without what it doesn't say."""
    document: dict[str, Any] = {"format": FORMAT}
    if graph.title:
        document["title"] = graph.title
    document["nodes"] = [_node_document(node) for node in graph.nodes]
    if graph.groups:
        document["groups"] = [
            {"id": g.id, "label": g.label, "nodes": list(g.nodes), "collapsed": g.collapsed} for g in graph.groups
        ]
    if graph.output is not None:
        document["output"] = graph.output
    if graph.upstream is not None:
        document["upstream"] = tensor_data(graph.upstream)
    return document


def _node_document(node: Node) -> dict[str, Any]:
    fields = {
        "id": node.id,
        "op": node.op,
        "inputs": list(node.inputs) or None,
        "params": _plain(dict(node.params)) or None,
        "value": None if node.value is None else leaf_data(node.value),
        "label": node.label,
        "position": None if node.position is None else list(node.position),
    }
    return {name: field for name, field in fields.items() if field is not None}


def _plain(params: dict[str, Any]) -> dict[str, Any]:
    return {name: _as_lists(value) for name, value in params.items()}


def _as_lists(setting: Any) -> Any:
    return [_as_lists(item) for item in setting] if isinstance(setting, (list, tuple)) else setting
