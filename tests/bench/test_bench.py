"""What the benchmarks are made of; no time is asserted."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from app.core.evaluate import evaluate
from bench import nets, report
from bench.engine import Race, kind_table, numbers, require_equal
from bench.gradients import loop_over_net, loop_over_nodes, spread
from bench.graphs import KINDS, OPS, Flat
from bench.measure import exponent, race, timing
from bench.peers import Peer, UnavailableError, available, bare_layers

MAKERS = pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)


@MAKERS
@pytest.mark.parametrize("count", [10, 57, 100, 1_000, 3_001])
def test_a_graph_has_as_many_nodes_as_asked_for(make: Callable[[int], Flat], count: int) -> None:
    flat = make(count)
    assert len(flat) == count
    assert len(flat.graph().nodes) == count
    for place, step in enumerate(flat.steps, len(flat.leaves)):
        assert all(source < place for source in step.inputs)


@MAKERS
def test_a_graph_is_the_same_each_time(make: Callable[[int], Flat]) -> None:
    assert make(500) == make(500)


@MAKERS
def test_the_output_depends_on_every_node_and_all_is_finite(make: Callable[[int], Flat]) -> None:
    flat = make(3_000)
    assert {step.op for step in flat.steps} == set(OPS)
    evaluation = evaluate(flat.graph())
    assert evaluation.plan.ids[evaluation.plan.output] == f"n{len(flat) - 1}"
    assert evaluation.warnings == ()
    assert None not in evaluation.gradients
    assert np.abs(np.array(evaluation.values)).max() < 1e6


def depth(flat: Flat) -> int:
    depths = [0] * len(flat.leaves)
    for step in flat.steps:
        depths.append(1 + max(depths[source] for source in step.inputs))
    return max(depths)


def test_a_chain_is_deep_and_a_wide_graph_is_not() -> None:
    found = {kind: depth(make(2_000)) for kind, make in KINDS.items()}
    assert found["chain"] > 1_900
    assert found["wide"] < 30
    assert found["random"] < 30
    assert 60 < found["window"] < 1_000


def test_contenders_take_turns() -> None:
    calls: list[str] = []
    timings = race({"one": lambda: calls.append("one"), "two": lambda: calls.append("two")}, seconds=0.0)
    assert list(timings) == ["one", "two"]
    for found in timings.values():
        assert len(found.samples) == 5
        assert 0.0 < found.low <= found.median <= found.high
    assert {"one", "two"} == set(calls)


def test_a_contender_that_fails_ends_the_race() -> None:
    with pytest.raises(ZeroDivisionError):
        race({"fails": lambda: 1 / 0}, seconds=0.0)


def test_median_quartiles_and_spread() -> None:
    found = timing([1.0, 2.0, 3.0, 4.0, 5.0])
    assert (found.low, found.median, found.high) == (2.0, 3.0, 4.0)
    assert found.spread == pytest.approx(1.0 / 3.0)
    assert found.scaled(10.0).samples == (10.0, 20.0, 30.0, 40.0, 50.0)
    assert report.ratio(found, found.scaled(10.0)) == pytest.approx(10.0)


@pytest.mark.parametrize("power", [0.5, 1.0, 1.7])
def test_exponent_of_growth(power: float) -> None:
    sizes = [10, 100, 1_000]
    assert exponent(sizes, [3.0 * size**power for size in sizes]) == pytest.approx(power)


def test_times_as_text() -> None:
    fast, slow = timing([1e-6, 1e-6]), timing([5e-3, 5e-3])
    assert report.duration(fast) == "1 µs ± 0%"
    assert report.duration(slow) == "5 ms ± 0%"
    assert report.times(fast, slow) == "5,000 ×"
    assert report.times(slow, fast.scaled(1000.0)) == "1/5 ×"


def test_goals_say_whether_they_were_reached() -> None:
    assert report.Goal("speed", 2.0, 3.0).note() == "Goal reached: speed: 3, wanted at least 2."
    assert report.Goal("speed", 2.0, 1.5).note() == "Goal **missed**: speed: 1.5, wanted at least 2."
    assert report.Goal("cost", 2.0, 1.5, at_least=False).reached
    assert not report.Goal("cost", 2.0, 3.0, at_least=False).reached


def test_a_table_in_markdown() -> None:
    table = report.Table("Speed", ["nodes", "ours"], [["10", "1 ms"]], ["A note."])
    assert table.markdown() == "### Speed\n\n| nodes | ours |\n| --- | ---: |\n| 10 | 1 ms |\n\n- A note.\n"


def test_a_section_takes_the_place_of_the_older_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.md"
    monkeypatch.setattr(report, "PAGE", page)
    for title, text in (("Engine", "old"), ("Tensors", "kept"), ("Engine", "new")):
        report.write(title, report.section(title, ["numpy"], [report.Table(text, ["a"], [["1"]])]))
    written = page.read_text(encoding="utf-8")
    assert written.startswith("# Benchmarks\n")
    assert [line for line in written.splitlines() if line.startswith("##")] == [
        "## Engine",
        "### new",
        "## Tensors",
        "### kept",
    ]
    assert f"numpy {np.__version__}" in written


def test_a_table_of_a_race() -> None:
    one = timing([1e-3, 1e-3])
    timings = {"ours": one, "ours, flat": one.scaled(0.5), "micrograd": one.scaled(6.0)}
    table = kind_table("chain", [Race(10, timings, {})], ["micrograd", "PyTorch eager"])
    assert table.rows == [["10", "1 ms ± 0%", "1/2 ×", "6 ×", "–"]]
    assert table.notes == [
        "Goal reached: times micrograd at 10 nodes: 6, wanted at least 5.",
        "Goal **missed**: times the flat plan's time at 10 nodes: 2, wanted at most 1.2.",
    ]


def judge(peer: Peer, flat: Flat) -> None:
    run = peer.runner(flat)
    wanted = numbers(flat, evaluate(flat.graph()))
    for result in (run(), run()):
        require_equal(peer.NAME, peer.numbers(result), wanted)


@MAKERS
def test_a_loop_in_c_computes_the_same(make: Callable[[int], Flat]) -> None:
    try:
        tape = importlib.import_module("bench.peers.c_tape")
    except UnavailableError as error:
        pytest.skip(f"the C tape can't be compiled: {error}")
    judge(cast(Peer, tape), make(1_000))


@MAKERS
def test_whoever_is_installed_computes_the_same(make: Callable[[int], Flat]) -> None:
    peers = list(available())
    assert bare_layers.NAME in [peer.NAME for peer in peers]
    for peer in peers:
        judge(peer, make(10))


def test_who_computes_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match=r"other gradients: they differ by up to 1e-06"):
        require_equal("it", ([1.0], [2.0 + 1e-6]), ([1.0], [2.0]))


@pytest.mark.parametrize("data", [True, False])
def test_nets_compute_the_same(data: bool) -> None:
    given = nets.net(5)
    evaluation = evaluate(given.graph(data=data))
    names = ("w1", "b1", "w2", "b2", "x") if data else ("w1", "b1", "w2", "b2")
    for name, peer in nets.peers(given, data=data):
        value, *gradients = peer()
        assert np.allclose(np.asarray(value), evaluation.value("loss")), name
        for of, gradient in zip(names, gradients, strict=True):
            wanted = evaluation.gradient(of)
            assert wanted is not None
            assert np.allclose(np.asarray(gradient), wanted), (name, of)


def test_the_loops_find_the_gradients() -> None:
    given = nets.net(2)
    evaluation = evaluate(given.graph())
    gradients = np.concatenate([np.ravel(np.asarray(evaluation.gradient(name))) for name in ("w1", "b1", "w2", "b2")])
    assert np.allclose(loop_over_net(given)(), gradients[spread(len(gradients))], rtol=1e-5, atol=1e-9)


@MAKERS
def test_the_loop_over_nodes_finds_their_gradients(make: Callable[[int], Flat]) -> None:
    flat = make(300)
    _, gradients = numbers(flat, evaluate(flat.graph()))
    assert np.allclose(loop_over_nodes(flat)(), np.array(gradients)[spread(300)], rtol=1e-4, atol=1e-7)
