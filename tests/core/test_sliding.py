"""Convolutions, poolings and normalisations away from their sample points: against PyTorch, and at their limits."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
import pytest

from app.core.errors import GraphError, LayerError, SettingError
from app.core.evaluate import evaluate
from app.core.graph import Graph, Node
from app.core.layer import REGISTRY, Layer
from app.core.ops.conv import Correlate2d
from app.core.ops.pool import AvgPool2d
from app.core.tensor import read_tensor, shape_of
from app.core.validate import Limits, validate
from app.formats.formula import parse_formula


def graph_of(op: str, *inputs: Any, **params: Any) -> Graph:
    leaves = [Node(f"in{place}", "input", value=read_tensor(data)) for place, data in enumerate(inputs)]
    return Graph((*leaves, Node("y", op, tuple(leaf.id for leaf in leaves), params)))


def zeros(*shape: int) -> Any:
    return np.zeros(shape).tolist()


def faults(graph: Graph, limits: Limits | None = None) -> list[Any]:
    with pytest.raises(GraphError) as caught:
        validate(graph, limits=limits)
    return list(caught.value.faults)


def drawn(random: np.random.Generator, *choices: Any) -> Any:
    return choices[random.integers(len(choices))]


if importlib.util.find_spec("torch") is not None:
    from tests.core.test_torch import compare

    @pytest.mark.parametrize("seed", range(60))
    def test_convolutions_with_any_settings(seed: int) -> None:
        random = np.random.default_rng(seed)
        groups = int(random.integers(1, 4))
        kernel = tuple(random.integers(1, 4, 2))
        shape = (*drawn(random, (), (1,), (3,)), 2 * groups, *random.integers(7, 10, 2))
        params = {
            "stride": drawn(random, 1, 2, (2, 3)),
            "dilation": drawn(random, 1, 2, (1, 3)),
            "padding": drawn(random, 0, 2, (1, 0), (0, 1, 2, 3)),
            "groups": groups,
        }
        inputs = [random.normal(size=size) for size in (shape, (3 * groups, 2, *kernel), (3 * groups,))]
        compare(REGISTRY["conv2d"], params, inputs)
        compare(REGISTRY["correlate2d"], params, inputs[:2])

    @pytest.mark.parametrize("seed", range(60))
    def test_transposed_convolutions_with_any_settings(seed: int) -> None:
        random = np.random.default_rng(seed)
        groups, stride = int(random.integers(1, 4)), drawn(random, 1, 2, (2, 3))
        shape = (*drawn(random, (), (1,), (3,)), 2 * groups, *random.integers(4, 6, 2))
        params = {
            "stride": stride,
            "dilation": drawn(random, 1, 2, (1, 3)),
            "padding": drawn(random, 0, 1, (1, 0), (0, 1, 2, 1)),
            "output_padding": 0 if stride == 1 else drawn(random, 0, 1, (1, 0)),
            "groups": groups,
        }
        kernel = (2 * groups, 3, *random.integers(1, 4, 2))
        inputs = [random.normal(size=size) for size in (shape, kernel, (3 * groups,))]
        compare(REGISTRY["conv_transpose2d"], params, inputs)
        compare(REGISTRY["correlate_transpose2d"], params, inputs[:2])

    @pytest.mark.parametrize("seed", range(60))
    def test_poolings_with_any_settings(seed: int) -> None:
        random = np.random.default_rng(seed)
        params = {
            "kernel": drawn(random, 2, 3, (2, 3)),
            "stride": drawn(random, None, 1, 2, (3, 1)),
            "padding": drawn(random, 0, 1, (1, 0)),
            "ceil_mode": drawn(random, True, False),
        }
        x = random.integers(-3, 4, (*drawn(random, (), (2,), (2, 3)), *random.integers(4, 9, 2))).astype(float)
        compare(REGISTRY["max_pool2d"], params, [x])
        compare(REGISTRY["avg_pool2d"], {**params, "count_include_pad": drawn(random, True, False)}, [x])

    def test_the_first_of_equal_maxima_takes_all_as_in_pytorch() -> None:
        for params in ({}, {"stride": 1}, {"kernel": 3, "padding": 1, "stride": 1}):
            compare(REGISTRY["max_pool2d"], params, [np.ones((4, 4))])
        layer = REGISTRY["max_pool2d"]()
        layer.forward(np.array([[1.0, 2.0], [2.0, 2.0]]))
        np.testing.assert_array_equal(layer.backward(np.array([[5.0]]))[0], [[0.0, 5.0], [0.0, 0.0]])

    @pytest.mark.parametrize("name", ["max_pool2d", "avg_pool2d"])
    def test_what_is_not_a_number_stays_visible(name: str) -> None:
        x = np.arange(16.0).reshape(4, 4)
        x[1, 1], x[3, 0] = np.nan, -np.inf
        compare(REGISTRY[name], {}, [x])

    @pytest.mark.parametrize("seed", range(10))
    def test_normalisations_of_any_shape(seed: int) -> None:
        random = np.random.default_rng(seed)
        shape = (4, 3, *random.integers(1, 5, seed % 3))
        x, parameters = random.normal(3.0, 2.0, shape), [random.normal(size=3) for _ in range(3)]
        compare(REGISTRY["batch_norm"], {"eps": 1e-3}, [x, *parameters[:2]])
        compare(REGISTRY["batch_norm_inference"], {}, [x, *parameters, random.uniform(0.1, 2.0, 3)])
        last = shape[1:] if seed % 2 else shape[-1:]
        compare(REGISTRY["layer_norm"], {}, [x, random.normal(size=last), random.normal(size=last)])


def test_a_convolution_without_a_bias_has_two_inputs() -> None:
    bare = parse_formula("X = [[1,2,0],[0,1,3],[2,1,0]]; K = [[1,0],[0,-1]]; conv2d(X, K)")
    biased = parse_formula("X = [[1,2,0],[0,1,3],[2,1,0]]; K = [[1,0],[0,-1]]; conv2d(X, K, 0)")
    first, second = evaluate(bare), evaluate(biased)
    np.testing.assert_array_equal(first.values[-1], [[0.0, -1.0], [-1.0, 1.0]])
    np.testing.assert_array_equal(first.values[-1], second.values[-1])
    for leaf in ("X", "K"):
        np.testing.assert_array_equal(np.asarray(first.gradient(leaf)), np.asarray(second.gradient(leaf)))


REFUSED: list[tuple[str, tuple[Any, ...], dict[str, Any], tuple[str, ...]]] = [
    ("conv2d", (zeros(3, 3), zeros(2, 2), zeros(1)), {}, ("bias of shape (1,)", "(2, 2)")),
    ("conv2d", (zeros(2, 3, 3), zeros(4, 3, 2, 2), zeros(4)), {}, ("(2, 3, 3)", "(4, 3, 2, 2)", "3 channels, not 2")),
    ("correlate2d", (zeros(2, 3, 3), zeros(3, 1, 2, 2)), {"groups": 2}, ("2 groups", "divide")),
    ("correlate2d", (zeros(2, 3, 3), zeros(3, 1, 2, 2)), {"groups": 0}, ("0 groups",)),
    ("correlate2d", (zeros(3, 3), zeros(1, 1, 2, 2)), {}, ("(3, 3)", "(1, 1, 2, 2)", "batch, channels")),
    ("correlate2d", (1.0, 2.0), {}, ("scalar",)),
    ("correlate2d", (zeros(3, 3), zeros(2, 2)), {"dilation": 3}, ("window of (2, 2)", "(3, 3)", "dilation [3, 3]")),
    ("correlate1d", (zeros(3, 3), zeros(2, 2)), {}, ("(3, 3)", "(2, 2)", "length")),
    ("correlate_transpose2d", (zeros(3, 3), zeros(2, 2)), {"output_padding": 1}, ("output_padding 1", "stride")),
    ("correlate_transpose2d", (zeros(1, 1), zeros(2, 2)), {"padding": 1}, ("padding of 1",)),
    ("correlate_transpose2d", (zeros(2, 3, 3), zeros(3, 1, 2, 2)), {}, ("takes 3 channels, not 2",)),
    ("max_pool2d", (zeros(3),), {}, ("(3,)", "2 axes")),
    ("max_pool2d", (zeros(3, 3),), {"kernel": 4}, ("window of (4, 4)", "(3, 3)")),
    ("avg_pool2d", (zeros(3, 3),), {"kernel": 2, "padding": [0, 2]}, ("padding", "(2, 2)")),
    ("batch_norm", (zeros(2, 3), zeros(2), zeros(3)), {}, ("gamma of shape (2,)", "(2, 3)")),
    ("batch_norm", (1.0, 1.0, 1.0), {}, ("gamma of shape scalar", "scalar")),
    ("batch_norm", (zeros(2, 3), zeros(3), zeros(3)), {"eps": -1.0}, ("eps -1",)),
    ("batch_norm_inference", (zeros(2, 3), zeros(3), zeros(3), zeros(2), zeros(3)), {}, ("mean of shape (2,)",)),
    ("layer_norm", (zeros(2, 3), zeros(2), zeros(2)), {}, ("gamma of shape (2,)", "beta of shape (2,)", "(2, 3)")),
    ("layer_norm", (zeros(2, 3), 1.0, 1.0), {}, ("gamma of shape scalar",)),
    ("dropout", (1.0,), {"rate": 1.0}, ("rate 1",)),
    ("dropout", (1.0,), {"seed": -1}, ("seed -1",)),
]


@pytest.mark.parametrize(("op", "inputs", "params", "said"), REFUSED)
def test_what_does_not_fit_is_named(
    op: str, inputs: tuple[Any, ...], params: dict[str, Any], said: tuple[str, ...]
) -> None:
    (fault,) = faults(graph_of(op, *inputs, **params))
    assert fault.code == "shape-mismatch"
    assert fault.node == "y"
    assert all(words in fault.detail for words in said), fault.detail


BAD_SETTINGS: list[tuple[str, tuple[Any, ...], str, Any, tuple[str, ...]]] = [
    ("correlate2d", (zeros(3, 3), zeros(2, 2)), "stride", [1, 0], ("stride [1, 0]", "at least 1")),
    ("correlate2d", (zeros(3, 3), zeros(2, 2)), "padding", [0, 0, -1, 0], ("padding", "at least 0")),
    ("max_pool1d", (zeros(3),), "stride", [1, 1], ("stride [1, 1]", "a whole number")),
]


@pytest.mark.parametrize(("op", "inputs", "setting", "given", "said"), BAD_SETTINGS)
def test_a_setting_that_no_input_fits_is_pointed_at(
    op: str, inputs: tuple[Any, ...], setting: str, given: Any, said: tuple[str, ...]
) -> None:
    (fault,) = faults(graph_of(op, *inputs, **{setting: given}))
    assert fault.code == "bad-setting"
    assert fault.pointer.endswith(f"/params/{setting}")
    assert all(words in fault.detail for words in said), fault.detail


HUGE = 2**50


@pytest.mark.parametrize(
    ("op", "inputs", "params"),
    [
        ("correlate2d", (zeros(3, 3), zeros(2, 2)), {"padding": HUGE, "stride": HUGE}),
        ("correlate2d", (zeros(3, 3), zeros(2, 2)), {"padding": HUGE, "dilation": HUGE}),
        ("correlate_transpose2d", (zeros(3, 3), zeros(2, 2)), {"stride": HUGE}),
        ("correlate_transpose2d", (zeros(3, 3), zeros(2, 2)), {"stride": HUGE, "padding": HUGE}),
        ("max_pool2d", (zeros(3, 3),), {"kernel": HUGE, "padding": HUGE // 2}),
        ("avg_pool1d", (zeros(3),), {"kernel": HUGE, "padding": HUGE // 2, "stride": HUGE}),
    ],
)
def test_what_would_not_fit_into_memory_is_refused(op: str, inputs: tuple[Any, ...], params: dict[str, Any]) -> None:
    found = faults(graph_of(op, *inputs, **params))
    assert {fault.code for fault in found} == {"budget-exceeded"}
    assert all(fault.node in ("y", None) for fault in found)


def test_the_copy_of_all_windows_counts() -> None:
    graph = graph_of("correlate2d", zeros(30, 30), zeros(10, 10))
    copied = 100 * 21 * 21
    validate(graph, limits=Limits(live=copied))
    (fault,) = faults(graph, Limits(live=copied - 1))
    assert (fault.code, fault.limit, fault.actual, fault.node) == ("budget-exceeded", copied - 1, copied, "y")


def test_a_batch_is_taken_in_parts() -> None:
    one, batch = Correlate2d(padding=1).scratch((32, 32, 32), (8, 32, 3, 3)), (64, 32, 32, 32)
    assert Correlate2d(padding=1).scratch(batch, (8, 32, 3, 3)) == one == 9 * 32**3
    random = np.random.default_rng(0)
    x, w = random.normal(size=(5, 8, 32, 32)), random.normal(size=(2, 8, 3, 3))
    whole, upstream = Correlate2d(padding=1), random.normal(size=(5, 2, 32, 32))
    value = whole.forward(x, w)
    dx, dw = whole.backward(upstream)
    kernel = np.zeros_like(w)
    for place, sample in enumerate(x):
        alone = Correlate2d(padding=1)
        np.testing.assert_allclose(np.asarray(value)[place], alone.forward(sample, w), rtol=1e-12)
        back, part = alone.backward(upstream[place])
        np.testing.assert_allclose(np.asarray(dx)[place], np.asarray(back), rtol=1e-12)
        kernel += np.asarray(part)
    np.testing.assert_allclose(np.asarray(dw), kernel, rtol=1e-9)


def test_many_small_slices_cost_more_than_their_elements() -> None:
    assert AvgPool2d(kernel=1_000).work((1_000, 1_000)) > Limits().work


SETTINGS = [
    ("correlate2d", "stride", [1, 2, 3], "a list of two"),
    ("correlate2d", "stride", None, "a list of two"),
    ("correlate2d", "stride", 1.5, "a whole number"),
    ("correlate2d", "padding", [1, 2, 3], "four (top, left, bottom, right)"),
    ("correlate2d", "padding", "same", "a whole number"),
    ("correlate1d", "dilation", [1], "a whole number"),
    ("max_pool2d", "stride", [True, 1], "null for the kernel's own"),
]


@pytest.mark.parametrize(("op", "name", "data", "said"), SETTINGS)
def test_settings_that_cannot_be_read(op: str, name: str, data: object, said: str) -> None:
    with pytest.raises(SettingError, match=f"setting {name} takes") as caught:
        REGISTRY[op].read_setting(name, data)
    assert said in str(caught.value)


def test_settings_that_can() -> None:
    conv, pool = REGISTRY["conv2d"], REGISTRY["max_pool2d"]
    assert [conv.read_setting("padding", data) for data in (2, [1, 2], [1, 2, 3, 4.0])] == [2, (1, 2), (1, 2, 3, 4)]
    assert [pool.read_setting("stride", data) for data in (None, 3, [1, 2])] == [None, 3, (1, 2)]


def dropped(**params: Any) -> Any:
    layer: Layer = REGISTRY["dropout"](**params)
    return layer.forward(np.ones((200, 200)))


def test_dropout_repeats_itself_and_keeps_the_mean() -> None:
    first = dropped(rate=0.3, seed=5)
    np.testing.assert_array_equal(first, dropped(rate=0.3, seed=5))
    assert not np.array_equal(first, dropped(rate=0.3, seed=6))
    assert set(np.unique(first)) == {0.0, 1.0 / 0.7}
    assert np.mean(first) == pytest.approx(1.0, abs=0.02)
    np.testing.assert_array_equal(dropped(rate=0.3, training=False), np.ones((200, 200)))


def test_a_constant_channel_is_normalised_to_beta() -> None:
    run = evaluate(graph_of("batch_norm", [[2.0], [2.0]], [3.0], [0.5]))
    np.testing.assert_allclose(run.value("y"), [[0.5], [0.5]])
    assert not run.warnings
    assert evaluate(graph_of("batch_norm", [[2.0], [2.0]], [3.0], [0.5], eps=0.0)).warnings[0].node == "y"


def test_a_layer_refuses_what_its_class_does() -> None:
    with pytest.raises(LayerError):
        AvgPool2d(kernel=0).shape((3, 3))
    assert shape_of(AvgPool2d(kernel=(3, 1)).forward(np.ones((2, 3, 3)))) == (2, 1, 3)
