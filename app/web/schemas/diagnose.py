"""``/api/diagnose``."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from app.formats.document import GraphDocument, NodeId
from app.web.schemas.values import Request, WireNumber


class DiagnoseRequest(Request):
    """A graph to examine."""

    graph: GraphDocument
    output: NodeId | None = Field(None, description="stands in for the document's own output")


class FindingResult(BaseModel):
    """One thing that is wrong, or worth knowing.

    ``node`` is the first of ``nodes``. ``ratio``, ``steps`` and ``factor`` say by how much a gradient shrank or grew on
    its way from the output, in how many steps, and how much a step on average; ``units`` which units of a layer are
    meant, empty for all of them; ``op`` and ``formula`` the op that helps, ``repaired`` the graph with it in place of
    the pieces: nodes keep their ids, and groups and labels of what is replaced are left out.
    """

    code: Literal[
        "overflow", "divide-by-zero", "invalid", "vanishing", "exploding", "dead-relu", "saturated", "zero-gradient"
    ]
    node: str
    nodes: list[str]
    severity: Literal["error", "warning", "info"]
    detail: str
    advice: str
    ratio: float | None
    steps: int | None
    factor: float | None
    units: list[int]
    op: str | None
    formula: str | None
    repaired: GraphDocument | None


class DepthResult(BaseModel):
    """The nodes at one distance from the output, by the longest way, and the largest sizes among them."""

    depth: int
    nodes: list[str]
    gradient_size: WireNumber | None
    value_size: WireNumber


class DiagnoseResponse(BaseModel):
    """What was found. ``sizes`` is the root mean square of each node's gradient, null where nothing flows."""

    output: str
    findings: list[FindingResult]
    profile: list[DepthResult]
    sizes: dict[str, WireNumber | None]
