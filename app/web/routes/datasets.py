"""The data to train on."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.formats.datasets.builtin import DATASETS
from app.web.schemas import datasets as schemas
from app.web.training import dataset_entry, sample_data
from app.web.wire import json_response

router = APIRouter(prefix="/api", tags=["training"])

Start = Annotated[int, Query(ge=0, description="the first row")]
Rows = Annotated[int, Query(ge=1, le=200, description="how many rows")]
Seed = Annotated[int, Query(ge=0, lt=2**53, description="where the data is made: from what")]


@router.get("/datasets", response_model=list[schemas.DatasetEntry])
def get_datasets() -> Response:
    """Every built-in data set."""
    return json_response(
        [
            {
                "name": entry.name,
                "title": entry.title,
                "doc": entry.doc,
                "count": entry.count,
                "features": entry.names,
                "classes": entry.classes,
                "shape": entry.shape,
                "missing": entry.missing(),
            }
            for entry in DATASETS.values()
        ]
    )


@router.get("/datasets/{name}", response_model=schemas.DatasetRows)
def get_dataset(name: str, start: Start = 0, count: Rows = 1, seed: Seed = 0) -> Response:
    """Some rows of a data set."""
    data = dataset_entry(name).load(seed)
    chosen = range(start, min(start + count, data.count))
    rows = [
        {"index": row, "features": data.features[row].reshape(data.shape).tolist(), "target": float(data.targets[row])}
        for row in chosen
    ]
    return json_response({"name": name, "rows": rows})


@router.post("/samples", response_model=schemas.SampleResponse)
def post_sample(request: schemas.SampleRequest) -> Response:
    """A row of a data set or of a table, in the shape of a graph's leaves."""
    return json_response(sample_data(request))
