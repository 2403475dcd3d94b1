"""The errors of one call. One factory makes them all; it knows every secret of the call and takes it out."""

from __future__ import annotations

from functools import cached_property

import httpx

from arize_integrations._call.advice import failure_advice, status_advice, unknown_outcome
from arize_integrations._call.failures import Failure
from arize_integrations._call.problems import EXCERPT, excerpt, problem_of, says_something, shown_headers
from arize_integrations._call.replies import Reply
from arize_integrations._call.retry import LEAVES_IT_OPEN
from arize_integrations._secrets import Secrets
from arize_integrations._wire.operations import Call
from arize_integrations.errors import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    ArizeError,
    ResponseDecodingError,
    printable,
)

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class ErrorFactory:
    """Makes the errors of one call.

    Args:
        call: the call.
        secrets: what must not be shown: the API key, and the secrets of the request's body.
        prefix: the path of `base_url`, which is sent before the call's own.
        route: where requests go, as a message says it.
    """

    def __init__(self, call: Call, secrets: Secrets, prefix: str, route: str) -> None:
        self._call = call
        self._secrets = secrets
        self._prefix = prefix
        self._route = route

    @cached_property
    def path(self) -> str:
        """The path as it may be shown."""
        return self.without_secrets(self._prefix + self._call.path)

    def without_secrets(self, text: str) -> str:
        """The text with every secret of the call masked."""
        shown: str = self._secrets.redact(text)
        return shown

    def of(self, outcome: Reply | Failure, attempts: int) -> ArizeError:
        """The error of a call that ends with an answer other than 2xx, or without one."""
        if isinstance(outcome, Reply):
            return self._status(outcome, attempts)
        return self._connection(outcome, attempts)

    def _status(self, reply: Reply, attempts: int) -> APIStatusError:
        problem = problem_of(reply, self._secrets)
        unknown = self._call.may_create and reply.status in LEAVES_IT_OPEN
        advice = self._redirect_advice(reply) or status_advice(self._call, reply.status, self._prefix)
        return APIStatusError.for_status(reply.status)(
            method=self._call.method,
            path=self.path,
            attempts=attempts,
            status=reply.status,
            headers=shown_headers(reply, self._secrets),
            problem=problem,
            excerpt=None if says_something(problem) else excerpt(reply, self._secrets) or None,
            retry_after=reply.retry_after,
            advice=unknown_outcome(self._call) if unknown else advice,
            outcome_unknown=unknown,
        )

    def _connection(self, failure: Failure, attempts: int) -> APIConnectionError:
        unknown = self._call.may_create and failure.sent
        reason = printable(self._secrets.redact(failure.reason)).strip(": ")
        kind = APITimeoutError if failure.timed_out else APIConnectionError
        return kind(
            f"{reason} ({self._route}).",
            hint=unknown_outcome(self._call) if unknown else failure_advice(failure.kind),
            method=self._call.method,
            path=self.path,
            attempts=attempts,
            outcome_unknown=unknown,
        )

    def decoding(self, reply: Reply, reason: str, attempts: int) -> ResponseDecodingError:
        """The error of a 2xx answer that cannot be used."""
        shown = excerpt(reply, self._secrets)
        # Redacted before it is cut, which could leave half a key.
        message = f"the server answered {reply.status}, but {printable(self._secrets.redact(reason))[:EXCERPT]}"
        advice = "Check that region, host or base_url names the Arize API, and what stands before it."
        return ResponseDecodingError(
            f"{message}: {shown!r}." if shown else f"{message}.",
            hint=unknown_outcome(self._call) if self._call.may_create else advice,
            method=self._call.method,
            path=self.path,
            attempts=attempts,
            status=reply.status,
            headers=shown_headers(reply, self._secrets),
            outcome_unknown=self._call.may_create,
        )

    def held_back(self, status: int, wait: float, attempts: int) -> APIStatusError:
        """The error of a call that is not sent, because the server told this client to wait."""
        return APIStatusError.for_status(status)(
            method=self._call.method,
            path=self.path,
            attempts=attempts,
            status=status,
            headers=httpx.Headers(),
            retry_after=wait,
            held_back=True,
        )

    def _redirect_advice(self, reply: Reply) -> str | None:
        if reply.status not in _REDIRECTS:
            return None
        target = printable(self._secrets.redact(reply.headers.get("location", "")))[:EXCERPT]
        where = f" to {target}" if target else ""
        return f"The redirect{where} was not followed and the key was not sent there: check region, host or base_url."
