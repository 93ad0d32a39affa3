"""Graphs as Python in the style of *Deep Learning from Scratch*, layer classes and all: it needs NumPy alone."""

from __future__ import annotations

from typing import Final

from app.core.evaluate import Evaluation, evaluate
from app.core.graph import Graph
from app.core.layer import Layer
from app.core.standalone import Standalone
from app.formats.format import Exporter, ExportOptions
from app.formats.layers_python import LayerProgram


def write_numpy(graph: Graph, options: ExportOptions) -> str:
    """A program that defines its layers, runs the graph forward and backward, and prints the output and the gradients.

    Raises :class:`app.core.errors.GraphError` for a graph that can't run.
    """
    run = evaluate(graph, output=options.output, limits=options.limits)
    layers = Standalone(_stretched(run))
    return LayerProgram(graph, run, layers.text(), layers.names).write().text


def _stretched(run: Evaluation) -> dict[type[Layer], set[int]]:
    """The ops of a graph, and which of their inputs are of another shape than the value in one use at least."""
    found: dict[type[Layer], set[int]] = {}
    shapes = run.plan.shapes
    for slot, _, inputs in run.plan.steps:
        places = found.setdefault(run.plan.ops[slot], set())
        places.update(place for place, source in enumerate(inputs) if shapes[source] != shapes[slot])
    return found


EXPORTER: Final = Exporter(
    "numpy",
    "NumPy, layers and all",
    "text/x-python",
    ".py",
    write_numpy,
    doc="A program that needs NumPy alone and brings its layer classes along.",
)
