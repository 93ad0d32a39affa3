"""A model as a graph, operator by operator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from onnx import ModelProto, NodeProto, ValueInfoProto, helper, numpy_helper, shape_inference

from app.core.errors import Fault, GraphError
from app.core.graph import Graph
from app.core.sentences import listed, one_line
from app.core.tensor import Shape, Value, as_value
from app.formats.onnx.build import Builder
from app.formats.onnx.folding import fold
from app.formats.onnx.grouping import groups_of
from app.formats.onnx.model import is_known_domain, opset_of
from app.formats.onnx.operators import OPERATORS
from app.formats.onnx.operators.registry import Call
from app.formats.onnx.values import Computed, Known, Tensor, UnreadError, as_float

TRIED: Final = (32, 48, 64, 96, 128, 224, 256, 299, 320, 512, 640)
"""Lengths that are tried, in this order, for an axis that a model leaves open and nobody has named."""


_DRAWN: Final = "Inputs hold random numbers (whole ones zeros), since a model carries no data: put in your own."


@dataclass(frozen=True, slots=True)
class Converted:
    """A graph, what of the model it can't say, and which node computes each of the model's tensors.

    ``axes`` are the lengths of the axes that the model leaves open, by the model's names for them.
    """

    graph: Graph
    notes: tuple[str, ...]
    axes: Mapping[str, int]
    tensors: Mapping[str, str]


@dataclass(slots=True)
class _Reading:
    """The tensors that are known so far, and what couldn't be read."""

    build: Builder
    tensors: dict[str, Tensor] = field(default_factory=dict)
    unread: Counter[tuple[str, str]] = field(default_factory=Counter)
    kinds: Mapping[str, str] = field(default_factory=dict)
    """NumPy's letter for the kind of number of each tensor, where ONNX knows it."""
    folds: bool = True
    """Whether what depends on no input is computed now. Without any input all would be."""
    ends: list[int] = field(default_factory=list)
    """The places of what only leads to operators that couldn't be read."""


def convert(model: ModelProto, axes: Mapping[str, int]) -> Converted:
    """The graph of a model.

    Axes of the inputs that the model leaves open are given the lengths in ``axes``, by the model's name for them or as
    ``input:axis``; the first is 1 otherwise, and for the others the first length is taken with which most can be read.
    An operator that can't be read becomes an input of the shape that its result has. Raises :class:`GraphError` where
    nothing can be read.
    """
    inputs, kinds = _data_inputs(model), _kinds(model)
    weights = {tensor.name: Known(tensor.name, numpy_helper.to_array(tensor)) for tensor in model.graph.initializer}
    drawn = {tensor.name for tensor in inputs} - weights.keys()

    def read(length: int) -> _Reading:
        return _read(model, {tensor.name: _shape(tensor, axes, length) for tensor in inputs}, weights, kinds)

    taken, *others = TRIED if _is_open(inputs, axes) else TRIED[:1]
    best = read(taken)
    for length in others:
        if not best.unread:
            break
        reading = read(length)
        if reading.unread.total() < best.unread.total():
            best, taken = reading, length
    lengths = _open_axes(inputs, axes, taken)
    notes = [*([_DRAWN] if drawn else []), *_axis_notes(lengths, axes)]
    return _finish(model, best, notes, lengths)


def _data_inputs(model: ModelProto) -> list[ValueInfoProto]:
    """The inputs that carry data.

    Older models name their weights among the inputs too. Where all inputs have a value in the model, these are data.
    """
    weights = {tensor.name for tensor in model.graph.initializer}
    return [tensor for tensor in model.graph.input if tensor.name not in weights] or list(model.graph.input)


def _dims(tensor: ValueInfoProto) -> Iterator[tuple[str, int | None]]:
    """Each axis of an input: what it is called, and its length where the model says it."""
    for place, dim in enumerate(tensor.type.tensor_type.shape.dim):
        length = dim.dim_value if dim.HasField("dim_value") and dim.dim_value > 0 else None
        named = dim.dim_param if dim.dim_param not in {"", "?"} else f"{tensor.name}:{place}"
        yield named, length


def _is_open(inputs: Sequence[ValueInfoProto], axes: Mapping[str, int]) -> bool:
    """Whether an axis other than an input's first is open, and nobody has given its length."""
    return any(
        length is None and place and name not in axes
        for tensor in inputs
        for place, (name, length) in enumerate(_dims(tensor))
    )


def _shape(tensor: ValueInfoProto, axes: Mapping[str, int], length: int) -> Shape:
    return tuple(
        known or _length(tensor, place, name, axes, length) for place, (name, known) in enumerate(_dims(tensor))
    )


