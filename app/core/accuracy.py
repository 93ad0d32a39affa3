"""How often a classifier is right."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.errors import Fault, GraphError, unknown_node
from app.core.evaluate import Evaluation
from app.core.layer import Layer
from app.core.plan import Plan
from app.core.tensor import format_shape


class Judge(NamedTuple):
    """Where a graph holds the scores of classes and their targets, by node, and the loss that reads them."""

    scores: str
    targets: str
    loss: type[Layer] = Layer

    def accuracy(self, run: Evaluation) -> float:
        """The part of the samples of a run whose class is right."""
        return float(np.mean(self.loss.hits(run.value(self.scores), run.value(self.targets))))


def judge_for(plan: Plan, scores: str | None = None, targets: str | None = None) -> Judge | None:
    """The judge over the nodes that are named, or the loss where none is. Raises :class:`GraphError`."""
    if scores is None or targets is None:
        if scores is not targets:
            detail = "scores and targets are named together: accuracy is how often the first foretell the second"
            raise GraphError([Fault("bad-judge", detail, pointer="/scores" if targets is None else "/targets")])
        return _judging_loss(plan)
    asked = {"/scores": scores, "/targets": targets}
    if unknown := [unknown_node(node, pointer) for pointer, node in asked.items() if node not in plan.ids]:
        raise GraphError(unknown)
    shape, meant = plan.shapes[plan.ids.index(scores)], plan.shapes[plan.ids.index(targets)]
    if not shape or meant not in (shape, shape[:-1]):
        detail = f"targets of shape {format_shape(meant)} do not fit scores of shape {format_shape(shape)}"
        raise GraphError([Fault("shape-mismatch", detail, node=scores, pointer="/scores")])
    return Judge(scores, targets)


def _judging_loss(plan: Plan) -> Judge | None:
    """The loss that judges classes nearest to the output; None where there is none."""
    for slot in range(plan.output, -1, -1):
        op = plan.ops[slot]
        if op.scores:
            scores = op.inputs.index(op.scores)
            (targets,) = [number for number, name in enumerate(op.inputs) if name in op.labels]
            sources = plan.inputs[slot]
            return Judge(plan.ids[sources[scores]], plan.ids[sources[targets]], op)
    return None
