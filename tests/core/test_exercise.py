"""Exercises: endless, the same everywhere, and worth solving."""

from __future__ import annotations

from functools import cache
from random import Random

import numpy as np
import pytest

import app.core.exercise
from app.core.evaluate import evaluate
from app.core.exercise import LEVELS, MAX_SEED, Exercise, exercise
from app.core.gradcheck import check
from app.core.ops import OPS, find_op

SEEDS = range(1000)


@cache
def all_of(level: int) -> list[Exercise]:
    return [exercise(level, seed) for seed in SEEDS]


def ops(item: Exercise) -> list[str]:
    return [node.op for node in item.graph.nodes if node.inputs]


@pytest.mark.parametrize("level", LEVELS)
def test_every_number_is_whole_and_short(level: int) -> None:
    for item in all_of(level):
        run = evaluate(item.graph)
        assert run.warnings == ()
        shares = [share for sent in run.shares if sent is not None for share in sent]
        for number in (*run.values, *run.gradients, *shares):
            assert number is not None
            assert np.all(np.asarray(number) % 1 == 0)
            assert np.all(np.abs(number) <= 999)


@pytest.mark.parametrize("level", LEVELS)
def test_the_answers_are_worth_finding(level: int) -> None:
    for item in all_of(level):
        run = evaluate(item.graph)
        computed = [slot for slot, inputs in enumerate(run.plan.inputs) if inputs]
        values = np.concatenate([np.ravel(run.values[slot]) for slot in computed])
        gradients = np.concatenate([np.ravel(g) for g in run.gradients[:-1] if g is not None])
        for answers in (values, gradients):
            assert len(set(answers.tolist())) > 1
            assert np.any(np.abs(answers) > 1)
        assert all(np.any(run.gradients[slot]) for slot, _ in run.plan.leaves)


@pytest.mark.parametrize("level", LEVELS)
def test_the_graphs_are_of_their_level(level: int) -> None:
    least, most = {1: (2, 3), 2: (3, 5), 3: (5, 8)}[level]
    for item in all_of(level):
        used = [source for node in item.graph.nodes for source in node.inputs]
        assert least <= len(ops(item)) <= most
        assert {node.id for node in item.graph.nodes} - set(used) == {item.graph.output}
        assert (len(used) > len(set(used))) == (level > 1)
        found = [op for name in ops(item) if (op := find_op(name)) is not None]
        assert all(op.whole and op.level <= level for op in found)
        assert any(op.level == level for op in found)
        assert any(isinstance(node.value, np.ndarray) for node in item.graph.nodes) == (level == 3)
        assert item.graph.title == f"Exercise {level}.{item.seed}"


def test_whole_ops_are_all_used() -> None:
    assert {name for item in all_of(3) for name in ops(item)} == {op.name for op in OPS if op.whole}


def test_structures_are_many() -> None:
    distinct = [len({tuple((n.op, n.inputs) for n in item.graph.nodes) for item in all_of(level)}) for level in LEVELS]
    assert distinct[0] >= 30
    assert distinct[1] >= 300
    assert distinct[2] >= 900


@pytest.mark.parametrize("level", LEVELS)
def test_central_differences_agree(level: int) -> None:
    for item in all_of(level)[:60]:
        assert {leaf.verdict for leaf in check(item.graph).leaves.values()} == {"pass"}


@pytest.mark.parametrize("level", LEVELS)
def test_blanks_are_every_number_that_is_not_given(level: int) -> None:
    for item in all_of(level)[:200]:
        graph = item.graph
        computed = [node.id for node in graph.nodes if node.inputs]
        assert sorted(b.node for b in item.blanks if b.kind == "value" and b.node) == sorted(computed)
        gradients = {b.node for b in item.blanks if b.kind == "gradient" and b.node}
        assert gradients == {node.id for node in graph.nodes} - {graph.output}
        edges = [b.edge for b in item.blanks if b.edge]
        uses = [(source, (node.id, n)) for node in graph.nodes for n, source in enumerate(node.inputs)]
        sources = [source for source, _ in uses]
        assert sorted(edges) == sorted(edge for source, edge in uses if sources.count(source) > 1)
        kinds = [b.kind for b in item.blanks]
        assert kinds == sorted(kinds, reverse=True)


def test_the_same_seed_gives_the_same_exercise() -> None:
    for level in LEVELS:
        for seed in (0, 1, 417, MAX_SEED):
            first, second = exercise(level, seed), exercise(level, seed)
            assert first.blanks == second.blanks
            for one, other in zip(first.graph.nodes, second.graph.nodes, strict=True):
                assert (one.id, one.op, one.inputs) == (other.id, other.op, other.inputs)
                np.testing.assert_array_equal(np.asarray(one.value, float), np.asarray(other.value, float))


def test_the_first_level_keeps_its_exercises() -> None:
    nodes = [(node.id, node.op, node.inputs or node.value) for node in exercise(1, 417).graph.nodes]
    assert nodes == [
        ("x", "input", 1.0), ("y", "input", 3.0), ("z", "input", 2.0), ("a", "input", 9.0),
        ("p", "mul", ("y", "x")), ("q", "mul", ("p", "z")), ("f", "add", ("a", "q")),
    ]  # fmt: skip


def test_only_the_method_that_python_promises_to_keep_is_drawn_from(monkeypatch: pytest.MonkeyPatch) -> None:
    class OnlyRandom(Random):
        def getrandbits(self, _k: int, /) -> int:
            raise AssertionError("another method was drawn from")

    monkeypatch.setattr(app.core.exercise, "Random", OnlyRandom)
    assert exercise(2, 417).graph.title == "Exercise 2.417"


def test_an_exercise_is_found_long_before_the_last_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.core.exercise, "_ATTEMPTS", app.core.exercise._ATTEMPTS // 10)
    for level in LEVELS:
        for seed in range(10_000, 10_100):
            exercise(level, seed)


def test_seeds_and_levels_do_not_share_a_sequence() -> None:
    first = {tuple((n.op, n.inputs, str(n.value)) for n in item.graph.nodes) for item in all_of(2)}
    assert len(first) > 990


@pytest.mark.parametrize(("level", "seed"), [(0, 1), (4, 1), (1, -1), (1, MAX_SEED + 1)])
def test_other_levels_and_seeds_are_refused(level: int, seed: int) -> None:
    with pytest.raises(ValueError, match="levels are 1 to 3"):
        exercise(level, seed)
