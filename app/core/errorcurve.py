"""How far plain central differences are from backpropagation at many steps.

A large step is off by the curve that it cuts short, a small one by rounding: on logarithmic axes the errors make a V.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.core.closeness import relative_error
from app.core.errors import GraphError
from app.core.probe import Probe
from app.core.validate import Limits, over_budget

EPSILONS: Final = tuple(float(f"1e-{power}") for power in range(1, 14))


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The worst relative error of each leaf at one step; None where a difference isn't finite."""

    epsilon: float
    relative_error: dict[str, float | None]


def sample(probes: Mapping[str, Probe], limits: Limits, spent: int) -> dict[str, Sequence[int]]:
    """The elements of each leaf that can be followed, evenly spaced, with the work that ``spent`` leaves over.

    Raises :class:`GraphError` where that isn't one of each.
    """
    cheapest = sum(_cost(probe) for probe in probes.values())
    if spent + cheapest > limits.work:
        raise GraphError(
            [
                over_budget(
                    "operations to draw the curve", limits.work, spent + cheapest, pointer="/curve", budget="work"
                )
            ]
        )
    room = (limits.work - spent - cheapest) // max(1, len(probes))
    counts = {name: min(probe.size, 1 + room // _cost(probe)) for name, probe in probes.items()}
    return {name: [index * probes[name].size // count for index in range(count)] for name, count in counts.items()}


def error_curve(probes: Mapping[str, Probe], followed: Mapping[str, Sequence[int]]) -> tuple[CurvePoint, ...]:
    """The errors of the elements that are followed, at each step from 0.1 to 1e-13."""
    return tuple(
        CurvePoint(epsilon, {name: _worst(probe, followed[name], epsilon) for name, probe in probes.items()})
        for epsilon in EPSILONS
    )


def _worst(probe: Probe, elements: Sequence[int], epsilon: float) -> float | None:
    slopes = [_central_difference(probe, element, epsilon) for element in elements]
    gradients = [probe.gradients[element] for element in elements]
    worst = relative_error(np.array(gradients), np.array(slopes))
    return worst if math.isfinite(worst) else None


def _central_difference(probe: Probe, element: int, epsilon: float) -> float:
    at, step = probe.at(element), probe.step(element, epsilon)
    return (probe.total(element, at + step) - probe.total(element, at - step)) / (2 * step)


def _cost(probe: Probe) -> int:
    return 2 * len(EPSILONS) * probe.response.cost
