"""Single slips with the numbers that they lead to, worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.core.graph import Graph
from app.core.slips.catalogue import CATALOGUE
from app.core.tensor import read_tensor
from app.core.verify import verify
from app.formats.formula import parse_formula

SQUARE = "X = [[1,2],[3,4]]; W = [[5,6],[7,9]]; Y = X @ W; f = sum([[1,2],[3,5]] * Y)"
BATCH = "X = [[0,0],[10,10]]; W = [[1,0,1],[0,1,0]]; b = [1,2,3]; y = affine(X, W, b); f = sum([[1,2,3],[4,5,6]] * y)"
SHIFTED = "X = [[1,2],[3,4],[5,6]]; b = [7,8]; y = X + b; f = sum([[1,2],[3,4],[5,7]] * y)"
RELU = "x = [1,-2,3]; y = relu(x); f = sum([2,3,-4] * y)"
LOGITS = [np.log([0.3, 0.2, 0.5]).tolist(), np.log([0.6, 0.3, 0.1]).tolist()]
ONE_SAMPLE = f"x = {LOGITS[0]}; f = softmax_with_loss(x, [0,1,0])"
TWO_SAMPLES = f"x = {LOGITS}; f = softmax_with_loss(x, [1,0])"
CELL = "x = 2; h = 1; w = 0.5; u = 0.25; y = rnn_cell(x, h, w, u, 0); f = 5 * y"
QUERY = f"q = [[1,0]]; k = [[{np.log(3) * np.sqrt(2)},0],[0,0]]; v = [[1],[5]]; y = attention(q, k, v); f = sum(y)"
TWICE = "x = 3; p = x * x; f = p + x"
CONV = "X = [[1,2,0],[0,1,3],[2,1,0]]; K = [[1,2],[0,-1]]; b = 0.5; y = conv2d(X, K, b); f = sum([[1,2],[3,5]] * y)"
BATCH_NORM = "x = [1,2,3,4]; g = 2; b = 0; y = batch_norm(x, g, b, eps=0); f = sum([1,0,0,0] * y)"
MAX_POOL = "x = [[1,3,2],[0,5,4]]; y = max_pool2d(x, stride=1); f = sum([[2,3]] * y)"

CASES: list[tuple[str, dict[str, Any], str, str, int | None]] = [
    # formula, what is handed in, the slip, and where it was made
    (TWICE, {"x": 3}, "uses-overwritten", "x", None),
    (TWICE, {"x": 1}, "use-forgotten", "x", None),
    (TWICE, {"x": 6}, "use-forgotten", "x", None),
    (TWICE, {"x": 4}, "use-forgotten", "x", None),
    (TWICE, {"x": 2.333}, "uses-averaged", "x", None),
    ("a = 100; n = 2; t = 1.1; s = a * n; f = s * t", {"s": 1.1, "n": 2.2}, "swapped-inputs", "s", 1),
    ("a = 100; n = 2; t = 1.1; s = a * n; f = s * t", {"s": 1.1, "n": 100}, "upstream-forgotten", "s", 1),
    ("x = 2; f = sigmoid(x)", {"x": -2}, "input-for-output", "f", 0),
    ("x = 2; y = sigmoid(x); f = 5 * y", {"x": 0.596}, "factor-forgotten", "y", 0),
    ("x = 2; f = tanh(x)", {"x": -3}, "input-for-output", "f", 0),
    ("x = 1; y = tanh(x); f = 5 * y", {"x": 1.192}, "square-forgotten", "y", 0),
    ("x = 2; y = exp(x); f = 5 * y", {"x": 10}, "input-for-output", "y", 0),
    ("x = 4; f = sqrt(x)", {"x": 0.125}, "input-for-output", "f", 0),
    ("x = 4; y = sqrt(x); f = 5 * y", {"x": 2.5}, "factor-forgotten", "y", 0),
    ("x = 4; y = log(x); f = 5 * y", {"x": 3.6067}, "output-for-input", "y", 0),
    ("x = 3; y = square(x); f = 5 * y", {"x": 15}, "factor-forgotten", "y", 0),
    ("x = 3; y = square(x); f = 5 * y", {"x": 90}, "exponent-kept", "y", 0),
    ("x = 3; y = square(x); f = 5 * y", {"x": 5}, "local-forgotten", "y", 0),
    ("x = 3; y = square(x); f = 5 * y", {"y": 5, "x": 6}, "upstream-forgotten", "y", 0),
    ("x = 3; y = square(x); f = 5 * y", {"x": 11}, "added", "y", 0),
    ("x = 3; y = square(x); f = 5 * y", {"x": 3}, "value-for-gradient", "x", None),
    ("x = 2; y = x ^ 3; f = 5 * y", {"x": 20}, "factor-forgotten", "y", 0),
    ("x = 2; y = x ^ 3; f = 5 * y", {"x": 120}, "exponent-kept", "y", 0),
    ("x = 2; y = reciprocal(x); f = 5 * y", {"x": 1.25}, "wrong-sign", "y", 0),
    ("x = 2; y = reciprocal(x); f = 5 * y", {"x": -2.5}, "square-forgotten", "y", 0),
    ("x = 6; y = 2; f = x / y", {"y": -3}, "square-forgotten", "f", 1),
    ("x = 6; y = 2; f = x / y", {"y": -0.25}, "factor-forgotten", "f", 1),
    ("x = 1; y = tan(x); f = 5 * y", {"x": 12.787}, "square-forgotten", "y", 0),
    ("x = 1; y = sin(x); f = 5 * y", {"x": 4.2074}, "value-as-local", "y", 0),
    ("x = 2; y = 7; d = x - y; f = 5 * d", {"x": 5, "y": 5}, "wrong-sign", "d", 1),
    (RELU, {"x": [0, 3, 0]}, "mask-inverted", "y", 0),
    (RELU, {"x": [2, 3, -4]}, "local-forgotten", "y", 0),
    (RELU, {"x": [2, 3, 0]}, "mask-by-upstream", "y", 0),
    (SQUARE, {"X": [[19, 24], [50, 63]]}, "transpose-missing", "Y", 0),
    (SQUARE, {"W": [[7, 12], [15, 26]]}, "transpose-missing", "Y", 1),
    (SQUARE, {"X": [[26, 45], [33, 57]]}, "product-order", "Y", 0),
    (SQUARE, {"W": [[10, 14], [17, 24]]}, "transposed", "Y", 1),
    (BATCH, {"W": [[40, 40], [50, 50], [60, 60]]}, "transposed", "y", 1),
    (BATCH, {"b": [[1, 2, 3], [4, 5, 6]]}, "not-summed", "y", 2),
    (BATCH, {"b": [1, 2, 3]}, "one-copy", "y", 2),
    (BATCH, {"b": [4, 5, 6]}, "one-copy", "y", 2),
    (BATCH, {"b": [2.5, 3.5, 4.5]}, "averaged", "y", 2),
    (SHIFTED, {"b": [[1, 2], [3, 4], [5, 7]]}, "not-summed", "y", 1),
    (SHIFTED, {"b": [1, 2]}, "one-copy", "y", 1),
    (SHIFTED, {"b": [3, 4.333]}, "averaged", "y", 1),
    (ONE_SAMPLE, {"x": [0.3, 0.2, 0.5]}, "target-forgotten", "f", 0),
    (ONE_SAMPLE, {"x": [-0.3, 0.8, -0.5]}, "wrong-sign", "f", 0),
    (TWO_SAMPLES, {"x": [[0.3, -0.8, 0.5], [-0.4, 0.3, 0.1]]}, "count-forgotten", "f", 0),
    (TWO_SAMPLES, {"x": [[0.075, -0.2, 0.125], [-0.1, 0.075, 0.025]]}, "count-twice", "f", 0),
    (TWO_SAMPLES, {"x": [[0.05, -0.1333, 0.0833], [-0.0667, 0.05, 0.0167]]}, "counted-elements", "f", 0),
    (TWO_SAMPLES, {"x": [[0.15, 0.1, 0.25], [0.3, 0.15, 0.05]]}, "target-forgotten", "f", 0),
    ("x = [3,5]; f = identity_with_loss(x, [1,2])", {"x": [4, 6]}, "half-forgotten", "f", 0),
    ("x = [3,5]; f = identity_with_loss(x, [1,2])", {"x": [3, 5]}, "target-forgotten", "f", 0),
    ("x = [1,2,4]; y = mean(x); f = 5 * y", {"x": [5, 5, 5]}, "count-forgotten", "y", 0),
    ("x = [1,5,3]; y = max(x); f = 5 * y", {"x": [5, 5, 5]}, "local-forgotten", "y", 0),
    ("X = [[1,2],[3,4]]; Y = transpose(X); f = sum([[5,6],[7,8]] * Y)", {"X": [[5, 6], [7, 8]]},
     "transpose-missing", "Y", 0),
    (f"x = [0,{np.log(3)}]; y = softmax(x); f = sum([1,2] * y)", {"x": [0.1875, 0.375]},
     "cross-terms-forgotten", "y", 0),
    (CONV, {"X": [[-1, -2, 0], [-1, 0, 2], [6, 13, 5]]}, "kernel-flipped", "y", 0),
    (CONV, {"K": [[10, 13], [20, 10]]}, "kernel-flipped", "y", 1),
    (CONV, {"X": [[1, 2, 4], [3, 5, 10], [0, 0, -5]]}, "overlap-overwritten", "y", 0),
    (CONV, {"b": [[1, 2], [3, 5]]}, "not-summed", "y", 2),
    (CONV, {"b": 2.75}, "averaged", "y", 2),
    (MAX_POOL, {"x": [[0, 0, 0], [0, 3, 0]]}, "overlap-overwritten", "y", 0),
    (MAX_POOL, {"x": [[2, 5, 3], [2, 5, 3]]}, "local-forgotten", "y", 0),
    ("x = [[3,1],[3,0]]; y = max_pool2d(x); f = 4 * sum(y)", {"x": [[2, 0], [2, 0]]}, "corner", "y", 0),
    ("x = [[3,1],[3,0]]; y = avg_pool2d(x); f = 4 * sum(y)", {"x": [[4, 4], [4, 4]]}, "count-forgotten", "y", 0),
    (BATCH_NORM, {"x": [1.788854, 0, 0, 0]}, "statistics-held", "y", 0),
    (BATCH_NORM, {"x": [1.341641, -0.447214, -0.447214, -0.447214]}, "statistics-held", "y", 0),
    (BATCH_NORM, {"x": [0.983870, -0.268328, 0.268328, 0.804984]}, "statistics-held", "y", 0),
    (BATCH_NORM, {"x": [0.268328, -0.357771, -0.089443, 0.178885]}, "factor-forgotten", "y", 0),
    ("x = [1,2,3,4]; y = dropout(x, rate=0.5, seed=1); f = sum([5,6,7,8] * y)", {"x": [5, 6, 0, 8]},
     "scale-forgotten", "y", 0),
    ("x = 0; y = relu(x); f = 5 * y", {"x": 5}, "corner", "y", 0),
    ("x = [0,2]; y = abs(x); f = sum([5,5] * y)", {"x": [-5, 5]}, "corner", "y", 0),
    ("x = 3; y = 3; m = max(x, y); f = 5 * m", {"y": 5}, "corner", "m", 1),
    ("x = [3,1,3]; m = max(x); f = 5 * m", {"x": [5, 0, 0]}, "corner", "m", 0),
    ("x = [3,5,2]; f = mse(x, [1,2,2])", {"x": [4, 6, 0]}, "count-forgotten", "f", 0),
    ("x = [3,5,2]; f = mse(x, [1,2,2])", {"x": [0.6667, 1, 0]}, "factor-forgotten", "f", 0),
    ("x = [[3,5,2],[1,1,1]]; f = mse(x, [[1,2,2],[1,0,3]])", {"x": [[2, 3, 0], [0, 1, -2]]},
     "counted-samples", "f", 0),
    ("x = [[3,5,2],[1,1,1]]; f = l1(x, [[1,2,1],[2,0,3]])", {"x": [[0.5, 0.5, 0.5], [-0.5, 0.5, -0.5]]},
     "counted-samples", "f", 0),
    ("p = [[0.5,0.5],[0.25,0.75]]; f = cross_entropy(p, [0,1])", {"p": [[-2, 0], [0, -1.3333]]},
     "count-forgotten", "f", 0),
    ("x = [[-1,-2],[-2,-1]]; f = nll_loss(x, [0,1])", {"x": [[-0.25, 0], [0, -0.25]]}, "count-twice", "f", 0),
    ("x = 2; y = silu(x); f = 5 * y", {"x": 4.404}, "term-forgotten", "y", 0),
    ("x = 1; y = gelu(x); f = 5 * y", {"x": 4.2067}, "term-forgotten", "y", 0),
    ("x = 1; y = hard_swish(x); f = 5 * y", {"x": 3.3333}, "term-forgotten", "y", 0),
    ("x = 3; y = softsign(x); f = 5 * y", {"x": 1.25}, "square-forgotten", "y", 0),
    ("x = 1; y = erf(x); f = 5 * y", {"x": 1.8394}, "factor-forgotten", "y", 0),
    (f"x = [0,{np.log(3)}]; y = log_softmax(x); f = sum([1,2] * y)", {"x": [0.75, 0.5]},
     "cross-terms-forgotten", "y", 0),
    ("x = [1,2]; y = logsumexp(x); f = 5 * y", {"x": [5, 5]}, "local-forgotten", "y", 0),
    (CELL, {"u": 10}, "factor-forgotten", "y", 3),
    (CELL, {"u": 2.3841}, "square-forgotten", "y", 3),
    (QUERY, {"q": [[-1.165, 0]]}, "factor-forgotten", "y", 0),
    (QUERY, {"q": [[0.206, 0]]}, "cross-terms-forgotten", "y", 0),
    ("x = 2; f = square(x)", {"f": 0}, "seed", "f", None),
    ("x = [5,6]; y = gather(x, [1,1]); f = sum([2,3] * y)", {"x": [0, 3]}, "uses-overwritten", "y", 0),
    ("w = [[1],[2]]; y = embedding(w, [0,0]); f = sum([[2],[3]] * y)", {"w": [[3], [0]]}, "uses-overwritten", "y", 0),
    ("x = [1,2]; y = [3,4]; m = where([1,0], x, y); f = sum([5,6] * m)", {"x": [0, 6]}, "mask-inverted", "m", 1),
    ("x = [1,2,6]; y = var(x); f = 6 * y", {"x": [-4, -2, 6]}, "factor-forgotten", "y", 0),
    ("x = [1,2,6]; y = var(x); f = 6 * y", {"x": [-24, -12, 36]}, "count-forgotten", "y", 0),
    ("x = 2; y = broadcast_to(x, shape=[3]); f = sum([5,6,7] * y)", {"x": 6}, "averaged", "y", 0),
    ("x = [1,2,3]; y = cumsum(x); f = sum([5,6,7] * y)", {"x": [5, 6, 7]}, "local-forgotten", "y", 0),
]  # fmt: skip


def judged(formula: str, claims: dict[str, Any]) -> Any:
    graph: Graph = parse_formula(formula)
    return verify(graph, {node: read_tensor(data) for node, data in claims.items()})


@pytest.mark.parametrize(("formula", "claims", "code", "node", "number"), CASES)
def test_a_slip_by_hand(formula: str, claims: dict[str, Any], code: str, node: str, number: int | None) -> None:
    result = judged(formula, claims)
    assert result.first_wrong == list(claims)[-1]
    slip = result.slips[0]
    assert (slip.code, slip.node, slip.input) == (code, node, number)
    assert slip.explains == (result.first_wrong,)
    assert node in slip.detail or result.first_wrong in slip.detail


def test_every_slip_of_the_catalogue_is_made_here() -> None:
    assert {code for _, _, code, _, _ in CASES} == {slip.code for slip in CATALOGUE}


def test_the_catalogue_can_be_read() -> None:
    assert len({slip.code for slip in CATALOGUE}) == len({slip.title for slip in CATALOGUE}) == len(CATALOGUE)
    for slip in CATALOGUE:
        assert slip.detail.endswith(".")
        assert slip.hint.endswith(".")
        assert "{" not in slip.title + slip.hint + slip.at("f", "x")


def test_two_explanations_of_one_number_are_both_told() -> None:
    result = judged("x = 2; y = 7; d = x - y; f = 5 * d", {"d": 5, "y": 5})
    assert [slip.code for slip in result.slips[:3]] == ["wrong-sign", "swapped-inputs", "local-forgotten"]


def test_a_number_that_no_slip_leads_to() -> None:
    result = judged("x = 3; y = square(x); f = 5 * y", {"x": 77.7})
    assert result.first_wrong == "x"
    assert result.slips == ()
