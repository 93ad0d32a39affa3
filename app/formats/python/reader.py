"""The reader: a program's text in, its graph out."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from app.core.errors import Fault, GraphError
from app.core.sentences import listed
from app.core.tensor import Value
from app.core.validate import Limits
from app.formats.format import Imported, Importer, ImportOptions, read_text
from app.formats.python.call import Call
from app.formats.python.reading import Reading, Skipped
from app.formats.python.source import SourceText, quoted
from app.formats.python.statements import Statements, assigned_names
from app.formats.python.values import UNKNOWN, Function, Held, Instance, Leaf, Pending, UserClass

_MAX_FAULTS: Final = 100
_FINAL: Final = frozenset({"budget-exceeded", "too-deep"})
"""Faults after which nothing more is read."""
_ENTRIES: Final = ("loss", "forward", "predict", "__call__")
"""What of an object is called where the program calls nothing."""
_SIZE: Final = 3
"""What stands for a size that nothing says."""


def parse_python(source: str, inputs: Mapping[str, Value] | None = None, limits: Limits | None = None) -> Imported:
    r"""The graph that a program computes, with notes of what the graph can't say. The program isn't run.

    A name that a number or an array is assigned to becomes an input; ``requires_grad=True``, ``Value(…)`` and the
    entries of ``params`` become parameters. A name that nothing defines becomes an input of the value in ``inputs``, or
    1. Raises :class:`GraphError` with the first fault of every statement outside of functions, with line and column.

    Example:
        >>> [node.id for node in parse_python("x = 2.0\ny = x * x").graph.nodes]
        ['x', 'y']
    """
    with np.errstate(all="ignore"):
        return _Reader(SourceText(source), inputs or {}, limits or Limits()).read()


class _Reader:
    def __init__(self, source: SourceText, inputs: Mapping[str, Value], limits: Limits) -> None:
        self._source = source
        self._read = Reading(source, inputs, limits)
        self._statements = Statements(self._read)
        self._expressions = self._statements.expressions
        self._faults: list[Fault] = []

    def read(self) -> Imported:
        body = self._source.tree.body
        self._expressions.assigned = frozenset(assigned_names(body))
        for statement in body:
            self._follow(statement)
            if len(self._faults) >= _MAX_FAULTS or any(fault.code in _FINAL for fault in self._faults):
                break
        if not self._faults and not self._read.nodes.count:
            self._call_something()
        if self._faults:
            raise GraphError(dict.fromkeys(self._faults))
        nodes = self._read.nodes
        ends = (self._read.output, self._shown(Pending), self._statements.result, nodes.last())
        output = next((node for node in ends if nodes.holds(node)), None) or self._shown(Leaf)
        if output is None:
            place = body[-1] if body else self._source.tree
            raise self._source.fault(
                place, "nothing here is computed from a name: write for instance x = 2.0 and y = x * x"
            )
        graph = nodes.graph(output)
        if output is self._read.output:
            graph = replace(graph, upstream=self._read.upstream)
        drawn = [note for draws in (self._read.draws, *self._read.own_draws) for note in draws.notes]
        return Imported(graph, (*nodes.notes, *dict.fromkeys(drawn)))

    def _shown(self, kind: type[Pending | Leaf]) -> Pending | None:
        """The one node or leaf that the program prints; None where there are none or several."""
        shown = [held for held in self._expressions.shown if isinstance(held, kind)]
        if len(shown) != 1:
            return None
        return self._read.nodes.node(self._source.tree, shown[0])

    def _follow(self, statement: ast.stmt) -> None:
        """Follow a statement; what it would have defined isn't reported again where it is used."""
        try:
            self._statements.follow(statement, self._expressions.globals)
        except Skipped:
            self._forget(statement)
        except GraphError as error:
            self._faults += error.faults
            self._forget(statement)

    def _forget(self, statement: ast.stmt) -> None:
        for name in assigned_names([statement]):
            self._expressions.globals.names[name] = UNKNOWN

    def _call_something(self) -> None:
        """Where the program only defines, call what it defines, with inputs that nothing gives a value."""
        place = self._source.tree.body[-1] if self._source.tree.body else self._source.tree
        try:
            if self._statements.made:
                self._call_last(place)
            elif self._expressions.printed is not None:
                self._statements.result = self._node(self._expressions.value(*self._expressions.printed))
        except Skipped:
            pass
        except GraphError as error:
            self._faults += error.faults

    def _node(self, held: Held) -> Pending | None:
        return held if isinstance(held, Pending) else None

    def _call_last(self, place: ast.AST) -> None:
        made = self._statements.made[-1]
        if isinstance(made, UserClass):
            made = self._made(place, made)
        function = self._entry(made) if isinstance(made, Instance) else made
        if function is None:
            return
        of_object = [made] if isinstance(made, Instance) else []
        arguments = function.definition.args.args[len(of_object) :]
        given = [Leaf(self._read.inputs.get(argument.arg), name=argument.arg) for argument in arguments]
        name = quoted(function.definition.name)
        self._read.nodes.note(f"The code calls nothing itself, so {name} is called with inputs of its own.")
        held = self._expressions.calls.call(function, Call(place, [*of_object, *given]))
        self._statements.result = self._node(held)

    @staticmethod
    def _entry(made: Instance) -> Function | None:
        """The method by which an object computes: its loss, or what leads to it."""
        entry = next((name for name in _ENTRIES if made.of.has_method(name)), None)
        return None if entry is None else made.of.find(entry)

    def _made(self, place: ast.AST, of: UserClass) -> Instance:
        """An object of a class that nobody made one of: sizes that have no default are a few."""
        arguments = of.find("__init__").definition.args if of.has_method("__init__") else None
        wanted = arguments.args[1 : len(arguments.args) - len(arguments.defaults)] if arguments else []
        if wanted:
            said = listed([f"{quoted(argument.arg)} = {_SIZE}" for argument in wanted])
            self._read.nodes.note(f"The code doesn't say how large a {quoted(of.name)} is: {said}.")
        instance: Instance = self._expressions.calls.call(of, Call(place, [_SIZE] * len(wanted)))
        return instance


def _import(content: bytes, options: ImportOptions) -> Imported:
    return parse_python(read_text(content), limits=options.limits)


IMPORTER: Final = Importer("python", "Python", "text/x-python", (".py",), _import)
