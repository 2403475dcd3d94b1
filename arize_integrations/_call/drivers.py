"""The one module that sends and waits: two drivers for the steps of a call, one blocking, one awaiting."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import nullcontext, suppress
from typing import Any, cast

import anyio
import anyio.lowlevel
import anyio.to_thread
import httpcore
import httpx

from arize_integrations._call.body import Body, Reply
from arize_integrations._call.exchange import Exchange, Outcome, Send, Wait
from arize_integrations._call.failures import failure_of
from arize_integrations._call.options import Options
from arize_integrations._call.retry import RetryPolicy
from arize_integrations._call.session import Session
from arize_integrations._net.connections import open_async_transport, open_transport
from arize_integrations._net.endpoint import Endpoint
from arize_integrations._net.proxies import describe_route
from arize_integrations._secrets import Secrets
from arize_integrations._wire.operations import Call
from arize_integrations.errors import ConfigurationError

_MOST_BUFFERED = 20_000  # chunks of an answer that may have arrived without having been asked for
_SHORTEST_LOOK, _LONGEST_LOOK = 1.0, 3600.0  # seconds; locks take no timeout of centuries
# Programming errors of a transport stay what they are; these are what networks do. A UnicodeError is a host name that
# the resolver cannot write, an EOFError a stream that ends too early.
_NETWORK_ERRORS = (
    *(httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError, UnicodeError, EOFError),
    *(httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, httpcore.ProxyError),
)
# What other libraries let through, if they are in use: aiohttp below a transport, socksio on the way to a proxy.
_FOREIGN_ERRORS = {"aiohttp": "ClientError", "socksio": "SOCKSError"}


def _network_errors(*others: type[Exception]) -> tuple[type[Exception], ...]:
    """What networks do to a transport."""
    loaded = ((sys.modules.get(name), error) for name, error in _FOREIGN_ERRORS.items())
    foreign = (
        getattr(module, error) for module, error in loaded if module
    )  # None is a module that may not be imported
    return (*_NETWORK_ERRORS, *others, *foreign)


def _check_time(deadline: float) -> None:
    if time.monotonic() >= deadline:
        raise httpx.ReadTimeout("the attempt took longer than its timeout as a whole")


def _patience(policy: RetryPolicy | None) -> float | None:
    """Seconds to queue for a slot before checking whether to go on: not so few that checking becomes the work."""
    return None if policy is None else min(max(policy.max_elapsed, _SHORTEST_LOOK), _LONGEST_LOOK)


def _current_loop() -> object:
    from anyio.lowlevel import current_token  # here, because sync programs never need it

    return current_token()


async def _sleep(seconds: float) -> None:
    """Let seconds pass, even if a test has stopped the clock that event loops go by."""
    before = time.monotonic()
    await anyio.lowlevel.checkpoint()
    if time.monotonic() == before:
        await anyio.to_thread.run_sync(time.sleep, seconds, abandon_on_cancel=True)
    else:
        await anyio.sleep(seconds)


async def _abandon(chunks: AsyncIterator[bytes]) -> None:
    """Run an unfinished stream to its end without waiting for the network.

    Its generators cannot be closed from outside, and trio warns about those it finds unfinished.
    """
    with anyio.move_on_after(0), suppress(StopAsyncIteration, *_network_errors(anyio.BrokenResourceError)):
        for _ in range(_MOST_BUFFERED):
            await anext(chunks)


class SyncSession(Session[httpx.BaseTransport]):
    """Carries out the steps by blocking. Shared by any number of threads."""

    def __init__(
        self, endpoint: Endpoint, secrets: Secrets, transport: httpx.BaseTransport | None, max_connections: int
    ) -> None:
        super().__init__(endpoint, secrets, open_transport(endpoint) if transport is None else transport)
        if transport is None:
            self.route = describe_route(endpoint)
        self._slots = threading.BoundedSemaphore(max_connections)

    def run(self, call: Call, options: Options) -> Any:
        """Make the call and return its result."""
        self.check_usable()
        exchange = Exchange(self, call, options)
        while not self._slots.acquire(timeout=_patience(options.retry)):
            exchange.check_patience()
        steps = exchange.steps()
        try:
            step = next(steps)
            while True:
                step = steps.send(self._take(step, exchange))
        except StopIteration as done:
            return done.value
        finally:
            steps.close()
            self._slots.release()

    def _take(self, step: Send | Wait, exchange: Exchange) -> Outcome:
        if isinstance(step, Wait):
            time.sleep(step.seconds)
            return None
        try:
            return self._send(exchange.call, exchange.options)
        except _network_errors() as error:
            return failure_of(error)

    def _send(self, call: Call, options: Options) -> Reply:
        deadline = time.monotonic() + options.timeouts.total
        response = self.transport.handle_request(self.request(call, options, deadline))
        if response.is_stream_consumed:
            response.close()
            return Body.already_read(response).finish(response.status_code, response.headers)
        body = Body(response.headers)
        try:
            for chunk in cast("httpx.SyncByteStream", response.stream):
                body.add(chunk)
                _check_time(deadline)
                if body.fault:
                    break
        finally:
            response.close()
        return body.finish(response.status_code, response.headers)

    def close(self) -> None:
        """Close every connection."""
        self.closed = True
        self.transport.close()

    def _abandon(self) -> None:
        self.close()


class AsyncSession(Session[httpx.AsyncBaseTransport]):
    """Carries out the steps by awaiting, under asyncio or trio. Shared by any number of tasks."""

    def __init__(
        self, endpoint: Endpoint, secrets: Secrets, transport: httpx.AsyncBaseTransport | None, max_connections: int
    ) -> None:
        super().__init__(endpoint, secrets, open_async_transport(endpoint) if transport is None else transport)
        if transport is None:
            self.route = describe_route(endpoint)
        self._foreign = transport is not None
        self._max_connections = max_connections
        self._slots: anyio.Semaphore | None = None
        self._loop: object = None

    async def run(self, call: Call, options: Options) -> Any:
        """Make the call and return its result."""
        self.check_usable()
        exchange = Exchange(self, call, options)
        slots = self._slots_of_this_loop()
        await self._enter(slots, exchange)
        steps = exchange.steps()
        try:
            step = next(steps)
            while True:
                step = steps.send(await self._take(step, exchange))
        except StopIteration as done:
            return done.value
        finally:
            steps.close()
            slots.release()

    def _slots_of_this_loop(self) -> anyio.Semaphore:
        """The slots for calls under way, made at the first call because they belong to its event loop."""
        loop = _current_loop()
        if self._slots is None:
            self._loop, self._slots = loop, anyio.Semaphore(self._max_connections, fast_acquire=True)
        elif loop != self._loop:
            raise ConfigurationError(
                "This client was first used in another event loop, to which its connections belong: "
                "create one in each event loop, so one for each asyncio.run()."
            )
        return self._slots

    async def _enter(self, slots: anyio.Semaphore, exchange: Exchange) -> None:
        """Take a slot, queueing if there is none."""
        try:
            slots.acquire_nowait()
        except anyio.WouldBlock:
            while True:
                with anyio.move_on_after(_patience(exchange.options.retry)):
                    await slots.acquire()
                    return
                exchange.check_patience()

    async def _take(self, step: Send | Wait, exchange: Exchange) -> Outcome:
        if isinstance(step, Wait):
            await _sleep(step.seconds)
            return None
        # A transport of the caller's own knows the timeouts of the phases only.
        limit = anyio.fail_after(exchange.options.timeouts.total) if self._foreign else nullcontext()
        try:
            with limit:
                return await self._send(exchange.call, exchange.options)
        except _network_errors(anyio.BrokenResourceError) as error:
            return failure_of(error)

    async def _send(self, call: Call, options: Options) -> Reply:
        deadline = time.monotonic() + options.timeouts.total
        response = await self.transport.handle_async_request(self.request(call, options, deadline))
        if response.is_stream_consumed:
            await response.aclose()
            return Body.already_read(response).finish(response.status_code, response.headers)
        body, chunks = Body(response.headers), aiter(response.stream)  # type: ignore[arg-type]
        try:
            async for chunk in chunks:
                body.add(chunk)
                _check_time(deadline)
                if body.fault:
                    break
        finally:
            if body.fault or time.monotonic() >= deadline:
                await _abandon(chunks)
            await response.aclose()
        return body.finish(response.status_code, response.headers)

    async def aclose(self) -> None:
        """Close every connection. Those of another event loop ended with it, and cannot be closed from this one."""
        self.closed = True
        if self._loop in (None, _current_loop()):
            await self.transport.aclose()
