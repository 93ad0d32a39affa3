"""One uvicorn process, and wrk to ask it."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep
from typing import Final

from bench.serving.connection import Connection

BOTH: Final = "bench.serving.both:create_both"
BARE: Final = "bench.serving.bare:create_bare"
OURS: Final = "app.main:create_app"
_ROOT: Final = Path(__file__).parents[2]
_SCRIPT: Final = Path(__file__).with_name("post.lua")
_PATIENCE: Final = 60.0
_POLL: Final = 2e-3


@contextmanager
def serving(factory: str, bytecode: Path) -> Iterator[int]:
    """A server of the application that a factory makes, until it is let go; the port that it listens at.

    ``bytecode`` is where compiled modules are kept, as an installed package keeps them beside its own.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", factory, "--factory", "--port", str(port), "--log-level", "warning"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPYCACHEPREFIX": str(bytecode), "BACKARROW_MAX_NODES": "20000"}
    process = subprocess.Popen([*command, "--no-access-log"], cwd=_ROOT, env=environment)
    try:
        yield port
    finally:
        process.terminate()
        process.wait()


def first_answer(port: int, path: str, body: bytes) -> bytes:
    """The answer of a server that may still be starting."""
    end = perf_counter() + _PATIENCE
    while True:
        try:
            with Connection(port) as connection:
                return connection.post(path, body)
        except ConnectionRefusedError:
            if perf_counter() > end:
                raise
            sleep(_POLL)


def has_wrk() -> bool:
    """Whether wrk is installed."""
    return shutil.which("wrk") is not None


def wrk(port: int, path: str, template: Path, seconds: int, connections: int = 1) -> float:
    """The median latency, in seconds, where each connection posts a file again and again.

    Each ``@`` in the file is a running number. Raises ``ValueError`` where an answer isn't 200.
    """
    url = f"http://127.0.0.1:{port}{path}"
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(_SCRIPT), url, "--", str(template)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"p50 (\d+) requests (\d+) failed 0\n", said)
    if found is None or found[2] == "0":
        raise ValueError(said)
    return int(found[1]) * 1e-6
