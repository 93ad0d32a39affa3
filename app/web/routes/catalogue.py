"""What there is: the ops and the gallery."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Response

from app.core.ops import OPS
from app.formats.gallery import example, examples
from app.web.schemas import catalogue as schemas
from app.web.wire import json_response, op_data

router = APIRouter(prefix="/api", tags=["catalogue"])


@router.get("/ops", response_model=list[schemas.OpEntry])
def get_ops() -> Response:
    """Every op, with what it takes, what it is set by, and its formulas."""
    return json_response([op_data(op) for op in OPS])


@router.get("/examples", response_model=list[schemas.ExampleEntry])
def get_examples() -> Response:
    """The gallery, in the order of the lessons."""
    return json_response([entry.summary() for entry in examples()])


@router.get("/examples/{name}", response_model=schemas.Example)
def get_example(name: str) -> Response:
    """One graph of the gallery."""
    entry = example(name)
    if entry is None:
        raise HTTPException(404, "the gallery has no graph of that name")
    return json_response(entry.document())
