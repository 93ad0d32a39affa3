"""What a format is, in which graphs are written to files and read from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from app.core.errors import Fault, GraphError
from app.core.graph import Graph
from app.core.validate import Limits

Convention = Literal["book", "cs231n", "colah"]
"""Arrows in pairs; one line with both numbers; nodes that carry their numbers, and local derivatives on the edges."""

Tensors = Literal["few", "numbers", "heat"]
"""Numbers while they are few, and else a heat map; numbers wherever there is room for them; heat maps."""


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """How a graph is to be written.

    ``output`` stands in for the document's own and ``limits`` are the budgets of a run. ``scale`` is how many pixels of
    a picture go on a unit of the drawing, ``dark`` its colours, ``convention`` the way of drawing, ``tensors`` how a
    tensor stands beside an arrow.
    """

    output: str | None = None
    limits: Limits | None = None
    scale: int = 2
    dark: bool = False
    convention: Convention = "book"
    tensors: Tensors = "few"


@dataclass(frozen=True, slots=True)
class Exporter:
    """A format to write: its name in the API, its title, its media type, the end of its files' names, who writes it.

    ``write`` raises :class:`app.core.errors.GraphError` for a graph that it can't write. Where it stands on an optional
    package, ``missing`` says what to install while it isn't there. ``doc`` is a sentence for who chooses among formats,
    ``heeds`` the names of the :class:`ExportOptions` that it goes by, besides output and limits.
    """

    name: str
    title: str
    media_type: str
    suffix: str
    write: Callable[[Graph, ExportOptions], str | bytes]
    missing: Callable[[], str | None] = lambda: None
    doc: str = ""
    heeds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """A graph that was read from a file, and in ``notes`` what of the file it can't say.

    ``axes`` are the lengths that were taken for what the file leaves open, by name.
    """

    graph: Graph
    notes: tuple[str, ...] = ()
    axes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How a file is to be read: the budgets, and lengths for the axes that the file leaves open, by name."""

    limits: Limits | None = None
    axes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Importer:
    """A format to read: its name in the API, its title, its media type, the ends of its files' names, who reads it.

    ``read`` raises :class:`app.core.errors.GraphError` for a file that it can't read. ``missing`` is as in
    :class:`Exporter`.
    """

    name: str
    title: str
    media_type: str
    suffixes: tuple[str, ...]
    read: Callable[[bytes, ImportOptions], Imported]
    missing: Callable[[], str | None] = lambda: None


def read_text(content: bytes) -> str:
    """A file's text. Raises :class:`app.core.errors.GraphError` where it isn't UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise GraphError([Fault("not-utf-8", f"line {line} of the file is not text in UTF-8", line=line)]) from None
