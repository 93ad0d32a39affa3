"""The slope of a function at a point, from its values alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.core.tensor import Array

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
        return bool(_apart(self.left, self.right, self.noise, max(abs(self.left), abs(self.right))))

    @property
    def size(self) -> float:
        """The larger of the two sides that are finite."""
        return max(abs(side) for side in (self.left, self.right, 0.0) if math.isfinite(side))

    def doubt(self, usual: float) -> float:
        """How uncertain the slope is, relative to its size, or where that is 0 to a usual one; else infinite."""
        size = self.size or usual
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
        allowed: float = _allowed(scale, self.size, self.noise) + drift + within
        if self.kink:
            return min(self.left, self.right) - allowed <= gradient <= max(self.left, self.right) + allowed
        return abs(gradient - self.slope) <= allowed

    def blurs(self, gradient: float) -> bool:
        """Whether the gradient agrees only because rounding may have moved the slope."""
        gap = abs(gradient - self.slope)
        return not self.kink and TOLERANCE * max(abs(gradient), abs(self.slope)) < gap <= self.noise


@dataclass(frozen=True, slots=True, eq=False)
class Slopes:
    """Many differences at once: of each what a :class:`Slope` has from the start."""

    step: Array
    left: Array
    right: Array
    noise: Array

    @property
    def slope(self) -> Array:
        """The derivatives' estimates."""
        return (self.left + self.right) / 2

    def one(self, place: int) -> Slope:
        """One of them."""
        step, left, right, noise = (float(number[place]) for number in (self.step, self.left, self.right, self.noise))
        return Slope(step, left, right, noise)

    def plain(self, gradients: Array) -> NDArray[np.bool_]:
        """Where :func:`settle` would take the difference as it is, since it agrees and the two sides are alike."""
        slope = self.slope
        sides = _larger(self.left, self.right)
        near = np.abs(gradients - slope) <= _allowed(_larger(gradients, slope), sides, self.noise)
        plain: NDArray[np.bool_] = np.isfinite(slope) & near & ~_apart(self.left, self.right, self.noise, sides)
        return plain

    def blurs(self, gradients: Array) -> NDArray[np.bool_]:
        """Where a gradient agrees only because rounding may have moved the slope."""
        gap = np.abs(gradients - self.slope)
        return (gap > TOLERANCE * _larger(gradients, self.slope)) & (gap <= self.noise)


def differences(at: Array, step: Array, here: float, ends: tuple[Array, Array], rounding: Array) -> Slopes:
    """The slopes of many functions to both sides, from their values ``here`` and at both ends of the steps.

    ``rounding`` is about how much rounding moves each value.
    """
    above, below = ends
    size = np.abs(here) if np.isfinite(here) else 0.0
    for values in (above, below):
        size = np.maximum(size, np.where(np.isfinite(values), np.abs(values), 0.0))
    # The steps that were taken: adding one to a large number rounds it.
    ahead, behind = at + step - at, at - (at - step)
    right = (above - here) / np.where(ahead == 0.0, step, ahead)
    left = (here - below) / np.where(behind == 0.0, step, behind)
    return Slopes(step, left, right, (_ROUNDING * size + _SPREAD * rounding) / step)


def ladder(at: float, step: float) -> list[float]:
    """The steps that are tried where the first doesn't do: two larger ones, then ever smaller ones.

    The last two are relative to the point, since a logarithm's scale is its argument.
    """
    steps = [step * _RATIO * _RATIO, step * _RATIO]
    for _ in range(_REFINEMENTS):
        step /= _RATIO
        steps.append(step)
    relative = abs(at) * TOLERANCE
    return [*steps, relative, relative / _RATIO] if 0.0 < relative < step else steps


def settle(first: Slope, others: Sequence[Slope], gradient: float) -> Slope:
    """The slope of a function at a point, from the ``first`` difference and those of its ladder.

    Where the first doesn't agree with ``gradient``, or its two sides differ, the step shrinks until the slope settles:
    a step may be too coarse for a curve, reach over a kink near by, or out of where the function is defined. A slope
    that tends to 0, as that of relu(x)² does at 0, never settles relative to its size: there its limit is what counts.
    """
    agrees = first.agrees(gradient)
    if not math.isfinite(gradient) or (agrees and not first.bends):
        return first
    coarsest, coarser, *finer = others
    tried = [first] if agrees else [coarsest, coarser, first]
    if not agrees and _tends_to(gradient, tried):
        return replace(first, nears=True)
    best = replace(first, drift=math.inf if agrees else abs(first.slope - coarser.slope))
    for each in finer:
        last = tried[-1]
        kink = each.bends and abs(each.right - each.left) > 0.5 * abs(last.right - last.left)
        found = replace(each, drift=abs(each.slope - last.slope), kink=kink)
        tried.append(found)
        if not agrees and _tends_to(gradient, tried[-3:]):
            return replace(found, kink=False, nears=True)
        if found.doubt(first.size) < best.doubt(first.size):
            best = found
        if found.doubt(first.size) <= _SETTLED:
            break
    return first if math.isinf(best.drift) or (agrees and not best.kink) else best


def _allowed(scale: Any, size: Any, noise: Any) -> Any:
    """How far a gradient may be from a slope, of one or of many: what the check allows, and rounding.

    At a minimum the sides are each other's opposites, and what is left of them, beside their ``size``, is all rounding.
    """
    return TOLERANCE * scale + _SETTLED * size + noise


def _apart(left: Any, right: Any, noise: Any, size: Any) -> Any:
    """Whether two sides differ by more than rounding and a gentle curve explain."""
    return abs(right - left) > 100 * noise + 1e-3 * size


def _larger(a: Array, b: Array) -> Array:
    return np.maximum(np.abs(a), np.abs(b))


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
