"""The connections of one client: a stack of httpx transports, each with a single connection.

A shared pool looks through all its connections at every request, which is most of what many concurrent calls cost; to
take a free transport from a stack costs nothing. The last used is taken first, so that few calls keep few connections
warm and the idle ones at the bottom expire.
"""

from __future__ import annotations

import ssl
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from arize_integrations._config import Endpoint
from arize_integrations.errors import ConfigurationError

IDLE_LIFETIME = 30.0
"""Seconds after which an unused connection is closed."""

_ONE_CONNECTION = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=IDLE_LIFETIME)

T = TypeVar("T", bound=httpx.BaseTransport | httpx.AsyncBaseTransport)


class Deadline:
    """When the attempt that a connection is used for must be over, on the monotonic clock."""

    __slots__ = ("at",)

    def __init__(self) -> None:
        self.at = float("inf")

    @property
    def passed(self) -> bool:
        """Whether the attempt must be over."""
        return self.at <= time.monotonic()

    def bound(self, timeout: float | None, late: type[Exception]) -> float | None:
        """The time a step may take: its own timeout, or what is left of the attempt if that is less."""
        left = self.at - time.monotonic()
        if left <= 0:
            raise late("the attempt took longer than its timeout as a whole")
        if left == float("inf"):
            return timeout
        return left if timeout is None else min(timeout, left)


class Lane(Generic[T]):
    """One transport, in use by one call at a time."""

    __slots__ = ("_pool", "deadline", "transport", "used_at")

    def __init__(self, transport: T, deadline: Deadline, pool: Any = None) -> None:
        self.transport: T = transport
        self.deadline = deadline
        self.used_at = 0.0
        self._pool = pool

    @property
    def has_leftovers(self) -> bool:
        """Whether bytes came with the last answer that are not part of it, and would be taken for the next."""
        for connection in self._pool.connections if self._pool is not None else ():
            inner = connection
            while (deeper := getattr(inner, "_connection", None)) is not None:
                inner = deeper
            state = getattr(inner, "_h11_state", None)
            if state is not None and state.trailing_data[0]:
                return True
        return False


class Lanes(Generic[T]):
    """The lanes of a client that are not in use. `make` opens one more; who takes them sees to it that they stay few.

    A transport of the user's own is `shared` by all lanes, and closed with the client only.
    """

    def __init__(self, make: Callable[[], Lane[T]], shared: T | None = None) -> None:
        self._make = make
        self._shared = shared
        self._drained = False
        self._idle: deque[Lane[T]] = deque()

    def take(self) -> Lane[T]:
        """A lane nobody else uses."""
        try:
            return self._idle.pop()
        except IndexError:
            return self._make()

    def give_back(self, lane: Lane[T]) -> None:
        """Return a lane after use."""
        lane.used_at = time.monotonic()
        self._idle.append(lane)

    def expired(self) -> list[T]:
        """Take out the transports that have been idle too long, or came back too late; the caller closes them."""
        found: list[T] = []
        if self._shared is not None:
            return found
        horizon = float("inf") if self._drained else time.monotonic() - IDLE_LIFETIME
        while self._idle and self._idle[0].used_at < horizon:
            try:
                found.append(self._idle.popleft().transport)
            except IndexError:  # another thread took the last one
                break
        return found

    def drain(self) -> Iterable[T]:
        """Take out every transport, for good; the caller closes them."""
        self._drained = True
        if self._shared is not None:
            yield self._shared
            return
        while self._idle:
            yield self._idle.pop().transport


def sync_lanes(endpoint: Endpoint, transport: httpx.BaseTransport | None) -> Lanes[httpx.BaseTransport]:
    """The lanes of a sync client; a transport of the user's own is used by all of them."""
    if transport is not None:
        return Lanes(lambda: Lane(transport, Deadline()), transport)
    options = _transport_options(endpoint)

    def make() -> Lane[httpx.BaseTransport]:
        opened = httpx.HTTPTransport(**options)
        pool: Any = opened._pool  # noqa: SLF001  httpx has no public way to name a network backend
        deadline = Deadline()
        pool._network_backend = _Backend(pool._network_backend, deadline)  # noqa: SLF001
        return Lane(opened, deadline, pool)

    return Lanes(make)


