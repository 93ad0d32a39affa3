"""A training as it is asked for over HTTP, and its answer line by line."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, Final

from fastapi import HTTPException

from app.core.batches import Batches, ListedBatches
from app.core.errors import Fault, GraphError
from app.core.graph import Graph
from app.core.initialise import initialise
from app.core.optimizers import Optimizer, make_optimizer
from app.core.train import Progress, Report, Reporting, Training
from app.core.validate import validate
from app.formats.datasets.binding import Binding, Sampling, bind, bind_rows, target_leaf
from app.formats.datasets.builtin import DATASETS, BuiltIn
from app.formats.datasets.csv_text import read_csv
from app.formats.datasets.dataset import Dataset
from app.formats.document import graph_document, leaf_data, tensor_data
from app.settings import Settings
from app.web.ndjson import to_line
from app.web.schemas.datasets import SampleRequest
from app.web.schemas.train import DataBatches, Initialise, TrainRequest, TrainState

DEFAULT_LINES: Final = 1_000
"""Where nobody says how often to report, no more than so many steps are."""


def train_lines(request: TrainRequest, settings: Settings) -> Iterator[bytes]:
    """The lines of the answer. Raises :class:`GraphError` before the first where there is anything to refuse."""
    graph, limits = request.graph.to_graph(), settings.limits()
    validate(graph, request.output, limits)
    optimizer = make_optimizer(request.optimizer.name, request.optimizer.model_extra or {})
    if request.initialise is not None:
        graph = _initialised(graph, request.initialise, request.state)
    training = Training(
        graph, optimizer, _batches(graph, request.batches), output=request.output,
        scores=request.scores, targets=_targets(graph, request),
        progress=_progress(request.state, optimizer), limits=limits,
    )  # fmt: skip
    training.afford(request.steps, settings.max_train_work)
    reporting = Reporting(request.every or -(-request.steps // DEFAULT_LINES), request.test_every, request.gradients)
    yield from _answer(training, optimizer, training.run(request.steps, reporting, settings.train_seconds))


def dataset_entry(name: str) -> BuiltIn:
    """The built-in data set of that name. Raises an HTTP fault where there is none, or where its package is missing."""
    entry = DATASETS.get(name)
    if entry is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"there is no data set of that name; there are {', '.join(DATASETS)}")
    if (missing := entry.missing()) is not None:
        raise HTTPException(HTTPStatus.NOT_IMPLEMENTED, missing)
    return entry


def sample_data(request: SampleRequest) -> dict[str, Any]:
    """A row as a ``SampleResponse``. Raises :class:`GraphError` where the data doesn't fit the graph."""
    graph, asked = request.graph.to_graph(), request.batches
    dataset = _dataset(asked)
    bound = bind_rows(graph, dataset, _binding(asked), _sampling(asked))
    if request.row >= dataset.count:
        raise GraphError([Fault("unknown-row", f"the data has {dataset.count:,} rows, from 0 on", pointer="/row")])
    return {
        "count": dataset.count,
        "features": dataset.names,
        "target": dataset.target,
        "classes": dataset.classes,
        "inputs": bound.inputs,
        "targets": bound.targets,
        "row": request.row,
        "tested": bool(request.row in bound.parts.test),
        "answer": float(dataset.targets[request.row]),
        "values": {node: tensor_data(value) for node, value in bound.sample(graph, request.row).items()},
    }


def _initialised(graph: Graph, asked: Initialise, state: TrainState | None) -> Graph:
    if state is not None:
        detail = "parameters are initialised before the first step: a run that goes on keeps its own"
        raise GraphError([Fault("bad-state", detail, pointer="/initialise")])
    return initialise(graph, asked.method, asked.seed, asked.std)


def _targets(graph: Graph, request: TrainRequest) -> str | None:
    """What the scores that the request names are to foretell: where it doesn't say, what a data set says."""
    if request.targets is None and request.scores is not None and isinstance(request.batches, DataBatches):
        return target_leaf(graph, _binding(request.batches))
    return request.targets


def _batches(graph: Graph, asked: list[dict[str, Any]] | dict[str, Any] | DataBatches | None) -> Batches:
    match asked:
        case None:
            return ListedBatches()
        case list():
            return ListedBatches(asked)
        case DataBatches():
            return _rows(graph, asked)
        case _:
            return ListedBatches([asked])


def _rows(graph: Graph, asked: DataBatches) -> Batches:
    return bind(graph, _dataset(asked), _binding(asked), _sampling(asked))


def _sampling(asked: DataBatches) -> Sampling:
    return Sampling(asked.size, asked.seed, asked.shuffle, asked.test, asked.standardise)


def _dataset(asked: DataBatches) -> Dataset:
    if asked.csv is not None and asked.data is None:
        return read_csv(asked.csv, asked.target)
    if asked.data is None or asked.csv is not None:
        raise GraphError([Fault("bad-batches", "name either data or csv", pointer="/batches")])
    return dataset_entry(asked.data).load(asked.seed)


def _binding(asked: DataBatches) -> Binding:
    return Binding(asked.inputs, asked.targets)


def _progress(state: TrainState | None, optimizer: Optimizer) -> Progress | None:
    if state is None:
        return None
    if state.optimizer != optimizer.name:
        detail = f"the state is another optimizer's than {optimizer.name}'s, which is to go on"
        raise GraphError([Fault("bad-state", detail, pointer="/state/optimizer")])
    moments = {
        node: tuple([kept[name] for name in optimizer.moments if name in kept]) for node, kept in state.moments.items()
    }
    return Progress(state.step, moments)


def _answer(training: Training, optimizer: Optimizer, reports: Iterator[Report]) -> Iterator[bytes]:
    report = None
    for report in reports:
        yield to_line(_report_data(report))
    if report is not None:
        yield to_line(_report_data(report) | _end_data(training, optimizer))


def _report_data(report: Report) -> dict[str, Any]:
    """A step as a ``TrainLine``."""
    return {
        "step": report.step,
        "loss": report.loss,
        "metrics": report.metrics,
        "gradients": report.gradients,
        "elapsed": round(report.elapsed, 6),
        "remaining": round(report.remaining, 6),
    }


def _end_data(training: Training, optimizer: Optimizer) -> dict[str, Any]:
    """What a ``TrainEnd`` has besides."""
    progress, stopped = training.progress, training.stopped
    moments = {
        node: dict(zip(optimizer.moments, map(leaf_data, kept), strict=True)) for node, kept in progress.moments.items()
    }
    return {
        "graph": graph_document(training.graph),
        "state": {"step": progress.step, "optimizer": optimizer.name, "moments": moments},
        "scores": None if training.judge is None else training.judge.scores,
        "stopped": None if stopped is None else {"code": stopped.code, "detail": stopped.detail},
    }
