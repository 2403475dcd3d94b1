"""The clients' own arguments, checked before anything is sent."""

import httpx
import pytest

from arize_integrations import AsyncIntegrationsClient, ConfigurationError, IntegrationsClient

SYNC, ASYNC = httpx.HTTPTransport(), httpx.AsyncHTTPTransport()


@pytest.mark.parametrize(
    ("client", "transport"),
    [
        (IntegrationsClient, ASYNC),
        (AsyncIntegrationsClient, SYNC),
        (IntegrationsClient, 7),
        (IntegrationsClient, httpx.HTTPTransport),
        (AsyncIntegrationsClient, httpx.AsyncHTTPTransport),
    ],
)
def test_a_transport_that_cannot_send_is_refused_at_once(client: type, transport: object) -> None:
    """A sync transport in an async client is an easy slip, and would show only in the middle of a call."""
    with pytest.raises(ConfigurationError, match=getattr(transport, "__name__", type(transport).__name__)):
        client("key", transport=transport)


@pytest.mark.parametrize("client", [IntegrationsClient, AsyncIntegrationsClient])
def test_a_transport_that_does_both_suits_both(client: type) -> None:
    """As httpx's own MockTransport does."""
    client("key", transport=httpx.MockTransport(lambda _: httpx.Response(200)))._session.closed = True
