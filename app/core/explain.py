"""Which slip explains a wrong gradient: every one that may have been made is made again, and the outcome compared.

The search starts at the first wrong claim and goes towards the output, along ways on which nothing was claimed: where a
claim is right, what lies behind it was right too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from app.core.closeness import is_close
from app.core.replay import Change, Claim, Outcome, Replay
from app.core.slips.catalogue import RANK, SEED, VALUE_FOR_GRADIENT, Slip
from app.core.slips.steps import StepBack, wrong_shares
from app.core.slips.sums import wrong_sums
from app.core.tensor import Value

MOST: Final = 10
"""How many explanations are told at most."""
_FOLLOWED: Final = 100
"""How many are followed all the way to the inputs, to see what they explain beside the first wrong claim."""


@dataclass(frozen=True, slots=True, eq=False)
class Hypothesis:
    """A slip made at a node: in what it sends to its input ``number``, or, where that is None, to all ``sources``.

    Where it was made in the node's own gradient, the node itself is the only one of the ``sources``.
    """

    slip: Slip
    slot: int
    number: int | None
    sources: tuple[int, ...]
    change: Change


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """A hypothesis that leads to the first wrong claim, with all the wrong claims that it leads to."""

    hypothesis: Hypothesis
    explains: frozenset[Claim]


def explanations(
    replay: Replay, first: Claim, claims: Mapping[Claim, Value], wrong: Collection[Claim], budget: int
) -> list[Explanation]:
    """What may have led to the claim ``first``, the likeliest first.

    ``claims`` are all that can be compared, ``wrong`` those among them that are wrong. What agrees with more claims is
    likelier; then what is closer to the number; then what stands earlier in the catalogue; then what is nearer.
    ``budget`` bounds the search, in floating-point operations: what is farther away isn't looked at.
    """
    found, budget = _leading_to(replay, first, claims, budget)
    ranked: list[tuple[_Rank, Explanation]] = []
    for gap, hypothesis in found[:_FOLLOWED]:
        explains, contradicted = {first}, 0
        if budget > 0:
            outcome, cost = replay.go(hypothesis.change)
            budget -= cost
            for claim, predicted in _moved(outcome, claims):
                agrees = predicted is not None and is_close(claims[claim], predicted)
                if claim in wrong and agrees:
                    explains.add(claim)
                elif claim not in wrong and not agrees:
                    contradicted += 1
        rank = _Rank(contradicted - len(explains), gap > found[0][0] * 10 + 1e-9, RANK[hypothesis.slip])
        ranked.append((rank, Explanation(hypothesis, frozenset(explains))))
    ranked.sort(key=lambda item: item[0])
    return _one_a_place([explanation for _, explanation in ranked])[:MOST]


class _Rank(NamedTuple):
    """What makes an explanation less likely, the weightiest first."""

    against: int
    looser: bool
    in_catalogue: int


def _leading_to(
    replay: Replay, first: Claim, claims: Mapping[Claim, Value], budget: int
) -> tuple[list[tuple[float, Hypothesis]], int]:
    """Hypotheses that lead to a claim, those that come closest first, and what is left of the budget."""
    claimed = claims[first]
    until = replay.source(first)
    found: list[tuple[float, Hypothesis]] = []
    for hypothesis in _suspects(replay, first, claims):
        outcome, cost = replay.go(hypothesis.change, until=until)
        budget -= cost + replay.cost(hypothesis.slot)
        if budget < 0:
            break
        predicted = next((value for claim, value in _moved(outcome, {first}) if value is not None), None)
        if predicted is not None and is_close(claimed, predicted):
            found.append((_gap(claimed, predicted), hypothesis))
    found.sort(key=lambda item: item[0])
    return found, budget


def _moved(outcome: Outcome, claims: Collection[Claim]) -> Iterator[tuple[Claim, Value | None]]:
    """Those claims that a change bears on, with what it makes of them; None where that can't be told."""
    for slot, gradient in outcome.gradients.items():
        if slot in claims:
            yield slot, gradient
    for use, share in outcome.shares.items():
        if use in claims:
            yield use, share


def _gap(claimed: Value, predicted: Value) -> float:
    size = float(np.max(np.abs(claimed)))
    return float(np.max(np.abs(np.subtract(claimed, predicted)))) / (size or 1.0)


def _one_a_place(ranked: list[Explanation]) -> list[Explanation]:
    """Of the explanations by one slip at one node, the first: at one input, at another, or at all."""
    places = {(item.hypothesis.slip, item.hypothesis.slot): item for item in reversed(ranked)}
    return [item for item in ranked if places[item.hypothesis.slip, item.hypothesis.slot] is item]


def _suspects(replay: Replay, first: Claim, claims: Mapping[Claim, Value]) -> Iterator[Hypothesis]:
    """What may have moved the first wrong claim, the nearer first. All claims before it are right."""
    uses = deque([first] if isinstance(first, tuple) else replay.uses[first])
    if isinstance(first, int):
        yield from (found for found in hypotheses(replay, first) if found.change.gradients)
        if first == replay.evaluation.plan.output:
            yield Hypothesis(SEED, first, None, (first,), Change(gradients={first: claims[first]}))
    looked: set[int] = set()
    while uses:
        use = uses.popleft()
        target = use[0]
        if target in looked or (use in claims and use != first):
            continue
        looked.add(target)
        for found in hypotheses(replay, target):
            if found.change.shares or target not in claims:
                yield found
        if target not in claims:
            uses.extend(replay.uses[target])


def hypotheses(replay: Replay, slot: int) -> Iterator[Hypothesis]:
    """Every slip that can be made at a node: in its own gradient, and in what it sends back."""
    evaluation = replay.evaluation
    gradient, value = evaluation.gradients[slot], evaluation.values[slot]
    if gradient is None:
        return
    for slip, wrong in wrong_sums(replay.shares_of(slot)):
        yield Hypothesis(slip, slot, None, (slot,), Change(gradients={slot: wrong}))
    yield Hypothesis(VALUE_FOR_GRADIENT, slot, None, (slot,), Change(gradients={slot: value}))
    layer, shares = evaluation.layers[slot], evaluation.shares[slot]
    if layer is None or shares is None:
        return
    sources = evaluation.plan.inputs[slot]
    inputs = tuple([evaluation.values[source] for source in sources])
    for slip, wrongs in wrong_shares(StepBack(layer, inputs, value, gradient, shares)):
        changes = {(slot, number): share for number, share in enumerate(wrongs) if share is not None}
        for use, share in changes.items():
            yield Hypothesis(slip, slot, use[1], (sources[use[1]],), Change(shares={use: share}))
        if len(changes) > 1:
            reached = tuple(dict.fromkeys(sources[number] for _, number in changes))
            yield Hypothesis(slip, slot, None, reached, Change(shares=changes))
