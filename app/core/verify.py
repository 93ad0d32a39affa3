"""Somebody's own gradients held against backpropagation: what is right, where it went wrong first, and probably why.

The claims are judged on the way back; what is wrong first is explained.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.core.errors import Fault, GraphError, shown_name
from app.core.evaluate import Evaluation, evaluate
from app.core.explain import Explanation, explanations
from app.core.graph import ID_PATTERN, Graph
from app.core.judge import WRONG, Judgement, judge
from app.core.plan import Plan
from app.core.replay import Claim, Replay
from app.core.tensor import Value
from app.core.validate import Limits


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
        judgements = judge(replay, claims)
        wrong = [claim for claim, judgement in judgements.items() if judgement.verdict in WRONG]
        comparable = {claim: claims[claim] for claim, item in judgements.items() if item.verdict in {*WRONG, "right"}}
        found = explanations(replay, wrong[0], comparable, frozenset(wrong), limits.work) if wrong else []
    first = wrong[0] if wrong else None
    return Verification(
        output=plan.ids[plan.output],
        nodes={plan.ids[claim]: item for claim, item in judgements.items() if isinstance(claim, int)},
        edges={plan.edge(*claim): item for claim, item in judgements.items() if not isinstance(claim, int)},
        first_wrong=None if first is None else plan.ids[replay.source(first)],
        first_wrong_edge=None if first is None or isinstance(first, int) else plan.edge(*first),
        slips=tuple(_likely(evaluation, item, wrong) for item in found),
    )


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


def _likely(run: Evaluation, explanation: Explanation, wrong: Sequence[Claim]) -> LikelySlip:
    plan = run.plan
    hypothesis = explanation.hypothesis
    slip, node = hypothesis.slip, plan.ids[hypothesis.slot]
    explained = [claim for claim in wrong if claim in explanation.explains]
    return LikelySlip(
        code=slip.code,
        title=slip.title,
        detail=slip.at(run.name(hypothesis.slot), " and ".join(run.name(source) for source in hypothesis.sources)),
        hint=slip.hint,
        node=node,
        input=hypothesis.number,
        explains=tuple(plan.ids[claim] for claim in explained if isinstance(claim, int)),
        explains_edges=tuple(plan.edge(*claim) for claim in explained if not isinstance(claim, int)),
    )
