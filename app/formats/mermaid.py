"""Graphs as Mermaid flowcharts: the values on thin arrows, and beside each a thick arrow back with the gradient."""

from __future__ import annotations

import re
from typing import Final

from app.core.graph import Graph
from app.formats.format import Exporter, ExportOptions
from app.formats.sketch import SketchEdge, SketchNode, sketch

_BACK: Final = "stroke:#c2410c,color:#a83a0b"
_NO_WAY_BACK: Final = "stroke:#d9d4c6,color:#59616b"
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
    for edge in drawn.edges:
        lines += _arrows(edge)
    for flows, style in ((True, _BACK), (False, _NO_WAY_BACK)):
        back = [str(2 * place + 1) for place, edge in enumerate(drawn.edges) if edge.flows is flows]
        if back:
            lines.append(f"  linkStyle {','.join(back)} {style}")
    leaves = [_name(item.id) for item in drawn.outline if isinstance(item, SketchNode) and item.is_leaf]
    lines += ["  classDef bare fill:none,stroke:none", f"  class {','.join([*leaves, _END])} bare"]
    return "\n".join([*lines, ""])


def _arrows(edge: SketchEdge) -> list[str]:
    source, target = _name(edge.source), _END if edge.target is None else _name(edge.target)
    return [
        f'  {source} -- "{_plain(edge.value)}" --> {target}',
        f'  {target} == "{_plain(edge.gradient)}" ==> {source}',
    ]


def _shape(node: SketchNode) -> str:
    text = f'"{_plain(node.text)}"'
    if node.is_leaf:
        return f"[{text}]"
    return f"(({text}))" if len(node.text) == 1 else f"([{text}])"


def _name(node_id: str) -> str:
    """An id that is no word of Mermaid's."""
    return f"n_{node_id}"


def _plain(text: str) -> str:
    """Text in which nothing is a sign of Mermaid's, of Markdown's or of HTML's; numbers stay as they are."""
    return re.sub(r"(?!\.\d)[!-'*+\-./:-@\[-`{-~]", lambda found: f"#{ord(found[0])};", text)


EXPORTER: Final = Exporter(
    "mermaid", "Mermaid flowchart", "text/vnd.mermaid", ".mmd", write_mermaid, doc="For Markdown pages that draw it."
)
