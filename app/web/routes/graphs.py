"""Calls that answer with a graph."""

from __future__ import annotations

from fastapi import APIRouter, Response

from app.core.expand import collapse, expand
from app.formats.format import Imported
from app.formats.formula import parse_formula
from app.formats.python import parse_python
from app.web.body import StrictRoute
from app.web.deps import Budget
from app.web.schemas import graphs as schemas
from app.web.wire import graph_data, json_response

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["graphs"])


@router.post("/expand", response_model=schemas.GraphResponse)
def post_expand(request: schemas.ExpandRequest, budget: Budget) -> Response:
    """Replace a composite node by its primitives, as a group."""
    return json_response(graph_data(expand(request.graph.to_graph(), request.node, budget)))


@router.post("/collapse", response_model=schemas.GraphResponse)
def post_collapse(request: schemas.CollapseRequest, budget: Budget) -> Response:
    """Replace a group by the op that equals it."""
    return json_response(graph_data(collapse(request.graph.to_graph(), request.group, budget)))


@router.post("/parse", response_model=schemas.ParseResponse)
def post_parse(request: schemas.ParseRequest, budget: Budget) -> Response:
    """Read a formula, or a Python program that isn't run, as a graph."""
    if request.language == "python":
        found = parse_python(request.source, request.inputs, budget)
    else:
        found = Imported(parse_formula(request.source, request.inputs, budget))
    return json_response({**graph_data(found.graph), "notes": found.notes})
