"""ONNX's own test cases of its operators, read, run and compared."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, numpy_helper
from onnx.backend.test.case.node import collect_testcases

from app.core.errors import GraphError
from app.core.evaluate import evaluate
from app.core.tensor import as_value
from app.formats.onnx.convert import convert
from app.formats.onnx.operators import OPERATORS

# Inputs that settle a shape, an axis or a bound: a model that can be drawn has them as constants.
DATA = {"indices", "x", "X", "A", "B", "condition", "input", "data"}
# What a case asks beyond its operator.
OTHERWISE = {
    "test_averagepool_2d_ceil_last_window_starts_on_pad": "PyTorch's rule for a window that begins in the border",
    "test_celu_bfloat16": "rounded to eight bits",
}
NUMBERS = "fiub"
SETTLED = {"Shape", "Size"}  # known as the model is read, so that nothing is left to compute


class Case(NamedTuple):
    """One operator on given inputs, and its first output."""

    name: str
    model: ModelProto
    given: dict[str, NDArray[Any]]
    wanted: NDArray[Any]

    @property
    def operator(self) -> str:
        node: NodeProto = self.model.graph.node[0]
        return node.op_type


def cases() -> Iterator[Case]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        collected = collect_testcases(None)
    for case in collected:
        assert case.model is not None
        assert case.data_sets is not None
        nodes = case.model.graph.node
        if len(nodes) != 1 or nodes[0].domain or case.name in OTHERWISE:
            continue
        if nodes[0].op_type not in OPERATORS.keys() - SETTLED:
            continue
        for inputs, outputs in case.data_sets:
            arrays = [np.asarray(x) for x in inputs]
            wanted = np.asarray(outputs[0])
            if all(array.dtype.kind in NUMBERS and array.size for array in [*arrays, wanted]):
                given = dict(zip([tensor.name for tensor in case.model.graph.input], arrays, strict=True))
                yield Case(case.name, _settled(case.model, given), given, wanted)


def _settled(model: ModelProto, given: dict[str, NDArray[Any]]) -> ModelProto:
    copy = ModelProto()
    copy.CopyFrom(model)
    for place, tensor in enumerate(model.graph.input):
        if place and given[tensor.name].dtype.kind in "iub" and tensor.name not in DATA:
            copy.graph.initializer.append(numpy_helper.from_array(given[tensor.name], tensor.name))
    return copy


def fault_of(case: Case) -> str | None:
    """Whether it is read (None) and right, or what could not be read. Raises where it is wrong."""
    found = convert(case.model, {})
    unread = [note for note in found.notes if "could not be read" in note]
    if unread:
        return unread[0]
    values = {
        found.tensors[tensor]: as_value(np.asarray(array, np.float64))
        for tensor, array in case.given.items()
        if tensor in found.tensors
    }
    run = evaluate(found.graph.with_values(values))
    value = np.asarray(run.value(found.tensors[case.model.graph.output[0].name]))
    assert value.shape == case.wanted.shape
    half = case.wanted.dtype.itemsize < 4 and case.wanted.dtype.kind == "f"
    np.testing.assert_allclose(value, case.wanted.astype(np.float64), rtol=1e-2 if half else 1e-4, atol=1e-5)
    return None


def test_every_case_is_right_or_says_that_it_is_not_read() -> None:
    right: set[str] = set()
    wrong: list[str] = []
    read = 0
    for case in cases():
        try:
            unread = fault_of(case)
        except (AssertionError, GraphError) as error:
            wrong.append(f"{case.name}: {error}")
            continue
        if unread is None:
            read += 1
            right.add(case.operator)
        else:
            assert case.operator in unread
    assert not wrong, "\n".join(wrong)
    assert len(right) >= 85, sorted(set(OPERATORS) - right)
    assert read >= 350
