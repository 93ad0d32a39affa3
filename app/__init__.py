"""Backarrow: draws how a computation works in both directions."""

__version__ = "0.1.0"
