"""Graphs as aligned equations in LaTeX: the values forward, one a node, then the gradients backward."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from app.core.derivation import fraction
from app.core.elementwise import Elementwise
from app.core.evaluate import Evaluation, evaluate
from app.core.graph import Graph
from app.core.modes import Edge, flowing
from app.core.naming import latex_id, latex_names, latex_operator, latex_text
from app.core.notation import Name, format_number, latex, latex_factor
from app.core.tensor import Value
from app.core.trace import forward_numbers
from app.core.validate import Limits
from app.formats.format import Exporter, ExportOptions
from app.formats.text import Phase, Text, TextBuilder, heading, setting_text, unsaid

_MATRIX: Final = 8
"""Matrices of more rows or columns are given by their shape."""
_TIMES: Final = r" \times "
_NEW_ROW: Final = r" \\ "


class Equation(NamedTuple):
    """One node's equation: what is defined, what it is, and the sign between.

    ``numbers`` go on with what comes out, each side after its equals sign; empty where the equation has none.
    """

    node: str
    phase: Phase
    left: str
    right: str
    sign: str = "="
    numbers: str = ""

    @property
    def symbols(self) -> str:
        """The equation by itself, without the numbers that come out."""
        return f"{self.left} {self.sign} {self.right}"

    @property
    def latex(self) -> str:
        """The equation by itself."""
        return self.symbols + self.numbers


def write_latex(graph: Graph, output: str | None = None, limits: Limits | None = None) -> Text:
    """The equations, aligned at their equals signs. Raises :class:`GraphError` for a graph that can't run."""
    return aligned(graph, equations(graph, output, limits))


def aligned(graph: Graph, lines: Sequence[Equation]) -> Text:
    """Equations as one text, for ``amsmath`` or a renderer in a page."""
    build = TextBuilder()
    build.write(heading(graph.title, "%") + "\\begin{aligned}\n")
    for place, line in enumerate(lines):
        build.mark(line.node, f"{line.left} &{line.sign} {line.right}{line.numbers}", line.phase)
        build.write("\n" if place == len(lines) - 1 else " \\\\\n")
    build.write("\\end{aligned}\n")
    return build.finish(unsaid(graph))


def equations(graph: Graph, output: str | None = None, limits: Limits | None = None) -> list[Equation]:
    """Each node's value in topological order, then each gradient in the order in which reverse mode finds it.

    Elementwise ops are written out; the others as functions by their names, and what they send back as the
    upstream gradient times Dᵢ, the Jacobian in the i-th input, transposed. Numbers are put in where all is scalar.
    """
    writer = _Writer(graph, evaluate(graph, output=output, limits=limits))
    return [*writer.forward(), *writer.backward()]


class _Writer:
    """A run, by slot of its plan: names in LaTeX, and the steps that compute."""

    def __init__(self, graph: Graph, run: Evaluation) -> None:
        by_id = latex_names(graph.nodes)
        self._run, self._plan = run, run.plan
        self._names = [by_id[node_id] for node_id in run.plan.ids]
        self._steps = {step.slot: step for step in run.plan.steps}

    def forward(self) -> Iterator[Equation]:
        for slot, (node_id, value) in enumerate(zip(self._plan.ids, self._run.values, strict=True)):
            if slot in self._steps:
                yield Equation(node_id, "forward", self._names[slot], self._formula(slot), numbers=self._numbers(slot))
            elif isinstance(value, np.ndarray) and (value.ndim > 2 or max(value.shape, default=0) > _MATRIX):
                shape = rf"\mathbb{{R}}^{{{_TIMES.join(map(str, value.shape))}}}"
                yield Equation(node_id, "forward", self._names[slot], shape, r"\in")
            else:
                yield Equation(node_id, "forward", self._names[slot], _literal(value))

    def backward(self) -> Iterator[Equation]:
        plan, gradients, end = self._plan, self._run.gradients, self._plan.output
        if gradients[end] is None:
            return
        uses: dict[int, list[Edge]] = {}
        for edge in reversed(flowing(plan)):
            if gradients[edge.target] is not None:
                uses.setdefault(edge.source, []).append(edge)
        seed = r"\mathbf{1}" if plan.shapes[end] else "1"
        yield Equation(plan.ids[end], "backward", fraction(self._names, end, end), seed)
        for slot in reversed(range(end)):
            gradient = gradients[slot]
            if gradient is None or slot not in uses:
                continue
            total = " + ".join(map(self._share, uses[slot]))
            number = "" if plan.shapes[slot] else f" = {format_number(float(gradient))}"
            yield Equation(plan.ids[slot], "backward", fraction(self._names, end, slot), total, numbers=number)

    def _formula(self, slot: int) -> str:
        """What a node computes, in names."""
        layer = self._run.layers[slot]
        if not isinstance(layer, Elementwise):
            return self._call(slot)
        return latex(layer.formula(*self._symbols(self._plan.inputs[slot])))

    def _numbers(self, slot: int) -> str:
        """The same in numbers, where all is scalar."""
        layer, value, inputs = self._run.layers[slot], self._run.values[slot], self._plan.inputs[slot]
        if not isinstance(layer, Elementwise):
            return "" if self._plan.shapes[slot] else f" = {_literal(value)}"
        if any(self._plan.shapes[source] for source in inputs):
            return ""
        return f" = {forward_numbers(layer, [self._run.values[source] for source in inputs], value)}"

    def _call(self, slot: int) -> str:
        """A node as a function of its inputs, with the settings that it has."""
        step = self._steps[slot]
        settings = [f"{latex_id(name)} = {latex_text(setting_text(value))}" for name, value in step.settings.items()]
        inputs = ", ".join([*(self._names[source] for source in step.inputs), *settings])
        return rf"{latex_operator(self._plan.ops[slot].name)}\left({inputs}\right)"

    def _share(self, edge: Edge) -> str:
        """One use's part of a gradient: upstream × local, or by the Jacobian where there is no such product."""
        plan, layer, inputs = self._plan, self._run.layers[edge.target], self._plan.inputs[edge.target]
        upstream = fraction(self._names, plan.output, edge.target)
        scalar = not any(plan.shapes[slot] for slot in (*inputs, edge.target))
        written = None
        if layer is not None and (scalar or isinstance(layer, Elementwise)):
            written = layer.written_partials(self._symbols(inputs), self._symbols([edge.target])[0])
        if written is None:
            return rf"\left(D_{{{edge.input + 1}}} {self._call(edge.target)}\right)^{{\top}} {upstream}"
        sign = r"\cdot" if scalar else r"\odot"
        product = f"{upstream} {sign} {latex_factor(written[edge.input], first=False, alone=False)}"
        if plan.shapes[edge.source] == plan.shapes[edge.target]:
            return product
        return rf"\sum_{{\text{{copies}}}} \left({product}\right)"

    def _symbols(self, slots: Sequence[int]) -> list[Name]:
        return [Name(self._plan.ids[slot], self._names[slot]) for slot in slots]


def _literal(value: Value) -> str:
    if not isinstance(value, np.ndarray) or not value.ndim:
        return format_number(float(value))
    rows = [" & ".join(map(format_number, row)) for row in np.atleast_2d(value).tolist()]
    return rf"\begin{{bmatrix}} {_NEW_ROW.join(rows)} \end{{bmatrix}}"


def _export(graph: Graph, options: ExportOptions) -> str:
    return write_latex(graph, options.output, options.limits).text


EXPORTER: Final = Exporter(
    "latex", "LaTeX equations", "application/x-tex", ".tex", _export, doc="Every value and gradient as an equation."
)
