"""Graphs to work out by hand."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from app.core.exercise import LEVELS, MAX_SEED, Blank, Exercise, exercise
from app.formats.document import graph_document
from app.web.schemas import exercises as schemas
from app.web.wire import json_response

router = APIRouter(prefix="/api", tags=["catalogue"])

Level = Annotated[int, Query(ge=LEVELS[0], le=LEVELS[-1], description="1 easy, 2 with fan-out, 3 with matrices")]
Seed = Annotated[int, Query(ge=0, le=MAX_SEED, description="the same exercise for the same number")]


@router.get("/exercises", response_model=schemas.ExerciseResponse)
def get_exercise(level: Level, seed: Seed) -> Response:
    """The exercise of a level and a seed."""
    return json_response(_data(exercise(level, seed)))


def _data(result: Exercise) -> dict[str, Any]:
    """An exercise as an ``ExerciseResponse``."""
    return {
        "level": result.level,
        "seed": result.seed,
        "title": result.graph.title,
        "graph": graph_document(result.graph),
        "blanks": [_blank(blank) for blank in result.blanks],
    }


def _blank(blank: Blank) -> dict[str, Any]:
    edge = None if blank.edge is None else f"{blank.edge[0]}:{blank.edge[1]}"
    return {"kind": blank.kind, "node": blank.node, "edge": edge}
