"""Where one element of a share comes from, by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.core.drill import Drill, drill
from app.core.errors import GraphError
from app.core.evaluate import evaluate
from app.core.graph import Graph, Node
from app.core.tensor import Value
from app.core.validate import Limits
from app.formats.document import GraphDocument
from app.formats.gallery import examples

GALLERY = {entry.name: GraphDocument.model_validate(entry.graph).to_graph() for entry in examples()}


def x(value: Any, name: str = "x", op: str = "input") -> Node:
    return Node(name, op, value=np.array(value, dtype=float) if isinstance(value, list) else value)


def terms(result: Drill) -> dict[tuple[int, ...], tuple[float, float]]:
    return {term.upstream_index: (term.upstream, term.local) for term in result.terms}


def depends(result: Drill) -> list[set[tuple[int, tuple[int, ...], bool]]]:
    return [{(d.input, d.index, d.equals) for d in term.depends or ()} for term in result.terms]


@pytest.mark.parametrize("name", GALLERY)
def test_products_add_up_to_every_share_of_the_gallery(name: str) -> None:
    graph = GALLERY[name]
    run = evaluate(graph)
    for slot, _, inputs in run.plan.steps:
        for number, source in enumerate(inputs):
            shares = run.shares[slot]
            if shares is None or shares[number] is None:
                continue
            for index in np.ndindex(run.plan.shapes[source]):
                result = drill(graph, run.plan.ids[slot], number, index)
                share: Any = shares[number]
                assert result.value == np.asarray(share)[index]
                assert sum(term.product for term in result.terms) == pytest.approx(result.value, rel=1e-12, abs=1e-15)
                assert result.total_terms == len(result.terms)
                assert not result.truncated


def test_a_weight_gathers_from_the_whole_batch() -> None:
    xs, ws = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), np.arange(1.0, 13.0).reshape(3, 4)
    upstream = np.arange(10.0, 18.0).reshape(2, 4)
    graph = Graph((x(xs.tolist()), x(ws.tolist(), "w"), Node("y", "matmul", ("x", "w"))))
    result = drill(graph, "y", 1, [2, 1], upstream=upstream)
    assert terms(result) == {(0, 1): (11.0, 3.0), (1, 1): (15.0, 6.0)}
    assert depends(result) == [{(0, (0, 2), True)}, {(0, (1, 2), True)}]
    assert result.value == 11.0 * 3.0 + 15.0 * 6.0
    back = drill(graph, "y", 0, [1, 0], upstream=upstream)
    assert terms(back) == {(1, j): (14.0 + j, ws[0, j]) for j in range(4)}
    assert depends(back) == [{(1, (0, j), True)} for j in range(4)]


def test_a_bias_gathers_a_column_and_depends_on_nothing() -> None:
    graph = Graph((x([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), x([0.5, 0.25], "b"), Node("y", "add", ("x", "b"))))
    result = drill(graph, "y", 1, [1], upstream=np.arange(6.0).reshape(3, 2))
    assert terms(result) == {(0, 1): (1.0, 1.0), (1, 1): (3.0, 1.0), (2, 1): (5.0, 1.0)}
    assert depends(result) == [set(), set(), set()]


def test_a_scalar_is_copied_to_every_element() -> None:
    graph = Graph((x([[1.0, 2.0], [3.0, 4.0]]), x(5.0, "k"), Node("y", "mul", ("x", "k"))))
    result = drill(graph, "y", 1, [])
    assert [term.local for term in result.terms] == [1.0, 2.0, 3.0, 4.0]
    assert depends(result) == [{(0, index, True)} for index in np.ndindex(2, 2)]
    assert result.value == 10.0


def test_relu_lets_through_what_was_positive() -> None:
    graph = Graph((x([[1.0, -2.0]]), Node("y", "relu", ("x",))))
    assert terms(drill(graph, "y", 0, [0, 0])) == {(0, 0): (1.0, 1.0)}
    assert depends(drill(graph, "y", 0, [0, 0])) == [{(0, (0, 0), False)}]
    nothing = drill(graph, "y", 0, [0, 1])
    assert (nothing.value, nothing.terms, nothing.total_terms) == (0.0, (), 0)


def test_a_node_that_is_taken_twice_is_moved_in_one_slot() -> None:
    graph = Graph((x(3.0), Node("y", "mul", ("x", "x"))))
    assert depends(drill(graph, "y", 0, [])) == [{(1, (), True)}]


@pytest.mark.parametrize(("op", "local"), [("sum", 1.0), ("mean", 0.25)])
def test_reductions_share_out(op: str, local: float) -> None:
    graph = Graph((x([[1.0, 2.0], [3.0, 4.0]]), Node("y", op, ("x",))))
    result = drill(graph, "y", 0, [1, 0])
    assert terms(result) == {(): (1.0, local)}
    assert depends(result) == [set()]


def test_moved_elements_are_found_where_they_went() -> None:
    graph = Graph((x([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), Node("y", "transpose", ("x",))))
    assert terms(drill(graph, "y", 0, [1, 2], upstream=np.arange(6.0).reshape(3, 2))) == {(2, 1): (5.0, 1.0)}
    graph = Graph((x([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), Node("y", "reshape", ("x",), {"shape": [3, 2]})))
    assert terms(drill(graph, "y", 0, [1, 0], upstream=np.arange(6.0).reshape(3, 2))) == {(1, 1): (3.0, 1.0)}


def test_a_class_number_is_among_what_a_loss_depends_on() -> None:
    graph = Graph((x([[1.0, 2.0], [0.5, 0.0]]), x([1.0, 0.0], "t"), Node("y", "softmax_with_loss", ("x", "t"))))
    result = drill(graph, "y", 0, [1, 0])
    assert depends(result) == [{(0, (1, 0), False), (0, (1, 1), False), (1, (1,), False)}]


def test_an_equal_number_is_not_the_element() -> None:
    # −1/x² is −1 at x = −1, and the local derivative of a sum is as large as an input of 1.
    graph = Graph((x(-1.0), Node("y", "reciprocal", ("x",))))
    assert depends(drill(graph, "y", 0, [])) == [{(0, (), False)}]
    graph = Graph((x(1.0), x(1.0, "k"), Node("y", "add", ("x", "k"))))
    assert depends(drill(graph, "y", 0, [])) == [set()]


@pytest.mark.usefixtures("changed_ops")
def test_a_gradient_that_values_do_not_show_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from app.core.ops.activations import Relu

    monkeypatch.setattr(Relu, "partials", lambda self, x: (1.0 + 0.0 * x,))
    graph = Graph((x([-1.0, -2.0, 3.0]), Node("y", "relu", ("x",))))
    assert terms(drill(graph, "y", 0, [1])) == {(1,): (1.0, 1.0)}


def test_the_largest_of_many_terms() -> None:
    upstream = np.random.default_rng(0).permutation(np.arange(1.0, 1001.0))
    graph = Graph((x(np.ones(1000).tolist()), x(1.0, "k"), Node("y", "mul", ("x", "k"))))
    result = drill(graph, "y", 1, [], upstream=upstream)
    assert (result.total_terms, result.truncated, len(result.terms)) == (1000, True, 200)
    assert min(term.product for term in result.terms) == 801.0
    assert [term.upstream_index for term in result.terms] == sorted(term.upstream_index for term in result.terms)
    assert {term.total_depends for term in result.terms} == {1}


def test_a_large_layer_within_its_budget() -> None:
    random = np.random.default_rng(0)
    nodes = (x(random.normal(size=(64, 100)).tolist()), x(random.normal(size=(100, 32)).tolist(), "w"))
    graph = Graph((*nodes, Node("y", "matmul", ("x", "w"))))
    result = drill(graph, "y", 1, [7, 3])
    assert [term.upstream_index for term in result.terms] == [(n, 3) for n in range(64)]
    assert depends(result) == [{(0, (n, 7), True)} for n in range(64)]


@pytest.mark.parametrize("rows", [8, 80])
def test_depends_are_a_row_of_the_softmax_however_they_are_searched(rows: int) -> None:
    values = np.random.default_rng(0).normal(size=(rows, 8))
    graph = Graph((x(values.tolist()), Node("y", "softmax", ("x",))))
    result = drill(graph, "y", 0, [3, 2], upstream=np.random.default_rng(1).normal(size=(rows, 8)))
    assert [term.upstream_index for term in result.terms] == [(3, j) for j in range(8)]
    for found in depends(result):
        assert found == {(0, (3, j), False) for j in range(8)}


def test_the_budget_reaches_to_the_first_terms() -> None:
    graph = Graph((x(np.random.default_rng(0).normal(size=(64, 64)).tolist()), Node("y", "softmax", ("x",))))
    result = drill(graph, "y", 0, [3, 5])
    assert [term.total_depends for term in result.terms[:5]] == [64] * 5
    assert result.terms[-1].total_depends is None
    assert len(result.terms[0].depends or ()) == 20


def test_what_costs_too_much_is_said() -> None:
    values = np.random.default_rng(0).normal(size=(80, 8))
    graph = Graph((x(values.tolist()), Node("y", "softmax", ("x",))))
    result = drill(graph, "y", 0, [3, 2], limits=Limits(work=600_000))
    assert len(result.terms) == 8
    assert {(term.depends, term.total_depends) for term in result.terms} == {(None, None)}
    with pytest.raises(GraphError, match="operations to take a gradient apart at y"):
        drill(graph, "y", 0, [3, 2], limits=Limits(work=20_000))


def test_numbers_that_are_not_finite() -> None:
    graph = Graph((x(0.0), Node("y", "log", ("x",))))
    result = drill(graph, "y", 0, [])
    assert result.value == np.inf
    assert result.terms[0].local == np.inf


def pointer(graph: Graph, *arguments: Any, upstream: Value | None = None) -> tuple[str, str | None]:
    with pytest.raises(GraphError) as caught:
        drill(graph, *arguments, upstream=upstream)
    (fault,) = caught.value.faults
    return fault.code, fault.pointer


def test_faults() -> None:
    stop = Node("s", "stop_gradient", ("x",))
    nodes = (x([[1.0, 2.0]]), x(2.0, "c", "constant"), stop, Node("p", "mul", ("x", "c")), Node("y", "add", ("p", "s")))
    graph = Graph((*nodes, Node("aside", "neg", ("x",))), output="y")
    assert pointer(graph, "z", 0, []) == ("unknown-node", "/node")
    assert pointer(graph, "x", 0, []) == ("no-inputs", "/node")
    assert pointer(graph, "y", 2, []) == ("index-out-of-range", "/input")
    assert pointer(graph, "y", 0, []) == ("missing-index", "/index")
    assert pointer(graph, "y", 0, [0]) == ("index-out-of-range", "/index")
    assert pointer(graph, "y", 0, [0, 2]) == ("index-out-of-range", "/index")
    assert pointer(graph, "p", 1, [0]) == ("index-out-of-range", "/index")
    assert pointer(graph, "p", 1, []) == ("no-gradient", "/input")
    assert pointer(graph, "s", 0, [0, 0]) == ("no-gradient", "/input")
    assert pointer(graph, "aside", 0, [0, 0]) == ("no-gradient", "/node")
    big = Graph((x(np.ones(4097).tolist()), Node("y", "neg", ("x",))))
    assert pointer(big, "y", 0, [0]) == ("budget-exceeded", None)


def test_products_that_are_0_just_here_are_told_when_asked_for() -> None:
    graph = GALLERY["affine-batch"]
    assert terms(drill(graph, "y", 1, [0, 1])) == {(1, 1): (5.0, 10.0)}
    result = drill(graph, "y", 1, [0, 1], zeros=True)
    assert terms(result) == {(0, 1): (2.0, 0.0), (1, 1): (5.0, 10.0)}
    assert depends(result) == [{(0, (0, 0), True)}, {(0, (1, 0), True)}]
    assert (result.value, result.total_terms, result.truncated) == (50.0, 2, False)
    # ... and of W's zeros, towards X
    assert terms(drill(graph, "y", 0, [1, 0], zeros=True)) == {
        (1, 0): (4.0, 1.0),
        (1, 1): (5.0, 0.0),
        (1, 2): (6.0, 1.0),
    }


def test_a_relu_that_is_off_keeps_its_place() -> None:
    result = drill(GALLERY["relu"], "y", 0, [0, 1], zeros=True)
    assert (terms(result), result.value) == ({(0, 1): (1.0, 0.0)}, 0.0)
    assert depends(result) == [{(0, (0, 1), False)}]


def test_what_can_never_take_part_is_no_product() -> None:
    graph = Graph((x([1.0, 0.0, 3.0]), Node("y", "exp", ("x",))))
    assert set(terms(drill(graph, "y", 0, [1], zeros=True))) == {(1,)}


@pytest.mark.parametrize("name", GALLERY)
def test_with_the_zeros_products_still_add_up(name: str) -> None:
    graph = GALLERY[name]
    run = evaluate(graph)
    plan = run.plan
    for slot, _, inputs in plan.steps:
        for number, source in enumerate(inputs):
            shares = run.shares[slot]
            if shares is None or shares[number] is None:
                continue
            index = tuple(0 for _ in plan.shapes[source])
            plain, whole = (drill(graph, plan.ids[slot], number, index, zeros=zeros) for zeros in (False, True))
            assert terms(plain).items() <= terms(whole).items()
            assert all(whole_term.product == 0.0 for whole_term in whole.terms if whole_term not in plain.terms)


def test_a_search_for_zeros_that_costs_too_much_leaves_them_out() -> None:
    graph, work = GALLERY["affine-batch"], 5_000
    result = drill(graph, "y", 1, [0, 1], zeros=True, limits=Limits(work=work))
    assert terms(result) == {(1, 1): (5.0, 10.0)}
