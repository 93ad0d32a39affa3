"""What a reader of an operator is given, and where it registers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np

from app.core.layer import Layer
from app.core.tensor import Shape
from app.formats.onnx.build import Builder
from app.formats.onnx.values import Computed, Known, Tensor, UnreadError, known

Result: TypeAlias = Tensor | Sequence[Tensor]


@dataclass(frozen=True, slots=True)
class Call:
    """One node of a model: its operator's inputs (None where one is left out), attributes and version.

    ``whole`` says of each input, and ``whole_result`` of the first output, whether it holds whole numbers.
    """

    build: Builder
    inputs: Sequence[Tensor | None]
    attributes: Mapping[str, Any]
    opset: int
    outputs: int
    whole: Sequence[bool]
    whole_result: bool

    def __getitem__(self, place: int) -> Tensor:
        """An input that must be there."""
        if (tensor := self.given(place)) is None:
            raise UnreadError(f"its input {place + 1} is missing")
        return tensor

    def given(self, place: int) -> Tensor | None:
        """An input that may be left out."""
        return self.inputs[place] if place < len(self.inputs) else None

    def add(self, op: type[Layer], *inputs: Tensor, **params: Any) -> Computed:
        """A node of an op."""
        return self.build.add(op, *inputs, **params)

    def number(self, value: float) -> Known:
        """A constant number."""
        return self.build.number(value)

    def attribute(self, name: str, default: Any = None) -> Any:
        """An attribute's value."""
        return self.attributes.get(name, default)

    def setting(self, name: str, place: int, since: int) -> list[int] | None:
        """Whole numbers that are an attribute in operators older than ``since`` and an input from then on."""
        if self.opset < since:
            found = self.attribute(name)
            return None if found is None else [int(number) for number in np.atleast_1d(found)]
        tensor = self.given(place)
        return None if tensor is None else known(tensor, name).integers()

    def scalar(self, name: str, place: int, since: int, default: float) -> float:
        """A number that is an attribute in operators older than ``since`` and an input from then on."""
        if self.opset < since:
            return float(self.attribute(name, default))
        tensor = self.given(place)
        if tensor is None:
            return default
        array = known(tensor, name).array
        return float(array.reshape(-1)[0]) if array.size else default


Reader: TypeAlias = Callable[[Call], Result]
OPERATORS: Final[dict[str, Reader]] = {}
"""By the operator's name."""


def operator(*names: str) -> Callable[[Reader], Reader]:
    """Register the reader of these operators."""

    def register(reader: Reader) -> Reader:
        for name in names:
            OPERATORS[name] = reader
        return reader

    return register


def axis_of(axis: int, shape: Shape) -> int:
    """An axis counted from the front."""
    return axis + len(shape) if axis < 0 else axis
