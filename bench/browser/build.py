"""Builds the page with React Flow: npm packages of its own, and the Node that the browser program is built with."""

from __future__ import annotations

import gzip
import json
import subprocess
from typing import Final

from bench.browser.server import ROOT

PEER: Final = ROOT / "bench" / "browser" / "peer"
_PYTHON: Final = ROOT / ".venv" / "bin" / "python"


def build_peer() -> None:
    """Install the locked packages where others are there, and build."""
    lock, installed = PEER / "package-lock.json", PEER / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        _npm("ci", "--ignore-scripts")
    _npm("run", "build")


def _npm(*arguments: str) -> None:
    if not _PYTHON.exists():
        raise SystemExit(
            f"There is no {_PYTHON.relative_to(ROOT)}, whose Node builds React Flow's page: run 'make check'."
        )
    command = [str(_PYTHON), str(ROOT / "hatch_build.py"), "npm", *arguments]
    done = subprocess.run(command, cwd=PEER, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"React Flow's page could not be built:\n{done.stdout}{done.stderr}")


def peer_versions() -> str:
    """The packages of its page, each with its version."""
    packages = json.loads((PEER / "package.json").read_text(encoding="utf-8"))["dependencies"]
    return ", ".join(f"{name} {version}" for name, version in packages.items())


def kilobytes(script: bytes) -> float:
    """What a script weighs on its way, compressed by gzip."""
    return len(gzip.compress(script)) / 1024


def peer_kilobytes() -> float:
    """The script of React Flow's page."""
    return kilobytes((PEER / "dist" / "peer.js").read_bytes())
