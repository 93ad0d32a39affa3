"""A data set's columns as values of a graph's leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.core.batches import RowBatches
from app.core.errors import Fault, GraphError, unknown_node
from app.core.graph import Graph
from app.core.ops import find_op
from app.core.sentences import listed
from app.core.tensor import Array, Shape, format_shape, shape_of, size_of
from app.formats.datasets.dataset import Dataset, Split, split, standardised

_TEST_PART: Final = 0.2
_FEWEST_TO_SPLIT: Final = 20


@dataclass(frozen=True, slots=True)
class Binding:
    """Which leaves take what of a row.

    ``inputs`` is the leaf that takes the features, or says by leaf which column it takes; ``targets`` the leaf of the
    targets. What is None is told by the graph: the label of a loss takes the targets, the other data leaf the features.
    """

    inputs: str | Mapping[str, str] | None = None
    targets: str | None = None


@dataclass(frozen=True, slots=True)
class Sampling:
    """Which rows make a batch: how many, in which order, and how large a part of all is kept to test with.

    Where ``test`` is None that is a fifth, or nothing where there are fewer than 20 rows.
    """

    size: int = 32
    seed: int = 0
    shuffle: bool = True
    test: float | None = None
    standardise: bool = False

    def test_part(self, count: int) -> float:
        """The part of so many rows to test with."""
        if self.test is not None:
            return self.test
        return _TEST_PART if count >= _FEWEST_TO_SPLIT else 0.0


def target_leaf(graph: Graph, binding: Binding) -> str:
    """The leaf that takes the targets. Raises :class:`GraphError` where it isn't told."""
    if binding.targets is not None:
        return binding.targets
    found = [leaf for leaf in _data_leaves(graph) if leaf in _labels(graph)]
    if len(found) != 1:
        raise _untold("targets", graph)
    return found[0]


@dataclass(frozen=True, slots=True)
class BoundRows:
    """All rows of a data set as values of a graph's leaves, with a first axis that counts them."""

    rows: Mapping[str, Array]
    inputs: tuple[str, ...]
    targets: str
    parts: Split

    def sample(self, graph: Graph, number: int) -> dict[str, Array]:
        """One row as values of the leaves: in a leaf's own shape where it fits, else as a batch of one."""
        values = {node: rows[number] for node, rows in self.rows.items()}
        return {node: value.reshape(_sample_shape(graph, node, value)) for node, value in values.items()}


def bind(graph: Graph, dataset: Dataset, binding: Binding, sampling: Sampling) -> RowBatches:
    """Batches of a data set's rows for the leaves of a graph, as :func:`bind_rows` has them."""
    bound = bind_rows(graph, dataset, binding, sampling)
    train, test = (
        {node: values[part] for node, values in bound.rows.items()} for part in (bound.parts.train, bound.parts.test)
    )
    return RowBatches(
        train, sampling.size, seed=sampling.seed, shuffle=sampling.shuffle, test=test if len(bound.parts.test) else None
    )


def bind_rows(graph: Graph, dataset: Dataset, binding: Binding, sampling: Sampling) -> BoundRows:
    """A data set's rows for the leaves of a graph.

    A leaf's own value says how a row lies in it: where it is (1, 64) or (64,), rows of 64 come as (rows, 64), where it
    is (1, 1, 8, 8), as (rows, 1, 8, 8). Targets come as class numbers, or as one-hot rows where the leaf has as many
    columns as there are classes. Raises :class:`GraphError`.
    """
    targets = target_leaf(graph, binding)
    inputs = binding.inputs or _input_leaf(graph, targets)
    columns = inputs if isinstance(inputs, Mapping) else {inputs: None}
    if faults := [_no_leaf(graph, node) for node in (*columns, targets) if node not in graph.leaves()]:
        raise GraphError(faults)
    parts = split(dataset.count, sampling.test_part(dataset.count), sampling.seed)
    features = standardised(dataset.features, parts.train) if sampling.standardise else dataset.features
    rows: dict[str, Array] = {}
    batched = True
    for node, column in columns.items():
        table = features if column is None else features[:, [_column(dataset, column)]]
        row, batched = _row_shape(graph, node, table.shape[1])
        rows[node] = table.reshape(-1, *row)
    rows[targets] = _target_rows(graph, targets, dataset, batched=batched)
    return BoundRows(rows, tuple(columns), targets, parts)


