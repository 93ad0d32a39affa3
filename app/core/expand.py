"""Opening a composite node into the primitives that it equals, and closing a group into the op that equals it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, Final

import numpy as np

from app.core.build import FreshNames, GraphBuilder
from app.core.composites import fitting
from app.core.errors import Fault, GraphError, unknown_node
from app.core.evaluate import evaluate, leaf_values
from app.core.evaluate import run as run_plan
from app.core.graph import Graph, Group, Node
from app.core.layer import Layer
from app.core.ops import OPS, find_op
from app.core.plan import plan_for
from app.core.tensor import Shape, Value, as_value, size_of
from app.core.validate import Limits

_SCALES: Final = (1e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0, 1e3)
_MANY_ELEMENTS: Final = 16
_DRAWS: Final = 6
_TOLERANCE: Final = 1e-9
_GRADIENT_ROUNDING: Final = 1e-14
_SQUARE_OVERFLOWS: Final = 1e150


def expand(graph: Graph, node_id: str, limits: Limits | None = None) -> Graph:
    """The graph with a composite node replaced by its primitives, as a group.

    The last primitive keeps the node's id, so that whoever uses it still does. Raises :class:`GraphError`.
    """
    limits = limits or Limits()
    if node_id not in graph:
        raise GraphError([unknown_node(node_id, "/node")])
    node = graph[node_id]
    plan = plan_for(graph, graph.output or node_id, limits)
    slot = plan.ids.index(node_id)
    op = plan.ops[slot]
    if not op.decomposes:
        detail = f"{node.name}: {op.name} is not made of other ops"
        raise GraphError([Fault("not-composite", detail, node=node_id, pointer="/node")])
    shapes = dict(zip(plan.ids, plan.shapes, strict=True))
    build = GraphBuilder(node_id, graph, shapes)
    make = next(step.make for step in plan.steps if step.slot == slot)
    last = make().decompose(build, *node.inputs)
    primitives = tuple(
        replace(made, id=node_id, label=node.label, position=node.position) if made.id == last else made
        for made in build.nodes
    )
    place = graph.nodes.index(node)
    group_ids = {group.id for group in graph.groups}
    group = Group(
        id=FreshNames(graph, group_ids).fresh(f"{node_id}_{op.name}"),
        label=node.label or op.name,
        nodes=tuple(made.id for made in primitives),
    )
    around = tuple(replace(outer, nodes=_spliced(outer.nodes, node_id, group.nodes)) for outer in graph.groups)
    nodes = (*graph.nodes[:place], *primitives, *graph.nodes[place + 1 :])
    return replace(graph, nodes=nodes, groups=(*around, group))


def _spliced(nodes: tuple[str, ...], node_id: str, inner: tuple[str, ...]) -> tuple[str, ...]:
    if node_id not in nodes:
        return nodes
    place = nodes.index(node_id)
    return (*nodes[:place], *inner, *nodes[place + 1 :])


def collapse(graph: Graph, group_id: str, limits: Limits | None = None) -> Graph:
    """The graph with a group replaced by the one op that equals it.

    Equality is decided by value and gradients (identity testing) at the graph's own values and at random points of all
    sizes, for every composite op and every order of the group's inputs. At each point the group must give what the op
    gives, or what the op's own decomposition gives, which rounds as the group may: values to 9 digits however small
    they are, gradients to 9 digits or to float64's resolution beside 1. Pieces overflow honestly, and to close them is
    the cure: a number of the group that isn't finite is not compared, nor are gradients where a number in the group is
    past 1e150, so that squares overflow. Raises :class:`GraphError` where no op is equal, or the group has more than
    one end.
    """
    limits = limits or Limits()
    group = next((group for group in graph.groups if group.id == group_id), None)
    if group is None:
        raise GraphError([Fault("unknown-group", f"no group is named {group_id}", pointer="/group")])
    last = graph.nodes[-1].id if graph.nodes else None
    plan = plan_for(graph, graph.output or last, limits)
    shapes = dict(zip(plan.ids, plan.shapes, strict=True))
    inner, boundary, end = _boundary(graph, group)
    run = run_plan(plan, leaf_values(plan, graph))
    op, inputs, params = _equal_op(inner, end, shapes, {source: run.value(source) for source in boundary})
    whole = Node(end.id, op.name, inputs, params, label=end.label, position=end.position)
    removed = {node.id for node in inner} - {end.id}
    nodes = tuple(whole if node.id == end.id else node for node in graph.nodes if node.id not in removed)
    groups = tuple(
        replace(other, nodes=tuple(member for member in other.nodes if member not in removed))
        for other in graph.groups
        if other.id != group_id and not set(other.nodes) <= removed | {end.id}
    )
    return replace(graph, nodes=nodes, groups=groups)


def _boundary(graph: Graph, group: Group) -> tuple[list[Node], list[str], Node]:
    """What the group computes with, the nodes that it takes from outside, and its one end.

    A leaf in the group that asks for a gradient is somebody's data: it stays, outside.
    """
    members = set(group.nodes)
    inner = [node for node in graph.nodes if node.id in members and not _keeps_its_place(node)]
    computed = {node.id for node in inner}
    boundary = list(dict.fromkeys(s for node in inner for s in node.inputs if s not in computed))
    used_outside = {s for node in graph.nodes if node.id not in computed for s in node.inputs}
    used_inside = {s for node in inner for s in node.inputs}
    ends = [node for node in inner if node.id in used_outside or node.id not in used_inside or node.id == graph.output]
    if len(ends) != 1:
        detail = f"group {group.id} has {len(ends)} nodes that are used outside it; an op has one"
        raise GraphError([Fault("not-collapsible", detail, pointer="/group")])
    return inner, boundary, ends[0]


def _keeps_its_place(node: Node) -> bool:
    op = find_op(node.op)
    return op is not None and op.is_leaf and op.asks_gradient


def _equal_op(
    inner: Sequence[Node], end: Node, shapes: Mapping[str, Shape], own: Mapping[str, Value]
) -> tuple[type[Layer], tuple[str, ...], dict[str, Any]]:
    boundary = list(own)
    trials = list(_trials(boundary, shapes))
    settings = [node.params for node in inner]
    for op, inputs, params in fitting(boundary, shapes.__getitem__, shapes[end.id], settings):
        whole = Node(end.id, op.name, inputs, params)
        points = chain([own], (_fitting(op, inputs, trial, shapes) for trial in trials))
        if all(_same(inner, whole, point) for point in points):
            return op, inputs, params
    names = ", ".join(op.name for op in OPS if op.decomposes)
    raise GraphError([Fault("not-collapsible", f"no op equals this group; tried {names}", pointer="/group")])


def _trials(boundary: Sequence[str], shapes: Mapping[str, Shape]) -> Iterator[dict[str, Value]]:
    """Random points of every size and both signs; a few of each where the inputs are small."""
    random = np.random.default_rng(0)
    many = all(size_of(shapes[source]) >= _MANY_ELEMENTS for source in boundary)
    for scale in _SCALES:
        for _ in range(1 if many else _DRAWS):
            drawn = {source: random.normal(scale=scale, size=shapes[source]) for source in boundary}
            yield {source: as_value(values) for source, values in drawn.items()}
            yield {source: as_value(-values) for source, values in drawn.items()}


def _fitting(
    op: type[Layer], inputs: Sequence[str], trial: Mapping[str, Value], shapes: Mapping[str, Shape]
) -> dict[str, Value]:
    """The trial's values, with class numbers where the op takes them: a label smaller than what it labels."""
    values = dict(trial)
    for number, source in enumerate(inputs):
        if op.is_label(number) and shapes[source] != shapes[inputs[0]]:
            classes = shapes[inputs[0]][-1]
            values[source] = as_value(np.floor(np.abs(np.asarray(trial[source])) * 7.0) % classes)
    return values


def _same(pieces: Sequence[Node], whole: Node, values: Mapping[str, Value]) -> bool:
    end = whole.id
    leaves = [Node(source, "input", value=value) for source, value in values.items()]
    one = Graph((*leaves, whole), output=end)
    try:
        group = evaluate(Graph((*leaves, *pieces), output=end))
        equals = [evaluate(one), evaluate(expand(one, end))]
    except GraphError:
        return False
    if not _close(group.value(end), [run.value(end) for run in equals], rounding=0.0):
        return False
    if not all(np.all(np.abs(value) < _SQUARE_OVERFLOWS) for value in group.values):
        return True
    return all(
        _close(group.gradient(source), [run.gradient(source) for run in equals], _GRADIENT_ROUNDING)
        for source in values
    )


def _close(found: Value | None, wanted: Sequence[Value | None], rounding: float) -> bool:
    """Whether each number that is finite is one of those wanted in its place."""
    if found is None or any(value is None for value in wanted):
        return found is None and all(value is None for value in wanted)
    matches = [np.isclose(found, value, rtol=_TOLERANCE, atol=rounding) for value in wanted if value is not None]
    return bool(np.all(np.logical_or.reduce(matches) | ~np.isfinite(found)))
