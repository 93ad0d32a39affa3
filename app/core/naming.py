"""The names of nodes in LaTeX: what a person called them, no two alike, and nothing in them that LaTeX would obey."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Final

from app.core.graph import ID_PATTERN, Node
from app.core.sentences import one_line, short_label

_WORDS = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi"
_GREEK: Final = frozenset([*_WORDS.split(), "omega"])
_ID: Final = re.compile(ID_PATTERN)
_INDEXED: Final = re.compile(r"([A-Za-z]|" + "|".join(sorted(_GREEK)) + r")_?([0-9]+)")
_ESCAPES: Final = {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    **{char: f"\\{char}" for char in "{}$&#%_"},
}
_PLAIN: Final = 2
_ROUNDS: Final = 8
_DOTTED_CIRCLE: Final = "\u25cc"


def latex_text(text: str) -> str:
    r"""Any text in LaTeX, upright. Every character that LaTeX would obey is escaped.

    Example:
        >>> print(latex_text("50% off"))
        \text{50\% off}
    """
    pieces: list[str] = []
    before = " "
    for char in one_line(text):
        # An accent stands on a letter; LaTeX refuses one that has none.
        if unicodedata.category(char).startswith("M") and not before.isalnum():
            pieces.append(_DOTTED_CIRCLE)
        pieces.append(_ESCAPES.get(char, char))
        if not unicodedata.category(char).startswith("M"):
            before = char
    return rf"\text{{{''.join(pieces)}}}"


def latex_id(name: str) -> str:
    """An id as mathematics is set: one letter in italics, a number after it as its index, a Greek letter as itself."""
    if len(name) == 1 and name != "_":
        return name
    if name in _GREEK:
        return f"\\{name}"
    if (indexed := _INDEXED.fullmatch(name)) is not None:
        letter, index = indexed.groups()
        return f"{latex_id(letter)}_{{{index}}}"
    return _upright(name)


def latex_operator(name: str) -> str:
    """An op's name as a function."""
    return rf"\operatorname{{{name.replace('_', _ESCAPES['_'])}}}"


def latex_names(nodes: Sequence[Node]) -> dict[str, str]:
    """Each node's name in LaTeX, by id: its label; its id where it has none, or where two would read the same."""
    wanted = [(_called(node), latex_id(node.id), _upright(node.id)) for node in nodes]
    levels = [0] * len(nodes)
    for _ in range(_ROUNDS):
        names = [choices[level] for choices, level in zip(wanted, levels, strict=True)]
        seen = Counter(map(_reads, names))
        clashing = [place for place, name in enumerate(names) if seen[_reads(name)] > 1 and levels[place] < _PLAIN]
        if not clashing:
            break
        for place in clashing:
            levels[place] += 1
    else:
        # Labels that are the ids of others, in a chain: the ids alone can't clash.
        names = [choices[_PLAIN] for choices in wanted]
    return {node.id: name for node, name in zip(nodes, names, strict=True)}


def _called(node: Node) -> str:
    label = short_label(node.label)
    if not label:
        return latex_id(node.id)
    return latex_id(label) if _ID.fullmatch(label) else latex_text(label)


def _upright(name: str) -> str:
    return rf"\mathrm{{{name.replace('_', _ESCAPES['_'])}}}"


def _reads(name: str) -> str:
    """What is read of a name: the same letters upright and in italics count as the same name."""
    return re.sub(r"\\(?:text|mathrm)|[{}]", "", name)
