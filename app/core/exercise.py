"""An endless supply of small graphs to work out by hand: every value, gradient and share is a whole number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, TypeVar

import numpy as np

from app.core.elementwise import Elementwise
from app.core.errors import LayerError
from app.core.evaluate import Evaluation, leaf_values, run
from app.core.gradcheck import check
from app.core.graph import Graph, Node
from app.core.layer import Layer
from app.core.ops import OPS
from app.core.plan import plan_for
from app.core.tensor import Shape, Value, size_of

LEVELS: Final = (1, 2, 3)
MAX_SEED: Final = 2**31
_ATTEMPTS: Final = 10_000
_TRIES: Final = 6
_MOST_ELEMENTS: Final = 6
_MOST_LEAVES: Final = 5
_SHAPES: Final[tuple[Shape, ...]] = ((), (), (2,), (3,), (2, 2), (2, 3), (3, 2))
_LEAF_NAMES: Final = "xyzabc"
_NODE_NAMES: Final = "pqrsuvw"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Level:
    """How many ops a graph of a level has, what its leaves hold, and how large a number may become."""

    ops: tuple[int, int]
    scalars: tuple[int, ...]
    elements: tuple[int, ...]
    largest: int
    shared: bool
    """Whether some node is used more than once; otherwise none is."""


_LEVELS: Final = {
    1: _Level((2, 3), tuple(range(1, 10)), (), 99, shared=False),
    2: _Level((3, 5), (-5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6, 7, 8, 9), (), 999, shared=True),
    3: _Level((5, 8), (-5, -4, -3, -2, -1, 1, 2, 3, 4, 5), (-3, -2, -1, 0, 1, 2, 3), 999, shared=True),
}


@dataclass(frozen=True, slots=True)
class Blank:
    """A number to fill in: the value or gradient of ``node``, or the share of the gradient on an edge.

    ``edge`` is the target's id and the number of its input.
    """

    kind: str
    node: str | None = None
    edge: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Exercise:
    """A graph, and what is to be filled in: values forward, then gradients backward."""

    graph: Graph
    level: int
    seed: int
    blanks: tuple[Blank, ...]


def exercise(level: int, seed: int) -> Exercise:
    """The exercise of a level (1 to 3) and a seed (0 to 2³¹): the same on every machine.

    Level 1 has sums and products; level 2 negative numbers, differences, squares and a node that is used more than
    once; level 3 vectors, matrices and ops with a corner. Which ops a level has is the registry's (``Layer.whole``,
    ``Layer.level``). Graphs are drawn until one is worth solving: whole numbers of at most three digits everywhere,
    not all alike nor all 0 or 1, no corner at the point, and gradients that central differences confirm.

    Only ``Random.random`` is drawn from, the one method whose sequence Python promises to keep (``random``,
    *Notes on Reproducibility*). Raises ``ValueError`` for another level or seed.
    """
    if level not in _LEVELS or not 0 <= seed <= MAX_SEED:
        raise ValueError(f"levels are 1 to {len(_LEVELS)}, seeds 0 to {MAX_SEED}")
    draw = _Draw(Random(len(_LEVELS) * seed + level - 1))  # noqa: S311  (exercises are no secret)
    for _ in range(_ATTEMPTS):
        graph = _Sketch(draw, level).graph(f"Exercise {level}.{seed}")
        if graph is not None and (answers := _worth_solving(graph, level)) is not None:
            return Exercise(graph, level, seed, tuple(_blanks(answers)))
    raise AssertionError("one sketch in a few dozen is worth solving: this many failures don't happen")


class _Draw:
    """Choices from ``Random.random`` alone."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def below(self, count: int) -> int:
        return int(self._random.random() * count)

    def of(self, items: Sequence[T]) -> T:
        return items[self.below(len(items))]

    def chance(self, probability: float) -> bool:
        return self._random.random() < probability


