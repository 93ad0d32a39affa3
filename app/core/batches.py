"""Where training takes its data from: which values the data leaves have at which step.

What a step is given depends on its number alone, so that a run that is taken up again sees what it would have seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from app.core.errors import GraphError
from app.core.tensor import Array, Shape, Value, shape_of
from app.core.validate import over_budget

Batch = Mapping[str, Value]
"""Values of leaves, by node; the other leaves keep the graph's own."""


class Batches(Protocol):
    """Batches by the number of the step, counted from 1."""

    @property
    def test(self) -> Batch | None:
        """Data that training never sees, to judge it by."""

    def at(self, step: int) -> Batch:
        """What the leaves hold at a step."""

    def kinds(self) -> Iterator[tuple[str, Batch]]:
        """A batch of every kind that occurs, kinds being told by shapes, and where in the request it is given."""


MAX_KINDS: Final = 100
"""How many kinds a list may hold: each needs a plan of its own."""


class ListedBatches:
    """Batches one after another, and again from the first. A graph's own values are the list of one empty batch."""

    test: Batch | None = None

    def __init__(self, batches: Sequence[Batch] = ({},)) -> None:
        self._batches = batches

    def at(self, step: int) -> Batch:
        """The batch whose turn it is."""
        return self._batches[(step - 1) % len(self._batches)]

    def kinds(self) -> Iterator[tuple[str, Batch]]:
        """The first batch of each kind, pointed at in the list. Raises :class:`GraphError` where there are too many."""
        seen: set[tuple[tuple[str, Shape], ...]] = set()
        for number, batch in enumerate(self._batches):
            if (kind := kind_of(batch)) not in seen:
                seen.add(kind)
                if len(seen) > MAX_KINDS:
                    raise GraphError([over_budget("kinds of batches", MAX_KINDS, len(seen), pointer="/batches")])
                yield f"/batches/{number}", batch


class RowBatches:
    """Rows of a table, ``size`` at a time; every epoch takes all rows once, in an order drawn from ``seed``.

    ``rows`` holds, for each leaf, a tensor whose first axis counts the rows. The last batch of an epoch may be shorter.
    """

    def __init__(
        self, rows: Mapping[str, Array], size: int, *, seed: int = 0, shuffle: bool = True, test: Batch | None = None
    ) -> None:
        self.test = test
        self._rows = rows
        self._count = min(len(values) for values in rows.values())
        self._size = min(size, self._count)
        self._seed = seed
        self._shuffle = shuffle
        self._epoch = -1
        self._order: NDArray[np.intp] = np.arange(self._count)

    @property
    def per_epoch(self) -> int:
        """How many steps go through all rows."""
        return -(-self._count // self._size)

    def at(self, step: int) -> Batch:
        """The rows whose turn it is."""
        epoch, place = divmod(step - 1, self.per_epoch)
        if self._shuffle and epoch != self._epoch:
            self._order = np.random.default_rng([self._seed, epoch]).permutation(self._count)
            self._epoch = epoch
        chosen = self._order[place * self._size : (place + 1) * self._size]
        return {node: values[chosen] for node, values in self._rows.items()}

    def kinds(self) -> Iterator[tuple[str, Batch]]:
        """The first batch of an epoch, the last, and the test data."""
        yield "/batches", self.at(1)
        yield "/batches", self.at(self.per_epoch)
        if self.test is not None:
            yield "/batches", self.test


def kind_of(batch: Batch) -> tuple[tuple[str, Shape], ...]:
    """What tells a batch from those that need another plan: its leaves and their shapes."""
    return tuple([(node, shape_of(value)) for node, value in batch.items()])
