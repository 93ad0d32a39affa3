"""Calls that take a graph and compute."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from app.core.evaluate import evaluate
from app.core.expand import collapse, expand
from app.core.gradcheck import check
from app.core.validate import Limits
from app.formats.formula import parse_formula
from app.settings import Settings, get_settings
from app.web import schemas
from app.web.body import StrictRoute
from app.web.wire import check_data, evaluation_data, graph_data, json_response

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["graphs"])


def limits(settings: Annotated[Settings, Depends(get_settings)]) -> Limits:
    """The budgets of this service."""
    return settings.limits()


Budget = Annotated[Limits, Depends(limits)]
Full = Annotated[bool, Query(description="large tensors whole, not as summaries")]


@router.post("/evaluate", response_model=schemas.EvaluateResponse)
def post_evaluate(request: schemas.EvaluateRequest, budget: Budget, full: Full = False) -> Response:
    """Run a graph forward and backward."""
    run = evaluate(request.graph.to_graph(), output=request.output, upstream=request.upstream, limits=budget)
    return json_response(evaluation_data(run, full=full, with_trace=request.trace))


@router.post("/check", response_model=schemas.CheckResponse)
def post_check(request: schemas.CheckRequest, budget: Budget, full: Full = False) -> Response:
    """Hold backpropagation against numerical differentiation, leaf by leaf."""
    result = check(
        request.graph.to_graph(),
        output=request.output,
        wrt=request.wrt,
        epsilon=request.epsilon,
        limits=budget,
    )
    return json_response(check_data(result, full=full))


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
