"""Backarrow beside its peers: every figure is a ratio within one process and run."""
