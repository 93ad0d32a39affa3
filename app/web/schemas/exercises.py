"""``/api/exercises``."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from app.formats.document import GraphDocument


class BlankEntry(BaseModel):
    """A number to fill in: of a node, or the share of the gradient on an edge."""

    kind: Literal["value", "gradient"]
    node: str | None
    edge: str | None = Field(description="the target's id, a colon, and the number of its input: `f:0`")


class ExerciseResponse(BaseModel):
    """A graph to work out by hand; every number in it is whole. Its answers are what evaluating it gives."""

    level: int
    seed: int
    title: str
    graph: GraphDocument
    blanks: list[BlankEntry]
