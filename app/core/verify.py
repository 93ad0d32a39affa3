"""Somebody's own gradients held against backpropagation: what is right, where it went wrong first, and probably why.

The claims are gone through on the way back, from the output to the inputs. Each is judged twice: against the truth, and
against what follows from the claims before it. A claim that is wrong but follows was worked out rightly from an earlier
mistake. One that isn't quite the truth but follows from claims that are right is right as well: rounding has added up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.core.closeness import SHAKE, is_close, relative_error
from app.core.errors import Fault, GraphError, shown_name
from app.core.evaluate import evaluate
from app.core.explain import Explanation, explanations
from app.core.graph import ID_PATTERN, Graph
from app.core.plan import Plan
from app.core.replay import Claim, Replay, Use, total
from app.core.tensor import Value, shape_of
from app.core.validate import Limits

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


@dataclass(frozen=True, slots=True)
class LikelySlip:
    """What probably happened at a node, in what it sends to one of its inputs; to several, where ``input`` is None.

    ``explains`` and ``explains_edges`` name the wrong claims that this one slip leads to.
    """

    code: str
    title: str
    detail: str
    hint: str
    node: str
    input: int | None
    explains: tuple[str, ...]
    explains_edges: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Verification:
    """The judgements, in the order of the way back, and the slips that explain the first wrong one, likeliest first.

    ``first_wrong_edge`` is there where a claimed share is wrong before any claimed gradient is; ``first_wrong`` is then
    the node that it belongs to.
    """

    output: str
    nodes: dict[str, Judgement]
    edges: dict[str, Judgement]
    first_wrong: str | None
    first_wrong_edge: str | None
    slips: tuple[LikelySlip, ...]

    @property
    def correct(self) -> bool:
        """Whether no claim is wrong."""
        return self.first_wrong is None


def verify(
    graph: Graph,
    claimed: Mapping[str, Value],
    *,
    edges: Mapping[str, Value] | None = None,
    output: str | None = None,
    upstream: Value | None = None,
    limits: Limits | None = None,
) -> Verification:
    """Judge the gradients that somebody claims, by node, and the shares, by edge (``target:input``).

    What isn't claimed isn't judged. Raises :class:`GraphError` for a graph that can't run, and for claims about what
    isn't in it.
    """
    limits = limits or Limits()
    evaluation = evaluate(graph, output=output, upstream=upstream, limits=limits)
    plan = evaluation.plan
    claims = _claims(plan, claimed, edges or {})
    replay = Replay(evaluation)
    with np.errstate(all="ignore"):
        judgements = _Judge(replay, claims).judge()
        wrong = [claim for claim, judgement in judgements.items() if judgement.verdict in WRONG]
        comparable = {claim: claims[claim] for claim, item in judgements.items() if item.verdict in {*WRONG, "right"}}
        found = explanations(replay, wrong[0], comparable, frozenset(wrong), limits.work) if wrong else []
    first = wrong[0] if wrong else None
    return Verification(
        output=plan.ids[plan.output],
        nodes={plan.ids[claim]: item for claim, item in judgements.items() if isinstance(claim, int)},
        edges={_edge_name(plan, claim): item for claim, item in judgements.items() if not isinstance(claim, int)},
        first_wrong=None if first is None else plan.ids[replay.source(first)],
        first_wrong_edge=None if first is None or isinstance(first, int) else _edge_name(plan, first),
        slips=tuple(_likely(plan, item, wrong) for item in found),
    )


class _Judge:
    """The way back with the claims put in, each judged as it is reached."""

    def __init__(self, replay: Replay, claims: Mapping[Claim, Value]) -> None:
        self._replay = replay
        self._claims = claims
        self._judgements: dict[Claim, Judgement] = {}
        self._shares: dict[Use, Value | None] = {}
        self._misled: set[Claim] = set()
        self._shaken = _shaken(replay)

    def judge(self) -> dict[Claim, Judgement]:
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
        if not np.isfinite(truth).all():
            self._judgements[claim] = Judgement(claimed, truth, None, "non-finite", follows=False)
            return follows
        noise = self._noise(claim, truth)
        kept = follows is not None and bool(np.isfinite(follows).all()) and is_close(claimed, follows, noise)
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


def _claims(plan: Plan, nodes: Mapping[str, Value], edges: Mapping[str, Value]) -> dict[Claim, Value]:
    """The claims by slot and use; a fault for each that is about nothing in the graph."""
    slots = {node: slot for slot, node in enumerate(plan.ids)}
    claims: dict[Claim, Value] = {}
    faults: list[Fault] = []
    for name, value in nodes.items():
        if name in slots:
            claims[slots[name]] = value
        else:
            faults.append(_unknown("unknown-node", f"{shown_name(name)} isn't in the graph", "claimed", name))
    for name, value in edges.items():
        match = _EDGE.fullmatch(name)
        slot = slots.get(match[1], -1) if match else -1
        if match and slot >= 0 and int(match[2]) < len(plan.inputs[slot]):
            claims[slot, int(match[2])] = value
        else:
            detail = "an edge is named by the node that it leads to and the number of the input there, as in f:0"
            if match:
                detail = f"{match[1]} has no input {match[2]}" if slot >= 0 else f"{match[1]} isn't in the graph"
            faults.append(_unknown("unknown-edge", detail, "edges", name))
    if faults:
        raise GraphError(faults)
    return claims


_EDGE: Final = re.compile(rf"({ID_PATTERN}):(0|[1-9][0-9]{{0,3}})")


def _unknown(code: str, detail: str, field: str, name: str) -> Fault:
    """The fault of a claim about what isn't there; a name that can't be one isn't repeated."""
    node, _, number = name.partition(":")
    if not re.fullmatch(ID_PATTERN, node) or not re.fullmatch("[0-9]{0,4}", number):
        return Fault(code, detail, pointer=f"/{field}")
    return Fault(code, detail, node=node, pointer=f"/{field}/{name}")


def _edge_name(plan: Plan, use: Use) -> str:
    return f"{plan.ids[use[0]]}:{use[1]}"


def _likely(plan: Plan, explanation: Explanation, wrong: Sequence[Claim]) -> LikelySlip:
    hypothesis = explanation.hypothesis
    slip, node = hypothesis.slip, plan.ids[hypothesis.slot]
    explained = [claim for claim in wrong if claim in explanation.explains]
    return LikelySlip(
        code=slip.code,
        title=slip.title,
        detail=slip.at(node, " and ".join(plan.ids[source] for source in hypothesis.sources)),
        hint=slip.hint,
        node=node,
        input=hypothesis.number,
        explains=tuple(plan.ids[claim] for claim in explained if isinstance(claim, int)),
        explains_edges=tuple(_edge_name(plan, claim) for claim in explained if not isinstance(claim, int)),
    )
