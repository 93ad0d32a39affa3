"""Graphs of numbers as a micrograd program; the functions that its values lack are written out in its own style.

micrograd is A. Karpathy's: https://github.com/karpathy/micrograd.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from app.core.elementwise import Elementwise
from app.core.errors import Fault, GraphError
from app.core.evaluate import evaluate
from app.core.graph import Graph
from app.core.layer import Layer
from app.core.notation import Call, Name, as_symbol, numpy_source
from app.core.spelling import Term, call
from app.core.tensor import format_shape
from app.formats.code_program import CodeProgram, Library, careful, literal, opened
from app.formats.format import Exporter, ExportOptions
from app.formats.text import heading

_LIBRARY: Final = Library("micrograd", "micrograd", detached="Value({}.data)", taken=("Value", "math", "np", "sys"))
_VALUES_AN_OP: Final = 4
"""A difference makes as many: it adds a product with -1."""
_USUAL_DEPTH: Final = 800


def write_micrograd(graph: Graph, options: ExportOptions) -> str:
    """A program that runs the graph forward and backward, and prints the output and the gradients.

    Raises :class:`GraphError` for a graph that can't run, has anything but numbers, or an op that can't be said.
    """
    _refuse_tensors(graph, options)
    program = CodeProgram(opened(graph, options, _LIBRARY.title, _says), _LIBRARY)
    functions = _Functions(program.fresh)
    names, output = program.names, program.output
    number = "np.float64({})" if careful(program.run) else "{}"
    lines = ["# values"]
    lines += [f"{names[slot]} = Value({number.format(value)}){label}" for slot, value, label in program.leaves()]
    lines += ["", "# forward", *program.lines(functions.say)]
    if program.asked:
        end = f"({output} * {literal(program.run.upstream)})" if program.seeded else output
        lines += ["", "# backward", f"{end}.backward()"]
    lines += ["", f'print("{output} =", {output}.data)']
    lines += [f'print("{names[slot]}.grad =", {names[slot]}.grad)' for slot in program.asked]
    text = "\n".join([*_imports(program, functions), *functions.texts, *([""] if functions.texts else []), *lines])
    return f"{heading(graph.title)}{text}\n"


def _refuse_tensors(graph: Graph, options: ExportOptions) -> None:
    run = evaluate(graph, output=options.output, limits=options.limits)
    for slot, shape in enumerate(run.plan.shapes):
        if shape:
            detail = f"{run.name(slot)}: micrograd has numbers alone, and this has shape {format_shape(shape)}"
            raise GraphError([Fault("not-writable", detail, node=run.plan.ids[slot])])


def _says(layer: Layer, terms: Sequence[Term]) -> bool:
    """Whether micrograd has a word for an op, or one can be made for it."""
    return isinstance(layer, Elementwise) or _LIBRARY.says(layer, terms)


def _imports(program: CodeProgram, functions: _Functions) -> list[str]:
    depth = _VALUES_AN_OP * len(program.plan.steps)
    deep = depth > _USUAL_DEPTH
    lines = ["import math"] if any("math." in text for text in functions.texts) else []
    lines += ["import sys"] if deep else []
    lines += [""] if lines else []
    lines += ["import numpy as np"] if functions.texts or careful(program.run) else []
    lines += ["from micrograd.engine import Value", ""]
    if deep:
        lines += ["# micrograd goes back by recursion.", f"sys.setrecursionlimit({depth + _USUAL_DEPTH})", ""]
    return lines


class _Functions:
    """The functions that a program defines because micrograd's values lack them; ``texts`` are their lines."""

    def __init__(self, fresh: Callable[[str], str]) -> None:
        """``fresh`` makes a name of its own for a function."""
        self._fresh = fresh
        self._named: dict[str, str] = {}
        self.texts: list[str] = []

    def say(self, layer: Layer, terms: Sequence[Term]) -> str:
        """An op over inputs as an expression, for which a function may be written first."""
        if not isinstance(layer, Elementwise) or _LIBRARY.says(layer, terms):
            return _LIBRARY.say(layer, terms)
        data = [Name(f"{name}.data") for name in layer.inputs]
        # The same op with other settings is another function.
        key = f"{layer.name}: {numpy_source(layer.value(*data))}"
        if key not in self._named:
            self._named[key] = self._fresh(layer.name)
            self.texts += ["", *_function(layer, self._named[key], data), ""]
        return call(self._named[key], *terms)


def _function(layer: Elementwise, name: str, data: Sequence[Name]) -> Iterator[str]:
    """An op as micrograd writes its own: a value that knows how to send gradients back."""
    inputs = ", ".join(layer.inputs)
    yield f"def {name}({inputs}):"
    yield f'    out = Value({numpy_source(layer.value(*data))}, ({inputs},), "{layer.name}")'
    yield ""
    yield "    def _backward():"
    for taken, partial in zip(layer.inputs, layer.partials_at(data, Name("out.data")), strict=True):
        share = Call("multiply", (as_symbol(partial), Name("out.grad")))
        yield f"        {taken}.grad += {numpy_source(share)}"
    yield ""
    yield "    out._backward = _backward"
    yield "    return out"


EXPORTER: Final = Exporter(
    "micrograd",
    "micrograd",
    "text/x-python",
    ".py",
    write_micrograd,
    doc="Values that know their gradients, as in micrograd; numbers only.",
)
