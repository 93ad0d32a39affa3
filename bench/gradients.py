"""The gradient check and the sweep beside a plain loop over the same evaluations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

import numpy as np

from app.core.bundle import Elements
from app.core.directional import check_directions
from app.core.evaluate import evaluate
from app.core.gradcheck import EPSILON, Checking, check
from app.core.graph import Graph, Node
from app.core.lanes import dependents
from app.core.plan import plan_for
from app.core.sweep import sweep
from app.core.tensor import Value
from app.core.validate import Limits
from bench.measure import Timing, race, timing
from bench.report import Table, duration, times

PACKAGES = ("numpy",)
_LIMITS = Limits(work=10**15)
_POINTS = 1_000


def tables(*, quick: bool) -> Iterable[Table]:
    """The net of 39,760 parameters, every node of a scalar graph, and sweeps."""
    seconds = 1.0 if quick else 8.0
    yield _net_table((4, 10) if quick else (4, 10, 32, 100), seconds)
    yield _nodes_table((100, 1_000), seconds)
    yield _sweep_table(1_000, seconds)


def net(batch: int) -> Graph:
    """784-50-10 with ReLU and cross-entropy: 39,760 parameters."""
    random = np.random.default_rng(0)

    def leaf(name: str, op: str, value: Value) -> Node:
        return Node(name, op, value=value)

    return Graph(
        (
            leaf("x", "constant", np.maximum(random.normal(size=(batch, 784)), 0.0)),
            leaf("t", "constant", random.integers(0, 10, batch).astype(float)),
            leaf("w1", "parameter", random.normal(size=(784, 50)) / 28),
            leaf("b1", "parameter", np.full(50, 0.01)),
            leaf("w2", "parameter", random.normal(size=(50, 10)) / 7),
            leaf("b2", "parameter", np.zeros(10)),
            Node("z", "affine", ("x", "w1", "b1")),
            Node("h", "relu", ("z",)),
            Node("s", "affine", ("h", "w2", "b2")),
            Node("l", "softmax_with_loss", ("s", "t")),
        ),
        output="l",
    )


def scalar_graph(count: int, *, chain: bool = False) -> Graph:
    """So many numbers, each of which leads to the output: a chain, or a random graph whose first leaf reaches far."""
    random = np.random.default_rng(0)
    unary = ("tanh", "sin", "sigmoid", "neg")
    leaves = 1 if chain else count // 10
    nodes = [Node(f"x{n}", "input", value=float(random.uniform(-2.0, 2.0))) for n in range(leaves)]
    loose = [node.id for node in nodes]
    while len(nodes) < count:
        first = loose.pop(int(random.integers(len(loose))))
        if chain or (len(loose) < count - len(nodes) and random.random() < 0.4):
            inputs: tuple[str, ...] = (first,)
            op = unary[int(random.integers(len(unary)))]
        else:
            near = nodes[int(random.integers(max(0, len(nodes) - 50), len(nodes)))].id
            inputs = (first, loose.pop(int(random.integers(len(loose)))) if len(loose) >= count - len(nodes) else near)
            op = ("add", "sub", "mul")[int(random.integers(3))]
        nodes.append(Node(f"n{len(nodes)}", op, inputs))
        loose.append(nodes[-1].id)
    return Graph(tuple(nodes), output=nodes[-1].id)


def _net_table(batches: Sequence[int], seconds: float) -> Table:
    rows = []
    for batch in batches:
        graph = net(batch)
        timings = race(
            {
                "exact": partial(check, graph, limits=_LIMITS),
                "plain": partial(_plain_differences, graph, 100),
                "directions": partial(check_directions, graph, limits=_LIMITS),
                "evaluate": partial(evaluate, graph),
            },
            seconds,
        )
        plain = _scaled(timings["plain"], 39_760 / 100)
        rows.append(
            [
                str(batch),
                duration(timings["exact"]),
                times(timings["exact"], plain),
                duration(timings["directions"]),
                duration(timings["evaluate"]),
            ]
        )
    columns = ["batch", "every element", "plain loop", "four directions", "one evaluation"]
    note = "The plain loop moves 100 elements of W1 both ways, forward only, in what depends on it; times 398."
    return Table("Gradient check of 39,760 parameters (784-50-10)", columns, rows, [note])


def _plain_differences(graph: Graph, count: int) -> list[float]:
    """The central differences of some elements of the largest leaf, two forward passes each."""
    bundle = max(Checking(graph, limits=_LIMITS)._bundles, key=lambda each: each.size)  # noqa: SLF001  (the same elements)
    assert isinstance(bundle, Elements)
    probe = bundle.probe
    slopes = []
    for element in range(count):
        at = float(probe.at[element])
        ends = [probe.response.total(probe.moved(element, at + way)) for way in (EPSILON, -EPSILON)]
        slopes.append((ends[0] - ends[1]) / (2 * EPSILON))
    return slopes


def _nodes_table(counts: Sequence[int], seconds: float) -> Table:
    rows = []
    for count in counts:
        graph = scalar_graph(count)
        timings = race(
            {"nodes": partial(check, graph, nodes=True, limits=_LIMITS), "evaluate": partial(evaluate, graph)}, seconds
        )
        loop = _scaled(timings["evaluate"], 2 * count)
        rows.append([f"{count:,}", duration(timings["nodes"]), times(timings["nodes"], loop)])
    columns = ["nodes", "every node", "two evaluations a node"]
    return Table("Gradient check of every node of a scalar graph", columns, rows)


def _sweep_table(count: int, seconds: float) -> Table:
    rows = []
    for title, chain in (("random graph", False), ("chain", True)):
        graph = scalar_graph(count, chain=chain)
        plan = plan_for(graph)
        leaf = max(
            (node.id for node in graph.nodes if node.value is not None),
            key=lambda name: len(dependents(plan, plan.ids.index(name))),
        )
        moved = len(dependents(plan, plan.ids.index(leaf)))
        timings = race(
            {"sweep": partial(sweep, graph, leaf, -1.0, 1.0, _POINTS, limits=_LIMITS), "one": partial(evaluate, graph)},
            seconds,
        )
        loop = _scaled(timings["one"], _POINTS)
        rows.append([title, f"{moved:,} of {count:,}", duration(timings["sweep"]), times(timings["sweep"], loop)])
    columns = ["graph", "nodes that move", f"{_POINTS:,} points", f"{_POINTS:,} evaluations"]
    return Table(f"Sweep of a graph of {count:,} numbers", columns, rows)


def _scaled(measured: Timing, factor: float) -> Timing:
    return timing([sample * factor for sample in measured.samples])
