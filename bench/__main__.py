"""``python -m bench [section …] [--quick]``: measure, print, and write ``docs/benchmarks.md``."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Final

from bench import report

SECTIONS: Final = {
    "engine": "Engine",
    "tensors": "Tensors",
    "gradients": "Gradient check and sweep",
    "service": "Service",
    "browser": "Browser",
}
"""Modules of this package, each with ``PACKAGES`` and ``tables(quick)``, and what their sections are called."""


def main() -> None:
    """Measure the sections that are named; all of them where none is."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument(
        "sections", nargs="*", choices=[*SECTIONS, []], help="which to measure; all where none is named"
    )
    parser.add_argument("--quick", action="store_true", help="small sizes and few rounds; the page isn't written")
    arguments = parser.parse_args()
    for name in arguments.sections or SECTIONS:
        module = import_module(f"bench.{name}")
        tables = _shown(module.tables(quick=arguments.quick))
        text = report.section(SECTIONS[name], module.PACKAGES, tables)
        if not arguments.quick:
            report.write(SECTIONS[name], text)


def _shown(tables: Iterable[report.Table]) -> Iterator[report.Table]:
    """The same tables, each printed as soon as it is there."""
    for table in tables:
        print(table.markdown(), flush=True)
        yield table


if __name__ == "__main__":
    main()
