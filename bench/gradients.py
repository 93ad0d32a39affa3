"""Gradient checks and sweeps beside the plain loops that they stand for.

Of a loop a part is timed, evenly spread over the whole, and scaled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from time import process_time
from typing import Any, Final

import numpy as np

from app.core.evaluate import Evaluation, leaf_values, run
from app.core.gradcheck import EPSILON, check
from app.core.graph import Graph
from app.core.layer import REGISTRY
from app.core.ops.activations import Relu
from app.core.ops.linalg import Affine
from app.core.ops.loss import SoftmaxWithLoss
from app.core.plan import plan_for
from app.core.sweep import sweep
from app.core.validate import Limits
from bench import nets
from bench.graphs import KINDS, Flat
from bench.measure import race
from bench.report import Table, duration, times

PACKAGES: Final = ("numpy",)
_PARAMETERS: Final = ("w1", "b1", "w2", "b2")
_IMAGES: Final = 3
"""So many the book takes to check its net."""
_NODES: Final = 1_000
_POINTS: Final = 1_000
_PART: Final = 50
_NO_LIMIT: Final = Limits(work=10**15)


def tables(*, quick: bool) -> Iterator[Table]:
    """Checks, then sweeps."""
    seconds = 0.3 if quick else 6.0
    yield _check_table(seconds)
    yield _sweep_table(seconds)


def _check_table(seconds: float) -> Table:
    given, scalar = nets.net(_IMAGES), KINDS["random"](_NODES)
    net, drawn = given.graph(), scalar.graph()
    count = sum(each.size for each in given.parameters)
    timings = race(
        {
            "net": lambda: check(net, wrt=_PARAMETERS, limits=_NO_LIMIT),
            "net, loop": loop_over_net(given),
            "scalar": lambda: check(drawn, limits=_NO_LIMIT),
            "scalar, loop": loop_over_nodes(scalar),
        },
        seconds,
        process_time,
    )
    net_loop = timings["net, loop"].scaled(count / _PART)
    scalar_loop = timings["scalar, loop"].scaled(len(scalar.leaves) / _PART)
    rows = [
        [what, duration(ours), times(ours, loop)]
        for what, ours, loop in (
            (f"a net's {count:,} parameters, one by one", timings["net"], net_loop),
            (f"{len(scalar.leaves)} leaves of a random graph of {_NODES:,} nodes", timings["scalar"], scalar_loop),
        )
    ]
    note = f"The loop runs all layers forward with a number moved up, then down; {_PART} numbers are timed, and scaled."
    return Table("Gradient check", ["checked", "ours", "loop over the numbers"], rows, [note])


def spread(count: int) -> list[int]:
    """As many of so many places as are timed, evenly spread."""
    return [int(place) for place in np.linspace(0, count - 1, _PART)]


def loop_over_net(given: nets.Net) -> Callable[[], list[float]]:
    """Central differences of some of a net's parameters, by a plain loop."""
    arrays = [each.copy() for each in given.parameters]
    places = [(array, place) for array in arrays for place in range(array.size)]
    chosen = [places[place] for place in spread(len(places))]
    classes = given.classes

    def loss() -> float:
        w1, b1, w2, b2 = arrays
        hidden: Any = Relu().forward(Affine().forward(given.x, w1, b1))
        scores: Any = Affine().forward(hidden, w2, b2)
        return float(SoftmaxWithLoss().forward(scores, classes))

    return lambda: [_slope(loss, array.reshape(-1), place) for array, place in chosen]


def loop_over_nodes(flat: Flat) -> Callable[[], list[float]]:
    """Central differences of some nodes of a scalar graph, by a plain loop; each node moves away from its value."""
    steps = [(REGISTRY[op], inputs) for op, inputs in flat.steps]
    moves = [0.0] * len(flat)

    def output() -> float:
        values: list[Any] = [value + move for value, move in zip(flat.leaves, moves, strict=False)]
        for op, inputs in steps:
            value: Any = op().forward(*[values[source] for source in inputs])
            values.append(value + moves[len(values)])
        return float(values[-1])

    return lambda: [_slope(output, moves, place) for place in spread(len(flat))]


def _slope(function: Callable[[], float], numbers: Any, place: int) -> float:
    """The central difference along one of the numbers that the function reads."""
    here = numbers[place]
    numbers[place] = here + EPSILON
    above = function()
    numbers[place] = here - EPSILON
    below = function()
    numbers[place] = here
    return (above - below) / (2.0 * EPSILON)


def _sweep_table(seconds: float) -> Table:
    rows = []
    for kind in ("random", "chain"):
        flat = KINDS[kind](_NODES)
        graph = flat.graph()
        leaf = f"n{len(flat.leaves) - 1}"
        timings = race(
            {"ours": partial(sweep, graph, leaf, -1.0, 1.0, _POINTS), "loop": _evaluations(graph, leaf)},
            seconds,
            process_time,
        )
        loop = timings["loop"].scaled(_POINTS / _PART)
        rows.append([f"{kind} graph", duration(timings["ours"]), times(timings["ours"], loop)])
    title = f"Sweep of {_POINTS:,} points over a graph of {_NODES:,} nodes"
    note = f"Evaluations are runs of the plan, one a point; {_PART} points are timed, and scaled."
    return Table(title, ["graph", "ours", f"{_POINTS:,} evaluations"], rows, [note])


def _evaluations(graph: Graph, leaf: str) -> Callable[[], list[Evaluation]]:
    plan = plan_for(graph)
    leaves = leaf_values(plan, graph)
    place = plan.leaf_places()[leaf]
    points = np.linspace(-1.0, 1.0, _PART).tolist()
    return lambda: [run(plan, [*leaves[:place], x, *leaves[place + 1 :]]) for x in points]
