"""Forward and backward through a graph."""

from __future__ import annotations

from fastapi import APIRouter, Response

from app.core.evaluate import evaluate
from app.formats.evaluation import evaluation_data
from app.web.body import StrictRoute
from app.web.deps import Budget, Full
from app.web.schemas import evaluate as schemas
from app.web.wire import json_response

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["graphs"])


@router.post("/evaluate", response_model=schemas.EvaluateResponse)
def post_evaluate(request: schemas.EvaluateRequest, budget: Budget, full: Full = False) -> Response:
    """Run a graph forward and backward."""
    run = evaluate(request.graph.to_graph(), output=request.output, upstream=request.upstream, limits=budget)
    return json_response(evaluation_data(run, full=full, with_trace=request.trace))
