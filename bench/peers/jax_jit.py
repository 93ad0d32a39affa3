"""JAX: the whole way forward and back as one compiled function of the leaves. Compiling isn't in its time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from bench.graphs import ADD, MUL, RELU, SIGMOID, SUB, TANH, Flat

NAME: Final = "JAX jit"
LARGEST: Final = 100
FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    ADD: jnp.add,
    SUB: jnp.subtract,
    MUL: jnp.multiply,
    TANH: jnp.tanh,
    SIGMOID: jax.nn.sigmoid,
    RELU: jax.nn.relu,
}

Result: TypeAlias = tuple[Any, Any]

jax.config.update("jax_enable_x64", val=True)


def runner(flat: Flat) -> Callable[[], Result]:
    steps = [(FUNCTIONS[op], inputs) for op, inputs in flat.steps]

    def both_ways(leaves: Any) -> Result:
        values = list(leaves)
        back = []
        for function, inputs in steps:
            value, pull = jax.vjp(function, *[values[source] for source in inputs])
            values.append(value)
            back.append((inputs, pull))
        gradients: list[Any] = [0.0] * (len(values) - 1) + [jnp.ones_like(values[-1])]
        for here, (inputs, pull) in reversed(list(enumerate(back, len(flat.leaves)))):
            for source, share in zip(inputs, pull(gradients[here]), strict=True):
                gradients[source] += share
        return jnp.stack(values), jnp.stack(gradients)

    compiled = jax.jit(both_ways)
    leaves = jnp.array(flat.leaves)

    def run() -> Result:
        result: Result = jax.block_until_ready(compiled(leaves))
        return result

    run()
    return run


def numbers(result: Result) -> tuple[Sequence[float], Sequence[float]]:
    values, gradients = result
    return np.asarray(values).tolist(), np.asarray(gradients).tolist()
