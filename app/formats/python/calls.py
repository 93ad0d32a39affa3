"""Calls: of library names, of the program's functions and classes, and of layers."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np

from app.core.layer import Layer
from app.core.ops import find_op, find_spelling
from app.core.ops.leaves import Input, Parameter
from app.core.tensor import shape_of
from app.formats.python import foreign, library, weights
from app.formats.python.call import Call
from app.formats.python.naming import bind
from app.formats.python.nodes import wants_gradient
from app.formats.python.reading import Reading
from app.formats.python.source import quoted
from app.formats.python.values import (
    ASIDE,
    Aside,
    Chain,
    Differentiated,
    Dotted,
    Function,
    Held,
    Instance,
    LayerClass,
    LayerObject,
    Leaf,
    Linear,
    Method,
    Module,
    Pending,
    Scope,
    UserClass,
)
from app.formats.python.words import WORDS

OPS_BY_NAME: Final = "ops."
"""What the path of an op begins with that the code calls by Backarrow's own name, as in ``softmax(x)``."""
SUPER: Final = "super()"
"""Where the scope of a method keeps its object and its class; no name of a program's can be this."""
_LISTS: Final = frozenset({"shape", "axes"})
"""Kinds of settings that take all the numbers that follow: ``x.reshape(2, 3)``."""
_DIFFERENTIATE: Final = {"jax.grad": False, "jax.value_and_grad": True}


class Returned:
    """What a ``return`` gives back."""

    def __init__(self, held: Held) -> None:
        self.held = held


Evaluate: TypeAlias = Callable[[ast.expr, Scope], Held]
Run: TypeAlias = Callable[[Sequence[ast.stmt], Scope], Returned | None]


