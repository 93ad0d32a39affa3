"""The code of ops with all that it stands on, so that it runs with NumPy alone.

An elementwise op is written as the book writes its layers, from ``value`` and ``partials`` over symbols. Of any other,
forward and backward are given as they were written, with the methods and functions that they call and without types.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import re
import sys
import textwrap
from collections.abc import Collection, Iterator, Mapping
from dataclasses import is_dataclass
from types import ModuleType
from typing import Any, Final

from app.core.booklayer import book_layer
from app.core.build import FreshNames
from app.core.layer import Elementwise, Layer
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
        for op in ops:
            self._names[_key(op)] = self._fresh(op.__name__)
            self._reach(op)
        for op, stretched in ops.items():
            if issubclass(op, Elementwise):
                if stretched:
                    self._name(unbroadcast.__name__, unbroadcast)
                self._parts.append("\n".join(book_layer(op, stretched)) + "\n")
            else:
                self._layer(op)

    @property
    def names(self) -> Collection[str]:
        """The names that it all takes in a program; an op has its own."""
        return self._names.values()

    def text(self) -> str:
        """Imports, and then every part behind what it stands on."""
        imports = "".join(f"{line}\n" for line in sorted(self._imports))
        return imports + "".join(f"\n\n{part}" for part in self._parts) + ("\n" if self._parts else "")

    def _reach(self, op: type[Layer]) -> None:
        """Finds what of an op and its bases forward and backward use."""
        waiting, found = [*_ENTRANCES], set[str]()
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            found.add(name)
            for base in op.__mro__:
                if name in vars(base):
                    self._reached.setdefault(base, set()).add(name)
                    waiting += _own_attributes(vars(base)[name])

    def _layer(self, op: type[Layer]) -> None:
        """An op as it was written, behind the bases that it shares code with."""
        bases = [self._name(base.__name__, base) for base in op.__bases__ if base is not Layer]
        reached = [(name, member) for name, member in vars(op).items() if name in self._reached.get(op, ())]
        members = [
            textwrap.indent(self._source(member, op.__module__), "    ")
            if _is_code(member)
            else f"    {name} = {member!r}\n"
            for name, member in reached
        ]
        doc = (op.__doc__ or "").splitlines()[0]
        head = f"class {self._names[_key(op)]}({', '.join(bases)}):".replace("()", "")
        self._parts.append("\n".join([f'{head}\n    """{doc}"""\n', *members]))

    def _name(self, name: str, value: Any, module: str = "") -> str:
        """The name under which something stands in the program, which it's added to if it isn't there."""
        key = _key(value, module, name)
        if key in self._names:
            return self._names[key]
        owner = getattr(value, "__module__", None) or _OURS
        if isinstance(value, ModuleType):
            self._names[key] = name
            self._imports.add(f"import {value.__name__}" + ("" if value.__name__ == name else f" as {name}"))
        elif owner.partition(".")[0] != _OURS:
            self._names[key] = name
            self._imports.add(f"from {owner} import {name}")
        else:
            self._names[key] = self._fresh(name)
            self._define(self._names[key], value, owner)
        return self._names[key]

    def _define(self, name: str, value: Any, module: str) -> None:
        """Writes down something of ours."""
        if isinstance(value, type) and issubclass(value, Layer):
            if value not in self._reached:
                self._reach(value)
            self._layer(value)
        elif inspect.isfunction(value) and "<locals>" in value.__qualname__:
            # An elementary function: of floats, arrays and symbols.
            arguments = [Name(argument) for argument in inspect.signature(value).parameters]
            self._parts.append(f"{name} = {numpy_source(value(*arguments)).partition('(')[0]}\n")
        elif _is_code(value) or isinstance(value, type):
            self._parts.append(self._source(value, module))
        else:
            self._parts.append(f"{name} = {value!r}\n")

    def _source(self, value: Any, module: str) -> str:
        """The code of a function or class, what it stands on being written first."""
        text = _source(value)
        known = vars(sys.modules[module])
        renamed = {name: self._name(name, known[name], module) for name in _used(text) if name in known}
        if (key := _key(value)) in self._names:
            renamed[value.__name__] = self._names[key]
        for name, stands in renamed.items():
            if name != stands:
                text = re.sub(rf"\b{name}\b", stands, text)
        if is_dataclass(value):
            self._imports.add("from __future__ import annotations")  # Its fields keep their types.
        return text


def _key(value: Any, module: str = "", name: str = "") -> tuple[str, str]:
    """What tells a function or class from others, in whatever module it was found; other values by where they stand."""
    if isinstance(value, ModuleType):
        return value.__name__, ""
    return getattr(value, "__module__", module), getattr(value, "__qualname__", name)


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
