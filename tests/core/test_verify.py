"""Gradients worked out by others: a right one is never accused, and a slip is found wherever it is made."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from app.core.errors import GraphError
from app.core.evaluate import Evaluation, evaluate
from app.core.explain import Hypothesis
from app.core.graph import Graph, Node
from app.core.slips.catalogue import CATALOGUE
from app.core.tensor import Value, read_tensor, shape_of
from app.core.validate import Limits
from app.core.verify import Verification, verify
from app.formats.formula import parse_formula
from tests.core.slipping import GALLERY, SAMPLES, differ, gradients, handed_in, slips
from tests.core.test_random_graphs import graphs

EXTRA = {
    "square matrices": parse_formula("X = [[1,2],[3,4]]; W = [[5,6],[7,9]]; f = sum([[1,2],[3,5]] * (X @ W))"),
    "a batch": parse_formula(
        "x = [[1,2],[3,4],[5,7]]; w = [[.1,.2],[.3,-.4]]; b = [.5,-.5]; h = relu(x @ w + b)\n"
        "f = softmax_with_loss(affine(h, v, c), [0,1,1])",
        {"v": read_tensor([[0.2, 0.3], [-0.1, 0.4]]), "c": read_tensor([0.1, 0.2])},
    ),
    "many uses": parse_formula("x = 2; y = exp(x); f = x * y + x / y + x * sin(x)"),
    "corners": parse_formula(
        "x = [0,1,-1]; a = [4,4,1]; f = sum([2,3,5] * relu(x)) + max(a) + sum(abs(x) * max(x, -x))"
    ),
    "a start of its own": parse_formula("x = [1,2,3]; f = square(x)"),
}
EVERY = {**GALLERY, **SAMPLES, **EXTRA}
UPSTREAM: dict[str, Value] = {"a start of its own": np.array([2.0, -3.0, 5.0])}

# How many slips can be made; of how many another gives the same numbers; how many move no number that can be told.
COUNTED = {
    "apples": (32, 2, 1),
    "apples-and-oranges": (60, 2, 1),
    "sum-times": (26, 2, 0),
    "chain-rule": (20, 2, 0),
    "fan-out": (25, 9, 0),
    "sigmoid-in-pieces": (23, 1, 0),
    "neuron": (64, 2, 0),
    "squared-loss": (60, 7, 0),
    "quotient": (82, 5, 2),
    "long-expression": (293, 38, 8),
    "relu": (8, 1, 0),
    "relu-and-around": (16, 5, 1),
    "affine-batch": (31, 2, 0),
    "softmax-with-loss": (6, 0, 0),
    "two-layers": (42, 0, 0),
    "vanishing": (428, 4, 32),
    "exploding": (422, 37, 4),
    "dead-relu": (44, 19, 1),
    "rnn": (140, 13, 4),
    "attention": (30, 3, 0),
    "square matrices": (29, 1, 0),
    "a batch": (68, 0, 0),
    "many uses": (103, 5, 2),
    "corners": (93, 13, 2),
    "a start of its own": (10, 1, 0),
}


def run_of(name: str) -> Evaluation:
    return evaluate(EVERY[name], upstream=UPSTREAM.get(name))


def rounded(value: Value, digits: int = 4) -> Value:
    """A value as people write it down, to so many significant digits."""
    flat = [float(f"{number:.{digits - 1}e}") for number in np.ravel(value).tolist()]
    return np.reshape(flat, np.shape(value)) if np.ndim(value) else flat[0]


def first_apart(run: Evaluation, claims: dict[str, Value]) -> str | None:
    truth = gradients(run)
    return next((node for node in reversed(run.plan.ids) if node in claims and differ(claims[node], truth[node])), None)


def same_numbers(run: Evaluation, one: dict[str, Value], other: dict[str, Value], first: str) -> bool:
    """Whether two learners hand in the very same number at ``first``, and elsewhere what can't be told apart."""
    if shape_of(one[first]) != shape_of(other.get(first, np.nan)):
        return False
    exact = np.allclose(one[first], other[first], rtol=1e-9, atol=1e-12)
    return exact and not any(differ(one[node], other[node]) for node in one if node in other)


@pytest.mark.parametrize("name", EVERY)
def test_a_slip_is_found_wherever_it_is_made(name: str) -> None:
    run = run_of(name)
    counted = {"made": 0, "same": 0, "unseen": 0}
    makeable = list(slips(run))
    for slip in makeable:
        claims = handed_in(run, slip)
        result = verify(EVERY[name], claims, upstream=UPSTREAM.get(name))
        first = first_apart(run, claims)
        counted["made"] += 1
        if first is None:
            # What moves no number by half a percent may be taken for rounding, or not.
            counted["unseen"] += 1
            continue
        assert result.first_wrong == first
        counted["same"] += not named_first(run, result, slip, makeable, claims)
    if name in COUNTED:
        assert tuple(counted.values()) == COUNTED[name]
    assert counted["made"] > 0
    assert counted["unseen"] <= counted["made"] / 10


