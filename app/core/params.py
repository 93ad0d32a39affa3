"""Settings, of ops and of optimizers: which kinds there are and how a document's JSON becomes one."""

from __future__ import annotations

import inspect
import math
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

_MAX_RANK: Final = 32


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


_pair = _numbers(2)


def _stride(data: object) -> int | tuple[int, ...] | None:
    return None if data is None else _pair(data)


KINDS: Final[dict[Any, ParamKind]] = {
    float: ParamKind("number", "a finite number", _number),
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
}
"""By the type in the op's signature."""


def read_params(cls: type[Any]) -> tuple[Param, ...]:
    """The settings of a class: the keyword-only arguments of its ``__init__``, with their types and defaults."""
    hints = get_type_hints(cls.__init__, include_extras=True)
    return tuple(
        Param(name, KINDS[hints[name]], parameter.default)
        for name, parameter in inspect.signature(cls.__init__).parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY
    )
