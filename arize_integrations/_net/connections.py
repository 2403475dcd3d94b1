"""The connections of one client: a stack, which takes the place of the pool inside httpx's transport.

httpx's pool looks through all its connections at every request, and again after it, which is most of what many
concurrent calls cost; to take a free connection from a stack costs nothing. The last used is taken first, so that few
calls keep few connections warm, and the idle ones at the bottom expire. Above the stack the transports are httpx's own,
so that what instruments those sees every call.
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

_TLS_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")

IDLE_LIFETIME: Final = 30.0
"""Seconds after which an unused connection is closed."""

C = TypeVar("C", httpcore.ConnectionInterface, httpcore.AsyncConnectionInterface)


def open_transport(endpoint: Endpoint) -> httpx.HTTPTransport:
    """The transport of httpx with a stack for its pool.

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
        named = " and ".join(f"{name}={os.environ[name]}" for name in _TLS_VARIABLES if os.environ.get(name))
        raise ConfigurationError(
            f"{named or 'The certificates of this machine'} cannot be used: {error.strerror or error}."
        ) from None


class _Lane(Generic[C]):
    """One connection, for one request at a time."""

    __slots__ = ("connection", "deadline", "used_at")

    connection: C

    def __init__(self) -> None:
        self.deadline = Deadline()
        self.used_at = 0.0


class _Stack(Generic[C]):
    """The lanes that are not in use. Whoever sends sees to it that there are few: one is made where none is left."""

    def __init__(self, pool: Any, backend: type[Any]) -> None:
        self._pool = pool  # knows how to open a connection, through a proxy if need be
        self._network = pool._network_backend
        self._backend = backend
        self._opening = threading.Lock()
        self._idle: deque[_Lane[C]] = deque()
        self._closed = False

    def _take(self, request: Any) -> tuple[_Lane[C], C | None]:
        """A lane nobody else uses, and the connection to be closed before it is used, if any."""
        stale = None
        try:
            lane = self._idle.pop()
            stale = lane.connection
        except IndexError:
            lane = _Lane[C]()
        lane.deadline.at = request.extensions.get(DEADLINE, float("inf"))
        if stale is not None and stale.is_idle() and not stale.has_expired():
            return lane, None
        with self._opening:
            self._pool._network_backend = self._backend(self._network, lane.deadline)
            lane.connection = self._pool.create_connection(request.url.origin)
        return lane, stale

    def _give_back(self, lane: _Lane[C]) -> Iterator[C]:
        """Return a lane after use. Yields the connections that are to be closed now."""
        now = time.monotonic()
        if self._closed or _has_leftovers(lane.connection):
            yield lane.connection
        else:
            lane.used_at = now
            self._idle.append(lane)
        yield from self._idle_since(now - IDLE_LIFETIME)

    def _idle_since(self, horizon: float) -> Iterator[C]:
        """Take out the connections that nobody has used since."""
        with suppress(IndexError):  # the last one is taken, maybe by another thread since it was looked at
            while self._idle[0].used_at < horizon:
                yield self._idle.popleft().connection

    def _drain(self) -> Iterator[C]:
        """Take out every connection, for good."""
        self._closed = True
        return self._idle_since(float("inf"))


def _has_leftovers(connection: Any) -> bool:
    """Whether bytes came with the last answer that are not part of it, and would be taken for the next."""
    while (deeper := getattr(connection, "_connection", None)) is not None:
        connection = deeper
    state = getattr(connection, "_h11_state", None)
    return state is not None and bool(state.trailing_data[0])


class _Connections(_Stack[httpcore.ConnectionInterface]):
    """What the sync transport of httpx asks of its pool."""

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send on a connection that is free, or a new one."""
        lane, stale = self._take(request)
        try:
            if stale is not None:
                stale.close()
            response = lane.connection.handle_request(request)
        except BaseException:
            self._finish(lane)
            raise
        response.stream = _Content(response.stream, self, lane)
        return response

    def _finish(self, lane: _Lane[httpcore.ConnectionInterface]) -> None:
        for connection in self._give_back(lane):
            connection.close()

    def close(self) -> None:
        """Close every connection; those in use, when they come back."""
        for connection in self._drain():
            connection.close()


class _Content:
    """The body of an answer; closing it frees the connection."""

    def __init__(self, stream: Any, connections: _Connections, lane: _Lane[httpcore.ConnectionInterface]) -> None:
        self._stream, self._connections = stream, connections
        self._lane: _Lane[httpcore.ConnectionInterface] | None = lane

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._stream)

    def close(self) -> None:
        lane, self._lane = self._lane, None
        if lane is not None:
            try:
                self._stream.close()
            finally:
                self._connections._finish(lane)


class _AsyncConnections(_Stack[httpcore.AsyncConnectionInterface]):
    """What the async transport of httpx asks of its pool."""

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send on a connection that is free, or a new one."""
        lane, stale = self._take(request)
        try:
            if stale is not None:
                await stale.aclose()
            response = await lane.connection.handle_async_request(request)
        except BaseException:
            await self._finish(lane)
            raise
        response.stream = _AsyncContent(response.stream, self, lane)
        return response

    async def _finish(self, lane: _Lane[httpcore.AsyncConnectionInterface]) -> None:
        for connection in self._give_back(lane):
            await connection.aclose()

    async def aclose(self) -> None:
        """Close every connection; those in use, when they come back."""
        for connection in self._drain():
            await connection.aclose()


class _AsyncContent:
    """The async twin of `_Content`."""

    def __init__(
        self, stream: Any, connections: _AsyncConnections, lane: _Lane[httpcore.AsyncConnectionInterface]
    ) -> None:
        self._stream, self._connections = stream, connections
        self._lane: _Lane[httpcore.AsyncConnectionInterface] | None = lane

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._stream)

    async def aclose(self) -> None:
        lane, self._lane = self._lane, None
        if lane is not None:
            try:
                await self._stream.aclose()
            finally:
                await self._connections._finish(lane)
