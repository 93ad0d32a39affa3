"""Texts and files to and from a graph, one file a format."""
