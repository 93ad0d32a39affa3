"""The ``backarrow`` command."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from threading import Timer
from typing import Any

import click
from pydantic import ValidationError
from pydantic_core import from_json
from rich.console import Console
from rich.table import Table

from app.core.errors import GraphError
from app.core.evaluate import Evaluation, evaluate
from app.core.graph import Graph
from app.core.tensor import Value, read_tensor
from app.formats.document import GraphDocument
from app.formats.format import Exporter, ExportOptions
from app.formats.formula import parse_formula
from app.formats.registry import EXPORTERS


@click.group()
@click.version_option(package_name="backarrow")
def main() -> None:
    """Computational graphs, forward and backward."""


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=8000, show_default=True, help="Port to listen at.")
@click.option("--open", "open_browser", is_flag=True, help="Open the page in a browser.")
def serve(host: str, port: int, open_browser: bool) -> None:
    """Serve the pages and the API."""
    import uvicorn

    if open_browser:
        Timer(1.0, webbrowser.open, [f"http://{host}:{port}/"]).start()
    uvicorn.run("app.main:create_app", factory=True, host=host, port=port)


@main.command("eval")
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


@main.command("export")
@click.argument("source", metavar="FILE|FORMULA")
@click.option("-o", "--to", "target", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file.")
@click.option("--format", "format_name", type=click.Choice(list(EXPORTERS)), help="Told by the file's name otherwise.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="The value of a leaf.")
@click.option("--output", metavar="NODE", help="Another output than the graph's own.")
@click.option("--scale", default=2, show_default=True, type=click.IntRange(1, 4), help="Pixels a unit of a picture.")
@click.option("--dark", is_flag=True, help="A picture in dark colours.")
def export_command(
    source: str,
    target: Path,
    format_name: str | None,
    settings: tuple[str, ...],
    output: str | None,
    scale: int,
    dark: bool,
) -> None:
    """Write a graph's file or a formula in another format."""
    exporter = _exporter(target, format_name)
    values = dict(_setting(setting) for setting in settings)
    try:
        content = exporter.write(_read(source, values), ExportOptions(output, None, scale, dark))
    except GraphError as error:
        raise click.ClickException(_faults(error)) from None
    target.write_bytes(content if isinstance(content, bytes) else content.encode())


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
        fault.detail if fault.line is None else f"line {fault.line}, column {fault.column}: {fault.detail}"
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
    if not is_file:
        if path.suffix == ".json":
            raise click.ClickException(f"{source}: there is no such file")
        graph = parse_formula(source, values)
    else:
        try:
            graph = GraphDocument.model_validate(from_json(path.read_bytes())).to_graph()
        except ValidationError as error:
            lines = [f"{_place(item['loc'])}: {item['msg']}" for item in error.errors()]
            raise click.ClickException("\n".join([f"{source} is not a graph document:", *lines])) from None
        except ValueError as error:
            raise click.ClickException(f"{source}: {error}") from None
    return _with_values(graph, values)


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
