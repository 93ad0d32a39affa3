"""What is answered without the models is what the models would have it be."""

from __future__ import annotations

import json
import struct
import threading
from typing import Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic_core import to_json

from app.core.evaluate import evaluate as evaluation
from app.core.tensor import Value, shape_of
from app.formats.document import GraphDocument, GroupDocument, NodeDocument
from app.formats.evaluation import evaluation_data, evaluation_json
from app.formats.gallery import examples
from app.formats.plain import UNCLEAR, PlainGraph, PlainGroup, PlainNode
from app.settings import get_settings
from app.web.body import read_json
from app.web.jobs import Job, evaluate, prepare
from app.web.live import FAILURES, Live, PlainSet, SetMessage
from app.web.routes import evaluate as routes
from app.web.routes.evaluate import PlainRequest, plain_job
from app.web.schemas.evaluate import EvaluateRequest, EvaluateResponse

NUMBERS = [
    "1", "2.5", "-0", "-0.0", "0", "1e5", "1E+2", "1e-400", "5e-324", "0.1000000000000000055511151231257827",
    "1e999", "9007199254740993", "18446744073709551615", "18446744073709551617", "9" * 30, "9" * 400, "9" * 5000,
    "01", ".5", "1.", "NaN", "Infinity", "-", "true", "null", '"1"',
]  # fmt: skip
TENSORS = [
    "[]", "[1, 2]", "[1, -0, 2.5]", "[1, true]", "[[1], [2, 3]]", "[[1, 2], [3, 4]]", "[null]", '["1"]', "[1e999]",
    "{}", "[" * 20 + "1" + "]" * 20, "[" * 58 + "1" + "]" * 58, "[" * 61 + "1" + "]" * 61, "[" * 3000 + "]" * 3000,
    '{"shape": [2], "dtype": "float32", "data": "AACAPwAAAEA="}',
    '{"shape": [2], "dtype": "float32", "data": "AACAPw"}',
    '{"shape": [], "dtype": "float64", "data": "AAAAAAAA8D8="}',
    '{"shape": [1], "dtype": "float32", "data": "AADAfw=="}',
]  # fmt: skip
WORDS = [
    '"x"', '"y"', '"z"', '"_a1"', '"x\\n"', '"x\\ny"', '"1x"', '""', '"é"',
    '"' + "a" * 64 + '"', '"' + "a" * 65 + '"', "1", "null",
    '"\\u0078"', '"\\ud800"', '"\\ud83d\\ude00"', '"\x01"', '"' + "사" * 200 + '"', '"' + "사" * 201 + '"',
]  # fmt: skip
SETTINGS = [
    "{}", '{"axis": 0}', '{"axis": -0}', '{"axis": null}', '{"axis": 0.0}', '{"axis": true}', '{"axis": [0]}',
    "null", "[]", '{"alpha": 1}', '{"alpha": 0.25}', '{"alpha": 1e999}', '{"alpha": "x"}',
    '{"alpha": 123456789012345678901234567890}', '{"shape": [2, 1]}', '{"shape": [[2], [1]]}',
    '{"shape": [[[2]]]}', '{"shape": [1.0]}', '{"shape": {"a": 1}}',
    '{"axis": ' + "[" * 70 + "]" * 70 + "}",
]  # fmt: skip
X = {"id": "x", "op": "input", "value": 2}
NEG = {"id": "f", "op": "neg", "inputs": ["x"]}

WILD = {
    "id": WORDS,
    "op": ['"parameter"', '"constant"', '"neg"', '"add"', '"nope"', '"' + "a" * 65 + '"', "1"],
    "inputs": ["[]", '["x"]', '["x", "y"]', '["y", "x"]', '["x", ""]', '["x\\ny", "y"]', "null", '"xy"', "[1, 2]"],
    "params": SETTINGS,
    "value": NUMBERS + TENSORS,
    "label": WORDS,
    "position": ["null", "[1, 2]", "[1.5, -2]", "[1]", "[1, 2, 3]", '["1", 2]', "[true, 1]", "[1e999, 1]", "{}"],
    "nodes": ["[]", "null", '["x"]', '["x", "x"]', '["nope"]', '[""]', "[1]"],
    "collapsed": ["true", "1", "null"],
    "title": WORDS,
    "format": ['"backarrow/2"', "null"],
    "output": ["null", *WORDS],
    "upstream": ["null", *NUMBERS, *TENSORS],
    "trace": ["true", "1", "null", '"true"'],
    "colour": ["1"],
}
"""What may stand in each field, good and bad."""

