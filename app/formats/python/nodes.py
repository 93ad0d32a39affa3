"""The graph in the making: nodes in the order in which the code computes them, named when all are there."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from app.core.build import FreshNames
from app.core.errors import LayerError, SettingError
from app.core.graph import ID_PATTERN, MAX_ID_LENGTH, MAX_LABEL_LENGTH, Graph, Node
from app.core.layer import Layer
from app.core.ops import OPS
from app.core.ops.leaves import Constant
from app.core.ops.linalg import Affine, Matmul
from app.core.ops.loss import OneHot
from app.core.tensor import Array, Shape, Value, as_value, format_shape, size_of
from app.core.validate import Limits
from app.formats.python.source import SourceText
from app.formats.python.values import Leaf, Pending, Tensor

MAX_NUMBERS: Final = 150_000
"""Numbers in all leaves together: as many as a request can carry."""
MAX_COMPUTED: Final = 5_000_000
"""Numbers in all arrays that are made on the way to them."""

_LOSSES: Final = OneHot.category
_GREEK: Final = {
    char: unicodedata.name(char, "").rpartition(" ")[2].lower() for char in "αβγδεζηθικλμνξπρστυφχψωΔΘΛΣΦΨΩ"
}
"""Letters that formulas are full of, spelled out: an id is written in English ones."""
_ID: Final = re.compile(ID_PATTERN)
SIGNS: Final[dict[tuple[str, int], type[Layer]]] = {(sign, len(op.inputs)): op for op in OPS for sign in op.operators}


class Nodes:
    """The nodes so far."""

    def __init__(self, source: SourceText, limits: Limits) -> None:
        self._source = source
        self._limits = limits
        self._nodes: list[Pending] = []
        self._numbers = 0
        self._computed = 0
        self._until: int | None = None
        self.notes: list[str] = []

    @property
    def count(self) -> int:
        """How many nodes there are that compute something."""
        return sum(not node.op.is_leaf for node in self._nodes)

    @property
    def moved(self) -> bool:
        """Whether training has moved parameters."""
        return self._until is not None

    def charge(self, place: ast.AST, shape: Shape) -> None:
        """Count an array before it is made."""
        self._computed += size_of(shape)
        if len(shape) > self._limits.rank:
            raise self._source.over_budget(place, f"an array has at most {self._limits.rank} axes", self._limits.rank)
        if size_of(shape) > min(MAX_NUMBERS, self._limits.elements) or self._computed > MAX_COMPUTED:
            raise self._source.over_budget(
                place, f"the arrays of a program hold at most {MAX_NUMBERS:,} numbers: take smaller ones", MAX_NUMBERS
            )

    def node(self, place: ast.AST, held: Tensor | float) -> Pending:
        """The node of something that the graph uses; a number of the code's is a constant."""
        if isinstance(held, Pending):
            return held
        leaf = held if isinstance(held, Leaf) else Leaf(held, Constant)
        if leaf.node is None:
            leaf.node = self._leaf_node(place, leaf)
        return leaf.node

    def apply(
        self,
        place: ast.AST,
        op: type[Layer],
        operands: Sequence[Tensor | int | float],
        settings: Mapping[str, Any] | None = None,
        number: float | None = None,
    ) -> Pending:
        """A node of ``op``. ``settings`` are as the code gives them."""
        if not op.takes(len(operands)):
            takes = f"{op.name}({', '.join(op.inputs)}) takes {len(op.inputs)}"
            raise self._source.fault(place, f"{takes}, and {len(operands)} are given", "wrong-arity")
        read = self._settings(place, op, settings or {})
        self._decide(place, op, operands)
        inputs = tuple(self.node(place, operand) for operand in operands)
        if op.category == _LOSSES and any(op.is_label(n) and wants_gradient(node.op) for n, node in enumerate(inputs)):
            self.note(f"No gradient flows to the target of {op.name}, which is taken as given.")
        try:
            shape = op(**read).shape(*(node.shape for node in inputs))
        except LayerError as error:
            raise self._source.fault(place, str(error), "shape-mismatch") from None
        return self._append(place, Pending(op, inputs, read, shape, number=number, stem=op.name))

    def fold(
        self, place: ast.AST, op: type[Layer], operands: Sequence[Value], settings: Mapping[str, Any] | None = None
    ) -> Value:
        """The value of an op at data that isn't in the graph."""
        layer = op(**self._settings(place, op, settings or {}))
        arrays = [np.asarray(operand, dtype=np.float64) for operand in operands]
        try:
            shape = layer.shape(*(array.shape for array in arrays))
            self.charge(place, shape)
            value = as_value(layer.forward(*map(as_value, arrays)))
        except LayerError as error:
            raise self._source.fault(place, str(error), "shape-mismatch") from None
        except (ArithmeticError, ValueError):
            value = float("nan")
        if not np.isfinite(value).all():
            raise self._source.fault(place, "this isn't a finite number, or larger than 1.797e308", "not-finite")
        return value

    def holds(self, node: Pending | None) -> bool:
        """Whether a node is a part of the graph."""
        return node is not None and any(node is other for other in self._nodes[: self._until])

    def graph(self, output: Pending | None) -> Graph:
        """The graph, with names. What was only read as a plain number by Python itself is no part of it."""
        nodes = self._used(output)
        ids = self._names(nodes)
        used = {id(source) for node in nodes for source in node.inputs}
        ends = [node for node in nodes if id(node) not in used]
        built = [
            Node(
                ids[id(node)],
                node.op.name,
                tuple(ids[id(source)] for source in node.inputs),
                dict(node.settings),
                node.value,
                _label(node.name),
            )
            for node in nodes
        ]
        return Graph(tuple(built), output=None if output is None or ends == [output] else ids[id(output)])

    def parameters_move(self) -> None:
        """Training moves parameters here: what follows is computed from other values than the graph's, and left out."""
        self.note("Updates of parameters, and what is computed after them, are left out.")
        if self._until is None and self.count:
            self._until = len(self._nodes)

    def last(self) -> Pending | None:
        """The last node that computes something."""
        return next((node for node in reversed(self._nodes[: self._until]) if not node.op.is_leaf), None)

    def _leaf_node(self, place: ast.AST, leaf: Leaf) -> Pending:
        if leaf.value is None:
            self._settle(leaf, 1.0)
        value = leaf.value if isinstance(leaf.value, np.ndarray) else float(leaf.value or 0)
        if not np.isfinite(value).all():
            raise self._source.fault(place, "a number of the graph must be finite", "not-finite")
        self._numbers += size_of(leaf.shape)
        if self._numbers > MAX_NUMBERS:
            raise self._source.over_budget(
                place, f"the leaves of a graph hold at most {MAX_NUMBERS:,} numbers: take smaller arrays", MAX_NUMBERS
            )
        stem = "c" if leaf.op is Constant else leaf.op.name
        node = Pending(leaf.op, (), {}, leaf.shape, value, leaf.number, leaf.name, stem)
        return self._append(place, node)

    def _append(self, place: ast.AST, node: Pending) -> Pending:
        limit = self._limits.nodes
        if len(self._nodes) >= limit:
            raise self._source.over_budget(place, f"from here on the program makes more than {limit:,} nodes", limit)
        self._nodes.append(node)
        return node

    def _settings(self, place: ast.AST, op: type[Layer], settings: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return {name: op.read_setting(name, value) for name, value in settings.items()}
        except SettingError as error:
            raise self._source.fault(place, str(error), error.code) from None

    def _decide(self, place: ast.AST, op: type[Layer], operands: Sequence[Tensor | int | float]) -> None:
        """Give leaves without a value one that fits what they meet."""
        for number, operand in enumerate(operands):
            if not isinstance(operand, Leaf) or operand.value is not None:
                continue
            other = next((o.shape for o in operands if isinstance(o, (Leaf, Pending)) and o is not operand), ())
            if op.is_label(number):
                self._settle(operand, np.broadcast_to(np.eye(1, other[-1]), other).copy() if other else 0.0)
            elif op in {Matmul, Affine} and number == 0 and len(other) > 1:
                self.charge(place, (1, other[-2]))
                self._settle(operand, np.ones((1, other[-2])))
            else:
                self._settle(operand, 1.0)

    def _settle(self, leaf: Leaf, value: float | Array) -> None:
        leaf.value = value
        ones = "value 1" if leaf.shape == () else f"shape {format_shape(leaf.shape)}"
        self.note(f"{leaf.name or 'An input'} has no value in the code, so it is an input of {ones}.")

    def note(self, text: str) -> None:
        """Something that whoever looks at the graph should know."""
        if text not in self.notes:
            self.notes.append(text)

    def _used(self, output: Pending | None) -> list[Pending]:
        kept: list[Pending] = []
        needed: set[int] = set()
        dropped: set[int] = set()
        for node in reversed(self._nodes[: self._until]):
            unused = id(node) not in needed and node is not output
            if unused and (node.read or id(node) in dropped or node.op.is_leaf):
                dropped |= {id(source) for source in node.inputs}
                continue
            needed |= {id(source) for source in node.inputs}
            kept.append(node)
        return kept[::-1]

    @staticmethod
    def _names(nodes: Sequence[Pending]) -> dict[int, str]:
        wanted = {id(node): _id(node.name) for node in nodes if node.name}
        fresh = FreshNames()
        # Names that the code gives come first; what has none stays clear of them.
        names = {key: fresh.fresh(name) for key, name in wanted.items()}
        return names | {id(node): fresh.fresh(_id(node.stem)) for node in nodes if id(node) not in names}


def wants_gradient(op: type[Layer]) -> bool:
    """Whether a node of that op is trained, or computed from others."""
    return op.is_trained or not op.is_leaf


def _id(name: str) -> str:
    """A name as an id: English letters, digits and underscores."""
    if _ID.fullmatch(name):
        return name
    spelled = "".join(_GREEK.get(char, char) for char in unicodedata.normalize("NFKD", name))
    plain = spelled.encode("ascii", "ignore").decode()
    plain = re.sub(r"\W", "_", plain.replace(".", "_"))[:MAX_ID_LENGTH]
    return plain if _ID.fullmatch(plain) else f"x{plain}"[:MAX_ID_LENGTH]


def _label(name: str | None) -> str | None:
    """The name as a label where no id can be it."""
    return name[:MAX_LABEL_LENGTH] if name and not _ID.fullmatch(name) else None
