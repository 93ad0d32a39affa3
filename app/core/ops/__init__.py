"""The ops, one class each, a file per family.

Importing the package imports every file in it, so a new op needs no list to be entered in.
"""

from importlib import import_module
from pkgutil import iter_modules

from app.core.layer import REGISTRY, Layer

for _module in iter_modules(__path__, prefix=f"{__name__}."):
    import_module(_module.name)

OPS: tuple[type[Layer], ...] = tuple(REGISTRY.values())
"""Every op, family by family."""

_BY_ARITY: dict[tuple[str, int], type[Layer]] = {
    (name, len(op.inputs)): op for op in reversed(OPS) for name in (*op.aliases, op.name)
}
_BY_NAME: dict[str, type[Layer]] = {
    **{alias: op for op in OPS for alias in op.aliases},
    **{op.name: op for op in OPS},
}

_BY_SPELLING: dict[str, list[type[Layer]]] = {}
for _op in OPS:
    for _spelling in _op.spellings:
        _BY_SPELLING.setdefault(_spelling, []).append(_op)


def find_op(name: str, inputs: int | None = None) -> type[Layer] | None:
    """The op of that name, or of that other name where it takes that many inputs; None where there is none."""
    if inputs is not None and (op := _BY_ARITY.get((name, inputs))) is not None:
        return op
    return _BY_NAME.get(name)


def find_spelling(spelling: str, inputs: int | None = None) -> type[Layer] | None:
    """The op that code calls so, the one that takes that many inputs where there are several; None where none is."""
    ops = _BY_SPELLING.get(spelling, [])
    return next((op for op in ops if len(op.inputs) == inputs), ops[0] if ops else None)


__all__ = ["OPS", "find_op", "find_spelling"]
