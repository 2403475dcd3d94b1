"""Carries out the steps of a call by blocking: the one module that sends and waits for the sync client."""

from __future__ import annotations

import threading
import time
from typing import Any, cast

import httpx

from arize_integrations._call.exchange import Exchange, Outcome, Send, Wait
from arize_integrations._call.options import Options
from arize_integrations._call.replies import Body, Reply
from arize_integrations._call.session import Session, check_time, patience
from arize_integrations._net.connections import open_transport
from arize_integrations._net.endpoint import Endpoint
from arize_integrations._net.proxies import describe_route
from arize_integrations._secrets import Secrets
from arize_integrations._wire.operations import Call


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
        while not self._slots.acquire(timeout=patience(options.retry)):
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
        except Exception as error:
            from arize_integrations._call.failures import (  # here, because it is rarely needed
                failure_of,
                network_errors,
            )

            if not isinstance(error, network_errors()):
                raise
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
                check_time(deadline)
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
