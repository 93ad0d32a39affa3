"""The mathematics of Backarrow: graphs, ops, and their evaluation in both directions.

Needs NumPy and the standard library only.
"""
