"""Graphs as Mermaid flowcharts: each edge is an arrow both ways, with the value above its gradient.

An arrow of its own for each way back would be laid out as one more way forward.
"""

from __future__ import annotations

import re
from typing import Final

from app.core.graph import Graph
from app.formats.format import Exporter, ExportOptions
from app.formats.sketch import SketchEdge, SketchNode, sketch

_END: Final = "output"


def write_mermaid(graph: Graph, options: ExportOptions) -> str:
    """A flowchart from left to right. Raises :class:`GraphError` for a graph that can't run, or is too large."""
    drawn = sketch(graph, options)
    lines = ["flowchart LR"]
    for item in drawn.outline:
        match item:
            case SketchNode():
                lines.append(f"  {_name(item.id)}{_shape(item)}")
            case (group, title):
                lines.append(f'  subgraph g_{group}["{_plain(title)}"]')
            case None:
                lines.append("  end")
    lines.append(f'  {_END}[" "]')
    lines += map(_edge, drawn.edges)
    leaves = [_name(item.id) for item in drawn.outline if isinstance(item, SketchNode) and item.is_leaf]
    lines += ["  classDef bare fill:none,stroke:none", f"  class {','.join([*leaves, _END])} bare"]
    return "\n".join([*lines, ""])


def _edge(edge: SketchEdge) -> str:
    source, target = _name(edge.source), _END if edge.target is None else _name(edge.target)
    if not edge.flows:
        return f'  {source} -- "→ {_plain(edge.value)}" --> {target}'
    return f'  {source} <-- "→ {_plain(edge.value)}<br>← {_plain(edge.gradient)}" --> {target}'


def _shape(node: SketchNode) -> str:
    text = f'"{_plain(node.text)}"'
    return f"[{text}]" if node.is_leaf else f"([{text}])"


def _name(node_id: str) -> str:
    """An id that is no word of Mermaid's."""
    return f"n_{node_id}"


def _plain(text: str) -> str:
    """Text in which nothing is a sign of Mermaid's, of Markdown's or of HTML's; numbers stay as they are."""
    return re.sub(r"(?!\.\d)[!-'*+\-./:-@\[-`{-~]", lambda found: f"#{ord(found[0])};", text)


EXPORTER: Final = Exporter(
    "mermaid", "Mermaid flowchart", "text/vnd.mermaid", ".mmd", write_mermaid, doc="For Markdown pages that draw it."
)
