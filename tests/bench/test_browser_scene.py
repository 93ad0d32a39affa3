"""The graph of the browser's benchmark is what its tables say that it is."""

from __future__ import annotations

import base64
import json
import math
import zlib

import pytest

from app.core.evaluate import evaluate
from app.formats.document import GraphDocument
from bench.browser.scene import Document, fragment, net, with_other_numbers


@pytest.mark.parametrize("count", [50, 500, 2000])
def test_a_net_has_one_output_and_finite_numbers_on_every_edge(count: int) -> None:
    graph = GraphDocument.model_validate(net(count)).to_graph()
    found = evaluate(graph)
    assert len(graph.nodes) == count
    assert 1.4 < sum(len(node.inputs) for node in graph.nodes) / count < 1.5
    for node in graph.nodes:
        gradient = found.gradient(node.id)
        assert gradient is not None
        assert math.isfinite(float(gradient))
        assert math.isfinite(float(found.value(node.id)))


def test_other_numbers_leave_the_structure_alone() -> None:
    document = net(50)
    other = with_other_numbers(document, 1)
    assert _structure(other) == _structure(document)
    for before, after in zip(document["nodes"], other["nodes"], strict=True):
        assert before == after if "value" not in before else before["value"] != after["value"]


def _structure(document: Document) -> list[Document]:
    return [{**node, "value": None} for node in document["nodes"]]


def test_the_address_carries_the_graph() -> None:
    document = net(50)
    packed = base64.urlsafe_b64decode(fragment(document).removeprefix("graph=") + "==")
    assert json.loads(zlib.decompress(packed, wbits=-15)) == document
