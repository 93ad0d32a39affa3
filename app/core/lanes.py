"""Many values of one number in one pass: each node on the way holds a column, an element a value, called a lane.

It works where all that depends on the number is elementwise and scalar. The numbers are those of as many single
runs, to the last digit: functions that ``math`` and NumPy round differently are ``math``'s here too, and lanes in which
a number isn't finite are taken from a second pass on NumPy's, as :mod:`app.core.evaluate` does for a whole run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, Final, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from app.core.elementary import SCALAR
from app.core.elementwise import Elementwise
from app.core.plan import Plan
from app.core.tensor import Array, Value, all_finite, checked

_CHUNK: Final = 4_000_000
_SMALLEST: Final = 16
# A number, frozen or the same in every lane, or a column.
_Column: TypeAlias = Any
# IEEE 754 defines these to the last digit, so that NumPy's are math's.
_DEFINED: Final = {np.sqrt, np.square, np.absolute, np.sign, np.maximum, np.minimum}


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The output and its gradient, a lane each; ``gradient`` is None where nothing flows back."""

    values: Array
    gradient: Array | None

    def mended(self, lost: NDArray[np.bool_], other: Columns) -> Columns:
        """These columns, with the lost lanes from others."""
        gradient = None
        if self.gradient is not None and other.gradient is not None:
            gradient = np.where(lost, other.gradient, self.gradient)
        return Columns(np.where(lost, other.values, self.values), gradient)


def dependents(plan: Plan, leaf: int) -> frozenset[int]:
    """The slots whose value depends on a leaf's, itself among them."""
    moved = {leaf}
    for step in plan.steps:
        if not moved.isdisjoint(step.inputs):
            moved.add(step.slot)
    return frozenset(moved)


def in_lanes(plan: Plan, moved: frozenset[int]) -> bool:
    """Whether everything that depends on the leaf is scalar and elementwise, so that lanes may stand side by side."""
    return all(
        not plan.shapes[slot]
        and not any(plan.shapes[source] for source in plan.inputs[slot])
        and (not plan.inputs[slot] or _is_elementwise(plan, slot))
        for slot in moved
    )


def _is_elementwise(plan: Plan, slot: int) -> bool:
    op = plan.ops[slot]
    return issubclass(op, Elementwise) and op.backward is Elementwise.backward


