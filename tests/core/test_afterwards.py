"""What is handed out edge by edge is what is handed out node by node."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.core.evaluate import evaluate
from app.core.graph import Graph, Node
from app.formats.document import GraphDocument
from app.formats.gallery import examples
from bench.graphs import KINDS


def aside() -> Graph:
    """Constants, nodes that lead nowhere, a label and tensors, wide enough to run in columns."""
    leaves = [Node("x", "input", value=2.0), Node("c", "constant", value=3.0), Node("v", "input", value=np.ones(3))]
    leaves.append(Node("t", "input", value=1.0))
    wide = [Node(f"a{n}", "mul", ("x", "c" if n % 3 else "x")) for n in range(60)]
    nowhere = [Node(f"b{n}", "mul", (f"a{n}", "c")) for n in range(60)]
    ends = [Node("s", "add", ("a0", "a1")), Node("w", "mul", ("v", "s")), Node("f", "softmax_with_loss", ("w", "t"))]
    return Graph((*leaves, *wide, *nowhere, *ends), output="f")


GRAPHS = {entry.name: GraphDocument.model_validate(entry.graph).to_graph() for entry in examples()}
GRAPHS |= {kind: make(500).graph() for kind, make in KINDS.items()}
GRAPHS["aside"] = aside()


@pytest.mark.parametrize("name", GRAPHS)
def test_shares_edge_by_edge(name: str) -> None:
    for _ in range(2):  # the second run of a plan may be in columns
        run = evaluate(GRAPHS[name])
        wanted: list[Any] = []
        for slot, inputs in enumerate(run.plan.inputs):
            wanted += run.shares[slot] or [None] * len(inputs)
        found = run.shares.by_edge()
        assert len(found) == run.plan.edges[-1] == len(wanted)
        for one, other in zip(found, wanted, strict=True):
            assert (one is None) == (other is None)
            assert one is None or np.array_equal(one, other)
    assert name != "aside" or {share is None for share in found} == {True, False}
