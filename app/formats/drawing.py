"""The drawing of a graph where there is no page.

Layout and marks are the browser program's own (``static/src/picture``). They run in QuickJS, an engine that knows the
language and nothing else: no files, no network, and only so much time and memory.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Literal

from pydantic_core import to_json

from app.core.errors import Fault, GraphError
from app.core.evaluate import Evaluation, evaluate
from app.core.graph import Graph
from app.core.sentences import one_line
from app.core.validate import over_budget
from app.formats.document import graph_document
from app.formats.evaluation import evaluation_data
from app.formats.format import ExportOptions
from app.resources import built_file

MAX_NODES: Final = 1_000
"""A picture of more could not be read, and takes long to lay out."""
SECONDS: Final = 30
"""Of the processor's time."""
NOT_IN_FONTS: Final = frozenset("✶⌊⌋⌈⌉")
"""Signs of ops that the fonts of pictures lack: such an op goes by its name."""
_MEMORY: Final = 512_000_000
_STACK: Final = 4_000_000


def needs(*packages: str) -> Callable[[], str | None]:
    """What an exporter's ``missing`` says while one of these packages isn't there."""

    def missing() -> str | None:
        if all(find_spec(package) is not None for package in packages):
            return None
        return "pictures need packages that aren't installed here: pip install 'backarrow[pictures]'"

    return missing


def svg(graph: Graph, options: ExportOptions) -> str:
    """The drawing as SVG. Raises :class:`GraphError` for a graph that can't run, or is too large for a picture."""
    picture: str = _call("svg", {**drawing_data(graph, options), "dark": options.dark})
    return picture


def places(graph: Graph, options: ExportOptions) -> dict[str, Any]:
    """Where everything of the drawing stands, and the texts in it: ``Places`` of ``static/src/picture/places.ts``."""
    found: dict[str, Any] = _call("places", drawing_data(graph, options))
    return found


def drawing_data(graph: Graph, options: ExportOptions) -> dict[str, Any]:
    """All that a drawing is made from: the document with ops by their own names, the numbers, and the ops' signs."""
    check_size(graph)
    run = evaluate(graph, output=options.output, limits=options.limits)
    return {
        "graph": _document(graph, run),
        "evaluation": evaluation_data(run, full=False, with_trace=True),
        "ops": {
            op.name: {
                "symbol": op.name if NOT_IN_FONTS & set(op.symbol) else op.symbol,
                "inputs": {"names": op.inputs, "variadic": op.variadic},
                "decomposes": op.decomposes,
            }
            for op in run.plan.ops
        },
        "convention": options.convention,
        "tensors": options.tensors,
    }


def check_size(graph: Graph) -> None:
    """Raise a :class:`GraphError` for a graph that is too large to be drawn."""
    if len(graph.nodes) > MAX_NODES:
        raise GraphError([over_budget("nodes in a picture", MAX_NODES, len(graph.nodes), pointer="/nodes")])


def svg_size(picture: str) -> tuple[int, int]:
    """Width and height of a picture that :func:`svg` has made."""
    width, height = re.findall(r'(?:width|height)="(\d+)"', picture[: picture.index(">")])
    return int(width), int(height)


def _document(graph: Graph, run: Evaluation) -> dict[str, Any]:
    """The document as it ran, with texts of one line each."""
    names = {node: op.name for node, op in zip(run.plan.ids, run.plan.ops, strict=True)}
    document = graph_document(graph)
    return {
        **document,
        "title": one_line(graph.title),
        "nodes": [
            {**node, "op": names[node["id"]], "label": one_line(node.get("label", ""))} for node in document["nodes"]
        ],
        "groups": [{**group, "label": one_line(group["label"])} for group in document.get("groups", [])],
        "output": run.plan.ids[run.plan.output],
    }


def _call(function: Literal["svg", "places"], data: dict[str, Any]) -> Any:
    """A function of the picture program. Each call has an engine of its own, which no other thread may touch."""
    import quickjs

    engine = quickjs.Context()
    engine.set_memory_limit(_MEMORY)
    engine.set_max_stack_size(_STACK)
    engine.set_time_limit(SECONDS)
    engine.set("request", to_json(data, inf_nan_mode="strings").decode())
    try:
        engine.eval(_program(built_file("picture.js")))
        return json.loads(engine.eval(f"JSON.stringify(picture.{function}(JSON.parse(request)))"))
    except quickjs.JSException as error:
        raise _refusal(str(error)) from error


def _refusal(message: str) -> Exception:
    """What to raise for an engine that gave up: a graph may be too much for it; anything else is a fault of ours."""
    if "interrupted" in message or "out of memory" in message:
        return GraphError([Fault("budget-exceeded", "the graph takes too long to draw, or too much memory")])
    return RuntimeError(message)


@lru_cache(maxsize=1)
def _program(file: Path) -> str:
    return file.read_text("utf-8")
