"""What becomes of a client: closed, forgotten, forked, pickled, shared with the next event loop."""

from __future__ import annotations

import asyncio
import copy
import functools
import gc
import logging
import multiprocessing
import os
import pickle
import signal
import threading
import time
import traceback
import tracemalloc
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import psutil
import pytest

from arize_integrations import (
    APITimeoutError,
    ArizeError,
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


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer(OK) as running:
        yield running


def open_sockets() -> int:
    """TCP sockets of this process."""
    return len(psutil.Process().net_connections("tcp"))


# Closed


def test_use_after_close_says_so(server: FaultServer) -> None:
    client = IntegrationsClient(KEY, base_url=server.base_url)
    derived = client.with_options(timeout=5)
    client.get(ID)
    client.close()
    client.close()
    for closed in (client, derived):
        with pytest.raises(ConfigurationError, match="closed"):
            closed.get(ID)
    with pytest.raises(ConfigurationError, match="closed"):
        client.with_options()
    with pytest.raises(ConfigurationError, match="closed"), client:
        pass
    assert len(server.heads) == 1


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_async_use_after_close_says_so(server: FaultServer, backend: str) -> None:
    async def main() -> None:
        client = AsyncIntegrationsClient(KEY, base_url=server.base_url)
        derived = client.with_options(timeout=5)
        await client.get(ID)
        await client.aclose()
        await client.aclose()
        for closed in (client, derived):
            with pytest.raises(ConfigurationError, match="closed"):
                await closed.get(ID)

    anyio.run(main, backend=backend)
    assert len(server.heads) == 1


def test_closing_closes_every_connection(server: FaultServer) -> None:
    before = open_sockets()
    client = IntegrationsClient(KEY, base_url=server.base_url)
    threads = [threading.Thread(target=client.get, args=(ID,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    client.close()
    server.mend(OK)
    server.hang_up()  # our end of each is closed by the server once it sees the client's end closed
    assert open_sockets() == before


def test_closing_during_a_call_leaves_nothing_open() -> None:
    """The call under way ends in an answer or an error; the connection it used does not stay behind."""
    asked, go = threading.Event(), threading.Event()

    def answer_late(connection: Connection) -> None:
        asked.set()
        go.wait(10)
        connection.send(OK)

    outcomes: list[object] = []

    def get(client: IntegrationsClient) -> None:
        try:
            outcomes.append(client.get(ID))
        except ArizeError as error:
            outcomes.append(error)

    with FaultServer(answer_late) as server:
        before = open_sockets()
        client = IntegrationsClient(KEY, base_url=server.base_url, retry=None)
        thread = threading.Thread(target=get, args=(client,))
        thread.start()
        asked.wait(10)
        client.close()
        go.set()
        thread.join(10)
        assert not thread.is_alive()
        assert len(outcomes) == 1
        server.hang_up()
        gc.collect()
        assert open_sockets() == before


def test_the_users_transport_is_left_open_until_the_client_is_closed(server: FaultServer) -> None:
    closed: list[str] = []

    class Transport(httpx.HTTPTransport):
        def close(self) -> None:
            closed.append("closed")
            super().close()

    client = IntegrationsClient(KEY, base_url=server.base_url, transport=Transport())
    client.get(ID)
    client.with_options(timeout=3).close()
    assert closed == []
    client.get(ID)
    client.close()
    assert closed


# Forgotten


def test_a_client_collected_unclosed_warns_as_files_do(server: FaultServer) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        client = IntegrationsClient(KEY, base_url=server.base_url)
        derived = client.with_options(timeout=3)
        client.get(ID)
        del client
        derived.get(ID)  # the derived client keeps what it shares alive
        assert [each for each in caught if "unclosed client" in str(each.message)] == []
        del derived
        gc.collect()
    [said] = caught
    assert said.category is ResourceWarning
    assert "unclosed client" in str(said.message)
    assert KEY not in str(said.message)


def test_a_client_closed_or_never_made_does_not_warn(server: FaultServer) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with IntegrationsClient(KEY, base_url=server.base_url) as client:
            client.get(ID)
        with pytest.raises(ConfigurationError):
            IntegrationsClient("bad\nkey")
        del client
        gc.collect()
    assert [str(each.message) for each in caught] == []


# Elsewhere


def get_in_child(client: IntegrationsClient, told: Any) -> None:
    try:
        client.get(ID)
        told.send("an answer")
    except ConfigurationError as error:
        told.send(str(error))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_client_refuses_and_the_parents_goes_on(server: FaultServer) -> None:
    context: Any = multiprocessing.get_context("fork")
    with IntegrationsClient(KEY, base_url=server.base_url) as client:
        client.get(ID)
        ours, theirs = context.Pipe()
        child = context.Process(target=get_in_child, args=(client, theirs))
        child.start()
        assert ours.poll(10)
        assert "fork" in ours.recv()
        child.join()
        ours.close()
        theirs.close()
        client.get(ID)
    assert (len(server.heads), server.connections) == (2, 1)


@pytest.mark.parametrize("kind", [IntegrationsClient, AsyncIntegrationsClient])
@pytest.mark.parametrize("attempt", [pickle.dumps, copy.copy, copy.deepcopy], ids=lambda f: f.__name__)
def test_a_client_is_not_pickled_or_copied(kind: Any, attempt: Any, server: FaultServer) -> None:
    client = kind(KEY, base_url=server.base_url)
    with pytest.raises(ConfigurationError, match="not pickled"):
        attempt(client)
    client._session.closed = True  # nothing was opened


def test_an_async_client_used_in_a_second_event_loop_says_so(server: FaultServer) -> None:
    client = AsyncIntegrationsClient(KEY, base_url=server.base_url)
    asyncio.run(_get(client))
    with pytest.raises(ConfigurationError, match="event loop"):
        asyncio.run(_get(client))
    asyncio.run(client.aclose())
    with pytest.raises(ConfigurationError, match="closed"):
        asyncio.run(_get(client))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # of the connection its loop left open
        del client
        gc.collect()


async def _get(client: AsyncIntegrationsClient) -> None:
    await client.get(ID)


# Connections between calls


@each_style
def test_a_server_restarted_between_calls_is_not_noticed(style: Style) -> None:
    async def play() -> None:
        with FaultServer(OK) as first:
            port = first.port
            client = AsyncIntegrationsClient(KEY, base_url=first.base_url, retry=None)
            await client.get(ID)
        with FaultServer(OK, port=port) as second:
            await client.get(ID)
            assert len(second.heads) == 1
            await client.aclose()

    if style != "sync":
        anyio.run(play, backend=style)
        return
    with FaultServer(OK) as first:
        port = first.port
        client = IntegrationsClient(KEY, base_url=first.base_url, retry=None)
        client.get(ID)
    with FaultServer(OK, port=port) as second, client:
        client.get(ID)
        assert len(second.heads) == 1


def test_calls_one_after_another_share_a_connection_until_the_server_hangs_up(server: FaultServer) -> None:
    with IntegrationsClient(KEY, base_url=server.base_url, retry=None) as client:
        client.get(ID)
        client.get(ID)
        assert server.connections == 1
        server.hang_up()
        client.get(ID)
        assert server.connections == 2


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
    """More calls than the client makes at once, none of which may wait for a retry."""
    policy = RetryPolicy(max_elapsed=0)
    with (
        FaultServer(late(1.0)) as server,
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
