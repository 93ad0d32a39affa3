"""How the process is."""

from __future__ import annotations

from fastapi import APIRouter

from app.web.schemas.service import Health

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def healthz() -> Health:
    """The process lives."""
    return Health(status="ok")


@router.get("/readyz")
async def readyz() -> Health:
    """It can serve. There is no store yet that could be away."""
    return Health(status="ok")
