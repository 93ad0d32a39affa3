"""``/api/derivation``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, Strict

from app.core.derivation import DEFAULT_PATHS, MAX_DIGITS, MAX_PATHS
from app.formats.document import GraphDocument, NodeId
from app.web.schemas.values import Request, WireNumber


class DerivationRequest(Request):
    """A derivative to be written out by the chain rule."""

    graph: GraphDocument
    wrt: NodeId = Field(description="the node in the denominator, usually a leaf")
    output: NodeId | None = Field(None, description="stands in for the document's own output")
    limit: Annotated[int, Strict()] = Field(DEFAULT_PATHS, ge=1, le=MAX_PATHS, description="how many paths are listed")
    digits: Annotated[int, Strict()] = Field(6, ge=1, le=MAX_DIGITS, description="significant digits in LaTeX")


class DerivationFactor(BaseModel):
    """One edge of a path: ∂target/∂source.

    ``edge`` is the target's id and the number of the input, from 0. ``chain`` is the factor as a fraction, ``latex``
    its formula in the graph's names, ``latex_values`` the formula with the values put in, ``latex_number`` the result.
    """

    edge: str
    source: str
    target: str
    input: int
    chain: str
    latex: str
    latex_values: str
    latex_number: str
    local: WireNumber


class DerivationPath(BaseModel):
    """A way from the output towards the node, its factors in that order, and their product."""

    factors: list[DerivationFactor]
    product: WireNumber


class ForwardTerm(BaseModel):
    """What one edge adds to a tangent: the source's tangent × the local derivative."""

    edge: str
    source: str
    input: int
    tangent: WireNumber
    local: WireNumber
    product: WireNumber


class ForwardStep(BaseModel):
    """One step of forward mode: ∂node/∂wrt, the sum of its terms; 1 and no terms at the node itself."""

    node: str
    tangent: WireNumber
    terms: list[ForwardTerm]
    latex: str


class DerivationCounts(BaseModel):
    """Multiplications, one for every edge that a derivative is carried over, also where a factor is 1.

    ``path_multiplications``, in digits: the sum over all paths written out. ``forward_multiplications``: one forward
    pass, from ``wrt`` to the output. ``reverse_multiplications``: one reverse pass, from the output to every input.
    The two ``all``: every output with respect to every input, by a forward pass for each input, or by a reverse pass
    for each output. ``winner``: which of these two is the smaller.
    """

    path_multiplications: str
    forward_multiplications: int
    reverse_multiplications: int
    forward_all_multiplications: int
    reverse_all_multiplications: int
    inputs: int
    outputs: int
    winner: Literal["forward", "reverse", "equal"]
    sentence: str


class DerivationResponse(BaseModel):
    """∂output/∂wrt as a sum over paths of products along them.

    ``paths_total`` is exact, in digits. ``value`` is the gradient that reverse mode finds, null where nothing flows.
    ``forward`` is the other order: the same derivative by forward mode, node by node, of those between the two.
    """

    output: str
    wrt: str
    value: WireNumber | None
    paths: list[DerivationPath]
    paths_total: str
    shown: int
    latex: str
    latex_numbers: str
    forward: list[ForwardStep]
    counts: DerivationCounts
