"""Which elements made one element of one edge's share of the gradient.

A share is the upstream gradient times the local derivative, and between tensors a sum of such products: one for every
element of the node's value that the input's element has a part in. What broadcasting copied, or a matrix product used
in every row, gathers its gradient from all those places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.core.edge import Edge, Places, SpentError
from app.core.element import element_of, index_of
from app.core.errors import Fault, GraphError, unknown_node
from app.core.evaluate import Evaluation, leaf_values, run, seed_of
from app.core.graph import Graph
from app.core.influence import Influence, at_rest, influences
from app.core.plan import Plan, plan_for
from app.core.sentences import plural
from app.core.tensor import Array, Value, shape_of, size_of
from app.core.validate import Limits, over_budget

MAX_UPSTREAM: Final = 4_096
MAX_TERMS: Final = 200
MAX_DEPENDS: Final = 20


@dataclass(frozen=True, slots=True)
class Dependence:
    """An input's element that a local derivative depends on; ``equals`` where it is that very element."""

    input: int
    index: tuple[int, ...]
    value: float
    equals: bool


@dataclass(frozen=True, slots=True)
class Term:
    """One product. ``upstream_index`` is a place in the node's value.

    ``depends`` lists at most 20 of ``total_depends`` elements; both are None where finding them costs too much.
    """

    upstream_index: tuple[int, ...]
    upstream: float
    local: float
    product: float
    depends: tuple[Dependence, ...] | None
    total_depends: int | None


@dataclass(frozen=True, slots=True)
class Drill:
    """One element of a share, and the products that add up to it, in the order of their places.

    Products whose local derivative is 0 are left out unless they were asked for. Of more than 200 the largest are told,
    and ``truncated`` is set.
    """

    output: str
    node: str
    input: int
    source: str
    index: tuple[int, ...]
    value: float
    terms: tuple[Term, ...]
    total_terms: int
    truncated: bool


def drill(
    graph: Graph,
    node: str,
    number: int,
    index: Sequence[int],
    *,
    output: str | None = None,
    upstream: Value | None = None,
    zeros: bool = False,
    limits: Limits | None = None,
) -> Drill:
    """Take apart what ``node`` sends to the element at ``index`` of its input ``number``.

    With ``zeros`` those products are told too whose local derivative is 0 just here, as that of a row of zeros or of a
    ReLU that is off, as far as a quarter of the work that is allowed finds them.
    Raises :class:`GraphError`: no such edge or element, nothing that flows, or more work than allowed.
    """
    limits = limits or Limits()
    plan = plan_for(graph, output, limits)
    slot = _slot(plan, graph, node, number)
    source = plan.ids[plan.inputs[slot][number]]
    shape = plan.shapes[plan.inputs[slot][number]]
    element = element_of(shape, index, f"input {number} of {graph.name(node)}, {graph.name(source)},", node)
    if (size := size_of(plan.shapes[slot])) > MAX_UPSTREAM:
        raise GraphError([over_budget("elements of a gradient to take apart", MAX_UPSTREAM, size, node=graph[node])])
    evaluation = run(plan, leaf_values(plan, graph), seed_of(plan, graph) if upstream is None else upstream, graph.name)
    arrives, share = _flow(evaluation, slot, number)
    edge = Edge(evaluation, slot, number, element, limits.work)
    with np.errstate(all="ignore"):
        try:
            places, local = edge.support()
        except SpentError as spent:
            fault = over_budget("operations to take a gradient apart", spent.limit, spent.actual, node=graph[node])
            raise GraphError([fault]) from None
        if zeros:
            places, local = _with_zeros(Edge(evaluation, slot, number, element, limits.work // 4), places, local)
        products = np.ravel(arrives)[places] * local
        largest = np.sort(np.argsort(-np.abs(products), kind="stable")[:MAX_TERMS])
        found = influences(edge, places[largest].tolist(), local[largest])
    terms = tuple(
        Term(
            index_of(plan.shapes[slot], int(places[place])),
            float(np.ravel(arrives)[places[place]]),
            float(local[place]),
            float(products[place]),
            None if influence is None else tuple(_dependence(edge, item) for item in influence[:MAX_DEPENDS]),
            None if influence is None else len(influence),
        )
        for place, influence in zip(largest.tolist(), found, strict=True)
    )
    value = float(np.ravel(share)[element])
    output_id = plan.ids[plan.output]
    place = index_of(shape, element)
    return Drill(output_id, node, number, source, place, value, terms, len(places), len(places) > len(terms))


def _slot(plan: Plan, graph: Graph, node: str, number: int) -> int:
    if node not in graph:
        raise GraphError([unknown_node(node, "/node")])
    slot = plan.ids.index(node)
    if not plan.inputs[slot]:
        detail = f"{graph.name(node)} is a leaf: it takes nothing and so sends nothing back"
        raise GraphError([Fault("no-inputs", detail, node=node, pointer="/node")])
    if not 0 <= number < len(plan.inputs[slot]):
        detail = f"{graph.name(node)} takes {plural(len(plan.inputs[slot]), 'input')}, numbered from 0"
        raise GraphError([Fault("index-out-of-range", detail, node=node, pointer="/input")])
    return slot


def _flow(evaluation: Evaluation, slot: int, number: int) -> tuple[Value, Value]:
    """What arrives at the node, and its share for the input."""
    arrives, shares = evaluation.gradients[slot], evaluation.shares[slot]
    node, name = evaluation.plan.ids[slot], evaluation.name(slot)
    if arrives is None or shares is None:
        raise GraphError([Fault("no-gradient", f"no gradient arrives at {name}", node=node, pointer="/node")])
    share = shares[number]
    if share is None:
        source = evaluation.name(evaluation.plan.inputs[slot][number])
        detail = f"{name} sends no gradient to {source}, its input {number}"
        raise GraphError([Fault("no-gradient", detail, node=node, pointer="/input")])
    return arrives, share


def _with_zeros(edge: Edge, places: Places, local: Array) -> tuple[Places, Array]:
    """The places of the products and their local derivatives, with those where it is 0 at these inputs alone."""
    try:
        resting = at_rest(edge, places)
    except SpentError:
        return places, local
    both = np.concatenate([places, resting])
    order = np.argsort(both)
    return both[order], np.concatenate([local, np.zeros(len(resting))])[order]


def _dependence(edge: Edge, item: Influence) -> Dependence:
    value = edge.values[item.input]
    return Dependence(
        item.input, index_of(shape_of(value), item.element), float(np.ravel(value)[item.element]), item.equals
    )
