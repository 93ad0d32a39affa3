from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.core.plan import forget_plans


@pytest.fixture
def changed_ops() -> Iterator[None]:
    """For tests that change an op: nothing that was compiled before them, or by them, is used after."""
    forget_plans()
    yield
    forget_plans()
