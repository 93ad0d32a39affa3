"""A graph as text: linked views, and exports."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException, Response

from app.formats.format import Exporter, ExportOptions, Importer
from app.formats.formula_writer import write_formula, write_nested
from app.formats.latex_writer import Equation, aligned, equations
from app.formats.layers_python import write_layers_python
from app.formats.registry import EXPORTERS, IMPORTERS
from app.formats.text import Text
from app.web.body import StrictRoute
from app.web.deps import Budget
from app.web.schemas import views as schemas
from app.web.wire import json_response

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["formats"])

_MEDIA_TYPES: dict[str, Any] = {exporter.media_type: {"schema": {"type": "string"}} for exporter in EXPORTERS.values()}


@router.post("/views", response_model=schemas.ViewsResponse)
def post_views(request: schemas.ViewsRequest, budget: Budget) -> Response:
    """The same graph as formulas, as Python and as LaTeX, every place linked to its node."""
    graph = request.graph.to_graph()
    lines = equations(graph, request.output, budget)
    data = {
        "formula": _data(write_formula(graph, request.output, budget)),
        "expression": _data(write_nested(graph, request.output, budget)),
        "python": _data(write_layers_python(graph, request.output, budget)),
        "latex": _data(aligned(graph, lines)) | {"equations": [_equation_data(line) for line in lines]},
    }
    return json_response(data)


@router.get("/formats", response_model=schemas.FormatsResponse)
def get_formats() -> Response:
    """What a graph can be read from and written to."""
    exporters = [_exporter_data(exporter) for exporter in EXPORTERS.values() if exporter.missing() is None]
    importers = [_importer_data(importer) for importer in IMPORTERS.values() if importer.missing() is None]
    return json_response({"importers": importers, "exporters": exporters})


@router.post("/export/{format}", response_class=Response, responses={200: {"content": _MEDIA_TYPES}})
def post_export(format: str, request: schemas.ExportRequest, budget: Budget) -> Response:
    """The graph in that format, with its media type."""
    if (exporter := EXPORTERS.get(format)) is None:
        raise HTTPException(404, f"there is no such format to export to; there are {', '.join(EXPORTERS)}")
    if (missing := exporter.missing()) is not None:
        raise HTTPException(501, missing)
    asked = request.options
    options = ExportOptions(asked.output, budget, asked.scale, asked.dark, asked.convention, asked.tensors)
    content = exporter.write(request.graph.to_graph(), options)
    headers = {"Content-Disposition": f'attachment; filename="graph{exporter.suffix}"'}
    if isinstance(content, bytes):
        return Response(content, media_type=exporter.media_type, headers=headers)
    return Response(content.encode(), media_type=f"{exporter.media_type}; charset=utf-8", headers=headers)


def _data(text: Text) -> dict[str, Any]:
    """A text as a ``View``."""
    text = text.in_utf16()
    return {"text": text.text, "spans": [span._asdict() for span in text.spans], "notes": text.notes}


def _equation_data(line: Equation) -> dict[str, Any]:
    """An equation as a ``ViewEquation``."""
    return {"node": line.node, "phase": line.phase, "latex": line.latex, "symbols": line.symbols}


def _importer_data(importer: Importer) -> dict[str, Any]:
    """A format to read as an ``ImporterEntry``."""
    return {
        "name": importer.name,
        "title": importer.title,
        "media_type": importer.media_type,
        "suffix": importer.suffixes[0],
        "suffixes": importer.suffixes,
    }


def _exporter_data(exporter: Exporter) -> dict[str, Any]:
    """A format to write as an ``ExporterEntry``."""
    return {
        "name": exporter.name,
        "title": exporter.title,
        "media_type": exporter.media_type,
        "suffix": exporter.suffix,
        "doc": exporter.doc,
        "heeds": exporter.heeds,
    }
