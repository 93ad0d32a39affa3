"""What HTTP carries, as ``/openapi.json`` publishes it and the browser's types are generated from it.

Requests are validated by these models. Responses are built by :mod:`app.web.wire` as plain data in these shapes and
sent without a second validation; the tests hold the two together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, Union

from pydantic import BaseModel, ConfigDict, Field, Strict, StrictBool
from typing_extensions import TypeAliasType

from app.formats.document import GraphDocument, NodeId, TensorField
from app.formats.formula import MAX_SOURCE


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


class EvaluateRequest(_Request):
    """A graph to run forward and backward."""

    graph: GraphDocument
    output: NodeId | None = Field(None, description="stands in for the document's own output")
    upstream: TensorField | None = Field(
        None, description="the gradient handed to the output, in its shape; ones where left out"
    )
    trace: StrictBool = Field(False, description="whether to list every step with its formula")


class CheckRequest(_Request):
    """A graph whose gradients are to be held against numerical differentiation."""

    graph: GraphDocument
    output: NodeId | None = None
    wrt: list[NodeId] | None = Field(None, description="leaves to check; all but constants where left out")
    epsilon: Annotated[float, Strict()] = Field(
        1e-5, ge=1e-12, le=1.0, description="the step, relative to elements larger than 1"
    )


class ExpandRequest(_Request):
    """A composite node to open into its primitives."""

    graph: GraphDocument
    node: NodeId


class CollapseRequest(_Request):
    """A group to close into the op that equals it."""

    graph: GraphDocument
    group: NodeId


class ParseRequest(_Request):
    """A text to read as a graph."""

    language: Literal["formula"]
    source: Annotated[str, Field(json_schema_extra={"maxLength": MAX_SOURCE})]
    inputs: dict[NodeId, TensorField] | None = Field(None, description="values of the free names; 1 for those left out")


NonFinite = Literal["NaN", "Infinity", "-Infinity"]
WireNumber = float | NonFinite
# mypy can't follow the recursion.
if TYPE_CHECKING:
    WireNumbers: TypeAlias = Any
else:
    WireNumbers = TypeAliasType("WireNumbers", Union[WireNumber, list["WireNumbers"]])  # noqa: UP007  (a forward reference)


class TensorSummary(BaseModel):
    """A tensor of more than 1,024 elements, unless ``?full=true`` is asked for."""

    shape: list[int]
    min: WireNumber
    max: WireNumber
    mean: WireNumber
    std: WireNumber
    preview: list[list[WireNumber]]


WireTensor = TypeAliasType("WireTensor", WireNumbers | TensorSummary)


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


class ForwardTraceStep(BaseModel):
    """A node computes its value."""

    phase: Literal["forward"]
    node: str
    latex: str


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


class LeafCheckResult(BaseModel):
    """One leaf's two gradients, and how far they are apart."""

    backprop: WireTensor | None
    numerical: WireTensor | None
    relative_error: WireNumber | None
    verdict: Literal["pass", "fail", "kink", "non-finite", "no-gradient"]
    notes: list[str]


class CheckResponse(BaseModel):
    """A gradient check."""

    output: str
    epsilon: float
    passed: bool
    leaves: dict[str, LeafCheckResult]


class GraphResponse(BaseModel):
    """A graph."""

    graph: GraphDocument


class OpInputs(BaseModel):
    """The positional arguments of an op."""

    names: list[str]
    variadic: bool


class OpParam(BaseModel):
    """A setting of an op. ``default`` is what it is when a node doesn't say."""

    name: str
    kind: Literal["number", "integer", "boolean", "shape", "axis", "axes"]
    default: float | bool | list[int] | None


class OpLatex(BaseModel):
    """Formulas in LaTeX. ``partials`` has one for each input, in which ``y`` is the op's value."""

    value: str
    partials: list[str]


class OpEntry(BaseModel):
    """One op of the catalogue. ``elementwise``: whether the partials are local derivatives."""

    name: str
    aliases: list[str]
    symbol: str
    category: str
    doc: str
    inputs: OpInputs
    params: list[OpParam]
    latex: OpLatex
    elementwise: bool
    decomposes: bool


class ExampleEntry(BaseModel):
    """One graph of the gallery, in the list."""

    name: str
    title: str
    text: str
    question: str


class Example(ExampleEntry):
    """One graph of the gallery."""

    graph: GraphDocument


class Health(BaseModel):
    """How the process is."""

    status: Literal["ok"]


class ProblemError(BaseModel):
    """One thing that is wrong, and where. ``pointer`` is a JSON pointer into the request."""

    code: str
    detail: str
    node: str | None = None
    pointer: str | None = None
    line: int | None = None
    column: int | None = None
    path: list[str] | None = Field(None, description="the nodes of a cycle, in the direction of the data")
    limit: int | None = None
    actual: int | None = None


class Problem(BaseModel):
    """``application/problem+json`` (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[ProblemError] | None = None
