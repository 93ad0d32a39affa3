"""One edge's share of a gradient, element by element, of any layer: backward is linear in the upstream gradient."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.core.errors import LayerError
from app.core.evaluate import Evaluation
from app.core.layer import Layer
from app.core.response import NODE_COST
from app.core.tensor import Array, Value, checked, size_of

Places: TypeAlias = NDArray[np.intp]
"""Flat numbers of elements."""
_BACKWARD: Final = 2


class SpentError(Exception):
    """The work that was allowed is used up; ``limit`` is how much that was, ``actual`` what it would have come to."""

    def __init__(self, limit: int, actual: int) -> None:
        self.limit = limit
        self.actual = actual
        super().__init__(f"{actual} of {limit}")


class Edge:
    """What one element of one input of a node is sent back, as a function of the node's inputs and upstream gradient.

    ``base`` is a layer run on the node's own inputs, ``value`` what it gave. Every call is paid for from ``allowed``
    operations, and raises :class:`SpentError` before it would cost more.
    """

    def __init__(self, evaluation: Evaluation, slot: int, number: int, element: int, allowed: int) -> None:
        plan = evaluation.plan
        step = next(step for step in plan.steps if step.slot == slot)
        self._make = step.make
        self._number, self._element = number, element
        self._shape = plan.shapes[slot]
        self._allowed, self._spent = allowed, 0
        self._cost = plan.work(step)
        self.size = size_of(self._shape)
        self.values: tuple[Value, ...] = tuple(checked(evaluation.values[source]) for source in step.inputs)
        self.labels = tuple(plan.ops[slot].is_label(place) for place in range(len(step.inputs)))
        self.base, self.value = step.make(), evaluation.values[slot]
        with np.errstate(all="ignore"):
            self.base.forward(*self.values)

    def run(self, values: Sequence[Value] | None = None) -> tuple[Layer, Value] | None:
        """A layer and its value on these inputs, its own where none are given; None where it can't take them."""
        self._pay(NODE_COST + self._cost)
        layer = self._make()
        try:
            return layer, layer.forward(*(self.values if values is None else values))
        except (LayerError, ValueError):
            return None

    def layer(self, values: Sequence[Value] | None = None) -> Layer | None:
        """A layer that has run forward on these inputs."""
        ran = self.run(values)
        return None if ran is None else ran[0]

    def pull(self, layer: Layer, weights: Array) -> float:
        """What the element is sent back where these are the upstream gradient's elements."""
        self._pay(NODE_COST + _BACKWARD * self._cost)
        share = layer.backward(checked(weights.reshape(self._shape)))[self._number]
        return 0.0 if share is None else float(np.ravel(share)[self._element])

    def local(self, layer: Layer, place: int) -> float:
        """∂(an element of the node's value)/∂(the element)."""
        weights = np.zeros(self.size)
        weights[place] = 1.0
        return self.pull(layer, weights)

    def locals(self, layer: Layer, places: Iterable[int]) -> Array:
        """The local derivatives of several elements of the node's value."""
        return np.array([self.local(layer, place) for place in places])

    def support(self) -> tuple[Places, Array]:
        """The elements of the node's value whose local derivative isn't 0, and these derivatives.

        Those that answer when the element moves are looked at one by one, and the rest in halves: a layer may send a
        gradient where its value stands still.
        """
        answers = np.zeros(self.size, dtype=bool)
        for change in (_up, _turned):
            moved = np.array(self.values[self._number])
            moved.flat[self._element] = change(float(moved.flat[self._element]))
            values = [checked(moved) if place == self._number else own for place, own in enumerate(self.values)]
            if (ran := self.run(values)) is not None:
                now, before = np.ravel(ran[1]), np.ravel(self.value)
                answers |= (now != before) & ~(np.isnan(now) & np.isnan(before))
        places = np.sort(np.array([*np.flatnonzero(answers), *self.sending(self.base, np.flatnonzero(~answers))], int))
        local = self.locals(self.base, places)
        return places[local != 0.0], local[local != 0.0]

    def sending(self, layer: Layer, among: Places) -> list[int]:
        """Those of some elements of the node's value of which a layer sends something back, found in halves."""
        random = np.random.default_rng(0)
        weights = random.uniform(0.5, 1.5, self.size) * random.choice([-1.0, 1.0], self.size)

        def any_sends(some: Places) -> bool:
            chosen = np.zeros(self.size)
            chosen[some] = weights[some]
            return self.pull(layer, chosen) != 0.0

        return search(among, any_sends)

    def _pay(self, cost: int) -> None:
        if self._spent + cost > self._allowed:
            raise SpentError(self._allowed, self._spent + cost)
        self._spent += cost


def _up(x: float) -> float:
    return 1.25 * x + 0.25


def _turned(x: float) -> float:
    return -0.75 * x - 0.25


def search(items: Places, holds: Callable[[Places], bool]) -> list[int]:
    """The items for which something holds by itself, where ``holds`` tells whether it does for any of several."""
    found: list[int] = []
    ahead = [items] if len(items) else []
    while ahead:
        some = ahead.pop()
        if not holds(some):
            continue
        if len(some) == 1:
            found.append(int(some[0]))
        else:
            half = len(some) // 2
            ahead += [some[half:], some[:half]]
    return found
