"""Settings, of ops and of optimizers: which kinds there are and how a document's JSON becomes one."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final, TypeAlias, get_type_hints

from app.core.errors import SettingError
from app.core.tensor import Shape

Axis: TypeAlias = Annotated[int | tuple[int, ...] | None, "axis"]
"""One axis, several, or None for all."""
Axes: TypeAlias = Annotated[tuple[int, ...] | None, "axes"]
"""An order of all axes, or None for the reverse."""
Pair: TypeAlias = Annotated[int | tuple[int, ...], "pair"]
"""One number for both, or two: of two axes, or of the two ends of one."""
Stride: TypeAlias = Annotated[int | tuple[int, ...] | None, "stride"]
"""One number for both axes, two, or None for windows that lie one beside the other."""
Padding: TypeAlias = Annotated[int | tuple[int, ...], "padding"]
"""One number for all sides, two (top and bottom, left and right), or four (top, left, bottom, right)."""
Pairs: TypeAlias = Annotated[tuple[tuple[int, int], ...], "pairs"]
"""Two whole numbers for each axis, in the order of the axes."""
Subscripts: TypeAlias = Annotated[str, "subscripts"]
"""A letter for each axis of each input, and the letters of the result: ``ij,jk->ik``."""
Index: TypeAlias = Annotated[str, "index"]
"""What stands between the brackets of Python's ``x[...]``: ``0, 1:3, ::-1``."""

_MAX_RANK: Final = 32
_MAX_TEXT: Final = 200
_SUBSCRIPTS: Final = re.compile(r"[A-Za-z]*(,[A-Za-z]*)*(->[A-Za-z]*)?")
_PLACE: Final = r"[+-]?[0-9]{1,15}"
_PART: Final = rf"(\.\.\.|{_PLACE}|({_PLACE})?:({_PLACE})?(:({_PLACE})?)?)"
_INDEX: Final = re.compile(rf"{_PART}(,{_PART})*")


@dataclass(frozen=True, slots=True)
class ParamKind:
    """A kind of setting: its name in the catalogue, what it takes in words, and how it reads JSON."""

    name: str
    takes: str
    read: Callable[[object], Any]


@dataclass(frozen=True, slots=True)
class Param:
    """One setting."""

    name: str
    kind: ParamKind
    default: Any

    def read(self, data: object) -> Any:
        """The setting from JSON; ``SettingError`` with a sentence where it is of another kind."""
        try:
            return self.kind.read(data)
        except (TypeError, ValueError, OverflowError):
            raise SettingError("bad-setting", f"setting {self.name} takes {self.kind.takes}") from None


def _number(data: object) -> float:
    if isinstance(data, bool) or not isinstance(data, (int, float)):
        raise TypeError
    number = float(data)
    if not math.isfinite(number):
        raise ValueError
    return number


def _integer(data: object) -> int:
    if isinstance(data, float) and data.is_integer():
        data = int(data)
    if isinstance(data, bool) or not isinstance(data, int) or abs(data) > 2**53:
        raise TypeError
    return data


def _boolean(data: object) -> bool:
    if not isinstance(data, bool):
        raise TypeError
    return data


def _integers(data: object) -> tuple[int, ...]:
    if not isinstance(data, (list, tuple)) or len(data) > _MAX_RANK:
        raise TypeError
    return tuple(map(_integer, data))


def _axis(data: object) -> int | tuple[int, ...] | None:
    if data is None:
        return None
    return _integers(data) if isinstance(data, (list, tuple)) else _integer(data)


def _axes(data: object) -> tuple[int, ...] | None:
    return None if data is None else _integers(data)


def _numbers(*lengths: int) -> Callable[[object], int | tuple[int, ...]]:
    """Reads one number, or as many in a list as one of these lengths."""

    def read(data: object) -> int | tuple[int, ...]:
        if not isinstance(data, (list, tuple)):
            return _integer(data)
        if len(data) not in lengths:
            raise ValueError
        return _integers(data)

    return read


def _bound(data: object) -> float | None:
    return None if data is None else _number(data)


def _pairs(data: object) -> tuple[tuple[int, int], ...]:
    if not isinstance(data, (list, tuple)) or len(data) > _MAX_RANK:
        raise TypeError
    return tuple((first, second) for first, second in map(_integers, data))


def _text(pattern: re.Pattern[str]) -> Callable[[object], str]:
    """Reads a short text of that pattern, whose blanks don't count."""

    def read(data: object) -> str:
        if not isinstance(data, str) or len(data) > _MAX_TEXT:
            raise TypeError
        text = "".join(data.split(" "))
        if pattern.fullmatch(text) is None:
            raise ValueError
        return text

    return read


_pair = _numbers(2)


def _stride(data: object) -> int | tuple[int, ...] | None:
    return None if data is None else _pair(data)


KINDS: Final[dict[Any, ParamKind]] = {
    float: ParamKind("number", "a finite number", _number),
    float | None: ParamKind("number", "a finite number, or null for none", _bound),
    int: ParamKind("integer", "a whole number", _integer),
    bool: ParamKind("boolean", "true or false", _boolean),
    Shape: ParamKind("shape", "a list of whole numbers", _integers),
    Axis: ParamKind("axis", "a whole number, a list of them, or null for all axes", _axis),
    Axes: ParamKind("axes", "a list of whole numbers, or null for the reverse order", _axes),
    Pair: ParamKind("pair", "a whole number or a list of two", _pair),
    Stride: ParamKind("stride", "a whole number, a list of two, or null for the kernel's own", _stride),
    Padding: ParamKind(
        "padding", "a whole number, or a list of two (height, width) or four (top, left, bottom, right)", _numbers(2, 4)
    ),
    Pairs: ParamKind("pairs", "a list of pairs of whole numbers, such as [[1, 1], [0, 2]]", _pairs),
    Subscripts: ParamKind(
        "text",
        "letters for the axes of each input, and after an arrow those of the result: ij,jk->ik",
        _text(_SUBSCRIPTS),
    ),
    Index: ParamKind("text", "what stands in brackets after a tensor in Python: 0, 1:3, ::-1", _text(_INDEX)),
}
"""By the type in the op's signature."""


def read_params(cls: type[Any]) -> tuple[Param, ...]:
    """The settings of a class: the keyword-only arguments of its ``__init__``, with their types and defaults."""
    if cls.__init__ is object.__init__:
        return ()
    hints = get_type_hints(cls.__init__, include_extras=True)
    return tuple(
        Param(name, KINDS[hints[name]], parameter.default)
        for name, parameter in inspect.signature(cls.__init__).parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY
    )
