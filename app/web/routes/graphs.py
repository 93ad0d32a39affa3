"""Calls that answer with a graph."""

from __future__ import annotations

from fastapi import APIRouter, Response

from app.core.expand import collapse, expand
from app.formats.formula import parse_formula
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


@router.post("/parse", response_model=schemas.GraphResponse)
def post_parse(request: schemas.ParseRequest, budget: Budget) -> Response:
    """Read a formula as a graph."""
    return json_response(graph_data(parse_formula(request.source, request.inputs, budget)))
