"""Python source read as a syntax tree and never run: what a learner has in the editor, as a graph.

An abstract interpreter. ``source`` holds the text and tells where a fault is; ``values`` says what a name may hold;
``nodes`` collects the graph; ``expressions`` and ``statements`` walk the tree; ``calls`` follows functions, classes,
layers and methods; ``library`` knows what the names of NumPy, PyTorch, JAX and the book mean; ``draws`` makes the
random numbers; ``reader`` puts them together.
"""

from app.formats.python.reader import IMPORTER, parse_python

__all__ = ["IMPORTER", "parse_python"]
