"""The slope of a function at a point, from its values alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np

TOLERANCE: Final = 1e-5
_SPREAD: Final = 2
_ROUNDING: Final = 20 * float(np.finfo(np.float64).eps)
_REFINEMENTS: Final = 8
_RATIO: Final = 16.0
_SETTLED: Final = 1e-6
_NEAR: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Slope:
    """A central difference; where only one side of the point has finite values, the difference to that side.

    ``noise`` is how much rounding alone may move it, ``drift`` how far it is from the difference at a larger step,
    ``kink`` whether the slopes on the two sides stay apart as the step shrinks, ``nears`` whether the slopes tend to
    the gradient that they are held against.
    """

    step: float
    left: float
    right: float
    noise: float
    drift: float = 0.0
    kink: bool = False
    nears: bool = False

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
    def _size(self) -> float:
        return max(abs(side) for side in (self.left, self.right, 0.0) if math.isfinite(side))

    @property
    def doubt(self) -> float:
        """How uncertain the slope is, relative to its size; infinite where it isn't a number."""
        size = self._size
        doubt = (self.drift + self.noise) / size if size else math.inf
        return doubt if math.isfinite(doubt) else math.inf

    def agrees(self, gradient: float, *, within: float = 0.0) -> bool:
        """Whether a gradient is this slope, or at a kink lies between the slopes of the two sides.

        It may be off by ``within`` besides what the check, rounding and the step account for.
        """
        if self.nears:
            return True
        scale = max(abs(gradient), abs(self.slope))
        drift = self.drift if self.one_sided else min(self.drift, 1e-3 * scale)
        # At a minimum the sides are each other's opposites, and what is left of them is all rounding.
        allowed = TOLERANCE * scale + _SETTLED * self._size + self.noise + drift + within
        if self.kink:
            return min(self.left, self.right) - allowed <= gradient <= max(self.left, self.right) + allowed
        return abs(gradient - self.slope) <= allowed

    def blurs(self, gradient: float) -> bool:
        """Whether the gradient agrees only because rounding may have moved the slope."""
        gap = abs(gradient - self.slope)
        return not self.kink and TOLERANCE * max(abs(gradient), abs(self.slope)) < gap <= self.noise


class Line(NamedTuple):
    """A function of one number, its value ``here`` at ``at``, and about how much rounding moves a value of it."""

    total: Callable[[float], float]
    at: float
    here: float
    rounding: float = 0.0


def slope_at(line: Line, step: float, gradient: float) -> Slope:
    """The slope of a function at its point, by differences of ``step``.

    Where that doesn't agree with ``gradient``, or the two sides differ, the step shrinks until the slope settles: a
    step may be too coarse for a curve, reach over a kink near by, or out of where the function is defined. A slope that
    tends to 0, as that of relu(x)² does at 0, never settles relative to its size: there its limit is what counts.
    """
    first = _difference(line, step)
    agrees = first.agrees(gradient)
    if not math.isfinite(gradient) or (agrees and not first.bends):
        return first
    coarser = [] if agrees else [_difference(line, step * ratio) for ratio in (_RATIO * _RATIO, _RATIO)]
    tried = [*coarser, first]
    if coarser and _tends_to(gradient, tried):
        return replace(first, nears=True)
    best = replace(first, drift=math.inf if agrees else abs(first.slope - coarser[-1].slope))
    for finer in _finer(line.at, step):
        last, found = tried[-1], _difference(line, finer)
        kink = found.bends and abs(found.right - found.left) > 0.5 * abs(last.right - last.left)
        found = replace(found, drift=abs(found.slope - last.slope), kink=kink)
        tried.append(found)
        if not agrees and _tends_to(gradient, tried[-3:]):
            return replace(found, kink=False, nears=True)
        if found.doubt < best.doubt:
            best = found
        if found.doubt <= _SETTLED:
            break
    return first if math.isinf(best.drift) or (agrees and not best.kink) else best


def _tends_to(gradient: float, slopes: Sequence[Slope]) -> bool:
    """Whether slopes at three ever smaller steps have this limit, by Aitken's extrapolation.

    Their error must shrink at least as the step does, as at a corner of the derivative, and stand out from rounding.
    """
    coarse, middle, fine = slopes
    later = middle.slope - fine.slope
    if not later or fine.noise > 0.25 * abs(later):
        return False
    ratio = (coarse.slope - middle.slope) / later
    return ratio > 0.6 * _RATIO and abs(gradient - fine.slope + later / (ratio - 1)) <= fine.noise + _NEAR * abs(later)


def _finer(at: float, step: float) -> Iterator[float]:
    """Smaller steps; the last two relative to the point, since a logarithm's scale is its argument."""
    for _ in range(_REFINEMENTS):
        step /= _RATIO
        yield step
    relative = abs(at) * TOLERANCE
    if 0.0 < relative < step:
        yield relative
        yield relative / _RATIO


def _difference(line: Line, step: float) -> Slope:
    total, at, here, rounding = line
    above, below = total(at + step), total(at - step)
    size = max([abs(value) for value in (above, here, below) if math.isfinite(value)], default=0.0)
    # The step that was taken: adding it to a large number rounds it.
    right, left = (above - here) / (at + step - at or step), (here - below) / (at - (at - step) or step)
    return Slope(step, left, right, (_ROUNDING * size + _SPREAD * rounding) / step)
