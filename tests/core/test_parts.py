"""Ops of any number of inputs, and those that take tensors apart: what they refuse, and gradients by hand."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest

from app.core.errors import Fault, GraphError, SettingError
from app.core.evaluate import evaluate
from app.core.gradcheck import check
from app.core.graph import Graph, Node
from app.core.index import read_index
from app.core.ops import find_op
from app.core.subscripts import Terms, read_subscripts
from app.core.sweep import sweep
from app.core.tensor import read_tensor
from app.core.trace import BackwardStep, trace
from app.core.validate import validate
from app.formats.formula import parse_formula


def gradients(formula: str, *names: str) -> list[Any]:
    run = evaluate(parse_formula(formula))
    return [np.asarray(run.gradient(name)).tolist() for name in names]


def fault(graph: Graph) -> Fault:
    with pytest.raises(GraphError) as caught:
        evaluate(graph)
    (only,) = caught.value.faults
    return only


def of(op: str, *inputs: Any, **params: Any) -> Graph:
    leaves = [Node(f"x{n}", "input", value=read_tensor(data)) for n, data in enumerate(inputs)]
    return Graph((*leaves, Node("y", op, tuple(leaf.id for leaf in leaves), params)), output="y")


@pytest.mark.parametrize("op", ["concat", "stack", "einsum"])
def test_a_variadic_op_wants_one_input_at_least(op: str) -> None:
    found = fault(of(op))
    assert found.code == "wrong-arity"
    assert found.detail == f"y: {op} takes at least 1 input, and 0 are given"


def test_a_variadic_op_takes_one_node_as_often_as_it_is_named() -> None:
    formula = "x = [1,2]; y = [3]; c = concat(x, y, x, x); f = sum([1,2,3,4,5,6,7] * c)"
    assert gradients(formula, "x", "y") == [[1 + 4 + 6, 2 + 5 + 7], [3]]
    many = ", ".join(["x"] * 500)
    assert gradients(f"x = 2; f = sum(square(stack({many})))", "x") == [2000]
    steps = [step for step in trace(evaluate(parse_formula(formula))) if isinstance(step, BackwardStep)]
    assert [step.input for step in steps if step.node == "c"] == [0, 1, 2, 3]


def test_every_input_of_a_variadic_op_has_a_formula_and_a_check() -> None:
    graph = parse_formula('a = [1,2]; b = [3,4]; c = [5,6]; f = einsum(a, b, c, subscripts="i,i,i->")')
    shares = [step.latex for step in trace(evaluate(graph)) if isinstance(step, BackwardStep)]
    assert len(shares) == 3
    assert len(set(shares)) == 1
    assert {leaf.verdict for leaf in check(graph).leaves.values()} == {"pass"}


@pytest.mark.parametrize(
    ("graph", "words"),
    [
        (of("concat", [1, 2], [[1, 2]]), "shapes (2,) and (1, 2) can't be joined along axis 0"),
        (of("concat", [[1, 2]], [[1, 2, 3]]), "shapes (1, 2) and (1, 3) can't be joined along axis 0"),
        (of("concat", 1, 2), "axis 0 is not one of the axes of a scalar input"),
        (of("stack", [1, 2], [1, 2, 3]), "shapes (2,) and (3,) can't be stacked"),
        (of("stack", 1, 2, axis=1), "no place for a new axis 1"),
        (of("slice", [1, 2], index="0, 1"), "parts for 2 axes, and a (2,) input has 1"),
        (of("slice", [1, 2], index="2"), "index 2 lies outside of axis 0 of a (2,) input: it goes from -2 to 1"),
        (of("slice", [1, 2], index="1:1"), "the slice 1:1 takes nothing of axis 0 of a (2,) input"),
        (of("slice", [1, 2], index="::0"), "a step of 0"),
        (of("slice", [[1, 2]], index="..., ..."), "one … at most"),
        (of("pad", [1, 2], widths=[[1, 1], [0, 0]]), "widths for 2 axes do not fit a (2,) input"),
        (of("pad", [1, 2], widths=[[-1, 0]]), "0 or more"),
        (of("gather", 1, 0), "axis 0 is not one of the axes of a scalar input"),
        (of("embedding", [1, 2], 0), "its shape is (2,)"),
        (of("flatten", [1, 2], start=1), "axis 1 is not one of the axes of a (2,) input"),
        (of("squeeze", [[1, 2]], axis=1), "axis 1 of a (1, 2) input has length 2"),
        (of("expand_dims", [1, 2], axis=[0, 0]), "names an axis twice"),
        (of("broadcast_to", [1, 2], shape=[3]), "a (2,) input does not broadcast to (3,)"),
        (of("broadcast_to", [[1], [2]], shape=[2]), "a (2, 1) input does not broadcast to (2,)"),
        (of("broadcast_to", [1], shape=[0]), "does not broadcast to (0,)"),
        (of("tile", [1, 2], repeats=[0]), "each is 1 or more"),
        (of("var", [1, 2], ddof=2), "less than the 2 elements that a (2,) input has"),
        (of("std", 1, ddof=1), "less than the 1 elements that a scalar input has"),
        (of("argmax", [[1, 2]], axis=[0, 1]), "axis is no list here"),
        (of("cumsum", 1), "axis -1 is not one of the axes of a scalar input"),
        (of("einsum", [1, 2], subscripts="i,i->"), "those of 2 inputs, and 1 are given"),
        (of("einsum", [1, 2], subscripts="ij->"), "name 2 axes, and their input has shape (2,)"),
        (of("einsum", [1, 2], [1, 2, 3], subscripts="i,i->"), "length 2 in shape (2,) and 3 in shape (3,)"),
        (of("einsum", [[1, 2]], subscripts="ii->i"), "length 1 in shape (1, 2) and 2 in shape (1, 2)"),
        (of("einsum", [1], subscripts="i->ii"), "names the axis i twice"),
        (of("einsum", [1], subscripts="i->j"), "an axis j that no input has"),
        (of("einsum", *[1] * 9, subscripts=",,,,,,,,"), "9 inputs are given"),
        (of("where", [1, 2], [1, 2, 3], 0), "shapes (2,) and (3,) and scalar do not broadcast"),
    ],
)
def test_what_does_not_fit_is_told_before_anything_is_computed(graph: Graph, words: str) -> None:
    with pytest.raises(GraphError) as caught:
        validate(graph)
    (found,) = caught.value.faults
    assert (found.code, found.node, found.pointer) == ("shape-mismatch", "y", f"/nodes/{len(graph.nodes) - 1}/inputs")
    assert words in found.detail


@pytest.mark.parametrize(
    ("graph", "words"),
    [
        (of("gather", [1, 2, 3], 3), "indices are whole numbers from -3 to 2"),
        (of("gather", [1, 2, 3], [0, 0.5]), "indices are whole numbers from -3 to 2"),
        (of("embedding", [[1], [2]], -1), "indices are whole numbers from 0 to 1"),
    ],
)
def test_an_index_that_is_not_there_is_told_with_its_range(graph: Graph, words: str) -> None:
    found = fault(graph)
    assert (found.code, found.node) == ("bad-value", "y")
    assert words in found.detail


@pytest.mark.parametrize(
    ("op", "setting", "data"),
    [("einsum", "subscripts", data) for data in ("ij->k->m", "i1", "i->i,j", 3, None, "i" * 300, "...i")]
    + [("slice", "index", data) for data in ("", "1,", "a", "1:2:3:4", "None", "__import__", "[0]", 1)]
    + [("pad", "widths", data) for data in ([1, 2], [[1]], [[1, 2, 3]], [[0.5, 1]], "1", None, [[1, 2]] * 33)]
    + [("clip", "low", data) for data in ("0", True, float("nan"), [0])],
)
def test_a_setting_of_another_kind_is_refused(op: str, setting: str, data: object) -> None:
    found = find_op(op)
    assert found is not None
    with pytest.raises(SettingError, match=f"setting {setting} takes"):
        found.read_setting(setting, data)


def test_settings_are_read() -> None:
    assert read_index("0,-1:3,...,::-1,:") == (0, slice(-1, 3), ..., slice(None, None, -1), slice(None))
    assert read_subscripts("ij,jk->ik") == Terms(("ij", "jk"), "ik")
    assert read_subscripts("ij,jk") == Terms(("ij", "jk"), "ik")
    assert read_subscripts("ba") == Terms(("ba",), "ab")
    assert read_subscripts("ii") == Terms(("ii",), "")
    assert read_subscripts("") == Terms(("",), "")


@pytest.mark.parametrize(
    ("graph", "code"),
    [
        (of("broadcast_to", 1, shape=[10**6, 10**6]), "budget-exceeded"),
        (of("broadcast_to", 1, shape=[2**53] * 4), "budget-exceeded"),
        (of("tile", [1, 2], repeats=[10**9]), "budget-exceeded"),
        (of("pad", [1, 2], widths=[[10**12, 2**53]]), "budget-exceeded"),
        (of("expand_dims", [1, 2], axis=list(range(31))), "budget-exceeded"),
        (of("einsum", [1] * 1000, [1] * 1000, [1] * 1000, subscripts="i,j,k->"), "budget-exceeded"),
        (of("einsum", [1] * 2000, [1] * 2000, subscripts="i,j->ij"), "budget-exceeded"),
    ],
)
def test_what_would_be_too_large_is_never_made(graph: Graph, code: str) -> None:
    tracemalloc.start()
    found = fault(graph)
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()
    assert found.code == code


@pytest.mark.parametrize(
    ("x", "expected"),
    [([2, 3, 4], [12, 8, 6]), ([2, 0, 4], [0, 8, 0]), ([0, 0, 4], [0, 0, 0]), ([1e-200, 1e-200, 1e300], None)],
)
def test_a_product_with_zeros(x: list[float], expected: list[float] | None) -> None:
    (found,) = gradients(f"x = {x}; f = prod(x)", "x")
    others = [np.prod([b for place, b in enumerate(x) if place != a]) for a in range(3)]
    assert found == pytest.approx(expected or others, rel=1e-12)


def test_repeated_indices_gather_their_shares() -> None:
    formula = "x = [5,6,7]; i = [2,0,2,2]; f = sum([1,10,100,1000] * gather(x, i))"
    assert gradients(formula, "x") == [[10, 0, 1101]]
    assert evaluate(parse_formula(formula)).gradient("i") is None
    assert gradients("w = [[1,2],[3,4]]; f = sum([[1,2],[3,4]] * embedding(w, [1,1]))", "w") == [[[0, 0], [4, 6]]]


def test_where_sends_each_share_to_what_was_chosen() -> None:
    formula = "c = [[1],[0]]; x = [1,2,3]; y = 4; f = sum([[1,2,3],[4,5,6]] * where(c, x, y))"
    assert gradients(formula, "x", "y") == [[1, 2, 3], 15]
    run = evaluate(parse_formula(formula))
    assert run.gradient("c") is None
    steps = [step for step in trace(run) if isinstance(step, BackwardStep) and step.input == 0 and step.local is None]
    assert "where" in {run.plan.ops[run.plan.ids.index(step.node)].name for step in steps}


def test_a_sweep_of_a_condition_has_no_gradient() -> None:
    graph = parse_formula("c = 1; x = 2; f = where(greater(c, 0), x, -x)")
    found = sweep(graph, "c", -1.0, 1.0, 3)
    assert found.value.tolist() == [-2.0, -2.0, 2.0]
    assert found.gradient is None


def test_equal_elements_have_a_spread_of_zero_and_send_nothing() -> None:
    run = evaluate(parse_formula("x = [3,3,3]; f = std(x)"))
    assert not run.warnings
    assert np.asarray(run.gradient("x")).tolist() == [0, 0, 0]


def test_exactly_on_a_bound_the_gradient_passes() -> None:
    assert gradients("x = [-1,0,0.5,1,2]; f = sum(clip(x, low=0, high=1))", "x") == [[0, 1, 1, 1, 0]]


def test_a_diagonal_and_what_is_summed_alone() -> None:
    formula = 'x = [[1,2],[3,4]]; v = [5,6]; f = einsum(x, v, subscripts="ii,j->")'
    assert gradients(formula, "x", "v") == [[[11, 0], [0, 11]], [5, 5]]
