"""Whether a number that somebody worked out by hand is the right one.

Three rules, any of which is enough for an element:

- it is within 2 · 10⁻³ of the truth, relative to the truth: four significant digits, with what rounding adds up to
  over a few steps;
- it is the truth rounded to three significant digits;
- it is off by less than 2 · 10⁻⁴ of the tensor's largest element, since people write the elements of one tensor to the
  same number of decimals, or by less than what rounding to six digits at every step may come to, where terms cancel.

A slip that moves a number by less than that isn't found.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.tensor import Array, Value, shape_of

RELATIVE: Final = 2e-3
DIGITS: Final = 3
OF_TENSOR: Final = 2e-4
SHAKE: Final = 1e-6
"""Relative size of that rounding."""
_NO_ROUNDING: Final = 0.51 * 10.0 ** (1 - DIGITS)
_TINY: Final = float(np.finfo(np.float64).tiny)
"""Below it float64 loses digits."""
_A_FEW: Final = 64


def is_close(claimed: Value, truth: Value, noise: float = 0.0) -> bool:
    """Whether a claim is right; both have the same shape and ``truth`` is finite.

    ``noise`` is how much rounding to six digits may move the truth.
    """
    if shape_of(claimed) != shape_of(truth):
        return False
    noise = max(noise, _TINY)
    if not isinstance(claimed, np.ndarray) and not isinstance(truth, np.ndarray):
        gap = abs(claimed - truth)
        if gap <= RELATIVE * abs(truth) + noise:
            return True
        if gap > _NO_ROUNDING * abs(claimed):
            return False
    top = float(np.max(np.abs(truth)))
    slack = noise + (OF_TENSOR * top if np.ndim(truth) else 0.0)
    ours, theirs = np.ravel(claimed), np.ravel(truth)
    # What is far off is mostly far off everywhere: a few elements tell.
    step = max(1, len(ours) // _A_FEW)
    return _are_close(ours[::step], theirs[::step], slack) and (step == 1 or _are_close(ours, theirs, slack))


def relative_errors(ours: Array, theirs: Array) -> Array:
    """``|a − b| / max(|a|, |b|)`` by element: 0 where both are 0, NaN where one isn't finite."""
    with np.errstate(all="ignore"):
        scale = np.maximum(np.abs(ours), np.abs(theirs))
        # Halves: the difference of two large numbers may overflow.
        gap = 2 * np.abs(ours / 2 - theirs / 2)
        errors = np.divide(gap, scale, out=np.zeros_like(scale), where=scale != 0.0)
    return np.where(np.isfinite(ours) & np.isfinite(theirs), errors, np.nan)


def relative_error(ours: Value, theirs: Value) -> float:
    """The largest of the elements' relative errors."""
    return float(np.max(relative_errors(np.asarray(ours), np.asarray(theirs))))


def _are_close(claimed: Array, truth: Array, slack: float) -> bool:
    gap = np.abs(claimed - truth)
    return bool(np.all((gap <= RELATIVE * np.abs(truth) + slack) | _is_rounded(claimed, gap)))


def _is_rounded(claimed: Array, gap: Array) -> NDArray[np.bool_]:
    """Where a claim has no more than three significant digits, and is off by at most half a unit of the last one."""
    size = np.abs(claimed)
    exponent = np.floor(np.log10(np.where(size > 0.0, size, 1.0)))
    unit = 10.0 ** (exponent - (DIGITS - 1))
    steps = size / unit
    short = np.abs(steps - np.round(steps)) <= 1e-9 * steps
    result: NDArray[np.bool_] = (size > 0.0) & short & (gap <= unit * (0.5 + 1e-9))
    return result