def named_first(
    run: Evaluation, result: Verification, slip: Hypothesis, makeable: list[Hypothesis], claims: dict[str, Value]
) -> bool:
    """Whether the slip is the first explanation. Where it isn't, it is another, and no number tells them apart."""
    place = (slip.slip.code, run.plan.ids[slip.slot])
    told = [(item.code, item.node) for item in result.slips]
    assert place in told
    assert result.first_wrong is not None
    if told[0] == place:
        return True
    likeliest = result.slips[0]
    equals = [
        handed_in(run, other)
        for other in makeable
        if (other.slip.code, run.plan.ids[other.slot], other.number) == (*told[0], likeliest.input)
    ]
    assert any(same_numbers(run, claims, other, result.first_wrong) for other in equals)
    return False


def test_every_slip_of_the_catalogue_is_planted() -> None:
    planted = {slip.slip.code for name in EVERY for slip in slips(run_of(name))}
    assert planted == {slip.code for slip in CATALOGUE} - {"seed"}


@pytest.mark.parametrize("name", EVERY)
def test_a_slip_is_found_in_rounded_numbers(name: str) -> None:
    run = run_of(name)
    for slip in slips(run):
        claims = {node: rounded(value) for node, value in handed_in(run, slip).items()}
        first = first_apart(run, claims)
        if first is not None:
            result = verify(EVERY[name], claims, upstream=UPSTREAM.get(name))
            assert result.first_wrong == first
            assert (slip.slip.code, run.plan.ids[slip.slot]) in [(item.code, item.node) for item in result.slips]


@pytest.mark.parametrize("name", EVERY)
def test_a_slip_is_found_where_only_leaves_are_claimed(name: str) -> None:
    run, leaves = run_of(name), EVERY[name].leaves()
    for slip in slips(run):
        claims = {node: value for node, value in handed_in(run, slip).items() if node in leaves}
        if first_apart(run, claims) is not None:
            result = verify(EVERY[name], claims, upstream=UPSTREAM.get(name))
            assert (slip.slip.code, run.plan.ids[slip.slot]) in [(item.code, item.node) for item in result.slips]


def assert_right(graph: Graph, claims: dict[str, Value], **options: Any) -> None:
    result = verify(graph, claims, **options)
    assert result.correct, {node: item for node, item in result.nodes.items() if item.verdict != "right"}
    assert {item.verdict for item in result.nodes.values()} <= {"right"}
    assert result.slips == ()


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("digits", [3, 4, 17])
def test_what_is_right_is_never_accused(name: str, digits: int) -> None:
    run = run_of(name)
    claims = {node: rounded(value, digits) for node, value in gradients(run).items()}
    options = {"upstream": UPSTREAM.get(name)}
    assert_right(EVERY[name], claims, **options)
    for node, claim in claims.items():
        assert_right(EVERY[name], {node: claim}, **options)


QUIET = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)


def tame(run: Evaluation) -> bool:
    return not run.warnings and all(abs(float(value)) < 1e12 for value in gradients(run).values())


@QUIET
@given(graphs(), st.data())
def test_what_is_right_in_a_random_graph_is_never_accused(graph: Graph, data: st.DataObject) -> None:
    run = evaluate(graph)
    assume(tame(run))
    truth = gradients(run)
    assert_right(graph, truth)
    for digits in (3, 4):
        claims = {node: rounded(value, digits) for node, value in truth.items()}
        assert_right(graph, claims)
        some = data.draw(st.sets(st.sampled_from(list(claims))))
        assert_right(graph, {node: claims[node] for node in claims if node in some})


@QUIET
@given(graphs())
def test_rounding_that_adds_up_is_no_slip(graph: Graph) -> None:
    """A learner who goes on with three digits of what was written down, at every step."""
    run = evaluate(graph)
    assume(tame(run))
    arrived: dict[int, Value] = {run.plan.output: 1.0}
    claims: dict[str, Value] = {}
    for slot in reversed(range(len(run.plan.ids))):
        if slot not in arrived:
            continue
        claims[run.plan.ids[slot]] = written = rounded(arrived[slot], 3)
        layer = run.layers[slot]
        for source, share in zip(run.plan.inputs[slot], layer.backward(written) if layer else (), strict=True):
            if share is not None:
                arrived[source] = arrived.get(source, 0.0) + share
    assert_right(graph, claims)


