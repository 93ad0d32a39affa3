"""Reading request bodies: size, encoding, depth and grammar, before any model sees them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Coroutine
from http import HTTPStatus
from typing import Any, Final

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic_core import from_json

from app.settings import get_settings
from app.web.problems import RequestError

MAX_DEPTH: Final = 64


class StrictRequest(Request):
    """A request whose JSON is read by the contract's rules."""

    async def body(self) -> bytes:
        """The body; a fault as soon as it is larger than allowed."""
        if not hasattr(self, "_body"):
            chunks = [chunk async for chunk in _bounded(self, super().stream(), get_settings().max_body)]
            if not any(chunks) and self.method == "POST":
                raise RequestError(HTTPStatus.BAD_REQUEST, "not-json", "the request has no body: it takes JSON")
            self._body = b"".join(chunks)
        return self._body

    async def json(self) -> Any:
        """The body as plain data."""
        if not hasattr(self, "_json"):
            self._json = read_json(await self.body())
        return self._json


class StrictRoute(APIRoute):
    """A route whose requests are strict."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, given a :class:`StrictRequest`."""
        handler = super().get_route_handler()

        async def strict(request: Request) -> Response:
            # A body is JSON whatever its header calls it: no call here takes anything else.
            headers = [header for header in request.scope["headers"] if header[0] != b"content-type"]
            scope = {**request.scope, "headers": [*headers, (b"content-type", b"application/json")]}
            return await handler(StrictRequest(scope, request.receive))

        return strict


class FileRequest(Request):
    """A request that carries a file: larger than JSON may be, and not read to its end where it is too large."""

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """The body in pieces; a fault as soon as it is larger than allowed."""
        async for chunk in _bounded(self, super().stream(), get_settings().max_file):
            yield chunk


class FileRoute(APIRoute):
    """A route whose requests carry files."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, given a :class:`FileRequest`."""
        handler = super().get_route_handler()

        async def bounded(request: Request) -> Response:
            return await handler(FileRequest(request.scope, request.receive))

        return bounded


async def _bounded(request: Request, pieces: AsyncIterable[bytes], limit: int) -> AsyncIterator[bytes]:
    """The body in pieces; a fault as soon as it has more bytes than the limit, by its header or as it comes."""
    check_size(int(request.headers.get("content-length", "0") or 0), limit)
    size = 0
    async for piece in pieces:
        size += len(piece)
        check_size(size, limit)
        yield piece


def read_json(body: bytes) -> Any:
    """JSON of at most 64 levels as plain data. Raises :class:`RequestError`."""
    try:
        data = from_json(body, allow_inf_nan=False)
    except ValueError as error:
        message = str(error)
        if "number out of range" in message:
            detail = "a number is larger than float64 can hold"
            raise RequestError(HTTPStatus.UNPROCESSABLE_ENTITY, "not-finite", detail) from None
        if "recursion limit" in message:
            raise _too_deep() from None
        detail = f"the body is not JSON in UTF-8: {message}"
        raise RequestError(HTTPStatus.BAD_REQUEST, "not-json", detail) from None
    if _deeper_than(data, MAX_DEPTH):
        raise _too_deep()
    return data


def _deeper_than(data: Any, limit: int) -> bool:
    level = [data]
    for _ in range(limit):
        level = [
            inner
            for item in level
            if isinstance(item, (dict, list))
            for inner in (item.values() if isinstance(item, dict) else item)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return False
    return True


def _too_deep() -> RequestError:
    return RequestError(HTTPStatus.BAD_REQUEST, "too-deep", f"the JSON is nested deeper than {MAX_DEPTH} levels")


def check_size(size: int, limit: int) -> None:
    """Raises :class:`RequestError` for a body of more bytes than the limit."""
    if size > limit:
        detail = f"a body has at most {limit:,} bytes"
        raise RequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-large", detail)
