"""The process, and what it says when something is wrong."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class Health(BaseModel):
    """How the process is."""

    status: Literal["ok"]


class ProblemError(BaseModel):
    """One thing that is wrong, and where. ``pointer`` is a JSON pointer into the request."""

    code: str
    detail: str
    node: str | None = None
    pointer: str | None = None
    line: int | None = None
    column: int | None = None
    path: list[str] | None = Field(None, description="the nodes of a cycle, in the direction of the data")
    limit: int | None = None
    actual: int | None = None
    budget: str | None = Field(
        None, description="which of the server's budgets is exceeded: BACKARROW_MAX_ and its name"
    )


class Problem(BaseModel):
    """``application/problem+json`` (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[ProblemError] | None = None
