"""Everything that can be wrong with a graph, found before any number is computed.

One walk in document order sorts the nodes: a node whose input isn't placed yet waits under that input's name, and is
looked at again when the input gets its place. Whoever still waits at the end is on a cycle or behind an unknown node.
Shapes, sizes and work are then inferred in Python integers; nothing is allocated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, NamedTuple

import numpy as np

from app.core.action import Action, Way, action
from app.core.errors import Fault, GraphError, LayerError, SettingError, shown_name
from app.core.graph import Graph, Node
from app.core.layer import Layer
from app.core.ops import find_op
from app.core.sentences import listed, plural
from app.core.tensor import Shape, format_shape, shape_of, size_of


@dataclass(frozen=True, slots=True)
class Limits:
    """Budgets of one evaluation: nodes, axes of a tensor, elements of one tensor and of all, operations of forward."""

    nodes: int = 1_000_000
    rank: int = 8
    elements: int = 1_000_000
    live: int = 10_000_000
    work: int = 200_000_000


_COUNTED: Final = 10**18


class Found(NamedTuple):
    """What is known of a node whose inputs have shapes; alike for nodes of the same op and settings."""

    op: type[Layer]
    params: Mapping[str, Any]
    shape: Shape
    size: int
    work: int
    """About how many floating-point operations forward takes; 0 for a leaf."""
    action: Action | None
    """None for a leaf."""
    is_plain: bool
    """Whether it is a single number, a leaf's or computed by its formulas."""


class Placed(NamedTuple):
    """One node that has passed, with what was inferred for it."""

    node: Node
    op: type[Layer]
    params: Mapping[str, Any]
    shape: Shape
    inputs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """A graph that has passed, in topological order, and which of its nodes is the output.

    ``places`` are the nodes' places in the document, ``inputs`` places in this order.
    """

    graph: Graph
    ids: tuple[str, ...]
    places: Sequence[int]
    inputs: Sequence[tuple[int, ...]]
    ops: tuple[type[Layer], ...]
    params: tuple[Mapping[str, Any], ...]
    shapes: tuple[Shape, ...]
    actions: tuple[Action | None, ...]
    is_scalar: bool
    """Whether every node is plain."""
    output: int

    @property
    def order(self) -> tuple[Placed, ...]:
        """The nodes one by one."""
        return tuple(
            Placed(self.graph.nodes[place], op, params, shape, inputs)
            for place, op, params, shape, inputs in zip(
                self.places, self.ops, self.params, self.shapes, self.inputs, strict=True
            )
        )


def validate(graph: Graph, output: str | None = None, limits: Limits | None = None) -> Checked:
    """The graph in topological order, with shapes.

    Raises :class:`GraphError` with every fault at once. ``output`` stands in for the document's own.
    """
    limits = limits or Limits()
    if len(graph.nodes) > limits.nodes:
        raise GraphError([over_budget("nodes", limits.nodes, len(graph.nodes), pointer="/nodes", budget="nodes")])
    walk = _Walk(graph, limits)
    walk.run()
    faults = walk.faults
    if walk.waiting or walk.doubled:
        faults += _duplicates(graph)
    if walk.waiting:
        faults += _unplaced(graph, walk.waiting)
        walk.judge_unsorted()
    found = [item for item in walk.found if item is not None]
    ops, params, shapes, sizes, works, actions, plain = (
        zip(*found, strict=True) if found else ((),) * len(Found._fields)
    )
    faults += _total_faults(graph, sum(sizes), sum(works), limits)
    index = _output_index(graph, walk, output, faults)
    faults += group_faults(graph)
    if faults:
        position = {node.id: index for index, node in enumerate(graph.nodes)}
        raise GraphError(sorted(faults, key=lambda fault: position.get(fault.node or "", len(position))))
    ids = tuple(walk.slots)
    return Checked(graph, ids, walk.places, walk.inputs, ops, params, shapes, actions, all(plain), index)