class _Sketch:
    """One attempt at a graph, made op by op."""

    def __init__(self, draw: _Draw, level: int) -> None:
        self._draw = draw
        self._rules = _LEVELS[level]
        self._ops = sorted((op for op in OPS if op.whole and op.level <= level), key=lambda op: op.name)
        self._leaf = next(op.name for op in OPS if op.is_leaf and op.asks_gradient and not op.is_trained)
        self._shapes: dict[str, Shape] = {}
        self._uses: Counter[str] = Counter()
        self._leaves: list[Node] = []
        self._nodes: list[Node] = []

    def graph(self, title: str) -> Graph | None:
        """The graph, in which all but the output is used; None where the attempt led nowhere."""
        least, most = self._rules.ops
        count = least + self._draw.below(most - least + 1)
        for left in range(count - 1, -1, -1):
            if not any(self._add_op(left) for _ in range(_TRIES)):
                return None
        shared = any(uses > 1 for uses in self._uses.values())
        if shared != self._rules.shared:
            return None
        return Graph((*self._leaves, *self._nodes), output=self._nodes[-1].id, title=title)

    def _add_op(self, left: int) -> bool:
        """Add an op, before ``left`` others. False, and nothing added, where it doesn't fit or leaves too much open."""
        op = self._draw.of(self._ops)
        leaves = len(self._leaves)
        inputs = self._inputs(op, left)
        shape = self._fit(op, inputs)
        open_ends = 1 + sum(not uses for name, uses in self._uses.items() if name not in inputs)
        if shape is None or open_ends > left + 1 or (left == 0 and shape):
            for leaf in self._leaves[leaves:]:
                del self._shapes[leaf.id], self._uses[leaf.id]
            del self._leaves[leaves:]
            return False
        self._uses.update(inputs)
        name = _NODE_NAMES[len(self._nodes)] if left else "f"
        self._shapes[name] = shape
        self._uses[name] = 0
        self._nodes.append(Node(name, op.name, tuple(inputs)))
        return True

    def _inputs(self, op: type[Layer], left: int) -> list[str]:
        """What the op takes: nodes that nothing uses yet first of all, then new leaves or what is there."""
        inputs: list[str] = []
        for place in range(len(op.inputs)):
            waiting = [name for name, uses in self._uses.items() if not uses and name not in inputs]
            if waiting and (place == 0 or len(waiting) > left or self._draw.chance(0.3)):
                inputs.append(self._draw.of(waiting))
            elif self._shapes and (
                len(self._leaves) == _MOST_LEAVES or (self._rules.shared and self._draw.chance(0.35))
            ):
                inputs.append(self._draw.of(list(self._shapes)))
            else:
                inputs.append(self._new_leaf())
        if len(inputs) > 1 and self._draw.chance(0.5):
            inputs.reverse()
        return inputs

    def _fit(self, op: type[Layer], inputs: Sequence[str]) -> Shape | None:
        """The shape of the op over these inputs; None where they don't fit, or it would do nothing."""
        shapes = [self._shapes[name] for name in inputs]
        if not issubclass(op, Elementwise) and not any(shapes):
            return None
        try:
            shape = op().shape(*shapes)
        except LayerError:
            return None
        return shape if size_of(shape) <= _MOST_ELEMENTS else None

    def _new_leaf(self) -> str:
        rules, draw = self._rules, self._draw
        shape = draw.of(_SHAPES) if rules.elements else ()
        value: Value = float(draw.of(rules.scalars))
        if shape:
            value = np.array([float(draw.of(rules.elements)) for _ in range(size_of(shape))]).reshape(shape)
        name = _LEAF_NAMES[len(self._leaves)]
        self._leaves.append(Node(name, self._leaf, value=value))
        self._shapes[name] = shape
        self._uses[name] = 0
        return name


