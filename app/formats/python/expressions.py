"""Expressions: what each gives, walked from the syntax tree and never run."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np

from app.core.ops import find_op
from app.core.ops.leaves import Parameter
from app.formats.python.call import Call
from app.formats.python.calls import OPS_BY_NAME, SUPER, Calls, Run
from app.formats.python.library import KNOWN_AS, layer_named
from app.formats.python.methods import Methods
from app.formats.python.naming import bind_entry
from app.formats.python.operators import Operators
from app.formats.python.reading import Reading, shape_held
from app.formats.python.source import quoted
from app.formats.python.values import (
    ASIDE,
    Aside,
    Chain,
    Dotted,
    Held,
    LayerClass,
    Leaf,
    Pending,
    Scope,
    Super,
    Table,
)
from app.formats.python.words import WORDS

_REFUSED: Final[dict[type[ast.expr], str]] = {
    ast.Lambda: "a lambda can't stand here: write def f(x): and return the expression",
    ast.ListComp: "a comprehension can't stand here: write a for loop that appends to a list",
    ast.SetComp: "a comprehension can't stand here: write a for loop that appends to a list",
    ast.DictComp: "a comprehension can't stand here: write a for loop that fills a dictionary",
    ast.GeneratorExp: "a comprehension can't stand here: write a for loop that adds up",
    ast.JoinedStr: "an f-string can't stand here: it may only be printed; write 'W' + str(1) for a name",
    ast.NamedExpr: ":= can't stand here: write the assignment on a line of its own",
    ast.Starred: "a star can't stand here: write the arguments one by one",
    ast.Set: "a set can't stand here: write a list",
    ast.Await: "“await” can't stand here",
    ast.Yield: "“yield” can't stand here: let the function return its result",
    ast.YieldFrom: "“yield” can't stand here: let the function return its result",
}


_WHOLE: Final = frozenset({"data", "item", "tolist"})
"""Attributes that show all of a tensor."""


class Expressions:
    """What the program's expressions give."""

    def __init__(self, read: Reading, run: Run) -> None:
        self._read = read
        self.calls = Calls(read, self.value, run)
        self._methods = Methods(read, self.calls)
        self.operators = Operators(read)
        self.globals = Scope()
        self.assigned: frozenset[str] = frozenset()
        """Names that the program defines somewhere outside of functions."""
        self.printed: tuple[ast.expr, Scope] | None = None
        self.shown: list[Leaf | Pending] = []
        """What the program prints by name."""
        self._handlers: dict[type[ast.expr], Callable[[Any, Scope], Held]] = {
            ast.Constant: self._constant,
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.Subscript: self._subscript,
            ast.Call: self._call,
            ast.BinOp: self._binary,
            ast.UnaryOp: self._unary,
            ast.Compare: self._compare,
            ast.BoolOp: self._both,
            ast.IfExp: self._choice,
            ast.List: self._list,
            ast.Tuple: self._tuple,
            ast.Dict: self._dict,
            ast.Slice: self._slice,
        }

    def value(self, expression: ast.expr, scope: Scope) -> Held:
        """What an expression gives."""
        handler = self._handlers.get(type(expression))
        if handler is None:
            raise self._read.fault(expression, _REFUSED.get(type(expression), "this can't stand here"))
        with self._read.level(expression):
            return handler(expression, scope)

    def condition(self, expression: ast.expr, scope: Scope, word: str) -> bool:
        """Which way a condition goes; a fault where that depends on the data."""
        held = self._read.known(self.value(expression, scope))
        if isinstance(held, (list, tuple, Table)):
            return bool(held)
        if isinstance(held, (Aside, Leaf, Pending)) and self._read.number(held) is None:
            raise self._read.fault(
                expression,
                f"this {word} depends on the data, which a graph can't: relu or a plain constant could stand here",
            )
        return bool(self._read.plain(expression, held))

    def _constant(self, node: ast.Constant, _: Scope) -> Held:
        held = node.value
        if isinstance(held, bool) or held is None or isinstance(held, str):
            return held
        if isinstance(held, (int, float)):
            self._read.finite(node, held)
            return held
        if held is ...:
            return held
        raise self._read.fault(node, "complex numbers and bytes can't stand here: a number such as 2.5 could")

    def _name(self, node: ast.Name, scope: Scope) -> Held:
        try:
            return self._read.known(scope.find(node.id))
        except KeyError:
            pass
        name = node.id
        if name == "__name__":
            return "__main__"
        if name.startswith("__"):
            raise self._read.fault(node, "names that begin with two underscores can't stand here")
        if name in KNOWN_AS and name not in self.assigned:
            return Dotted(KNOWN_AS[name])
        if (op := layer_named(name)) is not None and name not in self.assigned and name[0].isupper():
            return LayerClass(op)
        if name in WORDS:
            return Dotted(name)
        if name in self.assigned:
            raise self._read.fault(
                node,
                f"the name {quoted(name)} is used before the line that defines it: move that line up",
                "unknown-name",
            )
        leaf = Leaf(self._read.inputs.get(name), name=name)
        self.globals.names[name] = leaf
        return leaf

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Held:
        self._check_private(node)
        return self._methods.attribute(self.value(node.value, scope), node.attr, Call(node))

    def _check_private(self, node: ast.Attribute) -> None:
        if node.attr.startswith("_"):
            raise self._read.fault(node, "attributes that begin with an underscore can't stand here")

    def _call(self, node: ast.Call, scope: Scope) -> Held:
        function = node.func
        if isinstance(function, ast.Name) and not self._holds(scope, function.id):
            if function.id == "print":
                # What is printed is no part of the graph, unless nothing else is.
                self.printed = (node.args[0], scope) if node.args else self.printed
                self.shown += [held for held in self._shown(node, scope) if not any(held is one for one in self.shown)]
                return None
            if function.id == "super":
                return self._super(node, scope)
        call = self._arguments(node, scope)
        if isinstance(function, ast.Attribute):
            held = self.value(function.value, scope)
            if not (isinstance(held, Super) and function.attr == "__init__"):
                self._check_private(function)
            return self._methods.call(held, function.attr, call)
        if isinstance(function, ast.Name) and (named := self._function_named(function, scope)) is not None:
            return self.calls.call(named, call)
        return self.calls.call(self.value(function, scope), call)

    def _shown(self, node: ast.Call, scope: Scope) -> Iterator[Leaf | Pending]:
        """The tensors whose names stand in a call of print, as they are or as in ``y.tolist()``."""
        for argument in node.args:
            name = argument
            if isinstance(name, ast.Call) and not name.args:
                name = name.func
            if isinstance(name, ast.Attribute) and name.attr in _WHOLE:
                name = name.value
            if isinstance(name, ast.Name) and self._holds(scope, name.id):
                held = scope.find(name.id)
                if isinstance(held, (Leaf, Pending)):
                    yield held

    def _arguments(self, node: ast.Call, scope: Scope) -> Call:
        named: dict[str, Held] = {}
        for keyword in node.keywords:
            if keyword.arg is None:
                raise self._read.fault(keyword, _REFUSED[ast.Starred])
            named[keyword.arg] = self.value(keyword.value, scope)
        return Call(node, [self.value(argument, scope) for argument in node.args], named)

    def _function_named(self, node: ast.Name, scope: Scope) -> Held:
        """What is called by a name that the program doesn't define; None where the name says it itself."""
        name = node.id
        if self._holds(scope, name) or name in self.assigned or name in KNOWN_AS or name in WORDS:
            return None
        if name in {"numerical_gradient", "gradient_check"}:
            return ASIDE
        if (op := find_op(name)) is not None and not op.is_leaf:
            return Dotted(f"{OPS_BY_NAME}{name}")
        if layer_named(name) is not None and name[0].isupper():
            return None
        if self.calls.spells(name):
            return Dotted(name)
        raise self._read.fault(
            node, f"no function is named {quoted(name)}: define it above, or import it", "unknown-op"
        )

    @staticmethod
    def _holds(scope: Scope, name: str) -> bool:
        try:
            scope.find(name)
        except KeyError:
            return False
        return True

    def _super(self, node: ast.Call, scope: Scope) -> Held:
        try:
            instance, owner = scope.find(SUPER)
        except KeyError:
            raise self._read.fault(node, "super() stands in a method") from None
        return Super(instance, owner.base)

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Held:
        held = self._read.known(self.value(node.value, scope))
        if held is ASIDE:
            return ASIDE
        index = self.value(node.slice, scope)
        if isinstance(held, Table):
            return self._entry(node, held, index)
        if isinstance(held, Leaf) and self._is_data(held) and not self._has_array(index):
            return self._picked(node, held, held.value, index)
        if isinstance(held, Chain):
            held = held.parts
        if isinstance(held, (list, tuple, range, str)):
            place = index if isinstance(index, slice) else self._read.whole(node, index)
            try:
                return held[place]
            except (IndexError, ValueError):
                raise self._read.fault(node, f"there are {len(held)} items, counted from 0") from None
        if isinstance(held, (Leaf, Pending)):
            return self._read.picked(node, held, index)
        raise self._read.fault(node, "a place in brackets can be taken of a list, a dictionary or an array")

    @staticmethod
    def _is_data(leaf: Leaf) -> bool:
        """Whether parts of an array can be taken beforehand: the graph doesn't use or train the whole."""
        return isinstance(leaf.value, np.ndarray) and leaf.node is None and leaf.op is not Parameter

    @staticmethod
    def _has_array(index: Held) -> bool:
        return any(shape_held(part) for part in (index if isinstance(index, tuple) else (index,)))

    def _entry(self, node: ast.Subscript, table: Table, index: Held) -> Held:
        key = self._read.plain(node.slice, index)
        if key not in table:
            raise self._read.fault(node.slice, "the dictionary has no such key yet: assign it first", "unknown-name")
        return table[key]

    def _picked(self, node: ast.Subscript, leaf: Leaf, value: Any, index: Held) -> Held:
        """A part of data that the graph doesn't use yet: data again."""
        try:
            part = value[self.plain_index(node, index)]
        except (IndexError, ValueError):
            raise self._read.fault(node, "the array has no such place", "shape-mismatch") from None
        if part.size == 0:
            raise self._read.fault(node, "an array needs at least one number", "bad-tensor")
        return Leaf(part.copy() if isinstance(part, np.ndarray) and part.ndim else float(part), leaf.op, made=leaf.made)

    def plain_index(self, node: ast.AST, index: Held) -> Any:
        """A place in an array: whole numbers, slices, None and … ."""
        parts = index if isinstance(index, tuple) else (index,)
        return tuple(
            part if part is None or part is ... or isinstance(part, slice) else self._read.whole(node, part)
            for part in parts
        )

    def _slice(self, node: ast.Slice, scope: Scope) -> Held:
        bounds = [
            None if bound is None else self._read.whole(bound, self.value(bound, scope))
            for bound in (node.lower, node.upper, node.step)
        ]
        if bounds[2] == 0:
            raise self._read.fault(node, "a step is a whole number other than 0")
        return slice(*bounds)

    def _binary(self, node: ast.BinOp, scope: Scope) -> Held:
        # A long sum leans to the left: walked with a list, it goes no level deeper for each term.
        chain: list[ast.BinOp] = [node]
        while isinstance(chain[-1].left, ast.BinOp):
            chain.append(chain[-1].left)
        held = self.value(chain[-1].left, scope)
        for link in reversed(chain):
            held = self.operators.binary(link, link.op, held, self.value(link.right, scope))
        return held

    def _unary(self, node: ast.UnaryOp, scope: Scope) -> Held:
        return self.operators.unary(node, node.op, self._read.known(self.value(node.operand, scope)))

    def _compare(self, node: ast.Compare, scope: Scope) -> Held:
        left = self._read.known(self.value(node.left, scope))
        for operator_, expression in zip(node.ops, node.comparators, strict=True):
            right = self._read.known(self.value(expression, scope))
            outcome = self.operators.compared(node, operator_, left, right)
            if len(node.ops) == 1 or outcome is ASIDE:
                return outcome
            if not self._read.plain(node, outcome):
                return False
            left = right
        return True

    def _both(self, node: ast.BoolOp, scope: Scope) -> Held:
        wants = isinstance(node.op, ast.And)
        for expression in node.values:
            if self.condition(expression, scope, "and" if wants else "or") != wants:
                return not wants
        return wants

    def _choice(self, node: ast.IfExp, scope: Scope) -> Held:
        return self.value(node.body if self.condition(node.test, scope, "if") else node.orelse, scope)

    def _list(self, node: ast.List, scope: Scope) -> Held:
        return [self.value(item, scope) for item in node.elts]

    def _tuple(self, node: ast.Tuple, scope: Scope) -> Held:
        return tuple(self.value(item, scope) for item in node.elts)

    def _dict(self, node: ast.Dict, scope: Scope) -> Held:
        table = Table()
        for key, item in zip(node.keys, node.values, strict=True):
            if key is None:
                raise self._read.fault(item, _REFUSED[ast.Starred])
            word = self.key(key, self.value(key, scope))
            bind_entry(table, word, self.value(item, scope))
        return table

    def key(self, place: ast.AST, held: Held) -> str | int:
        """A key of a dictionary."""
        key = self._read.plain(place, held)
        if not isinstance(key, (str, int)):
            raise self._read.fault(place, "a key is a text or a whole number")
        return key
