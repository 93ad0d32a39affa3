"""The steps of an evaluation, in the order in which a person would take them, each with its formula."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.core.elementwise import Elementwise
from app.core.evaluate import Evaluation
from app.core.layer import Layer
from app.core.notation import Call, Name, Number, Symbol, latex
from app.core.tensor import Value


@dataclass(frozen=True, slots=True, eq=False)
class ForwardStep:
    """A node computes its value. ``kept`` is what its layer puts aside for backward, by name."""

    node: str
    latex: str
    kept: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True, eq=False)
class BackwardStep:
    """A node sends one input its share of the gradient.

    ``local`` is the local derivative, where the op is elementwise; ``gradient`` the share, None where nothing flows.
    """

    node: str
    input: int
    upstream: Value
    local: Value | None
    gradient: Value | None
    latex: str


Step = ForwardStep | BackwardStep


def trace(evaluation: Evaluation) -> Iterator[Step]:
    """Every step: forward towards the output, then backward towards the inputs."""
    plan = evaluation.plan
    for slot, _, inputs in plan.steps:
        layer = evaluation.layers[slot]
        if layer is not None:
            values = [evaluation.values[source] for source in inputs]
            text = _forward_latex(layer, values, evaluation.values[slot])
            yield ForwardStep(plan.ids[slot], text, layer.kept_values())
    for slot, _, _ in reversed(plan.steps):
        layer, upstream, shares = (
            evaluation.layers[slot],
            evaluation.gradients[slot],
            evaluation.shares[slot],
        )
        if layer is None or upstream is None or shares is None:
            continue
        op = type(layer)
        formulas = op.partial_formulas()
        # The evaluation has told already of what isn't finite.
        with np.errstate(all="ignore"):
            locals_ = layer.local() if isinstance(layer, Elementwise) else (None,) * len(shares)
        for number, share in enumerate(shares):
            local = None if op.is_label(number) else locals_[number]
            text = _backward_latex(upstream, local, share, formulas[op.place(number)])
            yield BackwardStep(plan.ids[slot], number, upstream, local, share, text)


def _forward_latex(layer: Layer, values: list[Value], value: Value) -> str:
    if isinstance(layer, Elementwise) and all(map(_is_number, values)):
        return forward_numbers(layer, values, value)
    return type(layer).value_formula()


def forward_numbers(layer: Elementwise, values: Sequence[Value], value: Value) -> str:
    """LaTeX of an elementwise op of numbers, with its value."""
    return f"{latex(layer.formula(*map(_number, values)))} = {latex(_number(value))}"


def _backward_latex(upstream: Value, local: Value | None, share: Value | None, formula: str) -> str:
    if share is None:
        return r"\text{–}"
    if local is None:
        return formula
    if _is_number(upstream) and _is_number(local):
        product = Call("multiply", (_number(upstream), _number(local)))
        return f"{latex(product)} = {latex(_number(share))}"
    return latex(Call("hadamard", (Name("upstream", latex=r"\text{upstream}"), Name(formula))))


def _is_number(value: Value) -> bool:
    return not isinstance(value, np.ndarray) or value.ndim == 0


def _number(value: Value) -> Symbol:
    return Number(float(value))
