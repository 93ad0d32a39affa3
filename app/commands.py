"""The commands that read, compute and write without a server."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, get_args

import click
from pydantic import ValidationError
from pydantic_core import from_json
from rich.console import Console
from rich.progress import Progress, TextColumn
from rich.table import Table

from app.core.errors import GraphError
from app.core.evaluate import Evaluation, evaluate
from app.core.graph import Graph
from app.core.initialise import METHODS, initialise
from app.core.optimizers import OPTIMIZERS, make_optimizer
from app.core.tensor import Value, read_tensor
from app.core.train import Report, Reporting, Training
from app.formats.datasets.binding import Binding, Sampling, bind
from app.formats.datasets.builtin import DATASETS
from app.formats.datasets.csv_text import read_csv
from app.formats.datasets.dataset import Dataset
from app.formats.format import Convention, Exporter, ExportOptions, ImportOptions, Tensors
from app.formats.formula import parse_formula
from app.formats.json_writer import write_json
from app.formats.registry import EXPORTERS, IMPORTERS

commands = click.Group()
"""What ``backarrow`` knows besides ``serve``."""


@commands.command("eval")
@click.argument("source", metavar="FILE|FORMULA")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="The value of a leaf.")
def evaluate_command(source: str, settings: tuple[str, ...]) -> None:
    """Evaluate a graph's file or a formula and print every value and gradient.

    VALUE is a number or a nested list of numbers.
    """
    values = dict(_setting(setting) for setting in settings)
    try:
        graph = _read(source, values)
        run = evaluate(graph)
    except GraphError as error:
        raise click.ClickException(_faults(error)) from None
    _print(graph, run)


@commands.command("export")
@click.argument("source", metavar="FILE|FORMULA")
@click.option("-o", "--to", "target", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file.")
@click.option("--format", "format_name", type=click.Choice(list(EXPORTERS)), help="Told by the file's name otherwise.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="The value of a leaf.")
@click.option("--output", metavar="NODE", help="Another output than the graph's own.")
@click.option("--scale", default=2, show_default=True, type=click.IntRange(1, 4), help="Pixels a unit of a picture.")
@click.option("--dark", is_flag=True, help="A picture in dark colours.")
@click.option(
    "--convention",
    type=click.Choice(get_args(Convention)),
    default="book",
    show_default=True,
    help="The way in which a picture draws arrows and numbers.",
)
@click.option(
    "--tensors",
    type=click.Choice(get_args(Tensors)),
    default="few",
    show_default=True,
    help="How a picture shows tensors: numbers while they are few, numbers, or heat maps.",
)
def export_command(
    source: str,
    target: Path,
    format_name: str | None,
    settings: tuple[str, ...],
    output: str | None,
    scale: int,
    dark: bool,
    convention: Convention,
    tensors: Tensors,
) -> None:
    """Write a graph's file or a formula in another format."""
    exporter = _exporter(target, format_name)
    values = dict(_setting(setting) for setting in settings)
    try:
        options = ExportOptions(output, None, scale, dark, convention, tensors)
        content = exporter.write(_read(source, values), options)
    except GraphError as error:
        raise click.ClickException(_faults(error)) from None
    target.write_bytes(content if isinstance(content, bytes) else content.encode())


@commands.command("train")
@click.argument("source", metavar="FILE|FORMULA")
@click.option("--data", required=True, metavar="NAME|FILE", help=f"One of {', '.join(DATASETS)}, or a file of numbers.")
@click.option("-o", "--to", "target", type=click.Path(dir_okay=False, path_type=Path), help="The trained graph's file.")
@click.option("--steps", default=1000, show_default=True, type=click.IntRange(min=1), help="How many steps to take.")
@click.option("--optimizer", default="sgd", show_default=True, type=click.Choice(list(OPTIMIZERS)))
@click.option("--rate", type=float, help="The optimizer's own where left out.")
@click.option("--batch", default=32, show_default=True, type=click.IntRange(min=1), help="Rows in a step.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Of all that is drawn.")
@click.option("--init", "method", type=click.Choice(METHODS), help="Draw the weights anew.")
def train_command(
    source: str,
    data: str,
    target: Path | None,
    steps: int,
    optimizer: str,
    rate: float | None,
    batch: int,
    seed: int,
    method: str | None,
) -> None:
    """Train the parameters of a graph's file or a formula.

    A fifth of the data is kept to test with. FILE holds comma-separated numbers, the last column being the target.
    """
    try:
        graph = _read(source, {})
        if method is not None:
            graph = initialise(graph, method, seed)
        rule = make_optimizer(optimizer, {} if rate is None else {"rate": rate})
        batches = bind(graph, _dataset(data, seed), Binding(), Sampling(batch, seed))
        training = Training(graph, rule, batches)
        report = _follow(training, steps)
    except GraphError as error:
        raise click.ClickException(_faults(error)) from None
    for name, number in {"loss": report.loss, **report.metrics}.items():
        click.echo(f"{name.replace('_', ' ')}: {number:.6g}")
    if target is not None:
        target.write_text(write_json(training.graph, ExportOptions()), "utf-8")
    if training.stopped is not None:
        raise click.ClickException(training.stopped.detail)


