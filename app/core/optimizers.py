"""Optimizers: how a parameter moves, given its gradient.

Each is a rule without a state of its own: what it remembers of a parameter, its moments, is handed in and handed back,
so that a run can be laid aside and taken up again. The forms are those of ``torch.optim``, where they differ from the
book's (K. Saitoh, *Deep Learning from Scratch*, ch. 6).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

import numpy as np

from app.core.errors import Fault, GraphError, SettingError
from app.core.params import Param, read_params
from app.core.tensor import Value


def _positive(name: str, number: float) -> float:
    if number <= 0.0:
        raise SettingError("bad-setting", f"setting {name} is larger than 0")
    return number


def _fraction(name: str, number: float) -> float:
    if not 0.0 <= number < 1.0:
        raise SettingError("bad-setting", f"setting {name} is at least 0 and smaller than 1")
    return number


class Optimizer:
    """A rule by which parameters move. Its settings are the keyword arguments of ``__init__``.

    ``moments`` names what it remembers of each parameter, in the parameter's shape and 0 before the first step.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    formula: ClassVar[str]
    """LaTeX of a step; ``g`` is the gradient."""
    moments: ClassVar[tuple[str, ...]] = ()
    params: ClassVar[tuple[Param, ...]]

    def __init_subclass__(cls) -> None:
        cls.params = read_params(cls)
        OPTIMIZERS[cls.name] = cls

    def move(self, value: Value, gradient: Value, moments: Sequence[Value], step: int) -> tuple[Value, ...]:
        """A parameter after a step, and then its moments after it; ``step`` is the step's number, from 1."""
        raise NotImplementedError


OPTIMIZERS: Final[dict[str, type[Optimizer]]] = {}
"""By name, the simplest first."""


class Sgd(Optimizer):
    """Stochastic gradient descent: straight down the gradient of this batch."""

    name = "sgd"
    title = "SGD"
    formula = r"w \leftarrow w - \eta\, g"

    def __init__(self, *, rate: float = 0.01) -> None:
        self.rate = _positive("rate", rate)

    def move(self, value: Value, gradient: Value, moments: Sequence[Value], step: int) -> tuple[Value, ...]:
        """Against the gradient, by ``rate`` times it."""
        return (value - self.rate * gradient,)


class Momentum(Optimizer):
    """Velocity gathers along directions that stay the same, and swings cancel.

    Polyak, *Some methods of speeding up the convergence of iteration methods*, 1964. The book's v is −η times this one,
    which comes to the same steps.
    """

    name = "momentum"
    title = "Momentum"
    formula = r"v \leftarrow \alpha v + g, \quad w \leftarrow w - \eta\, v"
    moments = ("velocity",)

    def __init__(self, *, rate: float = 0.01, momentum: float = 0.9) -> None:
        self.rate = _positive("rate", rate)
        self.momentum = _fraction("momentum", momentum)

    def move(self, value: Value, gradient: Value, moments: Sequence[Value], step: int) -> tuple[Value, ...]:
        """Along the velocity, which keeps ``momentum`` of itself."""
        (velocity,) = moments
        velocity = self.momentum * velocity + gradient
        return value - self.rate * velocity, velocity


class AdaGrad(Optimizer):
    """Steps shrink for each element by the squared gradients that it has had.

    Duchi, Hazan and Singer, *Adaptive Subgradient Methods*, 2011. ``epsilon`` is 1e-10 as in PyTorch; in
    the book it is 1e-7.
    """

    name = "adagrad"
    title = "AdaGrad"
    formula = r"h \leftarrow h + g^2, \quad w \leftarrow w - \eta \frac{g}{\sqrt{h} + \epsilon}"
    moments = ("squares",)

    def __init__(self, *, rate: float = 0.01, epsilon: float = 1e-10) -> None:
        self.rate = _positive("rate", rate)
        self.epsilon = _positive("epsilon", epsilon)

    def move(self, value: Value, gradient: Value, moments: Sequence[Value], step: int) -> tuple[Value, ...]:
        """Against the gradient, divided by the root of the sum of its squares so far."""
        (squares,) = moments
        squares = squares + gradient * gradient
        return value - self.rate * gradient / (np.sqrt(squares) + self.epsilon), squares


