"""The pages. The browser program brings them to life; their links work without it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

from app.formats.gallery import example, examples
from app.resources import built_file, templates_dir
from app.settings import get_settings

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_templates = Jinja2Templates(directory=templates_dir())

SHOWN = 10
"""How many graphs the first page draws: those that need no tensors."""


def _asset(name: str) -> str:
    """The address of a built file, which changes with its content."""
    return f"/static/{built_file(name).name}"


_templates.env.globals["asset"] = _asset
_templates.env.globals["settings"] = get_settings


def _page(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    return _templates.TemplateResponse(request, template, context, status)


@router.get("/")
def gallery_page(request: Request) -> HTMLResponse:
    """The gallery's graphs as small drawings."""
    return _page(request, "gallery.html", drawn=examples()[:SHOWN], more=examples()[SHOWN:])


@router.get("/graph")
def empty_page(request: Request) -> HTMLResponse:
    """A drawing page without a graph."""
    return _page(request, "editor.html", example=None)


@router.get("/graph/{name}")
def example_page(request: Request, name: str) -> HTMLResponse:
    """A drawing page with a graph of the gallery."""
    entry = example(name)
    if entry is None:
        return _page(request, "missing.html", 404)
    return _page(request, "editor.html", example=entry)


@router.get("/docs")
def api_page(request: Request) -> HTMLResponse:
    """The HTTP contract, to read and to try."""
    return _page(request, "apidocs.html")
