"""Tensor graphs in float64 on one thread: a small net beside its bare matrix products, and convolutions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import process_time
from typing import Any, Final

import numpy as np

from app.core.evaluate import Evaluation, leaf_values, run
from app.core.ops.conv import Conv2d
from app.core.plan import plan_for
from bench import nets
from bench.measure import race
from bench.report import Goal, Table, duration, ratio, times

PACKAGES: Final = ("numpy", "torch", "jax", "autograd", "mygrad")
_CLOSE: Final = 1e-9
_OURS, _PRODUCTS, _IN_PLACE = "ours", "matrix products", "products into kept arrays"
_GOALS: Final = {100: 1.25, 1_000: 1.1}
_IMAGES: Final = ((8, 8, 16), (16, 16, 16), (16, 16, 32), (32, 32, 16), (32, 32, 32))
_BATCH: Final = 8
_KERNEL: Final = 3


def tables(*, quick: bool) -> Iterator[Table]:
    """The net with and without the gradient of its data, and convolutions."""
    seconds = 0.3 if quick else 6.0
    yield _net_table(seconds, data=True)
    yield _net_table(seconds, data=False)
    try:
        yield _conv_table(_IMAGES[:1] if quick else _IMAGES, seconds)
    except ImportError as error:
        print(f"left out: the convolutions ({error})")


def _net_table(seconds: float, *, data: bool) -> Table:
    rows: list[list[str]] = []
    goals: list[Goal] = []
    columns = ["batch", _OURS, _PRODUCTS, _IN_PLACE]
    for batch, wanted in _GOALS.items():
        given = nets.net(batch)
        ours = _runner(given, data=data)
        peers = dict(nets.peers(given, data=data))
        numbers = _numbers(ours(), data=data)
        for name, peer in peers.items():
            _require_equal(name, peer(), numbers)
        timings = race(
            {_OURS: ours, _PRODUCTS: nets.products(given), _IN_PLACE: nets.products_in_place(given), **peers},
            seconds,
            process_time,
        )
        columns = ["batch", *timings]
        mine = timings[_OURS]
        rows.append([f"{batch:,}", duration(mine), *(times(mine, timings[name]) for name in columns[2:])])
        over = 1.0 / ratio(mine, timings[_PRODUCTS])
        goals.append(Goal(f"in times of the six products at {batch:,}", wanted if data else 1.0, over, at_least=False))
        if "PyTorch" in timings:
            goals.append(Goal(f"times PyTorch at {batch:,}", 1.4, ratio(mine, timings["PyTorch"])))
    what = "with" if data else "without"
    notes = [
        "The six matrix products are `@` with new arrays each time, two forward and four backward; all on one thread."
    ]
    title = f"Net 784-50-10 {what} the gradient of the data, both ways: how many times as long the others take"
    return Table(title, columns, rows, [*(goal.note() for goal in goals), *notes])


def _runner(given: nets.Net, *, data: bool) -> Callable[[], Evaluation]:
    graph = given.graph(data=data)
    plan = plan_for(graph)
    leaves = leaf_values(plan, graph)
    return lambda: run(plan, leaves)


def _numbers(evaluation: Evaluation, *, data: bool) -> list[Any]:
    names = ("w1", "b1", "w2", "b2", "x") if data else ("w1", "b1", "w2", "b2")
    return [evaluation.value("loss"), *map(evaluation.gradient, names)]


def _require_equal(name: str, found: tuple[Any, ...], wanted: list[Any]) -> None:
    """Raise ``ValueError`` where a number differs: who computes something else isn't timed."""
    for theirs, ours in zip(found, wanted, strict=True):
        if not np.allclose(np.asarray(theirs), ours, rtol=_CLOSE, atol=_CLOSE):
            raise ValueError(f"{name} computes other numbers")


def _conv_table(images: tuple[tuple[int, int, int], ...], seconds: float) -> Table:
    rows: list[list[str]] = []
    worst = 0.0
    for height, width, channels in images:
        contenders = _conv_contenders(height, width, channels)
        ours, torch = (make() for make in contenders.values())
        _require_equal("PyTorch", torch, list(ours))
        timings = race(contenders, seconds, process_time)
        mine, other = timings[_OURS], timings["PyTorch"]
        worst = max(worst, 1.0 / ratio(mine, other))
        rows.append([f"{height} × {width} × {channels}", duration(mine), times(mine, other)])
    goal = Goal("in times of PyTorch's, at worst", 2.0, worst, at_least=False)
    title = "Conv2d, 3 × 3, both ways, 8 images: how many times as long PyTorch takes"
    return Table(title, ["height × width × channels", _OURS, "PyTorch"], rows, [goal.note()])


def _conv_contenders(height: int, width: int, channels: int) -> dict[str, Callable[[], tuple[Any, ...]]]:
    import torch

    random = np.random.default_rng(0)
    x = random.normal(size=(_BATCH, channels, height, width))
    w = random.normal(scale=(_KERNEL * _KERNEL * channels) ** -0.5, size=(channels, channels, _KERNEL, _KERNEL))
    b = random.normal(size=channels)
    upstream = random.normal(size=x.shape)
    tensors = [torch.tensor(each, requires_grad=True) for each in (x, w, b)]
    sent = torch.tensor(upstream)
    torch.set_num_threads(1)

    def ours() -> tuple[Any, ...]:
        layer = Conv2d(padding=(1, 1))
        return layer.forward(x, w, b), *layer.backward(upstream)

    def theirs() -> tuple[Any, ...]:
        y = torch.nn.functional.conv2d(*tensors, padding=1)
        return y.detach(), *torch.autograd.grad(y, tensors, sent)

    return {_OURS: ours, "PyTorch": theirs}