class Calls:
    """What a call gives. ``evaluate`` and ``run`` walk the expressions and statements of the program's functions."""

    def __init__(self, read: Reading, evaluate: Evaluate, run: Run) -> None:
        self._read = read
        self._evaluate = evaluate
        self._run = run

    def call(self, function: Held, call: Call) -> Held:
        """What ``function`` gives for these arguments."""
        match self._read.known(function):
            case Aside():
                return ASIDE
            case Dotted(path):
                return self._dotted(path, call)
            case Function():
                return self._function(function, call)
            case Method(instance, inner):
                return self._function(inner, Call(call.place, [instance, *call.args], call.named))
            case UserClass():
                return self._new(function, call)
            case Instance():
                return self._call_object(function, call)
            case LayerClass(op):
                return self._layer(op, call)
            case LayerObject() | Linear() | Chain() | Module():
                return self.forward(function, call)
            case Differentiated():
                return self._differentiated(function, call)
        raise self._read.fault(call.place, "this can't be called: a function, a layer or a class should stand here")

    def apply(self, op: type[Layer], call: Call) -> Held:
        """An op by the arguments of a call: first its inputs, then its settings in order, or either by name."""
        operands, settings = self._arguments(op, call)
        return self._read.combine(call.place, op, operands, settings)

    def forward(self, layer: LayerObject | Linear | Chain | Module, call: Call) -> Held:
        """What a layer makes of its inputs."""
        if isinstance(layer, Chain):
            held = call.get(0, "input")
            for part in layer.parts:
                held = self.call(part, Call(call.place, [held]))
            return held
        if isinstance(layer, Module):
            return layer.meaning(self._read, call)
        if isinstance(layer, Linear):
            made = library.linear(self._read, call.place, call.get(0, "input"), layer.weight, layer.bias)
        else:
            # The book's layers take flags such as train_flg after their inputs.
            most = len(layer.op.inputs) - len(layer.bound)
            operands = call.args if layer.op.variadic else call.args[:most]
            made = self._read.combine(call.place, layer.op, [*operands, *layer.bound], layer.settings)
        if isinstance(made, Pending):
            layer.last = made
            made.name = made.name or layer.name
        return made

    @staticmethod
    def spells(name: str) -> bool:
        """Whether an op is called so without any library's name before it."""
        return find_spelling(name) is not None

    def starts_backward(self, call: Call, held: Leaf | Pending | None) -> None:
        """A backward call: the first one says what the code differentiates, and with which seed."""
        if self._read.output is None and held is not None:
            self._read.output = self._read.nodes.node(call.place, held)
            self._seeds(call)

    def _seeds(self, call: Call) -> None:
        """Keep what a backward call is given, where it isn't ones and fits what is differentiated."""
        seed, output = call.get(0, "gradient"), self._read.output
        value = seed.value if isinstance(seed, Leaf) else self._read.number(seed)
        if value is None or output is None or shape_of(value) != output.shape or not np.isfinite(value).all():
            return
        if np.any(np.asarray(value) != 1.0):
            self._read.upstream = value if isinstance(value, np.ndarray) else float(value)

    def _dotted(self, path: str, call: Call) -> Held:
        if path in _DIFFERENTIATE:
            return Differentiated(call.get(0, "fun"), _DIFFERENTIATE[path])
        if path == "jax.vjp":
            return self._pulled_back(call)
        if path == "jax.jit":
            return call.get(0, "fun")
        if (meaning := weights.FUNCTIONS.get(path) or foreign.FUNCTIONS.get(path)) is not None:
            return meaning(self._read, call)
        op = self.spelled(path, call)
        if op is not None and path in library.MEANINGS and self._has_computed_target(op, call):
            op = None
        if op is not None:
            is_class = path.rpartition(".")[2][0].isupper()
            return self._layer(op, call) if is_class else self.apply(op, call)
        if (meaning := WORDS.get(path) or library.MEANINGS.get(path)) is not None:
            return meaning(self._read, call)
        if (meaning := library.MODULES.get(path)) is not None:
            return Module(meaning)
        if library.is_left_out(path):
            return ASIDE
        word = quoted(path.rpartition(".")[2])
        raise self._read.fault(call.place, f"{word} isn't a function that can be drawn here", "unknown-op")

    @staticmethod
    def _has_computed_target(op: type[Layer], call: Call) -> bool:
        """Whether a gradient would flow to what the op takes as given."""
        return any(
            op.is_label(number) and isinstance(held, (Leaf, Pending)) and wants_gradient(held.op)
            for number, held in enumerate(call.args)
        )

    def spelled(self, path: str, call: Call) -> type[Layer] | None:
        """The op of that path. Where it may be several, a whole number after the first input is a setting."""
        if path.startswith(OPS_BY_NAME):
            return find_op(path.removeprefix(OPS_BY_NAME), len(call.args))
        alone = find_spelling(path, 1)
        if "." in path and len(call.args) > 1 and type(call.args[1]) is int and alone is not None and alone.params:
            return alone
        return find_spelling(path, len(call.args))

    def _arguments(self, op: type[Layer], call: Call) -> tuple[list[Held], dict[str, Any]]:
        if op.params and call.args and isinstance(call.args[0], str):
            # As einsum has its subscripts.
            call = Call(call.place, call.args[1:], {**call.named, op.params[0].name: call.args[0]})
        if op.variadic and call.args and isinstance(call.args[0], (list, tuple)):
            operands, rest = list(call.args[0]), call.args[1:]
        else:
            count = len(call.args if op.variadic else op.inputs)
            operands, rest = list(call.args[:count]), call.args[count:]
        settings = self._in_order(op, rest, call)
        for name, held in call.named.items():
            slot = op.inputs.index(name) if name in op.inputs else library.INPUT_NAMES.get(name)
            if slot is not None and slot == len(operands):
                operands.append(held)
            elif name not in library.DROPPED:
                settings[library.SETTING_NAMES.get(name, name)] = self._setting(call, held)
        return operands, settings

    def _setting(self, call: Call, held: Held) -> Any:
        setting = self._read.plain(call.place, held)
        return library.SETTING_WORDS.get(setting, setting) if isinstance(setting, str) else setting

    def _in_order(self, op: type[Layer], rest: Sequence[Held], call: Call) -> dict[str, Any]:
        """Settings that are given by their order."""
        if not rest:
            return {}
        takes_list = bool(op.params) and op.params[0].kind.name in _LISTS and not isinstance(rest[0], (list, tuple))
        if len(rest) > len(op.params) and not takes_list:
            takes = f"{op.name}({', '.join(op.inputs)}) takes {len(op.inputs)}"
            raise self._read.fault(call.place, f"{takes}, and {len(call.args)} are given", "wrong-arity")
        if takes_list:
            return {op.params[0].name: [self._read.plain(call.place, held) for held in rest]}
        return {param.name: self._read.plain(call.place, held) for param, held in zip(op.params, rest, strict=False)}

    def _layer(self, op: type[Layer], call: Call) -> LayerObject:
        """A layer object: arrays that it is made with are inputs, which training moves; the rest are its settings."""
        bound: list[Held] = []
        rest: list[Held] = []
        for held in map(self._read.known, call.args):
            is_array = isinstance(held, (Leaf, Pending)) and (held.shape != () or not op.params)
            (bound if is_array else rest).append(held)
        for held in bound:
            if isinstance(held, Leaf) and held.node is None and held.op is Input:
                held.op = Parameter
        settings = self._in_order(op, rest, call)
        known = {param.name for param in op.params}
        for name, held in call.named.items():
            setting = library.SETTING_NAMES.get(name, name)
            if name not in library.DROPPED or setting in known:
                settings[setting] = self._setting(call, held)
        return LayerObject(op, settings, tuple(bound))

    def _differentiated(self, held: Differentiated, call: Call) -> Held:
        for argument in call.args:
            # What is differentiated by is a part of the graph, and no data of which parts can be taken beforehand.
            if isinstance(argument, Leaf) and argument.value is not None:
                self._read.nodes.node(call.place, argument)
        value = self.call(held.function, Call(call.place, call.args))
        if isinstance(value, (Leaf, Pending)):
            self.starts_backward(Call(call.place), value)
        return (value, ASIDE) if held.with_value else ASIDE

    def _pulled_back(self, call: Call) -> Held:
        """What ``jax.vjp`` gives: the value, and a function that takes the seed."""
        is_first = self._read.output is None
        rest = Call(call.place, call.args[1:])
        value, _ = self._differentiated(Differentiated(call.get(0, "fun"), with_value=True), rest)

        def backward(_read: Reading, seeded: Call) -> Held:
            if is_first:
                self._seeds(seeded)
            return ASIDE

        return value, Module(backward)

    def _new(self, of: UserClass, call: Call) -> Instance:
        instance = Instance(of)
        if of.has_method("__init__"):
            self.call(of.find("__init__"), Call(call.place, [instance, *call.args], call.named))
        elif call.args or call.named:
            raise self._read.fault(call.place, f"{quoted(of.name)} has no __init__ that takes arguments")
        return instance

    def _call_object(self, instance: Instance, call: Call) -> Held:
        for name in ("__call__", "forward"):
            if instance.of.has_method(name):
                return self.call(Method(instance, instance.of.find(name)), call)
        raise self._read.fault(call.place, f"a {quoted(instance.of.name)} can't be called: it has no forward")

    def _function(self, function: Function, call: Call) -> Held:
        definition = function.definition
        if definition.name == "numerical_gradient":
            return ASIDE
        scope = Scope(function.scope)
        for name, held in self._bound(function, call).items():
            scope.names[name] = bind(held, name, local=True)
        if function.owner is not None and call.args:
            scope.names[SUPER] = (call.args[0], function.owner)
        returned = self._run(definition.body, scope)
        return None if returned is None else returned.held

    def _bound(self, function: Function, call: Call) -> Mapping[str, Held]:
        """The arguments by the names of a function's parameters."""
        arguments, name = function.definition.args, quoted(function.definition.name)
        if (star := arguments.vararg or arguments.kwarg) is not None:
            raise self._read.fault(star, "a parameter with a star can't stand here: name every one, as in def f(x, y)")
        ordered = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
        alone = [argument.arg for argument in arguments.kwonlyargs]
        if len(call.args) > len(ordered):
            raise self._read.fault(
                call.place, f"{name} takes {len(ordered)}, and {len(call.args)} are given", "wrong-arity"
            )
        bound = dict(zip(ordered, call.args, strict=False))
        for word, held in call.named.items():
            if word not in {*ordered, *alone} or word in bound:
                raise self._read.fault(call.place, f"{name} has no parameter {quoted(word)} left to be given")
            bound[word] = held
        defaults = dict(zip(reversed(ordered), reversed(arguments.defaults), strict=False))
        defaults |= {word: e for word, e in zip(alone, arguments.kw_defaults, strict=True) if e is not None}
        for word in (*ordered, *alone):
            if word not in bound and word not in defaults:
                raise self._read.fault(call.place, f"{name} isn't given its {quoted(word)}", "wrong-arity")
            if word not in bound:
                bound[word] = self._evaluate(defaults[word], function.scope)
        return bound
