"""The one room that sends, waits and logs.

What to do is decided once, in `_Session.decisions`, a generator that yields each step and is told its outcome; the
two drivers at the end carry the steps out, one blocking, one awaiting.
"""

from __future__ import annotations

import logging
import math
import os
import random
import sys
import threading
import time
import warnings
from collections.abc import AsyncIterator, Generator
from contextlib import nullcontext, suppress
from functools import lru_cache
from typing import Any, Final, Generic, NamedTuple, TypeAlias, TypeVar, cast

import anyio
import httpx

from arize_integrations._config import Endpoint
from arize_integrations._connections import DEADLINE, open_async_transport, open_transport
from arize_integrations._gate import RateGate
from arize_integrations._operations import Call
from arize_integrations._replies import Body, Failure, Reply, connection_error, decoding_error, failure, status_error
from arize_integrations._retry import RetryPolicy, is_retryable
from arize_integrations._secrets import Secret, guard_logs
from arize_integrations.errors import ConfigurationError, RateLimitError

logger = logging.getLogger("arize_integrations")

MOST_CALLS = 64
"""Calls of one client under way at a time, and so its connections; further calls queue."""

_NO_BODY = httpx.ByteStream(b"")
# To parse a URL takes httpx as long as decoding its answer takes us, and programs ask for the same few ids.
_url = lru_cache(maxsize=256)(httpx.URL)
_RATE_LIMITED = 429
_MOST_BUFFERED = 20_000  # chunks of an answer that may have arrived without having been asked for
_SHORTEST_LOOK, _LONGEST_LOOK = 1.0, 3600.0  # seconds; locks take no timeout of centuries
_MOST_NOTES = 1000  # kinds of drift remembered; a hostile server could invent field names for ever
# Programming errors of a transport stay what they are; these are what networks do.
_NETWORK_ERRORS = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError)

T = TypeVar("T", bound=httpx.BaseTransport | httpx.AsyncBaseTransport)


class Timeouts(NamedTuple):
    """The bounds of one attempt, in seconds: each phase, and the attempt as a whole."""

    phases: dict[str, float | None]
    total: float

    @classmethod
    def of(cls, timeout: float | httpx.Timeout) -> Timeouts:
        """A number bounds the attempt as a whole; an `httpx.Timeout` its phases, and together they bound the whole.

        Raises:
            ConfigurationError: the number is not positive and finite.
        """
        if isinstance(timeout, httpx.Timeout):
            phases = timeout.as_dict()
            return cls(phases, sum(math.inf if value is None else value for value in phases.values()))
        number = isinstance(timeout, (int, float)) and not isinstance(timeout, bool)
        if not number or not math.isfinite(timeout) or timeout <= 0:
            raise ConfigurationError(
                f"timeout must be a number of seconds above 0, or an httpx.Timeout, not {timeout!r}."
            )
        return cls(httpx.Timeout(timeout).as_dict(), float(timeout))


class Options(NamedTuple):
    """What may differ between a client and those derived from it."""

    timeouts: Timeouts
    retry: RetryPolicy | None
    headers: httpx.Headers


class Send(NamedTuple):
    """A step: send the request. Its outcome is a `Reply` or a `Failure`."""


class Wait(NamedTuple):
    """A step: let this many seconds pass."""

    seconds: float


SEND: Final = Send()
Outcome: TypeAlias = Reply | Failure | None
Steps: TypeAlias = Generator[Send | Wait, Outcome, Any]


