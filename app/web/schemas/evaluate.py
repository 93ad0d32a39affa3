"""``/api/evaluate`` and ``/api/live``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StrictBool

from app.formats.document import GraphDocument, NodeId, TensorField
from app.web.schemas.values import Request, WireTensor


class EvaluateRequest(Request):
    """A graph to run forward and backward."""

    graph: GraphDocument
    output: NodeId | None = Field(None, description="stands in for the document's own output")
    upstream: TensorField | None = Field(
        None, description="the gradient handed to the output, in its shape; the graph's own where left out, else ones"
    )
    trace: StrictBool = Field(False, description="whether to list every step with its formula")


class NodeResult(BaseModel):
    """A node's numbers. ``gradient`` is ∂output/∂node, null where nothing flows."""

    value: WireTensor
    gradient: WireTensor | None
    shape: list[int]


class EdgeResult(BaseModel):
    """One edge: the value that it carries and the share of the gradient that it sends back."""

    source: str
    target: str
    input: int
    value: WireTensor
    gradient: WireTensor | None


class KeptValue(BaseModel):
    """Something that a layer puts aside in forward: an array, a mask as ones and zeros, a shape as a vector."""

    name: str
    value: WireTensor


class ForwardTraceStep(BaseModel):
    """A node computes its value. ``kept`` is what its layer keeps for backward."""

    phase: Literal["forward"]
    node: str
    latex: str
    kept: list[KeptValue]


class BackwardTraceStep(BaseModel):
    """A node sends one input its share. ``local`` is null where the local derivative isn't elementwise."""

    phase: Literal["backward"]
    node: str
    input: int
    upstream: WireTensor
    local: WireTensor | None
    gradient: WireTensor | None
    latex: str


TraceStep = Annotated[ForwardTraceStep | BackwardTraceStep, Field(discriminator="phase")]


class EvaluationWarning(BaseModel):
    """Where a number that isn't finite first arose."""

    node: str
    code: Literal["overflow", "divide-by-zero", "invalid"]
    phase: Literal["forward", "backward"]
    detail: str


class EvaluateResponse(BaseModel):
    """The numbers of one run. ``trace`` is null where it wasn't asked for."""

    output: str
    order: list[str]
    nodes: dict[str, NodeResult]
    edges: list[EdgeResult]
    trace: list[TraceStep] | None
    warnings: list[EvaluationWarning]
