"""Graphs in the formula language: one assignment a node, which reads back as the same graph; or nested, to be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.core.graph import Graph
from app.core.ops import find_op
from app.core.validate import Checked, Limits, Placed, validate
from app.formats.format import Exporter, ExportOptions
from app.formats.formula import MAX_SOURCE, PRECEDENCE, PREFIX_PRECEDENCE, RIGHT
from app.formats.text import Span, Text, TextBuilder, comment, heading, setting_text, unsaid, value_text

_ATOM: Final = 10
_BY_LITERAL: Final = find_op("input")
_INLINE: Final = 60
"""An expression of more characters stands on a line of its own."""


@dataclass(frozen=True, slots=True)
class _Expression:
    text: str
    binds: int
    spans: tuple[Span, ...] = ()


def write_formula(graph: Graph, output: str | None = None, limits: Limits | None = None) -> Text:
    """One assignment a node, in topological order, and the output's name last where it isn't plain.

    :func:`app.formats.formula.parse_formula` reads it back as the same nodes. Labels become comments. Raises
    :class:`GraphError` for a graph that isn't sound.
    """
    return _write(graph, validate(graph, output, limits), nested=False)


def write_nested(graph: Graph, output: str | None = None, limits: Limits | None = None) -> Text:
    """The same numbers in fewer and longer formulas: an unlabelled node that is used once stands where it is used.

    A leaf keeps its line, but for an unlabelled constant.
    """
    return _write(graph, validate(graph, output, limits), nested=True)


def _write(graph: Graph, checked: Checked, *, nested: bool) -> Text:
    order = checked.order
    users: dict[int, list[Placed]] = {}
    for item in order:
        for source in item.inputs:
            users.setdefault(source, []).append(item)
    build = TextBuilder()
    build.write(heading(graph.title))
    inlined: dict[int, _Expression] = {}
    last = -1
    for slot, item in enumerate(order):
        node, expression = item.node, _expression(item, order, inlined)
        if nested and slot != checked.output and _stands_inside(item, users.get(slot, []), expression):
            inlined[slot] = expression
            continue
        head = f"{node.id} = "
        build.mark(node.id, head + _named(item, expression.text), inner=_shifted(expression.spans, len(head)))
        build.write(f"{comment(node.label)}\n")
        last = slot
    if last != checked.output:
        build.mark(order[checked.output].node.id, order[checked.output].node.id)
        build.write("\n")
    notes = unsaid(graph)
    if build.length > MAX_SOURCE:
        notes.append(f"The text has more than the {MAX_SOURCE:,} characters that a formula may have to be read back.")
    return build.finish(notes)


def _stands_inside(item: Placed, users: Sequence[Placed], expression: _Expression) -> bool:
    """Whether a node may be written where it is used: once, without a label to lose, and short."""
    if len(users) != 1 or item.node.label or len(expression.text) > _INLINE:
        return False
    # A leaf's value is set by its name; and a sign before a number makes another number, and no node.
    return not item.op.is_leaf or not (item.op.asks_gradient or (users[0].op.operators and len(users[0].inputs) == 1))


def _named(item: Placed, text: str) -> str:
    """What a statement assigns: a literal alone makes an input, another leaf says its op."""
    return text if not item.op.is_leaf or item.op is _BY_LITERAL else f"{item.op.name}({text})"


def _expression(item: Placed, order: Sequence[Placed], inlined: Mapping[int, _Expression]) -> _Expression:
    """A node's expression, in which other nodes stand by name or as expressions of their own."""
    node, op = item.node, item.op
    if node.value is not None:
        text = value_text(node.value)
        return _Expression(text, PREFIX_PRECEDENCE if text.startswith("-") else _ATOM)
    operands = [
        replace(inside, spans=(Span(name, 0, len(inside.text), "forward"), *inside.spans))
        if (inside := inlined.get(source)) is not None
        else _Expression(name, _ATOM, (Span(name, 0, len(name), "forward"),))
        for source in item.inputs
        for name in (order[source].node.id,)
    ]
    sign = op.operators[0] if op.operators and not item.params else None
    if sign is None:
        settings = "".join(f", {name}={setting_text(value)}" for name, value in item.params.items())
        separators = [f"{op.name}(", *[", "] * (len(operands) - 1), f"{settings})"]
        return _joined(separators, operands, _ATOM)
    if len(operands) == 1:
        return _joined([sign, ""], [_bracketed(operands[0], PREFIX_PRECEDENCE + 1)], PREFIX_PRECEDENCE)
    binds, right = PRECEDENCE[sign], sign in RIGHT
    left = _bracketed(operands[0], binds + right)
    # Two signs in a row could be read back, but not well.
    following = _bracketed(operands[1], _ATOM if operands[1].binds == PREFIX_PRECEDENCE else binds + (not right))
    return _joined(["", sign if right else f" {sign} ", ""], [left, following], binds)


def _bracketed(operand: _Expression, needs: int) -> _Expression:
    if operand.binds >= needs:
        return operand
    return _Expression(f"({operand.text})", _ATOM, _shifted(operand.spans, 1))


def _joined(separators: Sequence[str], operands: Sequence[_Expression], binds: int) -> _Expression:
    """Operands between separators, of which there is one more."""
    text, spans = separators[0], list[Span]()
    for operand, separator in zip(operands, separators[1:], strict=True):
        spans += _shifted(operand.spans, len(text))
        text += operand.text + separator
    return _Expression(text, binds, tuple(spans))


def _shifted(spans: Iterable[Span], by: int) -> tuple[Span, ...]:
    return tuple(Span(node, start + by, end + by, phase) for node, start, end, phase in spans)


def _export(graph: Graph, options: ExportOptions) -> str:
    return write_formula(graph, options.output, options.limits).text


EXPORTER: Final = Exporter(
    "formula",
    "Formula language",
    "text/plain",
    ".txt",
    _export,
    doc="One assignment a node, which reads back as the same graph.",
)
