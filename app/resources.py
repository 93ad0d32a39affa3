"""Where the files that are not Python lie: the built browser program and the page templates.

An installed wheel carries them inside the package; a source tree has them beside it.
"""

import json
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def static_dir() -> Path:
    """The built browser program: `manifest.json` and the files that it names.

    Returns:
        A directory, which exists once the browser program is built.

    Example:
        >>> (static_dir() / "manifest.json").is_file()
        True
    """
    return _packed_or_beside("_static", "static/dist")


def built_file(name: str) -> Path:
    """A file of the browser program by its plain name; its own name changes with its content."""
    manifest: dict[str, str] = json.loads((static_dir() / "manifest.json").read_text("utf-8"))
    return static_dir() / manifest[name]


def templates_dir() -> Path:
    """The Jinja2 templates of the pages."""
    return _packed_or_beside("_templates", "templates")


def _packed_or_beside(packed: str, beside: str) -> Path:
    inside = _PACKAGE / packed
    return inside if inside.is_dir() else _PACKAGE.parent / beside
