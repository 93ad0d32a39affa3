"""What made one element of a gradient."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Response

from app.core.drill import Drill, drill
from app.web.body import StrictRoute
from app.web.deps import Budget
from app.web.schemas import drill as schemas
from app.web.wire import json_response

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["graphs"])


@router.post("/drill", response_model=schemas.DrillResponse)
def post_drill(request: schemas.DrillRequest, budget: Budget) -> Response:
    """Take one element of an edge's share apart into the products that add up to it."""
    graph, place = request.graph.to_graph(), (request.node, request.input, request.index)
    output, upstream, zeros = request.output, request.upstream, request.zeros
    return json_response(_data(drill(graph, *place, output=output, upstream=upstream, zeros=zeros, limits=budget)))


def _data(result: Drill) -> dict[str, Any]:
    """A drill as a ``DrillResponse``."""
    return asdict(result)
