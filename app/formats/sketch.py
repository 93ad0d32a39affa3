"""What pictures in a language of their own say: names, signs and short numbers, and groups around nodes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

import numpy as np

from app.core.evaluate import Evaluation, edges, evaluate
from app.core.graph import Graph, Group, Node
from app.core.layer import Layer
from app.core.sentences import one_line
from app.core.tensor import Value
from app.formats.drawing import check_size
from app.formats.format import ExportOptions

NOTHING: Final = "–"
"""What stands where there is no number: never a 0."""
_FOUR_DIGITS: Final = Context(prec=4, rounding=ROUND_HALF_UP)
_WHOLE: Final = 1e7


@dataclass(frozen=True, slots=True)
class SketchNode:
    """A node: what is written in it, and in ``words`` its name and op. A constant asks for no gradient."""

    id: str
    text: str
    words: str
    is_leaf: bool
    is_constant: bool


@dataclass(frozen=True, slots=True)
class SketchEdge:
    """An edge with its two numbers, and whether a gradient flows. ``target`` is None for the output's arrow."""

    source: str
    target: str | None
    value: str
    gradient: str
    flows: bool


@dataclass(frozen=True, slots=True)
class Sketch:
    """A graph as these pictures tell it.

    ``outline`` has every node, and groups around them: a group's id and title open it, a None closes it.
    """

    title: str
    outline: tuple[SketchNode | tuple[str, str] | None, ...]
    edges: tuple[SketchEdge, ...]


def sketch(graph: Graph, options: ExportOptions) -> Sketch:
    """The graph with its numbers. Raises :class:`GraphError` for one that can't run, or is too large for a picture."""
    check_size(graph)
    run = evaluate(graph, output=options.output, limits=options.limits)
    nodes = {node_id: _node(graph[node_id], op) for node_id, op in zip(run.plan.ids, run.plan.ops, strict=True)}
    outline: list[SketchNode | tuple[str, str] | None] = []
    for item in _outline(graph):
        match item:
            case Node():
                outline.append(nodes[item.id])
            case Group():
                outline.append((item.id, one_line(item.label) or item.id))
            case None:
                outline.append(None)
    return Sketch(one_line(graph.title), tuple(outline), tuple(_edges(run)))


def brief(value: Value | None) -> str:
    """A value as the drawing shows it: at most four significant digits, or a tensor's shape.

    Example:
        >>> brief(-0.19661193), brief(2.2e-9), brief(None)
        ('−0.1966', '2.2e−9', '–')
    """
    if value is None:
        return NOTHING
    if isinstance(value, np.ndarray) and value.ndim > 0:
        return "×".join(map(str, value.shape)) if value.ndim > 1 else f"({value.size})"
    return _number(float(value)).replace("-", "−")


def _number(number: float) -> str:
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "∞" if number > 0 else "-∞"
    # Whole numbers of up to seven digits lose nothing that anyone would round.
    if number.is_integer() and abs(number) < _WHOLE:
        return str(int(number))
    rounded = float(_FOUR_DIGITS.create_decimal_from_float(number))
    if 1e-3 <= abs(rounded) < 1e6:
        return str(int(rounded)) if rounded.is_integer() else repr(rounded)
    return f"{Decimal(repr(rounded)).normalize():e}".replace("e+", "e")


def _node(node: Node, op: type[Layer]) -> SketchNode:
    is_constant = op.is_leaf and not op.asks_gradient
    name = one_line(node.label or "") or node.id.replace("_", " ")
    if is_constant and not node.label and node.value is not None and np.ndim(node.value) == 0:
        name = brief(node.value)  # A constant that nobody has named goes by its number.
    return SketchNode(node.id, name if op.is_leaf else op.symbol, f"{name}: {op.name}", op.is_leaf, is_constant)


def _edges(run: Evaluation) -> Iterator[SketchEdge]:
    plan = run.plan
    for source, target, number in edges(plan):
        shares = run.shares[target]
        gradient = None if shares is None else shares[number]
        value = brief(run.values[source])
        yield SketchEdge(plan.ids[source], plan.ids[target], value, brief(gradient), gradient is not None)
    seed = run.gradients[plan.output]
    yield SketchEdge(plan.ids[plan.output], None, brief(run.values[plan.output]), brief(seed), seed is not None)


def _outline(graph: Graph) -> Iterator[Node | Group | None]:
    """Nodes, and groups around them. Of groups that cross one another the smaller ones are left out."""
    around: dict[str, list[Group]] = {node.id: [] for node in graph.nodes}
    for group in sorted(graph.groups, key=lambda group: -len(group.nodes)):
        # All members must lie in the same groups so far.
        if group.nodes and len({tuple(outer.id for outer in around[member]) for member in group.nodes}) == 1:
            for member in set(group.nodes):
                around[member].append(group)
    opened: list[Group] = []
    for node in sorted(graph.nodes, key=lambda node: [graph.groups.index(group) for group in around[node.id]]):
        groups = around[node.id]
        while opened and opened != groups[: len(opened)]:
            opened.pop()
            yield None
        for group in groups[len(opened) :]:
            opened.append(group)
            yield group
        yield node
    yield from [None] * len(opened)
