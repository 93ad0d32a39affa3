"""Many values of one number in one pass: each node on the way holds a column, an element a value, called a lane.

It works where all that depends on the number is elementwise and scalar. What doesn't depend on it is taken from a run.
Columns go through NumPy's functions and single runs through ``math``'s, so that a node's numbers may differ from those
of as many single runs in the last digit (for tanh, by three units of it).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeAlias, cast

import numpy as np

from app.core.elementwise import Elementwise
from app.core.evaluate import Evaluation
from app.core.plan import Plan
from app.core.tensor import Array, checked

_CHUNK: Final = 4_000_000
_SMALLEST: Final = 16
# A number that is the same in every lane, or a column.
_Column: TypeAlias = Any


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The output and its gradient, a lane each; ``gradient`` is None where nothing flows back."""

    values: Array
    gradient: Array | None


def in_lanes(plan: Plan, moved: frozenset[int]) -> bool:
    """Whether everything that depends on the leaf is scalar and elementwise, so that lanes may stand side by side."""
    return all(
        not plan.shapes[slot]
        and not any(plan.shapes[source] for source in plan.inputs[slot])
        and (not plan.inputs[slot] or _is_elementwise(plan, slot))
        for slot in moved
    )


def _is_elementwise(plan: Plan, slot: int) -> bool:
    op = plan.ops[slot]
    return issubclass(op, Elementwise) and op.backward is Elementwise.backward


def run_lanes(evaluation: Evaluation, leaf: int, moved: frozenset[int], xs: Array) -> Columns:
    """The output's value and the leaf's gradient at each of ``xs``; all else is as in the evaluation."""
    length = max(_SMALLEST, _CHUNK // len(moved))
    with np.errstate(all="ignore"):
        parts = [_chunk(evaluation, leaf, moved, xs[start : start + length]) for start in range(0, len(xs), length)]
    gradients = [part.gradient for part in parts if part.gradient is not None]
    return Columns(np.concatenate([part.values for part in parts]), np.concatenate(gradients) if gradients else None)


def _chunk(evaluation: Evaluation, leaf: int, moved: frozenset[int], xs: Array) -> Columns:
    plan = evaluation.plan
    columns: dict[int, _Column] = {leaf: xs}
    partials: dict[int, Callable[[], tuple[_Column, ...]]] = {}
    for slot, make, inputs in plan.steps:
        if slot in moved:
            layer = cast(Elementwise, make())
            taken = [columns[source] if source in moved else checked(evaluation.values[source]) for source in inputs]
            columns[slot] = column = layer.value(*taken)
            partials[slot] = partial(layer.partials_at, taken, column)
    output = columns[plan.output] if plan.output in moved else np.sum(evaluation.values[plan.output])
    gradient = _gradients(plan, moved, partials).get(leaf)
    return Columns(_spread(output, xs), None if gradient is None else _spread(gradient, xs))


def _gradients(
    plan: Plan, moved: frozenset[int], partials: dict[int, Callable[[], tuple[_Column, ...]]]
) -> dict[int, _Column]:
    """The gradients of what moves. The seed is a number, so that whatever passes it on unchanged stays one."""
    gradients: dict[int, _Column] = {}
    if plan.output in moved and plan.output not in plan.silent:
        gradients[plan.output] = 1.0
    for slot, local_derivatives in reversed(partials.items()):
        upstream, op = gradients.pop(slot, None), plan.ops[slot]
        if upstream is None:
            continue
        for number, (source, local) in enumerate(zip(plan.inputs[slot], local_derivatives(), strict=True)):
            if source in moved and source not in plan.silent and not (op.labels and op.is_label(number)):
                share = upstream * local
                gathered = gradients.get(source)
                gradients[source] = share if gathered is None else gathered + share
    return gradients


def _spread(column: _Column, xs: Array) -> Array:
    return np.broadcast_to(np.asarray(column), xs.shape).copy()
