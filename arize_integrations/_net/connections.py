"""The connections of one client: a stack of idle ones in place of the pool inside httpx's transport.

httpx's pool looks through all its connections before every request and after it, which is most of what many concurrent
calls cost; to take the top of a stack costs nothing. The last used is taken first, so that few calls keep few
connections open, and the others expire. Above the stack the transports are httpx's own, so that what instruments those
sees every call.

These private parts of httpx and httpcore are used, here and nowhere else. `tests/unit/test_private_parts.py` holds each
of them, and runs with the lowest and the newest versions that are allowed:

- `HTTPTransport._pool`, `AsyncHTTPTransport._pool`: what a transport asks to send; replaced by the stack.
- `ConnectionPool._network_backend`: what opens sockets; replaced, for each new connection, by one with a deadline.
- `ConnectionPool.create_connection(origin)`: a new connection, through the proxy if there is one.
- `._connection`, at each level of a connection, down to the one that speaks HTTP/1.1, and its `._h11_state.trailing_data`.
"""

from __future__ import annotations

import os
import ssl
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from typing import Any, Final, Generic, TypeVar, cast

import httpcore
import httpx

from arize_integrations._net.deadlines import AsyncDeadlineBackend, Deadline, DeadlineBackend
from arize_integrations._net.endpoint import Endpoint
from arize_integrations._net.proxies import find_proxy
from arize_integrations.errors import ConfigurationError

DEADLINE: Final = "deadline"
"""The request extension that says when the attempt must be over, on the monotonic clock."""

IDLE_LIFETIME: Final = 30.0
"""Seconds after which an unused connection is closed."""

C = TypeVar("C", httpcore.ConnectionInterface, httpcore.AsyncConnectionInterface)


def open_transport(endpoint: Endpoint) -> httpx.HTTPTransport:
    """Httpx's transport with a stack in place of its pool.

    Raises:
        ConfigurationError: certificates or proxy from the environment cannot be used.
    """
    transport: Any = _open(httpx.HTTPTransport, endpoint)
    transport._pool = _Connections(transport._pool, DeadlineBackend)  # httpx has no public way to replace it
    return cast("httpx.HTTPTransport", transport)


def open_async_transport(endpoint: Endpoint) -> httpx.AsyncHTTPTransport:
    """The async twin of `open_transport`."""
    transport: Any = _open(httpx.AsyncHTTPTransport, endpoint)
    transport._pool = _AsyncConnections(transport._pool, AsyncDeadlineBackend)
    return cast("httpx.AsyncHTTPTransport", transport)


def _open(kind: Callable[..., Any], endpoint: Endpoint) -> Any:
    """A transport as httpx's own client would make it: certificates and proxy from the environment."""
    proxy = find_proxy(endpoint)
    try:
        return kind(verify=ssl_context(endpoint), proxy=proxy, limits=httpx.Limits(keepalive_expiry=IDLE_LIFETIME))
    except (ValueError, ImportError) as error:
        raise ConfigurationError(
            f"The proxy that HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names cannot be used: {error}"
        ) from None


def ssl_context(endpoint: Endpoint) -> ssl.SSLContext:
    """The certificates to trust, from the environment as httpx reads it.

    Raises:
        ConfigurationError: they cannot be loaded.
    """
    if endpoint.scheme == "http":
        # Loading certificates takes longer than everything else here; plain http has no use for them.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        return httpx.create_ssl_context()
    except OSError as error:
        # httpx reads the folder only if there is no file.
        certificates = next((name for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.environ.get(name)), "")
        read = [name for name in (certificates, "SSLKEYLOGFILE") if os.environ.get(name)]
        named = " or ".join(f"{name}={os.environ[name]}" for name in read)
        raise ConfigurationError(
            f"{named or 'The certificates of this machine'} cannot be used: {error.strerror or error}."
        ) from None


class _Slot(Generic[C]):
    """A connection, which serves one request at a time, and the deadline of that request."""

    __slots__ = ("connection", "deadline", "used_at")

    connection: C

    def __init__(self) -> None:
        self.deadline = Deadline()
        self.used_at = 0.0


