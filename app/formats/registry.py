"""The formats that a graph is written in and read from, a line each."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.core.graph import Graph
from app.core.validate import Limits
from app.formats.document import graph_document
from app.formats.formula_writer import write_formula
from app.formats.latex_writer import write_latex
from app.formats.layers_python import write_layers_python
from app.formats.text import Text

Writer = Callable[[Graph, str | None, Limits | None], Text]


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name in the API, its title, its media type, the end of its files' names, and who writes it."""

    name: str
    title: str
    media_type: str
    suffix: str
    write: Writer


def write_json(graph: Graph, output: str | None = None, _limits: Limits | None = None) -> Text:
    """The graph document itself, with another output where one is named. A faulty graph is written as it is."""
    document = graph_document(graph) | ({} if output is None else {"output": output})
    return Text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", ())


EXPORTERS: Final[dict[str, Format]] = {
    format_.name: format_
    for format_ in (
        Format("json", "Graph document", "application/json", ".json", write_json),
        Format("formula", "Formula language", "text/plain", ".txt", write_formula),
        Format("python", "Python, layer by layer", "text/x-python", ".py", write_layers_python),
        Format("latex", "LaTeX equations", "application/x-tex", ".tex", write_latex),
    )
}
"""By name."""
