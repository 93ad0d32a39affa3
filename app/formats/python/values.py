"""What a name may hold while Python source is read.

Plain numbers, texts, None, lists, tuples and slices stand for themselves. Everything else is one of these classes; the
reader knows each of them and nothing else, so that no object of Python's own can be reached.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from app.core.errors import GraphError
from app.core.layer import Layer
from app.core.ops.leaves import Input
from app.core.tensor import Array, Shape, Value, shape_of

Held: TypeAlias = Any
"""Whatever a name may hold."""


@dataclass(eq=False, slots=True)
class Pending:
    """A node of the graph whose id isn't settled yet.

    ``number`` is its value where it comes of plain numbers alone: Python may then need it as a size or a setting, which
    ``read`` notes. ``stem`` is what its id is made of where it has no ``name``. ``truth`` says that it is 1 or 0, for
    true or false.
    """

    op: type[Layer]
    inputs: tuple[Pending, ...]
    settings: Mapping[str, Any]
    shape: Shape
    value: Value | None = None
    number: int | float | None = None
    name: str | None = None
    stem: str = ""
    read: bool = False
    truth: bool = False


@dataclass(eq=False, slots=True)
class Leaf:
    """Data: it becomes a node when the graph first uses it.

    Its ``value`` is None while nothing says what it is, as for an argument of a function that nobody calls. ``made``
    says that it is a filled or random array, whose arithmetic with numbers only makes it another one.
    """

    value: int | float | Array | None
    op: type[Layer] = Input
    name: str | None = None
    made: bool = False
    node: Pending | None = None

    @property
    def shape(self) -> Shape:
        """The shape of the value; a number's where there is none yet."""
        return () if self.value is None else shape_of(self.value)

    @property
    def number(self) -> int | float | None:
        """The value where it is a number."""
        return self.value if isinstance(self.value, (int, float)) else None

    @property
    def is_fresh_array(self) -> bool:
        """Whether it is an array that nothing has named or used yet."""
        return self.shape != () and self.op is Input and self.name is None and self.node is None


Tensor: TypeAlias = Pending | Leaf


class Aside:
    """What no graph holds: gradients, optimizers, metrics, and all that is made of them."""


ASIDE = Aside()


class Unknown:
    """What a statement that was at fault would have given."""


UNKNOWN = Unknown()


@dataclass(frozen=True, slots=True)
class Faulty:
    """What a line of a class couldn't give. The fault counts only where it is used."""

    error: GraphError


@dataclass(frozen=True, slots=True)
class Dotted:
    """A name of a library, by its full path."""

    path: str


class Table(dict[Any, Held]):
    """A dictionary of the program's, which knows its name."""

    name: str | None = None


@dataclass(eq=False, slots=True)
class Scope:
    """The names of a module or of one call, and the scope around it."""

    outer: Scope | None = None
    names: dict[str, Held] = field(default_factory=dict)

    def find(self, name: str) -> Held:
        """What a name holds here or further out; KeyError where nothing does."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        raise KeyError(name)


@dataclass(eq=False, slots=True)
class Function:
    """A function of the program's; ``owner`` is the class that it is a method of."""

    definition: ast.FunctionDef
    scope: Scope
    owner: UserClass | None = None


@dataclass(eq=False, slots=True)
class UserClass:
    """A class of the program's."""

    name: str
    base: UserClass | None
    members: dict[str, Held]

    def has_method(self, name: str) -> bool:
        """Whether the class, or one that it derives from, has a method of that name."""
        try:
            return isinstance(self.find(name), Function)
        except KeyError:
            return False

    def find(self, name: str) -> Held:
        """A member of the class or of those it derives from; KeyError where there is none."""
        place: UserClass | None = self
        while place is not None:
            if name in place.members:
                return place.members[name]
            place = place.base
        raise KeyError(name)


@dataclass(eq=False, slots=True)
class Instance:
    """An object of one of the program's classes."""

    of: UserClass
    attributes: dict[str, Held] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Method:
    """A method with the object that it belongs to."""

    instance: Instance
    function: Function


@dataclass(frozen=True, slots=True)
class Super:
    """``super()``: what an instance inherits beyond a class."""

    instance: Instance
    beyond: UserClass | None


@dataclass(frozen=True, slots=True)
class LayerClass:
    """A class of layers: an op."""

    op: type[Layer]


@dataclass(eq=False, slots=True)
class LayerObject:
    """A layer of an op; ``bound`` are inputs that it was made with, such as weights: they follow those of a call."""

    op: type[Layer]
    settings: Mapping[str, Any] = field(default_factory=dict)
    bound: tuple[Held, ...] = ()
    name: str | None = None
    last: Pending | None = None


@dataclass(eq=False, slots=True)
class Linear:
    """PyTorch's linear layer, which keeps its weights as (out, in)."""

    weight: Leaf
    bias: Leaf | None
    name: str | None = None
    last: Pending | None = None


@dataclass(eq=False, slots=True)
class Chain:
    """Layers one after another, as ``nn.Sequential`` holds them."""

    parts: list[Held]


@dataclass(frozen=True, slots=True)
class Differentiated:
    """A function that ``jax.grad`` was given: a call runs the function; its gradients are left out."""

    function: Held
    with_value: bool


@dataclass(frozen=True, slots=True)
class Module:
    """A layer of PyTorch's without weights that is no op's: what it does with its inputs."""

    meaning: Any
