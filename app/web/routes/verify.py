"""Somebody's own gradients held against backpropagation."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Response

from app.core.judge import Judgement
from app.core.verify import Verification, verify
from app.formats.evaluation import tensor
from app.web.body import StrictRoute
from app.web.deps import Budget, Full
from app.web.schemas import verify as schemas
from app.web.wire import json_response

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["graphs"])


@router.post("/verify", response_model=schemas.VerifyResponse)
def post_verify(request: schemas.VerifyRequest, budget: Budget, full: Full = False) -> Response:
    """Judge gradients worked out by hand, and find the first mistake and its likely cause."""
    result = verify(
        request.graph.to_graph(),
        request.claimed,
        edges=request.edges,
        output=request.output,
        upstream=request.upstream,
        limits=budget,
    )
    return json_response(_data(result, full=full))


def _data(result: Verification, *, full: bool) -> dict[str, Any]:
    """A verification as a ``VerifyResponse``."""
    slips = [asdict(slip) for slip in result.slips]
    return {
        "output": result.output,
        "correct": result.correct,
        "judged": {node: _judged(item, full=full) for node, item in result.nodes.items()},
        "judged_edges": {edge: _judged(item, full=full) for edge, item in result.edges.items()},
        "first_wrong": result.first_wrong,
        "first_wrong_edge": result.first_wrong_edge,
        "slip": slips[0] if slips else None,
        "others": slips[1:],
    }


def _judged(item: Judgement, *, full: bool) -> dict[str, Any]:
    return {
        "claimed": tensor(item.claimed, full=full),
        "expected": tensor(item.expected, full=full),
        "relative_error": item.relative_error,
        "verdict": item.verdict,
        "follows": item.follows,
    }
