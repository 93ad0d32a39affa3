"""Forward mode beside reverse mode: the edges that derivatives run along, their local derivatives, and what each costs.

A multiplication is counted for every edge that a derivative is carried over: upstream × local, or tangent × local.
Also where one factor is 1, be it the seed or the local derivative of a sum, since a general program multiplies there
too. Additions aren't counted. Edges that no input reaches, or that lead from a constant or into a label, carry nothing
and cost nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.core.elementwise import Elementwise
from app.core.evaluate import Evaluation, edges
from app.core.plan import Plan
from app.core.sentences import plural


class Edge(NamedTuple):
    """One use of a node: from its slot into an input of another."""

    source: int
    target: int
    input: int


def flowing(plan: Plan) -> list[Edge]:
    """The edges that derivatives run along, in topological order of their targets."""
    found = []
    for source, target, number in edges(plan):
        if not plan.ops[target].is_label(number) and source not in plan.silent:
            found.append(Edge(source, target, number))
    return found


def between(flow: Sequence[Edge], start: int, end: int) -> list[Edge]:
    """Those on a way from one slot to another, in the same order."""
    reached, leads = {start}, {end}
    for edge in flow:
        if edge.source in reached:
            reached.add(edge.target)
    for edge in reversed(flow):
        if edge.target in leads:
            leads.add(edge.source)
    return [edge for edge in flow if edge.source in reached and edge.target in leads]


def by_target(edges: Iterable[Edge]) -> dict[int, list[Edge]]:
    """The edges by the slot that they lead to, in their order."""
    into: dict[int, list[Edge]] = {}
    for edge in edges:
        into.setdefault(edge.target, []).append(edge)
    return into


def scalar_locals(run: Evaluation, slots: set[int]) -> dict[tuple[int, int], float]:
    """∂node/∂input of computed scalar nodes, by slot and number of the input, at the point where they ran."""
    found: dict[tuple[int, int], float] = {}
    with np.errstate(all="ignore"):
        for slot in slots:
            if (layer := run.layers[slot]) is None:
                continue
            slopes = layer.local() if isinstance(layer, Elementwise) else layer.backward(1.0)
            found |= {(slot, number): float(slope) for number, slope in enumerate(slopes) if slope is not None}
    return found


@dataclass(frozen=True, slots=True)
class Term:
    """What one edge adds to a tangent: the source's tangent × the local derivative."""

    edge: Edge
    tangent: float
    local: float
    product: float


@dataclass(frozen=True, slots=True)
class Tangent:
    """∂node/∂wrt, the sum of its terms; 1 and no terms at wrt itself."""

    slot: int
    tangent: float
    terms: tuple[Term, ...]


def forward_mode(ways: Sequence[Edge], start: int, locals_: dict[tuple[int, int], float]) -> list[Tangent]:
    """The derivative of every node on the ways with respect to the node they start from, in forward order.

    The dual numbers of forward mode: beside its value each node carries how fast it moves with that one node.
    """
    into = by_target(ways)
    found = [Tangent(start, 1.0, ())]
    tangents = {start: 1.0}
    with np.errstate(all="ignore"):
        for slot, arriving in into.items():
            terms = [
                Term(edge, tangents[edge.source], local, tangents[edge.source] * local)
                for edge in arriving
                for local in (locals_[slot, edge.input],)
            ]
            tangents[slot] = sum(term.product for term in terms)
            found.append(Tangent(slot, tangents[slot], tuple(terms)))
    return found


@dataclass(frozen=True, slots=True)
class Counts:
    """How many multiplications each way of differentiating takes here, by this module's count.

    ``paths`` and ``path_multiplications``: the sum over all paths written out, a path of k edges costing k.
    ``forward``: one forward pass, from the node that is asked about to this output. ``reverse``: one reverse pass, from
    this output to every input. ``forward_all`` and ``reverse_all``: every derivative of every output with respect to
    every input, by a forward pass for each input or by a reverse pass for each output. ``inputs`` are the leaves that
    ask for a gradient and are used; ``outputs`` the nodes that are used by no other, and the chosen output.
    """

    paths: int
    path_multiplications: int
    forward: int
    reverse: int
    forward_all: int
    reverse_all: int
    inputs: int
    outputs: int

    @property
    def winner(self) -> str:
        """Which mode takes fewer multiplications for all derivatives: forward, reverse, or equal."""
        if self.forward_all == self.reverse_all:
            return "equal"
        return "forward" if self.forward_all < self.reverse_all else "reverse"

    @property
    def sentence(self) -> str:
        """Which mode wins here, and why."""
        sizes = f"{plural(self.inputs, 'input')} and {plural(self.outputs, 'output')}"
        forward = f"forward mode takes a pass for each input, {plural(self.forward_all, 'multiplication')} in all"
        reverse = f"reverse mode takes a pass for each output, {plural(self.reverse_all, 'multiplication')} in all"
        match self.winner:
            case "equal":
                return f"With {sizes}, {forward}, and reverse mode as many: neither is ahead."
            case "forward":
                return f"With {sizes}, {forward}; {reverse}. Forward mode wins."
            case _:
                return f"With {sizes}, {reverse}; {forward}. Reverse mode wins."


def count(plan: Plan, flow: Sequence[Edge], ways: Sequence[Edge], start: int, end: int) -> Counts:
    """The costs of a derivative from ``start`` to ``end``, counted without walking any path.

    Which inputs reach an edge and which outputs it leads to are kept as the bits of integers, one for each slot.
    """
    used = {source for sources in plan.inputs for source in sources}
    sources = {edge.source for edge in flow}
    inputs = [slot for slot, _ in plan.leaves if slot in sources]
    outputs = [slot for slot in range(len(plan.ids)) if slot == end or (slot not in used and plan.inputs[slot])]
    reach, lead = [0] * len(plan.ids), [0] * len(plan.ids)
    for bit, slot in enumerate(inputs):
        reach[slot] = 1 << bit
    for bit, slot in enumerate(outputs):
        lead[slot] = 1 << bit
    for edge in flow:
        reach[edge.target] |= reach[edge.source]
    for edge in reversed(flow):
        lead[edge.source] |= lead[edge.target]
    crossed = [(reach[edge.source], lead[edge.target]) for edge in flow if reach[edge.source]]
    this = 1 << outputs.index(end)
    paths, length = (0, 0) if start in plan.silent else path_totals(ways, end).get(start, (0, 0))
    return Counts(
        paths=paths,
        path_multiplications=length,
        forward=len(ways),
        reverse=sum(1 for _, leads in crossed if leads & this),
        forward_all=sum(reached.bit_count() for reached, leads in crossed if leads),
        reverse_all=sum(leads.bit_count() for _, leads in crossed),
        inputs=len(inputs),
        outputs=len(outputs),
    )


def path_totals(ways: Sequence[Edge], end: int) -> dict[int, tuple[int, int]]:
    """For each slot on the ways, how many paths lead from it to ``end``, and how many edges they have in all."""
    totals = {end: (1, 0)}
    for edge in reversed(ways):
        paths, length = totals[edge.target]
        known = totals.get(edge.source, (0, 0))
        totals[edge.source] = (known[0] + paths, known[1] + length + paths)
    return totals
