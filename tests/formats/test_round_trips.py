"""What is written as a file reads back as the same graph, what is written as a program as one of the same numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from app.core.errors import GraphError
from app.core.evaluate import Evaluation, evaluate
from app.core.graph import MAX_LABEL_LENGTH, Graph, Group
from app.core.tensor import Value
from app.formats.format import ExportOptions, ImportOptions
from app.formats.json_reader import read_json
from app.formats.json_writer import write_json
from app.formats.onnx.convert import convert
from app.formats.onnx.model import load
from app.formats.onnx.reader import read_onnx
from app.formats.onnx_writer import write_onnx
from app.formats.registry import EXPORTERS, IMPORTERS
from tests.core.test_contract import weights
from tests.core.test_random_graphs import away_from_kinks
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


PROGRAMS: Final = {  # who reads what they write, and how many of the tests' graphs it must be able to write
    "formula": ("formula", len(GRAPHS)),
    "python": ("python", len(GRAPHS)),
    "numpy": ("python", len(GRAPHS)),
    "pytorch": ("python", len(GRAPHS)),
    "jax": ("python", len(GRAPHS)),
    "micrograd": ("python", 80),
}
UNREAD: Final[Mapping[tuple[str, str], str]] = {
    ("python", "a leaf"): "it computes nothing, and prints a leaf and its gradient: neither says that it is the output",
    ("numpy", "a leaf"): "the same",
}
"""Programs that don't read back, and why."""
UNSEEDED: Final = frozenset({"formula", "micrograd"})
"""Formats that have no word for a seed of the gradients."""


def program(graph: Graph, exporter: str) -> str | None:
    """The graph as a program; None where the format has no words for it."""
    try:
        content = EXPORTERS[exporter].write(graph, ExportOptions())
    except GraphError as error:
        assert {fault.code for fault in error.faults} == {"not-writable"}
        return None
    assert isinstance(content, str)
    return content


def assert_comes_back(graph: Graph, exporter: str, text: str, size: float | None = None) -> None:
    """A program reads back as a graph with the same output and the same gradients of the leaves.

    ``size`` is how large terms are that may cancel each other.
    """
    run = evaluate(graph)
    reader, _ = PROGRAMS[exporter]
    again = evaluate(IMPORTERS[reader].read(text.encode(), ImportOptions()).graph)
    assert_near(again.values[again.plan.output], run.values[run.plan.output], size, text)
    for slot, _ in run.plan.leaves:
        if (gradient := run.gradients[slot]) is not None:
            assert_near(again.gradient(name_of(run.plan.ids[slot], again)), gradient, size, text)


def assert_near(theirs: Value | None, ours: Value, size: float | None, text: str) -> None:
    assert theirs is not None, text
    size = np.max(np.abs(ours), initial=1.0, where=np.isfinite(ours)) if size is None else size
    np.testing.assert_allclose(theirs, ours, rtol=1e-12, atol=1e-14 * size, err_msg=text)


def name_of(node_id: str, again: Evaluation) -> str:
    """What a leaf is called in the program: a word of Python's is given a number."""
    return node_id if node_id in again.plan.ids else f"{node_id}_2"


def seeded(graph: Graph) -> Graph:
    """The graph with a seed of its gradients that no two elements share."""
    run = evaluate(graph)
    return replace(graph, upstream=weights(run.plan.shapes[run.plan.output]))


@pytest.mark.parametrize("exporter", PROGRAMS)
def test_every_op_and_example_comes_back_from_a_program(exporter: str) -> None:
    written = 0
    for name, graph in GRAPHS.items():
        given = graph if exporter in UNSEEDED else seeded(graph)
        text = program(given, exporter)
        written += text is not None
        if text is not None and (exporter, name) not in UNREAD:
            assert_comes_back(given, exporter, text)
    assert written >= PROGRAMS[exporter][1]


def test_a_seed_of_micrograd_is_a_product() -> None:
    graph = seeded(GRAPHS["square-0"])
    run = evaluate(graph)
    again = evaluate(IMPORTERS["python"].read((program(graph, "micrograd") or "").encode(), ImportOptions()).graph)
    assert again.values[again.plan.output] == pytest.approx(run.upstream * run.values[run.plan.output])
    for slot, _ in run.plan.leaves:
        assert again.gradient(run.plan.ids[slot]) == pytest.approx(run.gradients[slot])


