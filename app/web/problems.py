"""Faults as ``application/problem+json`` (RFC 9457): all at once, never echoing the input."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from http import HTTPStatus
from itertools import takewhile
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from pydantic_core import to_json
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.core.errors import MAX_LISTED, Fault, GraphError, summary
from app.core.graph import ID_PATTERN
from app.core.validate import validate
from app.formats.document import GraphDocument
from app.settings import get_settings
from app.web.schemas.values import TAGS

MEDIA_TYPE = "application/problem+json"

# What Pydantic says of these would repeat the input or speak of Python.
_DETAILS = {
    "string_pattern_mismatch": "an id is a letter or underscore, then letters, digits and underscores, at most 64",
    "extra_forbidden": "this field is not known here",
    "finite_number": "this must be a finite number",
    "literal_error": "this is not one of the words that may stand here",
}


# A request has a field of its own by the name of ``upstream``: core says which of the two it means.
_GRAPH_FIELDS = GraphDocument.model_fields.keys() - {"upstream"}


class RequestError(HTTPException):
    """A request that can't be read, before any model looks at it.

    FastAPI turns anything but an ``HTTPException`` that arises there into an answer of its own.
    """

    def __init__(self, status: HTTPStatus, code: str, detail: str) -> None:
        self.code = code
        super().__init__(status, detail)


def problem(
    status: int,
    code: str,
    detail: str,
    errors: list[dict[str, Any]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem document as a response."""
    body = {
        "type": f"urn:backarrow:problem:{code}",
        "title": code.replace("-", " ").capitalize(),
        "status": status,
        "detail": detail,
        "errors": errors,
    }
    if errors is None:
        del body["errors"]
    return Response(to_json(body), status, dict(headers or {}), MEDIA_TYPE)


def install_problem_handlers(app: FastAPI) -> None:
    """Let every fault of the app leave as a problem document."""
    app.exception_handler(GraphError)(_on_graph_error)
    app.exception_handler(RequestError)(_on_request_error)
    app.exception_handler(RequestValidationError)(_on_validation_error)
    app.exception_handler(ValidationError)(_on_document_error)
    app.exception_handler(HTTPException)(_on_http_exception)
    app.exception_handler(Exception)(_on_crash)


def _error(fault: Fault) -> dict[str, Any]:
    """A fault as data. What points into the document points into the request, which holds it under ``graph``."""
    if fault.pointer and fault.pointer.split("/")[1] in _GRAPH_FIELDS:
        fault = fault.under("/graph")
    return {name: value for name, value in asdict(fault).items() if value is not None}


def problem_document(error: GraphError | RequestError | ValidationError) -> bytes:
    """The problem document of a fault that arose outside of a request."""
    match error:
        case GraphError():
            response = _graph_problem(error)
        case ValidationError():
            response = _document_problem(error)
        case _:
            response = problem(error.status_code, error.code, error.detail)
    return bytes(response.body)


async def _on_graph_error(_: Request, error: GraphError) -> Response:
    return _graph_problem(error)


def _graph_problem(error: GraphError) -> Response:
    code = error.faults[0].code
    if any(fault.code != code for fault in error.faults):
        code = "invalid-graph"
    errors = [_error(fault) for fault in error.faults[:MAX_LISTED]]
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, code, str(error), errors)


async def _on_request_error(_: Request, error: RequestError) -> Response:
    return problem(error.status_code, error.code, error.detail)


async def _on_validation_error(_: Request, error: RequestValidationError) -> Response:
    return _validation_problem(error.errors(), error.body)


async def _on_document_error(_: Request, error: ValidationError) -> Response:
    """A file that holds no graph document."""
    return _document_problem(error)


def _document_problem(error: ValidationError) -> Response:
    return _validation_problem([{**item, "loc": ("body", *item["loc"])} for item in error.errors()], None)


def _validation_problem(items: Sequence[Mapping[str, Any]], body: Any) -> Response:
    faults = _graph_faults(body) if all(item["loc"][:2] != ("body", "graph") for item in items) else ()
    found = [_field_error(item, body) for item in items[:MAX_LISTED]]
    unlisted = [""] * (len(items) - len(found))
    detail = summary([*(item["detail"] for item in found), *(fault.detail for fault in faults), *unlisted])
    errors = [*found, *map(_error, faults)][:MAX_LISTED]
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-request", detail, errors)


def _graph_faults(body: Any) -> tuple[Fault, ...]:
    """What is wrong with the graph of a request whose other fields are at fault."""
    try:
        validate(GraphDocument.model_validate(body["graph"]).to_graph(), limits=get_settings().limits())
    except GraphError as error:
        return error.faults
    except (KeyError, TypeError, ValidationError):
        return ()
    return ()


def _field_error(item: Mapping[str, Any], body: Any) -> dict[str, Any]:
    """One of Pydantic's errors, with a JSON pointer, and the node where it lies in one."""
    source, *place = item["loc"]
    kind = str(item["type"])
    if kind == "value_error":
        detail = str(item.get("ctx", {}).get("error", "this value can't stand here"))
    else:
        detail = _DETAILS.get(kind) or str(item["msg"])
    error = {"code": kind.replace("_", "-")}
    if source != "body":
        return {**error, "detail": f"{source} {'.'.join(map(str, place))}: {detail}"}
    pointer = _pointer(place[:-1] if kind == "extra_forbidden" else place)
    node = _node_at(body, tuple(place))
    error |= {"detail": f"{pointer or 'the body'}: {detail}", "pointer": pointer}
    return {**error, "node": node} if node else error


def _pointer(place: Iterable[int | str]) -> str:
    """A JSON pointer, which ends before what can't be a name: that is its sender's, and isn't echoed.

    What tells forms of a field apart isn't a place.
    """
    places = (part for part in place if part not in TAGS)
    known = takewhile(lambda part: isinstance(part, int) or re.fullmatch(ID_PATTERN, part), places)
    return "".join(f"/{part}" for part in known)


def _node_at(body: Any, place: tuple[Any, ...]) -> str | None:
    match place:
        case ("graph", "nodes", int(index), *_):
            try:
                node = body["graph"]["nodes"][index]["id"]
            except (KeyError, IndexError, TypeError):
                return None
            return node if isinstance(node, str) and re.fullmatch(ID_PATTERN, node) else None
    return None


async def _on_http_exception(_: Request, error: HTTPException) -> Response:
    code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
    return problem(error.status_code, code, str(error.detail), headers=error.headers)


async def _on_crash(_request: Request, _error: Exception) -> Response:
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "something went wrong here; the fault is ours")
