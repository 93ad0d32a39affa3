from __future__ import annotations

import threading
from collections.abc import Iterator

import httpx
import pytest
import uvicorn

from app.client import Client
from app.main import create_app


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with Client() as client:
        yield client


@pytest.fixture(scope="module")
def http(client: Client) -> httpx.Client:
    return client._http


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Where a real server listens, for what a client in its process can't show."""
    server = uvicorn.Server(uvicorn.Config(create_app(), port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            thread.join(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()