def run_lanes(plan: Plan, leaves: Sequence[Value], leaf: int, moved: frozenset[int], xs: Array) -> Columns:
    """The output's value and the leaf's gradient at each of ``xs``; ``leaves`` are the values of all leaves."""
    length = max(_SMALLEST, _CHUNK // len(moved))
    parts = [_chunk(plan, leaves, leaf, moved, xs[start : start + length]) for start in range(0, len(xs), length)]
    gradients = [part.gradient for part in parts if part.gradient is not None]
    return Columns(np.concatenate([part.values for part in parts]), np.concatenate(gradients) if gradients else None)


def _chunk(plan: Plan, leaves: Sequence[Value], leaf: int, moved: frozenset[int], xs: Array) -> Columns:
    careful = _Pass(plan, leaf, moved, xs)
    with np.errstate(all="ignore"):
        try:
            quick = _Pass(plan, leaf, moved, xs.view(_Lanes))
            quick.run(leaves)
        except (ArithmeticError, ValueError):
            # Raised by what doesn't depend on the leaf: a lane that depends on it is only marked.
            careful.run([checked(value) for value in leaves])
            return careful.columns()
        if not quick.lost.any():
            return quick.columns()
        careful.run([checked(value) for value in leaves])
        return quick.columns().mended(quick.lost, careful.columns())


class _Pass:
    """Forward and backward once. ``lost`` are the lanes in which a number isn't finite."""

    def __init__(self, plan: Plan, leaf: int, moved: frozenset[int], xs: Array) -> None:
        self.lost = np.zeros(len(xs), dtype=bool)
        self._plan, self._leaf, self._moved, self._xs = plan, leaf, moved, xs
        self._values: list[_Column] = [0.0] * len(plan.ids)
        self._gradients: dict[int, _Column] = {}

    def run(self, leaves: Sequence[Value]) -> None:
        """Fill in values and gradients; raises where a number that is the same in all lanes isn't finite."""
        plan, values, quick = self._plan, self._values, isinstance(self._xs, _Lanes)
        for (slot, _), value in zip(plan.leaves, leaves, strict=True):
            values[slot] = value
        values[self._leaf] = self._xs
        with np.errstate(all="raise" if quick else "ignore", under="ignore"):
            for slot, make, inputs in plan.steps:
                if slot not in self._moved:
                    value = make().forward(*[values[source] for source in inputs])
                    values[slot] = value if quick else checked(value)
                    if quick and not all_finite(value):
                        raise FloatingPointError
        layers: dict[int, Elementwise] = {}
        for slot, make, inputs in plan.steps:
            if slot in self._moved:
                layers[slot] = layer = cast(Elementwise, make())
                values[slot] = self._kept(layer.forward(*[values[source] for source in inputs]))
        self._backward(layers)

    def _backward(self, layers: dict[int, Elementwise]) -> None:
        gradients = self._gradients
        if self._plan.output in self._moved and self._plan.output not in self._plan.silent:
            gradients[self._plan.output] = 1.0
        for slot, layer in reversed(layers.items()):
            upstream = gradients.get(slot)
            if upstream is None:
                continue
            for number, (source, local) in enumerate(zip(self._plan.inputs[slot], layer.local(), strict=True)):
                if source in self._plan.silent or layer.is_label(number):
                    continue
                share = self._kept(upstream * local)
                if source in self._moved:
                    gathered = gradients.get(source)
                    gradients[source] = share if gathered is None else self._kept(gathered + share)

    def _kept(self, column: _Column) -> _Column:
        self.lost |= ~np.isfinite(np.asarray(column))
        # NumPy's where and its kin answer with a plain array.
        return column.view(type(self._xs)) if isinstance(column, np.ndarray) and column.ndim else column

    def columns(self) -> Columns:
        """The output and the leaf's gradient."""
        gradient = self._gradients.get(self._leaf)
        output = self._values[self._plan.output]
        same = self._plan.output not in self._moved
        values = self._spread(np.sum(output) if same else output)
        return Columns(values, None if gradient is None else self._spread(gradient))

    def _spread(self, column: _Column) -> Array:
        return np.broadcast_to(np.asarray(column), self._xs.shape).copy()


class _Lanes(np.ndarray[Any, np.dtype[np.float64]]):
    """A column on which ``math``'s functions act, lane by lane; a lane where they raise is NaN."""

    def __array_ufunc__(self, ufunc: np.ufunc, method: Any, *inputs: Any, **settings: Any) -> Any:
        plain = [x.view(np.ndarray) if isinstance(x, _Lanes) else x for x in inputs]
        scalar = SCALAR.get(ufunc) if ufunc not in _DEFINED else None
        if scalar is None:
            result = getattr(ufunc, method)(*plain, **settings)
        else:
            columns = [x.tolist() if isinstance(x, np.ndarray) else repeat(float(x)) for x in plain]
            result = np.array(_each(scalar, columns))
        return result.view(_Lanes) if isinstance(result, np.ndarray) else result


def _each(scalar: Callable[..., float], columns: Sequence[Any]) -> list[float]:
    try:
        return list(map(scalar, *columns))
    except (ArithmeticError, ValueError):
        return [_or_nan(scalar, point) for point in zip(*columns, strict=False)]


def _or_nan(scalar: Callable[..., float], point: tuple[float, ...]) -> float:
    try:
        return scalar(*point)
    except (ArithmeticError, ValueError):
        return np.nan