def _length(tensor: ValueInfoProto, place: int, name: str, axes: Mapping[str, int], length: int) -> int:
    """The length of an open axis: the one that is given, else 1 for the first, else ``length``."""
    return axes.get(name) or axes.get(f"{tensor.name}:{place}") or (length if place else 1)


def _open_axes(inputs: Sequence[ValueInfoProto], axes: Mapping[str, int], length: int) -> dict[str, int]:
    """The axes that the model leaves open, and the lengths that were taken."""
    return {
        name: _length(tensor, place, name, axes, length)
        for tensor in inputs
        for place, (name, known) in enumerate(_dims(tensor))
        if known is None
    }


def _axis_notes(taken: Mapping[str, int], given: Mapping[str, int]) -> Iterator[str]:
    taken = {name: number for name, number in taken.items() if name not in given}
    if taken:
        lengths = ", ".join(f"{one_line(name)} = {number}" for name, number in taken.items())
        yield f"The model leaves lengths open; taken were {lengths}. Other ones can be given with the file."


def _read(
    model: ModelProto, shapes: Mapping[str, Shape], weights: Mapping[str, Known], kinds: Mapping[str, str]
) -> _Reading:
    """One pass over the model's nodes, which stand in an order in which each comes after its inputs.

    ``shapes`` are those of the inputs that carry data.
    """
    reading = _Reading(Builder(), dict(weights), kinds=kinds, folds=bool(shapes))
    for name, shape in shapes.items():
        given = weights.get(name)
        value = _sample(shape, whole=_is_whole(name, reading)) if given is None else as_value(as_float(given.array))
        reading.tensors[name] = reading.build.input(name, value)
    opset = opset_of(model)
    inferred: dict[str, Shape] | None = None
    for node in model.graph.node:
        reading.build.name, reading.build.path = node.name or next(iter(node.output), ""), node.name
        first = len(reading.build.drafts)
        try:
            results = _read_node(node, reading, opset)
        except UnreadError as error:
            reading.build.forget(first)
            reading.unread[node.op_type, str(error)] += 1
            taken = [reading.tensors.get(name) for name in node.input]
            reading.ends += [tensor.place for tensor in taken if isinstance(tensor, Computed)]
            inferred = _inferred(model, shapes) if inferred is None else inferred
            results = [_stand_in(node, name, reading.build, inferred) for name in node.output]
        for name, result in zip(node.output, results, strict=False):
            if name:
                reading.tensors[name] = result
    return reading


def _sample(shape: Shape, *, whole: bool) -> Value:
    """Data for an input: the model has none. Random numbers, or zeros where it takes whole ones."""
    array = np.zeros(shape) if whole else np.random.default_rng(0).standard_normal(shape, np.float32)
    return as_value(np.asarray(array, np.float64))


def _read_node(node: NodeProto, reading: _Reading, opset: int) -> Sequence[Tensor]:
    inputs = [reading.tensors.get(name) if name else None for name in node.input]
    if any(name and tensor is None for name, tensor in zip(node.input, inputs, strict=True)):
        raise UnreadError("it takes a tensor that nothing computes")
    given = [tensor for tensor in inputs if tensor is not None]
    is_known = is_known_domain(node) and all(isinstance(tensor, Known) for tensor in given)
    if is_known and (reading.folds or _is_whole(node.output[0], reading)) and not _is_precision(node, reading):
        arrays = fold(node, [tensor if isinstance(tensor, Known) else None for tensor in inputs], opset)
        kept = _kept_name(node, given)
        names = node.output if kept is None else [kept]
        return [Known(name, array) for name, array in zip(names, arrays, strict=True)]
    reader = OPERATORS.get(node.op_type) if is_known_domain(node) else None
    if reader is None:
        raise UnreadError("there is no such operator here")
    try:
        result = reader(_call(node, inputs, reading, opset))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        raise UnreadError("its inputs or attributes don't fit together") from None
    return [result] if isinstance(result, (Known, Computed)) else result


