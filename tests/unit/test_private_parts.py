"""The private parts of httpx and httpcore that `_net.connections` uses, held for whatever versions are installed.

`make test-wheel` runs this with the lowest versions that are allowed, too.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import anyio
import httpcore
import httpx
import pytest

from arize_integrations._net import connections
from arize_integrations._net.connections import open_async_transport, open_transport
from arize_integrations._net.endpoint import Endpoint

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@contextmanager
def serving(answer: bytes) -> Iterator[tuple[Endpoint, list[int]]]:
    """A server that gives each request the same bytes, and a list with one entry for each connection."""
    accepted: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def serve(connection: socket.socket) -> None:
            with connection:
                while connection.recv(65536):
                    connection.sendall(answer)

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                accepted.append(1)
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield Endpoint("http", f"127.0.0.1:{port}"), accepted
        listener.shutdown(socket.SHUT_RDWR)


def request(endpoint: Endpoint) -> httpx.Request:
    return httpx.Request("GET", endpoint.url, extensions={"timeout": httpx.Timeout(5).as_dict()})


def ask(endpoint: Endpoint, times: int) -> None:
    """Send so many requests, one after the other, on one transport."""
    transport = open_transport(endpoint)
    for _ in range(times):
        response = transport.handle_request(request(endpoint))
        assert response.read() == b"{}"
        response.close()
        stream: Any = response.stream
        stream.close()  # a second time does nothing
    transport.close()


def ask_async(endpoint: Endpoint, times: int) -> None:
    async def main() -> None:
        transport = open_async_transport(endpoint)
        for _ in range(times):
            response = await transport.handle_async_request(request(endpoint))
            assert await response.aread() == b"{}"
            await response.aclose()
            stream: Any = response.stream
            await stream.aclose()
        await transport.aclose()

    anyio.run(main)


@pytest.mark.parametrize(
    ("transport", "backend", "connection"),
    [
        (httpx.HTTPTransport, httpcore.NetworkBackend, httpcore.ConnectionInterface),
        (httpx.AsyncHTTPTransport, httpcore.AsyncNetworkBackend, httpcore.AsyncConnectionInterface),
    ],
)
@pytest.mark.parametrize("proxy", [None, "http://127.0.0.1:1"])
def test_a_transport_has_a_pool_that_makes_connections(
    transport: Any, backend: type, connection: type, proxy: str | None
) -> None:
    pool = transport(proxy=proxy)._pool
    assert isinstance(pool._network_backend, backend)
    origin = httpcore.URL("http://127.0.0.1").origin
    assert isinstance(pool.create_connection(origin), connection)


@pytest.mark.parametrize("send", [ask, ask_async])
def test_a_connection_is_used_again(send: Any) -> None:
    with serving(OK) as (endpoint, accepted):
        send(endpoint, 3)
        assert len(accepted) == 1


@pytest.mark.parametrize("send", [ask, ask_async])
def test_a_connection_with_bytes_left_over_is_not_used_again(send: Any) -> None:
    """The next request would take them for its answer."""
    with serving(OK + b"HTTP/1.1 200 OK\r\n") as (endpoint, accepted):
        send(endpoint, 3)
        assert len(accepted) == 3


@pytest.mark.parametrize(("send", "name"), [(ask, "DeadlineBackend"), (ask_async, "AsyncDeadlineBackend")])
def test_each_new_connection_has_a_deadline_of_its_own(send: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Any] = []
    kind = getattr(connections, name)

    def backend(network: Any, deadline: Any) -> Any:
        made.append(deadline)
        return kind(network, deadline)

    monkeypatch.setattr(connections, name, backend)
    with serving(OK + b"!") as (endpoint, _):
        send(endpoint, 2)
    assert len({id(deadline) for deadline in made}) == 2
