"""What can be wrong with a graph, as data: every fault has a code for programs and a sentence for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and where.

    ``pointer`` is a JSON pointer (RFC 6901) into the graph document; ``line`` and ``column`` count
    from 1 in a source text. ``path`` lists the nodes of a cycle; ``limit`` and ``actual`` belong to an
    exceeded budget.
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

    def under(self, prefix: str) -> Fault:
        """The same fault seen from a document that holds the graph at ``prefix``."""
        return self if self.pointer is None else replace(self, pointer=prefix + self.pointer)


class GraphError(ValueError):
    """A graph, or a text that stands for one, with everything that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(fault.detail for fault in self.faults))


class LayerError(ValueError):
    """An op can't take these inputs or settings; the message says why. The caller knows the node."""
