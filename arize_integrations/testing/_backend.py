"""Behind the server: what is answered to a request, and how it is sent."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
import time
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from arize_integrations.testing import _service
from arize_integrations.testing._account import Account
from arize_integrations.testing._http import MalformedRequestError, encode, read_request, wants_close
from arize_integrations.testing._problems import RefusedError
from arize_integrations.testing._script import Script

if TYPE_CHECKING:
    from arize_integrations.testing._answer import Answer
    from arize_integrations.testing._http import RecordedRequest
    from arize_integrations.testing._rate import RateLimit

_LONGEST_HEARING = 1.0  # seconds


class Backend:
    """The account, the script and the limit. Hold `lock` to touch these: tests and server are two threads."""

    def __init__(self, api_key: str) -> None:
        self.api_key = api_key
        self.account = Account()
        self.script = Script()
        self.rate: RateLimit | None = None
        self.requests: list[RecordedRequest] = []
        self.lock = threading.Lock()
        self._connections = 0

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection until either side ends it."""
        self._connections += 1
        connection = self._connections
        try:
            while request := await read_request(reader, connection):
                self.requests.append(request)
                answer = self._answer(request)
                await _send(answer, writer, with_body=request.method != "HEAD")
                if answer.drop or wants_close(request, answer):
                    return
        except MalformedRequestError as error:
            refusal = RefusedError(error.status, "This is no request of HTTP/1.1.", {"Connection": "close"})
            await _send(_service.refused(refusal), writer)
            writer.write_eof()
            await _hear_out(reader)

    def _answer(self, request: RecordedRequest) -> Answer:
        call = _service.parse_call(request)
        with self.lock:
            if self.rate and (seconds := self.rate.seconds_to_wait(time.monotonic())):
                detail = f"There are more than {self.rate.rate:g} requests a second."
                headers = {"Retry-After": str(seconds)}
                return _service.refused(RefusedError(HTTPStatus.TOO_MANY_REQUESTS, detail, headers), call.path)
            scripted = self.script.take(call)
            if scripted and not scripted.carried_out:
                return scripted
            own = _service.respond(request, call, self.account, self.api_key)
        if scripted is None:
            return own
        return replace(own, delay=scripted.delay, drop=scripted.drop) if scripted.is_normal else scripted


async def _hear_out(reader: asyncio.StreamReader) -> None:
    """Read what a refused client is still sending: to close before would reset the connection, and lose the answer."""
    with contextlib.suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(_LONGEST_HEARING):
            while await reader.read(65536):
                pass


def _reset(writer: asyncio.StreamWriter) -> None:
    """Without lingering, closing a socket resets the connection."""
    sock: socket.socket = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _send(answer: Answer, writer: asyncio.StreamWriter, *, with_body: bool = True) -> None:
    if answer.delay:
        await asyncio.sleep(answer.delay)
    head, whole = encode(answer)
    body = whole if with_body else b""  # after HEAD it would be taken for the next answer
    if answer.drop == "after_headers":
        writer.write(head)
    elif answer.drop == "mid_body":
        writer.write(head + body[: len(body) // 2])
    elif answer.drop == "reset":
        _reset(writer)
    elif not answer.drop:
        writer.write(head + body)
    await writer.drain()
