"""Wiring."""

from __future__ import annotations

import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from app import __version__
from app.blas import one_blas_thread
from app.resources import static_dir
from app.web import live, pages
from app.web.late import LateFastAPI
from app.web.problems import MEDIA_TYPE, install_problem_handlers
from app.web.routes import evaluate, health
from app.web.schemas.service import Problem

_PROBLEM: Final = {"model": Problem, "content": {MEDIA_TYPE: {}}}
_LATE: Final = (
    "check",
    "sweep",
    "drill",
    "verify",
    "derivation",
    "diagnose",
    "graphs",
    "views",
    "imports",
    "train",
    "exercises",
    "catalogue",
    "datasets",
)


def create_app() -> FastAPI:
    """The application: the API, the pages and the browser program's files."""
    app = LateFastAPI(
        title="Backarrow",
        version=__version__,
        description="Computational graphs, forward and backward.",
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        responses={"4XX": _PROBLEM},
        lifespan=_serving,
        late=[f"app.web.routes.{name}" for name in _LATE],
    )
    install_problem_handlers(app)
    app.add_middleware(evaluate.PlainEvaluations)
    for resource in (evaluate, health, live, pages):
        app.include_router(resource.router)
    app.mount("/static", StaticFiles(directory=static_dir(), check_dir=False), name="static")
    return app


@asynccontextmanager
async def _serving(_: FastAPI) -> AsyncIterator[None]:
    """A process that serves, from before the first request until after the last.

    What start-up has made stays, so collecting garbage needn't look at it again and again. And whoever computes in a
    thread lets the event loop have its turn every millisecond, which is every five where nobody asks for it.
    """
    gc.freeze()
    sys.setswitchinterval(1e-3)
    with one_blas_thread():
        yield
