"""Starting soon: what few ask for is imported when it is first asked for."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from anyio import Lock
from anyio.to_thread import run_sync
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send


class LateFastAPI(FastAPI):
    """An application some of whose resources are imported with the first request that none of the others takes.

    ``late`` are names of modules, each with a ``router``. The application's description has all of them.
    """

    def __init__(self, *, late: Sequence[str], **settings: Any) -> None:
        super().__init__(**settings)
        self._late = list(late)
        self._importing = Lock()
        self._not_found = self.router.default
        self.router.default = self._look_again

    def include_late(self) -> None:
        """Include what isn't there yet."""
        while self._late:
            self.include_router(import_module(self._late.pop(0)).router)

    def openapi(self) -> dict[str, Any]:
        """The application's description."""
        self.include_late()
        return super().openapi()

    async def _look_again(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request for which there is no route: not yet, or not at all."""
        if "looked_again" in scope:
            await self._not_found(scope, receive, send)
            return
        async with self._importing:
            for module in self._late:
                await run_sync(import_module, module)
            self.include_late()
            gc.freeze()
        await self.router.app({**scope, "looked_again": True}, receive, send)
