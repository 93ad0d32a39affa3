"""Wiring."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from app import __version__
from app.resources import static_dir
from app.web import live, pages
from app.web.problems import MEDIA_TYPE, install_problem_handlers
from app.web.routes import (
    catalogue,
    check,
    datasets,
    derivation,
    diagnose,
    drill,
    evaluate,
    exercises,
    graphs,
    health,
    imports,
    sweep,
    train,
    verify,
    views,
)
from app.web.schemas.service import Problem

_PROBLEM = {"model": Problem, "content": {MEDIA_TYPE: {}}}


def create_app() -> FastAPI:
    """The application: the API, the pages and the browser program's files."""
    app = FastAPI(
        title="Backarrow",
        version=__version__,
        description="Computational graphs, forward and backward.",
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        responses={"4XX": _PROBLEM},
    )
    install_problem_handlers(app)
    app.add_middleware(evaluate.PlainEvaluations)
    graph_calls = (evaluate, check, sweep, drill, verify, derivation, diagnose, graphs, views, imports, train)
    for resource in (*graph_calls, exercises, catalogue, datasets, health, live, pages):
        app.include_router(resource.router)
    app.mount("/static", StaticFiles(directory=static_dir(), check_dir=False), name="static")
    return app