class _Stack(Generic[C]):
    """The idle connections, the last used on top. The session's limit of calls bounds how many there are."""

    def __init__(self, pool: Any, backend: type[Any]) -> None:
        self._pool = pool  # knows how to open a connection, through a proxy if need be
        self._network = pool._network_backend
        self._backend = backend
        self._opening = threading.Lock()
        self._idle: deque[_Slot[C]] = deque()
        self._closed = False

    def _take(self, request: Any) -> tuple[_Slot[C], C | None]:
        """A slot that is free, or a new one; and the connection that has to be closed first, if it was stale."""
        stale = None
        try:
            slot = self._idle.pop()
            stale = slot.connection
        except IndexError:
            slot = _Slot[C]()
        slot.deadline.at = request.extensions.get(DEADLINE, float("inf"))
        if stale is not None and stale.is_idle() and not stale.has_expired():
            return slot, None
        with self._opening:
            self._pool._network_backend = self._backend(self._network, slot.deadline)
            slot.connection = self._pool.create_connection(request.url.origin)
        return slot, stale

    def _give_back(self, slot: _Slot[C]) -> Iterator[C]:
        """Take a slot back. Yields the connections that are to be closed now."""
        now = time.monotonic()
        if _has_leftovers(slot.connection):
            yield slot.connection
        else:
            slot.used_at = now
            self._idle.append(slot)
        # Looked at last, because another thread may close the client at any time.
        yield from self._idle_since(float("inf") if self._closed else now - IDLE_LIFETIME)

    def _idle_since(self, horizon: float) -> Iterator[C]:
        """Take out the connections that have not been used since."""
        with suppress(IndexError):  # none left; another thread may have taken the last one
            while self._idle[0].used_at < horizon:
                yield self._idle.popleft().connection

    def _drain(self) -> Iterator[C]:
        """Take out every connection, for good."""
        self._closed = True
        return self._idle_since(float("inf"))


def _has_leftovers(connection: Any) -> bool:
    """Whether bytes came after the last answer; the next request would take them for its own."""
    while (deeper := getattr(connection, "_connection", None)) is not None:
        connection = deeper
    state = getattr(connection, "_h11_state", None)
    return state is not None and bool(state.trailing_data[0])


class _Connections(_Stack[httpcore.ConnectionInterface]):
    """What the sync transport of httpx asks of its pool."""

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send on a connection that is free, or a new one."""
        slot, stale = self._take(request)
        try:
            if stale is not None:
                stale.close()
            response = slot.connection.handle_request(request)
        except BaseException:
            self._finish(slot)
            raise
        response.stream = _Content(response.stream, self, slot)
        return response

    def _finish(self, slot: _Slot[httpcore.ConnectionInterface]) -> None:
        for connection in self._give_back(slot):
            connection.close()

    def close(self) -> None:
        """Close every connection; those in use, when they come back."""
        for connection in self._drain():
            connection.close()


class _Content:
    """The body of an answer; closing it frees the connection."""

    def __init__(self, stream: Any, connections: _Connections, slot: _Slot[httpcore.ConnectionInterface]) -> None:
        self._stream, self._connections = stream, connections
        self._slot: _Slot[httpcore.ConnectionInterface] | None = slot

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._stream)

    def close(self) -> None:
        slot, self._slot = self._slot, None
        if slot is not None:
            try:
                self._stream.close()
            finally:
                self._connections._finish(slot)


class _AsyncConnections(_Stack[httpcore.AsyncConnectionInterface]):
    """What the async transport of httpx asks of its pool."""

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send on a connection that is free, or a new one."""
        slot, stale = self._take(request)
        try:
            if stale is not None:
                await stale.aclose()
            response = await slot.connection.handle_async_request(request)
        except BaseException:
            await self._finish(slot)
            raise
        response.stream = _AsyncContent(response.stream, self, slot)
        return response

    async def _finish(self, slot: _Slot[httpcore.AsyncConnectionInterface]) -> None:
        for connection in self._give_back(slot):
            await connection.aclose()

    async def aclose(self) -> None:
        """Close every connection; those in use, when they come back."""
        for connection in self._drain():
            await connection.aclose()


class _AsyncContent:
    """The async twin of `_Content`."""

    def __init__(
        self, stream: Any, connections: _AsyncConnections, slot: _Slot[httpcore.AsyncConnectionInterface]
    ) -> None:
        self._stream, self._connections = stream, connections
        self._slot: _Slot[httpcore.AsyncConnectionInterface] | None = slot

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._stream)

    async def aclose(self) -> None:
        slot, self._slot = self._slot, None
        if slot is not None:
            try:
                await self._stream.aclose()
            finally:
                await self._connections._finish(slot)
