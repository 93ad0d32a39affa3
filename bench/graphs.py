"""Graphs of N scalar nodes, the same for the same arguments, as Backarrow's graphs and as flat lists for the peers.

An op is drawn for each node, except where a value or a slope has grown large or small: then the node that brings it
back is put there. So everything stays finite, in chains of 100,000 nodes too. Whatever nothing else uses is added up
at the end, by a tree of sums, so that the output depends on every node.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final, NamedTuple, TypeAlias

from app.core.graph import Graph, Node
from app.core.ops.activations import Relu, Sigmoid, Tanh
from app.core.ops.arithmetic import Add, Mul, Sub
from app.core.ops.leaves import Input

ADD, SUB, MUL, TANH, SIGMOID, RELU = (op.name for op in (Add, Sub, Mul, Tanh, Sigmoid, Relu))
OPS: Final = (ADD, SUB, MUL, TANH, SIGMOID, RELU)

_ONE, _LARGE, _SMALL = range(3)
_FIXED: Final = (1.0, 4.0, 0.25)
_SMALLEST_FACTOR: Final = 0.25
_WINDOW: Final = 32
_LEVELS: Final = 10


class Step(NamedTuple):
    """A computed node: its op, and the places of its inputs."""

    op: str
    inputs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Flat:
    """A graph as flat lists in topological order: first the leaves' values, then the steps; the last is the output."""

    leaves: tuple[float, ...]
    steps: tuple[Step, ...]

    def __len__(self) -> int:
        return len(self.leaves) + len(self.steps)

    def graph(self) -> Graph:
        """The same as a document, a node's place in its name."""
        leaves = [Node(f"n{place}", Input.name, value=value) for place, value in enumerate(self.leaves)]
        steps = [
            Node(f"n{place}", op, tuple([f"n{source}" for source in inputs]))
            for place, (op, inputs) in enumerate(self.steps, len(leaves))
        ]
        return Graph((*leaves, *steps))


Sources: TypeAlias = Callable[[int, Random], tuple[int, int]]
"""Which two places the node at this place may take."""


class _Growth:
    """A graph that grows node by node.

    ``slopes`` are sums, over the ways from the moving leaves, of the sizes of the derivatives along them: no gradient
    is larger than the output's slope over the node's own.
    """

    def __init__(self, moving: int, fixed: int = 0) -> None:
        self.random = Random(0)
        drawn = [self.random.uniform(-1.0, 1.0) for _ in range(fixed + moving)]
        self.leaves = (*_FIXED, *drawn)
        self.values = list(self.leaves)
        self.slopes = [0.0] * (len(self.leaves) - moving) + [1.0] * moving
        self.steps: list[Step] = []
        self.unused = dict.fromkeys(range(len(self.leaves)))

    def __len__(self) -> int:
        return len(self.values)

    def grow(self, first: int, second: int) -> None:
        """Add a node that takes the first place, and the second one or one of the fixed leaves if it takes two."""
        value, slope = self.values[first], self.slopes[first]
        if abs(value) > 1.0:
            self.put(SUB if value > 0.0 else ADD, first, _ONE)
        elif not 0.5 < slope < 2.0:
            self.put(MUL, first, _LARGE if slope < 1.0 else _SMALL)
        else:
            op = self.random.choice(OPS)
            if op == RELU and value <= 0.0:
                op = TANH
            if op == MUL and abs(self.values[second]) < _SMALLEST_FACTOR:
                op = ADD
            self.put(op, *((first, second) if op in (ADD, SUB, MUL) else (first,)))

    def put(self, op: str, *inputs: int) -> None:
        """Add this node."""
        taken = [self.values[source] for source in inputs]
        value, local = _forward(op, *taken)
        self.slopes.append(sum(self.slopes[source] * abs(each) for source, each in zip(inputs, local, strict=True)))
        self.values.append(value)
        self.unused[len(self.leaves) + len(self.steps)] = None
        self.steps.append(Step(op, inputs))
        for source in inputs:
            self.unused.pop(source, None)

    @property
    def gathered(self) -> int:
        """How many nodes there are once what is unused has been added up."""
        return len(self) + len(self.unused) - 1

    def gather(self) -> Flat:
        """Add up what is unused."""
        waiting = deque(self.unused)
        while len(waiting) > 1:
            waiting.append(len(self))
            self.put(ADD, waiting.popleft(), waiting.popleft())
        return Flat(self.leaves, tuple(self.steps))


def _forward(op: str, x: float, y: float = 0.0) -> tuple[float, tuple[float, ...]]:
    """The value and the local derivatives."""
    if op == ADD:
        return x + y, (1.0, 1.0)
    if op == SUB:
        return x - y, (1.0, -1.0)
    if op == MUL:
        return x * y, (y, x)
    if op == TANH:
        z = math.tanh(x)
        return z, (1.0 - z * z,)
    if op == SIGMOID:
        z = 1.0 / (1.0 + math.exp(-x))
        return z, (z * (1.0 - z),)
    return max(x, 0.0), (float(x > 0.0),)


def _grown(count: int, growth: _Growth, sources: Sources) -> Flat:
    """The growth, carried on until there are ``count`` nodes with the sums at the end."""
    while growth.gathered < count - 1:
        growth.grow(*sources(len(growth), growth.random))
    if growth.gathered < count:
        growth.put(TANH, next(reversed(growth.unused)))
    return growth.gather()


def scattered(count: int) -> Flat:
    """Each node takes any of those before it: about 3 log N levels, wide in the middle."""
    return _grown(
        count,
        _Growth(moving=max(1, count // 10)),
        lambda here, random: (random.randrange(here), random.randrange(here)),
    )


def wide(count: int) -> Flat:
    """Ten levels of N/10 nodes, each node over the level before, and the sum of the last one."""
    width = max(len(_FIXED) + 1, count // _LEVELS)

    def sources(here: int, random: Random) -> tuple[int, int]:
        level = (here // width - 1) * width
        return here - width, level + random.randrange(width)

    return _grown(count, _Growth(moving=width - len(_FIXED)), sources)


def chain(count: int) -> Flat:
    """Each node takes the one before it, and a leaf."""
    growth = _Growth(moving=1, fixed=0 if count < 100 else 8)
    last = len(growth) - 1
    return _grown(count, growth, lambda here, random: (here - 1, random.randrange(last)))


def window(count: int) -> Flat:
    """Each node takes two of the 32 before it, as in a recurrence."""
    return _grown(
        count,
        _Growth(moving=1 if count < 100 else _WINDOW),
        lambda here, random: (
            here - 1 - random.randrange(min(here, _WINDOW)),
            max(0, here - 1 - random.randrange(_WINDOW)),
        ),
    )


KINDS: Final[dict[str, Callable[[int], Flat]]] = {
    "random": scattered,
    "wide": wide,
    "chain": chain,
    "window": window,
}
