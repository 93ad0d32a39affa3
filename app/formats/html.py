"""Graphs as pages of their own: one file with the drawing, to step through and to point at, that needs no server."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from typing import Any, Final

from pydantic_core import to_json

from app.core.graph import Graph
from app.formats import drawing
from app.formats.format import Exporter, ExportOptions
from app.resources import built_file

_PAGE: Final = """\
<!doctype html>
<html lang="en" data-theme="{theme}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<header><h1>{title}</h1></header>
<main id="canvas"></main>
<div id="timeline"></div>
<section id="facts" aria-label="The node that is pointed at" tabindex="0"></section>
<noscript>The drawing needs JavaScript.</noscript>
<script type="application/json" id="content">{content}</script>
<script>{program}</script>
</body>
</html>
"""


def write_html(graph: Graph, options: ExportOptions) -> str:
    """The page. Raises :class:`GraphError` for a graph that can't run, or is too large to be drawn."""
    program = built_file("viewer.js").read_text("utf-8")
    data = drawing.drawing_data(graph, options)
    return _PAGE.format(
        theme="dark" if options.dark else "light",
        policy=escape(_policy(program)),
        title=escape(data["graph"]["title"] or "Computational graph"),
        style=built_file("viewer.css").read_text("utf-8"),
        content=_json_in_html(data),
        program=program,
    )


def _policy(program: str) -> str:
    """Nothing may be fetched, and no other program may run. The steps' line has a style of its own."""
    digest = base64.b64encode(hashlib.sha256(program.encode()).digest()).decode()
    return f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'"


def _json_in_html(data: dict[str, Any]) -> str:
    """JSON in which nothing can end the element around it, and no line ends that JavaScript alone knows."""
    text = to_json(data, inf_nan_mode="strings").decode()
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


EXPORTER: Final = Exporter(
    "html",
    "Page to step through (HTML)",
    "text/html",
    ".html",
    write_html,
    doc="One file that opens in any browser without a server or a network.",
    heeds=("dark", "convention", "tensors"),
)
