"""A run as the plain data that JSON carries, over HTTP and into files."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import numpy as np
from msgspec import Struct, to_builtins
from msgspec.json import encode
from pydantic_core import to_json

from app.core.evaluate import Evaluation
from app.core.tensor import Shape, Value, as_value
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


class NodeNumbers(Struct, frozen=True, gc=False):
    """What a run found of one node."""

    value: Any
    gradient: Any
    shape: Shape


class EdgeNumbers(Struct, frozen=True, gc=False):
    """What a run found of one edge."""

    source: str
    target: str
    input: int
    value: Any
    gradient: Any


class Answer(Struct, frozen=True):
    """A run as an ``EvaluateResponse`` has it, in a structure that is quickly made and written."""

    output: str
    order: tuple[str, ...]
    nodes: dict[str, NodeNumbers]
    edges: list[EdgeNumbers]
    trace: list[dict[str, Any]] | None
    warnings: list[dict[str, Any]]


def evaluation_json(run: Evaluation, *, full: bool, with_trace: bool) -> bytes:
    """A run as the JSON of an ``EvaluateResponse``; numbers that aren't finite are spelled out."""
    if run.warnings or with_trace:
        return to_json(evaluation_data(run, full=full, with_trace=with_trace), inf_nan_mode="strings")
    # This writer has no word for what isn't finite. Where nothing was warned of, everything is.
    return encode(_answer(run, full=full, with_trace=False), enc_hook=partial(tensor, full=full))


def evaluation_data(run: Evaluation, *, full: bool, with_trace: bool) -> dict[str, Any]:
    """A run as an ``EvaluateResponse``."""
    answer = _answer(run, full=full, with_trace=with_trace)
    data: dict[str, Any] = to_builtins(answer, enc_hook=partial(tensor, full=full))
    return data


def _answer(run: Evaluation, *, full: bool, with_trace: bool) -> Answer:
    """A run as an answer, in which gradients are still values: whoever writes it makes data of them."""
    plan = run.plan
    ids = plan.ids
    # A value stands at its node and at all edges that carry it, so it is made data here, once.
    values = [value if type(value) is float else tensor(value, full=full) for value in run.values]
    shares = iter(run.shares.by_edge())
    edges = [
        EdgeNumbers(ids[source], target, number, values[source], next(shares))
        for target, inputs in zip(ids, plan.inputs, strict=True)
        for number, source in enumerate(inputs)
    ]
    return Answer(
        output=ids[plan.output],
        order=ids,
        nodes=dict(zip(ids, map(NodeNumbers, values, run.gradients, plan.shapes), strict=True)),
        edges=edges,
        trace=[_step(step, full=full) for step in trace(run)] if with_trace else None,
        warnings=[{"node": w.node, "code": w.code, "phase": w.phase, "detail": w.detail} for w in run.warnings],
    )


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
