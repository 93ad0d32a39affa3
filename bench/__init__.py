"""Backarrow beside its peers: every figure is a ratio within one process and run.

All compute on one thread, as a worker of the service does. Libraries read these settings when they are loaded.
"""

import os

for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