def group_faults(graph: Graph) -> list[Fault]:
    """What is wrong with the groups; they change no number, so a plan doesn't know them."""
    faults: list[Fault] = []
    seen: set[str] = set()
    for index, group in enumerate(graph.groups):
        if group.id in seen:
            faults.append(
                Fault(
                    "duplicate-id",
                    f"two groups are named {group.id}",
                    pointer=f"/groups/{index}/id",
                )
            )
        seen.add(group.id)
        faults += [
            Fault(
                "unknown-node",
                f"group {group.id} holds {member}, which isn't in the graph",
                pointer=f"/groups/{index}/nodes/{slot}",
            )
            for slot, member in enumerate(group.nodes)
            if member not in graph
        ]
    return faults


def over_budget(
    what: str,
    limit: int,
    actual: int,
    node: Node | None = None,
    pointer: str | None = None,
    budget: str | None = None,
) -> Fault:
    """The fault of asking for more than the limit, which ``budget`` names. Nothing is counted past 10¹⁸."""
    where = f" at {node.name}" if node else ""
    counted = f"{actual:,}" if actual <= _COUNTED else f"more than {_COUNTED:,}"
    return Fault(
        "budget-exceeded", f"{counted} {what}{where}, and the limit is {limit:,}",
        node=node.id if node else None, pointer=pointer, limit=limit, actual=min(actual, _COUNTED), budget=budget,
    )  # fmt: skip


def _duplicates(graph: Graph) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, node in enumerate(graph.nodes):
        if node.id in seen:
            yield Fault(
                "duplicate-id",
                f"two nodes are named {node.id}",
                node=node.id,
                pointer=f"/nodes/{index}/id",
            )
        seen.add(node.id)


_KNOWN: Final[dict[Limits, dict[tuple[Any, ...], Found]]] = {}
_MOST_KNOWN: Final = 10_000


def _known(limits: Limits) -> dict[tuple[Any, ...], Found]:
    """What has been found of nodes, by op, settings and shapes. Begun anew where it has grown large."""
    known = _KNOWN.get(limits)
    if known is None or len(known) > _MOST_KNOWN:
        _KNOWN.clear()
        known = _KNOWN[limits] = {}
    return known


def forget_nodes() -> None:
    """Forget what has been found of nodes."""
    _KNOWN.clear()


class _Walk:
    """Sorts, numbers and infers in one go. What can't be judged, for a fault of its own or one before it, is None."""

    def __init__(self, graph: Graph, limits: Limits) -> None:
        self.places: list[int] = []
        self.found: list[Found | None] = []
        self.inputs: list[tuple[int, ...]] = []
        self.waiting: dict[str, list[int]] = {}
        self.faults: list[Fault] = []
        self._graph, self._limits = graph, limits
        self.slots: dict[str, int] = {}
        self._shapes: list[Shape | None] = []
        self._looked: dict[int, int] = {}
        self._alike = _known(limits)

    def run(self) -> None:
        """Look at every node in document order, and again at those that waited as soon as they can be placed."""
        nodes, waiting, slots, shapes, known = (
            self._graph.nodes, self.waiting, self.slots, self._shapes, self._alike,
        )  # fmt: skip
        places, all_inputs, found = self.places, self.inputs, self.found
        slot_of, shape_at = slots.__getitem__, shapes.__getitem__
        has_tensors = False
        for start in range(len(nodes)):
            ready = [start]
            while ready:
                index = ready.pop()
                node = nodes[index]
                if index != start and self._waits(index):
                    continue
                try:
                    inputs = tuple(map(slot_of, node.inputs))
                except KeyError:
                    self._waits(index)
                    continue
                slots[node.id] = len(places)
                places.append(index)
                all_inputs.append(inputs)
                settings = repr(node.params) if node.params else None
                value = node.value.shape if type(node.value) is np.ndarray else node.value is None
                # Where all before it is scalar, how many inputs there are says their shapes.
                taken = tuple(map(shape_at, inputs)) if has_tensors else len(inputs)
                alike = (node.op, settings, value, taken)
                item = known.get(alike)
                if item is None:
                    item = self._judge(index, [shapes[slot] for slot in inputs])
                    if item is not None:
                        known[alike] = item
                found.append(item)
                shape = None if item is None else item.shape
                shapes.append(shape)
                has_tensors = has_tensors or shape != ()
                if node.id in waiting:
                    ready += reversed(waiting.pop(node.id))

    @property
    def doubled(self) -> bool:
        """Whether two of the nodes that were placed have one id."""
        return len(self.slots) < len(self.places)

    def _waits(self, index: int) -> bool:
        """Have a node wait for the first of its inputs that isn't placed yet; whether there is one."""
        sources, number = self._graph.nodes[index].inputs, self._looked.get(index, 0)
        while number < len(sources) and sources[number] in self.slots:
            number += 1
        self._looked[index] = number
        if number == len(sources):
            return False
        self.waiting.setdefault(sources[number], []).append(index)
        return True

    def _judge(self, index: int, sources: Sequence[Shape | None]) -> Found | None:
        try:
            return _judge(self._graph.nodes[index], sources, self._limits)
        except _RefusedError as refused:
            self.faults += [fault.under(f"/nodes/{index}") for fault in refused.faults]
            return None

    def judge_unsorted(self) -> None:
        """Judge nodes on a cycle or behind one too: they have no shape, but an op and a number of inputs."""
        for index in set(range(len(self._graph.nodes))) - set(self.places):
            self._judge(index, [None])


