"""The two clients, sync and async: one set of arguments, one behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Generic, NoReturn, Self, TypeVar, cast

import httpx

from arize_integrations._call.drivers import AsyncSession, SyncSession
from arize_integrations._call.options import Options, Timeouts, checked_retry, request_headers
from arize_integrations._call.retry import RetryPolicy
from arize_integrations._net.endpoint import resolve_api_key, resolve_endpoint
from arize_integrations._wire.operations import get_integration
from arize_integrations.errors import ConfigurationError
from arize_integrations_api.models.integration import Integration


class _Kept:
    """Marks an option that `with_options` leaves as it is."""

    def __repr__(self) -> str:
        return "<unchanged>"


_KEPT: Final = cast("Any", _Kept())

S = TypeVar("S", SyncSession, AsyncSession)


class _Client(Generic[S]):
    """What both clients share: options, and a session that clients derived from one another have in common."""

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
        timeout: float | httpx.Timeout = _KEPT,
        retry: RetryPolicy | None = _KEPT,
        headers: Mapping[str, str] | None = _KEPT,
    ) -> Self:
        """A client with other options that shares this one's connections and rate state.

        What is not given stays as it is. Closing the derived client leaves this one open; closing this one closes both.

        Args:
            timeout: seconds for an attempt as a whole, or an `httpx.Timeout` for its phases.
            retry: how patient to be; None makes every answer final.
            headers: headers to send beside the SDK's own, in place of those given before; None for no others.

        Returns:
            A client of the same class.

        Raises:
            ConfigurationError: an option cannot be used, or the client is closed.
        """
        self._check_open()
        options = Options(
            self._options.timeouts if timeout is _KEPT else Timeouts.of(timeout),
            self._options.retry if retry is _KEPT else checked_retry(retry),
            self._options.headers
            if headers is _KEPT
            else request_headers(self._session.endpoint, self._session.secret, headers),
        )
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


class IntegrationsClient(_Client[SyncSession]):
    """Reads integrations of Arize AX. Share one client among all threads of a process.

    Args:
        api_key: the API key; without it, the environment variable `ARIZE_API_KEY`.
        region: a region of the hosted API, such as `eu-west-1a`; or `ARIZE_REGION`.
        host: a host of your own, such as `arize.example.com`; or `ARIZE_API_HOST`.
        base_url: any URL: a proxy, a gateway, a local stand-in; or `ARIZE_BASE_URL`. At most one of `region`, `host`
            and `base_url` can be given; with none, requests go to the document's first server.
        allow_http: permit plain http beyond loopback, which shows the key to the network.
        timeout: seconds an attempt may take as a whole, or an `httpx.Timeout` for its phases, whose sum then bounds the
            whole.
        retry: how patient to be with a server that is busy or failing; None makes every answer final.
        headers: headers to send beside the SDK's own.
        transport: what finally sends, in place of connections of the client's own. Proxies and certificates from the
            environment then are the transport's business.

    Raises:
        ConfigurationError: an argument or environment variable cannot be used.

    Follows the sections `servers` and `securitySchemes` of the upstream document.
    """

    def __init__(
        self,
        api_key: str | None = None,
        *,
        region: str | None = None,
        host: str | None = None,
        base_url: str | None = None,
        allow_http: bool = False,
        timeout: float | httpx.Timeout = 30.0,
        retry: RetryPolicy | None = RetryPolicy(),
        headers: Mapping[str, str] | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        try:
            secret = resolve_api_key(api_key)
        finally:
            del api_key  # good or bad, no frame of ours holds it in the clear, where a traceback could show it
        endpoint = resolve_endpoint(region, host, base_url, allow_http=allow_http)
        options = Options(Timeouts.of(timeout), checked_retry(retry), request_headers(endpoint, secret, headers))
        _check_transport(transport, "handle_request", "httpx.BaseTransport")
        self._set(SyncSession(endpoint, secret, transport), options, owner=True)

    def get(self, integration_id: str) -> Integration:
        """Fetch one integration: `GET /v2/integrations/{integration_id}`.

        Args:
            integration_id: the integration's id, as Arize shows it (base64), 1 to 2048 characters; sent as one path
                segment, whatever it holds.

        Returns:
            The concrete integration, such as `LlmIntegration`; an `UnknownVariant` where its type is newer than this SDK.

        Raises:
            ConfigurationError: the id cannot be used, or the client is closed; nothing was sent.
            APIStatusError: the server refused; the subclass says how, such as `NotFoundError`.
            APIConnectionError: no whole answer arrived; `APITimeoutError` where it was for want of time.
            ResponseDecodingError: the answer was 2xx, but no JSON object.

        Follows the operation of that path in the upstream document.
        """
        self._check_open()
        result: Integration = self._session.run(get_integration(integration_id), self._options)
        return result

    def close(self) -> None:
        """Close the connections. A derived client closes only itself. Closing twice does nothing."""
        self._closed = True
        if self._owner:
            self._session.close()

    def __enter__(self) -> Self:
        self._check_open()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()


class AsyncIntegrationsClient(_Client[AsyncSession]):
    """The async twin of `IntegrationsClient`, for asyncio and trio. Share one client among all tasks of an event loop.

    Args:
        api_key: the API key; without it, the environment variable `ARIZE_API_KEY`.
        region: a region of the hosted API, such as `eu-west-1a`; or `ARIZE_REGION`.
        host: a host of your own, such as `arize.example.com`; or `ARIZE_API_HOST`.
        base_url: any URL: a proxy, a gateway, a local stand-in; or `ARIZE_BASE_URL`. At most one of `region`, `host`
            and `base_url` can be given; with none, requests go to the document's first server.
        allow_http: permit plain http beyond loopback, which shows the key to the network.
        timeout: seconds an attempt may take as a whole, or an `httpx.Timeout` for its phases, whose sum then bounds the
            whole.
        retry: how patient to be with a server that is busy or failing; None makes every answer final.
        headers: headers to send beside the SDK's own.
        transport: what finally sends, in place of connections of the client's own. Proxies and certificates from the
            environment then are the transport's business.

    Raises:
        ConfigurationError: an argument or environment variable cannot be used.

    Follows the sections `servers` and `securitySchemes` of the upstream document.
    """

    def __init__(
        self,
        api_key: str | None = None,
        *,
        region: str | None = None,
        host: str | None = None,
        base_url: str | None = None,
        allow_http: bool = False,
        timeout: float | httpx.Timeout = 30.0,
        retry: RetryPolicy | None = RetryPolicy(),
        headers: Mapping[str, str] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        try:
            secret = resolve_api_key(api_key)
        finally:
            del api_key  # good or bad, no frame of ours holds it in the clear, where a traceback could show it
        endpoint = resolve_endpoint(region, host, base_url, allow_http=allow_http)
        options = Options(Timeouts.of(timeout), checked_retry(retry), request_headers(endpoint, secret, headers))
        _check_transport(transport, "handle_async_request", "httpx.AsyncBaseTransport")
        self._set(AsyncSession(endpoint, secret, transport), options, owner=True)

    async def get(self, integration_id: str) -> Integration:
        """Fetch one integration: `GET /v2/integrations/{integration_id}`.

        Args:
            integration_id: the integration's id, as Arize shows it (base64), 1 to 2048 characters; sent as one path
                segment, whatever it holds.

        Returns:
            The concrete integration, such as `LlmIntegration`; an `UnknownVariant` where its type is newer than this SDK.

        Raises:
            ConfigurationError: the id cannot be used, the client is closed, or it belongs to another event loop; nothing
                was sent.
            APIStatusError: the server refused; the subclass says how, such as `NotFoundError`.
            APIConnectionError: no whole answer arrived; `APITimeoutError` where it was for want of time.
            ResponseDecodingError: the answer was 2xx, but no JSON object.

        Follows the operation of that path in the upstream document.
        """
        self._check_open()
        result: Integration = await self._session.run(get_integration(integration_id), self._options)
        return result

    async def aclose(self) -> None:
        """Close the connections. A derived client closes only itself. Closing twice does nothing."""
        self._closed = True
        if self._owner:
            await self._session.aclose()

    async def __aenter__(self) -> Self:
        self._check_open()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.aclose()


def _check_transport(transport: object, method: str, wanted: str) -> None:
    """Refuse what cannot send, such as a sync transport for the async client: a call would fail in its middle."""
    if transport is not None and (isinstance(transport, type) or not hasattr(transport, method)):
        kind = f"the class {transport.__name__}" if isinstance(transport, type) else type(transport).__name__
        raise ConfigurationError(f"transport must be an {wanted}, not {kind}.")
