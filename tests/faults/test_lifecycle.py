"""What becomes of a client: closed, forgotten, forked, pickled, in another event loop, between calls."""

from __future__ import annotations

import asyncio
import copy
import gc
import multiprocessing
import os
import pickle
import threading
import warnings
from collections import deque
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import psutil
import pytest

from arize_integrations import (
    ArizeError,
    AsyncIntegrationsClient,
    ConfigurationError,
    IntegrationsClient,
)
from arize_integrations._net.connections import open_transport
from arize_integrations._net.endpoint import Endpoint
from tests.faults.calls import KEY, STYLES, Style
from tests.faults.server import ID, OK, Connection, FaultServer

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    server.repair(OK)
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


def get_in_child(client: IntegrationsClient, pipe: Any) -> None:
    try:
        client.get(ID)
        pipe.send("an answer")
    except ConfigurationError as error:
        pipe.send(str(error))


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


def test_a_connection_that_comes_back_while_the_client_is_closed_is_closed_too() -> None:
    """Another thread may close between the look at the client and the return: the connection stayed open."""

    class Stack(deque[Any]):
        def append(self, slot: Any) -> None:
            pool.close()
            super().append(slot)

    with FaultServer(OK) as server:
        transport: Any = open_transport(Endpoint("http", f"127.0.0.1:{server.port}"))
        pool = transport._pool
        pool._idle = Stack()
        response = transport.handle_request(httpx.Request("GET", server.base_url))
        response.read()
        response.close()
    assert not pool._idle
