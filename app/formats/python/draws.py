"""Random numbers where the code draws some: NumPy's own for the seed that the code names, else for seed 0."""

from __future__ import annotations

from typing import Final

import numpy as np

from app.core.tensor import Shape, Value, as_value

MAX_SEED: Final = 2**32 - 1


class Draws:
    """A source of random numbers: NumPy's old one, which everybody shares, or a generator of the code's own."""

    def __init__(self, seed: int | None = None, *, generator: bool = False) -> None:
        self._generator = generator
        self._named = False
        self._drawn = False
        self._foreign = False
        self.seed(seed)

    def seed(self, seed: int | None, *, foreign: bool = False) -> None:
        """Begin again from a seed; ``foreign`` where it is another library's."""
        self._seed = seed or 0
        self._named |= seed is not None
        self._foreign |= foreign
        make = np.random.default_rng if self._generator else np.random.RandomState
        self._state = make(self._seed)

    def normal(self, shape: Shape, *, foreign: bool) -> Value:
        """Standard normal numbers."""
        self._draw(foreign=foreign)
        return as_value(np.asarray(self._state.standard_normal(shape or None)))

    def uniform(self, low: float, high: float, shape: Shape, *, foreign: bool) -> Value:
        """Numbers from ``low`` up to ``high``, all as likely."""
        self._draw(foreign=foreign)
        return as_value(np.asarray(self._state.uniform(low, high, shape or None)))

    def whole(self, low: int, high: int, shape: Shape, *, foreign: bool) -> Value:
        """Whole numbers from ``low`` up to but not ``high``."""
        self._draw(foreign=foreign)
        state = self._state
        draw = state.integers if isinstance(state, np.random.Generator) else state.randint
        return as_value(np.asarray(draw(low, high, shape or None), dtype=np.float64))

    @property
    def notes(self) -> list[str]:
        """What whoever looks at the graph should know of them."""
        if not self._drawn:
            return []
        if self._named and not self._foreign:
            return [f"Random numbers are NumPy's own from seed {self._seed}, as in the code."]
        why = "as in the code" if self._named else "since the code draws them at random"
        foreign = " They are NumPy's: PyTorch and JAX draw others from the same seed." if self._foreign else ""
        return [f"Random numbers are drawn from seed {self._seed}, {why}.{foreign}"]

    def _draw(self, *, foreign: bool) -> None:
        self._drawn = True
        self._foreign |= foreign
