"""How an op is written in the code of other libraries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from app.core.tensor import Shape

Code: TypeAlias = Mapping[str, str]
"""An expression by library: ``torch``, ``jax`` and ``micrograd``."""


@dataclass(frozen=True, slots=True)
class Term:
    """An input of an op in a program: what it is called there, and its shape.

    ``constant`` is the number itself where the input is a number that asks for no gradient.
    """

    text: str
    shape: Shape = ()
    constant: float | None = None

    def __str__(self) -> str:
        return self.text


class OnnxNodes(Protocol):
    """Where an op puts the ONNX nodes that compute it. Names of values are given and taken."""

    def node(self, operator: str, *inputs: Term | str, **attributes: Any) -> str:
        """A node of ONNX's standard operators; the name of its first output. Attributes that are None are left out."""
        raise NotImplementedError

    def constant(self, value: Any) -> str:
        """A constant, by NumPy's rules for its type; its name."""
        raise NotImplementedError


def call(function: str, *inputs: Term | str, **settings: Any) -> str:
    """``function(inputs, name=setting)``. Settings that are None are left out.

    Example:
        >>> call("torch.sum", "x", dim=1, keepdim=None)
        'torch.sum(x, dim=1)'
    """
    given = (f"{name}={value!r}" for name, value in settings.items() if value is not None)
    return f"{function}({', '.join([*map(str, inputs), *given])})"
