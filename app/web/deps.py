"""What routes are handed."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from app.core.validate import Limits
from app.settings import Settings, get_settings


def limits(settings: Annotated[Settings, Depends(get_settings)]) -> Limits:
    """The budgets of this service."""
    return settings.limits()


Budget = Annotated[Limits, Depends(limits)]
Full = Annotated[bool, Query(description="large tensors whole, not as summaries")]
