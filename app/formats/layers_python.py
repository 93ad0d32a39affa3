"""Graphs as Python in the style of *Deep Learning from Scratch*: layer objects, forward lines, backward lines.

The program imports the very layer classes that Backarrow runs and computes the same numbers, gradients added up where
a node was used several times.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container
from typing import Final

import numpy as np

from app.core.build import FreshNames
from app.core.evaluate import Evaluation, evaluate
from app.core.graph import Graph
from app.core.modes import flowing
from app.core.tensor import Value
from app.core.validate import Limits
from app.formats.code_program import PYTHON_NAMES, careful
from app.formats.format import Exporter, ExportOptions
from app.formats.text import Phase, Text, TextBuilder, comment, heading, unsaid

_NEEDS: Final = "# Runs where Backarrow is installed: its layer classes are imported from there.\n\n"


def write_layers_python(graph: Graph, output: str | None = None, limits: Limits | None = None) -> Text:
    """A program that runs the graph forward and backward, layer by layer, and prints the output and the gradients.

    Names are the ids, or start with them. Labels become comments. Raises :class:`GraphError` for a graph that can't
    run.
    """
    run = evaluate(graph, output=output, limits=limits)
    return LayerProgram(graph, run, _NEEDS + _imports(run), {op.__name__ for op in run.plan.ops}).write()


def _imports(run: Evaluation) -> str:
    """The lines that import the layer classes."""
    modules: dict[str, set[str]] = {}
    for slot, _, _ in run.plan.steps:
        op = run.plan.ops[slot]
        modules.setdefault(op.__module__, set()).add(op.__name__)
    numpy = "import numpy as np\n\n" if careful(run) or any(run.plan.shapes) else ""
    lines = (f"from {module} import {', '.join(sorted(names))}\n" for module, names in sorted(modules.items()))
    return numpy + "".join(lines)


class LayerProgram:
    """The names of a program's variables, and its lines.

    ``start`` are the lines that define or import the layer classes, ``taken`` the names that they take.
    """

    def __init__(self, graph: Graph, run: Evaluation, start: str, taken: Container[str]) -> None:
        self._graph, self._run, self._plan, self._start = graph, run, run.plan, start
        self._careful = careful(run)
        plan = run.plan
        self._build = TextBuilder()
        self._names = FreshNames(PYTHON_NAMES, {"np"}, taken)
        self._values = [self._names.fresh(node_id) for node_id in plan.ids]
        self._layers = {step.slot: self._names.fresh(self._layer_stem(step.slot)) for step in plan.steps}
        self._gradients = [self._names.fresh(f"d{node_id}") for node_id in plan.ids]

    def write(self) -> Text:
        """The program."""
        plan, write = self._plan, self._build.write
        write(heading(self._graph.title))
        write(self._start)
        write("\n# values\n")
        for slot, place in plan.leaves:
            node = self._graph.nodes[place]
            self._line(slot, f"{self._values[slot]} = {self._literal(node.value)}", label=node.label)
        write("\n# layers\n")
        for step in plan.steps:
            settings = ", ".join(f"{name}={value!r}" for name, value in step.settings.items())
            self._line(step.slot, f"{self._layers[step.slot]} = {plan.ops[step.slot].__name__}({settings})")
        write("\n# forward\n")
        for slot, _, inputs in plan.steps:
            taken = ", ".join(self._values[source] for source in inputs)
            label = self._graph[plan.ids[slot]].label
            call = f"{self._layers[slot]}.forward({taken})"
            if self._careful and not plan.shapes[slot]:
                call = f"np.float64({call})"
            self._line(slot, f"{self._values[slot]} = {call}", label=label)
        reached = set[int]() if plan.output in plan.silent else self._backward()
        write(f"\nprint({self._values[plan.output]})\n")
        if found := [self._gradients[slot] for slot, _ in plan.leaves if slot in reached]:
            write(f"print({', '.join(found)})\n")
        notes = unsaid(self._graph)
        if self._careful:
            notes.append("Some numbers are too large for plain floats: those here are NumPy's, which answer and warn.")
        return self._build.finish(notes)

    def _backward(self) -> set[int]:
        """The backward lines; the slots that were given a gradient."""
        plan = self._plan
        self._build.write("\n# backward\n")
        self._line(plan.output, f"{self._gradients[plan.output]} = {self._seed()}", phase="backward")
        into: dict[int, dict[int, int]] = {}
        reached = {plan.output}
        for source, target, number in reversed(flowing(plan)):
            if target in reached:
                into.setdefault(target, {})[number] = source
                reached.add(source)
        uses = Counter(source for taken in into.values() for source in taken.values())
        parts: dict[int, list[str]] = {}
        for slot, _, inputs in reversed(plan.steps):
            if not (taken := into.get(slot)):
                continue
            shares = [
                self._share(taken[number], uses, parts) if number in taken else "_" for number in range(len(inputs))
            ]
            targets = f"({shares[0]},)" if len(shares) == 1 else ", ".join(shares)
            self._line(slot, f"{targets} = {self._layers[slot]}.backward({self._gradients[slot]})", phase="backward")
            for source in dict.fromkeys(taken[number] for number in sorted(taken)):
                if 1 < uses[source] == len(parts[source]):
                    self._line(source, f"{self._gradients[source]} = {' + '.join(parts[source])}", phase="backward")
        return reached

    def _seed(self) -> str:
        upstream = self._run.upstream
        plain = isinstance(upstream, np.ndarray) and bool(np.all(upstream == 1.0))
        return f"np.ones({self._plan.shapes[self._plan.output]})" if plain else self._literal(upstream)

    def _share(self, source: int, uses: Counter[int], parts: dict[int, list[str]]) -> str:
        """The variable for one use's part of a gradient: the gradient's own where there is no other use."""
        if uses[source] == 1:
            return self._gradients[source]
        names = parts.setdefault(source, [])
        names.append(self._names.fresh(f"{self._gradients[source]}_{len(names) + 1}"))
        return names[-1]

    def _line(self, slot: int, code: str, *, phase: Phase = "forward", label: str | None = None) -> None:
        self._build.mark(self._plan.ids[slot], code, phase)
        self._build.write(f"{comment(label)}\n")

    def _layer_stem(self, slot: int) -> str:
        name, node_id = self._plan.ops[slot].name, self._plan.ids[slot]
        return f"{node_id}_layer" if node_id.startswith(name) else f"{name}_{node_id}_layer"

    def _literal(self, value: Value | None) -> str:
        if isinstance(value, np.ndarray):
            return f"np.array({value.tolist()!r})"
        return f"np.float64({value!r})" if self._careful else repr(value)


def _export(graph: Graph, options: ExportOptions) -> str:
    return write_layers_python(graph, options.output, options.limits).text


EXPORTER: Final = Exporter(
    "python",
    "Python, layer by layer",
    "text/x-python",
    ".py",
    _export,
    doc="A program of NumPy's, forward and backward.",
)
