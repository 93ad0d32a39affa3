"""Opening a composite node into the primitives that it equals, and closing a group into the op that equals it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from typing import Any, Final

import numpy as np

from app.core.build import GraphBuilder, fresh_id
from app.core.errors import Fault, GraphError, LayerError
from app.core.evaluate import Evaluation, evaluate
from app.core.graph import Graph, Group, Node
from app.core.layer import Layer
from app.core.ops import OPS, find_op
from app.core.plan import plan_for
from app.core.tensor import Shape, Value, as_value, shape_of
from app.core.validate import Limits

_TRIALS: Final = 8
_SPREAD: Final = 2.0
_TOLERANCE: Final = 1e-9


def expand(graph: Graph, node_id: str, limits: Limits | None = None) -> Graph:
    """The graph with a composite node replaced by its primitives, as a group.

    The last primitive keeps the node's id, so that whoever uses it still does. Raises :class:`GraphError`.
    """
    limits = limits or Limits()
    if node_id not in graph:
        raise GraphError([Fault("unknown-node", f"{node_id} isn't in the graph", pointer="/node")])
    node = graph[node_id]
    plan = plan_for(graph, graph.output or node_id, limits)
    slot = plan.ids.index(node_id)
    op = plan.ops[slot]
    if not op.decomposes:
        detail = f"{node_id}: {op.name} is not made of other ops"
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
        id=fresh_id(f"{node_id}_{op.name}", graph, group_ids),
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

    Equality is decided by value and gradients at random points (identity testing), for every composite op and every
    order of the group's inputs. Raises :class:`GraphError` where no op is equal, or the group has more than one end.
    """
    limits = limits or Limits()
    group = next((group for group in graph.groups if group.id == group_id), None)
    if group is None:
        raise GraphError([Fault("unknown-group", f"no group is named {group_id}", pointer="/group")])
    plan = plan_for(graph, graph.output or graph.nodes[-1].id, limits)
    shapes = dict(zip(plan.ids, plan.shapes, strict=True))
    inner, boundary, end = _boundary(graph, group)
    op, inputs, params = _equal_op(inner, boundary, end, shapes)
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
    inner: Sequence[Node], boundary: Sequence[str], end: Node, shapes: Mapping[str, Shape]
) -> tuple[type[Layer], tuple[str, ...], dict[str, Any]]:
    random = np.random.default_rng(0)
    trials = [
        {source: as_value(random.normal(scale=_SPREAD, size=shapes[source])) for source in boundary}
        for _ in range(_TRIALS)
    ]
    for op, inputs, params in _candidates(boundary, shapes, shapes[end.id]):
        whole = Node(end.id, op.name, inputs, params)
        if all(_same(inner, [whole], end.id, _fitting(op, inputs, trial, shapes)) for trial in trials):
            return op, inputs, params
    names = ", ".join(op.name for op in OPS if op.decomposes)
    raise GraphError([Fault("not-collapsible", f"no op equals this group; tried {names}", pointer="/group")])


def _candidates(
    boundary: Sequence[str], shapes: Mapping[str, Shape], result: Shape
) -> Iterator[tuple[type[Layer], tuple[str, ...], dict[str, Any]]]:
    for op in OPS:
        if not op.decomposes or len(op.inputs) != len(boundary):
            continue
        for inputs in permutations(boundary):
            taken = [shapes[source] for source in inputs]
            for params in op.variants(*taken):
                try:
                    if op(**params).shape(*taken) == result:
                        yield op, inputs, dict(params)
                except LayerError:
                    continue


def _fitting(
    op: type[Layer], inputs: Sequence[str], trial: Mapping[str, Value], shapes: Mapping[str, Shape]
) -> dict[str, Value]:
    """The trial's values, with class numbers where the op takes them: a label smaller than what it labels."""
    values = dict(trial)
    for name, source in zip(op.inputs, inputs, strict=True):
        if name in op.labels and shapes[source] != shapes[inputs[0]]:
            classes = shapes[inputs[0]][-1]
            values[source] = as_value(np.floor(np.abs(np.asarray(trial[source])) * 7.0) % classes)
    return values


def _same(pieces: Sequence[Node], whole: Sequence[Node], end: str, values: Mapping[str, Value]) -> bool:
    leaves = [Node(source, "input", value=value) for source, value in values.items()]
    try:
        first = evaluate(Graph((*leaves, *pieces), output=end))
        second = evaluate(Graph((*leaves, *whole), output=end))
    except GraphError:
        return False
    return _close(first.value(end), second.value(end)) and all(
        _close(*_gradients(source, first, second)) for source in values
    )


def _gradients(source: str, *evaluations: Evaluation) -> list[Value | None]:
    return [evaluation.gradient(source) for evaluation in evaluations]


def _close(first: Value | None, second: Value | None) -> bool:
    if first is None or second is None:
        return first is second
    return shape_of(first) == shape_of(second) and bool(np.allclose(first, second, rtol=_TOLERANCE, atol=_TOLERANCE))
