"""A graph whose names mean something to every format that must not take them at their word."""

from __future__ import annotations

from app.core.graph import Graph, Group, Node

TITLE = 'Titles --> "]; } </title><script>alert(0)</script> %%{init: {"theme": "dark"}}%% \n\u2028 🙂'
LABELS = {
    "end": '"quotes" \\ \\n \\N &lt; <b>x</b>',
    "class": "</script><script>alert(1)</script><!--",
    "graph": "\\input{secret} $x_1^2$ % # & ~ {}",
    "node": "한국어 日本語 😀 مرحبا e\u0301",
    "default": "\u202eturned\u202c \u2066 \x00 \ud800 \ufffe `*tick*` 1. - |",
}
_LEAVES = ("end", "class", "graph", "node", "default")
GROUP = '"]; } ]]> <g onload="alert(2)">'

HOSTILE = Graph(
    (
        *(Node(name, "input", value=float(place), label=LABELS[name]) for place, name in enumerate(_LEAVES, 1)),
        Node("o", "mul", ("end", "class")),
        Node("x", "mul", ("graph", "node")),
        Node("subgraph", "add", ("o", "x"), label='a "named" \\op'),
        Node("style", "sub", ("subgraph", "default")),
        Node("click", "exp", ("style",)),
    ),
    groups=(Group("outer", GROUP, ("o", "x", "subgraph")), Group("inner", "\\end{document}", ("o", "x"))),
    title=TITLE,
)
