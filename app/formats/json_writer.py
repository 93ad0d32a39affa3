"""Graphs as the document that Backarrow itself keeps."""

from __future__ import annotations

import json
from typing import Final

from app.core.graph import Graph
from app.formats.document import graph_document
from app.formats.format import Exporter, ExportOptions


def write_json(graph: Graph, options: ExportOptions) -> str:
    """The graph document itself, with another output where one is named. A faulty graph is written as it is."""
    document = graph_document(graph) | ({} if options.output is None else {"output": options.output})
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


EXPORTER: Final = Exporter(
    "json", "Graph document", "application/json", ".json", write_json, doc="All of the graph, to be opened again."
)
