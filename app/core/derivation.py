"""The chain rule written out: ∂output/∂node as the sum, over all paths between the two, of products along the path.

Every edge contributes its local derivative. The number of paths is counted exactly and may be astronomical; so many
are listed as are asked for. The formulas are in the graph's own names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from app.core.errors import Fault, GraphError, unknown_node
from app.core.evaluate import Evaluation, evaluate
from app.core.graph import Graph
from app.core.modes import Counts, Edge, Tangent, between, by_target, count, flowing, forward_mode, scalar_locals
from app.core.naming import latex_names
from app.core.notation import Name, Number, Symbol, as_symbol, latex, latex_factor
from app.core.plan import Plan
from app.core.tensor import format_shape
from app.core.validate import Limits, over_budget

MAX_NODES: Final = 2_000
MAX_PATHS: Final = 256
DEFAULT_PATHS: Final = 32
MAX_DIGITS: Final = 17
"""So many significant digits tell any two numbers apart."""
_MAX_FACTORS: Final = 4_096
_NOTHING: Final = r"\text{–}"


@dataclass(frozen=True, slots=True, eq=False)
class Factor:
    """One edge of a path: ∂target/∂source as a fraction, as a formula, with the values put in, and as a number."""

    edge: Edge
    local: float
    chain: str
    formula: Symbol
    values: Symbol


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """A way from the output towards the node: its factors in that order, and their product (1 where there are none)."""

    factors: tuple[Factor, ...]
    product: float


@dataclass(frozen=True, slots=True, eq=False)
class Derivation:
    """∂output/∂wrt in full; both are slots of the plan.

    ``value`` is the gradient that reverse mode found, the seed in it, None where nothing flows. ``paths`` are those
    that are shown, of ``counts.paths``. ``tangents`` is the same derivative by forward mode, node by node; ``names``
    are in LaTeX.
    """

    plan: Plan
    wrt: int
    output: int
    value: float | None
    paths: tuple[Path, ...]
    counts: Counts
    tangents: tuple[Tangent, ...]
    names: tuple[str, ...]
    digits: int

    @property
    def complete(self) -> bool:
        """Whether every path is shown."""
        return len(self.paths) == self.counts.paths

    @property
    def whole(self) -> str:
        """∂output/∂wrt as a fraction, in LaTeX."""
        return fraction(self.names, self.output, self.wrt)

    @property
    def derivative(self) -> float | None:
        """∂output/∂wrt: ``value`` without the seed; None where nothing flows."""
        return self.tangents[-1].tangent if self.tangents else None

    @property
    def latex(self) -> str:
        """The derivation in symbols: the chain rule, then the local derivatives in its place."""
        if (short := self._short()) is not None:
            return short
        chain = self._sum(lambda factor, *_: factor.chain, r" \, ")
        formulas = self._sum(lambda factor, first, alone: _factor(factor.formula, first, alone), r" \cdot ")
        return rf"\begin{{aligned}} {self.whole} &= {chain} \\ &= {formulas} \end{{aligned}}"

    @property
    def latex_numbers(self) -> str:
        """The derivation in numbers, with its result."""
        if (short := self._short()) is not None:
            return short
        terms = self._sum(
            lambda factor, first, alone: latex_factor(factor.local, first=first, alone=alone, digits=self.digits),
            r" \times ",
        )
        return f"{self.whole} = {terms} = {latex(self.derivative, self.digits)}"

    def tangent_latex(self, tangent: Tangent) -> str:
        """One step of forward mode, in numbers."""
        whole = fraction(self.names, tangent.slot, self.wrt)
        if not tangent.terms:
            return f"{whole} = 1"
        products = [
            r" \times ".join(
                latex_factor(number, first=term is tangent.terms[0] and place == 0, alone=False, digits=self.digits)
                for place, number in enumerate((term.local, term.tangent))
            )
            for term in tangent.terms
        ]
        return f"{whole} = {' + '.join(products)} = {latex(tangent.tangent, self.digits)}"

    def _short(self) -> str | None:
        """The derivation where there is nothing to derive."""
        if not self.paths:
            return f"{self.whole} = {_NOTHING}"
        return None if self.paths[0].factors else f"{self.whole} = 1"

    def _sum(self, write: Callable[[Factor, bool, bool], str], sign: str) -> str:
        terms = [
            sign.join(
                write(factor, path is self.paths[0] and place == 0, len(path.factors) == 1)
                for place, factor in enumerate(path.factors)
            )
            for path in self.paths
        ]
        return " + ".join(terms if self.complete else [*terms, r"\cdots"])


def derive(
    graph: Graph,
    wrt: str,
    *,
    output: str | None = None,
    limit: int = DEFAULT_PATHS,
    digits: int = 6,
    limits: Limits | None = None,
) -> Derivation:
    """The derivation of ∂output/∂wrt, with at most ``limit`` paths.

    Raises :class:`GraphError` for a graph that can't run, for one of more than 2,000 nodes, and where a node between
    the two isn't a number: a tensor's chain rule is a product of Jacobians, not of numbers.
    """
    if len(graph.nodes) > MAX_NODES:
        raise GraphError([over_budget("nodes in a derivation", MAX_NODES, len(graph.nodes), pointer="/nodes")])
    if wrt not in graph:
        raise GraphError([unknown_node(wrt, "/wrt")])
    run = evaluate(graph, output=output, limits=limits)
    plan = run.plan
    start, end = plan.ids.index(wrt), plan.output
    flow = flowing(plan)
    ways = between(flow, start, end)
    _refuse_tensors(run, {start, end, *(edge.target for edge in ways)})
    counts = count(plan, flow, ways, start, end)
    names = latex_names(graph.nodes)
    locals_ = scalar_locals(run, {edge.target for edge in ways})
    gradient = run.gradients[start]
    in_order = tuple(names[node_id] for node_id in plan.ids)
    factors = {edge: _write(run, in_order, edge, locals_[edge.target, edge.input]) for edge in ways}
    paths = tuple(
        _path([factors[edge] for edge in edges]) for edges in _listed(ways, start, end, min(limit, counts.paths))
    )
    tangents = tuple(forward_mode(ways, start, locals_)) if counts.paths else ()
    value = None if gradient is None else float(gradient)
    return Derivation(plan, start, end, value, paths, counts, tangents, in_order, digits)


def fraction(names: Sequence[str], target: int, source: int) -> str:
    """∂target/∂source in LaTeX."""
    return rf"\frac{{\partial {names[target]}}}{{\partial {names[source]}}}"


def edge_fraction(names: Sequence[str], plan: Plan, edge: Edge) -> str:
    """The same for one edge: the local derivative, marked where the whole derivative is another number.

    A node that is in several slots of another is moved in one of them; where it also leads there by a longer way, the
    edge alone is meant.
    """
    whole = fraction(names, edge.target, edge.source)
    if plan.inputs[edge.target].count(edge.source) > 1:
        return rf"\left( {whole} \right)_{{\text{{input {edge.input + 1}}}}}"
    return rf"\left( {whole} \right)_{{\text{{direct}}}}" if _has_longer_way(plan, edge) else whole


def _has_longer_way(plan: Plan, edge: Edge) -> bool:
    """Whether an edge's source also leads to its target through nodes between the two."""
    reached = {source for source in plan.inputs[edge.target] if source > edge.source}
    queue = list(reached)
    for slot in queue:
        for source in plan.inputs[slot]:
            if source == edge.source:
                return True
            if source > edge.source and source not in reached:
                reached.add(source)
                queue.append(source)
    return False


