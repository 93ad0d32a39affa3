"""How many threads matrix products take where the process is ours."""

from __future__ import annotations

import importlib
from contextlib import AbstractContextManager
from typing import Any

from threadpoolctl import threadpool_limits


def one_blas_thread() -> AbstractContextManager[Any]:
    """One thread for BLAS until the context ends, whatever the environment says.

    Matrices as large as are drawn gain nothing from a second one, and workers that share cores lose far more than that.
    It holds for the whole process: so the server and the command line ask for it, and what a program imports doesn't.
    """
    # Only what has been loaded can be limited.
    importlib.import_module("numpy")
    context: AbstractContextManager[Any] = threadpool_limits(limits=1, user_api="blas")
    return context
