"""A run as the plain data that JSON carries, over HTTP and into files."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from app.core.evaluate import Evaluation, edges
from app.core.tensor import Value, as_value
from app.core.trace import BackwardStep, Step, trace
from app.formats.document import tensor_data

MAX_ELEMENTS: Final = 1_024
_PREVIEW: Final = 8
_BINS: Final = 20


def tensor(value: Value | None, *, full: bool) -> Any:
    """A value as data: whole, or as a summary where it is large and ``full`` isn't asked for."""
    if value is None:
        return None
    if isinstance(value, np.ndarray) and value.size > MAX_ELEMENTS and not full:
        return _summary(value)
    return tensor_data(value)


def _summary(value: np.ndarray[Any, np.dtype[np.float64]]) -> dict[str, Any]:
    with np.errstate(all="ignore"):
        rows = value.reshape(-1, value.shape[-1])
        return {
            "shape": list(value.shape),
            "min": float(value.min()),
            "max": float(value.max()),
            "mean": float(value.mean()),
            "std": float(value.std()),
            "preview": rows[:_PREVIEW, :_PREVIEW].tolist(),
            "histogram": _histogram(value),
        }


def _histogram(value: np.ndarray[Any, np.dtype[np.float64]]) -> list[int]:
    """Counts in equally wide bins, as ``np.histogram`` has them; that takes more than twice as long."""
    least, most = value.min(), value.max()
    if not np.isfinite(most - least):
        return []
    # The largest element belongs to the last bin.
    share = (value - least) / (most - least) if most > least else np.zeros_like(value)
    bins = np.minimum((share * _BINS).astype(np.intp), _BINS - 1)
    counts: list[int] = np.bincount(bins.ravel(), minlength=_BINS).tolist()
    return counts


def evaluation_data(run: Evaluation, *, full: bool, with_trace: bool) -> dict[str, Any]:
    """A run as an ``EvaluateResponse``."""
    plan = run.plan
    values = [tensor(value, full=full) for value in run.values]
    return {
        "output": plan.ids[plan.output],
        "order": plan.ids,
        "nodes": {
            node: {"value": value, "gradient": tensor(gradient, full=full), "shape": shape}
            for node, value, gradient, shape in zip(plan.ids, values, run.gradients, plan.shapes, strict=True)
        },
        "edges": [
            {
                "source": plan.ids[source],
                "target": plan.ids[target],
                "input": number,
                "value": values[source],
                "gradient": tensor(_share(run, target, number), full=full),
            }
            for source, target, number in edges(plan)
        ],
        "trace": [_step(step, full=full) for step in trace(run)] if with_trace else None,
        "warnings": [{"node": w.node, "code": w.code, "phase": w.phase, "detail": w.detail} for w in run.warnings],
    }


def _share(run: Evaluation, target: int, number: int) -> Value | None:
    shares = run.shares[target]
    return None if shares is None else shares[number]


def _step(step: Step, *, full: bool) -> dict[str, Any]:
    if not isinstance(step, BackwardStep):
        kept = [{"name": name, "value": tensor(_kept(value), full=full)} for name, value in step.kept]
        return {"phase": "forward", "node": step.node, "latex": step.latex, "kept": kept}
    return {
        "phase": "backward",
        "node": step.node,
        "input": step.input,
        "upstream": tensor(step.upstream, full=full),
        "local": tensor(step.local, full=full),
        "gradient": tensor(step.gradient, full=full),
        "latex": step.latex,
    }


def _kept(value: Any) -> Value:
    """What a layer keeps as a value: a mask as ones and zeros, a shape as a vector."""
    return as_value(np.asarray(value, dtype=np.float64))
