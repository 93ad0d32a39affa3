"""What a format is, in which graphs are written to files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.core.graph import Graph
from app.core.validate import Limits


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """How a graph is to be written.

    ``output`` stands in for the document's own and ``limits`` are the budgets of a run. ``scale`` is how many pixels of
    a picture go on a unit of the drawing, ``dark`` its colours.
    """

    output: str | None = None
    limits: Limits | None = None
    scale: int = 2
    dark: bool = False


@dataclass(frozen=True, slots=True)
class Exporter:
    """A format to write: its name in the API, its title, its media type, the end of its files' names, who writes it.

    ``write`` raises :class:`app.core.errors.GraphError` for a graph that it can't write. Where it stands on an optional
    package, ``missing`` says what to install while it isn't there.
    """

    name: str
    title: str
    media_type: str
    suffix: str
    write: Callable[[Graph, ExportOptions], str | bytes]
    missing: Callable[[], str | None] = lambda: None