class Session(Generic[T]):
    """What a client shares with those derived from it: connections, key, rate gate and the drift already logged."""

    def __init__(self, endpoint: Endpoint, secret: Secret, transport: T) -> None:
        self.endpoint = endpoint
        self.secret = secret
        self.transport = transport
        self.gate = RateGate()
        self._noted: set[tuple[str, str, str]] = set()
        self._process = os.getpid()
        self.closed = False
        guard_logs(secret)

    def check_usable(self) -> None:
        """Raise where a call could not be made safely.

        Raises:
            ConfigurationError: the client is closed, or belongs to the process this one was forked from.
        """
        if self.closed:
            raise ConfigurationError("This client is closed: create a new one.")
        if self._process != os.getpid():
            raise ConfigurationError(
                "This client was created before a fork, and its connections belong to the other process: "
                "create one in each process."
            )

    def request(self, call: Call, options: Options, deadline: float) -> httpx.Request:
        """The request of one attempt."""
        request = httpx.Request(
            call.method,
            _url(f"{self.endpoint.url}{call.path}"),
            headers=options.headers,
            stream=_NO_BODY,  # says that the headers are complete as they are
            extensions={"timeout": options.timeouts.phases, DEADLINE: deadline},
        )
        request.read()  # so that a transport of the user's own may look at its content
        return request

    def note(self, what: str, schema: str, field: str) -> None:
        """Log a difference between an answer and the document, once."""
        if (what, schema, field) in self._noted or len(self._noted) >= _MOST_NOTES:
            return
        self._noted.add((what, schema, field))
        place = self.secret.redact(f"{schema}.{field}" if field else schema)
        logger.warning(
            "The API has changed since this SDK was generated: %s: %r. The value is passed on as received; "
            "a newer release may know it.",
            what,
            place[:200],
        )

    def check_patience(self, call: Call, policy: RetryPolicy, since: float) -> None:
        """Raise where a call has queued for a place as long as it may, and that because the server slowed us down.

        Raises:
            RateLimitError: `since`, when the call began, is too long ago.
        """
        now = time.monotonic()
        if self.gate.is_throttled(now) and now - since >= policy.max_elapsed:
            raise self._held_back(call, self.gate.closed_for(now), 0)

    def decisions(self, call: Call, options: Options, since: float) -> Steps:
        """The steps of one call, up to its result. `since` is when it was made, before it queued for a place.

        Raises:
            ArizeError: the call's error.
        """
        policy, gate = options.retry, self.gate
        # Time spent queueing counts where the server caused it; our own bound on calls must not make one fail.
        started = since if gate.is_throttled(time.monotonic()) else time.monotonic()
        # A call whose every answer is final does not wait, not even for what other calls were told.
        ticket = gate.enter(started) if policy else None
        accepted, attempts = False, 0
        try:
            while True:
                if policy and ticket is not None:
                    yield from self._queue(call, policy, ticket, started, attempts)
                sent_at = time.monotonic()
                attempts += 1
                outcome = yield SEND
                now = time.monotonic()
                if isinstance(outcome, Reply):
                    accepted = outcome.status != _RATE_LIMITED
                    if outcome.is_success:
                        return self._result(call, outcome, attempts)
                wait = self._pause(call, outcome, policy, attempts, sent_at, now)
                if wait is None or policy is None or not policy.allows(wait, now - started):
                    raise self._error(call, outcome, attempts)
                self._log_wait(call, wait, _reason(outcome), attempts, policy)
                if not gate.closed_for(now):  # a closed gate keeps the wait itself
                    yield Wait(wait)
                ticket = gate.queue(time.monotonic())
        finally:
            if policy:
                gate.exit(ticket, time.monotonic(), accepted=accepted)

    def _result(self, call: Call, reply: Reply, attempts: int) -> Any:
        reason = reply.fault
        if not reason:
            try:
                return call.decode(reply.content, self.note)
            except ValueError as error:
                reason = str(error)
        raise decoding_error(call, reply, reason, attempts, self.secret)

    def _error(self, call: Call, outcome: Outcome, attempts: int) -> Exception:
        if isinstance(outcome, Reply):
            return status_error(call, outcome, attempts, self.secret)
        assert outcome is not None  # only a Wait has no outcome
        return connection_error(call, self.endpoint.authority, outcome, attempts, self.secret)

    def _pause(
        self, call: Call, outcome: Outcome, policy: RetryPolicy | None, attempts: int, sent_at: float, now: float
    ) -> float | None:
        """Seconds to wait before the next attempt, None where there is to be none. Tells the gate what was learned."""
        status = outcome.status if isinstance(outcome, Reply) else None
        asked = outcome.retry_after if isinstance(outcome, Reply) else None
        backoff = policy.backoff(attempts, random.random()) if policy else 0.0  # noqa: S311
        wait = asked or backoff  # 0 names no time
        if status == _RATE_LIMITED:
            self.gate.throttled(sent_at, now, wait)
        elif asked and status is not None and is_retryable(status, idempotent=True):
            self.gate.hold(now, asked)
        more = policy is not None and attempts <= policy.max_retries and not _is_final(outcome)
        return wait if more and is_retryable(status, idempotent=call.idempotent) else None

    def _queue(self, call: Call, policy: RetryPolicy, ticket: int, started: float, attempts: int) -> Steps:
        """Wait for the ticket's turn.

        Raises:
            RateLimitError: the turn would come later than the policy allows.
        """
        logged = attempts > 0
        while (wait := self.gate.delay(ticket, now := time.monotonic())) > 0:
            if not policy.allows(wait, now - started):
                raise self._held_back(call, wait, attempts)
            if not logged:
                self._log_wait(call, wait, "the server told this client to slow down", attempts, policy)
                logged = True
            yield Wait(wait)

    def _held_back(self, call: Call, wait: float, attempts: int) -> RateLimitError:
        """The error of a call that is not sent, because the server told this client to wait."""
        return RateLimitError(
            method=call.method,
            path=self.secret.redact(call.path),
            attempts=attempts,
            status=_RATE_LIMITED,
            headers=httpx.Headers(),
            problem={
                "title": "Held back by the client",
                "detail": f"The server told this client to slow down, and {wait:.1f} s is longer than the call may wait.",
            },
            retry_after=wait,
        )

    def _log_wait(self, call: Call, wait: float, reason: str, attempts: int, policy: RetryPolicy) -> None:
        logger.info(
            "Waiting %.2f s before %s %s (%s; request %d of at most %d).",
            wait,
            call.method,
            self.secret.redact(call.path),
            reason,
            attempts + 1,
            policy.max_retries + 1,
            extra={"arize_wait": {"seconds": wait, "reason": reason, "attempts": attempts}},
        )

    def __del__(self) -> None:
        if not getattr(self, "closed", True) and self._process == os.getpid():
            warnings.warn(f"unclosed client of {self.endpoint.url}", ResourceWarning, source=self, stacklevel=2)
            self._abandon()

    def _abandon(self) -> None:
        """Close what can be closed without the caller's help."""


def _reason(outcome: Outcome) -> str:
    return f"the server answered {outcome.status}" if isinstance(outcome, Reply) else outcome.reason if outcome else ""


def _network_errors(*others: type[Exception]) -> tuple[type[Exception], ...]:
    """What networks do to a transport; a transport on aiohttp lets some of aiohttp's own errors through."""
    aiohttp: Any = sys.modules.get("aiohttp")
    return (*_NETWORK_ERRORS, *others, *([aiohttp.ClientError] if aiohttp else []))


def _is_final(outcome: Outcome) -> bool:
    return isinstance(outcome, Failure) and outcome.final


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
    with anyio.move_on_after(0), suppress(StopAsyncIteration, *_NETWORK_ERRORS, anyio.BrokenResourceError):
        for _ in range(_MOST_BUFFERED):
            await anext(chunks)


class SyncSession(Session[httpx.BaseTransport]):
    """Carries out the steps by blocking. Shared by any number of threads."""

    def __init__(self, endpoint: Endpoint, secret: Secret, transport: httpx.BaseTransport | None) -> None:
        super().__init__(endpoint, secret, open_transport(endpoint) if transport is None else transport)
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
            if policy:
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
        try:
            body = Body(response.headers)
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
                if policy:
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
