"""The built-in graphs: one JSON file each in ``examples``, in the order of the lessons."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class GalleryEntry:
    """A graph with a title, a few sentences, and a question to predict."""

    name: str
    title: str
    text: str
    question: str
    graph: dict[str, Any]

    def summary(self) -> dict[str, Any]:
        """Everything but the graph."""
        return {field: getattr(self, field) for field in ("name", "title", "text", "question")}

    def document(self) -> dict[str, Any]:
        """The whole entry as plain data."""
        return {**self.summary(), "graph": self.graph}


@lru_cache(maxsize=1)
def examples() -> tuple[GalleryEntry, ...]:
    """Every built-in graph, in order."""
    folder = files("app.formats") / "examples"
    texts = sorted((file.name, file.read_text("utf-8")) for file in folder.iterdir())
    return tuple(GalleryEntry(**json.loads(text)) for name, text in texts if name.endswith(".json"))


def example(name: str) -> GalleryEntry | None:
    """The built-in graph of that name, or None."""
    return next((entry for entry in examples() if entry.name == name), None)
