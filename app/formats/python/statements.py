"""Statements: what each does to the names and the graph."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from app.core.errors import GraphError
from app.core.ops.leaves import Input, Parameter
from app.formats.python import library
from app.formats.python.call import Call
from app.formats.python.calls import Returned
from app.formats.python.expressions import Expressions
from app.formats.python.library import layer_named
from app.formats.python.naming import bind, bind_entry
from app.formats.python.reading import Reading
from app.formats.python.source import quoted
from app.formats.python.values import (
    ASIDE,
    Aside,
    Dotted,
    Faulty,
    Function,
    Held,
    Instance,
    LayerClass,
    Leaf,
    Pending,
    Scope,
    Table,
    UserClass,
)
from app.formats.python.words import items_of

_REFUSED: Final[dict[type[ast.stmt], str]] = {
    ast.While: "“while” can't stand here, since nobody knows how often it turns: write for i in range(n)",
    ast.Try: "“try” can't stand here: write the lines without it",
    ast.Global: "“global” can't stand here: hand the value to the function and return the result",
    ast.Nonlocal: "“nonlocal” can't stand here: hand the value to the function and return the result",
    ast.Delete: "“del” can't stand here: leave the line out",
    ast.Raise: "the program would raise an error here",
    ast.Break: "“break” can't stand here: let range end the loop",
    ast.Continue: "“continue” can't stand here: put what follows under an if",
    ast.AsyncFunctionDef: "an “async” function can't stand here: write def",
    ast.AsyncFor: "“async” can't stand here: write for",
    ast.AsyncWith: "“async” can't stand here",
    ast.Match: "“match” can't stand here: write if and else",
}
_BASES: Final = frozenset({"torch.nn.Module"})
_PLAIN_BASES: Final = frozenset({"object", "Exception", "ValueError"})
"""Of Python's own; they give an object nothing that a graph needs."""


