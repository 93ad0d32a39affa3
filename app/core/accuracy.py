"""How often a classifier is right."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.evaluate import Evaluation
from app.core.layer import Layer
from app.core.plan import Plan


class Judge(NamedTuple):
    """Where a graph holds the scores of classes and their targets, by node, and the loss that reads them."""

    scores: str
    targets: str
    loss: type[Layer] = Layer

    def accuracy(self, run: Evaluation) -> float:
        """The part of the samples of a run whose class is right."""
        return float(np.mean(self.loss.hits(run.value(self.scores), run.value(self.targets))))


def find_judge(plan: Plan) -> Judge | None:
    """The loss that judges classes nearest to the output; None where there is none."""
    for slot in range(plan.output, -1, -1):
        op = plan.ops[slot]
        if op.scores:
            scores = op.inputs.index(op.scores)
            (targets,) = [number for number, name in enumerate(op.inputs) if name in op.labels]
            sources = plan.inputs[slot]
            return Judge(plan.ids[sources[scores]], plan.ids[sources[targets]], op)
    return None
