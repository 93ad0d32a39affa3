"""``/api/views``, ``/api/formats`` and ``/api/export``."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from app.formats.document import GraphDocument, NodeId
from app.formats.format import Convention, Tensors
from app.web.schemas.values import Request


class ViewsRequest(Request):
    """A graph to be shown in several languages."""

    graph: GraphDocument
    output: NodeId | None = Field(None, description="stands in for the document's own output")


class ViewSpan(BaseModel):
    """Where a node stands in a text: UTF-16 units, as browsers count, from ``start`` up to ``end``.

    Spans may lie in one another: of those that hold a place, the shortest is what is written there.
    """

    node: str
    start: int
    end: int
    phase: Literal["forward", "backward"]


class View(BaseModel):
    """A text, the places of its nodes, and in ``notes`` what of the graph it can't say."""

    text: str
    spans: list[ViewSpan]
    notes: list[str]


class ViewEquation(BaseModel):
    """One equation of the LaTeX view, to be typeset by itself; ``symbols`` is the same without what comes out."""

    node: str
    phase: Literal["forward", "backward"]
    latex: str
    symbols: str


class LatexView(View):
    """Aligned equations, also one by one."""

    equations: list[ViewEquation]


class ViewsResponse(BaseModel):
    """One graph in four texts.

    ``formula`` has one assignment a node and reads back as the same graph; ``expression`` writes unlabelled nodes that
    are used once where they are used; ``python`` runs layer by layer; ``latex`` has aligned equations.
    """

    formula: View
    expression: View
    python: View
    latex: LatexView


class FormatEntry(BaseModel):
    """A format that a graph is written in or read from."""

    name: str
    title: str
    media_type: str
    suffix: str


class ImporterEntry(FormatEntry):
    """A format to read; its files' names may end in any of ``suffixes``, the first of which is the usual one."""

    suffixes: list[str]


class ExporterEntry(FormatEntry):
    """A format to write: ``doc`` is a sentence about it, ``heeds`` the options by which the file differs."""

    doc: str
    heeds: list[Literal["scale", "dark", "convention", "tensors"]]


class FormatsResponse(BaseModel):
    """What a graph can be read from and written to."""

    importers: list[ImporterEntry]
    exporters: list[ExporterEntry]


class ExportOptions(Request):
    """How to write a graph."""

    output: NodeId | None = Field(None, description="stands in for the document's own output")
    scale: int = Field(2, ge=1, le=4, description="pixels of a picture for a unit of the drawing")
    dark: bool = Field(False, description="a picture in the colours of the dark page")
    convention: Convention = Field("book", description="the way in which a picture draws arrows and numbers")
    tensors: Tensors = Field("few", description="how a picture shows a tensor: as numbers or as a heat map")


class ExportRequest(Request):
    """A graph to be written in a format."""

    graph: GraphDocument
    options: ExportOptions = Field(default_factory=ExportOptions)
