"""An op lives in one file: nothing else may name it."""

from __future__ import annotations

import re
from pathlib import Path

from app.core.ops import OPS

# NumPy's function names; generated; a tensor's summary has a mean, a min and a max.
EXEMPT = {"notation.py", "onnx_notation.py", "schema.ts", "evaluation.py"}
# Words that mean something else in a drawing and in a formula's tokens.
WORDS = {"round", "sign"}
ONNX = "app/formats/onnx/operators"  # a vocabulary of its own
ROOT = Path(__file__).parent.parent


def test_no_code_names_an_op() -> None:
    names = "|".join(op.name for op in OPS if not op.is_leaf and op.name not in WORDS)
    quoted = re.compile(rf"[\"'](?:{names})[\"']")
    sources = [
        path
        for folder, ending in (("app", "*.py"), ("static/src", "*.ts"))
        for path in (ROOT / folder).rglob(ending)
        if not any(path.is_relative_to(ROOT / folder) for folder in ("app/core/ops", ONNX)) and path.name not in EXEMPT
    ]
    found = [
        f"{path.relative_to(ROOT)}: {text}" for path in sources for text in quoted.findall(path.read_text("utf-8"))
    ]
    assert found == []
