"""The op that computes in one what pieces of a graph compute with an overflow on the way."""

from __future__ import annotations

import heapq
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Final, NamedTuple

import numpy as np

from app.core.build import FreshNames
from app.core.composites import fitting
from app.core.errors import GraphError, LayerError
from app.core.evaluate import Evaluation, leaf_values, run
from app.core.graph import Graph, Group, Node
from app.core.layer import Layer
from app.core.ops import OPS
from app.core.plan import plan_for
from app.core.tensor import Value, as_value, checked, size_of

_REACH: Final = 8
"""How many steps from the failing node, towards the output and then back, the pieces of an op may lie."""
_MOST_PIECES: Final = 16
_MOST_INPUTS: Final = 3
_MOST_ELEMENTS: Final = 4_096
_MOST_PROOFS: Final = 4
_SCALES: Final = (0.3, 0.3, 1.0, 1.0, 3.0, 3.0)
_ENOUGH_POINTS: Final = 3


@dataclass(frozen=True, slots=True)
class Fused:
    """An op that equals the pieces which end at ``node``, and is finite where they aren't.

    ``formula`` writes it in the language of formulas, with the ids of the nodes that it takes; ``graph`` has it in
    place of the pieces; ``cures`` are the nodes whose numbers weren't finite and no longer trouble it.
    """

    op: str
    node: str
    formula: str
    graph: Graph
    cures: frozenset[str]


class _Pieces(NamedTuple):
    """A region of a graph: slots that compute, the sources that they take from outside, and the one end."""

    inner: tuple[int, ...]
    boundary: tuple[int, ...]
    end: int


class _Candidate(NamedTuple):
    """An op over the boundary in some order; the first input and the value may have their signs turned."""

    op: type[Layer]
    inputs: tuple[int, ...]
    params: dict[str, Any]
    sign_in: float
    sign_out: float

    @property
    def plain(self) -> bool:
        """Whether no sign is turned."""
        return self.sign_in > 0.0 and self.sign_out > 0.0


class _Point(NamedTuple):
    """A point of a test for equality: the inputs, and the value and gradients of the pieces there."""

    inputs: dict[int, Value]
    value: Value
    gradients: dict[int, Value | None]


def fused(graph: Graph, evaluation: Evaluation, slot: int) -> Fused | None:
    """The op that would keep the number at ``slot`` from leaving the finite ones; None where there is none.

    Regions of primitives around the node are held against every composite op, in every order of the inputs and with
    the signs of the input and of the value as they are or turned (log σ(x) is −softplus(−x)). Two are equal where
    values and gradients agree at random points of moderate size. What is found is put in the place of the pieces and
    the whole graph is run: only an op with which the trouble is gone, and none comes in its place, is advised; of
    several the one that cures most, of those one whose signs are as they are, and of those the one that takes the
    place of most pieces.
    """
    best: tuple[tuple[int, bool, int], Fused] | None = None
    proofs = 0
    for pieces in _regions(evaluation, slot):
        if proofs == _MOST_PROOFS:
            break
        candidate = _equal(graph, evaluation, pieces)
        if candidate is None:
            continue
        proofs += 1
        found = _proven(graph, evaluation, pieces, candidate)
        if found is None or evaluation.plan.ids[slot] not in found.cures:
            continue
        rank = (len(found.cures), candidate.plain, len(pieces.inner))
        if best is None or rank > best[0]:
            best = rank, found
    return None if best is None else best[1]


def _proven(graph: Graph, evaluation: Evaluation, pieces: _Pieces, candidate: _Candidate) -> Fused | None:
    """The op with what it cures; None where it cures nothing, or another trouble comes in its place."""
    plan = evaluation.plan
    repaired = _replaced(graph, evaluation, pieces, candidate)
    try:
        again = plan_for(repaired, plan.ids[plan.output])
    except GraphError:
        return None
    now = run(again, leaf_values(again, repaired), evaluation.upstream)
    before = {(warning.node, warning.phase) for warning in evaluation.warnings}
    left = {(warning.node, warning.phase) for warning in now.warnings}
    if not left < before or plan.ids[pieces.end] in {node for node, _ in left}:
        return None
    cures = frozenset(node for node, _ in before) - {node for node, _ in left}
    return Fused(candidate.op.name, plan.ids[pieces.end], _formula(candidate, evaluation), repaired, cures)