_SHAPED: Final = frozenset({"Flatten", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze"})
"""Operators that leave the numbers of their first input as they are."""


def _kept_name(node: NodeProto, given: Sequence[Tensor]) -> str | None:
    """The name of weights of which the result is another shape."""
    weights = given[0] if given and node.op_type in _SHAPED else None
    return weights.name if isinstance(weights, Known) and weights.array.dtype.kind == "f" else None


def _is_precision(node: NodeProto, reading: _Reading) -> bool:
    """Whether it only changes with how many digits numbers are kept: here all are."""
    return node.op_type == "Cast" and not any(_is_whole(name, reading) for name in (*node.input, *node.output))


def _call(node: NodeProto, inputs: Sequence[Tensor | None], reading: _Reading, opset: int) -> Call:
    attributes = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
    whole = [_is_whole(name, reading) for name in node.input]
    return Call(reading.build, inputs, attributes, opset, len(node.output), whole, _is_whole(node.output[0], reading))


def _is_whole(name: str, reading: _Reading) -> bool:
    tensor = reading.tensors.get(name)
    kind = tensor.array.dtype.kind if isinstance(tensor, Known) else reading.kinds.get(name, "f")
    return kind in "iub"


def _kinds(model: ModelProto) -> dict[str, str]:
    """What kind of numbers each tensor of a model holds, by ONNX's own rules."""
    try:
        graph = shape_inference.infer_shapes(model).graph
    except (shape_inference.InferenceError, ValueError):
        graph = model.graph
    types = {
        tensor.name: tensor.type.tensor_type.elem_type for tensor in (*graph.input, *graph.value_info, *graph.output)
    }
    return {name: helper.tensor_dtype_to_np_dtype(kind).kind for name, kind in types.items() if kind in _NUMBERS}


_NUMBERS: Final = {*range(1, 8), *range(9, 14)}
"""ONNX's types of numbers that NumPy has too."""


def _inferred(model: ModelProto, shapes: Mapping[str, Shape]) -> dict[str, Shape]:
    """The shapes of a model's tensors by ONNX's own rules, as far as they go."""
    copy = ModelProto()
    copy.CopyFrom(model)
    for tensor in copy.graph.input:
        if (shape := shapes.get(tensor.name)) is not None:
            kind = tensor.type.tensor_type.elem_type
            tensor.CopyFrom(helper.make_tensor_value_info(tensor.name, kind, shape))
    try:
        found = shape_inference.infer_shapes(copy, data_prop=True).graph
    except (shape_inference.InferenceError, ValueError):
        return {}
    return {
        tensor.name: tuple(dim.dim_value for dim in tensor.type.tensor_type.shape.dim)
        for tensor in (*found.value_info, *found.output)
        if tensor.type.tensor_type.HasField("shape")
        and all(dim.dim_value > 0 for dim in tensor.type.tensor_type.shape.dim)
    }


def _stand_in(node: NodeProto, name: str, build: Builder, inferred: Mapping[str, Shape]) -> Tensor:
    """An input in place of an operator that couldn't be read, in its shape where ONNX knows it."""
    shape = inferred.get(name, ())
    return build.input(f"{node.op_type} {name}", np.ones(shape) if shape else 1.0)


def _finish(model: ModelProto, reading: _Reading, notes: list[str], axes: Mapping[str, int]) -> Converted:
    """The graph of what leads to the model's outputs, or to an operator that couldn't be read.

    ``axes`` are the lengths that were taken for open axes.
    """
    build = reading.build
    found = [reading.tensors.get(output.name) for output in model.graph.output]
    if not reading.folds:
        found = [Computed(build.place(tensor), tensor.shape) for tensor in found if tensor is not None]
    outputs = [tensor for tensor in found if isinstance(tensor, Computed)]
    if not outputs:
        raise GraphError([Fault("not-onnx", "none of the model's outputs depends on its inputs")])
    keep = _leading(build, [*(output.place for output in outputs), *reading.ends])
    nodes = build.nodes(keep)
    ids = dict(zip(keep, (node.id for node in nodes), strict=True))
    notes += _unread_notes(reading.unread)
    if len(outputs) > 1:
        notes.append(f"The model has {len(outputs)} outputs; gradients are those of the first.")
    graph = Graph(
        tuple(nodes),
        ids[outputs[0].place],
        groups_of([(ids[place], build.drafts[place]) for place in keep], ids),
        one_line(model.graph.name)[:200],
    )
    tensors = {
        name: ids[tensor.place]
        for name, tensor in reading.tensors.items()
        if isinstance(tensor, Computed) and tensor.place in ids
    }
    return Converted(graph, tuple(notes), axes, tensors)


def _leading(build: Builder, outputs: Sequence[int]) -> list[int]:
    """The places of the nodes that lead to these, in order."""
    wanted, waiting = set(outputs), list(outputs)
    while waiting:
        for place in build.drafts[waiting.pop()].inputs:
            if place not in wanted:
                wanted.add(place)
                waiting.append(place)
    return sorted(wanted)


def _unread_notes(unread: Counter[tuple[str, str]]) -> Iterator[str]:
    """What couldn't be read, by operator and count."""
    by_operator: dict[str, list[tuple[str, int]]] = {}
    for (name, reason), count in unread.items():
        by_operator.setdefault(name, []).append((reason, count))
    for name, reasons in sorted(by_operator.items()):
        count = sum(number for _, number in reasons)
        times = f" × {count:,}" if count > 1 else ""
        why = listed([reason for reason, _ in reasons], 2)
        yield f"{one_line(name)[:64]}{times} could not be read ({why}): an input stands in its place."