@QUIET
@given(graphs(), st.data())
def test_a_slip_in_a_random_graph_is_found(graph: Graph, data: st.DataObject) -> None:
    run = evaluate(graph)
    assume(tame(run))
    makeable = list(slips(run))
    slip = data.draw(st.sampled_from(makeable))
    claims = handed_in(run, slip)
    first = first_apart(run, claims)
    # Where terms cancel, what is far less than they are may be their rounding.
    truth = {node: float(value) for node, value in gradients(run).items()}
    assume(first is not None and abs(float(claims[first]) - truth[first]) > 1e-4 * max(map(abs, truth.values())))
    result = verify(graph, claims)
    assert result.first_wrong == first
    named_first(run, result, slip, makeable, claims)


NEURON = parse_formula("w = 2; x = -1; b = 3; p = w * x; s = p + b; y = sigmoid(s); f = 4 * y")


def test_what_follows_from_a_mistake_is_not_blamed() -> None:
    truth = gradients(evaluate(NEURON))
    doubled = {node: 2 * value if node in {"s", "p", "b", "w", "x"} else value for node, value in truth.items()}
    result = verify(NEURON, doubled)
    assert list(result.nodes) == [node for node in reversed(evaluate(NEURON).plan.ids) if node in truth]
    assert result.first_wrong == "s"
    assert {node for node, item in result.nodes.items() if item.verdict == "wrong"} == {"s", "p", "b", "w", "x"}
    assert {node for node, item in result.nodes.items() if not item.follows} == {"s"}


def test_a_second_slip_does_not_follow() -> None:
    truth = gradients(evaluate(NEURON))
    claims = {**truth, "s": -truth["s"], "p": -truth["p"], "b": truth["b"], "w": truth["w"], "x": -5 * truth["x"]}
    result = verify(NEURON, claims)
    assert result.first_wrong == "s"
    assert (result.slips[0].code, result.slips[0].node) == ("wrong-sign", "y")
    assert result.slips[0].explains == ("s", "p")
    verdicts = {node: (item.verdict, item.follows) for node, item in result.nodes.items()}
    assert verdicts["p"] == ("wrong", True)
    assert verdicts["b"] == ("right", False)
    assert verdicts["x"] == ("wrong", False)


def test_only_what_is_claimed_is_judged() -> None:
    truth = gradients(evaluate(NEURON))
    result = verify(NEURON, {"w": -truth["w"]})
    assert list(result.nodes) == ["w"]
    assert result.first_wrong == "w"
    # Nothing between says where the sign was lost: the nearest place first, and all the others.
    assert [(slip.code, slip.node) for slip in result.slips[:4]] == [
        ("wrong-sign", "p"), ("wrong-sign", "s"), ("wrong-sign", "y"), ("wrong-sign", "f"),
    ]  # fmt: skip
    known = verify(NEURON, {"s": truth["s"], "w": -truth["w"]})
    assert {slip.node for slip in known.slips} == {"p", "s"}
    assert verify(NEURON, {}).correct


def test_terms_that_cancel() -> None:
    """By hand 0.1 + 0.2 − 0.3 is nothing; in floats it isn't, and all that comes after isn't either."""
    graph = parse_formula("x = 5; y = 1000 * x; f = 0.1 * y + 0.2 * y - 0.3 * y")
    assert evaluate(graph).gradient("x") != 0.0
    assert verify(graph, {"x": 0.0}).correct
    assert verify(graph, {"x": 0.0, "y": 0.0}).correct
    assert verify(graph, {"x": 0.1}).first_wrong == "x"


def test_shapes() -> None:
    graph = parse_formula("x = [1,2,3]; y = square(x); f = sum(y)")
    result = verify(graph, {"x": np.array([[2.0], [4.0], [6.0]]), "y": 1.0})
    assert {node: item.verdict for node, item in result.nodes.items()} == {"y": "shape", "x": "shape"}
    assert result.nodes["x"].relative_error is None
    assert result.first_wrong == "y"
    assert result.slips[0].code == "local-forgotten"
    # A vector gradient after one in the wrong shape is judged by itself.
    assert verify(graph, {"x": np.array([2.0, 4.0, 6.0]), "y": 1.0}).nodes["x"].verdict == "right"


