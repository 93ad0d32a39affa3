"""``/api/drill``."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, StrictBool, StrictInt

from app.formats.document import GraphDocument, NodeId, TensorField
from app.web.schemas.sweep import Index
from app.web.schemas.values import Request, WireNumber


class DrillRequest(Request):
    """One element of the share that a node sends to one of its inputs."""

    graph: GraphDocument
    node: NodeId = Field(description="the node that sends the share")
    input: Annotated[StrictInt, Field(ge=0)] = Field(description="which of its inputs, from 0")
    index: Index = Field(description="which element of the share, a number for each axis; empty for a number")
    output: NodeId | None = Field(None, description="stands in for the document's own output")
    upstream: TensorField | None = Field(
        None, description="the gradient handed to the output, in its shape; ones where left out"
    )
    zeros: StrictBool = Field(False, description="tell also the products whose local derivative is 0 just here")


class DrillDependence(BaseModel):
    """An element of an input that a local derivative depends on; ``equals`` where it is that very element."""

    input: int
    index: list[int]
    value: WireNumber
    equals: bool


class DrillTerm(BaseModel):
    """One product, for one element of the node's value.

    ``depends`` lists at most 20 of ``total_depends``; both are null where finding them costs more than is allowed.
    """

    upstream_index: list[int]
    upstream: WireNumber
    local: WireNumber
    product: WireNumber
    depends: list[DrillDependence] | None
    total_depends: int | None


class DrillResponse(BaseModel):
    """One element of a share, and the products that add up to it.

    Those whose local derivative is 0 are left out unless ``zeros`` asks for them. Of more than 200 the largest are
    told, and ``truncated`` is true.
    """

    output: str
    node: str
    input: int
    source: str
    index: list[int]
    value: WireNumber
    terms: list[DrillTerm]
    total_terms: int
    truncated: bool
