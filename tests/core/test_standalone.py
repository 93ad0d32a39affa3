"""The code of ops runs without this package."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from app.core.layer import Layer, Sample
from app.core.listing import bare
from app.core.ops import OPS
from app.core.standalone import Standalone
from app.core.tensor import shape_of
from tests.core.test_contract import CASES, arrays, settings, weights

COMPUTED = [op for op in OPS if not op.is_leaf]
SCOPE: dict[str, Any] = {"__name__": "__main__"}
WHOLE = Standalone({op: range(len(op.inputs)) for op in COMPUTED})
exec(compile(WHOLE.text(), "layers", "exec"), SCOPE)


def test_all_ops_run_where_this_package_is_not() -> None:
    program = WHOLE.text() + "\nimport sys\nassert not any(name.split('.')[0] == 'app' for name in sys.modules)\n"
    subprocess.run([sys.executable, "-I", "-c", program], check=True, timeout=60)


@pytest.mark.parametrize(("op", "sample"), CASES)
def test_a_class_that_stands_alone_computes_the_same(op: type[Layer], sample: Sample) -> None:
    ours, theirs = op(**settings(op, sample)), SCOPE[op.__name__](**settings(op, sample))
    inputs = arrays(sample)
    value = ours.forward(*inputs)
    np.testing.assert_allclose(theirs.forward(*inputs), value, rtol=1e-14)
    upstream = weights(shape_of(value))
    for share, known in zip(theirs.backward(upstream), ours.backward(upstream), strict=True):
        assert (share is None) == (known is None)
        if known is not None:
            assert np.shape(share) == np.shape(known)
            np.testing.assert_allclose(share, known, rtol=1e-13)


@pytest.mark.parametrize("op", [pytest.param(op, id=op.name) for op in COMPUTED])
def test_a_class_reads_well(op: type[Layer]) -> None:
    text = Standalone({op: ()}).text()
    assert f"class {op.__name__}" in text
    assert not re.search(r"^(from|import) app", text, re.MULTILINE)
    assert " -> " not in text
    assert "# noqa" not in text
    for line in text.splitlines():
        assert line == line.rstrip()


def test_types_are_left_out() -> None:
    source = 'def f(x: list[int] = [], *ys: "Ω", z: int | None = None) -> None:\n    y: int = 1\n    return y == z\n'
    assert bare(source) == "def f(x=[], *ys, z=None):\n    y = 1\n    return y == z\n"
