"""When to try again, and after how long: pure decisions. Clocks and chance are arguments."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from datetime import UTC
from itertools import islice
from typing import Any

from attrs import Attribute, field, frozen

from arize_integrations._wire.timestamps import read_timestamp
from arize_integrations.errors import ConfigurationError, short_repr

FOREVER = 1e9
"""Seconds (some thirty years) that stand for any longer wait a server may ask for."""

LEAVES_IT_OPEN = frozenset({408, *range(500, 600)})
"""Statuses that do not say whether the request was carried out."""

_RATE_LIMITED = 429
_TRANSIENT = frozenset({408, 500, 502, 503, 504})
_DELTA_SECONDS = r"[+-]?[0-9]+(\.[0-9]*)?"
_MOST_WAITS = 16  # that are read of one header; a server that names thousands means none
_SEPARATOR = r",(?!\s*[0-9]{2}[ -][A-Z])"  # not the comma inside "Wed, 21 Oct"


def _seconds(_policy: object, attribute: Attribute[float], value: Any) -> None:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not number or not 0 <= value <= sys.float_info.max:
        raise ConfigurationError(
            f"must be a number of seconds, 0 or more, not {short_repr(value)}.",
            parameter=f"RetryPolicy.{attribute.name}",
        )


def _count(_policy: object, attribute: Attribute[int], value: Any) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ConfigurationError(
            f"must be a whole number, 0 or more, not {short_repr(value)}.", parameter=f"RetryPolicy.{attribute.name}"
        )


@frozen
class RetryPolicy:
    """How patient a client is. All times are seconds.

    A 429 is retried for every call; 408, 500, 502, 503, 504 and connection failures only if repeating the call can do no
    harm: a create is repeated only if its request never left. A certificate that is not trusted is final. A wait that would be longer than allowed is not
    begun: the error is raised at once. `Retry-After` is read as RFC 9110 has it (section 10.2.3); the upstream document
    names it in `components/responses/RateLimitExceeded`.

    Raises:
        ConfigurationError: a value is negative, not finite or not a number.
    """

    max_retries: int = field(default=4, validator=_count)
    """How many times a call is tried again after its first attempt."""
    max_wait: float = field(default=60.0, validator=_seconds)
    """The longest single wait in seconds, whether the server or the backoff asks for it."""
    max_elapsed: float = field(default=120.0, validator=_seconds)
    """Seconds from a call's beginning by which its last wait must end; the attempt after it may take its `timeout` more."""
    initial_backoff: float = field(default=0.5, validator=_seconds)
    """The upper bound in seconds of the first wait when the server names none; it doubles with each retry."""
    max_backoff: float = field(default=8.0, validator=_seconds)
    """The longest wait that this doubling reaches, in seconds."""

    def backoff(self, retry: int, chance: float) -> float:
        """The wait before the given retry (1 is the first) with full jitter; `chance` is in [0, 1)."""
        # The exponent is bounded because 2.0**1024 is an OverflowError.
        return min(self.max_backoff, self.initial_backoff * 2.0 ** min(retry - 1, 1000)) * chance

    def allows(self, wait: float, elapsed: float) -> bool:
        """Whether a call that has taken `elapsed` seconds may wait for `wait` more."""
        return wait <= self.max_wait and elapsed + wait <= self.max_elapsed


def is_retryable(status: int | None, *, idempotent: bool, sent: bool = True) -> bool:
    """Whether trying again is safe and may help.

    Args:
        status: of the answer; None if none arrived.
        idempotent: sending the request twice does no more than sending it once.
        sent: the request may have left.
    """
    if status is None:
        return idempotent or not sent
    return status == _RATE_LIMITED or (idempotent and status in _TRANSIENT)


def retry_after(values: Sequence[str], date: str | None, now: float) -> float | None:
    """The seconds that `Retry-After` asks to wait, or None if it says nothing that can be read.

    Args:
        values: the header's values; of several, the longest wait counts, so that none is cut short.
        date: the answer's `Date` header, against which an HTTP-date counts, so that a wrong local clock does no harm.
        now: seconds since the epoch by the local clock, for an answer without a readable `Date`.
    """
    # A gateway may have joined repeated headers with commas.
    parts = (part.strip() for value in values for part in re.split(_SEPARATOR, value, maxsplit=_MOST_WAITS))
    waits = [wait for part in islice(parts, _MOST_WAITS) if (wait := _wait(part, date, now)) is not None]
    return max(waits, default=None)


def _wait(text: str, date: str | None, now: float) -> float | None:
    if re.fullmatch(_DELTA_SECONDS, text):
        return _bounded(float(text))
    moment = _epoch(text)
    if moment is None:
        return None
    sent = _epoch(date.strip()) if date else None
    return _bounded(moment - (now if sent is None else sent))


def _bounded(wait: float) -> float:
    return min(max(wait, 0.0), FOREVER)


def _epoch(text: str) -> float | None:
    moment = read_timestamp(text)
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
