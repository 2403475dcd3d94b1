"""Carries out the steps of a call by awaiting: the one module that sends and waits for the async client."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import nullcontext, suppress
from typing import Any

import anyio
import anyio.lowlevel
import anyio.to_thread
import httpx

from arize_integrations._call.exchange import Exchange, Outcome, Send, Wait
from arize_integrations._call.options import Options
from arize_integrations._call.replies import Body, Reply
from arize_integrations._call.session import Session, check_time, patience
from arize_integrations._net.connections import open_async_transport
from arize_integrations._net.endpoint import Endpoint
from arize_integrations._net.proxies import describe_route
from arize_integrations._secrets import Secrets
from arize_integrations._wire.operations import Call
from arize_integrations.errors import ConfigurationError

_MOST_BUFFERED = 20_000  # chunks of an answer that may have arrived without having been asked for


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
        loop = anyio.lowlevel.current_token()
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
                with anyio.move_on_after(patience(exchange.options.retry)):
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
        except Exception as error:
            from arize_integrations._call.failures import (  # here, because it is rarely needed
                failure_of,
                network_errors,
            )

            if not isinstance(error, network_errors(anyio.BrokenResourceError)):
                raise
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
                check_time(deadline)
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
        if self._loop in (None, anyio.lowlevel.current_token()):
            await self.transport.aclose()


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
    from arize_integrations._call.failures import network_errors

    with anyio.move_on_after(0), suppress(StopAsyncIteration, *network_errors(anyio.BrokenResourceError)):
        for _ in range(_MOST_BUFFERED):
            await anext(chunks)
