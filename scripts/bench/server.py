"""The benchmark's own server: one answer, as fast as one process can give it, on loopback.

Run as a process of its own, so that its work is not counted as the client's: `python -m scripts.bench.server`
prints its port and serves until its standard input ends. A target `/rate/<n>/...` allows n requests a second, and
`/count` tells how many came. The id of `worker.NEWER_ID` is answered as the vendor's SDK expects it, which spells the
discriminators in another way than the document does.
"""

from __future__ import annotations

import asyncio
import json
import math
import sys
import time

from arize_integrations_api.examples import EXAMPLES
from scripts.bench.worker import NEWER_ID

ANSWER = json.dumps(EXAMPLES["get_v2_integrations_item"].answers[200].bodies[0]).encode()
PERIOD = 1.0  # seconds over which a rate is counted


def _message(status: str, body: bytes, *headers: str) -> bytes:
    lines = [
        f"HTTP/1.1 {status}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Date: Mon, 01 Jan 2029 00:00:00 GMT",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


_OK = _message("200 OK", ANSWER)
_NEWER = _message("200 OK", ANSWER.replace(b'"llm"', b'"LLM"').replace(b'"openAI"', b'"OPEN_AI"'))


class Window:
    """So many requests in each period, as gateways count them; the rest are told to wait for the next one."""

    def __init__(self) -> None:
        self._began, self._count = 0.0, 0
        self.requests = self.accepted = 0

    def answer(self, limit: int) -> bytes:
        """The answer to the next request."""
        now = time.monotonic()
        if now - self._began >= PERIOD:
            self._began, self._count = now, 0
        self.requests += 1
        if self._count < limit:
            self._count += 1
            self.accepted += 1
            return _OK
        left = math.ceil(self._began + PERIOD - now)
        return _message("429 Too Many Requests", b'{"title": "Rate limited", "status": 429}', f"Retry-After: {left}")

    def summary(self) -> bytes:
        """What was counted so far, as an answer; the next count begins at 0."""
        counted = {"requests": self.requests, "accepted": self.accepted}
        self.__init__()  # type: ignore[misc]
        return _message("200 OK", json.dumps(counted).encode())


class _Protocol(asyncio.Protocol):
    """Answers each head that ends in an empty line; requests of the benchmark have no body."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._pending = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *heads, self._pending = (self._pending + data).split(b"\r\n\r\n")
        for head in heads:
            self._transport.write(self._answer(head))

    def _answer(self, head: bytes) -> bytes:
        if head.startswith(b"GET /rate/"):
            return self._window.answer(int(head.split(b"/", 3)[2]))
        if head.startswith(b"GET /count"):
            return self._window.summary()
        return _NEWER if NEWER_ID[:-2].encode() in head[:200] else _OK


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    window = Window()
    server = await loop.create_server(lambda: _Protocol(window), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve())
