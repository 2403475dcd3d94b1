"""The one room that sends and waits: two drivers for the steps of a call, one blocking, one awaiting."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import nullcontext, suppress
from typing import Any, cast

import anyio
import httpcore
import httpx

from arize_integrations._call.body import Body, Reply
from arize_integrations._call.options import Options
from arize_integrations._call.replies import failure
from arize_integrations._call.retry import RetryPolicy
from arize_integrations._call.session import Outcome, Send, Session, Wait
from arize_integrations._net.connections import open_async_transport, open_transport
from arize_integrations._net.endpoint import Endpoint
from arize_integrations._net.proxies import describe_route
from arize_integrations._secrets import Secret
from arize_integrations._wire.operations import Call
from arize_integrations.errors import ConfigurationError

MOST_CALLS = 64
"""Calls of one client under way at a time, and so its connections; further calls queue."""

_MOST_BUFFERED = 20_000  # chunks of an answer that may have arrived without having been asked for
_SHORTEST_LOOK, _LONGEST_LOOK = 1.0, 3600.0  # seconds; locks take no timeout of centuries
# Programming errors of a transport stay what they are; these are what networks do. A UnicodeError is a host name that
# the resolver cannot write, an EOFError a stream that ends too early.
_NETWORK_ERRORS = (
    *(httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError, UnicodeError, EOFError),
    *(httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, httpcore.ProxyError),
)
# What other libraries let through, where they are in use: aiohttp below a transport, socksio on the way to a proxy.
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
    """Seconds to queue for a place before looking whether to go on: not so few that looking becomes the work."""
    return None if policy is None else min(max(policy.max_elapsed, _SHORTEST_LOOK), _LONGEST_LOOK)


def _current_loop() -> object:
    from anyio.lowlevel import current_token  # here, because sync programs never need it

    return current_token()


async def _abandon(chunks: AsyncIterator[bytes]) -> None:
    """Run an unfinished stream to its end without waiting for the network.

    Its generators cannot be closed from outside, and trio warns about those it finds unfinished.
    """
    with anyio.move_on_after(0), suppress(StopAsyncIteration, *_network_errors(anyio.BrokenResourceError)):
        for _ in range(_MOST_BUFFERED):
            await anext(chunks)


class SyncSession(Session[httpx.BaseTransport]):
    """Carries out the steps by blocking. Shared by any number of threads."""

    def __init__(self, endpoint: Endpoint, secret: Secret, transport: httpx.BaseTransport | None) -> None:
        super().__init__(endpoint, secret, open_transport(endpoint) if transport is None else transport)
        if transport is None:
            self.route = describe_route(endpoint)
        self._places = threading.BoundedSemaphore(MOST_CALLS)

    def run(self, call: Call, options: Options) -> Any:
        """Make the call and return its result."""
        self.check_usable()
        since = time.monotonic()
        self._enter(call, options.retry, since)
        steps = self.decisions(call, options, since)
        try:
            step = next(steps)
            while True:
                step = steps.send(self._take(step, call, options))
        except StopIteration as done:
            return done.value
        finally:
            steps.close()
            self._places.release()

    def _enter(self, call: Call, policy: RetryPolicy | None, since: float) -> None:
        """Take one of the places for calls under way, queueing where there is none."""
        while not self._places.acquire(timeout=_patience(policy)):
            self.check_patience(call, policy, since)

    def _take(self, step: Send | Wait, call: Call, options: Options) -> Outcome:
        if isinstance(step, Wait):
            time.sleep(step.seconds)
            return None
        try:
            return self._send(call, options)
        except _network_errors() as error:
            return failure(error, self.secret)

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

    def __init__(self, endpoint: Endpoint, secret: Secret, transport: httpx.AsyncBaseTransport | None) -> None:
        super().__init__(endpoint, secret, open_async_transport(endpoint) if transport is None else transport)
        if transport is None:
            self.route = describe_route(endpoint)
        self._foreign = transport is not None
        self._places: anyio.Semaphore | None = None
        self._loop: object = None

    async def run(self, call: Call, options: Options) -> Any:
        """Make the call and return its result."""
        self.check_usable()
        since = time.monotonic()
        places = self._places_of_this_loop()
        await self._enter(places, call, options.retry, since)
        steps = self.decisions(call, options, since)
        try:
            step = next(steps)
            while True:
                step = steps.send(await self._take(step, call, options))
        except StopIteration as done:
            return done.value
        finally:
            steps.close()
            places.release()

    def _places_of_this_loop(self) -> anyio.Semaphore:
        """The places for calls under way, made at the first call because they belong to its event loop."""
        loop = _current_loop()
        if self._places is None:
            self._loop, self._places = loop, anyio.Semaphore(MOST_CALLS, fast_acquire=True)
        elif loop != self._loop:
            raise ConfigurationError(
                "This client was first used in another event loop, to which its connections belong: "
                "create one in each event loop, so one for each asyncio.run()."
            )
        return self._places

    async def _enter(self, places: anyio.Semaphore, call: Call, policy: RetryPolicy | None, since: float) -> None:
        """Take one of the places, queueing where there is none."""
        try:
            places.acquire_nowait()
        except anyio.WouldBlock:
            while True:
                with anyio.move_on_after(_patience(policy)):
                    await places.acquire()
                    return
                self.check_patience(call, policy, since)

    async def _take(self, step: Send | Wait, call: Call, options: Options) -> Outcome:
        if isinstance(step, Wait):
            await anyio.sleep(step.seconds)
            return None
        # A transport of the user's own knows the timeouts of the phases only.
        limit = anyio.fail_after(options.timeouts.total) if self._foreign else nullcontext()
        try:
            with limit:
                return await self._send(call, options)
        except _network_errors(anyio.BrokenResourceError) as error:
            return failure(error, self.secret)

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
