"""The chain rule, written out."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from app.core.derivation import Derivation, Factor, derive
from app.core.modes import Counts, Edge, Tangent
from app.core.notation import latex
from app.web.body import StrictRoute
from app.web.deps import Budget
from app.web.schemas import derivation as schemas
from app.web.wire import json_response

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["graphs"])


@router.post("/derivation", response_model=schemas.DerivationResponse)
def post_derivation(request: schemas.DerivationRequest, budget: Budget) -> Response:
    """Write a derivative out: the sum over all paths of products along them, and the same by forward mode."""
    found = derive(
        request.graph.to_graph(),
        request.wrt,
        output=request.output,
        limit=request.limit,
        digits=request.digits,
        limits=budget,
    )
    return json_response(_data(found))


def _data(found: Derivation) -> dict[str, Any]:
    """A derivation as a ``DerivationResponse``."""
    ids = found.plan.ids
    written: dict[Edge, dict[str, Any]] = {}
    return {
        "output": ids[found.output],
        "wrt": ids[found.wrt],
        "value": found.value,
        "paths": [
            {
                "factors": [
                    written.get(factor.edge) or written.setdefault(factor.edge, _factor_data(found, factor))
                    for factor in path.factors
                ],
                "product": path.product,
            }
            for path in found.paths
        ],
        "paths_total": str(found.counts.paths),
        "shown": len(found.paths),
        "latex": found.latex,
        "latex_numbers": found.latex_numbers,
        "forward": [_tangent_data(found, tangent) for tangent in found.tangents],
        "counts": _counts_data(found.counts),
    }


def _factor_data(found: Derivation, factor: Factor) -> dict[str, Any]:
    """One factor as a ``DerivationFactor``."""
    return {
        **_edge_data(found, factor.edge),
        "target": found.plan.ids[factor.edge.target],
        "chain": factor.chain,
        "latex": latex(factor.formula),
        "latex_values": latex(factor.values, found.digits),
        "latex_number": latex(factor.local, found.digits),
        "local": factor.local,
    }


def _edge_data(found: Derivation, edge: Edge) -> dict[str, Any]:
    plan = found.plan
    return {"edge": plan.edge(edge.target, edge.input), "source": plan.ids[edge.source], "input": edge.input}


def _tangent_data(found: Derivation, tangent: Tangent) -> dict[str, Any]:
    """One step of forward mode as a ``ForwardStep``."""
    return {
        "node": found.plan.ids[tangent.slot],
        "tangent": tangent.tangent,
        "terms": [
            {
                **_edge_data(found, term.edge),
                "tangent": term.tangent,
                "local": term.local,
                "product": term.product,
            }
            for term in tangent.terms
        ],
        "latex": found.tangent_latex(tangent),
    }


def _counts_data(counts: Counts) -> dict[str, Any]:
    """What each way costs as ``DerivationCounts``."""
    return {
        "path_multiplications": str(counts.path_multiplications),
        "forward_multiplications": counts.forward,
        "reverse_multiplications": counts.reverse,
        "forward_all_multiplications": counts.forward_all,
        "reverse_all_multiplications": counts.reverse_all,
        "inputs": counts.inputs,
        "outputs": counts.outputs,
        "winner": counts.winner,
        "sentence": counts.sentence,
    }