def _regions(evaluation: Evaluation, slot: int) -> Iterator[_Pieces]:
    """Regions around a node with one end, the near ends and the small regions first."""
    seen: set[_Pieces] = set()
    for end in _ends(evaluation, slot):
        distances = _distances(evaluation, end)
        for reach in range(1, _REACH + 1):
            pieces = _region(evaluation, end, {at for at, distance in distances.items() if distance < reach})
            if slot in pieces.inner and pieces not in seen and _small(evaluation, pieces):
                seen.add(pieces)
                yield pieces


def _small(evaluation: Evaluation, pieces: _Pieces) -> bool:
    sizes = [size_of(evaluation.plan.shapes[slot]) for slot in (*pieces.inner, *pieces.boundary)]
    return (
        1 < len(pieces.inner) <= _MOST_PIECES
        and 1 <= len(pieces.boundary) <= _MOST_INPUTS
        and sum(sizes) <= _MOST_ELEMENTS
    )


def _ends(evaluation: Evaluation, slot: int) -> list[int]:
    """The node and what it leads to in a few steps."""
    reached = {slot: 0}
    for step in evaluation.plan.steps:
        near = min((reached[source] for source in step.inputs if source in reached), default=_REACH)
        if step.slot > slot and near < _REACH:
            reached[step.slot] = near + 1
        if len(reached) > _MOST_PIECES:
            break
    return list(reached)


def _distances(evaluation: Evaluation, end: int) -> dict[int, int]:
    """How far what leads to ``end`` lies from it, by the longest way; what is near only."""
    distances = {end: 0}
    heap = [-end]
    while heap and len(distances) <= 4 * _MOST_PIECES:
        at = -heapq.heappop(heap)
        if distances[at] == _REACH:
            continue
        for source in evaluation.plan.inputs[at]:
            if source not in distances:
                heapq.heappush(heap, -source)
            distances[source] = max(distances.get(source, 0), distances[at] + 1)
    return distances


def _region(evaluation: Evaluation, end: int, near: set[int]) -> _Pieces:
    plan = evaluation.plan
    inner = {slot for slot in near if not plan.ops[slot].is_leaf}
    sources = dict.fromkeys(source for slot in sorted(inner) for source in plan.inputs[slot] if source not in inner)
    return _Pieces(tuple(sorted(inner)), tuple(slot for slot in sources if slot not in plan.silent), end)


def _equal(graph: Graph, evaluation: Evaluation, pieces: _Pieces) -> _Candidate | None:
    candidates = list(_candidates(evaluation, pieces))
    if not candidates:
        return None
    points = list(_points(graph, evaluation, pieces))
    if len(points) < _ENOUGH_POINTS:
        return None
    return next((found for found in candidates if all(_agrees(found, point) for point in points)), None)


def _candidates(evaluation: Evaluation, pieces: _Pieces) -> Iterator[_Candidate]:
    shapes = evaluation.plan.shapes
    settings = [step.settings for step in evaluation.plan.steps if step.slot in pieces.inner]
    for op, inputs, params in fitting(pieces.boundary, shapes.__getitem__, shapes[pieces.end], settings):
        for signs in product((1.0, -1.0), repeat=2):
            yield _Candidate(op, inputs, params, *signs)


def _points(graph: Graph, evaluation: Evaluation, pieces: _Pieces) -> Iterator[_Point]:
    """Points at which the pieces are finite, the same ones every time."""
    plan = evaluation.plan
    random = np.random.default_rng(0)
    held = {source for slot in pieces.inner for source in plan.inputs[slot] if source in plan.silent}
    nodes = [graph[plan.ids[slot]] for slot in (*sorted(held), *pieces.inner)]
    for scale in _SCALES:
        drawn = {slot: as_value(random.normal(scale=scale, size=plan.shapes[slot])) for slot in pieces.boundary}
        leaves = [_leaf(plan.ids[slot], value) for slot, value in drawn.items()]
        part = Graph((*leaves, *nodes), output=plan.ids[pieces.end])
        try:
            compiled = plan_for(part)
            there = run(compiled, leaf_values(compiled, part))
        except GraphError:
            continue
        if not there.warnings:
            gradients = {slot: there.gradient(plan.ids[slot]) for slot in drawn}
            yield _Point(drawn, there.value(plan.ids[pieces.end]), gradients)


