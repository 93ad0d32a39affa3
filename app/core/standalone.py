"""The code of ops with all that it stands on, so that it runs with NumPy alone.

An elementwise op is written as the book writes its layers, from ``value`` and ``partials`` over symbols. Of any other,
forward and backward are given as they were written, with the methods and functions that they call and without types.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import math
import re
import sys
import textwrap
from collections.abc import Collection, Iterator, Mapping
from dataclasses import is_dataclass
from enum import Enum
from types import ModuleType
from typing import Any, Final

from app.core.booklayer import book_layer
from app.core.build import FreshNames
from app.core.elementwise import Elementwise
from app.core.layer import Layer
from app.core.listing import bare
from app.core.notation import Name, numpy_source
from app.core.tensor import unbroadcast

_ENTRANCES: Final = ("__init__", "forward", "backward")
_BUILTINS: Final = frozenset(dir(builtins))
_OURS: Final = __name__.partition(".")[0]


class Standalone:
    """The code of these ops.

    By each op are the inputs that are broadcast in one use of it at least, whose gradients are therefore summed.
    """

    def __init__(self, ops: Mapping[type[Layer], Collection[int]]) -> None:
        self._imports = {"import numpy as np"}
        self._parts: list[str] = []
        self._reached: dict[type, set[str]] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._fresh = FreshNames(_BUILTINS, {"np"}).fresh
        written = [op for op in ops if not issubclass(op, Elementwise) or not _takes_numbers(op)]
        for op in ops:
            self._names[_key(op)] = self._fresh(op.__name__)
        for op in written:
            self._reach(op)
        for op, stretched in ops.items():
            if op in written:
                self._layer(op)
            elif issubclass(op, Elementwise):
                self._book_layer(op, stretched)

    @property
    def names(self) -> Collection[str]:
        """The names that it all takes in a program; an op has its own."""
        return self._names.values()

    def text(self) -> str:
        """Imports, and then every part behind what it stands on."""
        imports = "".join(f"{line}\n" for line in sorted(self._imports))
        return imports + "".join(f"\n\n{part}" for part in self._parts) + ("\n" if self._parts else "")

    def _book_layer(self, op: type[Elementwise], stretched: Collection[int]) -> None:
        if stretched:
            self._name(unbroadcast.__name__, unbroadcast)
        lines = "\n".join(book_layer(op, stretched))
        if "math." in lines:
            self._name(math.__name__, math)
        self._parts.append(f"{lines}\n")

    def _reach(self, op: type[Layer]) -> None:
        """Finds what of an op and its bases forward and backward use."""
        waiting, found = [*_ENTRANCES], set[str]()
        root = next(base for base in op.__mro__ if Layer in base.__bases__)
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            found.add(name)
            for base in op.__mro__:
                if name in vars(base):
                    # The base of all isn't written: what it holds goes to the first one that is.
                    self._reached.setdefault(root if base is Layer else base, set()).add(name)
                    waiting += _own_attributes(vars(base)[name])

    def _layer(self, op: type[Layer]) -> None:
        """An op as it was written, behind the bases that it shares code with."""
        bases = [self._name(base.__name__, base) for base in op.__bases__ if base is not Layer]
        members = [
            textwrap.indent(self._source(member, op.__module__), "    ")
            if _is_code(member)
            else f"    {name} = {self._literal(member)}\n"
            for name, member in self._members(op)
        ]
        doc = (op.__doc__ or "").splitlines()[0]
        head = f"class {self._names[_key(op)]}({', '.join(bases)}):".replace("()", "")
        self._parts.append("\n".join([f'{head}\n    """{doc}"""\n', *members]))

    def _members(self, op: type[Layer]) -> Iterator[tuple[str, Any]]:
        """What of an op is used, and what it has from the base of all, which isn't written."""
        if Layer in op.__bases__:
            reached = self._reached.get(op, set()) - vars(op).keys() - {*_ENTRANCES}
            yield from ((name, value) for name, value in vars(Layer).items() if name in reached)
        yield from ((name, value) for name, value in vars(op).items() if name in self._reached.get(op, ()))

    def _literal(self, value: Any) -> str:
        if isinstance(value, Enum):
            return f"{self._name(type(value).__name__, type(value))}.{value.name}"
        return repr(value)

    def _name(self, name: str, value: Any, module: str = "") -> str:
        """The name under which something stands in the program, which it's added to if it isn't there."""
        key = _key(value, module, name)
        if key in self._names:
            return self._names[key]
        owner = getattr(value, "__module__", module)
        if isinstance(value, ModuleType):
            self._names[key] = name
            self._imports.add(f"import {value.__name__}" + ("" if value.__name__ == name else f" as {name}"))
        elif owner.partition(".")[0] != _OURS:
            self._names[key] = name
            self._imports.add(f"from {_imported_from(name, module)} import {name}")
        else:
            self._names[key] = self._fresh(name)
            self._define(name, value, owner)
        return self._names[key]

    def _define(self, name: str, value: Any, module: str) -> None:
        """Writes down something of ours, which a module has under a name."""
        own = self._names[_key(value, module, name)]
        if isinstance(value, type) and issubclass(value, Layer):
            if value not in self._reached:
                self._reach(value)
            self._layer(value)
        elif inspect.isfunction(value) and "<locals>" in value.__qualname__:
            self._parts.append(_elementary(own, value))
        elif _is_code(value) or isinstance(value, type):
            self._parts.append(self._source(value, module))
        else:
            self._parts.append(self._renamed(_assignment(name, module), module, {name: own}))

    def _source(self, value: Any, module: str) -> str:
        """The code of a function or class, what it stands on being written first."""
        if is_dataclass(value):
            self._imports.add("from __future__ import annotations")  # Its fields keep their types.
        key = _key(value)
        return self._renamed(_source(value), module, {value.__name__: self._names[key]} if key in self._names else {})

    def _renamed(self, text: str, module: str, own: Mapping[str, str]) -> str:
        """Code of a module with the names that things have in the program; what it stands on is written first."""
        known = vars(sys.modules[module])
        used = {name: self._name(name, known[name], module) for name in _used(text) if name in known}
        for name, stands in {**used, **own}.items():
            if name != stands:
                text = re.sub(rf"\b{name}\b", stands, text)
        return text


