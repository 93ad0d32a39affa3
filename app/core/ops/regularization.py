"""What makes training forget on purpose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from app.core.elementary import Operand
from app.core.errors import LayerError
from app.core.layer import Layer, at
from app.core.slips.catalogue import SCALE_FORGOTTEN, Slip
from app.core.spelling import Code, OnnxNodes, Term
from app.core.tensor import Shape, Value, as_value


class Dropout(Layer):
    """Each element becomes 0 with probability ``rate``, and what is left grows by 1 / (1 − rate).

    The same ``seed`` draws the same mask for inputs of the same shape, so that an evaluation can be repeated. Without
    ``training`` the input passes as it is. Source: N. Srivastava et al., Dropout (2014), with the scale in training.
    """

    symbol = "dropout"
    spellings = ("torch.nn.functional.dropout", "torch.nn.Dropout")
    samples = (
        at([[0.5, -1.0, 2.0], [1.5, 0.25, -0.5]]),
        at([[0.5, -1.0, 2.0], [1.5, 0.25, -0.5]], rate=0.3, seed=7),
        at([1.0, 2.0], training=False),
        at(2.0, rate=0.25),
    )
    value_latex = r"\frac{m \odot x}{1 - \text{rate}}, \quad m_i \in \left\{0, 1\right\}"
    partials_latex = (r"\frac{m \odot \text{upstream}}{1 - \text{rate}}",)
    kept = ("mask",)
    keeps_doc = "The mask, where elements passed: the gradient passes at the same places, scaled alike."

    def __init__(self, *, rate: float = 0.5, seed: int = 0, training: bool = True) -> None:
        self.rate, self.seed, self.training = rate, seed, training

    def forward(self, x: Value) -> Value:
        self._mask = self._drawn(np.shape(x))
        return self._passed(x, self._mask)

    def backward(self, upstream: Value) -> tuple[Value | None, ...]:
        return (self._passed(upstream, self._mask),)

    def slips(self, upstream: Value) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        yield SCALE_FORGOTTEN, (as_value(np.where(self._mask, upstream, 0.0)),)

    def written_partials(self, inputs: Sequence[Operand], output: Operand) -> tuple[Operand, ...]:
        return (self._passed(1.0, self._drawn(())),)

    def shape(self, x: Shape) -> Shape:
        if not 0.0 <= self.rate < 1.0 or self.seed < 0:
            raise LayerError(
                f"rate {self.rate:g} and seed {self.seed}: the rate is from 0 to below 1, and a seed isn't negative"
            )
        return x

    def _drawn(self, shape: Shape) -> np.ndarray:
        """True where an element passes."""
        if not self.training:
            return np.ones(shape, dtype=bool)
        return np.asarray(np.random.default_rng(self.seed).random(shape) >= self.rate)

    def _passed(self, x: Value, mask: np.ndarray) -> Value:
        scale = 1.0 / (1.0 - self.rate) if self.training else 1.0
        return as_value(np.where(mask, np.multiply(x, scale), 0.0))

    def code(self, x: Term) -> Code:
        if not self.training:
            return {"torch": str(x), "jax": str(x), "micrograd": str(x)}
        # The very elements that are dropped here: each library draws its own.
        drawn = f"np.random.default_rng({self.seed}).random({x.shape}) >= {self.rate!r}"
        return {
            "torch": f"torch.where(torch.as_tensor({drawn}), {x} / (1.0 - {self.rate!r}), 0.0)",
            "jax": f"jnp.where({drawn}, {x} / (1.0 - {self.rate!r}), 0.0)",
        }

    def onnx(self, nodes: OnnxNodes, x: Term) -> str:
        return nodes.node("Mul", x, nodes.constant(self._passed(np.ones(x.shape), self._drawn(x.shape))))
