"""Einstein's notation: a letter for each axis of each input, and those of the result."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.errors import LayerError
from app.core.tensor import Shape, format_shape


@dataclass(frozen=True, slots=True)
class Terms:
    """Subscripts, read: the letters of each input, and of the result."""

    inputs: tuple[str, ...]
    output: str

    def lengths(self, shapes: tuple[Shape, ...]) -> dict[str, int]:
        """How long the axis of each letter is. ``LayerError`` where the shapes don't fit the letters."""
        if len(shapes) != len(self.inputs):
            raise LayerError(f"the subscripts are those of {len(self.inputs)} inputs, and {len(shapes)} are given")
        found: dict[str, tuple[int, Shape]] = {}
        for letters, shape in zip(self.inputs, shapes, strict=True):
            if len(letters) != len(shape):
                raise LayerError(
                    f"the subscripts “{letters}” name {len(letters)} axes, "
                    f"and their input has shape {format_shape(shape)}"
                )
            for letter, length in zip(letters, shape, strict=True):
                known, owner = found.setdefault(letter, (length, shape))
                if known != length:
                    raise LayerError(
                        f"the axis {letter} has length {known} in shape {format_shape(owner)} "
                        f"and {length} in shape {format_shape(shape)}"
                    )
        return {letter: length for letter, (length, _) in found.items()}


def read_subscripts(text: str) -> Terms:
    """The terms of a subscripts setting. Without an arrow, letters that stand once are the result's, in their order.

    ``LayerError`` where the result repeats a letter, or has one that no input has.

    Example:
        >>> read_subscripts("ij,jk->ik")
        Terms(inputs=('ij', 'jk'), output='ik')
    """
    left, arrow, right = text.partition("->")
    output = right if arrow else "".join(sorted(letter for letter in set(left) - {","} if left.count(letter) == 1))
    for letter in output:
        if output.count(letter) > 1:
            raise LayerError(f"the result of the subscripts {text} names the axis {letter} twice")
        if letter not in left:
            raise LayerError(f"the result of the subscripts {text} has an axis {letter} that no input has")
    return Terms(tuple(left.split(",")), output)
