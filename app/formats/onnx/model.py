"""A model's bytes as a model, and what is refused before any tensor is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from google.protobuf.message import DecodeError
from onnx import AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto, TensorProto, inliner

from app.core.errors import Fault, GraphError

MAX_NODES: Final = 20_000
_DOMAINS: Final = ("", "ai.onnx")


def load(content: bytes) -> ModelProto:
    """The model, its own functions opened. Raises :class:`GraphError` for what isn't a model to be read.

    A tensor whose numbers lie in another file is refused: nothing but the bytes that were given is ever opened.
    """
    model = ModelProto()
    try:
        model.ParseFromString(content)
    except DecodeError:
        raise _fault("not-onnx", "the file is not an ONNX model") from None
    if not model.graph.node and not model.graph.input:
        raise _fault("not-onnx", "the file is not an ONNX model: it has no graph")
    for tensor in _tensors(model):
        if tensor.data_location == TensorProto.EXTERNAL or tensor.external_data:
            raise _fault("external-data", "the model's numbers lie in another file: save it with its data inside")
    if model.functions:
        model = inliner.inline_local_functions(model)
    if len(model.graph.node) > MAX_NODES:
        detail = f"the model has {len(model.graph.node):,} nodes, and {MAX_NODES:,} can be read"
        raise GraphError([Fault("budget-exceeded", detail, limit=MAX_NODES, actual=len(model.graph.node))])
    return model


def opset_of(model: ModelProto) -> int:
    """The version of ONNX's own operators that the model is written in."""
    return next((entry.version for entry in model.opset_import if entry.domain in _DOMAINS), 1)


def is_known_domain(node: NodeProto) -> bool:
    """Whether a node's operator is one of ONNX's own."""
    return node.domain in _DOMAINS


def _tensors(model: ModelProto) -> Iterator[TensorProto]:
    """Every tensor of a model, in attributes and in graphs within graphs too."""
    waiting: list[GraphProto | FunctionProto] = [model.graph, *model.functions]
    while waiting:
        graph = waiting.pop()
        if isinstance(graph, GraphProto):
            yield from graph.initializer
            for sparse in graph.sparse_initializer:
                yield from (sparse.values, sparse.indices)
        for node in graph.node:
            for attribute in node.attribute:
                yield from _attribute_tensors(attribute)
                waiting += [attribute.g] if attribute.HasField("g") else []
                waiting += attribute.graphs


def _attribute_tensors(attribute: AttributeProto) -> Iterator[TensorProto]:
    if attribute.HasField("t"):
        yield attribute.t
    yield from attribute.tensors
    for sparse in (attribute.sparse_tensor, *attribute.sparse_tensors):
        yield from (sparse.values, sparse.indices)


def _fault(code: str, detail: str) -> GraphError:
    return GraphError([Fault(code, detail)])
