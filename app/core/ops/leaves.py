"""Leaves: the nodes that carry a value of their own."""

from __future__ import annotations

from app.core.layer import Layer


class Leaf(Layer, abstract=True):
    """A node without inputs."""

    is_leaf = True
    samples = ()
    keeps_doc = "Nothing: it has no inputs to send anything back to."

    def forward(self) -> float:
        raise TypeError("a leaf carries its value and computes none")


class Input(Leaf):
    """Data: a number or tensor that is given. Its gradient says by how much the output changes with it."""

    symbol = "x"


class Parameter(Leaf):
    """A trained value, such as a weight: data whose gradient training follows."""

    symbol = "w"
    is_trained = True


class Constant(Leaf):
    """A fixed value that asks for no gradient."""

    symbol = "c"
    asks_gradient = False
