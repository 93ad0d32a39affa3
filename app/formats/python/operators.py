"""Operators: arithmetic, signs and comparisons, of plain numbers and of nodes."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable
from typing import Any, Final

from app.core.layer import Layer
from app.core.ops.arithmetic import Add, Maximum, Mul, Sub
from app.core.ops.choice import EqualTo, GreaterThan, LessThan
from app.formats.python.nodes import SIGNS
from app.formats.python.reading import MAX_ITEMS, Reading, is_truth
from app.formats.python.values import ASIDE, Held, Leaf, Pending, Table

_MAX_TEXT: Final = 200
_MAX_BITS: Final = 1_100
"""Of a whole number: more than float64 can hold anyway."""

_SIGN_OF: Final[dict[type[ast.operator], str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
    ast.MatMult: "@",
}
_PYTHON: Final[dict[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_COMPARE: Final[dict[type[ast.cmpop], Callable[[Any, Any], Any]]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_COMPARED: Final[dict[type[ast.cmpop], tuple[type[Layer], ...]]] = {
    ast.Gt: (GreaterThan,),
    ast.Lt: (LessThan,),
    ast.Eq: (EqualTo,),
    ast.GtE: (GreaterThan, EqualTo),
    ast.LtE: (LessThan, EqualTo),
}
"""The ops that compare data; of two, one or the other holds."""
_BOTH: Final[dict[type[ast.operator], type[Layer]]] = {ast.BitAnd: Mul, ast.BitOr: Maximum}
"""What joins two conditions, where true is 1 and false is 0."""


class Operators:
    """What operators give. Plain numbers stay plain; a node or data make a node."""

    def __init__(self, read: Reading) -> None:
        self._read = read

    def binary(self, place: ast.AST, operator_: ast.operator, left: Held, right: Held) -> Held:
        """What ``left operator right`` gives."""
        read = self._read
        if read.known(left) is ASIDE or read.known(right) is ASIDE:
            return ASIDE
        if (joined := self._joined(place, operator_, left, right)) is not None:
            return joined
        if (op := _BOTH.get(type(operator_))) is not None and is_truth(left) and is_truth(right):
            return self._true(read.combine(place, op, [left, right]))
        numbers = [read.number(left), read.number(right)]
        sign = _SIGN_OF.get(type(operator_))
        if not self._has_tensor(left, right) or (sign is None and None not in numbers):
            numbers = [read.plain(place, left), read.plain(place, right)]
            return self._python(place, operator_, *numbers)
        if sign is None:
            raise read.fault(place, "between nodes of a graph there are + - * / ** and @")
        made = read.combine(place, SIGNS[sign, 2], [left, right])
        if isinstance(made, Pending) and type(made.number) is float and all(type(n) is int for n in numbers):
            # Python's whole numbers stay whole where a size is made of them.
            made.number = self._python(place, operator_, *numbers)
        return made

    def unary(self, place: ast.AST, sign: ast.unaryop, held: Held) -> Held:
        """What a sign or ``not`` before something gives."""
        if isinstance(sign, ast.Not):
            return ASIDE if held is ASIDE else not self._read.plain(place, held)
        if isinstance(sign, ast.Invert) and isinstance(held, Pending) and is_truth(held):
            return self._opposite(place, held)
        if isinstance(held, (Leaf, Pending)):
            if isinstance(sign, ast.UAdd):
                return held
            if isinstance(sign, ast.USub):
                number = held.number
                made = self._read.combine(place, SIGNS["-", 1], [held])
                if isinstance(made, Pending) and type(number) is int:
                    made.number = -number
                return made
        if held is ASIDE:
            return ASIDE
        number = self._read.plain(place, held)
        if not isinstance(number, (int, float)) or isinstance(sign, ast.Invert):
            raise self._read.fault(place, "a sign stands before a number")
        return -number if isinstance(sign, ast.USub) else +number

    def compared(self, place: ast.AST, operator_: ast.cmpop, left: Held, right: Held) -> Held:
        """What a comparison gives: true or false, or a node where data are compared and there is an op for it."""
        if isinstance(operator_, (ast.Is, ast.IsNot)):
            if left is not None and right is not None and not (isinstance(left, bool) and isinstance(right, bool)):
                raise self._read.fault(place, "“is” can only ask for None, True or False here")
            return (left is right) == isinstance(operator_, ast.Is)
        if isinstance(operator_, (ast.In, ast.NotIn)):
            if not isinstance(right, (Table, list, tuple, str)):
                raise self._read.fault(place, "“in” asks a list, a dictionary or a text")
            key = self._read.plain(place, left)
            plain = right if isinstance(right, (Table, str)) else [self._read.plain(place, item) for item in right]
            if isinstance(plain, str) and not isinstance(key, str):
                raise self._read.fault(place, "“in” asks a text for a text")
            return (key in plain) == isinstance(operator_, ast.In)
        if left is ASIDE or right is ASIDE:
            return ASIDE
        if self._has_tensor(left, right) and left is not None and right is not None:
            return self._compared_data(place, operator_, left, right)
        if left is None or right is None:
            return (left is right) == isinstance(operator_, ast.Eq)
        try:
            return _COMPARE[type(operator_)](self._read.plain(place, left), self._read.plain(place, right))
        except TypeError:
            raise self._read.fault(place, "these two can't be compared") from None

    def _compared_data(self, place: ast.AST, operator_: ast.cmpop, left: Held, right: Held) -> Held:
        """A comparison as a node: 1 where it holds, 0 elsewhere."""
        if isinstance(operator_, ast.NotEq):
            return self._opposite(place, self._read.combine(place, EqualTo, [left, right]))
        first, *others = _COMPARED[type(operator_)]
        made = self._read.combine(place, first, [left, right])
        for op in others:
            made = self._read.combine(place, Add, [made, self._read.combine(place, op, [left, right])])
        return self._true(made)

    def _opposite(self, place: ast.AST, condition: Held) -> Held:
        """1 where a condition is 0, and 0 where it is 1."""
        return self._true(self._read.combine(place, Sub, [1.0, condition]))

    @staticmethod
    def _true(condition: Held) -> Held:
        if isinstance(condition, Pending):
            condition.truth = True
        return condition

    def _joined(self, place: ast.AST, operator_: ast.operator, left: Held, right: Held) -> Held:
        """Two texts or two lists, one after the other; None where it is something else."""
        if not any(isinstance(held, (str, list, tuple)) for held in (left, right)):
            return None
        if not isinstance(operator_, ast.Add):
            if isinstance(left, str) or isinstance(right, str):
                raise self._read.fault(place, "texts can only be joined, with +")
            if isinstance(left, list) != isinstance(right, list) and not self._has_tensor(left, right):
                raise self._read.fault(place, "a list can't be repeated here: write its items out")
            return None
        if type(left) is type(right) and isinstance(left, (str, list, tuple)):
            if len(left) + len(right) > (_MAX_TEXT if isinstance(left, str) else MAX_ITEMS):
                raise self._read.source.over_budget(place, "this is too long: take a shorter one", MAX_ITEMS)
            return left + right
        if isinstance(left, str) or isinstance(right, str):
            raise self._read.fault(place, "a text and a number can't be joined: write str(…) around the number")
        return None

    @staticmethod
    def _has_tensor(*held: Held) -> bool:
        return any(isinstance(item, (Leaf, Pending)) for item in held)

    def _python(self, place: ast.AST, operator_: ast.operator, left: Any, right: Any) -> int | float:
        """Arithmetic of plain numbers, as Python does it, within what float64 can hold."""
        read = self._read
        function = _PYTHON.get(type(operator_))
        if function is None or not all(isinstance(number, (int, float)) for number in (left, right)):
            raise read.fault(place, "plain numbers have + - * / // % and **")
        is_power = isinstance(operator_, ast.Pow) and isinstance(left, int) and isinstance(right, int)
        if is_power and abs(left).bit_length() * right > _MAX_BITS:
            raise read.fault(place, "the number is larger than 1.797e308", "not-finite")
        try:
            number = function(left, right)
        except ZeroDivisionError:
            raise read.fault(place, "this divides by zero") from None
        except OverflowError:
            number = math.inf
        if isinstance(number, complex):
            raise read.fault(place, "this isn't a real number")
        read.finite(place, number)
        return number  # type: ignore[no-any-return]  # of numbers, numbers
