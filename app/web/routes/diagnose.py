"""The health of a graph's gradients."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from fastapi import APIRouter, Response

from app.core.diagnose import Diagnosis, Finding, diagnose
from app.formats.document import graph_document
from app.web.body import StrictRoute
from app.web.deps import Budget
from app.web.schemas import diagnose as schemas
from app.web.wire import json_response

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["graphs"])


@router.post("/diagnose", response_model=schemas.DiagnoseResponse)
def post_diagnose(request: schemas.DiagnoseRequest, budget: Budget) -> Response:
    """Find gradients that vanish, explode, stop, or stop being numbers."""
    return json_response(_data(diagnose(request.graph.to_graph(), output=request.output, limits=budget)))


def _data(result: Diagnosis) -> dict[str, Any]:
    """A diagnosis as a ``DiagnoseResponse``."""
    return {
        "output": result.output,
        "findings": [_finding_data(finding) for finding in result.findings],
        "profile": [asdict(depth) for depth in result.profile],
        "sizes": result.sizes,
    }


def _finding_data(finding: Finding) -> dict[str, Any]:
    """A finding as a ``FindingResult``."""
    repaired = None if finding.repaired is None else graph_document(finding.repaired)
    return {**asdict(replace(finding, repaired=None)), "repaired": repaired}
