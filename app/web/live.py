"""Evaluation over a socket: the graph once, then changes of its leaves, each answered with the numbers."""

from __future__ import annotations

from typing import Any

import anyio
from anyio.to_thread import run_sync
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import to_json

from app.core.errors import Fault, GraphError
from app.core.evaluate import evaluate
from app.core.graph import Graph
from app.core.tensor import Value
from app.core.validate import Limits
from app.formats.document import LeafField, NodeId
from app.formats.evaluation import evaluation_data
from app.settings import get_settings
from app.web.body import check_size, read_json
from app.web.problems import RequestError, problem_document
from app.web.schemas.evaluate import EvaluateRequest

router = APIRouter()

FAILURES = (GraphError, RequestError, ValidationError)


class SetMessage(BaseModel):
    """New values of leaves, by node."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    set: dict[NodeId, LeafField] = Field(min_length=1)


class Live:
    """One socket's graph, and the newest of what it has been asked."""

    def __init__(self, request: EvaluateRequest, limits: Limits) -> None:
        self.request = request
        self.limits = limits
        self.graph = request.graph.to_graph()

    def set(self, values: dict[str, Value]) -> None:
        """Give leaves other values. Raises :class:`GraphError` where a node is none."""
        if unknown := sorted(values.keys() - self.graph.leaves()):
            raise GraphError(
                [Fault("unknown-node", f"no leaf of the graph is named {name}", pointer="/set") for name in unknown]
            )
        self.graph = self.graph.with_values(values)

    def answer(self, graph: Graph) -> bytes:
        """The evaluation of a graph, or why there is none."""
        request = self.request
        try:
            run = evaluate(graph, output=request.output, upstream=request.upstream, limits=self.limits)
        except GraphError as error:
            return problem_document(error)
        return to_json(evaluation_data(run, full=False, with_trace=request.trace), inf_nan_mode="strings")


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
        request = EvaluateRequest.model_validate(await _message(socket))
    except FAILURES as error:
        await _send(socket, problem_document(error))
        await socket.close(1007)
        return None
    return Live(request, get_settings().limits())


async def _serve(socket: WebSocket, session: Live) -> None:
    woken = anyio.Event()
    faults: list[bytes] = []
    answered: Graph | None = None

    async def listen() -> None:
        while True:
            try:
                session.set(SetMessage.model_validate(await _message(socket)).set)
            except FAILURES as error:
                faults.append(problem_document(error))
            woken.set()

    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(listen)
            while True:
                while faults:
                    await _send(socket, faults.pop(0))
                if answered is not session.graph:
                    answered = session.graph
                    await _send(socket, await run_sync(session.answer, answered))
                    continue
                await woken.wait()
                woken = anyio.Event()
    except* WebSocketDisconnect:
        pass


async def _message(socket: WebSocket) -> Any:
    body = (await socket.receive_text()).encode("utf-8", "surrogatepass")
    check_size(len(body), get_settings().max_body)
    return read_json(body)


async def _send(socket: WebSocket, document: bytes) -> None:
    await socket.send_text(document.decode())
