"""Forward and backward through a graph."""

from __future__ import annotations

from functools import partial
from typing import Final

from fastapi import APIRouter, Response
from msgspec import Struct
from msgspec.json import Decoder
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.formats.plain import UNCLEAR, Name, PlainGraph, PlainTensor, plain_value
from app.settings import get_settings
from app.web.body import StrictRoute
from app.web.deps import Budget, Full
from app.web.jobs import Job, done, evaluate, in_thread, prepare
from app.web.schemas import evaluate as schemas

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["graphs"])
_PATH: Final = "/api/evaluate"


@router.post("/evaluate", response_model=schemas.EvaluateResponse)
def post_evaluate(request: schemas.EvaluateRequest, budget: Budget, full: Full = False) -> Response:
    """Run a graph forward and backward."""
    job = prepare(request.graph.to_graph(), request.output, request.upstream, budget, trace=request.trace)
    return Response(evaluate(job, full=full), media_type="application/json")


class PlainRequest(Struct, forbid_unknown_fields=True, frozen=True):
    """An ``EvaluateRequest`` that is plainly right (:mod:`app.formats.plain`)."""

    graph: PlainGraph
    output: Name | None = None
    upstream: PlainTensor | None = None
    trace: bool = False


_PLAIN: Final = Decoder(PlainRequest)
_FULL: Final = {b"": False, b"full=false": False, b"full=true": True}
# What a larger body asks for takes too long for the event loop, whatever it is.
_SHORT_BODY: Final = 65_536


class PlainEvaluations:
    """Answers evaluations that are plainly right before they are routed; all else is the application's.

    What routing and models take is longer than most evaluations do.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] != "http" or scope["path"] != _PATH or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        full = _FULL.get(scope["query_string"])
        size = next((int(value) for name, value in scope["headers"] if name == b"content-length"), None)
        if full is None or size is None or size > get_settings().max_body:
            await self._app(scope, receive, send)
            return
        messages = await _all(receive)
        content = await plain_answer(b"".join(message.get("body", b"") for message in messages), full=full)
        if content is None:
            await self._app(scope, _again(messages, receive), send)
            return
        headers = [(b"content-length", b"%d" % len(content)), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})


async def _all(receive: Receive) -> list[Message]:
    """The messages of a request up to its end, or to where its sender went away."""
    messages = [await receive()]
    while messages[-1].get("more_body", False):
        messages.append(await receive())
    return messages


def _again(messages: list[Message], receive: Receive) -> Receive:
    """A ``receive`` that begins with messages that have been received before."""
    waiting = iter(messages)

    async def again() -> Message:
        return next(waiting, None) or await receive()

    return again


async def plain_answer(body: bytes, *, full: bool) -> bytes | None:
    """The evaluation that a body asks for; None where something is at fault, for the models to say what."""
    try:
        if len(body) > _SHORT_BODY:
            return await in_thread(lambda: evaluate(plain_job(body), full=full))
        job = plain_job(body)
        return await done(job, partial(evaluate, job, full=full))
    except UNCLEAR:
        return None


def plain_job(body: bytes) -> Job:
    """The evaluation that a body asks for.

    Raises one of ``UNCLEAR`` where there is something to be looked at with care.
    """
    request = _PLAIN.decode(body)
    upstream = None if request.upstream is None else plain_value(request.upstream)
    return prepare(request.graph.to_graph(), request.output, upstream, get_settings().limits(), trace=request.trace)