def _unplaced(graph: Graph, waiting: Mapping[str, Sequence[int]]) -> Iterator[Fault]:
    blocked = [graph.nodes[index] for indices in waiting.values() for index in indices]
    positions = {node.id: index for index, node in enumerate(graph.nodes)}
    for node in blocked:
        for slot, source in enumerate(node.inputs):
            if source not in graph:
                yield Fault(
                    "unknown-node", f"{node.name} takes {source}, which isn't in the graph",
                    node=node.id, pointer=f"/nodes/{positions[node.id]}/inputs/{slot}",
                )  # fmt: skip
    for path in _cycles(graph, {node.id for node in blocked}):
        yield Fault(
            "cycle", f"{' → '.join(map(graph.name, path))}: a value would depend on itself",
            node=path[0], pointer=f"/nodes/{positions[path[0]]}", path=path,
        )  # fmt: skip


def _cycles(graph: Graph, blocked: set[str]) -> Iterator[tuple[str, ...]]:
    """Cycles, each as its path in the direction of the data, until every cycle shares a node with one of them.

    A walk towards the inputs, depth first. A cycle that it closes is set aside with all its nodes, so that no two of
    those reported share a node: nodes that are tangled in many cycles are named in one at least.
    """
    done: set[str] = set()
    for node in graph.nodes:
        path: dict[str, Iterator[str]] = {}
        if node.id in blocked and node.id not in done:
            path[node.id] = iter(node.inputs)
        while path:
            current, inputs = next(reversed(path.items()))
            source = next((source for source in inputs if source in blocked and source not in done), None)
            if source is None:
                done.add(current)
                del path[current]
            elif source in path:
                loop: list[str] = []
                while source not in loop[-1:]:
                    loop.append(path.popitem()[0])
                done.update(loop)
                yield (source, *loop)
            else:
                path[source] = iter(graph[source].inputs)


class _RefusedError(Exception):
    def __init__(self, *faults: Fault) -> None:
        self.faults = faults


