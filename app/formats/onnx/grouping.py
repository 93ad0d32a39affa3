"""Groups of a model's nodes: by the names of its modules, or, where it has none, around each product with weights.

Every group is a run of nodes in computing order, and their leaves: closed groups can then never form a cycle.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from app.core.build import FreshNames
from app.core.graph import Group
from app.core.sentences import one_line
from app.formats.onnx.build import Draft

SMALLEST: Final = 3
"""A group holds at least so many computed nodes."""
LARGEST: Final = 30
"""A module with more computed nodes is shown by its parts."""
SMALL_ENOUGH: Final = 25
"""A graph of so few nodes is read at a glance and needs no groups."""
_SEPARATOR: Final = re.compile(r"[/.:]+|_(?=[A-Za-z])")

Named = tuple[str, Draft]


def groups_of(nodes: Sequence[Named], ids: Mapping[int, str]) -> tuple[Group, ...]:
    """Closed groups over the nodes of a graph, given in computing order; none where it is small.

    ``ids`` are the nodes' names by their place among the drafts.
    """
    if len(nodes) <= SMALL_ENOUGH:
        return ()
    computed = [(node_id, draft) for node_id, draft in nodes if draft.inputs]
    labels = _module_labels([_modules(draft) for _, draft in computed])
    if 2 * sum(map(bool, labels)) < len(labels):
        labels = _block_labels(nodes, computed, ids)
    leaves = _private_leaves(nodes, ids)
    names = FreshNames({node_id for node_id, _ in nodes})
    return tuple(
        Group(names.fresh("group"), one_line(label)[:200], tuple(_members(run, leaves)), collapsed=True)
        for label, run in _runs(labels, computed)
        if label and len(run) >= SMALLEST
    )


def _modules(draft: Draft) -> tuple[str, ...]:
    """The modules around a node, outermost first: the words of its path but for its own name.

    That is the last word, or the operator and a number, as in ``/encoder/Add_3``.
    """
    words = [word for word in _SEPARATOR.split(draft.path) if word]
    while words and words[-1].isdigit():
        words.pop()
    return tuple(words[:-1])


def _module_labels(paths: Sequence[tuple[str, ...]]) -> list[str]:
    """For each node the widest module around it that isn't too large; one outside of all goes with the one before.

    Empty where the only modules around a node are too large.
    """
    sizes = Counter(path[:depth] for path in paths for depth in range(1, len(path) + 1))
    labels: list[str] = []
    for path in paths:
        prefixes = (path[:depth] for depth in range(1, len(path) + 1))
        fitting = next((prefix for prefix in prefixes if sizes[prefix] <= LARGEST), ())
        labels.append("/".join(fitting) if path else (labels[-1] if labels else ""))
    return labels


def _block_labels(nodes: Sequence[Named], computed: Sequence[Named], ids: Mapping[int, str]) -> list[str]:
    """A block begins at each op that takes trained weights with two axes or more."""
    trained = {node_id for node_id, draft in nodes if draft.op.is_trained and len(draft.shape) > 1}
    labels: list[str] = []
    for node_id, draft in computed:
        begins = any(ids[place] in trained for place in draft.inputs)
        labels.append(node_id if begins or not labels else labels[-1])
    return labels


def _runs(labels: Sequence[str], computed: Sequence[Named]) -> Iterator[tuple[str, list[str]]]:
    """Neighbours of one label."""
    for label, run in groupby(zip(labels, computed, strict=True), key=lambda pair: pair[0]):
        yield label, [node_id for _, (node_id, _) in run]


def _private_leaves(nodes: Sequence[Named], ids: Mapping[int, str]) -> dict[str, list[str]]:
    """By node, the leaves other than data that it alone takes."""
    users: dict[str, set[str]] = {}
    for node_id, draft in nodes:
        for place in draft.inputs:
            users.setdefault(ids[place], set()).add(node_id)
    private: dict[str, list[str]] = {}
    for node_id, draft in nodes:
        takers = users.get(node_id, set())
        if not draft.inputs and len(takers) == 1 and (draft.op.is_trained or not draft.op.asks_gradient):
            private.setdefault(next(iter(takers)), []).append(node_id)
    return private


def _members(run: Sequence[str], leaves: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for node_id in run:
        yield from leaves.get(node_id, ())
        yield node_id
