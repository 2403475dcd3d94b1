"""What the clients derived from one another share, and what happens in a call: decided here, carried out elsewhere.

`Session.decisions` is a generator that yields each step of a call, send or wait, and is told its outcome. `_transport`
carries the steps out. What is decided is logged here, once.
"""

from __future__ import annotations

import logging
import os
import random
import time
import warnings
from collections.abc import Generator
from functools import lru_cache
from typing import Any, Final, Generic, NamedTuple, TypeAlias, TypeVar

import httpx

from arize_integrations._call.body import Reply
from arize_integrations._call.gate import RateGate
from arize_integrations._call.options import Options
from arize_integrations._call.replies import Failure, connection_error, decoding_error, status_error
from arize_integrations._call.retry import RetryPolicy, is_retryable
from arize_integrations._net.connections import DEADLINE
from arize_integrations._net.endpoint import Endpoint
from arize_integrations._secrets import Secret
from arize_integrations._wire.operations import Call
from arize_integrations.errors import ConfigurationError, RateLimitError

logger = logging.getLogger("arize_integrations")

_NO_BODY = httpx.ByteStream(b"")
# To parse a URL takes httpx as long as decoding its answer takes us, and programs ask for the same few ids.
_url = lru_cache(maxsize=256)(httpx.URL)
_RATE_LIMITED = 429
_ROUNDING = 1e-6  # seconds, more than the sum of two times can be off
_MOST_NOTES = 1000  # kinds of drift remembered; a hostile server could invent field names for ever

T = TypeVar("T", bound=httpx.BaseTransport | httpx.AsyncBaseTransport)


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
        self.route = endpoint.authority
        """Where requests go, as a message says it."""
        self.gate = RateGate()
        self._noted: set[tuple[str, str, str]] = set()
        self._process = os.getpid()
        self.closed = False

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
            "The API has changed since this SDK was generated: %r %s. A newer release may know it.", place[:200], what
        )

    def check_patience(self, call: Call, policy: RetryPolicy | None, since: float) -> None:
        """Raise where a call has queued for a place as long as it may, and that because the server slowed us down.

        Raises:
            RateLimitError: `since`, when the call began, is too long ago.
        """
        now = time.monotonic()
        if policy and self.gate.is_throttled(now) and now - since >= policy.max_elapsed:
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
                if wait > gate.closed_for(now) + _ROUNDING:  # else the closed gate keeps the wait
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
        return connection_error(call, self.route, outcome, attempts, self.secret)

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
                "detail": "The server told this client to slow down, and what is left of that wait is longer than the "
                "call may take",
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
            warnings.warn(
                f"unclosed client of {self.endpoint.url}: close it, or use it in a with statement",
                ResourceWarning,
                source=self,
                stacklevel=2,
            )
            self._abandon()

    def _abandon(self) -> None:
        """Close what can be closed without the caller's help."""


def _reason(outcome: Outcome) -> str:
    return f"the server answered {outcome.status}" if isinstance(outcome, Reply) else outcome.reason if outcome else ""


def _is_final(outcome: Outcome) -> bool:
    return isinstance(outcome, Failure) and outcome.final
