"""Which elements of a node's inputs a local derivative is made of, found by changing them and looking.

Most local derivatives are constants (a sum), or are one element of an input (a product, a matrix product): changing
everything at once shows both, whatever the layer. For the rest the elements are changed one by one or, where there are
many, in halves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.core.edge import Edge, Places, SpentError, search
from app.core.layer import Layer
from app.core.tensor import Array, Value, shape_of

_ONE_BY_ONE: Final = 512
_BATCHES: Final = (1, 5)
_FOLLOWED: Final = 2
_SAME: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Influence:
    """An element of an input: which input, its flat number, and whether the local derivative is that very element."""

    input: int
    element: int
    equals: bool


def influences(edge: Edge, places: Sequence[int], local: Array) -> list[tuple[Influence, ...] | None]:
    """For each of some elements of the node's value, what its local derivative depends on; None past the budget.

    ``local`` holds the derivatives. An influence that shows at none of the changes that are tried, which go up and
    down, a little and far, isn't found.
    """
    found: list[tuple[Influence, ...] | None] = [None] * len(places)
    try:
        probes = _probes(edge)
        _from_whole(edge, probes, places, local, found)
        unsettled = [number for number, known in enumerate(found) if known is None]
        # A few first, so that what the budget doesn't reach to is the rest.
        for start, end in pairwise((0, *_BATCHES, len(unsettled))):
            batch = unsettled[start:end]
            searched = _by_element(edge, probes, [places[number] for number in batch]) if batch else []
            for number, influence in zip(batch, searched, strict=True):
                found[number] = influence
    except SpentError:
        pass
    return found


def at_rest(edge: Edge, places: Places) -> Places:
    """The elements of the node's value, without ``places``, whose local derivative is 0 here but not at other inputs.

    They take part in the sum although what they add to it is 0 just now. Raises :class:`SpentError`.
    """
    found: set[int] = set()
    known = {int(place) for place in places}
    for probe in _probes(edge):
        layer = probe.layer()
        if layer is not None:
            left = np.array([place for place in range(edge.size) if place not in known | found], dtype=int)
            found.update(edge.sending(layer, left))
    return np.array(sorted(found), dtype=int)


class _Probe:
    """Other values for all inputs. Elements can be changed to these a few at a time."""

    def __init__(self, edge: Edge, values: Sequence[Value]) -> None:
        self.flat = np.concatenate([np.ravel(value) for value in values])
        self._edge = edge
        self._own = np.concatenate([np.ravel(value) for value in edge.values])

    def layer(self, elements: Places | None = None) -> Layer | None:
        """A layer run with these elements, or all, changed; None where it can't take them."""
        mixed = self.flat
        if elements is not None:
            mixed = self._own.copy()
            mixed[elements] = self.flat[elements]
        values, start = [], 0
        for own in self._edge.values:
            shape, size = shape_of(own), int(np.size(own))
            part = mixed[start : start + size]
            values.append(part.reshape(shape) if shape else part[0])
            start += size
        return self._edge.layer(values)


def _probes(edge: Edge) -> list[_Probe]:
    """A little larger twice, of the other sign, far up, far down. A label takes another value that it may have."""
    random = np.random.default_rng(0)
    far = 2.0 * max(float(np.max(np.abs(value), initial=0.0, where=np.isfinite(value))) for value in edge.values) + 1.0
    labels = _other_labels(edge)

    def probe(scale: float, shift: float) -> _Probe:
        values: list[Value] = []
        for value, other in zip(edge.values, labels, strict=True):
            if other is not None:
                values.append(other)
                continue
            by = 1.1 + 0.4 * random.random(np.shape(value))
            values.append(np.where(value == 0.0, scale * by, value * scale * by) + shift * by)
        return _Probe(edge, values)

    return [probe(1.0, 0.0), probe(1.0, 0.0), probe(-1.0, 0.0), probe(1.0, far), probe(1.0, -far)]


