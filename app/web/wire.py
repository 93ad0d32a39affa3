"""Results as the plain data that responses carry."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import Response
from pydantic_core import to_json

from app.core.elementwise import Elementwise
from app.core.graph import Graph
from app.core.layer import Layer
from app.core.params import Param
from app.formats.document import graph_document


def json_response(data: Any) -> Response:
    """Plain data as JSON; numbers that aren't finite are spelled out."""
    return Response(to_json(data, inf_nan_mode="strings"), media_type="application/json")


def graph_data(graph: Graph) -> dict[str, Any]:
    """A graph as a ``GraphResponse``."""
    return {"graph": graph_document(graph)}


def params_data(params: Iterable[Param]) -> list[dict[str, Any]]:
    """Settings as ``OpParam``s."""
    return [{"name": param.name, "kind": param.kind.name, "default": param.default} for param in params]


def op_data(op: type[Layer]) -> dict[str, Any]:
    """An op as an ``OpEntry``."""
    return {
        "name": op.name,
        "aliases": op.aliases,
        "symbol": op.symbol,
        "category": op.category,
        "doc": " ".join((op.__doc__ or "").partition("\n")[0].split()),
        "inputs": {"names": op.inputs, "variadic": op.variadic},
        "params": params_data(op.params),
        "latex": {"value": op.value_formula(), "partials": op.partial_formulas()},
        "labels": sorted(op.labels),
        "scores": op.scores or None,
        "elementwise": issubclass(op, Elementwise),
        "decomposes": op.decomposes,
        "keeps": op.keeping(),
        "kept": op.kept,
        "source": op.source(),
        "inherited_source": op.inherited_source(),
    }