def test_where_nothing_flows_there_is_nothing_to_judge() -> None:
    graph = parse_formula("x = [1,2]; t = 1; f = softmax_with_loss(x, t) * 2; unused = x * 3", {})
    graph = Graph(graph.nodes, output="f")
    constants = [node.id for node in graph.nodes if node.op == "constant"]
    result = verify(graph, {"t": 5.0, "unused": 1.0, **dict.fromkeys(constants, 7.0)})
    assert {item.verdict for item in result.nodes.values()} == {"no-gradient"}
    assert all(item.expected is None for item in result.nodes.values())
    assert result.correct


def test_what_is_not_a_number_can_not_be_claimed() -> None:
    graph = parse_formula("x = 0; y = log(x); f = 2 * y")
    result = verify(graph, {"x": 3.0, "y": 2.0})
    assert result.nodes["x"].verdict == "non-finite"
    assert result.correct
    assert verify(graph, {"x": 3.0, "y": -2.0}).first_wrong == "y"
    huge = parse_formula("x = 1e300; y = square(x); f = y * 1e-300")
    assert verify(huge, {"x": 1e308, "y": 1e308}).first_wrong == "y"


def test_shares_are_judged_by_edge() -> None:
    graph = parse_formula("x = 3; y = 2; p = x * y; f = p + x")
    right = {"f:0": 1.0, "f:1": 1.0, "p:0": 2.0, "p:1": 3.0}
    assert verify(graph, {"x": 3.0}, edges=right).correct
    swapped = verify(graph, {"x": 4.0}, edges={**right, "p:0": 3.0, "p:1": 2.0})
    assert (swapped.first_wrong, swapped.first_wrong_edge) == ("x", "p:0")
    assert {edge: item.verdict for edge, item in swapped.edges.items()} == {
        "f:0": "right", "f:1": "right", "p:0": "wrong", "p:1": "wrong",
    }  # fmt: skip
    assert swapped.nodes["x"].follows
    slip = swapped.slips[0]
    assert (slip.code, slip.node, slip.input) == ("swapped-inputs", "p", None)
    assert (slip.explains, slip.explains_edges) == (("x",), ("p:0", "p:1"))


def test_right_shares_that_are_not_added_up() -> None:
    graph = parse_formula("x = 3; p = square(x); f = p + x")
    result = verify(graph, {"x": 6.0}, edges={"f:1": 1.0, "p:0": 6.0})
    assert (result.first_wrong, result.first_wrong_edge) == ("x", None)
    assert [slip.code for slip in result.slips] == ["uses-overwritten"]


def test_claims_about_nothing() -> None:
    with pytest.raises(GraphError) as caught:
        verify(NEURON, {"w": 1.0, "q": 1.0, "<b>": 2.0}, edges={"p:2": 1.0, "q:0": 1.0, "p": 1.0, "<b>:0": 1.0})
    assert [(fault.code, fault.node, fault.pointer) for fault in caught.value.faults] == [
        ("unknown-node", "q", "/claimed/q"), ("unknown-node", None, "/claimed"),
        ("unknown-edge", "p", "/edges/p:2"), ("unknown-edge", "q", "/edges/q:0"),
        ("unknown-edge", "p", "/edges/p"), ("unknown-edge", None, "/edges"),
    ]  # fmt: skip
    assert "<b>" not in str(caught.value)


def test_a_share_of_nothing_is_no_claim() -> None:
    graph = parse_formula("x = [1,2]; t = 1; f = softmax_with_loss(x, t)")
    assert verify(graph, {}, edges={"f:1": 2.0}).edges["f:1"].verdict == "no-gradient"


def test_a_long_search_ends() -> None:
    """Thousands of places where one number may have gone wrong: the search stops at the budget."""
    nodes = [Node("x0", "input", value=0.5)]
    for place in range(3_000):
        nodes.append(Node(f"x{place + 1}", "mul" if place % 2 else "add", (nodes[-1].id, nodes[place // 2].id)))
        nodes[-1] = Node(nodes[-1].id, "tanh", (nodes[-2].id,)) if place % 3 == 0 else nodes[-1]
    graph = Graph(tuple(nodes), output=nodes[-1].id)
    start = time.perf_counter()
    result = verify(graph, {"x0": 123.456}, limits=Limits(work=20_000_000))
    assert result.first_wrong == "x0"
    assert time.perf_counter() - start < 10.0


def test_nothing_handed_over_is_changed() -> None:
    graph = EXTRA["a batch"]
    truth = gradients(evaluate(graph))
    claims = {node: np.array(value) * 1.5 for node, value in truth.items()}
    before = {node: value.copy() for node, value in claims.items()}
    verify(graph, claims)
    for node, value in claims.items():
        np.testing.assert_array_equal(value, before[node])