def _refuse_tensors(run: Evaluation, slots: set[int]) -> None:
    plan = run.plan
    if faults := [
        Fault(
            "not-scalar",
            f"{run.name(slot)} has shape {format_shape(plan.shapes[slot])}: a derivation by paths takes numbers only",
            node=plan.ids[slot],
        )
        for slot in sorted(slots)
        if plan.shapes[slot]
    ]:
        raise GraphError(faults)


def _write(run: Evaluation, names: Sequence[str], edge: Edge, local: float) -> Factor:
    """An edge's factor, in the names of the nodes around it."""
    plan, layer = run.plan, run.layers[edge.target]
    inputs = plan.inputs[edge.target]
    chain = edge_fraction(names, plan, edge)
    output = Name(plan.ids[edge.target], names[edge.target])
    in_names = layer and layer.written_partials([Name(plan.ids[i], names[i]) for i in inputs], output)
    in_values = layer and layer.written_partials([_number(run, i) for i in inputs], _number(run, edge.target))
    formula = as_symbol(in_names[edge.input]) if in_names else Name("", latex=chain)
    return Factor(edge, local, chain, formula, as_symbol(in_values[edge.input]) if in_values else Number(local))


def _number(run: Evaluation, slot: int) -> Symbol:
    return Number(float(run.values[slot]))


def _path(factors: list[Factor]) -> Path:
    product = 1.0
    for factor in factors:
        product *= factor.local
    return Path(tuple(factors), product)


def _factor(formula: Symbol, first: bool, alone: bool) -> str:
    return latex_factor(formula, first=first, alone=alone)


def _listed(ways: Sequence[Edge], start: int, end: int, limit: int) -> Iterator[list[Edge]]:
    """The first paths, as many as the limit and a budget of factors in all allow; one at least."""
    spent = 0
    for edges in islice(_paths(ways, start, end), limit):
        spent += len(edges)
        if spent > _MAX_FACTORS:
            return
        yield edges


def _paths(ways: Sequence[Edge], start: int, end: int) -> Iterator[list[Edge]]:
    """Every path from the output back to the node it is asked about, depth first; every edge is on one."""
    into = by_target(ways)
    if start == end:
        yield []
        return
    path: list[Edge] = []
    open_ = [iter(into.get(end, ()))]
    while open_:
        step = next(open_[-1], None)
        if step is None:
            open_.pop()
            if path:
                path.pop()
        elif step.source == start:
            yield [*path, step]
        else:
            path.append(step)
            open_.append(iter(into[step.source]))
