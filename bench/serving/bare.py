"""What FastAPI, NumPy and Jinja2 take by themselves: an application with an endpoint that does nothing."""

from __future__ import annotations

import numpy as np  # noqa: F401  (to be imported is all that is asked of it)
from fastapi import FastAPI
from fastapi.templating import Jinja2Templates

EMPTY = "/empty"


def create_bare() -> FastAPI:
    """An application that answers a POST of anything with ``{}``."""
    app = FastAPI()
    app.state.templates = Jinja2Templates(directory="templates")

    @app.post(EMPTY)
    async def empty() -> dict[str, str]:
        return {}

    return app
