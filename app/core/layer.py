"""The base class of every op, and the registry that they enter by being defined.

A layer is what *Deep Learning from Scratch* (K. Saitoh, ch. 5) means by one: an instance has ``forward`` and
``backward``, keeps from forward what backward needs, and serves one evaluation. It never changes an array that it
was handed.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar, Final, NamedTuple

import numpy as np

from app.core.build import GraphBuilder
from app.core.elementary import Operand
from app.core.errors import SettingError
from app.core.listing import listing, methods
from app.core.moving import Moving, wholly
from app.core.params import Param, read_params
from app.core.slips.catalogue import Slip
from app.core.spelling import Code, OnnxNodes, Term
from app.core.tensor import (
    Shape,
    Value,
    size_of,
)

ASIDE: Final = (
    "samples", "slips", "wrong_partials", "lanes", "through", "regional", "spellings", "code", "onnx",
)  # fmt: skip
"""What of an op isn't the op: the points at which tests differentiate it, the mistakes that people make with it, how
many values of it are computed at once, and how other programs write it."""

REGISTRY: dict[str, type[Layer]] = {}
"""Every op by its name."""


class Sample(NamedTuple):
    """A point at which the contract tests differentiate an op."""

    inputs: tuple[Any, ...]
    params: Mapping[str, Any]


def at(*inputs: Any, **params: Any) -> Sample:
    """A sample point: the inputs as numbers or nested lists, the settings by name."""
    return Sample(inputs, params)


class Layer:
    """One use of an op in one evaluation.

    A subclass is an op. Its name is the class name in snake case unless ``name`` says otherwise; its docstring's first
    line is the palette's; its inputs are the positional arguments of ``value`` (or ``forward``), its settings the
    keyword arguments of ``__init__``. ``forward(self, *x)`` makes it variadic: it takes any number of inputs from one
    on. ``class X(Layer, abstract=True)`` is a base and not an op.
    """

    name: ClassVar[str]
    category: ClassVar[str]
    symbol: ClassVar[str]
    aliases: ClassVar[tuple[str, ...]] = ()
    """Other names in documents and formulas; another op's too, where the numbers of inputs differ."""
    operators: ClassVar[tuple[str, ...]] = ()
    """The formula language's signs for it, infix with two inputs and prefix with one."""
    spellings: ClassVar[tuple[str, ...]] = ()
    """What code calls it: full names (``numpy.exp``, ``torch.nn.functional.relu``) and methods (``.exp``)."""
    labels: ClassVar[frozenset[str]] = frozenset()
    """Inputs that ask for no gradient, such as the target of a loss."""
    scores: ClassVar[str] = ""
    """A loss that judges classes: the input that holds the scores. The other one is the target; see :meth:`hits`."""
    starts: ClassVar[Mapping[str, float]] = {}
    """What a parameter at an input starts from where it is no weight and 0 would be wrong, such as the γ of a norm."""
    is_leaf: ClassVar[bool] = False
    asks_gradient: ClassVar[bool] = True
    """Whether a node of this op is given a gradient; only a constant isn't."""
    whole: ClassVar[bool] = False
    """Whether whole numbers stay whole in the value and in every share, where no two of them are equal."""
    level: ClassVar[int] = 3
    """The level from which exercises use a whole op."""
    is_trained: ClassVar[bool] = False
    """Whether training moves a leaf of this op."""
    samples: ClassVar[Sequence[Sample]]
    value_latex: ClassVar[str] = ""
    partials_latex: ClassVar[tuple[str, ...]] = ()
    """Hand-written where the formula can't be read off the code: the value, and what each input is sent back."""
    regional: ClassVar[bool] = False
    """Whether :meth:`through` computes only as large a part of the value as moves."""
    kept: ClassVar[tuple[str, ...]] = ()
    """What forward puts aside for backward: the names of its attributes, without the underscore."""
    keeps_doc: ClassVar[str] = ""
    """What it keeps and why, in a sentence."""

    unasked: frozenset[int] = frozenset()
    """Input numbers whose share nobody asks for: backward may answer None there. A run sets it on its own layers."""

    inputs: ClassVar[tuple[str, ...]]
    variadic: ClassVar[bool]
    """Whether more inputs may follow, each of the kind of the last of ``inputs``."""
    params: ClassVar[tuple[Param, ...]]
    decomposes: ClassVar[bool]

    def __init_subclass__(cls, *, abstract: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if abstract:
            return
        if "name" not in vars(cls):
            cls.name = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        cls.category = cls.__module__.rpartition(".")[2]
        cls.inputs, cls.variadic = cls._input_names()
        cls.params = read_params(cls)
        cls.decomposes = cls.decompose is not Layer.decompose
        if REGISTRY.setdefault(cls.name, cls) is not cls:
            raise TypeError(f"two ops are named {cls.name}")

    @classmethod
    def _input_names(cls) -> tuple[tuple[str, ...], bool]:
        return positional_names(cls.forward)

    @classmethod
    def takes(cls, count: int) -> bool:
        """Whether that many inputs may be given to it."""
        return count == len(cls.inputs) or (cls.variadic and count > len(cls.inputs))

    @classmethod
    def place(cls, number: int) -> int:
        """Which of ``inputs`` the input of that number is: whatever follows in a variadic op is as the last."""
        return min(number, len(cls.inputs) - 1)

    @classmethod
    def is_label(cls, number: int) -> bool:
        """Whether the input of that number asks for no gradient."""
        return cls.inputs[cls.place(number)] in cls.labels

    def forward(self, *inputs: Any) -> Value:
        """The value of the op at these inputs; keeps what :meth:`backward` needs."""
        raise NotImplementedError

    def backward(self, upstream: Any) -> tuple[Value | None, ...]:
        """Each input's share of the gradient, in the shape of that input; None where nothing flows."""
        raise NotImplementedError

    def _asked(self, number: int) -> bool:
        """Whether somebody asks for the share of the input of that number."""
        return number not in self.unasked

    def slips(self, upstream: Any) -> Iterable[tuple[Slip, tuple[Value | None, ...]]]:  # noqa: ARG002  (a hook)
        """What :meth:`backward` gives to those who make the slips that are typical of this op alone.

        Each comes with the shares that it leads to, in whatever shape a learner would hand them in; None at inputs that
        it leaves right. Some may be right by chance: whoever asks compares.
        """
        return ()

    def kept_values(self) -> tuple[tuple[str, Any], ...]:
        """What this layer has put aside since forward, by name: numbers, arrays, masks and shapes."""
        return tuple((name, getattr(self, f"_{name}")) for name in self.kept)

    def lanes(self, moves: Sequence[bool], *inputs: Any) -> Any:
        """The value in many lanes: the inputs that move have an axis for them in front, and the value has one.

        Lane by lane, unless an op can take them all at once.
        """
        count = next(len(x) for x, own in zip(inputs, moves, strict=True) if own)
        return np.array(
            [
                self.forward(*[x[lane] if own else x for x, own in zip(inputs, moves, strict=True)])
                for lane in range(count)
            ]
        )

    def through(self, inputs: Sequence[Value | Moving], value: Value) -> Moving:
        """What becomes of inputs that move; ``value`` is what comes of them where nothing does.

        The whole value is computed again in every lane; an op that knows where its value stays says so here.
        """
        taken = [x.whole() if isinstance(x, Moving) else x for x in inputs]
        return wholly(value, self.lanes([isinstance(x, Moving) for x in inputs], *taken))

    def written_partials(
        self,
        inputs: Sequence[Operand],  # noqa: ARG002  (for those that write them)
        output: Operand,  # noqa: ARG002
    ) -> tuple[Operand, ...] | None:
        """The local derivatives between scalars as a person writes them, over symbols; None where nobody has."""
        return None

    def shape(self, *shapes: Shape) -> Shape:
        """The shape of the value, from the shapes of the inputs; ``LayerError`` where they don't fit."""
        raise NotImplementedError

    def work(self, *shapes: Shape) -> int:
        """About how many floating-point operations forward takes, in Python integers."""
        return max(size_of(self.shape(*shapes)), *(size_of(shape) for shape in shapes), 1)

    @classmethod
    def hits(cls, scores: Any, targets: Any) -> Any:
        """A loss with ``scores``: for each sample, whether the class of the largest score is the one meant.

        Targets are class numbers, or rows like the scores. A loss that reads its scores otherwise says so here.
        """
        meant = np.argmax(targets, axis=-1) if np.ndim(targets) == np.ndim(scores) else targets
        return np.argmax(scores, axis=-1) == meant

    def scratch(self, *shapes: Shape) -> int:  # noqa: ARG002  (for those that need it)
        """How many elements the largest array holds that forward or backward makes on the way to its results."""
        return 0

    def decompose(self, build: GraphBuilder, *inputs: str) -> str:
        """Composite ops: build the primitives that this op equals over the given nodes and return the last one's id."""
        raise NotImplementedError

    def code(self, *inputs: Term) -> Code:  # noqa: ARG002  (a hook)
        """The op as an expression over its inputs, by library; one that isn't there gets the pieces of a composite."""
        return {}

    def onnx(self, nodes: OnnxNodes, *inputs: Term) -> str | None:  # noqa: ARG002  (a hook)
        """The op as ONNX nodes: the name of the last one's output; None where ONNX gets the pieces of a composite."""
        return None

    @classmethod
    def variants(cls, *_shapes: Shape) -> Sequence[Mapping[str, Any]]:
        """The settings under which a group of primitives over inputs of these shapes may equal this op."""
        return ({},)

    @classmethod
    def read_setting(cls, name: str, data: object) -> Any:
        """A setting's value from JSON; ``SettingError`` where there is no such setting or it takes something else."""
        for param in cls.params:
            if param.name == name:
                return param.read(data)
        has = ", ".join(param.name for param in cls.params) or "none"
        raise SettingError("unknown-setting", f"{cls.name} has no setting of that name; it has {has}")

    @classmethod
    def value_formula(cls) -> str:
        """LaTeX of the value in the names of the inputs."""
        return cls.value_latex

    @classmethod
    def keeping(cls) -> str:
        """What it keeps from forward and why, in a sentence."""
        return cls.keeps_doc

    @classmethod
    def source(cls) -> str:
        """The class as it was written, without ``ASIDE``."""
        return _source(cls.name)

    @classmethod
    def inherited_source(cls) -> str:
        """Those of forward and backward that it takes over from another class, as they were written."""
        return _inherited_source(cls.name)

    @classmethod
    def partial_formulas(cls) -> tuple[str, ...]:
        """LaTeX of each local derivative (elementwise ops), or of what each input is sent back (the others)."""
        return cls.partials_latex


@cache
def _source(name: str) -> str:
    return listing(REGISTRY[name], ASIDE)


@cache
def _inherited_source(name: str) -> str:
    op = REGISTRY[name]
    return methods(op, [word for word in ("forward", "backward") if word not in vars(op) and not op.is_leaf])


def positional_names(function: Any) -> tuple[tuple[str, ...], bool]:
    """The names of the positional arguments, and whether the last stands for any number of them."""
    parameters = [parameter for name, parameter in inspect.signature(function).parameters.items() if name != "self"]
    names = tuple(
        parameter.name
        for parameter in parameters
        if parameter.kind in {parameter.POSITIONAL_OR_KEYWORD, parameter.VAR_POSITIONAL}
    )
    return names, any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters)
