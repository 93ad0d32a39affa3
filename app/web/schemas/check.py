"""``/api/check``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, Strict, StrictBool

from app.formats.document import GraphDocument, NodeId
from app.web.schemas.values import Request, WireNumber, WireTensor


class CheckRequest(Request):
    """A graph whose gradients are to be held against numerical differentiation."""

    graph: GraphDocument
    output: NodeId | None = None
    wrt: list[NodeId] | None = Field(None, description="leaves to check; all but constants where left out")
    epsilon: Annotated[float, Strict()] = Field(
        1e-5, ge=1e-12, le=1.0, description="the step, relative to elements larger than 1"
    )
    curve: StrictBool = Field(False, description="whether to tell the errors of plain differences at many steps")


class LeafCheckResult(BaseModel):
    """One leaf's two gradients, and how far they are apart; in a tensor for each of its ``elements`` too."""

    backprop: WireTensor | None
    numerical: WireTensor | None
    relative_error: WireNumber | None
    verdict: Literal["pass", "fail", "kink", "non-finite", "no-gradient"]
    notes: list[str]
    elements: WireTensor | None


class CheckSeconds(BaseModel):
    """How long one pass each way took, and all the differences."""

    backprop: float
    numerical: float


class CheckCurvePoint(BaseModel):
    """The worst relative error of each leaf's plain central differences with one step; null where it isn't finite."""

    epsilon: float
    relative_error: dict[str, WireNumber | None]


class CheckResponse(BaseModel):
    """A gradient check. ``curve`` is null where it wasn't asked for."""

    output: str
    epsilon: float
    passed: bool
    leaves: dict[str, LeafCheckResult]
    seconds: CheckSeconds
    curve: list[CheckCurvePoint] | None
