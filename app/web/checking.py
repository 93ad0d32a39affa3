"""Gradient checks as they are asked for over HTTP, and their answers."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from app.core.directional import DirectionalCheck, check_directions
from app.core.gradcheck import Checking, GradientCheck, LeafCheck
from app.core.validate import Limits
from app.formats.evaluation import tensor
from app.settings import Settings
from app.web.ndjson import PAUSE, to_line
from app.web.schemas.check import CheckRequest, ExactCheckRequest


def checked(request: CheckRequest, limits: Limits, *, full: bool) -> dict[str, Any]:
    """The whole ``CheckResponse``. Raises :class:`GraphError` where there is anything to refuse."""
    if request.method == "directional":
        return _directional_data(
            check_directions(
                request.graph.to_graph(),
                output=request.output,
                wrt=request.wrt,
                epsilon=request.epsilon,
                limits=limits,
            )
        )
    checking = _checking(request, limits)
    for _ in checking.run():
        pass
    return _data(checking.result(), checking.size, full=full)


def check_lines(request: ExactCheckRequest, settings: Settings, *, full: bool) -> Iterator[bytes]:
    """How far an exact check has come, again and again, and at last the ``CheckResponse``.

    Raises :class:`GraphError` before the first line where there is anything to refuse.
    """
    checking = _checking(request, settings.limits(), work=settings.max_check_work)
    started, told = time.monotonic(), -PAUSE
    for _ in checking.run():
        elapsed = time.monotonic() - started
        if elapsed >= told + PAUSE:
            told = elapsed
            yield to_line(
                {
                    "done": checking.done,
                    "size": checking.size,
                    "elapsed": round(elapsed, 6),
                    "remaining": round(elapsed * (checking.size / checking.done - 1), 6),
                }
            )
    yield to_line(_data(checking.result(), checking.size, full=full))


def _checking(request: ExactCheckRequest, limits: Limits, work: int | None = None) -> Checking:
    return Checking(
        request.graph.to_graph(), output=request.output, wrt=request.wrt, nodes=request.nodes,
        epsilon=request.epsilon, curve=request.curve, limits=limits, work=work,
    )  # fmt: skip


def _data(result: GradientCheck, elements: int, *, full: bool) -> dict[str, Any]:
    """A gradient check as a ``CheckResponse``."""
    return {
        "method": "exact",
        "output": result.output,
        "epsilon": result.epsilon,
        "elements": elements,
        "passed": _passed([leaf.verdict for leaf in (*result.leaves.values(), *result.nodes.values())]),
        "leaves": _nodes_data(result.leaves, full=full),
        "nodes": _nodes_data(result.nodes, full=full),
        "directions": None,
        "seconds": asdict(result.seconds),
        "curve": None if result.curve is None else [asdict(point) for point in result.curve],
    }


def _directional_data(result: DirectionalCheck) -> dict[str, Any]:
    """A directional check as a ``CheckResponse``."""
    return {
        "method": "directional",
        "output": result.output,
        "epsilon": result.epsilon,
        "elements": result.elements,
        "passed": _passed([direction.verdict for direction in result.directions]),
        "leaves": {},
        "nodes": {},
        "directions": [asdict(direction) for direction in result.directions],
        "seconds": asdict(result.seconds),
        "curve": None,
    }


def _passed(verdicts: list[str]) -> bool:
    return not {"fail", "non-finite"} & set(verdicts)


def _nodes_data(checks: Mapping[str, LeafCheck], *, full: bool) -> dict[str, Any]:
    return {
        name: {
            "backprop": tensor(leaf.backprop, full=full),
            "numerical": tensor(leaf.numerical, full=full),
            "relative_error": leaf.relative_error,
            "verdict": leaf.verdict,
            "notes": leaf.notes,
            "elements": tensor(leaf.elements, full=full),
        }
        for name, leaf in checks.items()
    }
