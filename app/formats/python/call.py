"""A call, and what a library's function is to the reader."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from app.formats.python.reading import Reading
from app.formats.python.values import Held


@dataclass(frozen=True, slots=True)
class Call:
    """A call: where it stands, and what it is given."""

    place: ast.AST
    args: Sequence[Held] = ()
    named: Mapping[str, Held] = field(default_factory=dict)

    def get(self, number: int, name: str, default: Held = None) -> Held:
        """An argument by its number or its name."""
        return self.args[number] if number < len(self.args) else self.named.get(name, default)


Meaning: TypeAlias = Callable[[Reading, Call], Held]
