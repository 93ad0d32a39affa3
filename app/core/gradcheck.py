"""Backpropagation held against numerical differentiation, leaf by leaf and element by element."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.core.errors import Fault, GraphError
from app.core.evaluate import Evaluation, leaf_values, run, seed_of
from app.core.graph import Graph
from app.core.plan import Plan, plan_for
from app.core.response import Dependence, Response
from app.core.slope import Slope, slope_at
from app.core.tensor import Value, as_value, size_of
from app.core.validate import Limits, over_budget

EPSILON: Final = 1e-5
"""Default step: near the cube root of float64's precision, where truncation and rounding balance."""
_CONSTANT: Final = "it is a constant, which asks for no gradient"
_NOTHING_FLOWS: Final = "nothing flows back to it: it does not reach the output, or only where a gradient is stopped"


@dataclass(frozen=True, slots=True, eq=False)
class LeafCheck:
    """One leaf's two gradients.

    ``relative_error`` is the largest over the elements, ``|a − n| / max(|a|, |n|)``, None where one isn't finite. The
    verdict is ``pass``, ``fail``, ``kink`` (the function has a corner here, so that no derivative exists; the gradient
    lies between the slopes of the two sides), ``non-finite``, or ``no-gradient``. What an op takes as a label, or a
    stopped gradient's input, is held still: backpropagation differentiates that function and no other.
    """

    backprop: Value | None
    numerical: Value | None
    relative_error: float | None
    verdict: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class GradientCheck:
    """The result of a gradient check, by leaf, of the sum of the output's elements, each times its seed."""

    output: str
    epsilon: float
    leaves: dict[str, LeafCheck]


def check(
    graph: Graph,
    *,
    output: str | None = None,
    wrt: Iterable[str] | None = None,
    epsilon: float = EPSILON,
    limits: Limits | None = None,
) -> GradientCheck:
    """Compare backpropagation with central differences for the leaves ``wrt``; all but constants where not given.

    ``epsilon`` is the step, relative where an element is larger than 1; where the two disagree, finer steps are tried
    before the gradient is judged. What is differentiated is the output under the graph's seed. Raises
    :class:`GraphError`.
    """
    limits = limits or Limits()
    plan = plan_for(graph, output, limits)
    chosen = _chosen(plan, wrt)
    leaves = leaf_values(plan, graph)
    evaluation = run(plan, leaves, seed_of(plan, graph))
    responses = _responses(plan, evaluation, chosen, limits)
    results: dict[str, LeafCheck] = {}
    for place in chosen:
        slot = plan.leaves[place][0]
        backprop = evaluation.gradients[slot]
        if backprop is None:
            note = _CONSTANT if slot in plan.silent else _NOTHING_FLOWS
            results[plan.ids[slot]] = LeafCheck(None, None, None, "no-gradient", (note,))
        else:
            results[plan.ids[slot]] = _check_leaf(responses[place], leaves[place], backprop, epsilon)
    return GradientCheck(plan.ids[plan.output], epsilon, results)


def _chosen(plan: Plan, wrt: Iterable[str] | None) -> list[int]:
    places = {plan.ids[slot]: place for place, (slot, _) in enumerate(plan.leaves)}
    if wrt is None:
        return [place for place, (slot, _) in enumerate(plan.leaves) if slot not in plan.silent]
    names = list(wrt)
    faults = [
        Fault("unknown-node", f"{name} is not a leaf of the graph", pointer=f"/wrt/{index}")
        for index, name in enumerate(names)
        if name not in places
    ]
    if faults:
        raise GraphError(faults)
    return [places[name] for name in names]


def _responses(plan: Plan, evaluation: Evaluation, chosen: Sequence[int], limits: Limits) -> dict[int, Response]:
    """What each leaf moves, by its place; a fault as soon as perturbing them all costs too much."""
    dependence = Dependence(evaluation)
    responses: dict[int, Response] = {}
    work = 0
    for place in chosen:
        slot = plan.leaves[place][0]
        responses[place] = response = dependence.of(slot)
        work += 2 * size_of(plan.shapes[slot]) * response.cost
        if work > limits.work:
            raise GraphError([over_budget("operations to check the gradients", limits.work, work)])
    return responses


def _check_leaf(response: Response, value: Value, backprop: Value, epsilon: float) -> LeafCheck:
    here = response.total(value)
    gradients = np.ravel(backprop).tolist()
    slopes = [_slope(response, value, here, epsilon, *item) for item in enumerate(gradients)]
    numerical = np.array([slope.slope for slope in slopes])
    shaped = as_value(numerical.reshape(np.shape(value)))
    notes = list(_notes(response, slopes, value, epsilon))
    if not (np.isfinite(numerical).all() and np.isfinite(gradients).all()):
        notes.insert(0, "a gradient here is not finite: see the warnings of the evaluation")
        return LeafCheck(backprop, shaped, None, "non-finite", tuple(notes))
    if not all(slope.agrees(gradient) for slope, gradient in zip(slopes, gradients, strict=True)):
        verdict = "fail"
    else:
        verdict = "kink" if any(slope.kink for slope in slopes) else "pass"
    gap, scale = np.abs(gradients - numerical), np.maximum(np.abs(gradients), np.abs(numerical))
    error = float(np.max(np.divide(gap, scale, out=np.zeros_like(gap), where=scale > 0.0)))
    return LeafCheck(backprop, shaped, error, verdict, tuple(notes))


def _slope(response: Response, value: Value, here: float, epsilon: float, element: int, gradient: float) -> Slope:
    at = float(np.ravel(value)[element])

    def total(moved: float) -> float:
        if not isinstance(value, np.ndarray):
            return response.total(moved)
        tensor = value.copy()
        tensor.flat[element] = moved
        return response.total(tensor)

    return slope_at(total, here, at, epsilon * max(1.0, abs(at)), gradient)


def _notes(response: Response, slopes: Sequence[Slope], value: Value, epsilon: float) -> Iterator[str]:
    if any(slope.kink for slope in slopes):
        yield "kink: the slopes on the two sides differ, so that no derivative exists at this point"
    steps = [epsilon * max(1.0, abs(at)) for at in np.ravel(value).tolist()]
    finer = [slope.step for slope, step in zip(slopes, steps, strict=True) if slope.step < step and not slope.kink]
    if finer:
        yield f"a finer step, down to {min(finer):.1e}, was used: a kink or a strong curve is close by"
    if any(slope.one_sided for slope in slopes):
        yield "only one side of this point has finite values: the slope is to that side"
    if response.held:
        shown = ", ".join(response.held[:5]) + (", …" if len(response.held) > 5 else "")
        yield f"a gradient is stopped on purpose at {shown}: what flows in there was held still"
