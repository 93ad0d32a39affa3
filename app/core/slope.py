"""The slope of a function at a point, from its values alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

TOLERANCE: Final = 1e-5
_ROUNDING: Final = 20 * float(np.finfo(np.float64).eps)
_REFINEMENTS: Final = 8
_RATIO: Final = 16.0
_SETTLED: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Slope:
    """A central difference; where only one side of the point has finite values, the difference to that side.

    ``noise`` is how much rounding alone may move it, ``drift`` how far it is from the difference at a larger step,
    ``kink`` whether the slopes on the two sides stay apart as the step shrinks.
    """

    step: float
    left: float
    right: float
    noise: float
    drift: float = 0.0
    kink: bool = False

    @property
    def one_sided(self) -> bool:
        """Whether only one side of the point can be computed."""
        return math.isfinite(self.left) != math.isfinite(self.right)

    @property
    def slope(self) -> float:
        """The derivative's estimate."""
        if self.one_sided:
            return self.left if math.isfinite(self.left) else self.right
        return (self.left + self.right) / 2

    @property
    def bends(self) -> bool:
        """Whether the two sides differ by more than rounding and a gentle curve explain."""
        return abs(self.right - self.left) > 100 * self.noise + 1e-3 * max(abs(self.left), abs(self.right))

    @property
    def doubt(self) -> float:
        """How uncertain the slope is, relative to its size; infinite where it isn't a number."""
        size = max(abs(side) for side in (self.left, self.right, 0.0) if math.isfinite(side))
        doubt = (self.drift + self.noise) / size if size else math.inf
        return doubt if math.isfinite(doubt) else math.inf

    def agrees(self, gradient: float) -> bool:
        """Whether a gradient is this slope, or at a kink lies between the slopes of the two sides."""
        scale = max(abs(gradient), abs(self.slope))
        drift = self.drift if self.one_sided else min(self.drift, 1e-3 * scale)
        allowed = TOLERANCE * scale + self.noise + drift
        if self.kink:
            return min(self.left, self.right) - allowed <= gradient <= max(self.left, self.right) + allowed
        return abs(gradient - self.slope) <= allowed


def slope_at(total: Callable[[float], float], here: float, at: float, step: float, gradient: float) -> Slope:
    """The slope of ``total``, whose value at ``at`` is ``here``, by differences of ``step``.

    Where that doesn't agree with ``gradient``, or the two sides differ, the step shrinks until the slope settles: a
    step may be too coarse for a curve, reach over a kink near by, or out of where the function is defined.
    """
    first = last = _difference(total, here, at, step)
    agrees = first.agrees(gradient)
    if not math.isfinite(gradient) or (agrees and not first.bends):
        return first
    best = replace(first, drift=math.inf)
    for finer in _finer(at, step):
        found = _difference(total, here, at, finer)
        kink = found.bends and abs(found.right - found.left) > 0.5 * abs(last.right - last.left)
        found = replace(found, drift=abs(found.slope - last.slope), kink=kink)
        if found.doubt < best.doubt:
            best = found
        if found.doubt <= _SETTLED:
            break
        last = found
    return first if math.isinf(best.drift) or (agrees and not best.kink) else best


def _finer(at: float, step: float) -> Iterator[float]:
    """Smaller steps; the last two relative to the point, since a logarithm's scale is its argument."""
    for _ in range(_REFINEMENTS):
        step /= _RATIO
        yield step
    relative = abs(at) * TOLERANCE
    if 0.0 < relative < step:
        yield relative
        yield relative / _RATIO


def _difference(total: Callable[[float], float], here: float, at: float, step: float) -> Slope:
    above, below = total(at + step), total(at - step)
    size = max([abs(value) for value in (above, here, below) if math.isfinite(value)], default=0.0)
    # The step that was taken: adding it to a large number rounds it.
    right, left = (above - here) / (at + step - at or step), (here - below) / (at - (at - step) or step)
    return Slope(step, left, right, _ROUNDING * size / step)
