"""Puts the nodes of a graph together while a model is read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from app.core.build import FreshNames
from app.core.errors import LayerError, SettingError
from app.core.graph import MAX_ID_LENGTH, MAX_LABEL_LENGTH, Node
from app.core.layer import Layer
from app.core.ops.leaves import Constant, Input, Parameter
from app.core.sentences import one_line
from app.core.tensor import Shape, Value, shape_of
from app.formats.onnx.values import Computed, Known, Tensor, UnreadError, as_float


@dataclass(slots=True)
class Draft:
    """A node on its way: its inputs are places among the drafts, its name is settled at the end."""

    op: type[Layer]
    name: str
    inputs: tuple[int, ...]
    params: Mapping[str, Any]
    shape: Shape
    value: Value | None = None
    path: str = ""
    """Where the model's own names put it, as in ``/encoder/layer.0/Add``."""


@dataclass(slots=True)
class Builder:
    """The nodes so far, in an order in which every node comes after its inputs."""

    drafts: list[Draft] = field(default_factory=list)
    name: str = ""
    """After what the model calls the operator that is being read."""
    path: str = ""
    _leaves: dict[Known, int] = field(default_factory=dict)

    def add(self, op: type[Layer], *inputs: Tensor, **params: Any) -> Computed:
        """A node of ``op``. Raises :class:`UnreadError` where the op can't take these shapes or settings."""
        places = tuple(self.place(tensor) for tensor in inputs)
        try:
            settings = {name: op.read_setting(name, _plain(value)) for name, value in params.items()}
            shape = op(**settings).shape(*[self.drafts[place].shape for place in places])
        except (LayerError, SettingError) as error:
            raise UnreadError(str(error)) from None
        self.drafts.append(Draft(op, self.name, places, params, shape, path=self.path))
        return Computed(len(self.drafts) - 1, shape)

    def input(self, name: str, value: Value) -> Computed:
        """A leaf that holds data."""
        self.drafts.append(Draft(Input, name, (), {}, shape_of(value), value))
        return Computed(len(self.drafts) - 1, shape_of(value))

    def value(self, tensor: Tensor) -> Value | None:
        """The value of a leaf; None for what is computed."""
        return self.drafts[self.place(tensor)].value

    def number(self, value: float) -> Known:
        """A constant number."""
        return Known("", np.array(value))

    def place(self, tensor: Tensor) -> int:
        """Where a tensor's node stands; a known tensor is given a leaf of its own, once."""
        if isinstance(tensor, Computed):
            return tensor.place
        if (place := self._leaves.get(tensor)) is None:
            self.drafts.append(self._leaf(tensor))
            place = self._leaves[tensor] = len(self.drafts) - 1
        return place

    def forget(self, first: int) -> None:
        """Take back the nodes from this place on."""
        del self.drafts[first:]
        self._leaves = {tensor: place for tensor, place in self._leaves.items() if place < first}

    def _leaf(self, tensor: Known) -> Draft:
        array = as_float(tensor.array)
        if not np.isfinite(array).all():
            raise UnreadError("it takes a constant that isn't finite")
        if not array.size:
            raise UnreadError("it takes a tensor without elements")
        op = Parameter if tensor.trained and tensor.array.dtype.kind == "f" and array.size > 1 else Constant
        value: Value = array if array.ndim else float(array)
        return Draft(op, tensor.name or f"{self.name}_{op.name}", (), {}, array.shape, value, self.path)

    def nodes(self, keep: Sequence[int]) -> list[Node]:
        """The drafts of these places as nodes, named after the model's tensors."""
        names = FreshNames()
        ids = {place: names.fresh(_id(self.drafts[place].name)) for place in keep}
        return [self._node(self.drafts[place], ids, ids[place]) for place in keep]

    def _node(self, draft: Draft, ids: Mapping[int, str], node_id: str) -> Node:
        label = one_line(draft.name)[:MAX_LABEL_LENGTH]
        return Node(
            node_id,
            draft.op.name,
            tuple(ids[place] for place in draft.inputs),
            {name: _plain(value) for name, value in draft.params.items()},
            draft.value,
            None if label == node_id else label,
        )


_NO_NAME: Final = re.compile(r"[^A-Za-z0-9_]+")


def _id(name: str) -> str:
    """A name as an id has it."""
    text = _NO_NAME.sub("_", name).strip("_")[:MAX_ID_LENGTH] or "node"
    return f"_{text}"[:MAX_ID_LENGTH] if text[0].isdigit() else text


def _plain(value: Any) -> Any:
    """A setting as JSON has it."""
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        return value.item()
    return value
