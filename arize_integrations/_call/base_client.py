"""What both clients share: options, and a session that clients derived from one another have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Generic, NoReturn, Self, TypeVar, cast

import httpx

from arize_integrations._call.options import Options, Timeouts, checked_retry, request_headers
from arize_integrations._call.retry import RetryPolicy
from arize_integrations._call.session import Session
from arize_integrations.errors import ConfigurationError, short_repr


class _Unchanged:
    """Marks an option that `with_options` leaves as it is."""

    def __repr__(self) -> str:
        return "<unchanged>"


_UNCHANGED: Final = cast("Any", _Unchanged())

S = TypeVar("S", bound=Session[Any])


class BaseClient(Generic[S]):
    """A session, and how this client makes its calls in it."""

    _session: S
    _options: Options
    _owner: bool
    _closed: bool

    def _set(self, session: S, options: Options, *, owner: bool) -> None:
        self._session = session
        self._options = options
        self._owner = owner
        self._closed = False

    def with_options(
        self,
        *,
        timeout: float | httpx.Timeout = _UNCHANGED,
        retry: RetryPolicy | None = _UNCHANGED,
        headers: Mapping[str, str] | None = _UNCHANGED,
    ) -> Self:
        """A client with other options that shares this one's connections and rate state.

        What is not given stays as it is. Closing the derived client leaves this one open; closing this one closes both.

        Args:
            timeout: seconds for an attempt as a whole, or an `httpx.Timeout` for its phases.
            retry: how patient to be; None makes every answer final.
            headers: headers to send in addition to the SDK's own, in place of those given before; None for no others.

        Returns:
            A client of the same class.

        Raises:
            ConfigurationError: an option cannot be used, or the client is closed.
        """
        self._check_open()
        try:
            options = Options(
                self._options.timeouts if timeout is _UNCHANGED else Timeouts.of(timeout),
                self._options.retry if retry is _UNCHANGED else checked_retry(retry),
                self._options.headers
                if headers is _UNCHANGED
                else request_headers(self._session.endpoint, self._session.secrets, headers),
            )
        except ConfigurationError as error:
            del headers  # no frame of ours shows a key that stands in one
            raise error.with_traceback(None) from None
        derived = self.__class__.__new__(self.__class__)
        derived.__dict__.update(self.__dict__)  # what a subclass has added
        derived._set(self._session, options, owner=False)
        return derived

    def _check_open(self) -> None:
        if self._closed:
            raise ConfigurationError("This client is closed: create a new one.")
        self._session.check_usable()

    def __repr__(self) -> str:
        session: S | None = getattr(self, "_session", None)  # None in the traceback of a failed __init__
        return f"{type(self).__name__}(base_url={session.endpoint.url!r})" if session else f"<{type(self).__name__}>"

    def __reduce__(self) -> NoReturn:
        raise ConfigurationError(
            f"{type(self).__name__} holds connections and an API key and is not pickled: create one in each process."
        )


def check_transport(transport: object, method: str, wanted: str) -> None:
    """Refuse what cannot send, such as a sync transport for the async client: a call would fail in its middle.

    Raises:
        ConfigurationError: it is no transport of that kind.
    """
    if transport is not None and (isinstance(transport, type) or not hasattr(transport, method)):
        kind = f"the class {transport.__name__}" if isinstance(transport, type) else type(transport).__name__
        raise ConfigurationError(f"must be an {wanted}, not {kind}.", parameter="transport")


def check_max_connections(value: int) -> int:
    """A number of connections.

    Raises:
        ConfigurationError: it is no whole number above 0.
    """
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ConfigurationError(
            f"must be a whole number, 1 or more, not {short_repr(value)}.", parameter="max_connections"
        )
    return value
