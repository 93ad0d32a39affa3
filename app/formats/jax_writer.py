"""Graphs as a JAX program: a function of the leaves, and its gradient."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from app.core.graph import Graph
from app.formats.code_program import CodeProgram, Library, literal, opened
from app.formats.format import Exporter, ExportOptions

_TAKEN: Final = ("jax", "jnp", "np", "forward", "backward")
_LIBRARY: Final = Library("jax", "JAX", detached="jax.lax.stop_gradient({})", taken=_TAKEN)
_IMPORTS: Final = 'import jax\nimport jax.numpy as jnp\n\njax.config.update("jax_enable_x64", True)\n\n'


def write_jax(graph: Graph, options: ExportOptions) -> str:
    """A program that runs the graph in float64 forward and backward, and prints the output and the gradients.

    Raises :class:`app.core.errors.GraphError` for a graph that can't run, or holds an op that JAX can't say.
    """
    program = CodeProgram(opened(graph, options, _LIBRARY.title, _LIBRARY.says), _LIBRARY)
    names, output = program.names, program.output
    lines = ["# values"]
    lines += [f"{names[slot]} = jnp.array({value}){label}" for slot, value, label in program.leaves()]
    given = ", ".join(names[slot] for slot in program.asked)
    lines += ["", "", f"def forward({given}):"]
    lines += [f"    {line}" for line in (*program.lines(), f"return {output}")]
    gradients = [program.fresh(f"d{program.plan.ids[slot]}") for slot in program.asked]
    lines += ["", "", *_calls(program, given, gradients)]
    lines += ["", f'print("{output} =", {output}.tolist())']
    lines += [f'print("{name} =", {name}.tolist())' for name in gradients]
    return program.text(_IMPORTS, lines)


def _calls(program: CodeProgram, given: str, gradients: list[str]) -> Iterator[str]:
    """The lines that call the function and its gradient."""
    output = program.output
    targets = f"({', '.join(gradients)}{',' if len(gradients) == 1 else ''})"
    if not gradients:
        yield f"{output} = forward()"
    elif program.seeded or program.plan.shapes[program.plan.output]:
        seed = f"jnp.array({literal(program.run.upstream)})" if program.seeded else f"jnp.ones_like({output})"
        yield f"{output}, backward = jax.vjp(forward, {given})"
        yield f"{targets} = backward({seed})"
    else:
        places = f"({', '.join(map(str, range(len(gradients))))}{',' if len(gradients) == 1 else ''})"
        yield f"{output}, {targets} = jax.value_and_grad(forward, argnums={places})({given})"


EXPORTER: Final = Exporter(
    "jax", "JAX", "text/x-python", ".py", write_jax, doc="A program of JAX: the same values, and gradients by jax.vjp."
)
