"""What can be wrong with a graph, as data: every fault has a code for programs and a sentence for people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and where.

    ``pointer`` is a JSON pointer (RFC 6901) into the graph document, or to an argument of the call;
    ``line`` and ``column`` count from 1 in a source text. ``path`` lists the nodes of a cycle; ``limit`` and
    ``actual`` belong to an exceeded budget, and ``budget`` names it where it is one of
    :class:`app.core.validate.Limits`.
    """

    code: str
    detail: str
    node: str | None = None
    pointer: str | None = None
    line: int | None = None
    column: int | None = None
    path: tuple[str, ...] | None = None
    limit: int | None = None
    actual: int | None = None
    budget: str | None = None

    def under(self, prefix: str) -> Fault:
        """The same fault seen from a document that holds the graph at ``prefix``."""
        return self if self.pointer is None else replace(self, pointer=prefix + self.pointer)


class GraphError(ValueError):
    """A graph, or a text that stands for one, with everything that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(summary([fault.detail for fault in self.faults]))


MAX_LISTED: Final = 100
"""How many faults are listed one by one."""
_MAX_SUMMED: Final = 5
_MAX_NAME: Final = 64


def summary(details: Sequence[str]) -> str:
    """The first few of many sentences in one, and how many more there are."""
    text = "; ".join(dict.fromkeys(details[:_MAX_SUMMED]))
    if (more := len(details) - _MAX_SUMMED) > 0:
        text += f"; and {more:,} more"
    if len(details) > MAX_LISTED:
        text += f", of which those after the first {MAX_LISTED} aren't listed"
    return text


def shown_name(name: str) -> str:
    """A name that somebody sent, for a sentence: not the whole of a long one, and nothing of what can't be one."""
    if re.fullmatch(r"[A-Za-z0-9_]+", name) is None:
        return "a name that can't be one"
    return name if len(name) <= _MAX_NAME else f"{name[:_MAX_NAME]}…"


def unknown_node(name: str, pointer: str) -> Fault:
    """The fault of asking about a node that isn't there."""
    return Fault("unknown-node", f"{shown_name(name)} isn't in the graph", pointer=pointer)


class SettingError(ValueError):
    """An op can't be set so. ``code`` tells an unknown setting from a bad value of a known one."""

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        super().__init__(detail)


class LayerError(ValueError):
    """An op can't take these inputs or settings; the message says why. The caller knows the node.

    ``setting`` names the setting that no input could fit, where it is one.
    """

    def __init__(self, detail: str, setting: str | None = None) -> None:
        self.setting = setting
        super().__init__(detail)
