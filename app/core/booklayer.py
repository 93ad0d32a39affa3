"""An elementwise op as a layer class of *Deep Learning from Scratch* (K. Saitoh, ch. 5), which needs NumPy alone.

Its ``value`` and ``partials`` are run with symbols: what is written is what is computed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

import numpy as np

from app.core.elementwise import Elementwise
from app.core.notation import Call, Name, Number, Symbol, as_symbol, functions, numpy_source

_OUTPUT: Final = Name("out")


def book_layer(op: type[Elementwise], stretched: Collection[int]) -> Iterator[str]:
    """The lines of the class; the inputs that are ``stretched`` have their copies summed by ``unbroadcast``."""
    yield f"class {op.__name__}:"
    yield f'    """{(op.__doc__ or "").splitlines()[0]}"""'
    yield ""
    if op.params:
        settings = ", ".join(f"{param.name}={param.default!r}" for param in op.params)
        yield f"    def __init__(self, *, {settings}):"
        yield from (f"        self.{param.name} = {param.name}" for param in op.params)
        yield ""
    layer = op(**{param.name: Name(f"self.{param.name}") for param in op.params})
    yield from _forward(layer, stretched)
    yield ""
    yield from _backward(layer, stretched)


def _forward(layer: Elementwise, stretched: Collection[int]) -> Iterator[str]:
    inputs = [Name(name) for name in layer.inputs]
    value = numpy_source(layer.value(*inputs))
    kept = layer.kept_at(inputs, _OUTPUT)
    yield f"    def forward(self, {', '.join(layer.inputs)}):"
    if any(symbol is _OUTPUT for symbol in kept):
        yield f"        {_OUTPUT.text} = {value}"
        value = _OUTPUT.text
    yield from (f"        self.{name} = {numpy_source(symbol)}" for name, symbol in zip(layer.kept, kept, strict=True))
    for place in stretched:
        if (name := layer.inputs[place]) not in layer.labels:
            yield f"        self.{name}_shape = np.shape({name})"
    yield f"        return {value}"


def _backward(layer: Elementwise, stretched: Collection[int]) -> Iterator[str]:
    partials = [as_symbol(partial) for partial in layer.partials(*[Name(f"self.{name}") for name in layer.kept])]
    yield "    def backward(self, upstream):"
    indent = " " * 8
    if any(_chooses_computed(partial) for partial in partials):
        yield f'{indent}with np.errstate(all="ignore"):  # np.where computes both of its branches.'
        indent = " " * 12
    for place, (name, partial) in enumerate(zip(layer.inputs, partials, strict=True)):
        if name not in layer.labels:
            share = _share(partial)
            yield f"{indent}d{name} = {f'unbroadcast({share}, self.{name}_shape)' if place in stretched else share}"
    shares = ", ".join("None" if name in layer.labels else f"d{name}" for name in layer.inputs)
    yield f"        return {shares if len(layer.inputs) > 1 else f'({shares},)'}"


def _chooses_computed(partial: Symbol) -> bool:
    return functions(partial) > {np.where.__name__}


def _share(partial: Symbol) -> str:
    """Upstream × local, without a factor that is 1 or −1."""
    match partial:
        case Number(1.0):
            return "upstream"
        case Number(-1.0):
            return "-upstream"
    return numpy_source(Call("multiply", (Name("upstream"), partial)))
