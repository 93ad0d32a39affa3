"""Graphs as aligned equations in LaTeX: the values forward, one a node, then the gradients backward."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from app.core.derivation import fraction
from app.core.evaluate import Evaluation, evaluate
from app.core.graph import Graph
from app.core.layer import Elementwise
from app.core.modes import Edge, flowing
from app.core.naming import latex_names, latex_operator
from app.core.notation import Name, format_number, latex, latex_factor
from app.core.tensor import Value
from app.core.trace import forward_numbers
from app.core.validate import Limits
from app.formats.text import Phase, Text, TextBuilder, heading, unsaid

_MATRIX: Final = 8
"""Matrices of more rows or columns are given by their shape."""
_TIMES: Final = r" \times "
_NEW_ROW: Final = r" \\ "


class Equation(NamedTuple):
    """One node's equation: what is defined, what it is, and the sign between."""

    node: str
    phase: Phase
    left: str
    right: str
    sign: str = "="

    @property
    def latex(self) -> str:
        """The equation by itself."""
        return f"{self.left} {self.sign} {self.right}"


def write_latex(graph: Graph, output: str | None = None, limits: Limits | None = None) -> Text:
    """The equations, aligned at their equals signs. Raises :class:`GraphError` for a graph that can't run."""
    return aligned(graph, equations(graph, output, limits))


def aligned(graph: Graph, lines: Sequence[Equation]) -> Text:
    """Equations as one text, for ``amsmath`` or a renderer in a page."""
    build = TextBuilder()
    build.write(heading(graph.title, "%") + "\\begin{aligned}\n")
    for place, line in enumerate(lines):
        build.mark(line.node, f"{line.left} &{line.sign} {line.right}", line.phase)
        build.write("\n" if place == len(lines) - 1 else " \\\\\n")
    build.write("\\end{aligned}\n")
    return build.finish(unsaid(graph))


def equations(graph: Graph, output: str | None = None, limits: Limits | None = None) -> list[Equation]:
    """Each node's value in topological order, then each gradient in the order in which reverse mode finds it.

    Elementwise ops are written out; the others as functions by their names, and what they send back as the
    upstream gradient times Dᵢ, the Jacobian in the i-th input, transposed. Numbers are put in where all is scalar.
    """
    run = evaluate(graph, output=output, limits=limits)
    ids = run.plan.ids
    by_id = latex_names(graph.nodes)
    names = [by_id[node_id] for node_id in ids]
    forward = [Equation(ids[slot], "forward", names[slot], *_value(run, names, slot)) for slot in range(len(ids))]
    return forward + list(_backward(run, names))


def _value(run: Evaluation, names: Sequence[str], slot: int) -> tuple[str, str]:
    """The right side of a node's value, and its sign."""
    value = run.values[slot]
    if run.layers[slot] is not None:
        return _formula(run, names, slot), "="
    if isinstance(value, np.ndarray) and (value.ndim > 2 or max(value.shape, default=0) > _MATRIX):
        return rf"\mathbb{{R}}^{{{_TIMES.join(map(str, value.shape))}}}", r"\in"
    return _literal(value), "="


def _formula(run: Evaluation, names: Sequence[str], slot: int) -> str:
    plan, layer, value = run.plan, run.layers[slot], run.values[slot]
    inputs = plan.inputs[slot]
    if not isinstance(layer, Elementwise):
        call = _call(run, names, slot)
        return call if plan.shapes[slot] else f"{call} = {_literal(value)}"
    symbols = latex(layer.formula(*[Name(plan.ids[source], names[source]) for source in inputs]))
    if any(plan.shapes[source] for source in inputs):
        return symbols
    return f"{symbols} = {forward_numbers(layer, [run.values[source] for source in inputs], value)}"


def _call(run: Evaluation, names: Sequence[str], slot: int) -> str:
    """A node as a function of its inputs."""
    inputs = ", ".join(names[source] for source in run.plan.inputs[slot])
    return rf"{latex_operator(run.plan.ops[slot].name)}\left({inputs}\right)"


def _literal(value: Value) -> str:
    if not isinstance(value, np.ndarray) or not value.ndim:
        return format_number(float(value))
    rows = [" & ".join(map(format_number, row)) for row in np.atleast_2d(value).tolist()]
    return rf"\begin{{bmatrix}} {_NEW_ROW.join(rows)} \end{{bmatrix}}"


def _backward(run: Evaluation, names: Sequence[str]) -> Iterator[Equation]:
    plan, end = run.plan, run.plan.output
    if run.gradients[end] is None:
        return
    uses: dict[int, list[Edge]] = {}
    for edge in reversed(flowing(plan)):
        if run.gradients[edge.target] is not None:
            uses.setdefault(edge.source, []).append(edge)
    seed = r"\mathbf{1}" if plan.shapes[end] else "1"
    yield Equation(plan.ids[end], "backward", fraction(names, end, end), seed)
    for slot in reversed(range(end)):
        gradient = run.gradients[slot]
        if gradient is None or slot not in uses:
            continue
        total = " + ".join(_share(run, names, edge) for edge in uses[slot])
        number = "" if plan.shapes[slot] else f" = {format_number(float(gradient))}"
        yield Equation(plan.ids[slot], "backward", fraction(names, end, slot), total + number)


def _share(run: Evaluation, names: Sequence[str], edge: Edge) -> str:
    """One use's part of a gradient: upstream × local where both are numbers or elementwise, else by the Jacobian."""
    plan, layer = run.plan, run.layers[edge.target]
    upstream = fraction(names, plan.output, edge.target)
    inputs = plan.inputs[edge.target]
    scalar = not any(plan.shapes[slot] for slot in (*inputs, edge.target))
    written = None
    if layer is not None and (scalar or isinstance(layer, Elementwise)):
        symbols = [Name(plan.ids[source], names[source]) for source in inputs]
        written = layer.written_partials(symbols, Name(plan.ids[edge.target], names[edge.target]))
    if written is None:
        return rf"\left(D_{{{edge.input + 1}}} {_call(run, names, edge.target)}\right)^{{\top}} {upstream}"
    sign = r"\cdot" if scalar else r"\odot"
    product = f"{upstream} {sign} {latex_factor(written[edge.input], first=False, alone=False)}"
    if plan.shapes[edge.source] == plan.shapes[edge.target]:
        return product
    return rf"\sum_{{\text{{copies}}}} \left({product}\right)"
