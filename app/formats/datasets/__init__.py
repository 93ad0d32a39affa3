"""Data to train on: built-in sets, a person's own table, and how either is bound to a graph's leaves."""
