"""Large tensors travel as bytes."""

from __future__ import annotations

import copy
from base64 import b64encode
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pydantic import ValidationError

from app.core.evaluate import evaluate
from app.core.graph import Graph, Node
from app.formats.document import GraphDocument, graph_document
from app.formats.packed import MIN_PACKED, pack, unpack

SINGLE: dict[str, Any] = {
    "shape": [2],
    "dtype": "float32",
    "data": b64encode(np.array([1, 2.5], "<f4").tobytes()).decode(),
}


@given(
    hnp.arrays(
        np.float64,
        hnp.array_shapes(max_dims=4, max_side=6),
        elements=st.floats(allow_nan=False, allow_infinity=False)
        | st.floats(width=32, allow_nan=False, allow_infinity=False),
    )
)
def test_an_array_comes_back_bit_by_bit(array: np.ndarray[Any, np.dtype[np.float64]]) -> None:
    back = unpack(dict(pack(array)))
    assert np.asarray(back).tobytes() == array.tobytes()
    assert np.shape(back) == array.shape


def test_half_the_bytes_where_float32_is_exact() -> None:
    assert pack(np.array([0.5, 3.0]))["dtype"] == "float32"
    assert pack(np.array([0.1]))["dtype"] == "float64"
    assert pack(np.array([1e300]))["dtype"] == "float64"


def test_documents_pack_what_is_large_and_read_both() -> None:
    small, large = np.ones(MIN_PACKED - 1), np.linspace(0.0, 1.0, MIN_PACKED)
    graph = Graph(
        (Node("a", "input", value=small), Node("b", "input", value=large), Node("s", "sum", ("b",))), output="s"
    )
    document = graph_document(graph)
    assert isinstance(document["nodes"][0]["value"], list)
    assert set(document["nodes"][1]["value"]) == {"shape", "dtype", "data"}
    back = GraphDocument.model_validate(copy.deepcopy(document)).to_graph()
    assert np.array_equal(np.asarray(back["b"].value), large)
    assert evaluate(back).value("s") == evaluate(graph).value("s")


@pytest.mark.parametrize(
    "change",
    [
        {"shape": [3]}, {"shape": []}, {"shape": [2.0]}, {"shape": [True, 2]}, {"shape": [-2]}, {"shape": [0]},
        {"shape": "2"}, {"shape": [1] * 40}, {"shape": [2**40, 2**40]}, {"dtype": "float64"}, {"dtype": "object"},
        {"dtype": []}, {"data": 5}, {"data": "AAAAAAAA"[:-1]}, {"data": "********AAA="}, {"data": "é" * 12},
        {"data": b64encode(np.array([1, np.nan], "<f4").tobytes()).decode()}, {"more": 1},
    ],
)  # fmt: skip
def test_anything_else_is_refused(change: dict[str, Any]) -> None:
    nodes = [{"id": "x", "op": "input", "value": SINGLE | change}]
    with pytest.raises(ValidationError):
        GraphDocument.model_validate({"nodes": nodes})
