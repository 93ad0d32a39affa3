"""Graphs in DOT, for Graphviz: the values on thin edges, and beside each a thick edge back with the gradient."""

from __future__ import annotations

from typing import Final

from app.core.graph import Graph
from app.formats.format import Exporter, ExportOptions
from app.formats.sketch import SketchEdge, SketchNode, sketch

_HEAD: Final = """\
  rankdir=LR
  node [fontname="Helvetica" fontsize=12 shape=circle width=0.5 margin=0.05 color="#3a4048"]
  edge [fontname="Helvetica" fontsize=10 color="#3a4048"]
"""
_BACK: Final = 'color="#c2410c" fontcolor="#a83a0b" penwidth=3'
_NO_WAY_BACK: Final = 'color="#d9d4c6" fontcolor="#59616b" penwidth=3'
_END: Final = "the output"
"""No node's id: it has a space."""


def write_dot(graph: Graph, options: ExportOptions) -> str:
    """A digraph from left to right. Raises :class:`GraphError` for a graph that can't run, or is too large."""
    drawn = sketch(graph, options)
    lines = [f"digraph {_quoted(drawn.title)} {{\n{_HEAD}"]
    if drawn.title:
        lines.append(f"  label={_quoted(drawn.title)} labelloc=t\n")
    for item in drawn.outline:
        match item:
            case SketchNode():
                lines.append(_node(item))
            case (group, title):
                lines.append(f"  subgraph {_quoted(f'cluster_{group}')} {{ label={_quoted(title)}\n")
            case None:
                lines.append("  }\n")
    lines.append(f"  {_quoted(_END)} [style=invis shape=point]\n")
    lines += [_edge(edge) for edge in drawn.edges]
    return "".join([*lines, "}\n"])


def _node(node: SketchNode) -> str:
    if node.is_leaf:
        shape = "shape=plaintext" + (' fontcolor="#6b7079"' if node.is_constant else "")
    else:
        shape = "" if len(node.text) == 1 else "shape=box style=rounded"
    look = " ".join(filter(None, [shape, f"tooltip={_quoted(node.words)}"]))
    return f"  {_quoted(node.id)} [label={_quoted(node.text)} {look}]\n"


def _edge(edge: SketchEdge) -> str:
    ends = f"  {_quoted(edge.source)} -> {_quoted(edge.target or _END)}"
    back = _BACK if edge.flows else _NO_WAY_BACK
    return f"{ends} [label={_quoted(edge.value)}]\n{ends} [label={_quoted(edge.gradient)} dir=back {back}]\n"


def _quoted(text: str) -> str:
    """A string of DOT. Graphviz reads escapes and HTML's entities in labels: neither is left to mean anything."""
    plain = text.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


EXPORTER: Final = Exporter(
    "dot", "Graphviz (DOT)", "text/vnd.graphviz", ".dot", write_dot, doc="For Graphviz, which lays it out anew."
)
