"""A graph as text in which every place knows its node."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from app.core.graph import Graph
from app.core.sentences import one_line
from app.core.tensor import Value
from app.formats.document import tensor_data

Phase = Literal["forward", "backward"]


class Span(NamedTuple):
    """Where a node stands in a text: characters from ``start`` up to ``end``, and which of the two passes it is."""

    node: str
    start: int
    end: int
    phase: Phase


@dataclass(frozen=True, slots=True)
class Text:
    """A text, where its nodes stand, and in ``notes`` what of the graph it can't say.

    Spans may lie in one another: of those that hold a place, the shortest is what is written there.
    """

    text: str
    spans: tuple[Span, ...]
    notes: tuple[str, ...] = ()

    def in_utf16(self) -> Text:
        """The same with places counted as browsers count them, where a character outside of the BMP takes two."""
        if self.text.isascii() or max(self.text) <= "\uffff":
            return self
        places, at = [0], 0
        for char in self.text:
            at += 1 + (char > "\uffff")
            places.append(at)
        spans = (Span(node, places[start], places[end], phase) for node, start, end, phase in self.spans)
        return Text(self.text, tuple(spans), self.notes)


class TextBuilder:
    """Puts a text together, noting where nodes stand."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._spans: list[Span] = []
        self._at = 0

    @property
    def length(self) -> int:
        """How many characters there are so far."""
        return self._at

    def write(self, text: str) -> None:
        """Text of no node."""
        self._pieces.append(text)
        self._at += len(text)

    def mark(self, node: str, text: str, phase: Phase = "forward", inner: Iterable[Span] = ()) -> None:
        """Text of a node; ``inner`` are the spans within, counted from its start."""
        self._spans.append(Span(node, self._at, self._at + len(text), phase))
        self._spans += [Span(name, self._at + start, self._at + end, kind) for name, start, end, kind in inner]
        self.write(text)

    def finish(self, notes: Iterable[str] = ()) -> Text:
        """The text so far."""
        return Text("".join(self._pieces), tuple(self._spans), tuple(notes))


def comment(label: str | None, sign: str = "#") -> str:
    """A label as a comment at the end of a line, which it can't leave; nothing where there is none."""
    text = one_line(label or "")
    return f"  {sign} {text}" if text else ""


def heading(title: str, sign: str = "#") -> str:
    """A title as a line of comment; nothing where there is none."""
    text = one_line(title)
    return f"{sign} {text}\n\n" if text else ""


def number_text(number: float) -> str:
    """A number that reads back to the same float: whole ones without a point where they are short."""
    if float(number).is_integer() and abs(number) < 1e15 and not (number == 0.0 and math.copysign(1.0, number) < 0):
        return str(int(number))
    return repr(number)


def value_text(value: Value) -> str:
    """A value as a number or nested lists."""
    return _list_text(tensor_data(value))


def _list_text(data: Any) -> str:
    # As deep as the value has axes, which the budgets keep small.
    return f"[{', '.join(map(_list_text, data))}]" if isinstance(data, (list, tuple)) else number_text(data)


def setting_text(setting: Any) -> str:
    """A setting's value: a number, a list of numbers or of pairs, a text, true, false or none."""
    if setting is None or isinstance(setting, bool):
        return str(setting).lower()
    if isinstance(setting, str):
        return f'"{setting}"'
    return _list_text(setting)


def unsaid(graph: Graph) -> list[str]:
    """What no text of formulas or code says of a graph, as notes."""
    there = {
        "positions": any(node.position is not None for node in graph.nodes),
        "groups": bool(graph.groups),
    }
    lost = " and ".join(name for name, is_there in there.items() if is_there)
    return [f"The text leaves out {lost}, which change no number."] if lost else []
