"""``/api/import``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from app.web.schemas.graphs import GraphResponse

Axes = dict[Annotated[str, Field(max_length=200)], Annotated[int, Field(ge=1, le=1_000_000)]]


class ImportResponse(GraphResponse):
    """The graph of a file, and in ``notes`` what of the file it can't say.

    ``axes`` are the lengths that were taken for the axes which the file leaves open, by name: sent along with the file,
    other ones are taken instead.
    """

    notes: list[str]
    axes: dict[str, int]