def _no_leaf(graph: Graph, node: str) -> Fault:
    if node not in graph:
        return unknown_node(node, "/batches")
    detail = f"{graph.name(node)} is computed: only a leaf, which carries its value, takes data"
    return Fault("not-a-leaf", detail, node=node, pointer="/batches")


def _data_leaves(graph: Graph) -> list[str]:
    """The leaves that hold data: neither trained nor constant."""
    ops = {node.id: find_op(node.op, 0) for node in graph.nodes if node.value is not None}
    return [node for node, op in ops.items() if op is not None and op.asks_gradient and not op.is_trained]


def _labels(graph: Graph) -> set[str]:
    """The nodes that are taken as labels."""
    ops = {node.id: find_op(node.op, len(node.inputs)) for node in graph.nodes}
    return {
        source
        for node in graph.nodes
        if (op := ops[node.id]) is not None
        for name, source in zip(op.inputs, node.inputs, strict=False)
        if name in op.labels
    }


def _input_leaf(graph: Graph, targets: str) -> str:
    found = [leaf for leaf in _data_leaves(graph) if leaf != targets]
    if len(found) != 1:
        raise _untold("inputs", graph)
    return found[0]


def _untold(field: str, graph: Graph) -> GraphError:
    what = "targets" if field == "targets" else "features"
    leaves = listed(_data_leaves(graph)) or "none"
    detail = f"the graph doesn't tell which leaf takes the {what}: name it as {field}. Its data leaves are {leaves}"
    return GraphError([Fault("untold-leaf", detail, pointer="/batches")])


def _column(dataset: Dataset, name: str) -> int:
    if name not in dataset.names:
        detail = f"the data has no column of that name; it has {listed(dataset.names, 10)}"
        raise GraphError([Fault("unknown-column", detail, pointer="/batches/inputs")])
    return dataset.names.index(name)


def _own_shape(graph: Graph, node: str) -> Shape:
    value = graph[node].value
    return () if value is None else shape_of(value)


def _sample_shape(graph: Graph, node: str, value: Array) -> Shape:
    own = _own_shape(graph, node)
    return own if size_of(own) == value.size else (1, *value.shape)


def _row_shape(graph: Graph, node: str, width: int) -> tuple[Shape, bool]:
    """How a row lies in a leaf, and whether the leaf's own value has an axis for the batch."""
    shape = _own_shape(graph, node)
    if size_of(shape[1:]) == width:
        return shape[1:], True
    if size_of(shape) == width:
        return shape, False
    raise _unfit(graph, node, f"rows of {width:,}", f"a batch of them would be (1, {width})")


def _target_rows(graph: Graph, node: str, dataset: Dataset, *, batched: bool) -> Array:
    shape = _own_shape(graph, node)
    row = shape[1:] if batched else shape
    if size_of(row) == 1:
        return dataset.targets.reshape(-1, *row)
    if row == (len(dataset.classes),):
        return np.eye(len(dataset.classes))[dataset.targets.astype(np.intp)]
    wanted = f"class numbers, or one-hot rows of {len(dataset.classes)}" if dataset.classes else "one number a row"
    raise _unfit(graph, node, "the targets", f"they are {wanted}")


def _unfit(graph: Graph, node: str, what: str, hint: str) -> GraphError:
    shape = format_shape(_own_shape(graph, node))
    detail = f"{graph.name(node)} has shape {shape}, in which {what} do not fit: {hint}"
    return GraphError([Fault("shape-mismatch", detail, node=node, pointer="/batches")])
