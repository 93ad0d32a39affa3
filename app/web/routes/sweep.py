"""The output along a range of one leaf."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Response

from app.core.sweep import Sweep, sweep
from app.web.body import StrictRoute
from app.web.deps import Budget
from app.web.schemas import sweep as schemas
from app.web.wire import json_response

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["graphs"])


@router.post("/sweep", response_model=schemas.SweepResponse)
def post_sweep(request: schemas.SweepRequest, budget: Budget) -> Response:
    """Move one leaf along a range, and follow the output and its gradient."""
    graph, ends = request.graph.to_graph(), (request.start, request.stop, request.steps)
    result = sweep(graph, request.input, *ends, index=request.index, output=request.output, limits=budget)
    return json_response(_data(result))


def _data(result: Sweep) -> dict[str, Any]:
    """A sweep as a ``SweepResponse``."""
    return {
        "input": result.input,
        "index": result.index,
        "output": result.output,
        "points": {
            "x": result.x.tolist(),
            "value": result.value.tolist(),
            "gradient": None if result.gradient is None else result.gradient.tolist(),
        },
        "tangent": asdict(result.tangent),
    }