def _dataset(data: str, seed: int) -> Dataset:
    """A built-in data set, or a file's table."""
    if data not in DATASETS:
        try:
            return read_csv(Path(data).read_text("utf-8"))
        except (OSError, UnicodeDecodeError):
            raise click.ClickException(f"{data} is neither a data set nor a file of text") from None
    if (missing := DATASETS[data].missing()) is not None:
        raise click.ClickException(missing)
    return DATASETS[data].load(seed)


def _follow(training: Training, steps: int) -> Report:
    """Train with a bar that shows how far it is; the last step."""
    every = max(1, steps // 200)
    columns = (*Progress.get_default_columns(), TextColumn("loss {task.fields[loss]:.4g}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("training", total=steps, loss=float("nan"))
        for report in training.run(steps, Reporting(every=every)):
            progress.update(task, completed=report.step, loss=report.loss)
    return report


def _exporter(target: Path, name: str | None) -> Exporter:
    """The format of that name, or the first whose files end like the target."""
    suffixes = {exporter.suffix: exporter for exporter in reversed(EXPORTERS.values())}
    exporter = suffixes.get(target.suffix) if name is None else EXPORTERS[name]
    if exporter is None:
        raise click.ClickException(
            f"no format's files end in {target.suffix or 'nothing'}; there are {', '.join(suffixes)}"
        )
    if (missing := exporter.missing()) is not None:
        raise click.ClickException(missing)
    return exporter


def _faults(error: GraphError) -> str:
    return "\n".join(
        fault.detail
        if fault.line is None or fault.column is None
        else f"line {fault.line}, column {fault.column}: {fault.detail}"
        for fault in error.faults
    )


def _setting(text: str) -> tuple[str, Value]:
    name, equals, data = text.partition("=")
    try:
        if equals:
            return name.strip(), read_tensor(from_json(data, allow_inf_nan=False))
    except ValueError:
        pass
    raise click.BadParameter(f"{text} is not NAME=VALUE with a number or a list of numbers")


def _read(source: str, values: dict[str, Value]) -> Graph:
    path = Path(source)
    try:
        is_file = path.is_file()
    except OSError:
        is_file = False
    if is_file:
        return _with_values(_import(path), values)
    if path.suffix in _IMPORTERS:
        raise click.ClickException(f"{source}: there is no such file")
    return _with_values(parse_formula(source, values), values)


_IMPORTERS: Final = {suffix: importer for importer in IMPORTERS.values() for suffix in importer.suffixes}


def _import(path: Path) -> Graph:
    """The graph of a file, by the end of its name; what it can't say goes to standard error."""
    importer = _IMPORTERS.get(path.suffix, IMPORTERS["json"])
    if (missing := importer.missing()) is not None:
        raise click.ClickException(missing)
    try:
        found = importer.read(path.read_bytes(), ImportOptions())
    except ValidationError as error:
        lines = [f"{_place(item['loc'])}: {item['msg']}" for item in error.errors()]
        raise click.ClickException("\n".join([f"{path} is not a graph document:", *lines])) from None
    except GraphError as error:
        raise click.ClickException(f"{path}: {_faults(error)}") from None
    for note in found.notes:
        click.echo(note, err=True)
    return found.graph


def _place(location: tuple[Any, ...]) -> str:
    return "/" + "/".join(map(str, location))


def _with_values(graph: Graph, values: dict[str, Value]) -> Graph:
    leaves = graph.leaves()
    if unknown := sorted(set(values) - leaves):
        raise click.ClickException(
            f"no leaf is named {', '.join(unknown)}; the graph has {', '.join(sorted(leaves)) or 'none'}"
        )
    return graph.with_values(values)


def _print(graph: Graph, run: Evaluation) -> None:
    table = Table(title=graph.title or None)
    for column in ("node", "op", "value", f"∂{run.plan.ids[run.plan.output]}/∂node"):
        table.add_column(column, justify="left" if column in {"node", "op"} else "right")
    for node_id, value, gradient in zip(run.plan.ids, run.values, run.gradients, strict=True):
        table.add_row(node_id, graph[node_id].op, _shown(value), _shown(gradient))
    console = Console()
    console.print(table)
    for warning in run.warnings:
        console.print(f"warning: {warning.detail}", markup=False)


def _shown(value: Value | None) -> str:
    if value is None:
        return "–"
    return f"{value:.10g}" if isinstance(value, float) else str(value)
