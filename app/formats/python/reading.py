"""What all parts of the reader share: the source, the graph in the making, the random numbers, the caps."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import numpy as np

from app.core.errors import GraphError
from app.core.layer import Layer
from app.core.ops.choice import Comparison
from app.core.ops.parts import Gather, Slice
from app.core.ops.shape import Reshape
from app.core.tensor import Array, Shape, Value, as_value
from app.core.validate import Limits
from app.formats.python.draws import Draws
from app.formats.python.nodes import Nodes
from app.formats.python.source import SourceText
from app.formats.python.values import (
    ASIDE,
    UNKNOWN,
    Aside,
    Faulty,
    Held,
    Leaf,
    Pending,
    Tensor,
)

MAX_DEPTH: Final = 80
"""Levels of expressions, blocks and calls in one another while the tree is walked."""
MAX_STEPS: Final = 100_000
"""Expressions and statements that are looked at, counted again in every turn of a loop."""
MAX_TURNS: Final = 10_000
MAX_ITEMS: Final = 10_000
"""Turns of all loops together, and things in a list."""
_MAX_NESTED: Final = 32
_MAX_LEVELS: Final = 2
"""Lists in one another that a setting may be."""


class Skipped(Exception):  # noqa: N818  (nothing is wrong that hasn't been said)
    """Something at fault, which has been reported already, is used again."""


def shape_held(held: Held) -> Shape:
    """The shape of a tensor, a number's for anything else."""
    return held.shape if isinstance(held, (Leaf, Pending)) else ()


def is_truth(held: Held) -> bool:
    """Whether it is true or false, or a node that is 1 or 0 for that."""
    if isinstance(held, Pending):
        return held.truth or issubclass(held.op, Comparison)
    return isinstance(held, bool)


