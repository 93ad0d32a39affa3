"""How far plain central differences are from backpropagation at many steps.

A large step is off by the curve that it cuts short, a small one by rounding: on logarithmic axes the errors make a V.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.core.bundle import Bundle, Chunk, Elements, Places
from app.core.closeness import relative_errors
from app.core.errors import GraphError
from app.core.tensor import Array
from app.core.validate import over_budget

EPSILONS: Final = tuple(float(f"1e-{power}") for power in range(1, 14))


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """The worst relative error of each leaf at one step; None where a difference isn't finite."""

    epsilon: float
    relative_error: dict[str, float | None]


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """The elements of a bundle that the curve follows."""

    bundle: Bundle
    places: Places


def sample(bundles: Sequence[Bundle], limit: int, spent: int) -> list[Followed]:
    """The elements that can be followed with the work that ``spent`` leaves over: of tensors some, evenly spaced.

    Raises :class:`GraphError` where that isn't one of each.
    """
    least = [1 if isinstance(bundle, Elements) else bundle.size for bundle in bundles]
    cheapest = sum(_cost(bundle, count) for bundle, count in zip(bundles, least, strict=True))
    if spent + cheapest > limit:
        total = spent + cheapest
        raise GraphError([over_budget("operations to draw the curve", limit, total, pointer="/curve", budget="work")])
    room = (limit - spent - cheapest) // max(1, len(bundles))
    return [
        Followed(bundle, _spaced(bundle, _count(bundle, count, room)))
        for bundle, count in zip(bundles, least, strict=True)
    ]


def error_curve(followed: Sequence[Followed]) -> tuple[CurvePoint, ...]:
    """The errors of the elements that are followed, at each step from 0.1 to 1e-13."""
    return tuple(
        CurvePoint(epsilon, {name: worst for part in followed for name, worst in _worst(part, epsilon)})
        for epsilon in EPSILONS
    )


def _worst(followed: Followed, epsilon: float) -> Iterator[tuple[str, float | None]]:
    bundle, places = followed.bundle, followed.places
    errors = np.concatenate([_errors(bundle, part, epsilon) for part in bundle.parts(places)])
    if isinstance(bundle, Elements):
        errors = errors.max(keepdims=True)
    for probe, worst in zip(bundle.probes, errors.tolist(), strict=True):
        yield probe.name, worst if math.isfinite(worst) else None


def _errors(bundle: Bundle, places: Places, epsilon: float) -> Array:
    steps = bundle.steps(epsilon)[places]
    with np.errstate(all="ignore"):
        above, below = Chunk(bundle, places).ends(steps)
        return relative_errors(bundle.gradients[places], (above - below) / (2 * steps))


def _count(bundle: Bundle, least: int, room: int) -> int:
    """How many elements of a bundle may be followed with so much work more than for the least of them."""
    more = _cost(bundle, bundle.size) - _cost(bundle, least)
    return bundle.size if more <= room else least + (bundle.size - least) * room // more


def _spaced(bundle: Bundle, count: int) -> Places:
    return np.arange(count) * bundle.size // count


def _cost(bundle: Bundle, count: int) -> int:
    return len(EPSILONS) * bundle.work(count)
