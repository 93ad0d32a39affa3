"""The source text: its caps, its syntax tree, and where in it something is wrong."""

from __future__ import annotations

import ast
import re
from typing import Final

from app.core.errors import Fault, GraphError
from app.formats.formula import MAX_SOURCE

MAX_TREE: Final = 100_000
"""Nodes of the syntax tree."""
MAX_DEPTH: Final = 60
"""Levels of the syntax tree, where a chain such as ``a + b + c`` counts as one."""

_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_LONGEST: Final = 160


class SourceText:
    """A program's text and its tree.

    Raises :class:`GraphError` where the text is too long, isn't Python, or nests too deep.
    """

    def __init__(self, text: str) -> None:
        text = text.removeprefix("\ufeff")
        if len(text) > MAX_SOURCE:
            detail = f"a program has at most {MAX_SOURCE:,} characters, and this one {len(text):,}"
            raise GraphError([Fault("budget-exceeded", detail, line=1, column=1, limit=MAX_SOURCE, actual=len(text))])
        self._lines = _LINE_END.split(text)
        self.tree = self._parsed(text)
        self._check_size()

    def fault(self, node: ast.AST, detail: str, code: str = "syntax") -> GraphError:
        """What is wrong at the place where a node of the tree begins."""
        line, column = self._place(node)
        return GraphError([Fault(code, detail, line=line, column=column)])

    def over_budget(self, node: ast.AST, detail: str, limit: int) -> GraphError:
        """The fault of asking there for more than ``limit``."""
        line, column = self._place(node)
        fault = Fault("budget-exceeded", detail, line=line, column=column, limit=limit, actual=limit + 1)
        return GraphError([fault])

    def _place(self, node: ast.AST) -> tuple[int, int]:
        line: int = getattr(node, "lineno", 1)
        # The tree counts bytes; people and the formula language count characters, from 1.
        before = self._lines[line - 1].encode()[: getattr(node, "col_offset", 0)]
        return line, len(before.decode(errors="ignore")) + 1

    def _parsed(self, text: str) -> ast.Module:
        if (bad := _SURROGATE.search(text)) is not None:
            before = _LINE_END.split(text[: bad.start()])
            raise _refusal("this character isn't one that a text can hold", len(before), len(before[-1]) + 1)
        try:
            return ast.parse(text)
        except SyntaxError as error:
            line, column = error.lineno or 1, max(error.offset or 1, 1)
            # Python goes on to advise on what a caller of its own could do.
            message = error.msg.partition(": value")[0]
            message = message if len(message) <= _LONGEST and message.isprintable() else "invalid syntax"
            detail = f"Python can't read this: {message}"
        except (RecursionError, MemoryError):
            line = column = 1
            detail = "the program nests too deep: give parts of it names on lines of their own"
        except ValueError as error:
            line = column = 1
            what = "it holds a null character" if "null" in str(error) else "a number in it is too long"
            detail = f"Python can't read this: {what}"
        raise _refusal(detail, min(line, len(self._lines)), column)

    def _check_size(self) -> None:
        """Count the tree's nodes and levels with a stack of our own."""
        stack: list[tuple[ast.AST, int]] = [(self.tree, 0)]
        count = 0
        while stack:
            node, depth = stack.pop()
            count += 1
            if count > MAX_TREE:
                raise self.over_budget(node, f"the program has more than {MAX_TREE:,} parts", MAX_TREE)
            if depth > MAX_DEPTH and isinstance(node, (ast.expr, ast.stmt)):
                raise self.fault(node, f"expressions and blocks nest at most {MAX_DEPTH} deep", "too-deep")
            chain = node.left if isinstance(node, ast.BinOp) else None
            stack += [(child, depth + (child is not chain)) for child in ast.iter_child_nodes(node)]


def _refusal(detail: str, line: int, column: int) -> GraphError:
    return GraphError([Fault("syntax", detail, line=line, column=column)])


def quoted(name: str) -> str:
    """A name of the program's for a sentence, in quotation marks; a long one is none."""
    return f"“{name}”" if re.fullmatch(r"\w{1,64}", name) else "this name"
