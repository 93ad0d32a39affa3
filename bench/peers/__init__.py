"""Other programs that compute the same graphs, each in the way its users would, with every value and gradient kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import Any, Final, Protocol, cast

from bench.graphs import Flat

_MODULES: Final = (
    "bare_layers", "torch_eager", "micrograd_values", "autograd_boxes", "mygrad_tensors",
    "jax_jit", "c_tape",
)  # fmt: skip


class UnavailableError(Exception):
    """A peer can't run on this machine; the message says why."""


class Peer(Protocol):
    """What a module of this package offers."""

    NAME: str
    LARGEST: int
    """The largest graph for which its time is bearable."""

    def runner(self, flat: Flat) -> Callable[[], Any]:
        """What runs the graph forward and backward, and returns all values and gradients as it has them."""

    def numbers(self, result: Any) -> tuple[Sequence[float], Sequence[float]]:
        """Values and gradients as plain numbers, by place."""


def available() -> Iterator[Peer]:
    """The peers that are installed; of the others it is said why not."""
    for name in _MODULES:
        try:
            yield cast(Peer, import_module(f"bench.peers.{name}"))
        except (ImportError, UnavailableError) as error:
            print(f"left out: {name} ({error})")
