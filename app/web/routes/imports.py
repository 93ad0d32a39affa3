"""Graphs read from files."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, HTTPException, Response
from pydantic import Json

from app.formats.format import ImportOptions
from app.formats.registry import IMPORTERS
from app.web.body import FileRoute
from app.web.deps import Budget
from app.web.schemas import imports as schemas
from app.web.wire import graph_data, json_response

router = APIRouter(prefix="/api", route_class=FileRoute, tags=["formats"])


@router.post("/import/{format}", response_model=schemas.ImportResponse)
def post_import(
    format: str,
    file: Annotated[bytes, File(description="the file")],
    budget: Budget,
    axes: Annotated[Json[schemas.Axes] | None, Form(description="lengths for the axes that a file leaves open")] = None,
) -> Response:
    """Read a file of that format as a graph."""
    if (importer := IMPORTERS.get(format)) is None:
        raise HTTPException(404, f"there is no such format to import from; there are {', '.join(IMPORTERS)}")
    if (missing := importer.missing()) is not None:
        raise HTTPException(501, missing)
    found = importer.read(file, ImportOptions(limits=budget, axes=axes or {}))
    return json_response({**graph_data(found.graph), "notes": found.notes, "axes": dict(found.axes)})
