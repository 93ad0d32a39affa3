"""Backarrow, and beside it in the same process the application that does nothing."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from app.main import create_app
from bench.serving.bare import EMPTY, create_bare


def create_both() -> ASGIApp:
    """``/empty`` is the bare application's, all else Backarrow's."""
    bare, ours = create_bare(), create_app()

    async def both(scope: Scope, receive: Receive, send: Send) -> None:
        await (bare if scope.get("path") == EMPTY else ours)(scope, receive, send)

    return both
