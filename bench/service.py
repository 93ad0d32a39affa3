"""The service beside an endpoint that does nothing, in one process, over one connection."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any, Final

import numpy as np

from app.formats.document import graph_document
from bench.graphs import scattered
from bench.measure import Timing, race, timing
from bench.report import Goal, Table, duration, ratio
from bench.serving.bare import EMPTY
from bench.serving.connection import Connection
from bench.serving.server import BARE, BOTH, OURS, first_answer, has_wrk, serving, wrk

PACKAGES: Final = ("fastapi", "uvicorn", "pydantic", "msgspec", "numpy")
_PATH: Final = "/api/evaluate"
_SIZES: Final = (10, 100, 1_000)
_LONG: Final = 10_000
_NOTHING: Final = b"{}"

_NEW_GOALS: Final = {10: 1.2, 100: 2.0, 1_000: 10.0}
_TICK_GOALS: Final = {100: 1.3, 1_000: 3.0}
_SOCKET_GOALS: Final = {10: 1.0, 100: 1.0}
_BYSTANDER_GOAL: Final = 10.0
_START_GOAL: Final = 1.2

_COLUMNS: Final = ("nodes", "empty endpoint", "evaluation", "times the empty endpoint")


@dataclass(frozen=True, slots=True)
class _Bench:
    """A server, where the files to post lie, and how long to measure: runs of wrk of so many seconds, in rounds."""

    port: int
    folder: Path
    rounds: int
    seconds: int

    def file(self, name: str, content: str) -> Path:
        path = self.folder / name
        path.write_text(content, "utf-8")
        return path

    def in_turn(self, asked: Mapping[str, tuple[str, Path]]) -> dict[str, Timing]:
        """The medians of each path and file, taking turns."""
        found: dict[str, list[float]] = {name: [] for name in asked}
        for _ in range(self.rounds):
            for name, (path, file) in asked.items():
                found[name].append(wrk(self.port, path, file, self.seconds))
        return {name: timing(samples) for name, samples in found.items()}


def tables(*, quick: bool) -> Iterator[Table]:
    """One-shot requests, ticks over HTTP and WebSocket, the bystander, and the start."""
    rounds, seconds = (3, 1) if quick else (9, 2)
    with TemporaryDirectory() as name:
        folder = Path(name)
        with serving(BOTH, folder / "bytecode") as port:
            first_answer(port, EMPTY, _NOTHING)
            bench = _Bench(port, folder, rounds, seconds)
            title = "One-shot: a graph never seen before"
            yield _over_http(bench, title, _never_seen, _NEW_GOALS) if has_wrk() else _no_wrk(title)
            title = "A slider's tick: the same graph with another value"
            yield _over_http(bench, title, _ticking, _TICK_GOALS) if has_wrk() else _no_wrk(title)
            yield _over_socket(port, 1.0 if quick else 10.0)
            title = f"Another's request while a graph of {_LONG:,} nodes is evaluated again and again"
            yield _bystander(bench, title) if has_wrk() else _no_wrk(title)
        yield _start(folder, 3 if quick else 15)


def _no_wrk(title: str) -> Table:
    return Table(title, _COLUMNS, [], ["Not measured: wrk isn't installed."])


def _request(size: int) -> dict[str, Any]:
    return {"graph": graph_document(scattered(size).graph())}


def _never_seen(size: int) -> str:
    """A request whose output has another name each time, so that no plan is known for its graph."""
    request = _request(size)
    request["graph"]["nodes"][-1]["id"] += "_@"
    return json.dumps(request)


def _ticking(size: int) -> str:
    """A request in which one leaf has another value each time."""
    request = _request(size)
    request["graph"]["nodes"][0]["value"] = "@"
    return json.dumps(request).replace('"@"', "1.@")


def _over_http(bench: _Bench, title: str, write: Callable[[int], str], goals: Mapping[int, float]) -> Table:
    files = {f"{size}": (_PATH, bench.file(f"{write.__name__}{size}", write(size))) for size in _SIZES}
    found = bench.in_turn({"empty": (EMPTY, bench.file("empty", "{}")), **files})
    return _table(title, found["empty"], {size: found[f"{size}"] for size in _SIZES}, goals, ["Medians of wrk."])


def _over_socket(port: int, seconds: float) -> Table:
    """A client in Python asks both ways: wrk doesn't speak WebSocket."""
    number = count()
    with ExitStack() as stack:
        posting = stack.enter_context(Connection(port))
        asking = {size: _live(stack.enter_context(Connection(port)), size) for size in _SIZES}

        def tick(size: int) -> bytes:
            return asking[size].ask(b'{"set":{"n0":1.%d}}' % next(number))

        contenders: dict[str, Callable[[], bytes]] = {"empty": lambda: posting.post(EMPTY, _NOTHING)}
        contenders |= {f"{size}": lambda size=size: tick(size) for size in _SIZES}  # type: ignore[misc]  # each its own
        found = race(contenders, seconds)
    title = "A slider's tick over WebSocket"
    note = "A socket in Python asks both; the endpoint is asked over HTTP."
    return _table(title, found["empty"], {size: found[f"{size}"] for size in _SIZES}, _SOCKET_GOALS, [note])


