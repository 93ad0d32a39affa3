"""Timing contenders side by side, so that whatever else the machine does hits all of them."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from time import perf_counter
from typing import Any, Final

import numpy as np

_SHORTEST: Final = 2e-3
_MOST_CALLS: Final = 10_000
_LEAST_ROUNDS: Final = 5


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds a call takes: the median of the samples, and the quartiles."""

    median: float
    low: float
    high: float
    samples: tuple[float, ...]

    @property
    def spread(self) -> float:
        """Half of what lies between the quartiles, as a share of the median."""
        return (self.high - self.low) / 2 / self.median

    def scaled(self, factor: float) -> Timing:
        """What takes so many times as long, where a part stands for the whole."""
        return timing([factor * sample for sample in self.samples])


def timing(samples: list[float]) -> Timing:
    """Median and quartiles of the samples."""
    low, median, high = np.quantile(samples, [0.25, 0.5, 0.75]).tolist()
    return Timing(median, low, high, tuple(samples))


def race(
    contenders: Mapping[str, Callable[[], Any]], seconds: float = 2.0, clock: Callable[[], float] = perf_counter
) -> dict[str, Timing]:
    """Call every contender in turn, round after round, for about so many seconds; at least five rounds.

    A sample is as many calls as take two milliseconds, after one that warms the caches and isn't timed. The order is
    another one in each round. What one contender leaves to be collected is collected before the next one's turn, while
    what it sets off itself is in its time. ``clock`` says what is counted: ``time.process_time``, for those that
    compute in this process, leaves out what other programs take.
    """
    calls = {name: _calls(run, clock) for name, run in contenders.items()}
    samples: dict[str, list[float]] = {name: [] for name in contenders}
    order = list(contenders.items())
    random = Random(0)
    gc.freeze()
    end = perf_counter() + seconds
    while perf_counter() < end or len(next(iter(samples.values()))) < _LEAST_ROUNDS:
        random.shuffle(order)
        for name, run in order:
            gc.collect()
            run()
            samples[name].append(_sample(run, calls[name], clock))
    gc.unfreeze()
    return {name: timing(found) for name, found in samples.items()}


def _calls(run: Callable[[], Any], clock: Callable[[], float]) -> int:
    run()
    once = max(_sample(run, 1, clock), _SHORTEST / _MOST_CALLS)
    return max(1, round(_SHORTEST / once))


def _sample(run: Callable[[], Any], calls: int, clock: Callable[[], float]) -> float:
    started = clock()
    for _ in range(calls):
        run()
    return (clock() - started) / calls


def exponent(sizes: list[int], seconds: list[float]) -> float:
    """The power of N with which the cost grows: the slope of a line through the logarithms."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])
