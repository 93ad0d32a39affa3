"""Words of sentences for people: names, lists and counts."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

_LONGEST: Final = 40
"""A longer label is cut: in a derivation it may stand thousands of times."""
# They turn the text around them, and no name needs them.
_BIDI: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def one_line(text: str) -> str:
    """A person's text for one line of anything: control characters and line ends as spaces, runs of spaces as one."""
    plain = (" " if char in _BIDI or unicodedata.category(char) in {"Cc", "Zl", "Zp", "Cs"} else char for char in text)
    return " ".join("".join(plain).split())


def short_label(label: str | None) -> str:
    """A label for a sentence or a formula: in one line, and not the whole of a long one. Empty where there is none."""
    text = one_line(label or "")
    return text if len(text) <= _LONGEST else text[:_LONGEST].rstrip() + "…"


def listed(names: Sequence[str], most: int = 5) -> str:
    """The first few of some names, and that there are more.

    Example:
        >>> listed(["a", "b", "c", "d"], most=2)
        'a, b and 2 more'
    """
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")


def plural(number: int, noun: str) -> str:
    """So many of something.

    Example:
        >>> plural(2000, "input")
        '2,000 inputs'
    """
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
