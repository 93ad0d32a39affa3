"""Slips within one step back: a layer is handed its upstream gradient and sends each input a wrong share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.core.elementwise import Elementwise, Keeps
from app.core.layer import Layer
from app.core.slips.catalogue import (
    ADDED,
    CORNER,
    INPUT_FOR_OUTPUT,
    LOCAL_FORGOTTEN,
    OUTPUT_FOR_INPUT,
    SIGN,
    SWAPPED_INPUTS,
    UPSTREAM_FORGOTTEN,
    VALUE_AS_LOCAL,
    Slip,
)
from app.core.slips.copies import unsummed
from app.core.tensor import Value, all_finite, broadcast_shapes, checked, shape_of, unbroadcast

_LAST_BITS: Final = 1e-12
_NUDGE: Final = 1e-9
_JUMP: Final = 1e-3

Shares = tuple[Value | None, ...]


@dataclass(frozen=True, slots=True, eq=False)
class StepBack:
    """One layer on the way back: what it took and gave, what it is handed, and what it rightly sends back."""

    layer: Layer
    inputs: tuple[Value, ...]
    output: Value
    upstream: Value
    shares: Shares


def wrong_shares(step: StepBack) -> Iterator[tuple[Slip, Shares]]:
    """Every slip that can be made in this step, with the shares that it leads to.

    None stands at inputs that the slip leaves right, and at those that are sent nothing. A share may have another shape
    than its input: so a learner would hand it in.
    """
    for slip, wrong in _candidates(step):
        shares = tuple(_unless_right(ours, right) for ours, right in zip(wrong, step.shares, strict=True))
        if any(share is not None for share in shares):
            yield slip, shares


def _candidates(step: StepBack) -> Iterator[tuple[Slip, Shares]]:
    yield from step.layer.slips(step.upstream)
    if isinstance(step.layer, Elementwise):
        yield from _elementwise(step, step.layer)
    yield SIGN, tuple(None if share is None else -share for share in step.shares)
    yield LOCAL_FORGOTTEN, tuple(_passed_on(step.upstream, x) for x in step.inputs)
    yield UPSTREAM_FORGOTTEN, step.layer.backward(_ones_like(step.upstream))


def _elementwise(step: StepBack, layer: Elementwise) -> Iterator[tuple[Slip, Shares]]:
    upstream, inputs = step.upstream, step.inputs
    shapes = [shape_of(x) for x in inputs]
    local = [checked(partial) for partial in layer.local()]

    def shares(partials: tuple[Value, ...]) -> Shares:
        return tuple(unbroadcast(upstream * partial, shape) for partial, shape in zip(partials, shapes, strict=True))

    if layer.keeps is Keeps.INPUTS:
        for partials in _beside(layer, inputs, local):
            yield CORNER, shares(partials)
    if layer.keeps is Keeps.OUTPUT and len(inputs) == 1:
        yield INPUT_FOR_OUTPUT, shares(layer.partials(checked(inputs[0])))
    if layer.keeps is Keeps.INPUTS and len(inputs) == 1:
        output = checked(step.output)
        yield OUTPUT_FOR_INPUT, shares(layer.partials_at((output,), output))
    for place, shape in enumerate(shapes):
        for slip, share in unsummed(np.multiply(upstream, local[place]), shape):
            yield slip, tuple(share if other == place else None for other in range(len(shapes)))
    if len(inputs) == 2:
        yield SWAPPED_INPUTS, shares((local[1], local[0]))
    if len(inputs) == 1:
        yield VALUE_AS_LOCAL, shares((step.output,))
    yield ADDED, tuple(unbroadcast(upstream + part, shape) for part, shape in zip(local, shapes, strict=True))


def _beside(layer: Elementwise, inputs: tuple[Value, ...], local: list[Value]) -> Iterator[tuple[Value, ...]]:
    """The local derivatives a little to each side of the point, where they jump there; as they are elsewhere."""
    moving = [(place, x) for place, x in enumerate(inputs) if not layer.is_label(place)]
    for place, x in moving:
        for side in (_NUDGE, -_NUDGE):
            moved = np.add(x, side * (1.0 + np.abs(x)))
            taken = [moved if other == place else checked(inputs[other]) for other in range(len(inputs))]
            beside = layer.partials_at(taken, layer.value(*taken))
            jumps = [
                np.abs(np.subtract(new, old)) > _JUMP * (1.0 + np.abs(old))
                for new, old in zip(beside, local, strict=True)
            ]
            if any(jump.any() for jump in jumps):
                yield tuple(np.where(jump, new, old) for jump, new, old in zip(jumps, beside, local, strict=True))


def _passed_on(upstream: Value, x: Value) -> Value:
    """The upstream gradient in the shape of the input where summing over copies leads there, else as it is."""
    shape = shape_of(x)
    try:
        copied = broadcast_shapes(shape, shape_of(upstream)) == shape_of(upstream)
    except ValueError:
        return upstream
    return unbroadcast(upstream, shape) if copied else upstream


def _ones_like(value: Value) -> Value:
    return np.ones(value.shape) if isinstance(value, np.ndarray) and value.ndim else 1.0


def _unless_right(share: Value | None, right: Value | None) -> Value | None:
    """A share that is wrong; None where it is right, to the last few bits, or isn't a number."""
    if share is None or right is None or not all_finite(share):
        return None
    if shape_of(share) == shape_of(right) and np.all(np.abs(share - right) <= _LAST_BITS * np.abs(right)):
        return None
    return share
