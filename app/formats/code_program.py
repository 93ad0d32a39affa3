"""A graph as a program of some library: what PyTorch, JAX and micrograd have in common."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np

from app.core.build import FreshNames
from app.core.errors import Fault, GraphError
from app.core.evaluate import Evaluation, evaluate
from app.core.expand import expand
from app.core.graph import Graph
from app.core.layer import Layer
from app.core.modes import flowing
from app.core.plan import Plan
from app.core.spelling import Term
from app.core.tensor import Value, shape_of
from app.formats.format import ExportOptions
from app.formats.text import comment, heading

PYTHON_NAMES: Final = frozenset([*keyword.kwlist, *keyword.softkwlist, *dir(builtins)])
"""Names that a variable of a program had better not have."""


class Opened(NamedTuple):
    """A graph whose composites are opened where a library has no word for them, and its numbers."""

    graph: Graph
    run: Evaluation


def opened(graph: Graph, options: ExportOptions, title: str, says: Callable[[Layer, Sequence[Term]], bool]) -> Opened:
    """The graph in ops that a library says. ``title`` is what faults call the library.

    Raises :class:`GraphError` for a graph that can't run, or where there is no word for an op and its pieces.
    """
    while True:
        run = evaluate(graph, output=options.output, limits=options.limits)
        unsaid = [
            (slot, layer)
            for slot, _, inputs in run.plan.steps
            if (layer := run.layers[slot]) is not None and not says(layer, list(_terms(run, inputs, run.plan.ids)))
        ]
        if not unsaid:
            return Opened(graph, run)
        faults = [
            Fault("not-writable", f"{run.name(slot)}: {title} has no {layer.name}", node=run.plan.ids[slot])
            for slot, layer in unsaid
            if not layer.decomposes
        ]
        if faults:
            raise GraphError(faults)
        for slot, _ in unsaid:
            graph = expand(graph, run.plan.ids[slot], options.limits)


@dataclass(frozen=True, slots=True)
class Library:
    """A library in which programs are written: its key in :data:`Code`, its title, and what lets no gradient through.

    ``taken`` are the names that a program of it uses itself.
    """

    name: str
    title: str
    detached: str
    taken: tuple[str, ...]

    def says(self, layer: Layer, terms: Sequence[Term]) -> bool:
        """Whether it has a word for an op."""
        return self.name in layer.code(*terms)

    def say(self, layer: Layer, terms: Sequence[Term]) -> str:
        """An op over inputs as an expression."""
        return layer.code(*terms)[self.name]


class CodeProgram:
    """The names and lines of a graph in a library.

    ``names`` are the variables by slot, ``asked`` the slots of the leaves that gradients are wanted of, in order;
    ``fresh`` makes further names.
    """

    def __init__(self, found: Opened, library: Library) -> None:
        self.graph, self.run = found
        self.fresh = FreshNames(PYTHON_NAMES, library.taken).fresh
        self.names = [self.fresh(node_id) for node_id in self.plan.ids]
        self.asked = asked_leaves(self.plan)
        self._library = library

    @property
    def plan(self) -> Plan:
        """The order in which the graph runs."""
        return self.run.plan

    @property
    def output(self) -> str:
        """The variable of the output."""
        return self.names[self.plan.output]

    @property
    def seeded(self) -> bool:
        """Whether the output is handed something else than ones."""
        return bool(np.any(self.run.upstream != np.ones(shape_of(self.run.upstream))))

    def leaves(self) -> Iterator[tuple[int, str, str]]:
        """Of every leaf its slot, its value as a literal, and the comment that is its label."""
        for slot, place in self.plan.leaves:
            node = self.graph.nodes[place]
            if node.value is not None:
                yield slot, literal(node.value), comment(node.label)

    def lines(self, say: Callable[[Layer, Sequence[Term]], str] | None = None) -> Iterator[str]:
        """An assignment for every computed node; ``say`` stands in for the library's own words."""
        plan, say = self.plan, say or self._library.say
        moving = _moving(plan, self.asked)
        for slot, _, inputs in plan.steps:
            layer = self.run.layers[slot]
            if layer is not None:
                terms = self._taken(layer, inputs, moving)
                yield f"{self.names[slot]} = {say(layer, terms)}{comment(self.graph[plan.ids[slot]].label)}"

    def text(self, imports: str, lines: Iterable[str]) -> str:
        """The whole program; what draws random numbers needs NumPy besides."""
        body = "\n".join(lines)
        numpy = "import numpy as np\n" if "np.random." in body else ""
        return f"{heading(self.graph.title)}{numpy}{imports}{body}\n"

    def _taken(self, layer: Layer, inputs: Sequence[int], moving: Container[int]) -> list[Term]:
        """What an op takes: labels without the way back, where there is one and the op has another."""
        terms = list(_terms(self.run, inputs, self.names))
        for place, source in enumerate(inputs):
            if layer.is_label(place) and source in moving and len(layer.labels) < len(inputs):
                terms[place] = replace(terms[place], text=self._library.detached.format(terms[place]))
        return terms


def literal(value: Value) -> str:
    """A value as Python writes it: a number or nested lists."""
    return repr(value.tolist() if isinstance(value, np.ndarray) else float(value))


def careful(run: Evaluation) -> bool:
    """Whether a run had to be repeated on NumPy's scalars, because plain floats don't answer on the way."""
    return any(type(value) is np.float64 for value in run.values)


def asked_leaves(plan: Plan) -> tuple[int, ...]:
    """The slots of the leaves that are given a gradient, in order."""
    reached = set[int]() if plan.output in plan.silent else {plan.output}
    for source, target, _ in reversed(flowing(plan)):
        if target in reached:
            reached.add(source)
    return tuple(slot for slot, _ in plan.leaves if slot in reached)


def _moving(plan: Plan, asked: Iterable[int]) -> set[int]:
    """The slots through which a library that records everything sends gradients back to the leaves."""
    moving = set(asked)
    for source, target, _ in flowing(plan):
        if source in moving:
            moving.add(target)
    return moving


def _terms(run: Evaluation, inputs: Iterable[int], names: Sequence[str]) -> Iterator[Term]:
    plan = run.plan
    for slot in inputs:
        value = run.values[slot]
        alone = slot in plan.silent and not isinstance(value, np.ndarray)
        yield Term(names[slot], plan.shapes[slot], float(value) if alone else None)