class RmsProp(Optimizer):
    """AdaGrad that forgets: an average of the squared gradients in place of their sum.

    Hinton, *Neural Networks for Machine Learning*, lecture 6e, 2012. ``epsilon`` is 1e-8 as in
    PyTorch; in the book it is 1e-7.
    """

    name = "rmsprop"
    title = "RMSProp"
    formula = r"h \leftarrow \rho h + (1 - \rho) g^2, \quad w \leftarrow w - \eta \frac{g}{\sqrt{h} + \epsilon}"
    moments = ("squares",)

    def __init__(self, *, rate: float = 0.01, decay: float = 0.99, epsilon: float = 1e-8) -> None:
        self.rate = _positive("rate", rate)
        self.decay = _fraction("decay", decay)
        self.epsilon = _positive("epsilon", epsilon)

    def move(self, value: Value, gradient: Value, moments: Sequence[Value], step: int) -> tuple[Value, ...]:
        """Against the gradient, divided by the root of the average of its squares."""
        (squares,) = moments
        squares = self.decay * squares + (1.0 - self.decay) * gradient * gradient
        return value - self.rate * gradient / (np.sqrt(squares) + self.epsilon), squares


class Adam(Optimizer):
    """Momentum and RMSProp in one, both averages corrected for having begun at 0.

    Kingma and Ba, *Adam: A Method for Stochastic Optimization*, 2015, algorithm 1. The book folds the corrections into
    the rate, which weighs ``epsilon`` differently.
    """

    name = "adam"
    title = "Adam"
    formula = (
        r"m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \quad "
        r"w \leftarrow w - \eta \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \epsilon}"
    )
    moments = ("average", "squares")

    def __init__(self, *, rate: float = 0.001, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8) -> None:
        self.rate = _positive("rate", rate)
        self.beta1 = _fraction("beta1", beta1)
        self.beta2 = _fraction("beta2", beta2)
        self.epsilon = _positive("epsilon", epsilon)

    def move(self, value: Value, gradient: Value, moments: Sequence[Value], step: int) -> tuple[Value, ...]:
        """Along the corrected mean, divided by the root of the corrected average of squares."""
        mean, squares = moments
        mean = self.beta1 * mean + (1.0 - self.beta1) * gradient
        squares = self.beta2 * squares + (1.0 - self.beta2) * gradient * gradient
        corrected = mean / (1.0 - self.beta1**step)
        root = np.sqrt(squares / (1.0 - self.beta2**step))
        return value - self.rate * corrected / (root + self.epsilon), mean, squares


_SYNONYMS: Final = {"lr": "rate", "learning_rate": "rate"}


def make_optimizer(name: str, settings: Mapping[str, Any]) -> Optimizer:
    """The optimizer of that name, in whatever case; a rate may be called ``lr`` or ``learning_rate`` too.

    Raises :class:`GraphError`, whose faults point at ``/optimizer``.
    """
    kind = OPTIMIZERS.get(name.lower())
    if kind is None:
        detail = f"there is no optimizer of that name; there are {', '.join(OPTIMIZERS)}"
        raise GraphError([Fault("unknown-optimizer", detail, pointer="/optimizer")])
    params = {param.name: param for param in kind.params}
    values: dict[str, Any] = {}
    try:
        for given, data in settings.items():
            setting = _SYNONYMS.get(given, given)
            if setting not in params or setting in values:
                has = ", ".join(params)
                raise SettingError("unknown-setting", f"{kind.name} takes each of its settings once: {has}")
            values[setting] = params[setting].read(data)
        return kind(**values)
    except SettingError as error:
        raise GraphError([Fault(error.code, str(error), pointer="/optimizer")]) from None