class Statements:
    """What the program's statements do."""

    def __init__(self, read: Reading) -> None:
        self._read = read
        self.expressions = Expressions(read, self.run)
        self.result: Pending | None = None
        """What the last line outside of functions computed."""
        self.made: list[Function | UserClass | Instance] = []
        """Functions, classes and their objects, in order: one of them is called where the program calls none."""
        self._handlers: dict[type[ast.stmt], Callable[[Any, Scope], Returned | None]] = {
            ast.Expr: self._expression,
            ast.Assign: self._assign,
            ast.AnnAssign: self._annotated,
            ast.AugAssign: self._augmented,
            ast.FunctionDef: self._define,
            ast.ClassDef: self._class,
            ast.Return: self._return,
            ast.For: self._for,
            ast.If: self._if,
            ast.With: self._with,
            ast.Import: self._import,
            ast.ImportFrom: self._import_from,
            ast.Pass: self._pass,
            ast.Assert: self._pass,
        }

    def run(self, body: Sequence[ast.stmt], scope: Scope) -> Returned | None:
        """Follow statements one after another, up to a return."""
        for statement in body:
            if (returned := self.follow(statement, scope)) is not None:
                return returned
        return None

    def follow(self, statement: ast.stmt, scope: Scope) -> Returned | None:
        """Follow one statement."""
        handler = self._handlers.get(type(statement))
        if handler is None:
            raise self._read.fault(statement, _REFUSED.get(type(statement), "this statement can't stand here"))
        with self._read.level(statement):
            return handler(statement, scope)

    def _pass(self, _statement: ast.stmt, _scope: Scope) -> None:
        return None

    def _expression(self, statement: ast.Expr, scope: Scope) -> None:
        self._note_result(self.expressions.value(statement.value, scope), scope)

    def _note_result(self, held: Held, scope: Scope) -> None:
        outside = scope is self.expressions.globals
        if outside and isinstance(held, Pending) and not held.op.is_leaf:
            self.result = held
        if outside and isinstance(held, Instance):
            self.made.append(held)

    def _assign(self, statement: ast.Assign, scope: Scope) -> None:
        held = self.expressions.value(statement.value, scope)
        for target in statement.targets:
            self._bind(target, held, scope)

    def _annotated(self, statement: ast.AnnAssign, scope: Scope) -> None:
        if statement.value is not None:
            self._bind(statement.target, self.expressions.value(statement.value, scope), scope)

    def _augmented(self, statement: ast.AugAssign, scope: Scope) -> None:
        target = statement.target
        # The same place as something to read.
        now = ast.copy_location(
            ast.Name(target.id, ast.Load())
            if isinstance(target, ast.Name)
            else ast.Attribute(target.value, target.attr, ast.Load())
            if isinstance(target, ast.Attribute)
            else ast.Subscript(target.value, target.slice, ast.Load()),
            target,
        )
        left = self.expressions.value(now, scope)
        right = self.expressions.value(statement.value, scope)
        self._bind(target, self.expressions.operators.binary(statement, statement.op, left, right), scope)

    def _bind(self, target: ast.expr, held: Held, scope: Scope) -> None:
        """Let a target hold something."""
        match target:
            case ast.Name(id=name):
                local = scope is not self.expressions.globals
                if not self._is_update(scope.names.get(name), held):
                    scope.names[name] = bind(held, name, local=local)
                self._note_result(held, scope)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                for inner, part in zip(targets, self._parts(target, len(targets), held), strict=True):
                    self._bind(inner, part, scope)
            case ast.Attribute():
                self._bind_attribute(target, held, scope)
            case ast.Subscript():
                self._bind_entry(target, held, scope)
            case _:
                raise self._read.fault(target, "a name, an attribute or an entry of a dictionary should stand before =")

    def _is_update(self, before: Held, held: Held) -> bool:
        """Whether a parameter is moved by its gradient here: it stays as it was."""
        moves = isinstance(held, Aside) and isinstance(before, (Leaf, Pending))
        if moves:
            self._read.nodes.parameters_move()
        return moves

    def _parts(self, place: ast.AST, count: int, held: Held) -> Sequence[Held]:
        if self._read.known(held) is ASIDE:
            return [ASIDE] * count
        if not isinstance(held, (list, tuple, range)) or len(held) != count:
            raise self._read.fault(place, f"there are {count} names here, and what follows = isn't a list of as many")
        return held

    def _bind_attribute(self, target: ast.Attribute, held: Held, scope: Scope) -> None:
        name = target.attr
        owner = self._read.known(self.expressions.value(target.value, scope))
        if name == "_backward" and isinstance(owner, (Leaf, Pending)):
            return
        if name.startswith("_"):
            raise self._read.fault(target, "attributes that begin with an underscore can't stand here")
        if isinstance(owner, Instance):
            if not self._is_update(owner.attributes.get(name), held):
                owner.attributes[name] = bind(held, name, member=True)
        elif isinstance(owner, Leaf) and name == "requires_grad" and held is True and owner.node is None:
            owner.op = Parameter if owner.op is Input else owner.op
        elif isinstance(owner, (Leaf, Pending)) and name in {"grad", "data", "requires_grad", "label"}:
            if name == "data":
                self._read.nodes.parameters_move()
        elif not isinstance(owner, Aside):
            raise self._read.fault(
                target, "an attribute can be set of an object of a class in this text, as in self.x = x"
            )

    def _bind_entry(self, target: ast.Subscript, held: Held, scope: Scope) -> None:
        owner = self._read.known(self.expressions.value(target.value, scope))
        if isinstance(owner, Aside):
            return
        if isinstance(owner, (Leaf, Pending)) and isinstance(held, Aside):
            self._read.nodes.parameters_move()
            return
        index = self.expressions.value(target.slice, scope)
        if isinstance(owner, Table):
            key = self.expressions.key(target.slice, index)
            if not self._is_update(owner.get(key), held):
                bind_entry(owner, key, held)
        elif isinstance(owner, list):
            place = self._read.whole(target.slice, index)
            if not -len(owner) <= place < len(owner):
                raise self._read.fault(target, f"the list has {len(owner)} items, counted from 0")
            owner[place] = held
        else:
            raise self._read.fault(target, "an array's elements can't be set: make the array anew")

    def _define(self, statement: ast.FunctionDef, scope: Scope) -> None:
        self._check_decorators(statement.decorator_list, scope)
        function = Function(statement, scope)
        scope.names[statement.name] = function
        if scope is self.expressions.globals:
            self.made.append(function)

    def _check_decorators(self, decorators: Sequence[ast.expr], scope: Scope) -> None:
        for decorator in decorators:
            held = self.expressions.value(decorator, scope)
            if held is not ASIDE and held != Dotted("jax.jit"):
                raise self._read.fault(decorator, "a decorator can't stand here: leave the line out")

    def _class(self, statement: ast.ClassDef, scope: Scope) -> None:
        self._check_decorators(statement.decorator_list, scope)
        bases = self._bases(statement, scope)
        if (known := self._known_class(statement, bases)) is not None:
            scope.names[statement.name] = known
            return
        if statement.keywords or len(bases) > 1:
            raise self._read.fault(statement, "a class derives from at most one other here")
        base = bases[0] if bases else None
        if isinstance(base, LayerClass):
            raise self._read.fault(statement.bases[0], "a class can't derive from a layer here: write it out")
        made = UserClass(statement.name, base, {})
        inner = Scope(scope)
        for item in statement.body:
            if isinstance(item, ast.FunctionDef):
                made.members[item.name] = Function(item, scope, made)
            elif isinstance(item, (ast.Assign, ast.AnnAssign, ast.Expr, ast.Pass)):
                self._member(item, inner)
            else:
                raise self._read.fault(item, "a class holds methods, written with def, and assignments")
        made.members |= inner.names
        scope.names[statement.name] = made
        if scope is self.expressions.globals:
            self.made.append(made)

    def _member(self, item: ast.stmt, inner: Scope) -> None:
        """Follow a line of a class. What it can't give may belong to methods that nothing here calls."""
        try:
            self.follow(item, inner)
        except GraphError as error:
            inner.names |= dict.fromkeys(assigned_names([item]), Faulty(error))

    @staticmethod
    def _known_class(statement: ast.ClassDef, bases: Sequence[UserClass | LayerClass]) -> Held:
        """The op of a layer class that the book defines, or micrograd's value; None for any other class."""
        members = {item.name for item in statement.body if isinstance(item, ast.FunctionDef)}

        def has(name: str) -> bool:
            return name in members or any(isinstance(base, LayerClass) or base.has_method(name) for base in bases)

        if has("forward") and has("backward") and (op := layer_named(statement.name)) is not None:
            return LayerClass(op)
        if statement.name == "Value" and {"__add__", "backward"} <= members:
            return Dotted(library.KNOWN_AS[statement.name])
        return None

    def _bases(self, statement: ast.ClassDef, scope: Scope) -> list[UserClass | LayerClass]:
        """The classes that a class derives from, without those that give it nothing a graph needs."""
        bases: list[UserClass | LayerClass] = []
        for expression in statement.bases:
            if isinstance(expression, ast.Name) and expression.id in _PLAIN_BASES:
                continue
            base = self.expressions.value(expression, scope)
            if isinstance(base, (UserClass, LayerClass)):
                bases.append(base)
            elif base is not ASIDE and not (isinstance(base, Dotted) and base.path in _BASES):
                raise self._read.fault(expression, "a class can derive from nn.Module or from a class in this text")
        return bases

    def _return(self, statement: ast.Return, scope: Scope) -> Returned:
        return Returned(None if statement.value is None else self.expressions.value(statement.value, scope))

    def _for(self, statement: ast.For, scope: Scope) -> Returned | None:
        if statement.orelse:
            raise self._read.fault(statement.orelse[0], "“else” can't follow a loop here")
        items = items_of(self._read, Call(statement.iter), self.expressions.value(statement.iter, scope))
        nodes = self._read.nodes
        for item in items:
            self._read.turn(statement)
            started, moved = self._read.output, nodes.moved
            count = nodes.count
            self._bind_item(statement.target, item, scope)
            if (returned := self.run(statement.body, scope)) is not None:
                return returned
            trains = started is None and self._read.output is not None and nodes.count > count
            if len(items) > 1 and (trains or nodes.moved != moved):
                nodes.note("A loop that trains is followed for its first turn only.")
                break
        return None

    def _bind_item(self, target: ast.expr, held: Held, scope: Scope) -> None:
        """Let a loop's names hold one item: a number stays a plain one."""
        if isinstance(target, ast.Name):
            scope.names[target.id] = held
            return
        if not isinstance(target, (ast.Tuple, ast.List)):
            raise self._read.fault(target, "a loop's names should stand here, as in for i in range(3)")
        for inner, part in zip(target.elts, self._parts(target, len(target.elts), held), strict=True):
            self._bind_item(inner, part, scope)

    def _if(self, statement: ast.If, scope: Scope) -> Returned | None:
        holds = self.expressions.condition(statement.test, scope, "if")
        return self.run(statement.body if holds else statement.orelse, scope)

    def _with(self, statement: ast.With, scope: Scope) -> Returned | None:
        for item in statement.items:
            if self.expressions.value(item.context_expr, scope) is not ASIDE or item.optional_vars is not None:
                raise self._read.fault(statement, "with can only hold torch.no_grad() here")
        return self.run(statement.body, scope)

    def _import(self, statement: ast.Import, scope: Scope) -> None:
        for alias in statement.names:
            self._check_import(alias, alias.name)
            if alias.asname:
                scope.names[alias.asname] = Dotted(alias.name)
            else:
                root = alias.name.partition(".")[0]
                scope.names[root] = Dotted(root)

    def _import_from(self, statement: ast.ImportFrom, scope: Scope) -> None:
        module = statement.module or ""
        is_book = module.startswith(library.BOOK)
        if not is_book:
            self._check_import(statement, module)
        for alias in statement.names:
            name = alias.asname or alias.name
            if alias.name == "*":
                continue
            path = f"{module}.{alias.name}"
            if library.is_left_out(path):
                scope.names[name] = ASIDE
            elif not is_book:
                scope.names[name] = Dotted(path)
            elif (op := layer_named(alias.name)) is not None and alias.name[0].isupper():
                scope.names[name] = LayerClass(op)

    def _check_import(self, place: ast.AST, module: str) -> None:
        root = module.partition(".")[0]
        if root not in library.ROOTS:
            raise self._read.fault(
                place,
                f"{quoted(root)} can't be imported here: there are numpy, torch, math, jax and the book's layers; "
                "what the program needs of others, paste above it",
                "unknown-name",
            )
        self._read.uses_torch |= root == "torch"


def assigned_names(body: Sequence[ast.stmt]) -> Iterator[str]:
    """The names that statements define in their own scope, functions and classes not entered."""
    stack: list[ast.AST] = list(body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.AsyncFunctionDef)):
            yield node.name
            continue
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]
        elif isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            continue
        stack += ast.iter_child_nodes(node)
