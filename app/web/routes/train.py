"""Training, line by line."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from app.core.optimizers import OPTIMIZERS
from app.settings import Settings, get_settings
from app.web.body import StrictRoute
from app.web.ndjson import described, lines_response
from app.web.schemas import train as schemas
from app.web.training import train_lines
from app.web.wire import json_response, params_data

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["training"])


@router.post(
    "/train",
    response_class=Response,
    response_model=schemas.TrainLine | schemas.TrainEnd,
    responses={200: described("A TrainLine a line, the last one a TrainEnd", "TrainLine", "TrainEnd")},
)
def post_train(request: schemas.TrainRequest, settings: Annotated[Settings, Depends(get_settings)]) -> Response:
    """Train the parameters of a graph: a line for every reported step, and a last one with the trained graph."""
    return lines_response(train_lines(request, settings))


@router.get("/optimizers", response_model=list[schemas.OptimizerEntry])
def get_optimizers() -> Response:
    """Every optimizer, with its formula and its settings."""
    return json_response(
        [
            {
                "name": kind.name,
                "title": kind.title,
                "doc": " ".join((kind.__doc__ or "").partition("\n")[0].split()),
                "latex": kind.formula,
                "params": params_data(kind.params),
            }
            for kind in OPTIMIZERS.values()
        ]
    )