TAME: dict[str, dict[str, str]] = {
    "x": {"id": '"x"', "op": '"input"', "value": "3", "label": '"사과"', "position": "[1, 2.5]"},
    "y": {"id": '"y"', "op": '"input"', "value": "[1.5, 2]"},
    "z": {"id": '"z"', "op": '"add"', "inputs": '["x", "y"]', "params": "{}"},
    "s": {"id": '"s"', "op": '"sum"', "inputs": '["z"]', "params": '{"axis": 0}'},
    "f": {"id": '"f"', "op": '"leaky_relu"', "inputs": '["s"]', "params": '{"alpha": 0.5}', "label": '""'},
    "group": {"id": '"g"', "label": '"a group"', "nodes": '["s", "f"]', "collapsed": "false"},
    "graph": {"format": '"backarrow/1"', "title": '"t"', "output": '"f"', "upstream": "2"},
    "body": {"output": '"f"', "upstream": "-1.5", "trace": "false"},
}
"""A request that is plainly right, object by object."""


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """A request in which up to three fields are changed, left out, said twice or unknown."""
    objects = {name: [*fields.items()] for name, fields in TAME.items()}
    for _ in range(draw(st.integers(0, 3))):
        name = draw(st.sampled_from(list(TAME)))
        key = draw(st.sampled_from([*TAME[name], "colour"]))
        others = [(key, text) for text in draw(st.lists(st.sampled_from(WILD[key]), max_size=2))]
        objects[name] = [field for field in objects[name] if field[0] != key or draw(st.booleans())] + others
    text = {name: ", ".join(f'"{key}": {value}' for key, value in fields) for name, fields in objects.items()}
    nodes = ", ".join(f"{{{text[name]}}}" for name in draw(st.permutations("xyzsf")))
    graph = f'{{{text["graph"]}, "nodes": [{nodes}], "groups": [{{{text["group"]}}}]}}'
    return f'{{{text["body"]}, "graph": {graph}}}'.encode("utf-8", "surrogatepass")


def careful_job(body: bytes) -> Job:
    request = EvaluateRequest.model_validate(read_json(body))
    limits = get_settings().limits()
    return prepare(request.graph.to_graph(), request.output, request.upstream, limits, trace=request.trace)


def bits(value: Value | None) -> Any:
    """A value such that 0.0 and -0.0 differ."""
    if value is None:
        return None
    return struct.pack("d", value) if isinstance(value, float) else (shape_of(value), value.tobytes())


def same(one: Job, other: Job) -> bool:
    """Whether two jobs are one: plans are kept by structure, so the same structure has the same plan."""
    names = [(one.called(node), other.called(node)) for node in one.plan.ids]
    return (
        one.plan is other.plan
        and [*map(bits, one.leaves)] == [*map(bits, other.leaves)]
        and bits(one.upstream) == bits(other.upstream)
        and one.trace is other.trace
        and all(name == again for name, again in names)
    )


MESSAGES = st.tuples(
    st.sampled_from(['"x"', '"y"', '"x", "y"', '"nope"', '"\\u0078"', '"1x"', '""']), st.sampled_from(NUMBERS + TENSORS)
).map(lambda pair: f'{{"set": {{{", ".join(f"{name}: {pair[1]}" for name in pair[0].split(", "))}}}}}'.encode())


@given(MESSAGES)
@example(b'{"set": {}}')
@example(b'{"set": {"x": 1}, "more": 1}')
@example(b'{"set": {"x": 1, "x": 2}}')
def test_what_a_message_sets_is_what_the_models_read(message: bytes) -> None:
    request = EvaluateRequest.model_validate({"graph": {"nodes": [X, {**X, "id": "y"}]}})
    live = Live(request, get_settings().limits())
    try:
        wanted = SetMessage.model_validate(read_json(message)).set
    except FAILURES as error:
        with pytest.raises(type(error)):
            live.read(message)
        return
    found = live.read(message)
    assert {node: bits(value) for node, value in found.items()} == {node: bits(value) for node, value in wanted.items()}


def with_value(text: str) -> bytes:
    return f'{{"graph": {{"nodes": [{{"id": "x", "op": "input", "value": {text}}}]}}}}'.encode()


