"""How a node is computed: by its formulas alone where all is scalar, as a layer object elsewhere.

Most nodes that people draw are scalars, and making a layer object for each costs more than its mathematics. What is
called instead are ``value`` and ``partials`` of the layer class, on one instance for all nodes alike, which they only
read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import IntEnum
from functools import partial
from typing import Any, NamedTuple

from app.core.elementwise import Elementwise, Keeps
from app.core.layer import Layer


class Way(IntEnum):
    """What a node's local derivatives are computed from, and to how many inputs they lead."""

    TWO = 0
    """Two inputs, from both."""
    TWO_CONSTANT = 1
    """Two inputs, from nothing."""
    ONE = 2
    ONE_OUTPUT = 3
    """One input, from the output."""
    ONE_CONSTANT = 4
    ONE_KEPT = 5
    """One input, from input and output."""
    LAYER = 6
    """By a layer object."""


class Action(NamedTuple):
    """How a node is computed.

    ``value`` takes the inputs' values, or is what makes the layer object; ``partials`` takes what ``way`` names, and
    is a tuple where that is nothing.
    """

    way: Way
    value: Callable[..., Any]
    partials: Any


Move = tuple[int, Action | None, tuple[int, ...], int]
"""One node as a pass sees it: its slot, how it is computed, its inputs, and the number of its first edge."""

_ONE = {Keeps.INPUTS: Way.ONE, Keeps.OUTPUT: Way.ONE_OUTPUT, Keeps.NOTHING: Way.ONE_CONSTANT}
_TWO = {Keeps.INPUTS: Way.TWO, Keeps.NOTHING: Way.TWO_CONSTANT}


def action(op: type[Layer], settings: Mapping[str, Any], *, is_scalar: bool) -> Action:
    """How a node of an op with these settings is computed; ``is_scalar`` says that no value here has axes."""
    make: Callable[[], Any] = partial(op, **settings) if settings else op
    if not is_scalar or not issubclass(op, Elementwise) or not _is_plain(op):
        return Action(Way.LAYER, make, None)
    layer = make()
    # A bound class method is a new object each time it's looked up; the function that it binds is not.
    if op._keep.__func__ is not Elementwise._keep.__func__:  # type: ignore[attr-defined]  # noqa: SLF001
        way = Way.ONE_KEPT if len(op.inputs) == 1 else Way.LAYER
    else:
        way = (_ONE if len(op.inputs) == 1 else _TWO).get(op.keeps, Way.LAYER)
    if way is Way.LAYER:
        return Action(way, make, None)
    if way is Way.ONE_KEPT:
        keep, partials = op._keep, layer.partials  # noqa: SLF001
        return Action(way, layer.value, lambda x, y: partials(*keep((x,), y)))
    return Action(way, layer.value, layer.partials() if op.keeps is Keeps.NOTHING else layer.partials)


def _is_plain(op: type[Elementwise]) -> bool:
    """Whether forward and backward are no more than the formulas, of one or two inputs that both ask for a gradient."""
    return (
        op.forward is Elementwise.forward
        and op.backward is Elementwise.backward
        and not op.labels
        and len(op.inputs) in {1, 2}
    )
