"""Activations that are the input times a gate: a function of the input itself that opens from 0 to 1."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from app.core.build import GraphBuilder
from app.core.elementary import Operand, absolute, erf, exp, maximum, minimum, power, sign, sqrt, square, tanh, where
from app.core.elementwise import Elementwise
from app.core.layer import at
from app.core.slips.catalogue import TERM_FORGOTTEN, Slip
from app.core.spelling import Code, Term, call
from app.core.tensor import Shape

_INNER = math.sqrt(2.0 / math.pi)
_CUBIC = 0.044715
"""Of GELU's approximation, ½ x (1 + tanh(√(2/π) · (x + 0.044715 x³)))."""


class Silu(Elementwise):
    """The input times its sigmoid, also called swish. Its derivative is σ(x) · (1 + x · (1 − σ(x))).

    From Ramachandran, Zoph & Le, *Searching for activation functions* (2017).
    """

    symbol = "SiLU"
    aliases = ("swish",)
    spellings = ("torch.nn.functional.silu", "torch.nn.SiLU", "jax.nn.silu", "jax.nn.swish")
    steepest = 1.0998393201288668
    samples = (at(1.0), at([-3.0, 0.0, 5.0]))
    value_latex = r"x \, \sigma\left(x\right)"
    partials_latex = (r"\sigma\left(x\right) \left(1 + x \left(1 - \sigma\left(x\right)\right)\right)",)

    def value(self, x: Operand) -> Operand:
        return x * _sigmoid(x)

    def partials(self, x: Operand) -> tuple[Operand, ...]:
        gate = _sigmoid(x)
        return (gate * (1.0 + x * (1.0 - gate)),)

    def wrong_partials(self, x: Operand) -> Mapping[Slip, tuple[Operand | None, ...]]:
        return {TERM_FORGOTTEN: (_sigmoid(x),)}

    def decompose(self, build: GraphBuilder, x: str) -> str:
        return build.add("mul", x, build.add("sigmoid", x))

    def code(self, x: Term) -> Code:
        return {"torch": f"torch.nn.functional.silu({x})", "jax": f"jax.nn.silu({x})"}


def _sigmoid(x: Operand) -> Operand:
    return 1.0 / (1.0 + exp(-x))


class Gelu(Elementwise):
    """The input times Φ(x), the probability that a standard normal number is smaller than it.

    Exact, by the error function, or with ``approximate`` by the tanh that GPT-2 took for it and ``jax.nn.gelu`` takes
    unless told otherwise. Both from Hendrycks & Gimpel, *Gaussian error linear units* (2016).
    """

    symbol = "GELU"
    spellings = ("torch.nn.functional.gelu", "torch.nn.GELU")
    steepest = 1.128904145185155
    samples = (at(1.0), at([-2.0, 0.0, 3.0]), at(1.0, approximate=True), at([-2.0, 0.0, 3.0], approximate=True))
    value_latex = r"x \, \Phi\left(x\right)"
    partials_latex = (r"\Phi\left(x\right) + x \, \Phi'\left(x\right)",)

    def __init__(self, *, approximate: bool = False) -> None:
        self.approximate = approximate

    def value(self, x: Operand) -> Operand:
        return x * self._gate(x)

    def partials(self, x: Operand) -> tuple[Operand, ...]:
        return (self._gate(x) + x * self._gate_slope(x),)

    def wrong_partials(self, x: Operand) -> Mapping[Slip, tuple[Operand | None, ...]]:
        return {TERM_FORGOTTEN: (self._gate(x),)}

    def _gate(self, x: Operand) -> Operand:
        if self.approximate:
            return 0.5 * (1.0 + tanh(_INNER * (x + _CUBIC * power(x, 3.0))))
        return 0.5 * (1.0 + erf(x / sqrt(2.0)))

    def _gate_slope(self, x: Operand) -> Operand:
        if self.approximate:
            gate = self._gate(x)
            return 2.0 * gate * (1.0 - gate) * _INNER * (1.0 + 3.0 * _CUBIC * square(x))
        return exp(-0.5 * square(x)) / math.sqrt(2.0 * math.pi)

    def decompose(self, build: GraphBuilder, x: str) -> str:
        if self.approximate:
            cube = build.add("pow", x, build.constant(3.0))
            bent = build.add("add", x, build.add("mul", cube, build.constant(_CUBIC)))
            rises = build.add("tanh", build.add("mul", bent, build.constant(_INNER)))
        else:
            rises = build.add("erf", build.add("div", x, build.constant(math.sqrt(2.0))))
        above = build.add("add", rises, build.constant(1.0))
        return build.add("mul", x, build.add("mul", above, build.constant(0.5)))

    @classmethod
    def variants(cls, *_shapes: Shape) -> Sequence[Mapping[str, Any]]:
        return ({}, {"approximate": True})

    def code(self, x: Term) -> Code:
        kind = "tanh" if self.approximate else None
        return {
            "torch": call("torch.nn.functional.gelu", x, approximate=kind),
            "jax": f"jax.nn.gelu({x}, approximate={self.approximate})",
        }


class HardSwish(Elementwise):
    """The input times a gate of straight lines, x/6 + 1/2 held between 0 and 1: a SiLU without an exponential.

    From Howard et al., *Searching for MobileNetV3* (2019).
    """

    symbol = "hard swish"
    spellings = ("torch.nn.functional.hardswish", "torch.nn.Hardswish", "jax.nn.hard_swish", "jax.nn.hard_silu")
    samples = (at(1.0), at([-4.0, 0.0, 2.0, 5.0]))

    def value(self, x: Operand) -> Operand:
        return x * minimum(maximum(x / 6.0 + 0.5, 0.0), 1.0)

    def partials(self, x: Operand) -> tuple[Operand, ...]:
        return (where(absolute(x) < 3.0, x / 3.0 + 0.5, maximum(sign(x), 0.0)),)

    def wrong_partials(self, x: Operand) -> Mapping[Slip, tuple[Operand | None, ...]]:
        return {TERM_FORGOTTEN: (minimum(maximum(x / 6.0 + 0.5, 0.0), 1.0),)}

    def decompose(self, build: GraphBuilder, x: str) -> str:
        return build.add("mul", x, build.add("hard_sigmoid", x))

    def code(self, x: Term) -> Code:
        return {}  # The corners of the libraries' own aren't ours.
