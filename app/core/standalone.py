"""The code of ops with all that it stands on, so that it runs with NumPy alone.

An elementwise op is written as the book writes its layers, from ``value`` and ``partials`` over symbols. Of any other,
forward and backward are given as they were written, with the methods and functions that they call and without types.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import textwrap
from collections.abc import Callable, Collection, Iterator, Mapping
from types import ModuleType
from typing import Any, Final

from app.core.booklayer import book_layer
from app.core.layer import Elementwise, Layer
from app.core.listing import bare
from app.core.notation import Name, numpy_source
from app.core.tensor import unbroadcast

_ENTRANCES: Final = ("__init__", "forward", "backward")
_BUILTINS: Final = frozenset(dir(builtins))


class Standalone:
    """The code of these ops. ``names`` are those that it all takes in a program.

    By each op are the inputs that are broadcast in one use of it at least, whose gradients are therefore summed.
    """

    def __init__(self, ops: Mapping[type[Layer], Collection[int]]) -> None:
        self._imports = {"import numpy as np"}
        self._parts: list[str] = []
        self._reached: dict[type, set[str]] = {}
        self.names: set[str] = set()
        for op in ops:
            self._reach(op)
        for op, stretched in ops.items():
            self._add(op, stretched)

    def text(self) -> str:
        """Imports, and then every part behind what it stands on."""
        imports = "".join(f"{line}\n" for line in sorted(self._imports))
        return imports + "".join(f"\n\n{part}" for part in self._parts) + ("\n" if self._parts else "")

    def _add(self, op: type[Layer], stretched: Collection[int]) -> None:
        if not issubclass(op, Elementwise):
            self._class(op)
            return
        if stretched:
            self._global(unbroadcast.__name__, unbroadcast)
        self.names.add(op.__name__)
        self._parts.append("\n".join(book_layer(op, stretched)) + "\n")

    def _class(self, op: type[Layer]) -> None:
        """An op as it was written, and the bases that it shares code with."""
        if op.__name__ in self.names:
            return
        self.names.add(op.__name__)
        for base in op.__bases__:
            if base is not Layer:
                self._class(base)
        if op not in self._reached:
            self._reach(op)
        members = [vars(op)[name] for name in vars(op) if name in self._reached[op]]
        sources = [bare(textwrap.dedent(inspect.getsource(member))) for member in members]
        for member in members:
            self._stands_on(member)
        bases = ", ".join(base.__name__ for base in op.__bases__ if base is not Layer)
        doc = (op.__doc__ or "").splitlines()[0]
        head = f'class {op.__name__}{f"({bases})" if bases else ""}:\n    """{doc}"""\n'
        self._parts.append(head + "".join("\n" + textwrap.indent(source, "    ") for source in sources))

    def _reach(self, op: type[Layer]) -> None:
        """Finds the methods of an op and its bases that forward and backward call."""
        waiting = [*_ENTRANCES]
        found = set[str]()
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            found.add(name)
            for base in op.__mro__:
                if inspect.isfunction(method := vars(base).get(name)):
                    self._reached.setdefault(base, set()).add(name)
                    waiting += _own_attributes(method)

    def _function(self, function: Callable[..., Any]) -> None:
        self._stands_on(function)
        self._parts.append(bare(textwrap.dedent(inspect.getsource(function))))

    def _stands_on(self, function: Any) -> None:
        """What a function takes from its module."""
        function = inspect.unwrap(getattr(function, "__func__", function))
        for name in _used(function):
            if name in function.__globals__:
                self._global(name, function.__globals__[name])

    def _global(self, name: str, value: Any) -> None:
        if name in self.names:
            return
        if isinstance(value, type) and issubclass(value, Layer):
            self._class(value)
            return
        self.names.add(name)
        if isinstance(value, ModuleType):
            self._imports.add(f"import {value.__name__}" + ("" if value.__name__ == name else f" as {name}"))
        elif inspect.isfunction(value) and "<locals>" in value.__qualname__:
            # An elementary function: of floats, arrays and symbols.
            self._parts.append(f"{name} = {numpy_source(value(*_arguments(value))).partition('(')[0]}\n")
        elif inspect.isfunction(value):
            self._function(value)
        elif inspect.isclass(value):
            self._parts.append(bare(inspect.getsource(value)))
        else:
            self._parts.append(f"{name} = {value!r}\n")


def _arguments(function: Callable[..., Any]) -> list[Name]:
    return [Name(name) for name in inspect.signature(function).parameters]


def _tree(function: Callable[..., Any]) -> ast.AST:
    return ast.parse(bare(textwrap.dedent(inspect.getsource(function))))


def _own_attributes(method: Callable[..., Any]) -> Iterator[str]:
    for node in ast.walk(_tree(method)):
        match node:
            case ast.Attribute(value=ast.Name(id="self" | "cls")):
                yield node.attr


def _used(function: Callable[..., Any]) -> list[str]:
    """The names that a function reads, in order, but for Python's own."""
    used = (node.id for node in ast.walk(_tree(function)) if isinstance(node, ast.Name))
    return [name for name in dict.fromkeys(used) if name not in _BUILTINS]