def async_lanes(endpoint: Endpoint, transport: httpx.AsyncBaseTransport | None) -> Lanes[httpx.AsyncBaseTransport]:
    """The lanes of an async client; a transport of the user's own is used by all of them."""
    if transport is not None:
        return Lanes(lambda: Lane(transport, Deadline()), transport)
    options = _transport_options(endpoint)

    def make() -> Lane[httpx.AsyncBaseTransport]:
        opened = httpx.AsyncHTTPTransport(**options)
        pool: Any = opened._pool  # noqa: SLF001  httpx has no public way to name a network backend
        deadline = Deadline()
        pool._network_backend = _AsyncBackend(pool._network_backend, deadline)  # noqa: SLF001
        return Lane(opened, deadline, pool)

    return Lanes(make)


def _transport_options(endpoint: Endpoint) -> dict[str, Any]:
    """What httpx's own client would pass to its transport: certificates and proxy from the environment.

    Raises:
        ConfigurationError: the certificates cannot be loaded, or the proxy is not one that can be used.
    """
    proxy = _proxy(endpoint)
    try:
        if proxy is not None:
            httpx.HTTPTransport(proxy=proxy, verify=False).close()
        # Loading certificates takes longer than everything else here; plain http has no use for them.
        plain = endpoint.scheme == "http"
        verify = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if plain else httpx.create_ssl_context()
    except (ValueError, ImportError) as error:
        raise ConfigurationError(f"The proxy from the environment cannot be used: {error}") from None
    except OSError as error:
        raise ConfigurationError(
            f"The certificates that SSL_CERT_FILE or SSL_CERT_DIR names cannot be loaded: {error}"
        ) from None
    return {"verify": verify, "limits": _ONE_CONNECTION, "proxy": proxy}


def _proxy(endpoint: Endpoint) -> httpx.Proxy | None:
    """The proxy that HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY name for the endpoint."""
    proxies = getproxies()
    url = proxies.get(endpoint.scheme) or proxies.get("all")
    if not url or proxy_bypass(endpoint.authority):
        return None
    try:
        return httpx.Proxy(url if "://" in url else f"http://{url}")
    except (ValueError, httpx.InvalidURL) as error:
        raise ConfigurationError(f"The proxy from the environment cannot be used: {type(error).__name__}") from None


class _Stream(httpcore.NetworkStream):
    """A network stream whose every step also ends at the deadline of the attempt."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.bound(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.bound(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._deadline.bound(timeout, httpcore.ConnectTimeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    """Opens streams that keep to the deadline of their lane."""

    def __init__(self, backend: httpcore.NetworkBackend, deadline: Deadline) -> None:
        self._backend = backend
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = self._deadline.bound(timeout, httpcore.ConnectTimeout)
        return _Stream(self._backend.connect_tcp(host, port, left, local_address, socket_options), self._deadline)


class _AsyncStream(httpcore.AsyncNetworkStream):
    """The async twin of `_Stream`."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return await self._stream.read(max_bytes, self._deadline.bound(timeout, httpcore.ReadTimeout))

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._stream.write(buffer, self._deadline.bound(timeout, httpcore.WriteTimeout))

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        left = self._deadline.bound(timeout, httpcore.ConnectTimeout)
        return _AsyncStream(await self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _AsyncBackend(httpcore.AsyncNetworkBackend):
    """The async twin of `_Backend`."""

    def __init__(self, backend: httpcore.AsyncNetworkBackend, deadline: Deadline) -> None:
        self._backend = backend
        self._deadline = deadline

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        left = self._deadline.bound(timeout, httpcore.ConnectTimeout)
        stream = await self._backend.connect_tcp(host, port, left, local_address, socket_options)
        return _AsyncStream(stream, self._deadline)