def _other_labels(edge: Edge) -> list[Value | None]:
    """For an input that is a label, other values; None for the rest, which may be anything."""
    others: list[Value | None] = []
    for number, (value, label) in enumerate(zip(edge.values, edge.labels, strict=True)):
        chosen: Value | None = None
        if label:
            # Soft targets take any number; class numbers must stay whole; where that isn't one either, it stays.
            for candidate in (value * 1.25 + 0.25, np.where(value == 0.0, 1.0, 0.0), value):
                chosen = np.asarray(candidate)
                values = [chosen if place == number else own for place, own in enumerate(edge.values)]
                if edge.layer(values) is not None:
                    break
        others.append(chosen)
    return others


def _from_whole(
    edge: Edge,
    probes: Sequence[_Probe],
    places: Sequence[int],
    local: Array,
    found: list[tuple[Influence, ...] | None],
) -> None:
    """Settle the derivatives that no change of everything changes, and those that follow one element exactly."""
    constant = np.ones(len(places), dtype=bool)
    followed: list[list[int]] = []
    for probe in probes:
        # Both of the first two say which element is followed; the rest are asked about what has stood still so far.
        asked = np.arange(len(places)) if len(followed) < _FOLLOWED else np.flatnonzero(constant)
        layer = probe.layer()
        answer = None if layer is None else edge.locals(layer, [places[number] for number in asked.tolist()])
        if answer is not None:
            constant[asked] &= ~_changed(answer, local[asked])
        if len(followed) < _FOLLOWED:
            followed.append([-1] * len(places) if answer is None else _followed(probe.flat, answer))
    own = np.concatenate([np.ravel(value) for value in edge.values])
    for number, is_constant in enumerate(constant):
        first, second = (follow[number] for follow in followed)
        if is_constant:
            found[number] = ()
        elif first == second >= 0 and own[first] == local[number]:
            found[number] = (_influence(edge, first, equals=True),)


def _followed(flat: Array, answer: Array) -> list[int]:
    """For each answer, which of the changed elements it equals; −1 for none."""
    order = np.argsort(flat)
    nearest = order[np.minimum(np.searchsorted(flat, answer, sorter=order), len(flat) - 1)]
    return [int(place) if flat[place] == value else -1 for place, value in zip(nearest, answer, strict=True)]


def _by_element(edge: Edge, probes: Sequence[_Probe], places: Sequence[int]) -> list[tuple[Influence, ...]]:
    terms, count = np.arange(len(places)), len(probes[0].flat)
    random = np.random.default_rng(1)
    weights = random.uniform(0.5, 1.5, len(places)) * random.choice([-1.0, 1.0], len(places))

    def mixture(layer: Layer, some: Places) -> float:
        upstream = np.zeros(edge.size)
        upstream[np.asarray(places)[some]] = weights[some]
        return edge.pull(layer, upstream)

    def changed(elements: Places, some: Places) -> bool:
        layers = (probe.layer(elements) for probe in probes[1:])
        before = mixture(edge.base, some)
        return any(_changed(np.array(mixture(layer, some)), np.array(before)) for layer in layers if layer is not None)

    def changed_at(elements: Places) -> Callable[[Places], bool]:
        return lambda some: changed(elements, some)

    each = np.arange(count)[:, np.newaxis]
    if count <= _ONE_BY_ONE:
        hits = [element for element in each if changed(element, terms)]
    else:
        hits = [each[element] for element in search(np.arange(count), lambda elements: changed(elements, terms))]
    found: list[list[Influence]] = [[] for _ in places]
    for hit in hits:
        for term in search(terms, changed_at(hit)):
            found[term].append(_influence(edge, int(hit[0]), equals=False))
    return [tuple(influence) for influence in found]


def _influence(edge: Edge, element: int, *, equals: bool) -> Influence:
    start = 0
    for number, value in enumerate(edge.values):
        if element < start + np.size(value):
            return Influence(number, element - start, equals)
        start += int(np.size(value))
    raise IndexError(element)


def _changed(found: Array, before: Array) -> NDArray[np.bool_]:
    near = np.abs(found - before) <= _SAME * np.abs(before)
    same: NDArray[np.bool_] = (found == before) | near | (np.isnan(found) & np.isnan(before))
    return ~same
