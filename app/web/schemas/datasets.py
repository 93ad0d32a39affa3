"""``/api/datasets`` and ``/api/samples``."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, StrictInt

from app.formats.document import GraphDocument
from app.web.schemas.train import DataBatches
from app.web.schemas.values import Request, WireNumbers


class DatasetEntry(BaseModel):
    """A data set. ``shape`` is a row's; ``missing`` says what to install while it isn't there."""

    name: str
    title: str
    doc: str
    count: int
    features: list[str]
    classes: list[str]
    shape: list[int]
    missing: str | None


class DatasetRow(BaseModel):
    """One row: its features in the shape of a row, and its target, a number into ``classes`` where there are any."""

    index: int
    features: WireNumbers
    target: float


class DatasetRows(BaseModel):
    """Some rows of a data set."""

    name: str
    rows: list[DatasetRow]


class SampleRequest(Request):
    """A row of the data that a graph would be trained on."""

    graph: GraphDocument
    batches: DataBatches
    row: Annotated[StrictInt, Field(ge=0, lt=2**53)] = 0


class SampleResponse(BaseModel):
    """What the data is, and one row of it as values of the graph's leaves.

    ``inputs`` and ``targets`` are the leaves that take the features and the target; ``features`` and ``target`` the
    names of the columns. ``classes`` is empty where the targets are numbers to come near. ``tested``: whether the row
    is kept to test with.
    """

    count: int
    features: list[str]
    target: str
    classes: list[str]
    inputs: list[str]
    targets: str
    row: int
    tested: bool
    answer: Annotated[float, Field(description="the row's own target, a number into classes where there are any")]
    values: dict[str, WireNumbers]
