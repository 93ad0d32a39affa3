"""Which units of a layer let no gradient through: off, or saturated, for every sample that they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.core.elementwise import Elementwise
from app.core.evaluate import Evaluation
from app.core.layer import REGISTRY

SATURATED: Final = 0.01
"""A smooth activation is saturated where its local derivative is below this part of the steepest one."""
_PROBES: Final = np.array([-8.5, -4.5, -2.5, -1.5, 1.5, 2.5, 4.5, 8.5])
_CHANNELS_FIRST: Final = 4


@dataclass(frozen=True, slots=True)
class Shut:
    """Where a layer lets nothing through: everywhere (``units`` is empty), or in some of its units.

    A unit is an index of the last axis, or of the second of a stack of images (N, C, H, W); ``samples`` is how many
    numbers each of them gave, all of them without a slope, and ``of`` how many units there are.
    """

    smooth: bool
    units: tuple[int, ...]
    of: int
    samples: int


def shut(evaluation: Evaluation, slot: int) -> Shut | None:
    """Where a node lets no gradient through although one arrives; None where it does, or isn't an activation.

    Smooth activations say how steep they can be (``Elementwise.steepest``). Others count where they have a flat part
    and one that isn't, and stand on the flat one with every input that asks for a gradient.
    """
    layer, upstream = evaluation.layers[slot], evaluation.gradients[slot]
    op = evaluation.plan.ops[slot]
    if (
        upstream is None
        or not isinstance(layer, Elementwise)
        or not (has_flat_part(op.name) or layer.steepest is not None)
    ):
        return None
    asks = [source not in evaluation.plan.silent for source in evaluation.plan.inputs[slot]]
    with np.errstate(all="ignore"):
        locals_ = [np.abs(local) for local, asked in zip(layer.local(), asks, strict=True) if asked]
    if not locals_:
        return None
    flat: Any = np.logical_and.reduce(
        [local < SATURATED * layer.steepest if layer.steepest is not None else local == 0.0 for local in locals_]
    )
    shape = evaluation.plan.shapes[slot]
    live = np.broadcast_to(np.not_equal(upstream, 0.0), shape)
    return _shut_units(np.broadcast_to(flat, shape), live, smooth=layer.steepest is not None)


def _shut_units(flat: NDArray[np.bool_], live: NDArray[np.bool_], *, smooth: bool) -> Shut | None:
    axis = 1 if flat.ndim == _CHANNELS_FIRST else -1
    count = flat.shape[axis] if flat.ndim else 1
    samples = flat.size // count
    if flat.all():
        return Shut(smooth, (), count, samples) if live.any() else None
    # One sample switches about half of the units off, and that is what they are for.
    if samples < 2:
        return None
    flat, live = (np.moveaxis(mask, axis, 0).reshape(count, -1) for mask in (flat, live))
    units = np.flatnonzero(flat.all(axis=1) & live.any(axis=1))
    return Shut(smooth, tuple(units.tolist()), count, samples) if units.size else None


@cache
def has_flat_part(name: str) -> bool:
    """Whether the op of that name is flat on a part of its first input and isn't on another.

    Found by probing, the other inputs being 1.
    """
    op = REGISTRY[name]
    if not issubclass(op, Elementwise) or op.steepest is not None:
        return False
    layer = op()
    with np.errstate(all="ignore"):
        layer.forward(_PROBES, *[np.ones(_PROBES.shape) for _ in op.inputs[1:]])
        local = layer.local()
    flat = np.broadcast_to(local[0], _PROBES.shape) == 0.0
    return bool((flat[1:] & flat[:-1]).any() and not flat.all())