def _worth_solving(graph: Graph, level: int) -> Evaluation | None:
    """The run of the graph, where every number of it is one to write down and there is something to find out."""
    if not _shows(graph, level):
        return None
    plan = plan_for(graph)
    leaves = leaf_values(plan, graph)
    here = run(plan, leaves)
    if here.warnings or not all(_plain(number, _LEVELS[level].largest) for number in _numbers(here)):
        return None
    if not (_varied(here) and _effective(here)):
        return None
    if not _does_something(here, run(plan, [-value for value in leaves])):
        return None
    return here if all(leaf.verdict == "pass" for leaf in check(graph).leaves.values()) else None


def _shows(graph: Graph, level: int) -> bool:
    """Whether the level's own ops are there, on level 3 a vector or matrix too, and no op too often."""
    used = Counter(node.op for node in graph.nodes if node.inputs)
    levels = {op.level for op in OPS if op.name in used}
    has_tensor = any(isinstance(node.value, np.ndarray) for node in graph.nodes)
    return max(levels) == level and len(used) > 1 and max(used.values()) <= 1 + level and (has_tensor or level < 3)


def _numbers(numbers: Evaluation) -> Iterator[Value | None]:
    yield from numbers.values
    yield from numbers.gradients
    for shares in numbers.shares:
        if shares is not None:
            yield from shares


def _plain(number: Value | None, largest: int) -> bool:
    if not isinstance(number, np.ndarray):
        return number is not None and number.is_integer() and abs(number) <= largest
    return bool(np.all(number == np.floor(number)) and np.all(np.abs(number) <= largest))


def _varied(numbers: Evaluation) -> bool:
    """Whether the answers are different numbers, and most of them more than 0, 1 or −1."""
    plan = numbers.plan
    values = [number for slot, value in enumerate(numbers.values) if plan.inputs[slot] for number in np.ravel(value)]
    gradients = [
        number
        for slot, gradient in enumerate(numbers.gradients)
        if slot != plan.output and gradient is not None
        for number in np.ravel(gradient)
    ]
    return all(len(set(found)) > 1 and _telling(found) >= len(found) / 3 for found in (values, gradients))


def _telling(numbers: Sequence[float]) -> int:
    return sum(abs(number) > 1.0 for number in numbers)


def _effective(numbers: Evaluation) -> bool:
    """Whether no leaf's gradient is 0 all over, and at most one node's is, nor more than one value."""
    inputs = numbers.plan.inputs
    silent = [slot for slot, gradient in enumerate(numbers.gradients) if not np.any(gradient)]
    empty = [slot for slot, value in enumerate(numbers.values) if not np.any(value)]
    return len(silent) <= 1 and len(empty) <= 1 and all(inputs[slot] for slot in (*silent, *empty))


def _does_something(here: Evaluation, elsewhere: Evaluation) -> bool:
    """Whether no op follows itself, or gives 0 or its only input both here and where the leaves are turned."""
    plan = here.plan
    for slot, inputs in enumerate(plan.inputs):
        if inputs and not any(_moves(there, slot, inputs) for there in (here, elsewhere)):
            return False
        if len(inputs) == 1 and plan.ops[inputs[0]] is plan.ops[slot]:
            return False
    return True


def _moves(numbers: Evaluation, slot: int, inputs: Sequence[int]) -> bool:
    value = numbers.values[slot]
    return bool(np.any(value)) and not (len(set(inputs)) == 1 and np.array_equal(value, numbers.values[inputs[0]]))


def _blanks(numbers: Evaluation) -> Iterator[Blank]:
    """Values from the inputs on, then from the output back each node's shares, where it has several, and gradient."""
    plan = numbers.plan
    for slot, name in enumerate(plan.ids):
        if plan.inputs[slot]:
            yield Blank("value", node=name)
    uses: dict[int, list[tuple[str, int]]] = {}
    for slot, inputs in enumerate(plan.inputs):
        for number, source in enumerate(inputs):
            uses.setdefault(source, []).append((plan.ids[slot], number))
    for slot in range(len(plan.ids) - 1, -1, -1):
        if slot == plan.output:
            continue
        if len(uses[slot]) > 1:
            for edge in uses[slot]:
                yield Blank("gradient", edge=edge)
        yield Blank("gradient", node=plan.ids[slot])
