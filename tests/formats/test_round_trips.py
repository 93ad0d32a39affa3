"""What is written as a file reads back as the same graph."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from app.core.graph import MAX_LABEL_LENGTH, Graph, Group
from app.core.tensor import Value
from app.formats.format import ExportOptions, ImportOptions
from app.formats.json_reader import read_json
from app.formats.json_writer import write_json
from tests.formats.test_writers import GRAPHS, random_graphs

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
TENSORS = NUMBERS | hnp.arrays(np.float64, hnp.array_shapes(max_dims=4, max_side=5), elements=NUMBERS)
LABELS = st.text(st.characters(exclude_categories=["Cs"]), max_size=MAX_LABEL_LENGTH)


@st.composite
def documents(draw: st.DrawFn) -> Graph:
    """A graph with everything that a document can say of it; its numbers need not fit together."""
    graph = draw(random_graphs())
    nodes = tuple(
        replace(
            node,
            value=None if node.value is None else draw(TENSORS),
            label=draw(st.none() | LABELS),
            position=draw(st.none() | st.tuples(NUMBERS, NUMBERS)),
        )
        for node in graph.nodes
    )
    ids = [node.id for node in nodes]
    groups = tuple(
        Group(f"g{n}", draw(LABELS), tuple(draw(st.lists(st.sampled_from(ids), unique=True))), draw(st.booleans()))
        for n in range(draw(st.integers(0, 3)))
    )
    return replace(
        graph, nodes=nodes, groups=groups, title=draw(LABELS), upstream=draw(st.none() | TENSORS),
        output=draw(st.none() | st.sampled_from(ids)),
    )  # fmt: skip


def said(graph: Graph) -> dict[str, Any]:
    """All that a graph says, in a form that can be compared."""
    nodes = [(n.id, n.op, n.inputs, repr(_plain(n.params)), _bytes(n.value), n.label, n.position) for n in graph.nodes]
    return {
        "nodes": nodes, "output": graph.output, "groups": graph.groups, "title": graph.title,
        "upstream": _bytes(graph.upstream),
    }  # fmt: skip


def _bytes(value: Value | None) -> Any:
    """A value to the last bit, the sign of zero included."""
    return None if value is None else (np.shape(value), np.asarray(value, dtype=np.float64).tobytes())


def _plain(params: Any) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in params.items()}


def through_json(graph: Graph) -> Graph:
    return read_json(write_json(graph, ExportOptions()).encode(), ImportOptions()).graph


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(documents())
def test_json_reads_back_as_the_same_graph(graph: Graph) -> None:
    assert said(through_json(graph)) == said(graph)


@pytest.mark.parametrize("graph", [pytest.param(graph, id=name) for name, graph in GRAPHS.items()])
def test_every_graph_of_the_tests_comes_back_from_json(graph: Graph) -> None:
    assert said(through_json(graph)) == said(graph)
