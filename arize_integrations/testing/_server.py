"""The stand-in itself: what it holds, and the thread it runs in."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any, Protocol, Self, TypeAlias

from arize_integrations.testing import _service
from arize_integrations.testing._answer import Answer, copied
from arize_integrations.testing._http import (
    MalformedRequestError,
    RecordedRequest,
    encode,
    read_request,
    wants_close,
)
from arize_integrations.testing._loop import BACKLOG, ThreadedServer

_LONGEST_HEARING = 1.0  # seconds


class Model(Protocol):
    """A generated model, or anything else that knows its own JSON object."""

    def to_dict(self) -> dict[str, Any]:
        """The JSON object."""
        ...


Integration: TypeAlias = Mapping[str, Any] | Model


class StandInServer:
    """The API's `GET /v2/integrations/{id}` on 127.0.0.1, over HTTP/1.1 with keep-alive.

    Use it as a context manager, from sync or async code: it runs in one thread of its own. A
    request without the right bearer token is answered 401, an unknown id 404, a malformed target
    400, another method 405, with the body of the API document's own example where it has one.
    Answers given to `answer_next` come first, in their order.

    Args:
        integrations: Mappings with an `id`, or generated models, to serve; by default the document's own example.
        api_key: The bearer token to demand.
        port: The port to listen on; 0 picks a free one, and keeps it when started again.

    Attributes:
        api_key (str): The bearer token demanded.
        requests: Every request received, in order, recorded before it is answered.

    Raises:
        ValueError: An integration has no `id` that is a non-empty string.
        TypeError: An argument is of another type, or an integration holds what JSON cannot say.
    """

    def __init__(
        self,
        integrations: Iterable[Integration] | None = None,
        api_key: str = "test-key",
        *,
        port: int = 0,
    ) -> None:
        if not isinstance(api_key, str):
            raise TypeError(f"api_key must be the text of a key, not {type(api_key).__name__}")
        self.api_key = api_key
        self.requests: list[RecordedRequest] = []
        self._port = port
        self._integrations: dict[str, dict[str, Any]] = {}
        self._scripted: deque[Answer] = deque()
        self._connections = 0
        self._running: ThreadedServer | None = None
        if integrations is None:
            integrations = _service.documented_integrations()
        _check_is_several(integrations)
        for integration in integrations:
            self.add(integration)

    def __repr__(self) -> str:
        where = self.base_url if self._running else "not running"
        return f"<{type(self).__name__} {where}, {len(self._integrations)} integration(s)>"

    @property
    def base_url(self) -> str:
        """Where it listens: `http://127.0.0.1:<port>`.

        Raises:
            RuntimeError: When it is not running.
        """
        if self._running is None:
            raise RuntimeError("the stand-in is not running: use `with StandInServer() as server:`")
        return f"http://127.0.0.1:{self._port}"

    @property
    def integration_ids(self) -> list[str]:
        """The ids served, in the order they were added."""
        return list(self._integrations)

    def add(self, integration: Integration) -> None:
        """Serve one more integration as it is now, in place of any with the same id.

        Args:
            integration: A mapping with an `id`, or a generated model.

        Raises:
            ValueError: When it has no `id` that is a non-empty string.
            TypeError: When it is no integration, or holds what JSON cannot say.
        """
        if not isinstance(integration, Mapping) and not hasattr(integration, "to_dict"):
            raise TypeError(
                f"an integration must be a mapping or a model with to_dict(), not {type(integration).__name__}"
            )
        payload = dict(integration) if isinstance(integration, Mapping) else integration.to_dict()
        payload = copied(payload, "an integration")
        integration_id = payload.get("id")
        if not isinstance(integration_id, str) or not integration_id:
            raise ValueError("an integration needs an 'id' that is a non-empty string")
        self._integrations[integration_id] = payload

    def answer_next(self, *answers: Answer) -> None:
        """Queue `answers` for the next requests, whatever they ask; then normal serving resumes.

        Args:
            answers: One for each request to come, in order.

        Raises:
            TypeError: For anything that is no `Answer`.
        """
        for answer in answers:
            if not isinstance(answer, Answer):
                raise TypeError(
                    f"answer_next takes answers, as in answer_next(Answer(429), Answer(503)), not {type(answer).__name__}"
                )
            encode(answer)  # what cannot be encoded fails here, not in the server's thread
        self._scripted.extend(answers)

    def start(self) -> Self:
        """Begin to listen; connections are accepted as soon as this returns.

        Raises:
            OSError: When the port is taken.
            RuntimeError: When it is running already.
        """
        if self._running is not None:
            raise RuntimeError("the stand-in is running already")
        listener = socket.create_server(("127.0.0.1", self._port), backlog=BACKLOG)
        self._port = listener.getsockname()[1]
        self._running = ThreadedServer(listener, self._converse)
        return self

    def close(self) -> None:
        """Stop listening, cut every connection and delay, return when all are gone. Repeatable."""
        running, self._running = self._running, None
        if running is not None:
            running.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection until either side ends it."""
        self._connections += 1
        connection = self._connections
        try:
            while request := await read_request(reader, connection):
                self.requests.append(request)
                answer = self._answer(request)
                await _send(answer, writer)
                if answer.drop or wants_close(request, answer):
                    return
        except MalformedRequestError as error:
            await _send(_service.problem(error.status, {"Connection": "close"}), writer)
            writer.write_eof()
            await _hear_out(reader)

    def _answer(self, request: RecordedRequest) -> Answer:
        if self._scripted:
            return self._scripted.popleft()
        return _service.respond(request, self._integrations, self.api_key)


def _check_is_several(integrations: object) -> None:
    kind = type(integrations).__name__
    if isinstance(integrations, (str, bytes, Mapping)) or not isinstance(integrations, Iterable):
        raise TypeError(f"integrations must be a list of integrations, not {kind}: put a single one into a list")


async def _hear_out(reader: asyncio.StreamReader) -> None:
    """Read what a refused client is still sending: to close before would reset the connection, and lose the answer."""
    with contextlib.suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(_LONGEST_HEARING):
            while await reader.read(65536):
                pass


async def _send(answer: Answer, writer: asyncio.StreamWriter) -> None:
    if answer.delay:
        await asyncio.sleep(answer.delay)
    head, body = encode(answer)
    if answer.drop == "after_headers":
        writer.write(head)
    elif answer.drop == "mid_body":
        writer.write(head + body[: len(body) // 2])
    elif not answer.drop:
        writer.write(head + body)
    await writer.drain()
