"""The ``backarrow`` command."""

from __future__ import annotations

import webbrowser
from threading import Timer
from typing import Final

import click

from app.blas import one_blas_thread

_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


class _LateGroup(click.Group):
    """A group that imports most of its commands when one of them is asked for, since serving needs none of them."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted({*super().list_commands(context), *_late().list_commands(context)})

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        return super().get_command(context, name) or _late().get_command(context, name)


def _late() -> click.Group:
    from app.commands import commands

    return commands


@click.group(cls=_LateGroup)
@click.version_option(package_name="backarrow")
@click.pass_context
def main(context: click.Context) -> None:
    """Computational graphs, forward and backward."""
    context.with_resource(one_blas_thread())


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=8000, show_default=True, help="Port to listen at.")
@click.option("--open", "open_browser", is_flag=True, help="Open the page in a browser.")
def serve(host: str, port: int, open_browser: bool) -> None:
    """Serve the pages and the API."""
    import uvicorn

    if open_browser:
        Timer(1.0, webbrowser.open, [f"http://{host}:{port}/"]).start()
    uvicorn.run(
        "app.main:create_app",
        factory=True,
        host=host,
        port=port,
        # Within one machine, compressing an answer takes longer than sending it.
        ws_per_message_deflate=host not in _LOOPBACK,
    )
