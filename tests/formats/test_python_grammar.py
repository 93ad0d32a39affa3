"""Programs from grammars: valid ones against Python itself, mangled ones for clean faults, exported ones read back."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.core.errors import GraphError
from app.core.evaluate import evaluate
from app.core.graph import Graph
from app.core.validate import Limits
from app.formats.layers_python import write_layers_python
from app.formats.python import parse_python
from tests.core.test_random_graphs import graphs
from tests.formats import python_programs as programs

SCALARS = ("a", "b", "c")
ARRAYS = ("u", "v")
FUNCTIONS = ("np.sin", "np.cos", "np.tanh", "np.exp", "np.square", "np.abs", "half")
HEAD = """import numpy as np

def half(x, by=2):
    y = x / by
    return y

"""

numbers = st.floats(-3.0, 3.0).map(lambda number: round(number, 2))


@st.composite
def expressions(draw: st.DrawFn, names: tuple[str, ...], depth: int = 3) -> str:
    """An expression over names; of arrays it gives an array of their shape."""
    kind = draw(st.integers(0, 6 if depth else 1))
    inner = expressions(names, depth - 1)
    if kind == 0:
        return draw(st.sampled_from(names))
    if kind == 1:
        return f"({draw(numbers)})" if draw(st.booleans()) else str(draw(st.integers(1, 9)))
    if kind == 2:
        return f"{draw(st.sampled_from(FUNCTIONS))}({draw(inner)})"
    if kind == 3:
        return f"np.{draw(st.sampled_from(['maximum', 'minimum']))}({draw(inner)}, {draw(inner)})"
    if kind == 4:
        return f"(-{draw(inner)} if {draw(st.booleans())} else {draw(inner)})"
    if kind == 5:
        return f"({draw(inner)}) ** 2"
    return f"({draw(inner)} {draw(st.sampled_from('+-*'))} {draw(inner)})"


@st.composite
def valid_programs(draw: st.DrawFn) -> str:
    """Lines that give values to names, compute with them, loop, call and take apart."""
    lines = [f"{name} = {draw(numbers)}" for name in SCALARS]
    rows = st.lists(numbers, min_size=3, max_size=3)
    lines += [f"{name} = np.array([{draw(rows)}, {draw(rows)}])" for name in ARRAYS]
    for number in range(draw(st.integers(1, 5))):
        name = f"r{number}"
        match draw(st.integers(0, 5)):
            case 0:
                lines.append(f"{name} = {draw(expressions(SCALARS))}")
            case 1:
                lines.append(f"{name} = np.sum(u * ({draw(expressions(ARRAYS + SCALARS))}), axis=1).mean()")
            case 2:
                turns = draw(st.integers(0, 3))
                lines += [f"{name} = a", f"for i in range({turns}):", f"    {name} = np.tanh({name} * c + i)"]
            case 3:
                lines.append(f"{name}, (q, w) = {draw(expressions(SCALARS))}, [a, {draw(expressions(SCALARS))}]")
                lines.append(f"{name} = {name} + w * q")
            case 4:
                lines += [f"d = {{'k': {draw(expressions(SCALARS))}}}", f"{name} = d['k'] - half(b, by=4)"]
            case _:
                lines.append(f"{name} = (u.T @ (u * ({draw(expressions(ARRAYS))}))).reshape(-1, 9).max() * a")
        lines.append(f"a = {name} * 0.5 + a" if draw(st.booleans()) else f"b = {name}")
    used = " + ".join(f"r{number}" for number in range(number + 1))
    return HEAD + "\n".join([*lines, f"out = a * b + {used} + np.sum(v)"])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(valid_programs())
def test_programs_give_what_python_gives(source: str) -> None:
    names: dict[str, Any] = {}
    with np.errstate(all="ignore"):
        try:
            exec(source, names)  # what the grammar above has written
        except (OverflowError, ZeroDivisionError):
            assume(False)
    assume(all(np.isfinite(names[name]).all() for name in names if name.startswith("r") or name == "out"))
    assume(abs(names["out"]) < 1e12)
    graph = parse_python(source).graph
    run = evaluate(graph, output="out")
    assert math.isclose(float(np.asarray(run.value("out"))), float(names["out"]), rel_tol=1e-9, abs_tol=1e-9)
    for name in ARRAYS:
        if name in graph:
            np.testing.assert_array_equal(run.value(name), names[name])


TEXTS = [held for held in vars(programs).values() if isinstance(held, str) and "\n" in held]


@st.composite
def mangled_programs(draw: st.DrawFn) -> str:
    """Programs with pieces cut, doubled, moved and put in."""
    source: str = draw(st.sampled_from(TEXTS))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(source)))
        end = min(len(source), start + draw(st.integers(0, 30)))
        match draw(st.integers(0, 3)):
            case 0:
                source = source[:start] + source[end:]
            case 1:
                source = source[:end] + source[start:end] + source[end:]
            case 2:
                source = source[:start] + draw(st.sampled_from(programs.PIECES)) + source[end:]
            case _:
                lines = source.split("\n")
                lines.insert(draw(st.integers(0, len(lines))), lines.pop(draw(st.integers(0, len(lines) - 1))))
                source = "\n".join(lines)
    return source


def only_clean_faults(source: str) -> None:
    lines = source.count("\n") + source.count("\r") + 1
    try:
        parse_python(source, limits=Limits(nodes=500))
    except GraphError as error:
        for fault in error.faults:
            assert fault.line is not None
            assert fault.column is not None
            assert 1 <= fault.line <= lines
            assert fault.column >= 1
            assert len(fault.detail) < 400


@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mangled_programs())
def test_mangled_programs_have_clean_faults(source: str) -> None:
    only_clean_faults(source)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_any_text_has_clean_faults(source: str) -> None:
    only_clean_faults(source)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(graphs())
def test_the_exported_program_of_a_graph_reads_back(graph: Graph) -> None:
    run = evaluate(graph)
    assume(not run.warnings)
    read = parse_python(write_layers_python(graph).text).graph
    assert graph.output is not None
    again = evaluate(read, output=graph.output)
    for node in read.nodes:
        assert node.op == graph[node.id].op
        assert again.value(node.id) == run.value(node.id)
        assert again.gradient(node.id) == run.gradient(node.id)