def _live(connection: Connection, size: int) -> Connection:
    connection.upgrade("/api/live")
    answer = json.loads(connection.ask(json.dumps(_request(size)).encode()))
    if len(answer["nodes"]) != size:
        raise ValueError(f"a graph of {size} nodes wasn't taken")
    return connection


def _table(
    title: str, empty: Timing, found: Mapping[int, Timing], goals: Mapping[int, float], notes: Sequence[str]
) -> Table:
    times = {size: ratio(empty, ours) for size, ours in found.items()}
    rows = [[f"{n:,}", duration(empty), duration(ours), f"{times[n]:.2f}"] for n, ours in found.items()]
    judged = [
        Goal(f"times the empty endpoint at {n:,} nodes", goal, times[n], at_least=False) for n, goal in goals.items()
    ]
    return Table(title, _COLUMNS, rows, [*notes, *(goal.note() for goal in judged)])


def _bystander(bench: _Bench, title: str) -> Table:
    """What another request waits for while two connections ask for long ones without a pause."""
    rows: list[list[str]] = []
    notes = ["The other request is an evaluation of 10 nodes, sent every 5 to 15 ms, whatever else goes on."]
    for name, write in {"nothing": None, "ticks": _ticking, "new graphs": _never_seen}.items():
        found = _beside(bench, None if write is None else bench.file("long", write(_LONG)))
        half, most = np.quantile(found, [0.5, 0.95]) * 1e3
        rows.append([name, f"{half:.3g} ms", f"{most:.3g} ms"])
        if write is not None:
            notes.append(Goal(f"milliseconds beside {name}", _BYSTANDER_GOAL, half, at_least=False).note())
    return Table(title, ("beside", "median", "95 of 100"), rows, notes)


def _beside(bench: _Bench, long: Path | None) -> list[float]:
    """How long short requests took, in seconds, while long ones were answered."""
    short = json.dumps(_request(10)).encode()
    random = Random(0)
    seconds = bench.rounds * bench.seconds
    found: list[float] = []
    with ThreadPoolExecutor(1) as pool, Connection(bench.port) as connection:
        end = perf_counter() + seconds
        running = None if long is None else pool.submit(wrk, bench.port, _PATH, long, seconds, connections=2)
        while perf_counter() < end:
            sleep(random.uniform(0.005, 0.015))
            started = perf_counter()
            connection.post(_PATH, short)
            found.append(perf_counter() - started)
        if running is not None:
            running.result()
    return found


def _start(folder: Path, rounds: int) -> Table:
    """From the process's start to its first answer."""
    request = json.dumps(_request(10)).encode()
    asked = {"bare": (BARE, EMPTY, _NOTHING), "ours": (OURS, _PATH, request)}
    found: dict[str, list[float]] = {name: [] for name in asked}
    for _ in range(rounds + 1):
        for name, (factory, path, body) in asked.items():
            started = perf_counter()
            with serving(factory, folder / "bytecode") as port:
                first_answer(port, path, body)
                found[name].append(perf_counter() - started)
    # The first of each has compiled its modules.
    bare, ours = timing(found["bare"][1:]), timing(found["ours"][1:])
    times = ratio(bare, ours)
    goal = Goal("times the bare application", _START_GOAL, times, at_least=False)
    columns = ("", "FastAPI, NumPy and Jinja2", "Backarrow", "times the bare application")
    row = ["to the first answer", duration(bare), duration(ours), f"{times:.2f}"]
    note = "Modules are compiled. The bare application answers `{}`, Backarrow an evaluation of 10 nodes."
    return Table("Start", columns, [row], [note, goal.note()])