def _leaf(name: str, value: Value) -> Node:
    return Node(name, next(op.name for op in OPS if op.is_leaf and op.asks_gradient), value=value)


def _agrees(candidate: _Candidate, point: _Point) -> bool:
    op, inputs, params, sign_in, sign_out = candidate
    layer = op(**params)
    first, *rest = [checked(point.inputs[source]) for source in inputs]
    with np.errstate(all="ignore"):
        try:
            value = sign_out * layer.forward(sign_in * first, *rest)
            shares = layer.backward(checked(sign_out * np.ones(np.shape(value))))
        except LayerError:
            return False
    if not _close(value, point.value):
        return False
    for place, (source, share) in enumerate(zip(inputs, shares, strict=True)):
        wanted = point.gradients[source]
        if op.is_label(place):
            continue
        if share is None or wanted is None or not _close(share * (sign_in if place == 0 else 1.0), wanted):
            return False
    return True


def _close(found: Value, wanted: Value) -> bool:
    return bool(np.allclose(found, wanted, rtol=1e-7, atol=1e-10))


def _replaced(graph: Graph, evaluation: Evaluation, pieces: _Pieces, candidate: _Candidate) -> Graph:
    """The graph with the op in place of the pieces; those that nothing uses any more are gone."""
    ids = evaluation.plan.ids
    end = graph[ids[pieces.end]]
    names = FreshNames(graph)
    turn = next(op.name for op in OPS if "-" in op.operators and len(op.inputs) == 1)
    first, *rest = (ids[source] for source in candidate.inputs)
    made: list[Node] = []
    if candidate.sign_in < 0.0:
        made.append(Node(names.fresh(f"{end.id}_turned"), turn, (first,)))
        first = made[-1].id
    whole = replace(end, op=candidate.op.name, inputs=(first, *rest), params=candidate.params)
    if candidate.sign_out < 0.0:
        inner = names.fresh(f"{end.id}_{candidate.op.name}")
        made.append(replace(whole, id=inner, label=None, position=None))
        whole = replace(end, op=turn, inputs=(inner,), params={})
    nodes: list[Node] = []
    for node in graph.nodes:
        nodes += [*made, whole] if node.id == end.id else [node]
    output = ids[evaluation.plan.output]
    for slot in reversed(pieces.inner):
        used = {source for node in nodes for source in node.inputs} | {output}
        nodes = [node for node in nodes if node.id != ids[slot] or node.id in used or node.id == end.id]
    used = {source for node in nodes for source in node.inputs} | {output}
    taken = {ids[source] for slot in pieces.inner for source in evaluation.plan.inputs[slot]} - used
    left = {node.id: node for node in nodes if node.id not in taken}
    seed = graph.upstream if graph.seeds(output) else None
    return replace(graph, nodes=tuple(left.values()), output=output, groups=tuple(_groups(graph, left)), upstream=seed)


def _groups(graph: Graph, left: Container[str]) -> Iterator[Group]:
    """The groups with those of their nodes that are left; none without a node."""
    for group in graph.groups:
        if nodes := tuple(node for node in group.nodes if node in left):
            yield replace(group, nodes=nodes)


def _formula(candidate: _Candidate, evaluation: Evaluation) -> str:
    first, *rest = (evaluation.plan.ids[source] for source in candidate.inputs)
    usual = {param.name: param.default for param in candidate.op.params}
    settings = [f"{name}={value}" for name, value in candidate.params.items() if value != usual[name]]
    listed = ", ".join([f"-{first}" if candidate.sign_in < 0.0 else first, *rest, *settings])
    return f"{'-' if candidate.sign_out < 0.0 else ''}{candidate.op.name}({listed})"
