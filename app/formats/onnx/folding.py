"""What a model computes from its constants alone, computed while it is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, OperatorSetIdProto, TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from app.formats.onnx.values import Known, UnreadError


def fold(node: NodeProto, inputs: Sequence[Known | None], opset: int) -> list[NDArray[Any]]:
    """The outputs of a node all of whose inputs are known. Raises :class:`UnreadError` where ONNX's own rules can't."""
    if node.op_type == "Constant" and node.attribute[0].name == "value":
        return [numpy_helper.to_array(node.attribute[0].t)]
    given = {name: tensor.array for name, tensor in zip(node.input, inputs, strict=True) if name and tensor is not None}
    infos = [helper.make_tensor_value_info(name, _type_of(array), array.shape) for name, array in given.items()]
    outputs = [helper.make_empty_tensor_value_info(name) for name in node.output if name]
    graph = helper.make_graph([node], "fold", infos, outputs)
    model = helper.make_model(graph, opset_imports=[OperatorSetIdProto(version=opset)], ir_version=10)
    try:
        found = ReferenceEvaluator(model).run(None, given)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  (whatever an operator's reference raises, it can't be folded)
        raise UnreadError(f"it can't be worked out ({type(error).__name__})") from None
    arrays = [np.asarray(value) for value in found]
    if any(array.dtype.kind not in "fiub" for array in arrays):
        raise UnreadError("it has values that are no numbers")
    by_name = dict(zip([name for name in node.output if name], arrays, strict=True))
    return [by_name.get(name, np.empty(0)) for name in node.output]


def _type_of(array: NDArray[Any]) -> int:
    return helper.np_dtype_to_tensor_dtype(array.dtype) or TensorProto.FLOAT
