"""A hostile server or a call given up half way costs bounded memory, time and processor, and never the key."""

from __future__ import annotations

import functools
import itertools
import logging
import signal
import threading
import time
import traceback
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import anyio
import httpx
import pytest

from arize_integrations import (
    APITimeoutError,
    AsyncIntegrationsClient,
    ConfigurationError,
    IntegrationsClient,
    ResponseDecodingError,
    RetryPolicy,
)
from tests.faults.calls import KEY, STYLES, Style, call
from tests.faults.server import ID, OK, Connection, FaultServer, Turn, answer, gzip_bomb, late, stall

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

each_style = pytest.mark.parametrize("style", STYLES)


# Bounds


@pytest.mark.parametrize("style", ["sync", "asyncio"])
def test_a_gzip_bomb_takes_bounded_memory(style: Style) -> None:
    bomb = answer(200, gzip_bomb(256), "Content-Encoding: gzip")
    with FaultServer(bomb) as server:
        tracemalloc.start()
        outcome = call(style, server.base_url, retry=None)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert type(outcome.result) is ResponseDecodingError
    assert peak < 160 * 1024 * 1024, f"{peak / 2**20:.0f} MiB"


@each_style
def test_a_body_without_end_takes_bounded_memory(style: Style) -> None:
    piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"

    def pour(connection: Connection) -> None:
        connection.end()
        connection.send(answer(200, "", "Transfer-Encoding: chunked"))
        while True:
            connection.send(piece)

    with FaultServer(pour) as server:
        outcome = call(style, server.base_url, retry=None, timeout=20)
    assert type(outcome.result) is ResponseDecodingError
    assert "larger than" in str(outcome.result)


class Flood(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body without end from a transport of the user's own, which never lets anybody else run."""

    def __iter__(self) -> Iterator[bytes]:
        return itertools.repeat(bytes(1024 * 1024))

    def __aiter__(self) -> Flood:
        return self

    async def __anext__(self) -> bytes:
        return bytes(1024 * 1024)


@each_style
def test_a_body_without_end_and_without_a_pause_ends_the_call(style: Style) -> None:
    """No timeout interrupts what never waits."""
    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Flood()))
    outcome = call(style, "http://127.0.0.1:1", transport=transport, retry=None)
    assert type(outcome.result) is ResponseDecodingError
    assert "larger than" in str(outcome.result)


# The key


def test_a_key_that_cannot_be_used_is_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for bad in (f"{KEY}\r\nX: y", f" {KEY}", f"{KEY}\0", f"{KEY}é"):
        with pytest.raises(ConfigurationError) as caught:
            IntegrationsClient(bad)
        shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
        ours = [frame.locals for frame in shown.stack if "arize_integrations" in frame.filename]
        assert ours
        assert KEY not in f"{caught.value} {ours}"


# Given up half way


@pytest.mark.parametrize("turn", [stall(b""), answer(429, "", "Retry-After: 1")], ids=["sending", "waiting"])
@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_cancelled_call_leaves_the_client_sound(backend: str, turn: Turn) -> None:
    async def play() -> None:
        with FaultServer(turn, OK) as server:
            async with AsyncIntegrationsClient(KEY, base_url=server.base_url) as client:
                with anyio.move_on_after(0.2) as scope:
                    await client.get(ID)
                assert scope.cancelled_caught
                await client.get(ID)
                assert len(server.heads) == 2

    anyio.run(play, backend=backend)


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="needs POSIX signals")
@pytest.mark.parametrize("turn", [stall(b""), answer(429, "", "Retry-After: 1")], ids=["sending", "waiting"])
def test_an_interrupted_call_leaves_the_client_sound(turn: Turn) -> None:
    """Ctrl-C is not held back by a socket or a wait, and the next call is not hindered by it."""
    interrupt = functools.partial(signal.pthread_kill, threading.main_thread().ident or 0, signal.SIGINT)
    timer = threading.Timer(0.3, interrupt)
    with (
        FaultServer(turn, OK) as server,
        IntegrationsClient(KEY, base_url=server.base_url) as client,
    ):
        timer.start()
        began = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            client.get(ID)
        assert time.monotonic() - began < 1
        client.get(ID)
        assert len(server.heads) == 2


def test_impatient_calls_queue_without_burning_the_processor() -> None:
    """More calls than the client makes at once: they queue beyond their patience, which is for the server's waits only."""
    policy = RetryPolicy(max_elapsed=0)
    with (
        FaultServer(late(1.2)) as server,
        IntegrationsClient(KEY, base_url=server.base_url, retry=policy) as client,
        ThreadPoolExecutor(100) as pool,
    ):
        began = time.process_time()
        list(pool.map(client.get, [ID] * 100))
        assert time.process_time() - began < 0.8


class Endless(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that trickles for ever, from a transport of the user's own."""

    def __iter__(self) -> Iterator[bytes]:
        while True:
            time.sleep(0.01)
            yield b" "

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            await anyio.sleep(0.01)
            yield b" "


@each_style
def test_a_transport_of_the_users_own_is_held_to_the_deadline_too(style: Style) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, stream=Endless()))
    outcome = call(style, "http://127.0.0.1:1", transport=transport, timeout=0.2, retry=None)
    assert type(outcome.result) is APITimeoutError
    assert outcome.elapsed < 1