def _judge(node: Node, sources: Sequence[Shape | None], limits: Limits) -> Found | None:
    op = find_op(node.op, len(node.inputs))
    if op is None:
        raise _RefusedError(
            Fault("unknown-op", f"{node.name}: no op is named {shown_name(node.op)}", node=node.id, pointer="/op")
        )
    faults = [*_value_faults(node, op), *_arity_faults(node, op)]
    params: dict[str, Any] = {}
    known = {param.name for param in op.params}
    for name, data in node.params.items():
        try:
            params[name] = op.read_setting(name, data)
        except SettingError as error:
            pointer = f"/params/{name}" if name in known else "/params"
            faults.append(Fault(error.code, f"{node.name}: {error}", node=node.id, pointer=pointer))
    if faults:
        raise _RefusedError(*faults)
    shapes = [shape for shape in sources if shape is not None]
    if len(shapes) < len(sources):
        return None
    layer = op(**params)
    try:
        shape = layer.shape(*shapes) if node.value is None else shape_of(node.value)
    except LayerError as error:
        code, pointer = (
            ("bad-setting", f"/params/{error.setting}") if error.setting in known else ("shape-mismatch", "/inputs")
        )
        raise _RefusedError(Fault(code, f"{node.name} ({op.name}): {error}", node=node.id, pointer=pointer)) from None
    faults = list(_size_faults(node, shape, limits))
    if (scratch := layer.scratch(*shapes)) > limits.live:
        faults.append(over_budget("elements on the way to the result", limits.live, scratch, node=node, budget="live"))
    if faults:
        raise _RefusedError(*faults)
    if op.is_leaf:
        return Found(op, params, shape, size_of(shape), 0, None, is_plain=not shape)
    how = action(op, params, is_scalar=not shape and not any(shapes))
    return Found(op, params, shape, size_of(shape), layer.work(*shapes), how, is_plain=how.way is not Way.LAYER)


def _size_faults(node: Node, shape: Shape, limits: Limits) -> Iterator[Fault]:
    if (size := size_of(shape)) > limits.elements:
        yield over_budget("elements", limits.elements, size, node=node, budget="elements")
    if len(shape) > limits.rank:
        yield over_budget(f"axes in shape {format_shape(shape)}", limits.rank, len(shape), node=node, budget="rank")


def _value_faults(node: Node, op: type[Layer]) -> Iterator[Fault]:
    if op.is_leaf and node.value is None:
        yield Fault(
            "missing-value",
            f"{node.name}: a node of op {op.name} carries a value",
            node=node.id,
            pointer="",
        )
    if not op.is_leaf and node.value is not None:
        detail = f"{node.name}: {op.name} computes its value and carries none"
        yield Fault("unexpected-value", detail, node=node.id, pointer="/value")


def _arity_faults(node: Node, op: type[Layer]) -> Iterator[Fault]:
    takes, has = len(op.inputs), len(node.inputs)
    if not op.takes(has):
        least = "at least " if op.variadic else ""
        names = f" ({', '.join(op.inputs)})" if takes and not op.variadic else ""
        are = "is" if has == 1 else "are"
        detail = f"{node.name}: {op.name} takes {least}{plural(takes, 'input')}{names}, and {has} {are} given"
        yield Fault("wrong-arity", detail, node=node.id, pointer="/inputs")


def _total_faults(graph: Graph, size: int, work: int, limits: Limits) -> Iterator[Fault]:
    live = size + (0 if graph.upstream is None else size_of(shape_of(graph.upstream)))
    if live > limits.live:
        yield over_budget("elements in all", limits.live, live, budget="live")
    if work > limits.work:
        yield over_budget("operations", limits.work, work, budget="work")


def _output_index(graph: Graph, walk: _Walk, output: str | None, faults: list[Fault]) -> int:
    wanted = output if output is not None else graph.output
    if wanted is not None:
        if wanted not in graph:
            faults.append(Fault("unknown-node", f"the output {wanted} isn't in the graph", pointer="/output"))
            return -1
        return walk.slots.get(wanted, -1)
    count, taken = len(walk.places), set(chain.from_iterable(walk.inputs))
    if len(taken) == count - 1 and not walk.waiting and not walk.doubled:
        return next(slot for slot in reversed(range(count)) if slot not in taken)
    used = {source for node in graph.nodes for source in node.inputs}
    ends = [node_id for node_id in walk.slots if node_id not in used]
    if len(ends) == 1:
        return walk.slots[ends[0]]
    if not graph.nodes:
        faults.append(Fault("no-single-output", "the graph is empty: it has no output", pointer="/nodes"))
    elif not walk.waiting:
        # As ids, since one of them is asked for.
        detail = f"{len(ends)} nodes are used by no other ({listed(ends)}): name one of them as the output"
        faults.append(Fault("no-single-output", detail, pointer="/output"))
    return -1
