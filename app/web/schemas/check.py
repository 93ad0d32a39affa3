"""``/api/check``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, Strict, StrictBool

from app.formats.document import GraphDocument, NodeId
from app.web.schemas.values import Request, WireNumber, WireTensor


class ExactCheckRequest(Request):
    """A graph whose gradients are to be held against numerical differentiation, element by element."""

    graph: GraphDocument
    output: NodeId | None = None
    wrt: list[NodeId] | None = Field(None, description="leaves to check; all but constants where left out")
    nodes: StrictBool = Field(
        False, description="whether to check computed nodes too, each moved by itself; ``wrt`` may then name any node"
    )
    epsilon: Annotated[float, Strict()] = Field(
        1e-5, ge=1e-12, le=1.0, description="the step, relative to elements larger than 1"
    )
    curve: StrictBool = Field(False, description="whether to tell the errors of plain differences at many steps")


class CheckRequest(ExactCheckRequest):
    """A graph whose gradients are to be held against numerical differentiation."""

    method: Literal["exact", "directional"] = Field(
        "exact",
        description="every element, or a few random directions in which all leaves move at once, in a few passes;"
        " those take neither ``nodes`` nor ``curve``",
    )


class LeafCheckResult(BaseModel):
    """One leaf's two gradients, and how far they are apart; in a tensor for each of its ``elements`` too."""

    backprop: WireTensor | None
    numerical: WireTensor | None
    relative_error: WireNumber | None
    verdict: Literal["pass", "fail", "kink", "non-finite", "no-gradient"]
    notes: list[str]
    elements: WireTensor | None


class CheckDirection(BaseModel):
    """The two slopes of the output along a random direction, and how far they are apart."""

    backprop: WireNumber
    numerical: WireNumber
    relative_error: WireNumber | None
    verdict: Literal["pass", "fail", "kink", "non-finite"]
    notes: list[str]


class CheckSeconds(BaseModel):
    """How long one pass each way took, and all the differences."""

    backprop: float
    numerical: float


class CheckCurvePoint(BaseModel):
    """The worst relative error of each leaf's plain central differences with one step; null where it isn't finite."""

    epsilon: float
    relative_error: dict[str, WireNumber | None]


class CheckResponse(BaseModel):
    """A gradient check of so many ``elements``. ``curve`` is null where it wasn't asked for.

    ``nodes`` holds computed nodes, where they were asked for. A directional check has ``directions``, which are null
    otherwise, and no leaves.
    """

    method: Literal["exact", "directional"]
    output: str
    epsilon: float
    elements: int
    passed: bool
    leaves: dict[str, LeafCheckResult]
    nodes: dict[str, LeafCheckResult]
    directions: list[CheckDirection] | None
    seconds: CheckSeconds
    curve: list[CheckCurvePoint] | None


class CheckProgress(BaseModel):
    """How many of the ``size`` elements have been checked, and the seconds that were and will about be needed."""

    done: int
    size: int
    elapsed: float
    remaining: float
