"""How the cost of a call grows with the size of its input, told by ratios within one run."""

from __future__ import annotations

import time
from collections.abc import Callable

TENFOLD_AT_MOST = 40
"""Ten times the input costs about 10 times as much in linear time and 100 times in quadratic."""


def growth(call: Callable[[int], object], size: int) -> float:
    """How many times longer ten times the size takes: the best of three runs against the best of three."""
    small, large = (min(_seconds(call, n) for _ in range(3)) for n in (size, 10 * size))
    return large / small


def _seconds(call: Callable[[int], object], size: int) -> float:
    start = time.process_time()
    call(size)
    return time.process_time() - start
