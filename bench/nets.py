"""The net 784-50-10 of the book (affine, ReLU, affine, softmax with loss) as each of the contenders computes it.

Each gives the loss and the gradients of the parameters, and after them, where ``data`` is on, that of the data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.core.graph import Graph, Node
from app.core.ops.activations import Relu
from app.core.ops.leaves import Constant, Input, Parameter
from app.core.ops.linalg import Affine
from app.core.ops.loss import SoftmaxWithLoss

WIDTHS: Final = (784, 50, 10)

Array: TypeAlias = NDArray[np.float64]
Run: TypeAlias = Callable[[], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Net:
    """Weights, and a batch with its classes."""

    x: Array
    t: NDArray[np.int64]
    w1: Array
    b1: Array
    w2: Array
    b2: Array

    @property
    def parameters(self) -> tuple[Array, ...]:
        """What is trained."""
        return self.w1, self.b1, self.w2, self.b2

    @property
    def classes(self) -> Array:
        """The classes as Backarrow has them."""
        return self.t.astype(np.float64)

    def graph(self, *, data: bool = True) -> Graph:
        """The same as a document; the data are a constant where ``data`` is off."""
        return Graph(
            (
                Node("x", Input.name if data else Constant.name, value=self.x),
                Node("t", Constant.name, value=self.classes),
                *(Node(name, Parameter.name, value=getattr(self, name)) for name in ("w1", "b1", "w2", "b2")),
                Node("a1", Affine.name, ("x", "w1", "b1")),
                Node("h", Relu.name, ("a1",)),
                Node("a2", Affine.name, ("h", "w2", "b2")),
                Node("loss", SoftmaxWithLoss.name, ("a2", "t")),
            )
        )


def net(batch: int) -> Net:
    """The net with random weights and a random batch, the same each time."""
    random = np.random.default_rng(0)
    inputs, hidden, classes = WIDTHS
    return Net(
        x=random.random((batch, inputs)),
        t=random.integers(classes, size=batch),
        w1=random.normal(scale=inputs**-0.5, size=(inputs, hidden)),
        b1=np.zeros(hidden),
        w2=random.normal(scale=hidden**-0.5, size=(hidden, classes)),
        b2=np.zeros(classes),
    )


def products(given: Net, *, data: bool = True) -> Run:
    """The six bare matrix products that it can't do without, by ``@``; five without the gradient of the data."""
    x, w1, w2 = given.x, given.w1, given.w2
    hidden, scores = x @ w1, x @ w1 @ w2

    def run() -> tuple[Any, ...]:
        forward = x @ w1, hidden @ w2
        backward = scores @ w2.T, hidden.T @ scores, x.T @ hidden
        return (*forward, *backward, hidden @ w1.T) if data else (*forward, *backward)

    return run


def products_in_place(given: Net) -> Run:
    """The six matrix products into arrays that are kept."""
    x, w1, w2 = given.x, given.w1, given.w2
    hidden, scores = x @ w1, x @ w1 @ w2
    pairs = (x, w1), (hidden, w2), (scores, w2.T), (hidden.T, scores), (x.T, hidden), (hidden, w1.T)
    outputs = [left @ right for left, right in pairs]

    def run() -> tuple[Any, ...]:
        for (left, right), output in zip(pairs, outputs, strict=True):
            np.matmul(left, right, out=output)
        return tuple(outputs)

    return run


def torch_run(given: Net, *, data: bool = True) -> Run:
    """PyTorch on one thread."""
    import torch
    from torch.nn.functional import cross_entropy

    torch.set_num_threads(1)
    x = torch.tensor(given.x, requires_grad=data)
    t = torch.tensor(given.t)
    w1, b1, w2, b2 = (torch.tensor(each, requires_grad=True) for each in given.parameters)
    asked = (w1, b1, w2, b2, x) if data else (w1, b1, w2, b2)

    def run() -> tuple[Any, ...]:
        loss = cross_entropy(torch.relu(x @ w1 + b1) @ w2 + b2, t)
        return loss.detach(), *torch.autograd.grad(loss, asked)

    return run


def jax_run(given: Net, *, data: bool = True) -> Run:
    """JAX, compiled; compiling isn't in its time."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", val=True)
    t = jnp.array(given.t)

    def loss(w1: Any, b1: Any, w2: Any, b2: Any, x: Any) -> Any:
        log_y = jax.nn.log_softmax(jax.nn.relu(x @ w1 + b1) @ w2 + b2)
        return -jnp.mean(log_y[jnp.arange(len(t)), t])

    compiled = jax.jit(jax.value_and_grad(loss, argnums=tuple(range(5 if data else 4))))
    inputs = [jnp.array(each) for each in (*given.parameters, given.x)]

    def run() -> tuple[Any, ...]:
        value, gradients = jax.block_until_ready(compiled(*inputs))
        return value, *gradients

    return run


def autograd_run(given: Net, *, data: bool = True) -> Run:
    """autograd, over its NumPy."""
    import autograd
    import autograd.numpy as anp

    rows = np.arange(len(given.t))

    def loss(parameters: Any, x: Any) -> Any:
        w1, b1, w2, b2 = parameters
        a2 = anp.dot(anp.maximum(anp.dot(x, w1) + b1, 0.0), w2) + b2
        below = a2 - anp.max(a2, axis=1, keepdims=True)
        log_y = below - anp.log(anp.sum(anp.exp(below), axis=1, keepdims=True))
        return -anp.mean(log_y[rows, given.t])

    def of_all(everything: Any) -> Any:
        return loss(everything[:4], everything[4] if data else given.x)

    differentiated = autograd.value_and_grad(of_all)
    inputs = (*given.parameters, given.x) if data else given.parameters

    def run() -> tuple[Any, ...]:
        value, gradients = differentiated(inputs)
        return value, *gradients

    return run


def mygrad_run(given: Net, *, data: bool = True) -> Run:
    """MyGrad."""
    import mygrad
    from mygrad.nnet.activations import relu
    from mygrad.nnet.losses import softmax_crossentropy

    parameters = [mygrad.tensor(each) for each in given.parameters]
    x = mygrad.tensor(given.x, constant=not data)

    def run() -> tuple[Any, ...]:
        w1, b1, w2, b2 = parameters
        loss = softmax_crossentropy(relu(x @ w1 + b1) @ w2 + b2, given.t)
        loss.backward()
        return loss.data, *(each.grad for each in (*parameters, *((x,) if data else ())))

    return run


_PEERS: Final = {"PyTorch": torch_run, "JAX jit": jax_run, "autograd": autograd_run, "MyGrad": mygrad_run}


def peers(given: Net, *, data: bool = True) -> Iterator[tuple[str, Run]]:
    """The peers that are installed, by name."""
    for name, make in _PEERS.items():
        try:
            yield name, make(given, data=data)
        except ImportError as error:
            print(f"left out: {name} ({error})")
