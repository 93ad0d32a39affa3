"""A person's own table: comma-separated text as a data set."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from app.core.errors import Fault, GraphError
from app.core.sentences import listed, one_line, plural
from app.core.tensor import Array
from app.formats.datasets.dataset import Dataset

MAX_ROWS: Final = 50_000
MAX_COLUMNS: Final = 1_000
MAX_CLASSES: Final = 100
_MAX_CELL: Final = 200

Row = tuple[int, list[str]]
"""The number of a line, from 1, and its cells."""


def read_csv(text: str, target: str | None = None) -> Dataset:
    """A table of numbers, a row a line, as a data set.

    The first line may name the columns. The target is the column of that name or, from 1, number; else the last one.
    Where the targets are words, or whole numbers from 0 on without a gap, they are classes; other numbers are to be
    come near. Raises :class:`GraphError`, whose faults name the line.
    """
    rows = _rows(text)
    width = len(rows[0][1])
    chosen, header = _target(rows[0][1], target, width)
    if header:
        names, rows = [one_line(cell)[:_MAX_CELL] for cell in rows[0][1]], rows[1:]
    else:
        names = [f"column_{number}" for number in range(1, width + 1)]
    if not rows:
        raise _fault("there is no row of numbers")
    features = np.array([_numbers(line, cells, chosen) for line, cells in rows])
    targets, classes = _classes(rows, [cells[chosen].strip() for _, cells in rows])
    columns = (*names[:chosen], *names[chosen + 1 :])
    return Dataset(features, targets, columns, names[chosen], classes, (width - 1,))


def _fault(detail: str, line: int | None = None) -> GraphError:
    where = "" if line is None else f"line {line}: "
    return GraphError([Fault("bad-csv", where + detail, pointer="/batches/csv", line=line)])


def _rows(text: str) -> list[Row]:
    """The lines that hold anything, all of one width."""
    reader = csv.reader(text.lstrip("\ufeff").splitlines(), strict=True)
    rows: list[Row] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            rows.append((reader.line_num, cells))
            if len(rows) > MAX_ROWS + 1:
                raise _fault(f"a table has at most {MAX_ROWS:,} rows")
            if len(cells) != len(rows[0][1]):
                has = plural(len(cells), "column")
                raise _fault(f"{has}, and the first line has {len(rows[0][1]):,}", reader.line_num)
    except csv.Error as error:
        raise _fault(str(error), reader.line_num) from None
    if not rows:
        raise _fault("the table is empty")
    if not 2 <= len(rows[0][1]) <= MAX_COLUMNS:
        raise _fault(f"a table has 2 to {MAX_COLUMNS:,} columns, the target among them", rows[0][0])
    return rows


def _target(first: Sequence[str], target: str | None, width: int) -> tuple[int, bool]:
    """The place of the target's column, and whether the first line names the columns."""
    names = [cell.strip() for cell in first]
    if target is not None and target in names and _number(target) is None:
        return names.index(target), True
    if target is None:
        chosen = width - 1
    elif target.isdecimal() and 1 <= int(target) <= width:
        chosen = int(target) - 1
    else:
        raise _fault(f"no column is called so; the first line has {listed([one_line(name)[:40] for name in names])}")
    # In a row of data only the target may be a word.
    return chosen, all(_number(cell) is None for place, cell in enumerate(names) if place != chosen)


def _number(cell: str) -> float | None:
    try:
        number = float(cell)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _numbers(line: int, cells: Sequence[str], chosen: int) -> list[float]:
    numbers = []
    for place, cell in enumerate(cells):
        if place == chosen:
            continue
        number = _number(cell)
        if number is None:
            raise _fault(f"column {place + 1} holds no finite number", line)
        numbers.append(number)
    return numbers


def _classes(rows: Sequence[Row], cells: Sequence[str]) -> tuple[Array, tuple[str, ...]]:
    """The targets as numbers, and the names of the classes where they are classes."""
    numbers = [_number(cell) for cell in cells]
    if all(number is not None for number in numbers):
        targets = np.array(numbers, dtype=np.float64)
        kinds = np.unique(targets)
        if len(kinds) <= MAX_CLASSES and np.array_equal(kinds, np.arange(len(kinds))):
            return targets, tuple(str(int(kind)) for kind in kinds)
        return targets, ()
    for (line, _), cell in zip(rows, cells, strict=True):
        if not cell or len(cell) > _MAX_CELL:
            raise _fault("a class has a name, of at most 200 characters", line)
    names = sorted(set(cells))
    if len(names) > MAX_CLASSES:
        raise _fault(f"there are at most {MAX_CLASSES:,} classes, and the target has {len(names):,}")
    places = {name: place for place, name in enumerate(names)}
    return np.array([places[cell] for cell in cells], dtype=np.float64), tuple(map(one_line, names))
