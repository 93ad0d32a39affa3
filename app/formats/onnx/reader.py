"""ONNX models read in a process of their own, which may take only so much memory and time."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from typing import Any, Final

from pydantic_core import from_json, to_json

from app.core.errors import Fault, GraphError
from app.core.sentences import plural
from app.core.validate import validate
from app.formats.document import GraphDocument
from app.formats.format import Imported, Importer, ImportOptions

SECONDS: Final = 60
"""How long a model may take."""


def missing() -> str | None:
    """What to install where the package isn't there."""
    return None if find_spec("onnx") else "ONNX models need the package onnx: pip install 'backarrow[onnx]'"


def read_onnx(content: bytes, options: ImportOptions) -> Imported:
    """The graph of a model; see :func:`app.formats.onnx.convert.convert`.

    The model is parsed by another process (:mod:`app.formats.onnx.worker`), so that no file can take this one's memory
    or time. Raises :class:`GraphError` for a file that isn't a model, lies about itself or takes too much.
    """
    header = to_json({"axes": dict(options.axes)}) + b"\n"
    command = [sys.executable, "-m", "app.formats.onnx.worker"]
    try:
        done = subprocess.run(command, input=header + content, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603  (our own module)
    except subprocess.TimeoutExpired:
        raise GraphError([Fault("past-deadline", f"the model wasn't read within {SECONDS} seconds")]) from None
    if done.returncode != 0:
        raise GraphError([Fault("too-large", "the model needs more memory or time to be read than it may take")])
    answer: dict[str, Any] = from_json(done.stdout)
    if "faults" in answer:
        raise GraphError([Fault(**fault) for fault in answer["faults"]])
    graph = GraphDocument.model_validate(answer["graph"]).to_graph()
    notes = list(answer["notes"])
    try:
        validate(graph, limits=options.limits)
    except GraphError as error:
        notes.append(f"It can be looked at, but not computed here: {plural(len(error.faults), 'fault')}: {error}")
    return Imported(graph, tuple(notes), answer["axes"])


IMPORTER: Final = Importer("onnx", "ONNX model", "application/octet-stream", (".onnx",), read_onnx, missing)
