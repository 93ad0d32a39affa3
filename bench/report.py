"""Tables of figures, printed and kept in ``docs/benchmarks.md``."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from bench.measure import Timing

PAGE: Final = Path(__file__).parents[1] / "docs" / "benchmarks.md"
_HEAD: Final = """# Benchmarks

`make bench` measures Backarrow beside its peers and writes this page. Figures are ratios of medians within one process
and run, contenders taking turns; behind ± stands half of what lies between the quartiles. Seconds are those of the
machine named under each heading, and say little about any other; where all takes place in one process they are its
processor's.
"""


@dataclass(frozen=True, slots=True)
class Table:
    """One table. A goal that was missed is said in ``notes``, with what is known of the reason."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = field(default_factory=tuple)

    def markdown(self) -> str:
        """The table under a heading of the third level."""
        lines = [f"### {self.title}", "", _row(self.columns), _row(["---", *["---:"] * (len(self.columns) - 1)])]
        return "\n".join([*lines, *map(_row, self.rows), *_bullets(self.notes)]) + "\n"


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure that was to be reached: at least ``wanted``, or at most where ``at_least`` is turned off."""

    text: str
    wanted: float
    got: float
    at_least: bool = True

    @property
    def reached(self) -> bool:
        """Whether it was."""
        return self.got >= self.wanted if self.at_least else self.got <= self.wanted

    def note(self) -> str:
        """What was wanted and what came of it, for a table's notes."""
        bound = "at least" if self.at_least else "at most"
        verdict = "reached" if self.reached else "**missed**"
        return f"Goal {verdict}: {self.text}: {figure(self.got)}, wanted {bound} {self.wanted:g}."


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _bullets(notes: Sequence[str]) -> list[str]:
    return ["", *(f"- {note}" for note in notes)] if notes else []


def duration(timing: Timing) -> str:
    """A time with its spread: ``1.24 ms ± 3 %``."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if timing.median >= size:
            return f"{timing.median / size:.3g} {unit} ± {timing.spread:.0%}"
    return f"{timing.median / 1e-9:.3g} ns ± {timing.spread:.0%}"


def ratio(ours: Timing, other: Timing) -> float:
    """How many times as long the other takes."""
    return other.median / ours.median


def times(ours: Timing, other: Timing) -> str:
    """How many times as long the other takes, as text; ``1/7.4 ×`` where it takes less."""
    found = ratio(ours, other)
    return f"{figure(found)} ×" if found >= 1.0 else f"1/{figure(1.0 / found)} ×"


def figure(number: float) -> str:
    """A number with three digits or more: ``7.35``, ``12,400``."""
    return f"{number:.3g}" if abs(number) < 100.0 else f"{number:,.0f}"


def section(title: str, packages: Iterable[str], tables: Iterable[Table]) -> str:
    """A section of the page: the machine and the versions, then the tables."""
    versions = ", ".join(f"{name} {found}" for name in packages if (found := _version(name)))
    machine = f"{_processor()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
    day = datetime.now(UTC).date().isoformat()
    head = f"## {title}\n\n{day}. {machine}. {versions}.\n"
    return "\n".join([head, *(table.markdown() for table in tables)])


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", info.read_text()) if info.exists() else None
    return found[1].strip() if found else platform.machine()


def write(title: str, text: str) -> None:
    """Put a section into the page, in place of the one of the same title."""
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else _HEAD
    head, *sections = re.split(r"(?m)^(?=## )", page)
    kept = {part.partition("\n")[0]: part for part in sections}
    kept[f"## {title}"] = text
    PAGE.write_text("\n".join(part.strip() + "\n" for part in (head, *kept.values())), encoding="utf-8")
