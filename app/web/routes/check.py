"""Backpropagation held against numerical differentiation."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Response

from app.core.gradcheck import GradientCheck, check
from app.formats.evaluation import tensor
from app.web.body import StrictRoute
from app.web.deps import Budget, Full
from app.web.schemas import check as schemas
from app.web.wire import json_response

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["graphs"])


@router.post("/check", response_model=schemas.CheckResponse)
def post_check(request: schemas.CheckRequest, budget: Budget, full: Full = False) -> Response:
    """Hold backpropagation against numerical differentiation, leaf by leaf."""
    result = check(
        request.graph.to_graph(),
        output=request.output,
        wrt=request.wrt,
        epsilon=request.epsilon,
        curve=request.curve,
        limits=budget,
    )
    return json_response(_data(result, full=full))


def _data(result: GradientCheck, *, full: bool) -> dict[str, Any]:
    """A gradient check as a ``CheckResponse``."""
    return {
        "output": result.output,
        "epsilon": result.epsilon,
        "passed": all(leaf.verdict not in {"fail", "non-finite"} for leaf in result.leaves.values()),
        "leaves": {
            name: {
                "backprop": tensor(leaf.backprop, full=full),
                "numerical": tensor(leaf.numerical, full=full),
                "relative_error": leaf.relative_error,
                "verdict": leaf.verdict,
                "notes": leaf.notes,
                "elements": tensor(leaf.elements, full=full),
            }
            for name, leaf in result.leaves.items()
        },
        "seconds": asdict(result.seconds),
        "curve": None if result.curve is None else [asdict(point) for point in result.curve],
    }
