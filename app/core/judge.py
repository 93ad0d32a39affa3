"""Claims held against backpropagation, one by one.

The claims are gone through on the way back, from the output to the inputs. Each is judged twice: against the truth, and
against what follows from the claims before it. A claim that is wrong but follows was worked out rightly from an earlier
mistake. One that isn't quite the truth but follows from claims that are right is right as well: rounding has added up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.core.closeness import SHAKE, is_close, relative_error
from app.core.replay import Claim, Replay, Use, total
from app.core.tensor import Value, all_finite, shape_of

WRONG: Final = frozenset({"wrong", "shape"})


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """One claim. ``expected`` is None where nothing flows back.

    ``verdict`` is ``right``, ``wrong``, ``shape`` (the gradient of a tensor has the tensor's shape), ``no-gradient``
    (there is nothing to compare with), or ``non-finite`` (the true gradient isn't a number). ``follows`` tells whether
    the claim is what the claims before it lead to, so that its own step is right.
    """

    claimed: Value
    expected: Value | None
    relative_error: float | None
    verdict: str
    follows: bool


def judge(replay: Replay, claims: Mapping[Claim, Value]) -> dict[Claim, Judgement]:
    """Every claim with its judgement, in the order of the way back."""
    return _Judge(replay, claims).run()


class _Judge:
    """The way back with the claims put in, each judged as it is reached."""

    def __init__(self, replay: Replay, claims: Mapping[Claim, Value]) -> None:
        self._replay = replay
        self._claims = claims
        self._judgements: dict[Claim, Judgement] = {}
        self._shares: dict[Use, Value | None] = {}
        self._misled: set[Claim] = set()
        self._shaken = _shaken(replay)

    def run(self) -> dict[Claim, Judgement]:
        """Every claim with its judgement, in the order of the way back."""
        evaluation = self._replay.evaluation
        for slot in reversed(range(len(evaluation.plan.ids))):
            gradient = self._gradient(slot)
            layer, shares = evaluation.layers[slot], evaluation.shares[slot]
            sent = None if layer is None or shares is None or gradient is None else layer.backward(gradient)
            for number in range(len(evaluation.plan.inputs[slot])):
                use = (slot, number)
                truth = self._replay.share(use)
                follows = None if sent is None else sent[number]
                self._shares[use] = self._settle(use, truth, follows, misled=slot in self._misled)
        return self._judgements

    def _gradient(self, slot: int) -> Value | None:
        evaluation, uses = self._replay.evaluation, self._replay.uses[slot]
        follows = evaluation.upstream if slot == evaluation.plan.output else total([self._shares[use] for use in uses])
        misled = any(use in self._misled for use in uses)
        return self._settle(slot, evaluation.gradients[slot], follows, misled=misled)

    def _settle(self, claim: Claim, truth: Value | None, follows: Value | None, *, misled: bool) -> Value | None:
        """Judge a claim, and choose what the way back goes on with: the claim, or what follows where there is none."""
        if claim not in self._claims:
            if misled:
                self._misled.add(claim)
            return None if truth is None else follows
        claimed = self._claims[claim]
        if truth is None:
            self._judgements[claim] = Judgement(claimed, None, None, "no-gradient", follows=False)
            return None
        if shape_of(claimed) != shape_of(truth):
            self._judgements[claim] = Judgement(claimed, truth, None, "shape", follows=False)
            self._misled.add(claim)
            return follows
        if not all_finite(truth):
            self._judgements[claim] = Judgement(claimed, truth, None, "non-finite", follows=False)
            return follows
        noise = self._noise(claim, truth)
        kept = follows is not None and all_finite(follows) and is_close(claimed, follows, noise)
        right = is_close(claimed, truth, noise) or (kept and not misled)
        if not right:
            self._misled.add(claim)
        verdict = "right" if right else "wrong"
        self._judgements[claim] = Judgement(claimed, truth, relative_error(claimed, truth), verdict, kept)
        return claimed

    def _noise(self, claim: Claim, truth: Value) -> float:
        """How much rounding at every step may move a gradient or a share."""
        shaken = self._shaken.get(claim)
        noise = 0.0 if shaken is None else 2.0 * float(np.max(np.abs(np.subtract(shaken, truth))))
        return noise if np.isfinite(noise) else 0.0


def _shaken(replay: Replay) -> dict[Claim, Value | None]:
    """The gradients and shares of a way back on which every share is off by about 10⁻⁶, this way or that."""
    evaluation, plan = replay.evaluation, replay.evaluation.plan
    rng = np.random.default_rng(0)
    shaken: dict[Claim, Value | None] = {}
    for slot in reversed(range(len(plan.ids))):
        uses = replay.uses[slot]
        shaken[slot] = evaluation.upstream if slot == plan.output else total([shaken[use] for use in uses])
        gradient, layer, shares = shaken[slot], evaluation.layers[slot], evaluation.shares[slot]
        if gradient is None or layer is None or shares is None:
            continue
        off = 1.0 + SHAKE * rng.choice((-1.0, 1.0), len(shares)) * rng.uniform(0.5, 1.0, len(shares))
        for number, share in enumerate(layer.backward(gradient)):
            shaken[slot, number] = None if share is None else share * float(off[number])
    return shaken
