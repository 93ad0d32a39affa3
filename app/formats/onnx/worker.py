"""Reads one ONNX model from standard input and writes its graph document, as JSON, to standard output.

The first line of the input is JSON with ``axes``; the rest is the model. Memory and processor time are bounded before
anything is read, and no file is opened afterwards.
"""

from __future__ import annotations

import resource
import sys
from dataclasses import asdict
from typing import Any, Final

MEMORY: Final = 4 * 2**30
SECONDS: Final = 50


def main() -> None:
    """Read, convert, write."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    from pydantic_core import from_json, to_json

    header = from_json(sys.stdin.buffer.readline())
    sys.stdout.buffer.write(to_json(answer(sys.stdin.buffer.read(), header["axes"])))


def answer(content: bytes, axes: dict[str, int]) -> dict[str, Any]:
    """The graph document, notes and open axes of a model, or its faults.

    ONNX's own functions raise whatever they meet first in a model that contradicts itself.
    """
    from app.core.errors import Fault, GraphError
    from app.formats.document import graph_document
    from app.formats.onnx.convert import convert
    from app.formats.onnx.model import load

    try:
        found = convert(load(content), axes)
    except GraphError as error:
        return {"faults": [asdict(fault) for fault in error.faults]}
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001
        return {"faults": [asdict(Fault("not-onnx", "the file is not a sound ONNX model"))]}
    return {"graph": graph_document(found.graph), "notes": found.notes, "axes": dict(found.axes)}


if __name__ == "__main__":
    main()
