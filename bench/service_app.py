"""The application and, beside it in the same process, an endpoint that does nothing."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from app.main import create_app

EMPTY = "/empty"


def create_both() -> Any:
    """An ASGI application: ``/empty`` is a bare FastAPI's, all else Backarrow's."""
    bare, ours = FastAPI(), create_app()

    @bare.post(EMPTY)
    async def empty() -> dict[str, str]:
        return {}

    async def both(scope: Any, receive: Any, send: Any) -> None:
        await (bare if scope.get("path") == EMPTY else ours)(scope, receive, send)

    return both
