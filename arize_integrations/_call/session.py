"""What a client shares with those derived from it: connections, key, rate gate and the drift already logged."""

from __future__ import annotations

import logging
import os
import time
import warnings
from collections.abc import AsyncIterator, Iterator
from functools import lru_cache
from typing import Generic, TypeVar

import httpx

from arize_integrations._call.gate import RateGate
from arize_integrations._call.options import Options
from arize_integrations._call.retry import RetryPolicy
from arize_integrations._net.connections import DEADLINE
from arize_integrations._net.endpoint import Endpoint
from arize_integrations._secrets import Secrets
from arize_integrations._wire.operations import Call
from arize_integrations.errors import ConfigurationError, printable

logger = logging.getLogger("arize_integrations")


class _NoBody(httpx.ByteStream):
    """No body: not even an empty piece of one, which h11 would check, frame and send."""

    def __iter__(self) -> Iterator[bytes]:
        return iter(())

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        raise StopAsyncIteration


_NO_BODY = _NoBody(b"")
# To parse a URL takes httpx as long as decoding its answer takes us, and programs ask for the same few ids.
_url = lru_cache(maxsize=256)(httpx.URL)
_MOST_NOTES = 1000  # kinds of drift remembered; a hostile server could invent field names for ever
_LONGEST_PLACE = 200  # characters of a schema and field that a log line shows
_SHORTEST_LOOK, _LONGEST_LOOK = 1.0, 3600.0  # seconds; locks take no timeout of centuries
_LONGEST_VALUE = 40  # characters of an unknown tag or enum value

T = TypeVar("T", bound=httpx.BaseTransport | httpx.AsyncBaseTransport)


class Session(Generic[T]):
    """The shared state of clients derived from one another."""

    def __init__(self, endpoint: Endpoint, secrets: Secrets, transport: T) -> None:
        self.endpoint = endpoint
        self.secrets = secrets
        self.transport = transport
        self.route = endpoint.authority
        """Where requests go, as a message says it."""
        self.gate = RateGate()
        self._noted: set[tuple[str, str, str]] = set()
        self._process = os.getpid()
        self.closed = False

    def check_usable(self) -> None:
        """Check that a call can be made safely.

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
        target = f"{self.endpoint.url}{call.path}"
        request = httpx.Request(
            call.method,
            _url(target) if not call.query else httpx.URL(f"{target}?{call.query}"),
            headers=options.headers,
            stream=_NO_BODY,  # says that the headers are complete as they are
            extensions={"timeout": options.timeouts.phases, DEADLINE: deadline},
        )
        if call.content is not None:
            request.headers["Content-Type"] = "application/json"
            request.headers["Content-Length"] = str(len(call.content))
            request.stream = httpx.ByteStream(call.content)
        elif call.method in {"POST", "PUT", "PATCH"}:
            request.headers["Content-Length"] = "0"
        request.read()  # so that a transport of the caller's own may look at its content
        return request

    def note(self, secrets: Secrets, what: str, schema: str, field: str, value: object = None) -> None:
        """Log a difference between an answer and the document, once, without the secrets of the call.

        Args:
            secrets: what may not be shown.
            what: the difference.
            schema: where it is.
            field: where it is in the schema.
            value: an unknown tag or enum value, which is what a person needs to know; no other value is shown.
        """
        if (what, schema, field) in self._noted or len(self._noted) >= _MOST_NOTES:
            return
        self._noted.add((what, schema, field))
        place = secrets.redact(f"{schema}.{field}" if field else schema)
        shown = f": {printable(secrets.redact(value))[:_LONGEST_VALUE]!r}" if isinstance(value, str) else ""
        logger.warning(
            "The API's answer differs from the document of this SDK: %r %s%s.", place[:_LONGEST_PLACE], what, shown
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


def check_time(deadline: float) -> None:
    """End an attempt that has taken longer than its timeout as a whole."""
    if time.monotonic() >= deadline:
        raise httpx.ReadTimeout("the attempt took longer than its timeout as a whole")


def patience(policy: RetryPolicy | None) -> float | None:
    """Seconds to queue for a slot before checking whether to go on: not so few that checking becomes the work."""
    return None if policy is None else min(max(policy.max_elapsed, _SHORTEST_LOOK), _LONGEST_LOOK)