@given(bodies())
@example(with_value("-0"))
@example(with_value("-0.0"))
@example(with_value("[" * 61 + "1" + "]" * 61))
@example(b"[" * 100_000)
@example(b'{"graph": {"nodes": []}}')
@example(b'{"graph": {"nodes": [{"id": "x\\ny", "op": "input", "value": 1}]}}')
@example(b'{"graph": {"nodes": [{"id": "x", "op": "input", "value": 1}]}} x')
@example(b'\xef\xbb\xbf{"graph": {"nodes": [{"id": "x", "op": "input", "value": 1}]}}')
@example(b'{"graph": {"nodes": [{"id": "x", "op": "input", "value": 1, "label": "\xff"}]}}')
def test_what_is_taken_as_plain_is_what_the_models_read(body: bytes) -> None:
    try:
        job = plain_job(body)
    except UNCLEAR:
        return
    assert same(job, careful_job(body))


@given(st.one_of(st.integers(-(10**320), 10**320), st.floats(allow_nan=False, allow_infinity=False)))
def test_every_number_is_read_to_the_last_bit(number: float) -> None:
    body = with_value(json.dumps(number))
    try:
        job = plain_job(body)
    except UNCLEAR:
        assert abs(number) > 1.797e308
    else:
        assert same(job, careful_job(body))


@pytest.mark.parametrize(
    ("plain", "model"),
    [
        (PlainNode, NodeDocument),
        (PlainGroup, GroupDocument),
        (PlainGraph, GraphDocument),
        (PlainRequest, EvaluateRequest),
        (PlainSet, SetMessage),
    ],
)
def test_both_know_the_same_fields(plain: type[Any], model: type[Any]) -> None:
    assert set(plain.__struct_fields__) == set(model.model_fields)


@pytest.mark.parametrize("name", [entry.name for entry in examples()])
def test_the_gallery_is_plain(name: str) -> None:
    body = json.dumps({"graph": next(entry.graph for entry in examples() if entry.name == name)}).encode()
    assert same(plain_job(body), careful_job(body))


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("name", [entry.name for entry in examples()])
def test_both_writers_write_the_same(name: str, full: bool) -> None:
    run = evaluation(GraphDocument.model_validate(next(e.graph for e in examples() if e.name == name)).to_graph())
    written = json.loads(evaluation_json(run, full=full, with_trace=False))
    assert written == json.loads(to_json(evaluation_data(run, full=full, with_trace=False), inf_nan_mode="strings"))
    EvaluateResponse.model_validate(written)


LARGE = {"nodes": [{**X, "value": [0.5] * 20_000}, NEG]}


def test_a_body_without_a_length_is_read_too(port: int) -> None:
    pieces = iter([b'{"graph": {"nodes": [', json.dumps(X).encode(), b"]}}"])
    answer = httpx.post(f"http://127.0.0.1:{port}/api/evaluate", content=pieces).json()
    assert answer["nodes"]["x"]["value"] == 2


def test_full_is_heard_either_way(http: httpx.Client) -> None:
    for query, whole in [("", False), ("?full=false", False), ("?full=true", True), ("?full=1", True)]:
        value = http.post(f"/api/evaluate{query}", json={"graph": LARGE}).json()["nodes"]["x"]["value"]
        assert isinstance(value, list) == whole


@pytest.mark.parametrize(
    ("graph", "beside"),
    [
        ({"nodes": [X, NEG]}, False),
        ({"nodes": [{**X, "value": [[1.0] * 30] * 30}, {**NEG, "op": "exp"}]}, False),
        (LARGE, True),  # a large body
        ({"nodes": [X, NEG], "title": "x" * 100, "output": "f", "groups": []}, False),
        ({"nodes": [X, {**NEG, "op": "one_hot", "params": {"classes": 20_000}}]}, True),  # many elements
        ({"nodes": [{**X, "value": [[1.0] * 60] * 60}, {**NEG, "op": "matmul", "inputs": ["x", "x"]},
                    *({"id": f"m{n}", "op": "matmul", "inputs": ["x", "f"]} for n in range(2)),
                    {"id": "s", "op": "add", "inputs": ["m0", "m1"]}]}, True),  # much work
    ],
)  # fmt: skip
def test_what_takes_long_leaves_the_event_loop(
    port: int, monkeypatch: pytest.MonkeyPatch, graph: Any, beside: bool
) -> None:
    threads: list[str] = []

    def noted(job: Job, **options: Any) -> bytes:
        threads.append(threading.current_thread().name)
        return evaluate(job, **options)

    monkeypatch.setattr(routes, "evaluate", noted)
    assert httpx.post(f"http://127.0.0.1:{port}/api/evaluate", json={"graph": graph}).status_code == 200
    assert [name.startswith("AnyIO") for name in threads] == [beside]
