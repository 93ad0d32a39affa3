"""Learners who make exactly one slip, and graphs for them to make it in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from app.core.evaluate import Evaluation, evaluate
from app.core.explain import Hypothesis, hypotheses
from app.core.graph import Graph, Node
from app.core.layer import Layer, Sample
from app.core.ops import OPS
from app.core.replay import Replay
from app.core.tensor import Value, read_tensor, shape_of
from app.formats.document import GraphDocument
from app.formats.gallery import examples

GALLERY = {entry.name: GraphDocument.model_validate(entry.graph).to_graph() for entry in examples()}


def sample_graph(op: type[Layer], sample: Sample) -> Graph:
    """An op at one of its sample points, its inputs once more behind a step of their own, its result weighted."""
    leaves = [Node(f"in{n}", "input", value=read_tensor(data)) for n, data in enumerate(sample.inputs)]
    taken = [leaf.id for leaf in leaves]
    moved = []
    for place, leaf in enumerate(leaves):
        if not op.is_label(place):
            moved.append(Node(f"moved{place}", "add", (leaf.id, "zero")))
            taken[place] = f"moved{place}"
    node = Node("y", op.name, tuple(taken), dict(sample.params))
    head = (*leaves, Node("zero", "constant", value=0.0), *moved, node)
    shape = shape_of(evaluate(Graph(head), output="y").value("y"))
    weights: Value = 1.3 + np.cos(np.arange(np.prod(shape, dtype=int))).reshape(shape) if shape else 1.7
    tail = (Node("by", "constant", value=weights), Node("f", "mul", ("y", "by")))
    return Graph((*head, *tail), output="f")


SAMPLES = {
    f"{op.name}-{number}": sample_graph(op, sample)
    for op in OPS
    if not op.is_leaf
    for number, sample in enumerate(op.samples)
}


def gradients(run: Evaluation) -> dict[str, Value]:
    """Every gradient that there is, by node."""
    return {node: value for node, value in zip(run.plan.ids, run.gradients, strict=True) if value is not None}


def slips(run: Evaluation) -> Iterator[Hypothesis]:
    """Every slip that can be made in a graph."""
    replay = Replay(run)
    for slot in range(len(run.plan.ids)):
        with np.errstate(all="ignore"):
            yield from hypotheses(replay, slot)


def handed_in(run: Evaluation, slip: Hypothesis) -> dict[str, Value]:
    """What a learner hands in who makes this slip and no other.

    Goes the whole way back, all layers anew, and knows nothing of :mod:`app.core.replay`. What a gradient in the wrong
    shape would have to be handed on to is left out.
    """
    plan = run.plan
    arrived: dict[int, list[Any]] = {plan.output: [run.upstream]}
    claims: dict[str, Value] = {}
    for slot in reversed(range(len(plan.ids))):
        if slot in plan.silent or slot not in arrived:
            continue
        gradient = slip.change.gradients[slot] if slot in slip.change.gradients else _added(arrived[slot])
        if gradient is not None:
            claims[plan.ids[slot]] = gradient
        layer = run.layers[slot]
        if layer is None:
            continue
        with np.errstate(all="ignore"):
            known = gradient is not None and shape_of(gradient) == plan.shapes[slot]
            sent = layer.backward(gradient if known else np.ones(plan.shapes[slot]))
        for number, source in enumerate(plan.inputs[slot]):
            if sent[number] is not None:
                share = slip.change.shares.get((slot, number), sent[number] if known else None)
                arrived.setdefault(source, []).append(share)
    return claims


def _added(shares: list[Any]) -> Any:
    total = shares[0]
    for share in shares[1:]:
        if total is None or share is None:
            return None
        shapes = {shape_of(total), shape_of(share)}
        try:
            total = total + share
        except ValueError:
            return None
        if shape_of(total) not in shapes:
            return None
    return total


def differ(claimed: Value, truth: Value) -> bool:
    """Whether nobody could take one for the other: another shape, or more than half a percent apart."""
    if shape_of(claimed) != shape_of(truth):
        return True
    return bool(np.any(np.abs(np.subtract(claimed, truth)) > 5.1e-3 * np.abs(truth) + 3e-4 * np.max(np.abs(truth))))
