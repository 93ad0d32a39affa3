"""The code of a class for people to read: as it was written, without what plays no part when it runs."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Collection, Iterator, Sequence
from typing import Final

CUT: Final = "# …"
"""Stands where something was left out."""


def listing(cls: type, hidden: Collection[str]) -> str:
    """The source of a class without those of its methods and attributes that are ``hidden``.

    A comment that stands alone, ``# …``, marks every place at which something was left out.
    """
    source = textwrap.dedent(inspect.getsource(cls))
    (body,) = ast.parse(source).body
    lines = source.splitlines()
    shown: list[str] = []
    done = 0
    for start, end in _spans(body, hidden):
        between = lines[done:start]
        # Two that follow each other leave one mark.
        if done == 0 or any(line.strip() for line in between):
            shown += [*between, f"    {CUT}"]
        done = end
    return "\n".join([*shown, *lines[done:]]) + "\n"


def methods(cls: type, names: Collection[str]) -> str:
    """The source of those methods, one after the other."""
    return "\n".join(textwrap.dedent(inspect.getsource(getattr(cls, name))) for name in names)


def _spans(body: ast.stmt, hidden: Collection[str]) -> Iterator[tuple[int, int]]:
    """The lines, counted from 0, that the hidden statements of a class take, their decorators among them."""
    for statement in body.body if isinstance(body, ast.ClassDef) else []:
        if _name(statement) in hidden:
            decorators = getattr(statement, "decorator_list", [])
            first = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
            yield first - 1, statement.end_lineno or first


def _name(statement: ast.stmt) -> str | None:
    match statement:
        case (
            ast.FunctionDef(name=name)
            | ast.Assign(targets=[ast.Name(id=name)])
            | ast.AnnAssign(target=ast.Name(id=name))
        ):
            return name
    return None


def bare(source: str) -> str:
    """Python code without its types: annotations of arguments, results, and variables that are given a value."""
    lines = [line.encode() for line in source.splitlines()]
    for line, start, end, instead in sorted(_annotations(ast.parse(source), lines), reverse=True):
        lines[line] = lines[line][:start] + instead + lines[line][end:]
    return "\n".join(line.decode() for line in lines) + "\n"


def _annotations(tree: ast.AST, lines: Sequence[bytes]) -> Iterator[tuple[int, int, int, bytes]]:
    """Line, start and end, in bytes, of every annotation with its sign, and what stands there without it.

    Each is on one line, as this code has them.
    """
    for node in ast.walk(tree):
        match node:
            case ast.arg(annotation=ast.expr(lineno=line, end_col_offset=int(end))):
                start = node.col_offset + len(node.arg)
                default = lines[line - 1].startswith(b" = ", end)
                yield (line - 1, start, end + 3, b"=") if default else (line - 1, start, end, b"")
            case ast.FunctionDef(returns=ast.expr(lineno=line, col_offset=start, end_col_offset=int(end))):
                yield line - 1, lines[line - 1].rindex(b" ->", 0, start), end, b""
            case ast.AnnAssign(
                target=target, value=ast.expr(), annotation=ast.expr(lineno=line, end_col_offset=int(end))
            ):
                yield line - 1, target.end_col_offset or 0, end, b""
