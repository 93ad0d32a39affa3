"""What is written as code is run, in the library that it's written for, and gives our values and gradients."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from app.core.elementwise import Elementwise
from app.core.errors import GraphError
from app.core.evaluate import evaluate
from app.core.graph import Graph, Node
from app.core.tensor import Value
from app.formats.format import ExportOptions
from app.formats.formula import parse_formula
from app.formats.gallery import examples
from app.formats.registry import EXPORTERS
from tests.core.test_contract import weights
from tests.formats.test_writers import GRAPHS, random_graphs

PACKAGES = {"pytorch": "torch", "jax": "jax", "micrograd": "micrograd"}
WRITERS = [
    pytest.param(
        name,
        marks=pytest.mark.skipif(
            name in PACKAGES and importlib.util.find_spec(PACKAGES[name]) is None, reason="its package isn't installed"
        ),
    )
    for name in ("numpy", *PACKAGES)
]


def run_program(text: str) -> list[Any]:
    """The output and the gradients that a program prints."""
    scope: dict[str, Any] = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()) as printed, np.errstate(all="ignore"):
        exec(compile(text, "program", "exec"), scope)
    shown = re.findall(r"^print\((\w+(?:, \w+)*)\)$", text, re.MULTILINE)
    if shown:  # NumPy's arrays can't be read back from what is printed.
        return [scope[name] for name in ", ".join(shown).split(", ")]
    lines = [line.partition(" = ") for line in printed.getvalue().splitlines()]
    return [eval(value, {"nan": np.nan, "inf": np.inf}) for _, _, value in lines]


def assert_same(graph: Graph, exporter: str) -> None:
    run = evaluate(graph)
    content = EXPORTERS[exporter].write(graph, ExportOptions())
    assert isinstance(content, str)
    found = run_program(content)
    asked = [slot for slot, _ in run.plan.leaves if run.gradients[slot] is not None]
    assert len(found) == 1 + len(asked), content
    wanted: list[Value | None] = [run.values[run.plan.output], *[run.gradients[slot] for slot in asked]]
    for theirs, ours in zip(found, wanted, strict=True):
        assert ours is not None
        # Where terms of about 1 cancel each other, each library leaves another last digit of theirs.
        size = np.max(np.abs(ours), initial=1.0, where=np.isfinite(ours))
        np.testing.assert_allclose(theirs, ours, rtol=1e-12, atol=1e-15 * size, err_msg=content)


def weighed(graph: Graph) -> Graph:
    """The graph with a seed that no two elements share."""
    run = evaluate(graph)
    output = run.plan.ids[run.plan.output]
    return Graph(graph.nodes, output=output, upstream=weights(run.plan.shapes[run.plan.output]))


def sayable(graph: Graph, exporter: str) -> bool:
    """Whether a library must have words for a graph; micrograd for numbers, by functions of one or more of them."""
    plan = evaluate(graph).plan
    ops = [plan.ops[step.slot] for step in plan.steps]
    return exporter != "micrograd" or (
        not any(plan.shapes) and all(issubclass(op, Elementwise) or op.decomposes for op in ops)
    )


@pytest.mark.parametrize("exporter", WRITERS)
def test_every_op_and_example_runs_to_the_same_numbers(exporter: str) -> None:
    graphs = {name: graph for name, graph in GRAPHS.items() if sayable(graph, exporter)}
    assert len(graphs) > 40
    for graph in graphs.values():
        assert_same(weighed(graph), exporter)
    for name in {entry.name for entry in examples()} & graphs.keys():
        assert_same(graphs[name], exporter)


KINKS: dict[str, Callable[[], Graph]] = {
    "relu": lambda: parse_formula("y = relu(x)", {"x": 0.0}),
    "leaky": lambda: parse_formula("y = leaky_relu(x)", {"x": 0.0}),
    "abs": lambda: parse_formula("y = abs(x)", {"x": 0.0}),
    "max of two": lambda: parse_formula("y = max(a, b)", {"a": 2.0, "b": 2.0}),
    "min of two": lambda: parse_formula("y = min(a, b)", {"a": 2.0, "b": 2.0}),
    "power": lambda: parse_formula("y = x^2", {"x": 0.0}),
    "zeroth power": lambda: parse_formula("y = x^n", {"x": 0.0, "n": 0.0}),
    "a power of two variables": lambda: parse_formula("y = x^n", {"x": 0.0, "n": 2.0}),
    "a broken power": lambda: parse_formula("y = x^1.5 + x^-0.5", {"x": 2.0}),
    "constant power": lambda: parse_formula("y = x^0", {"x": 0.0}),
    "infinite on the way": lambda: parse_formula("y = 1 / x + x", {"x": 0.0}),
    "saturated": lambda: parse_formula("y = sigmoid(1000*x) + tanh(1000*x) + softplus(-30*x)", {"x": -1.0}),
    "a target that is used twice": lambda: parse_formula("y = identity_with_loss(x, t*t) * t", {"x": 1.0, "t": 2.0}),
    "two leaky ones": lambda: parse_formula("y = leaky_relu(x, alpha=0.1) + leaky_relu(x, alpha=0.3)", {"x": -1.0}),
}
TENSOR_KINKS: dict[str, Callable[[], Graph]] = {
    "max": lambda: parse_formula("x = [[1, 3, 3], [3, 1, 0]]\ny = max(x)"),
    "max along": lambda: parse_formula("x = [[1, 3, 3], [3, 1, 0]]\ny = sum([1, 2] * max(x, axis=1))"),
    "min": lambda: parse_formula("x = [1, 0, 0]\ny = min(x)"),
    "broadcast ties": lambda: parse_formula("x = [[1, 3, 3], [3, 1, 0]]\ny = max(x, 3)"),
    "a soft target that is computed": lambda: parse_formula(
        "x = [1, 2, 3]\nt = [0.2, 0.3, 0.4]\ny = softmax_with_loss(x, softmax(t)) * sum(t)"
    ),
    "classes that are computed": lambda: parse_formula("x = [1, 2, 3]\ny = softmax_with_loss(x, c + 1) * c"),
}


def of(op: str, *values: Any, **params: Any) -> Graph:
    """One op over such inputs."""
    leaves = [
        Node(f"in{n}", "input", value=np.array(value, dtype=float) if np.ndim(value) else float(value))
        for n, value in enumerate(values)
    ]
    return Graph((*leaves, Node("y", op, tuple(leaf.id for leaf in leaves), params)))


IMAGES, KERNELS = np.arange(12.0).reshape(1, 2, 2, 3), np.arange(16.0).reshape(2, 2, 2, 2)
EDGES = {
    "hard sigmoid": of("hard_sigmoid", [-3.0, 3.0, -2.9999999, 0.0, 5.0, -5.0]),
    "another hard sigmoid": of("hard_sigmoid", [-2.5, 2.5, 1.0], alpha=0.2),
    "hard swish": of("hard_swish", [-3.0, 3.0, 0.0, 5.0, -5.0]),
    "elu": of("elu", [0.0, -1.0, 800.0], alpha=0.5),
    "selu": of("selu", [0.0, -1.0, 800.0]),
    "silu": of("silu", [-1000.0, 1000.0, 0.0]),
    "gelu": of("gelu", [-30.0, 30.0, 0.0], approximate=True),
    "softsign": of("softsign", [0.0, -1.0]),
    "round": of("round", [0.5, 1.5, -2.5]),
    "sign": of("sign", [0.0, 1.0]),
    "equal elements in a window": of("max_pool1d", [1.0, 1.0, 0.0, 2.0, 2.0, 2.0], kernel=3, stride=1),
    "windows with less in them": of(
        "avg_pool1d", [[1.0, 1.0, 0.0, 2.0, 2.0]], kernel=2, padding=[1, 0], count_include_pad=False
    ),
    "an error of 0": of("l1", [1.0, 2.0], [1.0, 0.0]),
    "a probability of 0": of("cross_entropy", [0.0, 1.0], [0.0, 1.0]),
    "a logarithm of large sums": of("logsumexp", [1000.0, -1000.0]),
    "a logarithm of small parts": of("log_softmax", [1000.0, -1000.0]),
    "uneven padding": of("conv2d", IMAGES, KERNELS, [1.0, 2.0], padding=[1, 0, 0, 1]),
    "uneven cuts": of(
        "conv_transpose2d", IMAGES, KERNELS, [1.0, 2.0], stride=[2, 1], padding=[1, 0, 0, 1], output_padding=[1, 0]
    ),
    "a seed": of("dropout", [1.0, 2.0, 3.0, 4.0], rate=0.25, seed=3),
    "on the bounds": of("clip", [-1.0, 0.0, 0.5, 1.0, 2.0], low=0.0, high=1.0),
    "crossed bounds": of("clip", [-1.0, 0.0, 0.5, 1.0, 2.0, 3.0], low=1.0, high=0.0),
    "zeros in a product": of("prod", [[0.0, 0.0, 2.0], [0.0, 3.0, 4.0]], axis=1),
    "no deviation": of("std", [[2.0, 2.0], [1.0, 3.0]], axis=1),
    "two largest": of("argmax", [1.0, 3.0, 3.0]),
    "an entry taken twice": of("gather", [[1.0, 2.0], [3.0, 4.0]], [-1.0, 0.0, -1.0]),
    "backwards": of("slice", [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], index="0, ::-1"),
    "backwards in steps": of("slice", [1.0, 2.0, 3.0, 4.0, 5.0], index="-1:0:-2"),
    "a condition that moves": parse_formula("y = where(c*c, x, c) * c", {"c": 2.0, "x": 3.0}),
    "no variance": of("batch_norm", [[1.0], [1.0]], [1.0], [0.5]),
}


@pytest.mark.parametrize("exporter", WRITERS)
@pytest.mark.parametrize("name", [*KINKS, *TENSOR_KINKS, *EDGES])
def test_kinks_and_edges(name: str, exporter: str) -> None:
    graph = EDGES[name] if name in EDGES else {**KINKS, **TENSOR_KINKS}[name]()
    if sayable(graph, exporter):
        assert_same(graph, exporter)


@pytest.mark.parametrize("exporter", WRITERS)
def test_awkward_labels_and_names_stay_what_they_are(exporter: str) -> None:
    ids = [
        "torch", "jax", "jnp", "np", "Value", "forward", "backward", "print", "class", "match", "None", "out", "sys",
        "x", "dx", "exp", "exp_2", "_", "a2", "list",
    ]  # fmt: skip
    labels = [
        "\"'\\", '"""', "'''\n import os", "</script><!--", "한국어 \u0301", "😀\u200d", "\u202e reversed \u2066",
        "\r\x85\u2028x", "{}{0}%s", "\t\x00\x1b[31m",
    ]  # fmt: skip
    nodes = [Node(node_id, "input", value=float(n + 1), label=labels[n % len(labels)]) for n, node_id in enumerate(ids)]
    ends = [Node(f"s{n}", "exp", (node.id,), label=labels[n % len(labels)]) for n, node in enumerate(nodes)]
    total = ends[0].id
    sums = []
    for n, node in enumerate(ends[1:]):
        sums.append(Node(f"t{n}", "add", (total, node.id), label=labels[n % len(labels)]))
        total = sums[-1].id
    graph = Graph((*nodes, *ends, *sums), title=labels[6] + labels[2] + labels[7])
    assert_same(graph, exporter)
    text = EXPORTERS[exporter].write(graph, ExportOptions())
    assert isinstance(text, str)
    assert not set(text) & set("\u202e\u2066\x00\x1b\r\x85\u2028")


def test_micrograd_has_numbers_alone() -> None:
    with pytest.raises(GraphError, match=r"c: micrograd has numbers alone, and this has shape \(2,\)$"):
        EXPORTERS["micrograd"].write(parse_formula("y = x * [1, 2]"), ExportOptions())


def test_micrograd_goes_back_through_deep_graphs() -> None:
    nodes = [Node("x", "input", value=0.5), Node("c", "constant", value=1.0)]
    nodes += [Node(f"n{n}", "sub", ("c", f"n{n - 1}" if n else "x")) for n in range(3000)]
    assert_same(Graph(tuple(nodes)), "micrograd")


@pytest.mark.parametrize("exporter", [writer for writer in WRITERS if writer.values[0] != "jax"])
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(graph=random_graphs())
def test_random_graphs_run_to_the_same_numbers(exporter: str, graph: Graph) -> None:
    run = evaluate(graph)
    numbers = np.abs([float(number) for number in (*run.values, *run.gradients) if number is not None])
    # Where sums cancel, or numbers leave the finite ones, each library has its own last digits.
    assume(bool(np.all((numbers == 0.0) | ((numbers > 1e-6) & (numbers < 1e6)))))
    assert_same(graph, exporter)
