"""The formula language: one statement a line, ``name = expression``; a bare last expression is the output.

Read by an operator-precedence parser with explicit stacks, so that no nesting can exhaust Python's. The vocabulary
is the registry's: signs from ``Layer.operators``, calls from the ops' names.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, NoReturn, cast

from app.core.build import FreshNames
from app.core.errors import Fault, GraphError, SettingError, shown_name
from app.core.graph import ID_PATTERN, Graph, Node
from app.core.layer import Layer
from app.core.ops import OPS, find_op
from app.core.tensor import Value, read_tensor
from app.core.validate import Limits
from app.formats.document import tensor_data
from app.formats.format import Imported, Importer, ImportOptions, read_text

MAX_SOURCE: Final = 100_000
_MAX_PENDING: Final = 2_000

_NUMBER = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_TOKEN: Final = re.compile(
    rf"(?P<number>{_NUMBER})|(?P<name>[^\W\d]\w*)|(?P<sign>\*\*|[-+*/^@=(),\[\]])"
    r"|(?P<text>\"[^\"\n]*\")"
    r"|(?P<blank>[ \t\r]+|\#[^\n]*)|(?P<end>[\n;])|(?P<stray>.)"
)
_ID: Final = re.compile(ID_PATTERN)

# Unary minus binds looser than the power and as tightly as a product: -x^2 is -(x^2), 2^-x is 2^(-x).
PRECEDENCE: Final = {"+": 1, "-": 1, "*": 2, "/": 2, "@": 2, "^": 4, "**": 4}
PREFIX_PRECEDENCE: Final = 3
RIGHT: Final = frozenset({"^", "**"})
"""Signs of which the last is applied first; of all others the first."""
_SIGNS: Final[dict[tuple[str, int], type[Layer]]] = {(sign, len(op.inputs)): op for op in OPS for sign in op.operators}


class Token(NamedTuple):
    """A piece of the source, with its place counted from 1."""

    kind: str
    text: str
    line: int
    column: int


@dataclass(slots=True)
class _Call:
    """An open bracket on the stack: a call, or a plain bracket where ``name`` is None."""

    token: Token
    name: str | None = None
    operands: int = 0
    params: dict[str, tuple[Token, Any]] = field(default_factory=dict)


def parse_formula(source: str, inputs: Mapping[str, Value] | None = None, limits: Limits | None = None) -> Graph:
    """The graph that a formula describes.

    ``x = 3`` makes an input named ``x``, ``w = parameter(3)`` a leaf of that op; a free name becomes an input of the
    value in ``inputs``, or 1. ``y = x`` makes no node: ``y`` is another name of the node ``x``. Raises
    :class:`GraphError` with the first fault of every statement, with line and column.
    """
    return _Parser(source, inputs or {}, limits or Limits()).parse()


def _fail(token: Token, detail: str, code: str = "syntax") -> NoReturn:
    raise GraphError([Fault(code, detail, line=token.line, column=token.column)])


def _over_budget(token: Token, detail: str, limit: int, actual: int) -> NoReturn:
    fault = Fault("budget-exceeded", detail, line=token.line, column=token.column, limit=limit, actual=actual)
    raise GraphError([fault])


def _shown(token: Token) -> str:
    if token.kind in {"sign", "end"}:
        return f"“{token.text}”" if token.text.strip() else "the end of the line"
    words = {"number": "a number", "text": "a text in quotation marks"}
    return words.get(token.kind) or shown_name(token.text)


def _tokens(source: str) -> Iterator[Token]:
    line, start, position = 1, 0, 0
    while position < len(source):
        match = _TOKEN.match(source, position)
        column = position - start + 1
        kind, text = (match.lastgroup or "", match.group()) if match else ("stray", source[position])
        if kind != "blank":
            yield Token(kind, text, line, column)
        position += len(text)
        if text == "\n":
            line, start = line + 1, position
    yield Token("end", "", line, position - start + 1)


class _Parser:
    def __init__(self, source: str, inputs: Mapping[str, Value], limits: Limits) -> None:
        self._source = source
        self._inputs = inputs
        self._limits = limits
        self._nodes: dict[str, Node] = {}
        self._names: dict[str, str] = {}
        self._assigned: frozenset[str] = frozenset()
        self._fresh = FreshNames()

    def parse(self) -> Graph:
        if len(self._source) > MAX_SOURCE:
            _over_budget(
                Token("end", "", 1, 1),
                f"a formula has at most {MAX_SOURCE:,} characters, and this one {len(self._source):,}",
                MAX_SOURCE,
                len(self._source),
            )
        statements = self._statements()
        self._assigned = frozenset(s[0].text for s in statements if _is_assignment(s))
        words = frozenset(t.text for s in statements for t in s if t.kind == "name")
        self._fresh = FreshNames(words)
        output: str | None = None
        faults: list[Fault] = []
        for statement in statements:
            try:
                output = self._statement(statement)
            except GraphError as error:
                faults += error.faults
                if error.faults[0].code == "budget-exceeded":
                    break
                if _is_assignment(statement):
                    # What it would have named counts as defined, so that one fault isn't reported again at each use.
                    self._names.setdefault(statement[0].text, statement[0].text)
        if faults:
            raise GraphError(faults)
        if output is None:
            _fail(Token("end", "", 1, 1), "the formula is empty: write for instance (x + y) * z")
        used = {source for node in self._nodes.values() for source in node.inputs}
        ends = [name for name in self._nodes if name not in used]
        return Graph(tuple(self._nodes.values()), output=None if ends == [output] else output)

    def _statements(self) -> list[list[Token]]:
        statements: list[list[Token]] = [[]]
        depth = 0
        for token in _tokens(self._source):
            depth += (token.text in {"(", "["}) - (token.text in {")", "]"})
            # A line may go on while a bracket is open.
            if token.kind == "end" and (depth <= 0 or token.text in {"", ";"}):
                statements[-1].append(token)
                statements.append([])
                depth = 0
            elif token.kind != "end":
                statements[-1].append(token)
        return [statement for statement in statements if len(statement) > 1]

    def _statement(self, statement: list[Token]) -> str:
        if _is_assignment(statement):
            return self._assign(statement[0], statement[2:])
        return self._expression(statement, None)

    def _assign(self, target: Token, tokens: list[Token]) -> str:
        if _ID.fullmatch(target.text) is None:
            _fail(target, "a name is made of letters, digits and underscores, at most 64 of them")
        if target.text in self._names:
            _fail(target, f"{target.text} is defined twice", "duplicate-id")
        made = self._expression(tokens, target.text)
        self._names[target.text] = made
        return made

    def _expression(self, tokens: list[Token], name: str | None) -> str:
        return _Expression(self, tokens, name).read()

    def leaf(self, token: Token) -> str:
        """The node of a name: one defined above, or an input."""
        if (known := self._names.get(token.text)) is not None:
            return known
        if token.text in self._assigned:
            _fail(
                token,
                f"the name {shown_name(token.text)} is used before the line that defines it: move that line up",
                "unknown-name",
            )
        if _ID.fullmatch(token.text) is None:
            _fail(
                token,
                "a name is made of English letters, digits and underscores, at most 64 of them",
            )
        value = self._inputs.get(token.text, 1.0)
        self._names[token.text] = self._append(token, Node(token.text, "input", value=value))
        return token.text

    def literal(self, token: Token, value: Value, name: str | None) -> str:
        """A leaf of a literal: an input where the statement names it, a constant elsewhere."""
        if name is not None:
            return self._append(token, Node(name, "input", value=value))
        return self._append(token, Node(self._fresh.fresh("c"), "constant", value=value))

    def named_leaf(self, token: Token, op: type[Layer], value: Value, name: str) -> str:
        """A leaf of ``op``, as ``name = op(literal)`` makes it."""
        return self._append(token, Node(name, op.name, value=value))

    def apply(
        self,
        token: Token,
        op: type[Layer],
        inputs: tuple[str, ...],
        params: Mapping[str, Any],
        name: str | None,
    ) -> str:
        """A node of ``op``."""
        return self._append(token, Node(name or self._fresh.fresh(op.name), op.name, inputs, params))

    def _append(self, token: Token, node: Node) -> str:
        limit = self._limits.nodes
        if len(self._nodes) >= limit:
            _over_budget(token, f"from here on the formula makes more than {limit:,} nodes", limit, limit + 1)
        if node.id in self._nodes:
            _fail(token, f"{node.id} already names a node above", "duplicate-id")
        self._nodes[node.id] = node
        return node.id


def _is_assignment(statement: list[Token]) -> bool:
    return statement[0].kind == "name" and statement[1].text == "="


Operand = str | tuple[Token, Value]
"""A node's id, or a literal that isn't a node yet, since a setting or the whole statement may want it plain."""


class _Expression:
    """One expression, by operator precedence: a stack of operands and one of pending signs and brackets."""

    def __init__(self, parser: _Parser, tokens: list[Token], name: str | None) -> None:
        self._parser = parser
        self._tokens = tokens
        self._name = name
        self._at = 0
        self._operands: list[Operand] = []
        self._pending: list[tuple[Token, int] | _Call] = []
        self._tail = len(tokens) - 1
        while self._tail and tokens[self._tail - 1].text == ")":
            self._tail -= 1

    def read(self) -> str:
        wants_operand = True
        token = self._tokens[0]
        while wants_operand or token.kind != "end":
            token = self._tokens[self._at]
            self._at += 1
            if token.kind == "stray":
                _fail(token, "this character can't stand in a formula")
            if len(self._pending) > _MAX_PENDING:
                _fail(token, f"brackets and signs go at most {_MAX_PENDING:,} deep", "too-deep")
            wants_operand = self._operand(token) if wants_operand else self._operator(token)
        return self._node(self._operands[-1], self._name)

    def _operand(self, token: Token) -> bool:
        """Take what an operand may begin with; whether an operand is still wanted."""
        following = self._tokens[self._at] if self._at < len(self._tokens) else token
        if token.kind == "number":
            self._operands.append((token, self._number(token)))
            return False
        if token.kind == "name":
            if following.text == "(":
                self._at += 1
                self._pending.append(_Call(token, token.text))
                self._setting()
                return True
            self._operands.append(self._parser.leaf(token))
            return False
        if token.text == "(":
            self._pending.append(_Call(token))
            return True
        if token.text == "[":
            self._operands.append((token, self._list(token)))
            return False
        if token.text == "+":
            return True
        if (token.text, 1) in _SIGNS:
            self._pending.append((token, PREFIX_PRECEDENCE))
            return True
        if token.text == ")" and self._pending and isinstance(self._pending[-1], _Call):
            call = self._pending[-1]
            if call.name is not None and (call.params or call.operands == 0):
                self._close(token, pushed=0)
                return False
        _fail(token, f"{_shown(token)} stands where a number, a name or a bracket should")

    def _operator(self, token: Token) -> bool:
        """Take what may follow an operand; whether an operand is wanted next."""
        if token.kind == "end":
            self._reduce(0)
            if self._pending:
                open_ = self._pending[-1]
                _fail(
                    open_.token if isinstance(open_, _Call) else open_[0],
                    "this bracket isn't closed",
                )
            return False
        if (token.text, 2) in _SIGNS:
            own = PRECEDENCE[token.text]
            self._reduce(own + (token.text in RIGHT))
            self._pending.append((token, own))
            return True
        if token.text == ")":
            self._reduce(0)
            self._close(token, pushed=1)
            return False
        if token.text == ",":
            self._reduce(0)
            if not self._pending or not isinstance(self._pending[-1], _Call) or self._pending[-1].name is None:
                _fail(token, "a comma stands between the inputs of a call")
            self._pending[-1].operands += 1
            self._setting()
            return True
        if token.text == "=":
            _fail(token, "= names a whole line: name = expression")
        _fail(token, f"{_shown(token)} stands where an operator such as + or * should")

    def _setting(self) -> None:
        """Take ``name = literal`` settings, if they come next; they are the last things in a call."""
        call = self._pending[-1]
        while (
            isinstance(call, _Call) and self._tokens[self._at].kind == "name" and self._tokens[self._at + 1].text == "="
        ):
            name = self._tokens[self._at]
            self._at += 2
            if name.text in call.params:
                _fail(name, "this setting is given twice")
            call.params[name.text] = (name, self._setting_value())
            if self._tokens[self._at].text != ",":
                return
            self._at += 1

    def _setting_value(self) -> Any:
        token = self._tokens[self._at]
        self._at += 1
        words = {"true": True, "false": False, "none": None}
        if token.kind == "name" and token.text.lower() in words:
            return words[token.text.lower()]
        if token.text == "[":
            if self._tokens[self._at].text == "]":
                self._at += 1
                return []
            return _setting_data(tensor_data(self._list(token)))
        if token.kind == "text":
            return token.text[1:-1]
        sign = -1.0 if token.text == "-" else 1.0
        if token.text == "-":
            token = self._tokens[self._at]
            self._at += 1
        if token.kind != "number":
            _fail(token, "a setting is a number, a list of numbers, a text in quotation marks, true, false or none")
        return _setting_data(sign * self._number(token))

    def _number(self, token: Token) -> float:
        number = float(token.text)
        if not math.isfinite(number):
            _fail(token, "the number is larger than 1.797e308", "not-finite")
        return number

    def _list(self, opening: Token) -> Value:
        """Nested lists of numbers, from after their first bracket."""
        stack: list[list[Any]] = [[]]
        token = opening
        wants_item = True
        while stack:
            token = self._tokens[self._at]
            self._at += 1
            sign = 1.0
            if wants_item and token.text in {"-", "+"}:
                sign = -1.0 if token.text == "-" else 1.0
                token = self._tokens[self._at]
                self._at += 1
            if wants_item and token.kind == "number":
                stack[-1].append(sign * self._number(token))
                wants_item = False
            elif wants_item and token.text == "[" and len(stack) < 32:
                inner: list[Any] = []
                stack[-1].append(inner)
                stack.append(inner)
            elif not wants_item and token.text == ",":
                wants_item = True
            elif not wants_item and token.text == "]":
                finished = stack.pop()
            else:
                _fail(token, "a list holds numbers and lists, with commas between them")
        try:
            return read_tensor(finished)
        except ValueError as error:
            _fail(opening, str(error), "bad-tensor")

    def _reduce(self, precedence: int) -> None:
        """Apply pending signs that bind at least as tightly as what comes."""
        while self._pending:
            top = self._pending[-1]
            if isinstance(top, _Call) or top[1] < precedence:
                return
            self._pending.pop()
            token, binds = top
            count = 1 if binds == PREFIX_PRECEDENCE else 2
            self._apply(token, _SIGNS[token.text, count], count, {})

    def _close(self, token: Token, pushed: int) -> None:
        if not self._pending:
            _fail(token, "this bracket closes nothing")
        call = self._pending.pop()
        if not isinstance(call, _Call) or call.name is None:
            return
        count = call.operands + pushed
        op = find_op(call.name, count)
        if op is not None and op.is_leaf and self._is_literal_of_statement(call, pushed):
            _, value = cast(tuple[Token, Value], self._operands.pop())
            self._operands.append(self._parser.named_leaf(call.token, op, value, cast(str, self._name)))
            return
        if op is None or op.is_leaf:
            _fail(call.token, f"no op is named {shown_name(call.token.text)}", "unknown-op")
        if not op.takes(count):
            names = ", ".join(op.inputs) + (", …" if op.variadic else "")
            least = "at least " if op.variadic else ""
            _fail(
                call.token,
                f"{op.name}({names}) takes {least}{len(op.inputs)}, and {count} are given",
                "wrong-arity",
            )
        for name, (place, value) in call.params.items():
            try:
                op.read_setting(name, value)
            except SettingError as error:
                _fail(place, str(error), error.code)
        self._apply(call.token, op, count, {name: value for name, (_, value) in call.params.items()})

    def _is_literal_of_statement(self, call: _Call, pushed: int) -> bool:
        """Whether a call that closes holds one literal and is all that the statement assigns."""
        whole = self._tokens[0] is call.token and self._tokens[self._at].kind == "end"
        literal = call.operands + pushed == 1 and not call.params and isinstance(self._operands[-1], tuple)
        return self._name is not None and whole and literal

    def _apply(self, token: Token, op: type[Layer], count: int, params: Mapping[str, Any]) -> None:
        taken = self._operands[len(self._operands) - count :]
        del self._operands[len(self._operands) - count :]
        if count == 1 and op is _SIGNS.get(("-", 1)) and isinstance(taken[0], tuple):
            # -2 is a number, not an operation on one.
            self._operands.append((taken[0][0], -taken[0][1]))
            return
        inputs = tuple(self._node(operand) for operand in taken)
        # Nothing but brackets around it: it is what the statement names.
        whole = self._at >= self._tail and all(
            isinstance(pending, _Call) and pending.name is None for pending in self._pending
        )
        self._operands.append(self._parser.apply(token, op, inputs, params, self._name if whole else None))

    def _node(self, operand: Operand, name: str | None = None) -> str:
        return operand if isinstance(operand, str) else self._parser.literal(*operand, name)


def _setting_data(data: Any) -> Any:
    """A setting as a document has it: whole numbers without a point. As deep as its list, which goes to 32 at most."""
    if isinstance(data, list):
        return list(map(_setting_data, data))
    return int(data) if data.is_integer() and abs(data) < 2**53 else data


def _import(content: bytes, options: ImportOptions) -> Imported:
    return Imported(parse_formula(read_text(content), limits=options.limits))


IMPORTER: Final = Importer("formula", "Formula language", "text/plain", (".txt",), _import)
