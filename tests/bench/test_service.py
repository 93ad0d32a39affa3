"""What measures the service asks what it says it asks; no time is asserted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.web.routes.evaluate import plain_job
from bench import service
from bench.measure import timing
from bench.serving.bare import EMPTY
from bench.serving.connection import Connection
from bench.serving.server import BOTH, first_answer, has_wrk, serving, wrk


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with serving(BOTH, tmp_path_factory.mktemp("bytecode")) as port:
        assert first_answer(port, EMPTY, b"{}") == b"{}"
        yield port


@pytest.mark.parametrize("size", [10, 100])
def test_only_ticks_find_their_plan_again(size: int) -> None:
    new, same = ([plain_job(write(size).replace("@", number).encode()) for number in "12"] for write in WRITERS)
    assert new[0].plan is not new[1].plan
    assert same[0].plan is same[1].plan
    assert same[0].leaves != same[1].leaves


WRITERS = (service._never_seen, service._ticking)


def test_a_connection_asks_again_and_again(port: int) -> None:
    body = service._ticking(10).replace("@", "5").encode()
    with Connection(port) as connection:
        for _ in range(2):
            assert json.loads(connection.post("/api/evaluate", body))["nodes"]["n0"]["value"] == 1.5
            assert connection.post(EMPTY, b"{}") == b"{}"
        with pytest.raises(ValueError, match="422"):
            connection.post("/api/evaluate", b'{"graph": {}}')


@pytest.mark.parametrize("size", [10, 1_000])
def test_a_socket_s_messages_of_any_length_are_answered(port: int, size: int) -> None:
    with Connection(port) as connection:
        service._live(connection, size)
        for padding in (0, 200, 70_000):
            message = b'{"set":%s{"n0":%d}}' % (b" " * padding, padding)
            assert json.loads(connection.ask(message))["nodes"]["n0"]["value"] == padding


@pytest.mark.skipif(not has_wrk(), reason="wrk isn't installed")
def test_wrk_gives_the_median_and_refuses_failures(port: int, tmp_path: Path) -> None:
    template = tmp_path / "template"
    template.write_text(service._never_seen(10))
    assert 1e-5 < wrk(port, "/api/evaluate", template, 1) < 1.0
    template.write_text("{}")
    with pytest.raises(ValueError, match="p50"):
        wrk(port, "/api/evaluate", template, 1)


def test_what_was_missed_is_said() -> None:
    times = [timing([seconds, seconds]) for seconds in (1e-3, 5e-4, 3e-3)]
    table = service._table("A title", times[0], {10: times[1], 100: times[2]}, {10: 1.0, 100: 2.0}, ["A note."])
    assert [row[-1] for row in table.rows] == ["0.50", "3.00"]
    assert [note.partition(":")[0] for note in table.notes] == ["A note.", "Goal reached", "Goal **missed**"]
