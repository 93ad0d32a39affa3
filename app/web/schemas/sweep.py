"""``/api/sweep``."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, StrictInt

from app.core.sweep import MAX_STEPS, MIN_STEPS
from app.formats.document import Coordinate, GraphDocument, NodeId
from app.web.schemas.values import Request, WireNumber

Index = Annotated[list[Annotated[StrictInt, Field(ge=0)]], Field(max_length=64)]


class SweepRequest(Request):
    """A graph, one of whose leaves is to move from ``start`` to ``stop``."""

    graph: GraphDocument
    input: NodeId = Field(description="the leaf that moves")
    start: Coordinate
    stop: Coordinate
    steps: Annotated[StrictInt, Field(ge=MIN_STEPS, le=MAX_STEPS)] = Field(
        description="how many points, both ends among them"
    )
    index: Index | None = Field(None, description="which element of a tensor moves, a number for each axis")
    output: NodeId | None = Field(None, description="stands in for the document's own output")


class SweepColumns(BaseModel):
    """The points, a column each. ``gradient`` is null where nothing flows back to the leaf."""

    x: list[WireNumber]
    value: list[WireNumber]
    gradient: list[WireNumber] | None


class SweepTangent(BaseModel):
    """Where the leaf stands now, and the slope there, which is null where nothing flows back to it."""

    x: WireNumber
    value: WireNumber
    slope: WireNumber | None


class SweepResponse(BaseModel):
    """A curve. A tensor output is summed, as in the gradient check."""

    input: str
    index: list[int]
    output: str
    points: SweepColumns
    tangent: SweepTangent
