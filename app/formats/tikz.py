r"""Graphs as TikZ pictures, to be set in a LaTeX document: the book's drawing, everything where it is there.

Every letter compiles with pdfLaTeX. Those that its fonts don't have, such as Hangul, it shows as a bold question mark;
XeLaTeX and LuaLaTeX show them in a font that has them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from app.core.graph import Graph
from app.formats import drawing
from app.formats.format import Exporter, ExportOptions
from app.formats.sketch import NOTHING
from app.formats.text import heading

_POINTS: Final = 0.75
"""Of a unit of the drawing: 96 to an inch, and 72 points."""
_LEAF_PAD: Final = 7
_HEAD: Final = r"""% Needs \usepackage{tikz} and \usetikzlibrary{arrows.meta}.
\providecommand\backarrowletter[1]{\ifdefined\Umathcode#1\else\textbf{?}\fi}
\begin{tikzpicture}[
  x=0.75pt, y=-0.75pt,
  every node/.style={inner sep=0pt},
  op/.style={draw, line width=1.3pt},
  number/.style={font=\small},
  caption/.style={font=\scriptsize},
  gradient/.style={number, text={rgb,255:red,168;green,58;blue,11}},
  forward/.style={line width=1.1pt, -{Latex[length=6.75pt, width=5.6pt]}},
  backward/.style={line width=3.75pt, color={rgb,255:red,194;green,65;blue,12},
    -{Latex[length=9.75pt, width=9.75pt]}},
  no gradient/.style={backward, color=black!15},
]
"""
_GREEK: Final = (
    "alpha beta gamma delta epsilon zeta eta theta lambda mu nu xi pi rho sigma tau phi chi psi omega "
    "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
)
_SIGNS: Final = {
    **{char: f"\\{char}" for char in "{}$&#%_"},
    **{char: f"$\\{name}$" for char, name in zip("αβγδεζηθλμνξπρστφχψωΓΔΘΛΞΠΣΦΨΩ", _GREEK.split(), strict=True)},
    "\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", '"': r"{\char34}",
    "<": "$<$", ">": "$>$", "|": "$|$", "×": r"$\times$", "−": "$-$", "·": r"$\cdot$", "√": r"$\surd$",
    "∂": r"$\partial$", "∞": r"$\infty$", "½": r"$\frac12$", "²": "$^2$", "ʸ": "$^y$", "ᵀ": r"$^{\mathsf{T}}$",
    "\u00a0": "~", "–": "--", "…": r"\dots{}", "∏": r"$\prod$",
    "≤": r"$\leq$", "≥": r"$\geq$", "≠": r"$\neq$", "→": r"$\to$", "∇": r"$\nabla$",
}  # fmt: skip
"""What is written otherwise in LaTeX."""
_IN_MATHEMATICS: Final = {"−": "-", "∞": r"\infty", "NaN": r"\mathrm{NaN}"}
_LATIN: Final = frozenset(map(chr, range(0xC0, 0x100))) - set("ÐÞðþ×÷")
"""Letters beyond ASCII that LaTeX's first fonts can set."""


def write_tikz(graph: Graph, options: ExportOptions) -> str:
    """A ``tikzpicture``. Raises :class:`GraphError` for a graph that can't run, or is too large for a picture."""
    places = drawing.places(graph, replace(options, convention="book"))
    lines = [line for group in places["groups"] for line in _group(group)]
    lines += [line for edge in places["edges"] for line in _edge(edge)]
    lines += map(_node, places["nodes"])
    return "".join([heading(graph.title, "%"), _HEAD, *(f"  {line}\n" for line in lines), "\\end{tikzpicture}\n"])


def _group(box: dict[str, Any]) -> list[str]:
    left, top = box["x"], box["y"]
    corner = _at((left + box["width"], top + box["height"]))
    return [
        rf"\draw[rounded corners=8pt, color=black!35, fill=black!3] {_at((left, top))} rectangle {corner};",
        rf"\node[number, anchor=north west] at {_at((left + 12, top + 5))} {{{latex(box['title'])}}};",
    ]


def _edge(edge: dict[str, Any]) -> list[str]:
    back = "backward" if edge["flows"] else "no gradient"
    return [
        rf"\draw[{back}] {_line(edge['backward'])};",
        rf"\draw[forward] {_line(edge['forward'])};",
        _number("number", edge["value"]),
        _number("gradient", edge["gradient"]),
    ]


def _number(style: str, number: dict[str, Any]) -> str:
    if number["caption"]:
        return rf"\node[{style}, caption] at {_at(number['at'])} {{{latex(number['text'])}}};"
    return rf"\node[{style}] at {_at(number['at'])} {{{_mathematics(number['text'])}}};"


def _mathematics(number: str) -> str:
    if number == NOTHING:
        return latex(number)
    for sign, command in _IN_MATHEMATICS.items():
        number = number.replace(sign, command)
    powers = re.sub(r"e(-?\d+)", r"\\mathrm{e}{\1}", number)
    return f"${powers}$"


def _node(node: dict[str, Any]) -> str:
    x, y, width, height = node["x"], node["y"], node["width"], node["height"]
    if node["kind"] in {"input", "parameter", "constant"}:
        look = "anchor=east" + (", text=black!60" if node["kind"] == "constant" else "")
        x += width / 2 - _LEAF_PAD
    else:
        wide, high = _points(width), _points(height)
        look = f"op, rounded corners={_points(height / 2 - 0.1)}, minimum width={wide}, minimum height={high}"
        look += ", double" if node["composite"] else ""
    # A closed group has no id that TikZ could take.
    name = f" ({node['id']})" if node["kind"] != "group" else ""
    return rf"\node[{look}]{name} at {_at((x, y))} {{{_sign(node)}}};"


def _sign(node: dict[str, Any]) -> str:
    """What is written in a node, with the shape of its tensor beneath."""
    sign = latex(node["text"])
    return rf"\shortstack{{{sign}\\[1pt]\tiny {latex(node['shape'])}}}" if node["shape"] else sign


def _line(points: Sequence[Sequence[float]]) -> str:
    return " -- ".join(map(_at, points))


def _at(point: Sequence[float]) -> str:
    return f"({point[0]:g},{point[1]:g})"


def _points(length: float) -> str:
    return f"{length * _POINTS:.4g}pt"


def latex(text: str) -> str:
    r"""Text of one line that LaTeX obeys in nothing.

    Example:
        >>> print(latex(r"50% \input{x}"), latex("한"))
        50\% \textbackslash{}input\{x\} \backarrowletter{한}
    """
    return "".join(map(_letter, text))


def _letter(char: str) -> str:
    if (sign := _SIGNS.get(char)) is not None:
        return sign
    return char if char.isascii() or char in _LATIN else rf"\backarrowletter{{{char}}}"


EXPORTER: Final = Exporter(
    "tikz",
    "LaTeX picture (TikZ)",
    "application/x-tex",
    ".tikz",
    write_tikz,
    missing=drawing.needs("quickjs"),
    doc="The drawing for a LaTeX document, in its fonts.",
)
