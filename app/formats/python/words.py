"""Python's own functions, as far as a graph may need them."""

from __future__ import annotations

from typing import Final

from app.core.ops.reduce import Sum
from app.formats.python.call import Call, Meaning
from app.formats.python.nodes import SIGNS
from app.formats.python.reading import MAX_ITEMS, Reading
from app.formats.python.values import ASIDE, Aside, Chain, Held, Leaf, Pending, Table

_MAX_TEXT: Final = 200


def items_of(read: Reading, call: Call, held: Held) -> list[Held]:
    """What a loop would be given, one after another."""
    held = read.known(held)
    if isinstance(held, Chain):
        return list(held.parts)
    if isinstance(held, (Aside, type(None))):
        return []
    if not isinstance(held, (list, tuple, range, Table)):
        raise read.fault(call.place, "a loop runs over range(n), a list or a dictionary's values()")
    if len(held) > MAX_ITEMS:
        raise read.source.over_budget(call.place, f"a loop or a list has at most {MAX_ITEMS:,} items", MAX_ITEMS)
    return list(held)


def _range(read: Reading, call: Call) -> Held:
    bounds = [read.whole(call.place, argument) for argument in call.args]
    if not 1 <= len(bounds) <= 3 or (len(bounds) == 3 and bounds[2] == 0):
        raise read.fault(call.place, "“range” takes a stop, or a start, a stop and a step other than 0")
    return range(*bounds)


def _len(read: Reading, call: Call) -> Held:
    held = read.known(call.get(0, ""))
    if isinstance(held, (Leaf, Pending)) and held.shape:
        return held.shape[0]
    if isinstance(held, Chain):
        return len(held.parts)
    if isinstance(held, (list, tuple, range, dict, str)):
        return len(held)
    raise read.fault(call.place, "“len” takes a list or an array")


def _number(kind: type[int | float]) -> Meaning:
    def meaning(read: Reading, call: Call) -> Held:
        held = read.known(call.get(0, "", 0))
        if isinstance(held, Aside) or (isinstance(held, (Leaf, Pending)) and held.number is None):
            return ASIDE
        number = read.plain(call.place, held)
        if not isinstance(number, (int, float)):
            raise read.fault(call.place, "a number should stand here")
        return kind(number if isinstance(number, int) else read.finite(call.place, number))

    return meaning


def _text(read: Reading, call: Call) -> Held:
    held = read.known(call.get(0, ""))
    return ASIDE if isinstance(held, Aside) else str(read.plain(call.place, held))[:_MAX_TEXT]


def _list(read: Reading, call: Call) -> Held:
    return items_of(read, call, call.args[0]) if call.args else []


def _tuple(read: Reading, call: Call) -> Held:
    return tuple(_list(read, call))


def _dict(read: Reading, call: Call) -> Held:
    if call.args:
        raise read.fault(call.place, "a dictionary begins empty or with names here: dict(), {} or {'W': …}")
    return Table(call.named)


def _reversed(read: Reading, call: Call) -> Held:
    return items_of(read, call, call.get(0, ""))[::-1]


def _enumerate(read: Reading, call: Call) -> Held:
    start = read.whole(call.place, call.get(1, "start", 0))
    return list(enumerate(items_of(read, call, call.get(0, "")), start))


def _zip(read: Reading, call: Call) -> Held:
    return list(zip(*[items_of(read, call, held) for held in call.args], strict=False))


def _sum(read: Reading, call: Call) -> Held:
    items = items_of(read, call, call.get(0, ""))
    total = call.get(1, "start")
    for item in items:
        total = item if total is None else read.combine(call.place, SIGNS["+", 2], [total, item])
    return 0 if total is None else total


def _bool(read: Reading, call: Call) -> Held:
    return bool(read.plain(call.place, call.get(0, "")))


WORDS: Final[dict[str, Meaning]] = {
    "range": _range,
    "len": _len,
    "int": _number(int),
    "float": _number(float),
    "bool": _bool,
    "str": _text,
    "list": _list,
    "tuple": _tuple,
    "dict": _dict,
    "reversed": _reversed,
    "enumerate": _enumerate,
    "zip": _zip,
    "round": _number(float),
    Sum.name: _sum,
}
