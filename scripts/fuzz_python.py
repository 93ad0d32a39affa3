"""Feed the Python reader what a fuzzer makes of programs: whatever comes, only a ``GraphError`` may leave it.

Atheris is no dependency of the project: ``pip install atheris``, then for a minute from the root of the tree

    PYTHONPATH=. python scripts/fuzz_python.py -max_total_time=60 -timeout=5

which ends with the number of executions, or writes the input that broke a promise to ``crash-…`` or ``timeout-…``. A
folder given as an argument keeps what was found to be new, and the next run begins with it.
"""

from __future__ import annotations

import runpy
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["app.formats.python"]):
    from app.core.errors import GraphError
    from app.core.validate import Limits
    from app.formats.python import parse_python

LIMITS = Limits(nodes=1_000)
# Read as a file: other packages may be called tests.
PROGRAMS = runpy.run_path(str(Path(__file__).parent.parent / "tests/formats/python_programs.py"))


def one(data: bytes) -> None:
    """Read one text, from bytes that need not be UTF-8."""
    try:
        parse_python(data.decode("utf-8", errors="surrogateescape"), limits=LIMITS)
    except GraphError as error:
        if not all(fault.line and fault.column for fault in error.faults):
            raise AssertionError("a fault has no place") from error


def begin(folder: Path) -> list[str]:
    """Write programs to begin with and the words of the language for the fuzzer."""
    corpus = folder / "corpus"
    corpus.mkdir()
    for name, source in PROGRAMS.items():
        if name.isupper() and isinstance(source, str):
            (corpus / name).write_text(source, "utf-8")
    words = [
        piece for piece in PROGRAMS["PIECES"] if piece.isascii() and piece.isprintable() and not set('"\\') & set(piece)
    ]
    (folder / "words").write_text("".join(f'"{word}"\n' for word in words), "utf-8")
    return [f"-dict={folder / 'words'}", str(corpus)]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        own, chosen = begin(Path(folder)), sys.argv[1:]
        folders = [argument for argument in chosen if not argument.startswith("-")]
        options = [argument for argument in chosen if argument.startswith("-")]
        # The first folder is where new inputs go.
        atheris.Setup([sys.argv[0], *options, own[0], *folders, own[1]], one)
        atheris.Fuzz()
