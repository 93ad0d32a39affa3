"""The base class of ops that act on each element alone: two expressions hold their whole mathematics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, ClassVar

from app.core.elementary import Operand
from app.core.errors import LayerError
from app.core.layer import Layer, positional_names
from app.core.notation import Name, Symbol, jax_source, latex, micrograd_source, torch_source
from app.core.onnx_notation import onnx_nodes
from app.core.slips.catalogue import Slip
from app.core.spelling import Code, OnnxNodes, Term
from app.core.tensor import (
    Shape,
    Value,
    broadcast_shapes,
    checked,
    format_shape,
    shape_of,
    unbroadcast,
)


class Keeps(Enum):
    """What an elementwise layer keeps from forward, and what its ``partials`` are therefore given."""

    NOTHING = "nothing"
    INPUTS = "inputs"
    OUTPUT = "output"
    BOTH = "inputs and output"


class Elementwise(Layer, abstract=True):
    """An op that acts on each element alone. NumPy's broadcasting applies, and backward undoes it.

    ``value`` and ``partials`` hold the whole mathematics. ``partials`` is given what ``keeps`` names and returns the
    local derivative with respect to each input. What is kept may be something else again, such as a mask: then
    ``_keep`` makes it, and ``kept`` and ``keeps_doc`` name it.
    """

    keeps: ClassVar[Keeps] = Keeps.INPUTS
    steepest: ClassVar[float | None] = None
    """The largest local derivative of a smooth activation that flattens out, on one side or both; None for others."""

    def __init_subclass__(cls, *, abstract: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(abstract=abstract, **kwargs)
        if not abstract and not cls.kept:
            cls.kept = cls._keep(cls.inputs, "y")

    @classmethod
    def _input_names(cls) -> tuple[tuple[str, ...], bool]:
        return positional_names(cls.value)

    def value(self, *inputs: Operand) -> Operand:
        """The value, as a NumPy expression."""
        raise NotImplementedError

    def partials(self, *kept: Operand) -> tuple[Operand, ...]:
        """The local derivatives, as NumPy expressions; 0 for a label."""
        raise NotImplementedError

    def forward(self, *inputs: Value) -> Value:
        """``value``, with what ``partials`` needs put aside."""
        output: Value = self.value(*inputs)
        self._kept = self._keep(inputs, output)
        self._shapes = None if type(output) is float else tuple([shape_of(x) for x in inputs])
        return output

    def backward(self, upstream: Value) -> tuple[Value | None, ...]:
        """Upstream × local, summed over the copies that broadcasting made; None for a label and where nobody asks."""
        if self.labels or self.unasked:
            return self._asked_shares(upstream)
        if self._shapes is None:
            return tuple([upstream * partial for partial in self.partials(*self._kept)])
        return tuple(
            [
                unbroadcast(upstream * partial, shape)
                for partial, shape in zip(self.partials(*self._kept), self._shapes, strict=True)
            ]
        )

    def _asked_shares(self, upstream: Value) -> tuple[Value | None, ...]:
        shapes = self._shapes or ((),) * len(self.inputs)
        return tuple(
            unbroadcast(upstream * partial, shape) if self._asked(number) and name not in self.labels else None
            for number, (name, partial, shape) in enumerate(
                zip(self.inputs, self.partials(*self._kept), shapes, strict=True)
            )
        )

    def wrong_partials(self, *kept: Operand) -> Mapping[Slip, tuple[Operand | None, ...]]:  # noqa: ARG002  (a hook)
        """What people write in place of ``partials``, by the slip that it is; None at inputs that are right."""
        return {}

    def slips(self, upstream: Value) -> Iterator[tuple[Slip, tuple[Value | None, ...]]]:
        """Backward with each of the ``wrong_partials``."""
        shapes = self._shapes or ((),) * len(self.inputs)
        for slip, partials in self.wrong_partials(*map(checked, self._kept)).items():
            yield (
                slip,
                tuple(
                    None if partial is None else unbroadcast(upstream * partial, shape)
                    for partial, shape in zip(partials, shapes, strict=True)
                ),
            )

    def local(self) -> tuple[Value, ...]:
        """The local derivatives at the point that forward was last given."""
        return tuple(self.partials(*self._kept))

    def shape(self, *shapes: Shape) -> Shape:
        """NumPy's broadcast of the inputs' shapes."""
        try:
            return broadcast_shapes(*shapes)
        except ValueError:
            listed = " and ".join(map(format_shape, shapes))
            raise LayerError(f"shapes {listed} do not broadcast") from None

    def code(self, *inputs: Term) -> Code:
        """``value``, read off the code."""
        formula = self.value(*[Name(term.text) for term in inputs])
        micrograd = micrograd_source(formula)
        return {
            "torch": torch_source(formula),
            "jax": jax_source(formula),
            **({} if micrograd is None else {"micrograd": micrograd}),
        }

    def onnx(self, nodes: OnnxNodes, *inputs: Term) -> str | None:
        """``value``, read off the code."""
        return onnx_nodes(self.value(*[Name(term.text) for term in inputs]), nodes)

    @classmethod
    def _keep(cls, inputs: tuple[Any, ...], output: Any) -> tuple[Any, ...]:
        match cls.keeps:
            case Keeps.INPUTS:
                return inputs
            case Keeps.OUTPUT:
                return (output,)
            case Keeps.NOTHING:
                return ()
            case Keeps.BOTH:
                return (*inputs, output)

    @classmethod
    def symbols(cls) -> tuple[Symbol, ...]:
        """The inputs as symbols."""
        return tuple(Name(name) for name in cls.inputs)

    def formula(self, *symbols: Symbol) -> Operand:
        """The value over symbols, for :mod:`app.core.notation` to print."""
        return self.value(*symbols)

    def partial_symbols(self, *symbols: Symbol) -> tuple[Operand, ...]:
        """The local derivatives over symbols; the output, where they read it, is named ``y``."""
        return self.partials_at(symbols, OUTPUT_SYMBOL)

    def partials_at(self, inputs: Sequence[Operand], output: Operand) -> tuple[Operand, ...]:
        """``partials`` of what would be kept of these inputs and this output."""
        return self.partials(*self.kept_at(inputs, output))

    def kept_at(self, inputs: Sequence[Operand], output: Operand) -> tuple[Operand, ...]:
        """What would be kept of these inputs and this output, in the order of ``kept``."""
        return self._keep(tuple(inputs), output)

    def written_partials(self, inputs: Sequence[Operand], output: Operand) -> tuple[Operand, ...]:
        """``partials`` over symbols; an op whose code guards special cases writes the plain formula here."""
        return self.partials_at(inputs, output)

    def kept_values(self) -> tuple[tuple[str, Any], ...]:
        """What ``partials`` is given, by name; the inputs' shapes, which undo the broadcasting, are kept besides."""
        return tuple(zip(self.kept, self._kept, strict=True))

    @classmethod
    def keeping(cls) -> str:
        """What it keeps from forward and why, from ``keeps``."""
        if cls.keeps_doc:
            return cls.keeps_doc
        inputs = "its input" if len(cls.inputs) == 1 else "its inputs"
        them = "it" if len(cls.inputs) == 1 else "them"
        slopes = "its local derivative is" if len(cls.inputs) == 1 else "its local derivatives are"
        match cls.keeps:
            case Keeps.NOTHING:
                return f"Nothing: {slopes} the same wherever it is."
            case Keeps.INPUTS:
                return f"{inputs.capitalize()} {' and '.join(cls.inputs)}: {slopes} written in terms of {them}."
            case Keeps.OUTPUT:
                return f"Its output y alone: {slopes} written in terms of it."
            case Keeps.BOTH:
                return f"{inputs.capitalize()} {' and '.join(cls.inputs)} and its output y: {slopes} written in both."

    @classmethod
    def value_formula(cls) -> str:
        """LaTeX of ``value``, read off the code."""
        return cls.value_latex or latex(cls(**_symbolic_params(cls)).formula(*cls.symbols()))

    @classmethod
    def partial_formulas(cls) -> tuple[str, ...]:
        """LaTeX of ``partials``, read off the code."""
        if cls.partials_latex:
            return cls.partials_latex
        return tuple(map(latex, cls(**_symbolic_params(cls)).written_partials(cls.symbols(), OUTPUT_SYMBOL)))


OUTPUT_SYMBOL = Name("out", latex="y")


_GREEK = {"alpha", "beta", "gamma", "epsilon"}


def _symbolic_params(cls: type[Layer]) -> dict[str, Any]:
    return {
        param.name: Name(param.name, latex=f"\\{param.name}" if param.name in _GREEK else param.name)
        for param in cls.params
    }
