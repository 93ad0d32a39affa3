"""Evaluation over a socket: the graph once, then changes of its leaves, each answered with the numbers."""

from __future__ import annotations

from functools import partial
from typing import Final

import anyio
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from msgspec import Struct
from msgspec.json import Decoder
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.core.errors import Fault, GraphError
from app.core.tensor import Value
from app.core.validate import Limits
from app.formats.document import LeafField, NodeId
from app.formats.plain import PlainLeaf, plain_value
from app.settings import get_settings
from app.web.body import check_size, read_json
from app.web.jobs import Job, done, evaluate, preparation
from app.web.problems import RequestError, problem_document
from app.web.schemas.evaluate import EvaluateRequest

router = APIRouter()

FAILURES = (GraphError, RequestError, ValidationError)


class SetMessage(BaseModel):
    """New values of leaves, by node."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    set: dict[NodeId, LeafField] = Field(min_length=1)


class PlainSet(Struct, forbid_unknown_fields=True, frozen=True):
    """A ``SetMessage`` that is plainly right (:mod:`app.formats.plain`)."""

    set: dict[str, PlainLeaf]


_PLAIN: Final = Decoder(PlainSet)


class Live:
    """One socket's graph, and the newest of what it has been asked."""

    def __init__(self, request: EvaluateRequest, limits: Limits) -> None:
        self.request = request
        self.limits = limits
        self.sets = 0
        """How many there have been."""
        self._graph = request.graph.to_graph()
        self._leaves = self._graph.leaves()
        self._values: dict[str, Value] = {}
        self._job: Job | None = None  # where None, the graph must be planned anew
        self._places: dict[str, int] = {}

    def read(self, message: bytes) -> dict[str, Value]:
        """The values that a message sets. Raises what is in ``FAILURES``."""
        try:
            values = {node: plain_value(value) for node, value in _PLAIN.decode(message).set.items()}
        except (ValueError, RecursionError):
            values = {}
        # Names that are no leaf's may be no names at all.
        if values and values.keys() <= self._leaves:
            return values
        careful: dict[str, Value] = SetMessage.model_validate(read_json(message)).set
        return careful

    def set(self, values: dict[str, Value]) -> None:
        """Give leaves other values. Raises :class:`GraphError` where a node is none."""
        if unknown := sorted(values.keys() - self._leaves):
            raise GraphError(
                [Fault("unknown-node", f"no leaf of the graph is named {name}", pointer="/set") for name in unknown]
            )
        self.sets += 1
        self._values |= values
        self._job = self._job and self._job.with_values(values, self._places)
        if self._job is None:
            self._graph = self._graph.with_values(self._values)

    async def answer(self) -> bytes:
        """The evaluation of the newest values, or why there is none."""
        try:
            job = self._job or await self._plan()
            return await done(job, partial(evaluate, job))
        except GraphError as error:
            return problem_document(error)

    async def _plan(self) -> Job:
        graph, request = self._graph, self.request
        job = await preparation(graph, request.output, request.upstream, self.limits, trace=request.trace)
        if graph is self._graph:  # and not one of other shapes, which has come meanwhile
            self._job, self._places = job, job.plan.leaf_places()
        return job


@router.websocket("/api/live")
async def live(socket: WebSocket) -> None:
    """Answer each message with an evaluation; a newer ``set`` overtakes those that are not yet answered."""
    await socket.accept()
    try:
        session = await _begin(socket)
        if session is not None:
            await _serve(socket, session)
    except WebSocketDisconnect:
        pass


async def _begin(socket: WebSocket) -> Live | None:
    """Read the graph. A message that is none is answered and ends the socket."""
    try:
        request = EvaluateRequest.model_validate(read_json(await _message(socket)))
    except FAILURES as error:
        await _send(socket, problem_document(error))
        await socket.close(1007)
        return None
    return Live(request, get_settings().limits())


async def _serve(socket: WebSocket, session: Live) -> None:
    woken = anyio.Event()
    faults: list[bytes] = []
    answered = -1

    async def listen() -> None:
        while True:
            try:
                session.set(session.read(await _message(socket)))
            except FAILURES as error:
                faults.append(problem_document(error))
            woken.set()

    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(listen)
            while True:
                while faults:
                    await _send(socket, faults.pop(0))
                if answered != session.sets:
                    answered = session.sets
                    await _send(socket, await session.answer())
                    continue
                await woken.wait()
                woken = anyio.Event()
    except* WebSocketDisconnect:
        pass


async def _message(socket: WebSocket) -> bytes:
    body = (await socket.receive_text()).encode("utf-8", "surrogatepass")
    check_size(len(body), get_settings().max_body)
    return body


async def _send(socket: WebSocket, document: bytes) -> None:
    await socket.send_text(document.decode())
