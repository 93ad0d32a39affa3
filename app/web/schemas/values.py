"""Tensors on the wire, and the base of every request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, Union

from pydantic import BaseModel, ConfigDict
from typing_extensions import TypeAliasType

TAGS: Final = ("(list)", "(rows)", "(single)")
"""What tells forms of a field apart, such as those of a training's ``batches``; no part of a pointer."""


class Request(BaseModel):
    """What a body may hold, and no more."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


NonFinite = Literal["NaN", "Infinity", "-Infinity"]
WireNumber = float | NonFinite
# mypy can't follow the recursion.
if TYPE_CHECKING:
    WireNumbers: TypeAlias = Any
else:
    WireNumbers = TypeAliasType("WireNumbers", Union[WireNumber, list["WireNumbers"]])  # noqa: UP007  (a forward reference)


class TensorSummary(BaseModel):
    """A tensor of more than 1,024 elements, unless ``?full=true`` is asked for.

    ``preview`` is the beginning of its first rows; ``histogram`` counts the elements in equally wide bins from ``min``
    to ``max``, and is empty where one of the two isn't finite.
    """

    shape: list[int]
    min: WireNumber
    max: WireNumber
    mean: WireNumber
    std: WireNumber
    preview: list[list[WireNumber]]
    histogram: list[int]


WireTensor = TypeAliasType("WireTensor", WireNumbers | TensorSummary)
