"""The ops and the gallery."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from app.formats.document import GraphDocument


class OpInputs(BaseModel):
    """The positional arguments of an op. One that is ``variadic`` takes more of the kind of the last."""

    names: list[str]
    variadic: bool


class OpParam(BaseModel):
    """A setting of an op. ``default`` is what it is when a node doesn't say."""

    name: str
    kind: Literal["number", "integer", "boolean", "shape", "axis", "axes", "pair", "stride", "padding", "pairs", "text"]
    default: float | bool | str | list[int] | list[list[int]] | None


class OpLatex(BaseModel):
    """Formulas in LaTeX. ``partials`` has one for each input, in which ``y`` is the op's value."""

    value: str
    partials: list[str]


class OpEntry(BaseModel):
    """One op of the catalogue. ``elementwise``: whether the partials are local derivatives.

    ``keeps`` says what a layer keeps from forward for backward and why; ``kept`` are the names under which a trace
    lists it. ``source`` is the class that runs, with a comment ``# …`` in place of its test points and of the mistakes
    that people make with it; ``inherited_source`` those of its forward and backward that another
    class wrote for it. ``labels`` are the inputs that are taken as they are, the targets of a loss among them; a loss
    that judges classes names in ``scores`` the input that holds their scores.
    """

    name: str
    aliases: list[str]
    symbol: str
    category: str
    doc: str
    inputs: OpInputs
    params: list[OpParam]
    latex: OpLatex
    labels: list[str]
    scores: str | None
    elementwise: bool
    decomposes: bool
    keeps: str
    kept: list[str]
    source: str
    inherited_source: str


class ExampleEntry(BaseModel):
    """One graph of the gallery, in the list."""

    name: str
    title: str
    text: str
    question: str


class Example(ExampleEntry):
    """One graph of the gallery."""

    graph: GraphDocument