SHAPES: Final = ((), (3,), (2, 1), (2, 3), (1, 3))


@st.composite
def computed_graphs(draw: st.DrawFn) -> Graph:
    """A graph of elementwise ops over numbers or small tensors of shapes that fit together, with awkward labels."""
    graph = draw(random_graphs())
    shapes = st.sampled_from(SHAPES) if draw(st.booleans()) else st.just(())
    numbers = st.floats(-3.0, 3.0) | st.integers(-3, 3).map(float)
    nodes = []
    for node in graph.nodes:
        shape = draw(shapes)
        values: st.SearchStrategy[Value] = hnp.arrays(np.float64, shape, elements=numbers) if shape else numbers
        value = None if node.value is None else draw(values)
        nodes.append(replace(node, value=value, label=draw(st.none() | LABELS)))
    computed = [node.id for node in nodes if node.value is None]
    assume(computed)
    return replace(graph, nodes=tuple(nodes), output=draw(st.sampled_from(computed)), title=draw(LABELS))


def off_kinks(graph: Graph, run: Evaluation) -> bool:
    """Whether no op of numbers stands on a kink or a bound."""
    values: dict[str, Any] = dict(zip(run.plan.ids, run.values, strict=True))
    bounded = (values[node.inputs[0]] in node.params.values() for node in graph.nodes if node.op == "clip")
    return away_from_kinks(graph, values) and not any(bounded)


def middling(run: Evaluation) -> float:
    """How large the largest number of a run is, where all are neither large nor small.

    Beyond, what is rounded in another way grows without bounds.
    """
    numbers = np.concatenate([np.ravel(number) for number in (*run.values, *run.gradients) if number is not None])
    assume(bool(np.all((numbers == 0.0) | ((np.abs(numbers) > 1e-6) & (np.abs(numbers) < 1e6)))))
    return float(np.max(np.abs(numbers), initial=1.0))


@pytest.mark.parametrize("exporter", PROGRAMS)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(graph=computed_graphs())
def test_random_graphs_come_back_from_a_program(exporter: str, graph: Graph) -> None:
    run = evaluate(graph)
    size = middling(run)
    text = program(graph, exporter)
    if exporter == "micrograd" and text is not None:
        # Functions that it lacks are written out; on a kink only their own _backward, which isn't read, knows the side.
        assume(off_kinks(graph, run))
    if text is not None:
        assert_comes_back(graph, exporter, text, size)


UNREAD_MODELS: Final = frozenset({"a leaf", "a constant"})
"""They have no node, and ONNX's graphs have some."""


def from_onnx(graph: Graph) -> Graph:
    found = convert(load(write_onnx(graph, ExportOptions())), {})
    assert not [note for note in found.notes if "could not be read" in note], found.notes
    return found.graph


@pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning", "ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize("graph", [pytest.param(GRAPHS[name], id=name) for name in sorted({*GRAPHS} - UNREAD_MODELS)])
def test_every_op_and_example_comes_back_from_onnx(graph: Graph) -> None:
    run, again = evaluate(graph), evaluate(from_onnx(graph))
    assert_near(again.values[again.plan.output], run.values[run.plan.output], None, "")


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(graph=computed_graphs())
def test_random_graphs_come_back_from_onnx(graph: Graph) -> None:
    # What depends on no input of a model's is settled before it runs, and no part of it.
    nodes = [replace(node, op=node.op if node.value is None else "input") for node in graph.nodes]
    graph = replace(graph, nodes=tuple(nodes))
    run = evaluate(graph)
    size = middling(run)
    again = evaluate(from_onnx(graph))
    assert_near(again.values[again.plan.output], run.values[run.plan.output], size, "")


def test_a_network_comes_back_from_onnx_through_the_importer() -> None:
    graph = GRAPHS["small-cnn"]
    found = read_onnx(write_onnx(graph, ExportOptions()), ImportOptions())
    run, again = evaluate(graph), evaluate(found.graph)
    assert_near(again.values[again.plan.output], run.values[run.plan.output], None, "")
    assert {"conv2d", "max_pool2d"} <= {node.op for node in found.graph.nodes}
    assert {node.id for node in graph.nodes if not node.inputs} <= {node.id for node in found.graph.nodes}
    assert not found.notes
