"""A loop in C over a flat tape, compiled on the spot: about what the machine can do at all."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bench.graphs import OPS, Flat
from bench.peers import UnavailableError

NAME: Final = "C tape"
LARGEST: Final = 100_000

Result: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64]]

# The cases stand in the order of ``OPS``.
_SOURCE: Final = """
#include <math.h>
#include <string.h>

void both_ways(int leaves, int count, const int *op, const int *a, const int *b, double *x, double *g) {
    for (int i = leaves; i < count; i++) {
        double u = x[a[i]], v = x[b[i]];
        switch (op[i]) {
            case 0: x[i] = u + v; break;
            case 1: x[i] = u - v; break;
            case 2: x[i] = u * v; break;
            case 3: x[i] = tanh(u); break;
            case 4: x[i] = 1.0 / (1.0 + exp(-u)); break;
            case 5: x[i] = u > 0.0 ? u : 0.0; break;
        }
    }
    memset(g, 0, count * sizeof(double));
    g[count - 1] = 1.0;
    for (int i = count - 1; i >= leaves; i--) {
        double up = g[i], y = x[i];
        switch (op[i]) {
            case 0: g[a[i]] += up; g[b[i]] += up; break;
            case 1: g[a[i]] += up; g[b[i]] -= up; break;
            case 2: g[a[i]] += up * x[b[i]]; g[b[i]] += up * x[a[i]]; break;
            case 3: g[a[i]] += up * (1.0 - y * y); break;
            case 4: g[a[i]] += up * (y * (1.0 - y)); break;
            case 5: g[a[i]] += x[a[i]] > 0.0 ? up : 0.0; break;
        }
    }
}
"""


def _compiled() -> Callable[..., Any]:
    compiler = shutil.which("gcc")
    if compiler is None:
        raise UnavailableError("there is no gcc")
    with tempfile.TemporaryDirectory() as folder:
        source, library = Path(folder, "tape.c"), Path(folder, "tape.so")
        source.write_text(_SOURCE)
        flags = ["-O3", "-march=native", "-shared", "-fPIC"]
        made = subprocess.run([compiler, *flags, "-o", library, source, "-lm"], check=False, capture_output=True)
        if made.returncode:
            raise UnavailableError(f"gcc refuses it: {made.stderr.decode(errors='replace')}")
        # What is loaded stays loaded when its file is gone.
        return ctypes.CDLL(str(library)).both_ways


_BOTH_WAYS: Final = _compiled()


def runner(flat: Flat) -> Callable[[], Result]:
    places = [(0, 0, 0)] * len(flat.leaves) + [(OPS.index(op), inputs[0], inputs[-1]) for op, inputs in flat.steps]
    op, a, b = np.array(places, dtype=np.intc).T.copy()
    values = np.zeros(len(flat))
    values[: len(flat.leaves)] = flat.leaves
    gradients = np.zeros(len(flat))
    pointers = [array.ctypes.data_as(ctypes.c_void_p) for array in (op, a, b, values, gradients)]

    def run() -> Result:
        _BOTH_WAYS(len(flat.leaves), len(flat), *pointers)
        return values, gradients

    return run


def numbers(result: Result) -> tuple[list[float], list[float]]:
    values, gradients = result
    return values.tolist(), gradients.tolist()
