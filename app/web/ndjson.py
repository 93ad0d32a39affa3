"""Answers line by line: one JSON object each, sent while the work goes on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import chain
from typing import Any, Final

from pydantic_core import to_json
from starlette.responses import StreamingResponse

MEDIA_TYPE: Final = "application/x-ndjson"
PAUSE: Final = 0.02
"""Seconds between two chunks: lines are gathered so long, and a client that has gone away is noticed so soon."""


def to_line(data: dict[str, Any]) -> bytes:
    """An object as a line; numbers that aren't finite are spelled out."""
    return to_json(data, inf_nan_mode="strings") + b"\n"


def in_chunks(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Lines, as many at a time as come within a pause."""
    due, gathered = time.monotonic() + PAUSE, b""
    for line in lines:
        gathered += line
        if time.monotonic() >= due:
            yield gathered
            due, gathered = time.monotonic() + PAUSE, b""
    if gathered:
        yield gathered


def lines_response(lines: Iterator[bytes]) -> StreamingResponse:
    """The answer. What can be refused is refused before it begins: with the first chunk."""
    chunks = in_chunks(lines)
    return StreamingResponse(chain([next(chunks)], chunks), media_type=MEDIA_TYPE)


def described(what: str, *models: str) -> dict[str, Any]:
    """A response of lines, each one of these models, for the contract."""
    any_of = [{"$ref": f"#/components/schemas/{name}"} for name in models]
    return {"description": what, "content": {MEDIA_TYPE: {"schema": {"anyOf": any_of}}}}
