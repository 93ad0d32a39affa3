"""``/api/datasets``."""

from __future__ import annotations

from pydantic import BaseModel

from app.web.schemas.values import WireNumbers


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
