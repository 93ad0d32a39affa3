"""Calls that answer with a graph."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.formats.document import GraphDocument, LeafField, NodeId
from app.formats.formula import MAX_SOURCE
from app.web.schemas.values import Request


class ExpandRequest(Request):
    """A composite node to open into its primitives."""

    graph: GraphDocument
    node: NodeId


class CollapseRequest(Request):
    """A group to close into the op that equals it."""

    graph: GraphDocument
    group: NodeId


class ParseRequest(Request):
    """A text to read as a graph."""

    language: Literal["formula", "python"]
    source: Annotated[str, Field(json_schema_extra={"maxLength": MAX_SOURCE})]
    inputs: dict[NodeId, LeafField] | None = Field(None, description="values of the free names; 1 for those left out")


class GraphResponse(BaseModel):
    """A graph."""

    graph: GraphDocument


class ParseResponse(GraphResponse):
    """The graph of a text, and in ``notes`` what the graph can't say of it."""

    notes: list[str]
