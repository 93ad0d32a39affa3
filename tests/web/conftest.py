from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from app.client import Client


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with Client() as client:
        yield client


@pytest.fixture(scope="module")
def http(client: Client) -> httpx.Client:
    return client._http
