"""A thin, typed client of the HTTP API."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self

import httpx
from anyio.from_thread import start_blocking_portal

Document = Mapping[str, Any]
"""A graph document, as JSON has it."""


class ApiError(Exception):
    """A fault that the API answered, with its problem document."""

    def __init__(self, problem: dict[str, Any]) -> None:
        self.problem = problem
        self.status: int = problem.get("status", 0)
        self.errors: list[dict[str, Any]] = problem.get("errors") or []
        super().__init__(problem.get("detail") or problem.get("title") or "the request failed")


class Client:
    """Calls Backarrow at ``base_url``, or in this process where none is given.

    Example:
        >>> with Client() as client:
        ...     client.evaluate(client.parse("(x + y)^2", {"x": 3, "y": 2}))["nodes"]["x"]["gradient"]
        10.0
    """

    def __init__(self, base_url: str | None = None, *, timeout: float = 30.0) -> None:
        transport = _InProcess() if base_url is None else None
        self._http = httpx.Client(base_url=base_url or "http://backarrow", transport=transport, timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def ops(self) -> list[dict[str, Any]]:
        """Every op."""
        return self._get("/api/ops")  # type: ignore[no-any-return]  # the contract says a list

    def examples(self) -> list[dict[str, Any]]:
        """The gallery, without its graphs."""
        return self._get("/api/examples")  # type: ignore[no-any-return]  # the contract says a list

    def example(self, name: str) -> dict[str, Any]:
        """One graph of the gallery, under ``graph``, with its texts."""
        return self._object(self._get(f"/api/examples/{name}"))

    def evaluate(
        self,
        graph: Document,
        *,
        output: str | None = None,
        upstream: Any = None,
        trace: bool = False,
        full: bool = False,
    ) -> dict[str, Any]:
        """Run a graph forward and backward; the response of ``POST /api/evaluate``.

        Raises:
            ApiError: the graph can't run; its ``errors`` say why.
        """
        body = {"graph": graph, "output": output, "upstream": upstream, "trace": trace}
        return self._object(self._post(f"/api/evaluate?full={str(full).lower()}", body))

    def check(
        self,
        graph: Document,
        *,
        wrt: Iterable[str] | None = None,
        epsilon: float | None = None,
        curve: bool = False,
        **options: Any,
    ) -> dict[str, Any]:
        """Hold backpropagation against numerical differentiation; ``curve`` asks for the errors at many steps.

        ``options``: the other fields of the request, such as ``method="directional"`` or ``nodes=True``.
        """
        return self._object(self._post("/api/check", _check_body(graph, wrt, epsilon, curve=curve, **options)))

    def check_progress(
        self,
        graph: Document,
        *,
        wrt: Iterable[str] | None = None,
        epsilon: float | None = None,
        curve: bool = False,
        **options: Any,
    ) -> Iterator[dict[str, Any]]:
        """The same with a larger budget: lines on how far it has come, the last one what :meth:`check` answers.

        Whoever stops reading and closes the iterator ends the check.
        """
        yield from self._lines("/api/check/progress", _check_body(graph, wrt, epsilon, curve=curve, **options))

    def import_file(self, format: str, content: bytes, *, axes: Mapping[str, int] | None = None) -> dict[str, Any]:
        """The graph of a file, under ``graph``, and ``notes`` on what it can't say; ``axes`` are lengths left open."""
        data = {} if axes is None else {"axes": json.dumps(dict(axes))}
        return self._object(_answer(self._http.post(f"/api/import/{format}", files={"file": content}, data=data)))

    def sweep(
        self,
        graph: Document,
        input: str,
        start: float,
        stop: float,
        steps: int,
        *,
        index: Iterable[int] | None = None,
        output: str | None = None,
    ) -> dict[str, Any]:
        """The output and its gradient at ``steps`` values of a leaf; ``index`` says which element of a tensor moves."""
        body = {
            "graph": graph, "input": input, "start": start, "stop": stop, "steps": steps,
            "index": None if index is None else list(index), "output": output,
        }  # fmt: skip
        return self._object(self._post("/api/sweep", body))

    def drill(
        self,
        graph: Document,
        node: str,
        input: int,
        index: Iterable[int] = (),
        *,
        output: str | None = None,
        upstream: Any = None,
        zeros: bool = False,
    ) -> dict[str, Any]:
        """The products that add up to one element of what ``node`` sends to its input number ``input``.

        ``zeros`` asks also for those that are 0 because their local derivative is 0 just here.
        """
        body = {
            "graph": graph, "node": node, "input": input, "index": list(index), "output": output, "upstream": upstream,
            "zeros": zeros,
        }  # fmt: skip
        return self._object(self._post("/api/drill", body))

    def verify(
        self,
        graph: Document,
        claimed: Mapping[str, Any],
        *,
        edges: Mapping[str, Any] | None = None,
        output: str | None = None,
        upstream: Any = None,
    ) -> dict[str, Any]:
        """Judge gradients worked out by hand, by node; and single shares, by edge (``target:input``)."""
        body = {"graph": graph, "claimed": claimed, "edges": edges or {}, "output": output, "upstream": upstream}
        return self._object(self._post("/api/verify", body))

    def diagnose(self, graph: Document, *, output: str | None = None) -> dict[str, Any]:
        """Find gradients that vanish, explode, stop, or stop being numbers."""
        return self._object(self._post("/api/diagnose", {"graph": graph, "output": output}))

    def train(
        self,
        graph: Document,
        steps: int,
        optimizer: str | Mapping[str, Any] = "sgd",
        batches: Any = None,
        **options: Any,
    ) -> Iterator[dict[str, Any]]:
        """Train a graph's parameters: a line for each reported step, the last one with the trained ``graph``.

        ``batches``: a list of values by leaf, or an object that names a data set, as ``{"data": "digits"}``. Whoever
        stops reading and closes the iterator ends the training. ``options``: the other fields of the request.
        """
        body = {"graph": graph, "steps": steps, "optimizer": optimizer, "batches": batches, **options}
        yield from self._lines("/api/train", body)

    def datasets(self) -> list[dict[str, Any]]:
        """The built-in data to train on."""
        return self._get("/api/datasets")  # type: ignore[no-any-return]  # the contract says a list

    def sample(self, graph: Document, batches: Mapping[str, Any], row: int = 0) -> dict[str, Any]:
        """A row of the data that ``batches`` names as :meth:`train` takes it, as values of the graph's leaves."""
        return self._object(self._post("/api/samples", {"graph": graph, "batches": batches, "row": row}))

    def optimizers(self) -> list[dict[str, Any]]:
        """Every optimizer, with its settings."""
        return self._get("/api/optimizers")  # type: ignore[no-any-return]  # the contract says a list

    def exercise(self, level: int, seed: int) -> dict[str, Any]:
        """A small graph whose every number is whole, to work out by hand; the same for a level and a seed."""
        return self._object(self._get(f"/api/exercises?level={level}&seed={seed}"))

    def derivation(
        self, graph: Document, wrt: str, *, output: str | None = None, limit: int = 32, digits: int = 6
    ) -> dict[str, Any]:
        """∂output/∂wrt written out: the sum over paths, forward mode, and what each way costs."""
        body = {"graph": graph, "wrt": wrt, "output": output, "limit": limit, "digits": digits}
        return self._object(self._post("/api/derivation", body))

    def views(self, graph: Document, *, output: str | None = None) -> dict[str, Any]:
        """The graph as formulas, as Python and as LaTeX, with the places of its nodes."""
        return self._object(self._post("/api/views", {"graph": graph, "output": output}))

    def formats(self) -> dict[str, Any]:
        """What a graph can be read from and written to."""
        return self._object(self._get("/api/formats"))

    def export(self, graph: Document, format: str, *, output: str | None = None) -> str:
        """The graph as a text of that format."""
        body = {"graph": graph, "options": {"output": output}}
        return _checked(self._http.post(f"/api/export/{format}", json=body)).text

    def picture(
        self,
        graph: Document,
        format: str,
        *,
        output: str | None = None,
        scale: int = 2,
        dark: bool = False,
        convention: str = "book",
        tensors: str = "few",
    ) -> bytes:
        """The graph as a file of that format, such as "png": ``scale`` pixels a unit, in one of the ways of drawing.

        ``tensors`` says how they are shown: ``numbers``, ``heat`` maps, or numbers while they are ``few``.
        """
        options = {"output": output, "scale": scale, "dark": dark, "convention": convention, "tensors": tensors}
        return _checked(self._http.post(f"/api/export/{format}", json={"graph": graph, "options": options})).content

    def parse(
        self, source: str, inputs: Mapping[str, Any] | None = None, *, language: str = "formula"
    ) -> dict[str, Any]:
        """The graph of a formula; of a program where the language is ``python``."""
        body = {"language": language, "source": source, "inputs": inputs}
        return self._object(self._post("/api/parse", body)["graph"])

    def expand(self, graph: Document, node: str) -> dict[str, Any]:
        """The graph with a composite node opened into its primitives."""
        return self._object(self._post("/api/expand", {"graph": graph, "node": node})["graph"])

    def collapse(self, graph: Document, group: str) -> dict[str, Any]:
        """The graph with a group closed into the op that equals it."""
        return self._object(self._post("/api/collapse", {"graph": graph, "group": group})["graph"])

    def _get(self, path: str) -> Any:
        return _answer(self._http.get(path))

    def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        return _answer(self._http.post(path, json=body))

    def _lines(self, path: str, body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        with self._http.stream("POST", path, json=body) as response:
            if not response.is_success:
                response.read()
            for line in _checked(response).iter_lines():
                yield json.loads(line)

    @staticmethod
    def _object(data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise ApiError({"detail": "the answer is not what the contract says"})
        return data


def _check_body(graph: Document, wrt: Iterable[str] | None, epsilon: float | None, **options: Any) -> dict[str, Any]:
    body = {"graph": graph, "wrt": None if wrt is None else list(wrt), **options}
    return body if epsilon is None else body | {"epsilon": epsilon}


def _answer(response: httpx.Response) -> Any:
    return _checked(response).json()


def _checked(response: httpx.Response) -> httpx.Response:
    if response.is_success:
        return response
    try:
        problem = response.json()
    except ValueError:
        problem = {"status": response.status_code, "detail": response.reason_phrase}
    raise ApiError(problem)


class _InProcess(httpx.BaseTransport):
    """httpx's ASGI transport, which is asynchronous, for a client that isn't: its event loop runs in a thread."""

    def __init__(self) -> None:
        from app.main import create_app

        self._transport = httpx.ASGITransport(create_app(), raise_app_exceptions=False)
        self._stack = ExitStack()
        self._portal = self._stack.enter_context(start_blocking_portal())

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._portal.call(self._exchange, request)

    async def _exchange(self, request: httpx.Request) -> httpx.Response:
        response = await self._transport.handle_async_request(request)
        content = await response.aread()
        return httpx.Response(response.status_code, headers=response.headers, content=content)

    def close(self) -> None:
        self._stack.close()
