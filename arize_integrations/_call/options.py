"""What may differ between a client and those derived from it: timeouts, retries and headers, checked before use."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from typing import Any, NamedTuple

import httpx

from arize_integrations._call.retry import RetryPolicy
from arize_integrations._net.endpoint import Endpoint, check_headers
from arize_integrations._secrets import Secrets
from arize_integrations._version import __version__
from arize_integrations.errors import ConfigurationError, short_repr

_LONGEST_TIMEOUT = 1e6  # seconds, some eleven days; sockets refuse centuries


class Timeouts(NamedTuple):
    """The bounds of one attempt, in seconds: each phase, and the attempt as a whole."""

    phases: dict[str, float | None]
    total: float

    @classmethod
    def of(cls, timeout: float | httpx.Timeout) -> Timeouts:
        """A number bounds the attempt as a whole; an `httpx.Timeout` its phases, and together they bound the whole.

        Raises:
            ConfigurationError: a number is not positive and finite.
        """
        if isinstance(timeout, httpx.Timeout):
            phases = {name: None if value is None else _seconds(value) for name, value in timeout.as_dict().items()}
            return cls(phases, sum(math.inf if value is None else value for value in phases.values()))
        seconds = _seconds(timeout)
        return cls(dict.fromkeys(httpx.Timeout(None).as_dict(), seconds), seconds)


class Options(NamedTuple):
    """How a client makes its calls."""

    timeouts: Timeouts
    retry: RetryPolicy | None
    headers: httpx.Headers

    def __repr__(self) -> str:  # tracebacks show local variables, and a gateway's token may be among the headers
        return f"Options({self.timeouts}, {self.retry}, {len(self.headers)} headers)"


def checked_retry(retry: RetryPolicy | None) -> RetryPolicy | None:
    """The policy itself.

    Raises:
        ConfigurationError: it is neither a policy nor None.
    """
    if retry is not None and not isinstance(retry, RetryPolicy):
        raise ConfigurationError(f"must be a RetryPolicy or None, not {type(retry).__name__}.", parameter="retry")
    return retry


def request_headers(endpoint: Endpoint, secrets: Secrets, headers: Mapping[str, str] | None) -> httpx.Headers:
    """The headers of every request: the SDK's own, overridden by the caller's if that is allowed.

    Raises:
        ConfigurationError: one of the caller's cannot be used.
    """
    own = {
        "Host": httpx.URL(endpoint.url).netloc.decode("ascii"),
        "Accept": "application/json, application/problem+json",
        # Answers are some hundred bytes; compressing them would cost more than it saves.
        "Accept-Encoding": "identity",
        "User-Agent": f"arize-integrations/{__version__} python/{sys.version.split()[0]}",
    }
    merged = httpx.Headers(own)
    merged.update(check_headers(headers))
    merged["Authorization"] = f"Bearer {secrets.reveal()}"
    return merged


def _seconds(value: Any) -> float:
    """A timeout within what sockets take."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not number or not 0 < value < math.inf:
        raise ConfigurationError(
            f"must be a number of seconds above 0, not {short_repr(value)}.",
            parameter="timeout",
            hint="An httpx.Timeout sets its phases one by one.",
        )
    return float(min(value, _LONGEST_TIMEOUT))
