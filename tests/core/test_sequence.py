"""The recurrent cell and attention: by hand, in batches, and what they refuse."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from app.core.errors import LayerError
from app.core.evaluate import evaluate
from app.core.ops.sequence import Attention, RnnCell
from app.formats.formula import parse_formula


def test_a_batch_through_the_cell_is_its_samples_one_by_one() -> None:
    random = np.random.default_rng(3)
    x, h, w, u, b = (random.normal(size=shape) for shape in ((4, 2), (4, 3), (3, 3), (2, 3), (3,)))
    upstream = random.normal(size=(4, 3))
    batch = RnnCell()
    value: Any = batch.forward(x, h, w, u, b)
    dx, dh, *rest = (np.asarray(share) for share in batch.backward(upstream))
    totals = [np.zeros_like(share) for share in rest]
    for n in range(4):
        single = RnnCell()
        np.testing.assert_allclose(single.forward(x[n], h[n], w, u, b), value[n], rtol=1e-14)
        sx, sh, *others = (np.asarray(share) for share in single.backward(upstream[n]))
        np.testing.assert_allclose((*sx, *sh), (*dx[n], *dh[n]), rtol=1e-12)
        totals = [total + other for total, other in zip(totals, others, strict=True)]
    for total, share in zip(totals, rest, strict=True):
        np.testing.assert_allclose(total, share, rtol=1e-12)


@pytest.mark.parametrize(
    ("shapes", "said"),
    [
        (((2,), (3,), (3, 2), (2, 3), (3,)), r"h of shape \(3,\) does not fit weights w of shape \(3, 2\)"),
        (((2,), (3,), (3, 3), (3, 3), (3,)), r"x of shape \(2,\).*u of shape \(3, 3\)"),
        (((4, 2), (3,), (3, 3), (2, 3), (3,)), r"x of shape \(4, 2\).*h of shape \(3,\)"),
        (((4, 2), (5, 3), (3, 3), (2, 3), (3,)), r"x of shape \(4, 2\).*h of shape \(5, 3\)"),
        (((2,), (3,), (3, 3), (2, 3), (2,)), r"bias of shape \(2,\).*\(3,\)"),
        (((), (3,), (3, 3), (2, 3), (3,)), r"x of shape scalar"),
        (((), (), (), (), (3,)), r"h of shape scalar.*w of shape scalar"),
    ],
)
def test_what_a_cell_refuses(shapes: Any, said: str) -> None:
    with pytest.raises(LayerError, match=said):
        RnnCell().shape(*shapes)


@pytest.mark.parametrize(
    ("shapes", "said"),
    [
        (((2, 3), (4, 2), (4, 5)), r"queries of shape \(2, 3\) do not fit keys of shape \(4, 2\)"),
        (((2, 3), (4, 3), (5, 5)), r"keys of shape \(4, 3\) do not fit values of shape \(5, 5\)"),
        (((3,), (4, 3), (4, 5)), r"queries of shape \(3,\) are no rows"),
        (((2, 2, 3), (3, 4, 3), (3, 4, 5)), r"\(2, 2, 3\), \(3, 4, 3\), \(3, 4, 5\)"),
    ],
)
def test_what_attention_refuses(shapes: Any, said: str) -> None:
    with pytest.raises(LayerError, match=said):
        Attention().shape(*shapes)


def test_equal_scores_mix_all_values_equally() -> None:
    layer = Attention()
    values = np.array([[1.0, 2.0], [3.0, 6.0]])
    np.testing.assert_allclose(layer.forward(np.zeros((1, 2)), np.ones((2, 2)), values), [[2.0, 4.0]], rtol=1e-15)


def test_scores_are_divided_by_the_root_of_the_width() -> None:
    q, k, v = np.full((1, 4), 2.0), np.array([[1.0] * 4, [0.0] * 4]), np.array([[1.0], [0.0]])
    for scale, score in ((True, 4.0), (False, 8.0)):
        (weight,) = np.ravel(Attention(scale=scale).forward(q, k, v))
        assert weight == pytest.approx(1 / (1 + math.exp(-score)), rel=1e-12)


def test_large_scores_do_not_overflow() -> None:
    inputs = {"q": np.full((1, 1), 1e6), "k": np.array([[1.0], [0.0]]), "v": np.eye(2)}
    run = evaluate(parse_formula("attention(q, k, v)", inputs))
    assert run.warnings == ()
    np.testing.assert_array_equal(run.values[-1], [[1.0, 0.0]])
