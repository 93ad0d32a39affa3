"""Graphs as a PyTorch program: leaves, an assignment a node, and ``backward``."""

from __future__ import annotations

from typing import Final

from app.core.graph import Graph
from app.formats.code_program import CodeProgram, Library, literal, opened
from app.formats.format import Exporter, ExportOptions

_LIBRARY: Final = Library("torch", "PyTorch", detached="{}.detach()", taken=("torch", "np"))
_IMPORTS: Final = "import torch\n\ntorch.set_default_dtype(torch.float64)\n\n"


def write_pytorch(graph: Graph, options: ExportOptions) -> str:
    """A program that runs the graph in float64 forward and backward, and prints the output and the gradients.

    Raises :class:`app.core.errors.GraphError` for a graph that can't run, or holds an op that PyTorch can't say.
    """
    program = CodeProgram(opened(graph, options, _LIBRARY.title, _LIBRARY.says), _LIBRARY)
    names, output = program.names, program.output
    lines = ["# values"]
    for slot, value, label in program.leaves():
        asks = ", requires_grad=True" if slot in program.asked else ""
        lines.append(f"{names[slot]} = torch.tensor({value}{asks}){label}")
    lines += ["", "# forward", *program.lines()]
    if program.asked:
        lines += ["", "# backward", f"{output}.backward({_seed(program)})"]
    lines += ["", f'print("{output} =", {output}.tolist())']
    lines += [f'print("{names[slot]}.grad =", {names[slot]}.grad.tolist())' for slot in program.asked]
    return program.text(_IMPORTS, lines)


def _seed(program: CodeProgram) -> str:
    """What ``backward`` is given: nothing where it's a plain 1."""
    if program.seeded:
        return f"torch.tensor({literal(program.run.upstream)})"
    return f"torch.ones_like({program.output})" if program.plan.shapes[program.plan.output] else ""


EXPORTER: Final = Exporter(
    "pytorch",
    "PyTorch",
    "text/x-python",
    ".py",
    write_pytorch,
    doc="A program of PyTorch: the same values, and gradients by backward().",
)
