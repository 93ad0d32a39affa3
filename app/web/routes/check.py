"""Backpropagation held against numerical differentiation."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from app.settings import Settings, get_settings
from app.web.body import StrictRoute
from app.web.checking import check_lines, checked
from app.web.deps import Budget, Full
from app.web.ndjson import described, lines_response
from app.web.schemas import check as schemas
from app.web.wire import json_response

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["graphs"])


@router.post("/check", response_model=schemas.CheckResponse)
def post_check(request: schemas.CheckRequest, budget: Budget, full: Full = False) -> Response:
    """Hold backpropagation against numerical differentiation, leaf by leaf or along a few directions."""
    return json_response(checked(request, budget, full=full))


@router.post(
    "/check/progress",
    response_class=Response,
    response_model=schemas.CheckProgress | schemas.CheckResponse,
    responses={
        200: described("A CheckProgress a line, the last one a CheckResponse", "CheckProgress", "CheckResponse")
    },
)
def post_check_progress(
    request: schemas.ExactCheckRequest, settings: Annotated[Settings, Depends(get_settings)], full: Full = False
) -> Response:
    """Check every element, with a larger budget, and tell how far that has come."""
    return lines_response(check_lines(request, settings, full=full))
