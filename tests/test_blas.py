"""Where BLAS is held to one thread, and where it isn't."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

HEAD = """
import asyncio, json
from threadpoolctl import threadpool_info

def threads():
    return sorted({pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"})
"""

SERVER = """
from uvicorn import Config
from uvicorn.lifespan.on import LifespanOn

async def served():
    config = Config("app.main:create_app", factory=True)
    config.load()
    lifespan = LifespanOn(config)
    await lifespan.startup()
    during = threads()
    await lifespan.shutdown()
    return [during, threads()]

print(json.dumps(asyncio.run(served())))
"""

COMMAND = """
from click.testing import CliRunner
from app.cli import main

@main.command()
def probe():
    print(json.dumps(threads()))

print(json.dumps([json.loads(CliRunner().invoke(main, ["probe"]).output), threads()]))
"""

LIBRARY = """
from app.client import Client
from app.core.evaluate import evaluate

with Client() as client:
    client.ops()
    print(json.dumps([threads()]))
"""


def blas_threads(script: str) -> list[list[int]]:
    """What a script prints in a process that would give BLAS two threads."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"), "2")
    command = [sys.executable, "-c", HEAD + script]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60, env=environment)
    found: list[list[int]] = json.loads(done.stdout)
    if not any(found):
        pytest.skip("NumPy's BLAS here is none whose threads can be counted")
    return found


def test_the_server_takes_one_thread_and_gives_the_others_back() -> None:
    assert blas_threads(SERVER) == [[1], [2]]


def test_a_command_takes_one_thread() -> None:
    assert blas_threads(COMMAND) == [[1], [2]]


def test_a_program_that_imports_the_library_keeps_its_own() -> None:
    assert blas_threads(LIBRARY) == [[2]]
