"""``/api/verify``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from app.core.graph import ID_PATTERN
from app.formats.document import GraphDocument, NodeId, TensorField
from app.web.schemas.values import Request, WireNumber, WireTensor

EdgeName = Annotated[str, StringConstraints(pattern=rf"^{ID_PATTERN}:(0|[1-9][0-9]{{0,3}})$")]


class VerifyRequest(Request):
    """A graph, and gradients that somebody worked out for it."""

    graph: GraphDocument
    claimed: dict[NodeId, TensorField] = Field(description="∂output/∂node by node, as many as there are")
    edges: dict[EdgeName, TensorField] = Field(
        default_factory=dict, description="single shares, by edge: target:input, such as f:0"
    )
    output: NodeId | None = Field(None, description="stands in for the document's own output")
    upstream: TensorField | None = Field(
        None, description="the gradient handed to the output, in its shape; ones where left out"
    )


class JudgedClaim(BaseModel):
    """One claim held against the truth; ``expected`` is null where nothing flows back.

    ``follows``: whether it is what the claims before it on the way back lead to, so that its own step is right.
    """

    claimed: WireTensor
    expected: WireTensor | None
    relative_error: WireNumber | None
    verdict: Literal["right", "wrong", "shape", "no-gradient", "non-finite"]
    follows: bool


class SlipResult(BaseModel):
    """What probably happened, in what ``node`` sends back to its input number ``input``.

    ``input`` is null where it happened at several inputs, or where the shares of the node's own uses are added.
    ``explains`` names the wrong claims that this alone leads to.
    """

    code: str
    title: str
    detail: str
    hint: str
    node: str
    input: int | None
    explains: list[str]
    explains_edges: list[str]


class VerifyResponse(BaseModel):
    """The claims in the order of the way back, the first wrong one, and why.

    ``others`` explain the first wrong claim as well; where there are any, ``slip`` is only the likeliest.
    """

    output: str
    correct: bool
    judged: dict[str, JudgedClaim]
    judged_edges: dict[str, JudgedClaim]
    first_wrong: str | None
    first_wrong_edge: str | None
    slip: SlipResult | None
    others: list[SlipResult]
