"""The benchmark's own server: documented answers, as fast as one process can give them, on loopback.

Run as a process of its own, so that its work is not counted as the client's: `python -m scripts.bench.server [limit]`
prints its port and serves until its standard input ends. A limit is written as `limits.parse` reads it. Below
`/v2/integrations` there is one integration for every id, and a list of ten thousand; `/count` says how many requests came.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import sys
import time

from arize_integrations_api.examples import EXAMPLES
from scripts.bench.limits import parse

ANSWERS = [body for body in EXAMPLES["get_v2_integrations_item"].answers[200].bodies if body["type"] != "EVALUATOR"]
LISTED, PAGE = 10_000, 100
_CURSOR = re.compile(rb"cursor=(\d+)")


def _message(status: str, payload: object, *headers: str) -> bytes:
    body = json.dumps(payload).encode()
    lines = [
        f"HTTP/1.1 {status}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Date: Mon, 01 Jan 2029 00:00:00 GMT",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _pages() -> list[bytes]:
    answers = itertools.cycle(ANSWERS)
    items = [next(answers) | {"id": f"TGxtSW50ZWdyYXRpb246{number:08}"} for number in range(LISTED)]
    pages: list[bytes] = []
    for begin in range(0, LISTED, PAGE):
        more = begin + PAGE < LISTED
        pagination = {"has_more": True, "next_cursor": str(len(pages) + 1)} if more else {"has_more": False}
        pages.append(
            _message(
                "200 OK", {"integrations": items[begin : begin + PAGE], "pagination": {"limit": PAGE} | pagination}
            )
        )
    return pages


class _Server:
    """What is answered, and how many requests came."""

    def __init__(self, limit: str) -> None:
        self._one, self._pages = _message("200 OK", ANSWERS[0]), _pages()
        self._limit = parse(limit)
        self._requests = 0
        self.latency = 0.1 if limit.startswith("outage") else 0.0  # so that it is not the CPU that sets the pace

    def answer(self, head: bytes) -> bytes:
        """The answer to a request, which ends in an empty line: those of the benchmark have no body."""
        target = head.split(b" ", 2)[1]
        if target == b"/count":
            return _message("200 OK", self._requests)
        self._requests += 1
        asked = self._limit.arrive(time.monotonic())
        if asked is not None:
            headers = [f"Retry-After: {asked:.0f}"] if asked else []
            return _message("429 Too Many Requests", {"title": "Rate limited", "status": 429}, *headers)
        if target.startswith(b"/v2/integrations/"):
            return self._one
        cursor = _CURSOR.search(target)
        return self._pages[int(cursor[1]) if cursor else 0]


class _Connection(asyncio.Protocol):
    def __init__(self, server: _Server) -> None:
        self._server = server
        self._pending = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *heads, self._pending = (self._pending + data).split(b"\r\n\r\n")
        for head in heads:
            answer = self._server.answer(head)
            if self._server.latency:
                asyncio.get_running_loop().call_later(self._server.latency, self._transport.write, answer)
            else:
                self._transport.write(answer)


async def _serve(limit: str) -> None:
    loop, state = asyncio.get_running_loop(), _Server(limit)
    server = await loop.create_server(lambda: _Connection(state), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve(" ".join(sys.argv[1:])))