class Reading:
    """One program that is being read."""

    def __init__(self, source: SourceText, inputs: Mapping[str, Value], limits: Limits) -> None:
        self.source = source
        self.inputs = inputs
        self.nodes = Nodes(source, limits)
        self.draws = Draws()
        self.own_draws: list[Draws] = []
        self.uses_torch = False
        self.output: Pending | None = None
        """What the code differentiates: where its first backward call starts."""
        self.upstream: Value | None = None
        """What that call is given, where it isn't ones."""
        self._depth = 0
        self._steps = 0
        self._turns = 0

    def fault(self, place: ast.AST, detail: str, code: str = "syntax") -> GraphError:
        """What is refused there, and what could stand in its stead."""
        return self.source.fault(place, detail, code)

    @contextmanager
    def level(self, place: ast.AST) -> Iterator[None]:
        """One level deeper in the tree, and a step further."""
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise self.source.over_budget(place, f"the program takes more than {MAX_STEPS:,} steps", MAX_STEPS)
        if self._depth >= MAX_DEPTH:
            raise self.fault(place, f"expressions, blocks and calls go at most {MAX_DEPTH} deep", "too-deep")
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    def turn(self, place: ast.AST) -> None:
        """Count a turn of a loop."""
        self._turns += 1
        if self._turns > MAX_TURNS:
            raise self.source.over_budget(place, f"loops turn at most {MAX_TURNS:,} times in all", MAX_TURNS)

    def known(self, held: Held) -> Held:
        """The same; Skipped where it comes of a fault."""
        if held is UNKNOWN:
            raise Skipped
        if isinstance(held, Faulty):
            raise held.error
        return held

    def number(self, held: Held) -> int | float | None:
        """A number that Python itself would know here; None for anything else."""
        if isinstance(held, (Leaf, Pending)):
            return held.number
        return held if isinstance(held, (int, float)) and not isinstance(held, bool) else None

    def plain(self, place: ast.AST, held: Held, _levels: int = 0) -> Any:
        """A number, text, truth value, None or list of such, for what no graph says: a size, a setting, a condition."""
        held = self.known(held)
        if isinstance(held, (Leaf, Pending)) and held.number is not None:
            if isinstance(held, Pending):
                held.read = True
            return held.number
        if isinstance(held, (tuple, list)) and _levels < _MAX_LEVELS:
            return tuple(self.plain(place, item, _levels + 1) for item in held)
        if held is None or isinstance(held, (bool, int, float, str)):
            return held
        raise self.fault(place, "a plain number should stand here, and this is known only when the graph runs")

    def whole(self, place: ast.AST, held: Held) -> int:
        """A whole number for a size or a count."""
        number = self.plain(place, held)
        if isinstance(number, float) and number.is_integer():
            number = int(number)
        if isinstance(number, bool) or not isinstance(number, int) or abs(number) > 2**31:
            raise self.fault(place, "a whole number should stand here")
        return number

    def real(self, place: ast.AST, held: Held) -> float:
        """A number."""
        number = self.plain(place, held)
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            raise self.fault(place, "a number should stand here")
        return self.finite(place, number)

    def shape(self, place: ast.AST, held: Sequence[Held]) -> Shape:
        """The lengths of an array's axes: whole numbers, or one list of them."""
        lengths = held[0] if len(held) == 1 and isinstance(held[0], (tuple, list)) else held
        shape = tuple(self.whole(place, length) for length in lengths)
        if any(length < 1 for length in shape):
            raise self.fault(place, "the lengths of an array are whole numbers from 1 on")
        self.nodes.charge(place, shape)
        return shape

    def tensor(self, place: ast.AST, held: Held) -> Tensor | int | float:
        """Something that can be a node: a number, an array, a node, or a list of numbers as an array."""
        held = self.known(held)
        if isinstance(held, (Leaf, Pending)) or self.number(held) is not None:
            return held  # type: ignore[no-any-return]  # it is one of the three
        if isinstance(held, bool):
            return int(held)
        if isinstance(held, (list, tuple, range)):
            return Leaf(self.array(place, held))
        if isinstance(held, Aside):
            raise self.fault(place, "a gradient, or what is made of one, can't be a part of the graph")
        raise self.fault(place, "a number, an array or a name of one should stand here")

    def array(self, place: ast.AST, held: Held) -> Array:
        """Nested lists of numbers as an array."""
        shape: list[int] = []
        items: list[Held] = [held]
        while items and isinstance(items[0], (list, tuple, range)):
            widths = {len(item) if isinstance(item, (list, tuple, range)) else -1 for item in items}
            if len(widths) > 1 or len(shape) >= _MAX_NESTED:
                raise self.fault(place, "an array's rows must all have the same length and depth", "bad-tensor")
            shape.append(widths.pop())
            self.nodes.charge(place, tuple(shape))
            items = [inner for item in items for inner in item]
        if not items:
            raise self.fault(place, "an array needs at least one number", "bad-tensor")
        flat = [self._element(place, item) for item in items]
        return np.array(flat, dtype=np.float64).reshape(shape)

    def picked(self, place: ast.AST, tensor: Tensor, index: Held) -> Held:
        """Elements of a tensor that the graph computes or trains."""
        parts = index if isinstance(index, tuple) else (index,)
        if any(is_truth(part) for part in parts):
            raise self.fault(place, "a condition can't choose elements here: np.where(condition, x, 0.0) could")
        chosen = [number for number, part in enumerate(parts) if shape_held(part)]
        if chosen:
            return self._gathered(place, tensor, parts, chosen[0])
        kept = [part for part in parts if part is not None]
        taken: Held = tensor
        if any(part is not ... and part != slice(None) for part in kept):
            text = ", ".join(self._index(place, part) for part in kept)
            taken = self.combine(place, Slice, [tensor], {"index": text})
        if len(kept) == len(parts):
            return taken
        return self.combine(place, Reshape, [taken], {"shape": self._lifted(parts, tensor, taken)})

    def _gathered(self, place: ast.AST, tensor: Tensor, parts: Sequence[Held], axis: int) -> Held:
        """The entries that a tensor of whole numbers names, along an axis."""
        if any(part != slice(None) for part in (*parts[:axis], *parts[axis + 1 :])):
            raise self.fault(place, "beside an array of places only a colon can stand in the brackets")
        return self.combine(place, Gather, [tensor, parts[axis]], {"axis": axis})

    @staticmethod
    def _lifted(parts: Sequence[Held], tensor: Tensor, taken: Held) -> list[int]:
        """The shape of what was taken, with the new axes that None asks for."""
        named = sum(part is not None and part is not ... for part in parts)
        lengths = list(shape_held(taken))
        shape: list[int] = []
        for part in parts:
            if part is None:
                shape.append(1)
            elif part is ... or isinstance(part, slice):
                count = len(tensor.shape) - named if part is ... else 1
                shape += lengths[:count]
                del lengths[:count]
        return shape + lengths

    def _index(self, place: ast.AST, part: Held) -> str:
        """One axis of an index, as Python writes it."""
        if part is ...:
            return "..."
        if not isinstance(part, slice):
            return str(self.whole(place, part))
        bounds = ["" if bound is None else str(bound) for bound in (part.start, part.stop, part.step)]
        return ":".join(bounds[: 2 + (part.step is not None)])

    def _element(self, place: ast.AST, held: Held) -> float:
        if self.number(self.known(held)) is None and not isinstance(held, bool):
            raise self.fault(
                place, "an array holds numbers that the code gives, such as np.array([1.0, 2.0])", "bad-tensor"
            )
        return self.finite(place, self.plain(place, held))

    def finite(self, place: ast.AST, number: float) -> float:
        """A number as a float."""
        try:
            value = float(number)
        except OverflowError:
            value = math.inf
        if not math.isfinite(value):
            raise self.fault(place, "the number is larger than 1.797e308", "not-finite")
        return value

    def combine(
        self, place: ast.AST, op: type[Layer], operands: Sequence[Held], settings: Mapping[str, Any] | None = None
    ) -> Held:
        """An op over operands: a node, or data where all of them are plain numbers or arrays without a name."""
        if any(self.known(operand) is ASIDE for operand in operands):
            return ASIDE
        tensors = [self.tensor(place, operand) for operand in operands]
        if len(op.inputs) == len(tensors) and (data := self._data(tensors)) is not None:
            value = self.nodes.fold(place, op, data, settings)
            made = any(isinstance(tensor, Leaf) and tensor.made for tensor in tensors)
            return Leaf(value, made=made) if isinstance(value, np.ndarray) or made else value
        return self.nodes.apply(place, op, tensors, settings, self._number_of(op, tensors, settings))

    @staticmethod
    def _data(tensors: Sequence[Tensor | int | float]) -> list[Value] | None:
        """The values of operands that are no part of the graph; None where one is."""
        made = any(isinstance(tensor, Leaf) and tensor.made and tensor.is_fresh_array for tensor in tensors)
        data: list[Value] = []
        for tensor in tensors:
            if isinstance(tensor, Leaf) and tensor.is_fresh_array and isinstance(tensor.value, np.ndarray):
                data.append(tensor.value)
            elif not isinstance(tensor, (Leaf, Pending)):
                data.append(float(tensor))
            elif made and tensor.number is not None:
                if isinstance(tensor, Pending):
                    tensor.read = True
                data.append(float(tensor.number))
            else:
                return None
        return data

    def _number_of(
        self, op: type[Layer], tensors: Sequence[Tensor | int | float], settings: Mapping[str, Any] | None
    ) -> float | None:
        """The value of an op where Python itself would know it."""
        numbers = [self.number(tensor) for tensor in tensors]
        known = [float(number) for number in numbers if number is not None]
        if settings or len(known) < len(numbers) or len(numbers) != len(op.inputs):
            return None
        try:
            value = as_value(op().forward(*known))
        except (ArithmeticError, ValueError, TypeError, AttributeError, IndexError):
            return None
        return value if isinstance(value, float) and math.isfinite(value) else None
