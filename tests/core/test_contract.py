"""What every op promises, over the registry: nothing here names an op that the registry might not have."""

from __future__ import annotations

import ast
import copy
import inspect
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from app.core.elementwise import Elementwise
from app.core.evaluate import evaluate
from app.core.expand import collapse, expand
from app.core.graph import Graph, Node
from app.core.layer import ASIDE, Layer, Sample
from app.core.moving import Moving, Nudged
from app.core.notation import Name, numpy_source
from app.core.ops import OPS, find_spelling
from app.core.slips.catalogue import CATALOGUE
from app.core.tensor import Value, read_tensor, shape_of, unbroadcast

CASES = [pytest.param(op, sample, id=f"{op.name}-{n}") for op in OPS for n, sample in enumerate(op.samples)]
COMPUTED = [pytest.param(op, id=op.name) for op in OPS if not op.is_leaf]
ELEMENTWISE = [pytest.param(op, id=op.name) for op in OPS if issubclass(op, Elementwise)]


def settings(op: type[Layer], sample: Sample) -> dict[str, Any]:
    known = {param.name: param for param in op.params}
    return {name: known[name].read(data) for name, data in sample.params.items()}


def arrays(sample: Sample) -> list[Value]:
    return [read_tensor(data) for data in sample.inputs]