def _key(value: Any, module: str = "", name: str = "") -> tuple[str, str]:
    """What tells a function or class from others, in whatever module it was found; other values by where they stand."""
    if isinstance(value, ModuleType):
        return value.__name__, ""
    own = getattr(value, "__qualname__", name)
    # Functions that another one made are all named alike.
    return getattr(value, "__module__", module), name if "<locals>" in own else own


def _elementary(name: str, function: Any) -> str:
    """A function of floats, arrays and symbols as NumPy has it."""
    arguments = ", ".join(inspect.signature(function).parameters)
    text = numpy_source(function(*map(Name, arguments.split(", "))))
    whole = f"({arguments})"
    return (
        f"{name} = {text.removesuffix(whole)}\n" if text.endswith(whole) else f"def {name}{whole}:\n    return {text}\n"
    )


def _assignment(name: str, module: str) -> str:
    """The statement by which a module gives a value to a name."""
    source = inspect.getsource(sys.modules[module])
    for statement in ast.parse(source).body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=target)]) | ast.AnnAssign(target=ast.Name(id=target)):
                if target == name:
                    return bare(ast.get_source_segment(source, statement) or "")
    raise LookupError(f"{module} gives {name} no value")


def _takes_numbers(op: type[Layer]) -> bool:
    """Whether the settings of an op are numbers, for which symbols can stand."""
    return all(isinstance(param.default, float) for param in op.params)


def _imported_from(name: str, module: str) -> str | None:
    """Where a module imports a name from."""
    for node in ast.walk(ast.parse(inspect.getsource(sys.modules[module]))):
        if isinstance(node, ast.ImportFrom) and any(alias.name == name for alias in node.names):
            return node.module
    return None


def _is_code(member: Any) -> bool:
    return isinstance(member, (property, classmethod, staticmethod)) or inspect.isfunction(inspect.unwrap(member))


def _source(value: Any) -> str:
    """The code of a function, method, property or class, its decorators included, without types."""
    value = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
    return bare(textwrap.dedent(inspect.getsource(value)))


def _own_attributes(member: Any) -> Iterator[str]:
    """The names of what a method uses of its object."""
    if _is_code(member):
        for node in ast.walk(ast.parse(_source(member))):
            match node:
                case ast.Attribute(value=ast.Name(id="self" | "cls") | ast.Call(func=ast.Name(id="super"))):
                    yield node.attr


def _used(source: str) -> list[str]:
    """The names that code reads when it runs, in order, but for Python's own."""
    found: dict[str, None] = {}
    open_: list[ast.AST] = [ast.parse(source)]
    while open_:
        node = open_.pop()
        if isinstance(node, ast.Name) and node.id not in _BUILTINS:
            found[node.id] = None
        annotation = node.annotation if isinstance(node, ast.AnnAssign) else None
        open_ += [child for child in reversed(list(ast.iter_child_nodes(node))) if child is not annotation]
    return list(found)
