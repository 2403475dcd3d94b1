"""What happens in one call: each next step is decided here, and carried out by a driver.

`Exchange.steps` is a generator that yields a step, to send or to wait, and is given its outcome. Decisions are logged here.
"""

from __future__ import annotations

import random
import time
from collections.abc import Generator
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from arize_integrations._call.options import Options
from arize_integrations._call.replies import Reply
from arize_integrations._call.retry import LEAVES_IT_OPEN, is_retryable
from arize_integrations._call.session import Session, logger
from arize_integrations._wire.operations import Call, Purpose

if TYPE_CHECKING:
    from arize_integrations._call.error_factory import ErrorFactory
    from arize_integrations._call.failures import Failure

_RATE_LIMITED, _NOT_FOUND = 429, 404
_ROUNDING = 1e-6  # seconds, more than the sum of two times can be off


class Send(NamedTuple):
    """A step: send the request. Its outcome is a `Reply` or a `Failure`."""


class Wait(NamedTuple):
    """A step: let this many seconds pass."""

    seconds: float


SEND: Final = Send()
Outcome: TypeAlias = "Reply | Failure | None"
Steps: TypeAlias = "Generator[Send | Wait, Outcome, Any]"


class Exchange:
    """One call under way, from the moment it was made.

    Args:
        session: the state that the client shares with those derived from it.
        call: what to send, and how to read the answer.
        options: timeouts, retries and headers of the client.
    """

    def __init__(self, session: Session[Any], call: Call, options: Options) -> None:
        self.call = call
        self.options = options
        self._session = session
        self._policy = options.retry
        # Now, and not when an error needs them: from now on they are masked in the logs of the libraries underneath.
        self._secrets = session.secrets.with_more(call.secrets) if call.secrets else session.secrets
        self._time = self._started = time.monotonic()
        self._attempts = 0
        self._may_have_happened = False

    @cached_property
    def _errors(self) -> ErrorFactory:
        """Made if it is needed, which in most calls is never."""
        from arize_integrations._call.error_factory import ErrorFactory

        return ErrorFactory(self.call, self._secrets, self._session.endpoint.prefix, self._session.route)

    def _now(self) -> float:
        """The time by the monotonic clock, or by what was waited if the clock stands still, as it does in some tests."""
        self._time = max(self._time, time.monotonic())
        return self._time

    def _elapsed(self) -> float:
        return self._now() - self._started

    def check_patience(self) -> None:
        """Check that a call may go on queueing for a connection, if it is the server that has slowed this client down.

        Raises:
            APIStatusError: it has queued for as long as its policy allows.
        """
        gate, policy, now = self._session.gate, self._policy, self._now()
        if policy and gate.is_throttled(now) and self._elapsed() >= policy.max_elapsed:
            raise self._errors.held_back(gate.closed_by, gate.closed_for(now), 0)

    def steps(self) -> Steps:
        """The steps of the call, up to its result.

        Raises:
            ArizeError: the call's error.
        """
        gate, policy = self._session.gate, self._policy
        if not gate.is_throttled(self._now()):
            self._started = self._now()  # our own bound on calls under way must not make one fail
        # A call whose every answer is final does not wait, not even if other calls have to.
        ticket = gate.enter(self._started) if policy else None
        accepted = False
        try:
            while True:
                if ticket is not None:
                    yield from self._queue(ticket)
                sent_at = self._now()
                self._attempts += 1
                outcome = yield SEND
                accepted = isinstance(outcome, Reply) and outcome.status != _RATE_LIMITED
                if isinstance(outcome, Reply) and (outcome.is_success or self._is_gone_already(outcome)):
                    return self._result(outcome)
                wait = self._pause(outcome, sent_at)
                self._log_wait(wait, outcome)
                if wait > gate.closed_for(self._now()) + _ROUNDING:  # else the closed gate keeps the wait
                    yield from self._wait(wait)
                ticket = gate.queue(self._now())
        finally:
            if policy:
                gate.exit(ticket, self._now(), accepted=accepted)

    def _wait(self, seconds: float) -> Steps:
        before = self._now()
        yield Wait(seconds)
        self._time = max(self._time, before + seconds)

    def _queue(self, ticket: int) -> Steps:
        """Wait for the ticket's turn.

        Raises:
            APIStatusError: the turn would come later than the policy allows.
        """
        gate, policy = self._session.gate, self._policy
        assert policy is not None  # there is no ticket without one
        logged = self._attempts > 0
        while (wait := gate.delay(ticket, self._now())) > 0:
            if not policy.allows(wait, self._elapsed()):
                raise self._errors.held_back(gate.closed_by, wait, self._attempts)
            if not logged:
                self._log_wait(wait, None)
                logged = True
            yield from self._wait(wait)

    def _is_gone_already(self, reply: Reply) -> bool:
        """Whether a deletion that is repeated finds nothing, because the first one was carried out."""
        return self.call.purpose is Purpose.DELETE and reply.status == _NOT_FOUND and self._may_have_happened

    def _result(self, reply: Reply) -> Any:
        if not reply.is_success:
            return None
        reason = reply.fault
        if not reason:
            try:
                return self.call.decode(reply.content, partial(self._session.note, self._secrets))
            except ValueError as error:
                reason = str(error)
        raise self._errors.decoding(reply, reason, self._attempts)

    def _pause(self, outcome: Outcome, sent_at: float) -> float:
        """Seconds to wait before the next attempt. The gate learns what the server said.

        Raises:
            ArizeError: there is no next attempt.
        """
        assert outcome is not None  # only a wait has no outcome
        policy, now = self._policy, self._now()
        status = outcome.status if isinstance(outcome, Reply) else None
        asked = outcome.retry_after if isinstance(outcome, Reply) else None
        backoff = policy.backoff(self._attempts, random.random()) if policy else 0.0  # noqa: S311
        wait = asked or backoff  # 0 names no time
        if status == _RATE_LIMITED:
            self._session.gate.throttled(sent_at, now, wait)
        elif asked and status is not None and is_retryable(status, idempotent=True):
            self._session.gate.hold(now, asked, status)
        self._may_have_happened |= _leaves_it_open(outcome)
        more = policy is not None and self._attempts <= policy.max_retries and self._is_worth_repeating(outcome)
        if more and policy is not None and policy.allows(wait, self._elapsed()):
            return wait
        raise self._errors.of(outcome, self._attempts)

    def _is_worth_repeating(self, outcome: Reply | Failure) -> bool:
        if isinstance(outcome, Reply):
            return is_retryable(outcome.status, idempotent=self.call.is_repeatable)
        return not outcome.is_final and is_retryable(None, idempotent=self.call.is_repeatable, sent=outcome.sent)

    def _log_wait(self, wait: float, outcome: Outcome) -> None:
        assert self._policy is not None
        reason = self._errors.without_secrets(_reason(outcome))
        logger.info(
            "Waiting %.2f s before %s %s (%s; request %d of at most %d).",
            wait,
            self.call.method,
            self._errors.path,
            reason,
            self._attempts + 1,
            self._policy.max_retries + 1,
            extra={"arize_wait": {"seconds": wait, "reason": reason, "attempts": self._attempts}},
        )


def _leaves_it_open(outcome: Reply | Failure) -> bool:
    """Whether the request may have been carried out."""
    return outcome.status in LEAVES_IT_OPEN if isinstance(outcome, Reply) else outcome.sent


def _reason(outcome: Outcome) -> str:
    if outcome is None:
        return "the server told this client to slow down"
    return f"the server answered {outcome.status}" if isinstance(outcome, Reply) else outcome.reason