def weights(shape: tuple[int, ...]) -> Value:
    return np.cos(1.0 + np.arange(np.prod(shape, dtype=int))).reshape(shape) if shape else 0.7


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_gradient_against_central_differences(op: type[Layer], sample: Sample) -> None:
    params, inputs = settings(op, sample), arrays(sample)
    layer = op(**params)
    upstream = weights(shape_of(layer.forward(*inputs)))
    shares = layer.backward(upstream)
    for place, share in enumerate(shares):
        if op.is_label(place):
            assert share is None
            continue
        assert share is not None
        assert shape_of(share) == shape_of(inputs[place])
        for element in range(np.size(inputs[place])):
            ends = []
            for step in (1e-6, -1e-6):
                moved = copy.deepcopy(inputs)
                flat = np.array(moved[place], dtype=float)
                flat.flat[element] += step
                moved[place] = flat if flat.ndim else float(flat)
                ends.append(float(np.sum(op(**params).forward(*moved) * upstream)))
            numerical = (ends[0] - ends[1]) / 2e-6
            assert np.ravel(share)[element] == pytest.approx(numerical, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_shape_is_inferred(op: type[Layer], sample: Sample) -> None:
    inputs = arrays(sample)
    layer = op(**settings(op, sample))
    assert layer.shape(*map(shape_of, inputs)) == shape_of(layer.forward(*inputs))
    assert layer.work(*map(shape_of, inputs)) > 0


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_nothing_handed_over_is_changed(op: type[Layer], sample: Sample) -> None:
    inputs = arrays(sample)
    before = copy.deepcopy(inputs)
    layer = op(**settings(op, sample))
    upstream = weights(shape_of(layer.forward(*inputs)))
    kept = copy.deepcopy(upstream)
    first = [copy.deepcopy(share) for share in layer.backward(upstream)]
    second = layer.backward(upstream)
    for ours, theirs in zip([*inputs, upstream, *second], [*before, kept, *first], strict=True):
        np.testing.assert_array_equal(np.asarray(ours), np.asarray(theirs))


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_slips_of_its_own(op: type[Layer], sample: Sample) -> None:
    inputs = arrays(sample)
    layer = op(**settings(op, sample))
    upstream = weights(shape_of(layer.forward(*inputs)))
    before = copy.deepcopy([*inputs, upstream])
    right = layer.backward(upstream)
    for slip, shares in layer.slips(upstream):
        assert slip in CATALOGUE
        assert len(shares) == len(right)
        for share, known in zip(shares, right, strict=True):
            assert share is None or known is not None
    for ours, theirs in zip([*inputs, upstream], before, strict=True):
        np.testing.assert_array_equal(np.asarray(ours), np.asarray(theirs))


@pytest.mark.parametrize("op", COMPUTED)
def test_slips_of_its_own_are_wrong(op: type[Layer]) -> None:
    wrong: dict[str, bool] = {}
    for sample in op.samples:
        layer = op(**settings(op, sample))
        upstream = weights(shape_of(layer.forward(*arrays(sample))))
        right = layer.backward(upstream)
        for slip, shares in layer.slips(upstream):
            wrong[slip.code] = wrong.get(slip.code, False) or any(
                share is not None and known is not None and not np.array_equal(share, known)
                for share, known in zip(shares, right, strict=True)
            )
    assert all(wrong.values()), wrong


@pytest.mark.parametrize("op", ELEMENTWISE)
def test_broadcasting(op: type[Elementwise]) -> None:
    point = next(sample for sample in op.samples if all(np.ndim(x) == 0 for x in sample.inputs))
    shapes = [(2, 1, 3), (4, 1), (), (3,)]
    for turn in range(len(shapes)):
        inputs = [
            np.full(shapes[(turn + place) % 4], float(x)) if shapes[(turn + place) % 4] else float(x)
            for place, x in enumerate(point.inputs)
        ]
        layer = op(**settings(op, point))
        value = layer.forward(*inputs)
        shares = layer.backward(np.ones(shape_of(value)) if shape_of(value) else 1.0)
        scalar = op(**settings(op, point))
        scalar.forward(*map(float, point.inputs))
        assert shape_of(value) == np.broadcast_shapes(*map(shape_of, inputs))
        for number, (share, single, x) in enumerate(zip(shares, scalar.backward(1.0), inputs, strict=True)):
            if op.is_label(number):
                assert share is single is None
                continue
            assert share is not None
            assert single is not None
            assert shape_of(share) == shape_of(x)
            np.testing.assert_allclose(np.sum(share), single * np.size(value), rtol=1e-12)


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_what_is_kept_is_what_is_declared(op: type[Layer], sample: Sample) -> None:
    inputs, layer = arrays(sample), op(**settings(op, sample))
    before = set(vars(layer))
    output = layer.forward(*inputs)
    added = {name: value for name, value in vars(layer).items() if name not in before}
    kept = layer.kept_values()
    # A variadic op numbers what it keeps of each input.
    names = [name.rstrip("0123456789") if op.variadic else name for name, _ in kept]
    assert tuple(dict.fromkeys(names)) == op.kept
    if isinstance(layer, Elementwise):
        # Besides what its partials are given, the shapes of the inputs alone.
        assert set(added) == {"_kept", "_shapes"}
        assert added["_shapes"] in (None, tuple(map(shape_of, inputs)))
        assert [id(value) for _, value in kept] == [id(value) for value in added["_kept"]]
        if not op.keeps_doc:
            given = {
                **dict(zip(op.inputs, inputs, strict=True)),
                **({"y": output} if "output" in layer.keeps.value else {}),
            }
            assert all(value is given[name] for name, value in kept)
    else:
        assert {f"_{name}" for name in names} == added.keys()
    for _, value in kept:
        assert np.asarray(value, dtype=np.float64).dtype == np.float64


@pytest.mark.parametrize("op", OPS, ids=lambda op: op.name)
def test_what_is_kept_is_told(op: type[Layer]) -> None:
    text = op.keeping()
    assert text.endswith(".")
    assert text.count(".") == 1
    assert text.startswith("Nothing") == (not op.kept)
    assert f"class {op.__name__}(" in op.source()
    compile(op.source(), op.name, "exec")
    methods = op.source() + op.inherited_source()
    assert not re.search(r"def (slips|wrong_partials|lanes|through|onnx)\(|^    samples\b", methods, re.MULTILINE)
    assert op.is_leaf or (methods.count("def forward(") == methods.count("def backward(") == 1)


@pytest.mark.parametrize("op", OPS, ids=lambda op: op.name)
def test_the_listing_is_the_class_with_marks_where_it_is_cut(op: type[Layer]) -> None:
    written = inspect.getsource(op).splitlines()
    shown = op.source().splitlines()
    rest = iter(written)
    assert all(line in rest for line in shown if line != "    # …"), "in the order in which they were written"
    hidden = set(ASIDE) & vars(op).keys()
    assert ("    # …" in shown) == bool(hidden)
    cut = ast.parse(op.source()).body[0]
    names = vars(op).keys() - {"name", "category", "inputs", "params", "decomposes", "kept", "variadic", *hidden}
    assert isinstance(cut, ast.ClassDef)
    assert {name for name in names if not name.startswith("__")} <= set(re.findall(r"\w+", op.source()))


@pytest.mark.parametrize("op", COMPUTED)
def test_formulas_are_there(op: type[Layer]) -> None:
    formulas = [op.value_formula(), *op.partial_formulas()]
    assert len(formulas) == 1 + len(op.inputs)
    for text in formulas:
        assert text
        assert text.count("{") == text.count("}")
        assert text.count(r"\left") == text.count(r"\right")
    assert op.symbol
    assert (op.__doc__ or "").split("\n")[0].endswith(".")


@pytest.mark.parametrize("op", ELEMENTWISE)
def test_numpy_source_runs_to_the_same_numbers(op: type[Elementwise]) -> None:
    for sample in op.samples:
        layer = op(**settings(op, sample))
        inputs = [np.asarray(x) for x in arrays(sample)]
        names: Mapping[str, Any] = dict(zip(op.inputs, inputs, strict=True))
        value = layer.forward(*inputs)
        scope = {"np": np, "math": math, **names, "out": value}
        np.testing.assert_allclose(eval(numpy_source(layer.formula(*op.symbols())), scope), value, rtol=1e-15)
        for source, local in zip(layer.partial_symbols(*op.symbols()), layer.local(), strict=True):
            np.testing.assert_allclose(eval(numpy_source(source), scope), local, rtol=1e-15)


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_written_partials_run_to_what_is_sent_back(op: type[Layer], sample: Sample) -> None:
    layer, inputs = op(**settings(op, sample)), arrays(sample)
    names = [Name(f"in{n}") for n in range(len(inputs))]
    written = layer.written_partials(names, Name("out"))
    value = layer.forward(*inputs)
    if written is None or not (isinstance(layer, Elementwise) or all(np.ndim(x) == 0 for x in [*inputs, value])):
        return
    scope = {
        "np": np,
        "math": math,
        "out": value,
        **{name.text: np.asarray(x) for name, x in zip(names, inputs, strict=True)},
    }
    for formula, share, x in zip(written, layer.backward(weights(shape_of(value))), inputs, strict=True):
        if share is not None:
            local = np.asarray(eval(numpy_source(formula), scope), dtype=np.float64)
            sent = unbroadcast(np.asarray(weights(shape_of(value)) * local), shape_of(x))
            np.testing.assert_allclose(share, sent, rtol=1e-12)


COMPOSITE = [case for case in CASES if case.values[0].decomposes]  # type: ignore[union-attr]  # an op, as CASES shows


def whole_graph(op: type[Layer], sample: Sample) -> Graph:
    leaves = [Node(f"in{n}", "input", value=value) for n, value in enumerate(arrays(sample))]
    node = Node("y", op.name, tuple(leaf.id for leaf in leaves), dict(sample.params))
    return Graph((*leaves, node))


@pytest.mark.parametrize(("op", "sample"), COMPOSITE)
def test_pieces_equal_the_whole(op: type[Layer], sample: Sample) -> None:
    whole = whole_graph(op, sample)
    pieces = expand(whole, "y")
    upstream = weights(shape_of(evaluate(whole).value("y")))
    first, second = evaluate(whole, upstream=upstream), evaluate(pieces, upstream=upstream)
    np.testing.assert_allclose(first.value("y"), second.value("y"), rtol=1e-12)
    for leaf in whole.nodes[:-1]:
        ours, theirs = first.gradient(leaf.id), second.gradient(leaf.id)
        assert (ours is None) == (theirs is None)
        if ours is not None and theirs is not None:
            np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize(("op", "sample"), COMPOSITE)
def test_pieces_close_again(op: type[Layer], sample: Sample) -> None:
    whole = whole_graph(op, sample)
    pieces = expand(whole, "y")
    closed = collapse(pieces, pieces.groups[0].id)
    assert [(n.id, n.op, n.inputs) for n in closed.nodes] == [(n.id, n.op, n.inputs) for n in whole.nodes]
    np.testing.assert_allclose(evaluate(closed).value("y"), evaluate(whole).value("y"), rtol=1e-12)


WHOLE = [case for case in CASES if case.values[0].whole]  # type: ignore[union-attr]  # an op, as CASES shows


@pytest.mark.parametrize(("op", "sample"), WHOLE)
def test_whole_numbers_stay_whole(op: type[Layer], sample: Sample) -> None:
    random = np.random.default_rng(0)
    sizes = [int(np.size(x)) for x in arrays(sample)]
    for _ in range(200):
        drawn = iter(random.permutation(np.arange(-sum(sizes), sum(sizes) + 1)).astype(float).tolist())
        inputs = [
            np.array([next(drawn) for _ in range(size)]).reshape(np.shape(x)) if np.ndim(x) else next(drawn)
            for x, size in zip(arrays(sample), sizes, strict=True)
        ]
        layer = op(**settings(op, sample))
        value = layer.forward(*inputs)
        upstream = random.integers(-9, 10, size=shape_of(value)).astype(float) if shape_of(value) else 3.0
        for number in (value, *layer.backward(upstream)):
            assert number is not None
            np.testing.assert_array_equal(number, np.round(number))


def test_every_level_of_exercises_has_ops() -> None:
    assert {op.level for op in OPS if op.whole} == {1, 2, 3}


@pytest.mark.parametrize("op", [case for case in ELEMENTWISE if case.values[0].steepest is not None])  # type: ignore[union-attr]  # an op
def test_the_steepest_slope_is_what_is_said(op: type[Elementwise]) -> None:
    layer = op()
    points = np.linspace(-40.0, 40.0, 80_001)
    layer.forward(points)
    (slopes,) = map(np.abs, layer.local())
    top = points[np.argmax(slopes)]
    layer.forward(np.linspace(top - 1e-3, top + 1e-3, 2_001))
    assert np.max(np.abs(layer.local()[0])) == pytest.approx(op.steepest, rel=1e-9)
    assert min(slopes[0], slopes[-1]) < 1e-3 * np.max(slopes)


def test_there_are_the_ops_that_were_promised() -> None:
    promised: Sequence[str] = [
        "add",
        "sub",
        "mul",
        "div",
        "neg",
        "pow",
        "square",
        "reciprocal",
        "exp",
        "log",
        "sqrt",
        "abs",
        "sin",
        "cos",
        "tan",
        "tanh",
        "maximum",
        "minimum",
        "relu",
        "leaky_relu",
        "elu",
        "selu",
        "gelu",
        "silu",
        "softsign",
        "hard_sigmoid",
        "hard_swish",
        "erf",
        "floor",
        "ceil",
        "round",
        "sign",
        "softplus",
        "sigmoid",
        "softmax",
        "sum",
        "mean",
        "max",
        "matmul",
        "transpose",
        "reshape",
        "affine",
        "log_softmax",
        "logsumexp",
        "rnn_cell",
        "attention",
        "cross_entropy",
        "nll_loss",
        "mse",
        "l1",
        "softmax_with_loss",
        "identity_with_loss",
        "conv1d",
        "conv2d",
        "conv_transpose2d",
        "max_pool2d",
        "avg_pool2d",
        "batch_norm",
        "batch_norm_inference",
        "layer_norm",
        "dropout",
        "input",
        "parameter",
        "constant",
    ]
    assert set(promised) <= {op.name for op in OPS}
    composite = (
        "sigmoid tanh softmax affine softmax_with_loss identity_with_loss softplus gelu attention rnn_cell "
        "conv2d batch_norm layer_norm"
    )
    assert set(composite.split()) <= {op.name for op in OPS if op.decomposes}


def test_a_spelling_means_one_op_for_each_number_of_inputs() -> None:
    spelled = [(spelling, len(op.inputs)) for op in OPS for spelling in op.spellings]
    assert sorted(spelled) == sorted(set(spelled))
    for op in OPS:
        for spelling in op.spellings:
            assert re.fullmatch(r"\.?[A-Za-z_]\w*(\.[A-Za-z_]\w*)*|\[\]", spelling)
            assert find_spelling(spelling, len(op.inputs)) is op


@pytest.mark.parametrize("op", COMPUTED)
def test_spellings_name_what_exists(op: type[Layer]) -> None:
    for spelling in op.spellings:
        package, _, rest = spelling.partition(".")
        if package in {"numpy", "math", "torch"}:
            place: Any = pytest.importorskip(package)
            for word in rest.split("."):
                place = getattr(place, word)
            assert callable(place)


def in_lanes(layer: Layer, inputs: Sequence[Value], place: int, count: int = 3) -> tuple[Value, list[Value]]:
    """A value with one input moved elsewhere in each lane, all at once, and lane by lane."""
    shape = shape_of(inputs[place])
    moved = np.asarray(inputs[place]) + 0.1 * np.cos(np.arange(count * np.prod(shape, dtype=int))).reshape(
        count, *shape
    )
    at_once = layer.lanes(
        [n == place for n in range(len(inputs))], *[moved if n == place else x for n, x in enumerate(inputs)]
    )
    single = [
        type(layer).forward(copy.deepcopy(layer), *[moved[lane] if n == place else x for n, x in enumerate(inputs)])
        for lane in range(count)
    ]
    return at_once, single


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_lanes_are_as_many_single_values(op: type[Layer], sample: Sample) -> None:
    inputs = arrays(sample)
    for place in range(len(inputs)):
        if not op.is_label(place):
            at_once, single = in_lanes(op(**settings(op, sample)), inputs, place)
            np.testing.assert_allclose(at_once, np.array(single), rtol=1e-14, atol=1e-15)
            assert np.shape(at_once) == np.array(single).shape


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_what_moves_in_a_region_moves_as_it_would_alone(op: type[Layer], sample: Sample) -> None:
    params, inputs = settings(op, sample), arrays(sample)
    value = op(**params).forward(*inputs)
    for place, x in enumerate(inputs):
        if op.is_label(place):
            continue
        elements = np.arange(np.size(x), dtype=np.intp)[-2:]
        by = np.array([1e-3, 2e-3][: len(elements)])
        nudged = Nudged(x, elements, by)
        plain = Moving(x, nudged.where, nudged.values)
        for moving in (nudged, plain):
            found = (
                op(**params).through([moving if n == place else other for n, other in enumerate(inputs)], value).whole()
            )
            for lane in range(len(elements)):
                other = [nudged.whole()[lane] if n == place else given for n, given in enumerate(inputs)]
                np.testing.assert_allclose(found[lane], op(**params).forward(*other), rtol=1e-13, atol=1e-14)
