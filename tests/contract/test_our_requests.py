"""Two judges from outside say whether what we send is what the document asks for."""

from __future__ import annotations

import asyncio
import http.client
import json
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from arize_integrations import APIStatusError, AsyncIntegrationsClient, IntegrationsClient, UnknownVariant
from arize_integrations.testing import StandInServer
from arize_integrations_api.examples import EXAMPLES
from tests.contract import prism
from tests.contract.judge import Judge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from arize_integrations import Integration

ANSWERS = EXAMPLES["get_v2_integrations_item"].answers
EXAMPLE = ANSWERS[200].bodies[0]
IDS = [StandInServer().integration_ids[0], "../users?x=1#y", "a/b", "ü ✓", "100%", "%2e%2e", "a+b&c=d", "x" * 2000]


@pytest.fixture(scope="module")
def server() -> Iterator[StandInServer]:
    with StandInServer([{**EXAMPLE, "id": each} for each in IDS]) as running:
        yield running


@pytest.fixture(scope="module")
def mock_url(document_file: Path) -> Iterator[str]:
    with prism.running("mock", str(document_file)) as url:
        yield url


@pytest.fixture(scope="module")
def proxy_url(document_file: Path, server: StandInServer) -> Iterator[str]:
    """Prism between us and the stand-in, answering any violation with an error of its own."""
    with prism.running("proxy", str(document_file), server.base_url, "--errors") as url:
        yield url


def get(style: str, base_url: str, integration_id: str, key: str = "test-key") -> Integration:
    """One call, without retries: every request counts."""

    async def get_async() -> Integration:
        async with AsyncIntegrationsClient(key, base_url=base_url, retry=None) as client:
            return await client.get(integration_id)

    if style == "async":
        return asyncio.run(get_async())
    with IntegrationsClient(key, base_url=base_url, retry=None) as client:
        return client.get(integration_id)


def raw(base_url: str, integration_id: str) -> Any:
    """The JSON of the same call, made without the SDK."""
    with closing(http.client.HTTPConnection(base_url.removeprefix("http://"), timeout=10)) as connection:
        connection.request("GET", f"/v2/integrations/{quote(integration_id)}", headers={"Authorization": "Bearer x"})
        return json.loads(connection.getresponse().read())


def with_instants(value: Any) -> Any:
    """The payload with its timestamps as datetimes: how an instant is written is not part of it."""
    if isinstance(value, dict):
        return {key: with_instants(item) for key, item in value.items()}
    if isinstance(value, list):
        return [with_instants(item) for item in value]
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return value


both_styles = pytest.mark.parametrize("style", ["sync", "async"])


@both_styles
@pytest.mark.parametrize("integration_id", IDS)
def test_openapi_core_accepts_every_request(
    style: str, integration_id: str, server: StandInServer, document: dict[str, Any]
) -> None:
    get(style, server.base_url, integration_id)
    request = server.requests[-1]
    judge = Judge(document, server.base_url)
    judge.check_request(request.method, request.target, dict(request.headers))


@both_styles
def test_prism_as_the_server_gives_the_documents_integration(style: str, mock_url: str) -> None:
    integration = get(style, mock_url, IDS[0])
    assert not isinstance(integration, UnknownVariant)
    assert with_instants(integration.to_dict()) == with_instants(raw(mock_url, IDS[0]))


@both_styles
@pytest.mark.parametrize("integration_id", IDS)
def test_prism_between_us_and_the_stand_in_finds_no_violation(style: str, integration_id: str, proxy_url: str) -> None:
    integration = get(style, proxy_url, integration_id)
    expected = {**EXAMPLE, "id": integration_id}
    assert with_instants(integration.to_dict()) == with_instants(expected)


@both_styles
@pytest.mark.parametrize(("integration_id", "key", "status"), [("unknown", "test-key", 404), ("unknown", "wrong", 401)])
def test_prism_passes_the_stand_ins_errors_as_documented(
    style: str, integration_id: str, key: str, status: int, proxy_url: str
) -> None:
    with pytest.raises(APIStatusError) as caught:
        get(style, proxy_url, integration_id, key)
    assert caught.value.status == status
    assert caught.value.title == ANSWERS[status].bodies[0]["title"]


def test_prism_can_say_no(proxy_url: str) -> None:
    """It answers what the document does not offer with a problem of its own."""
    address = proxy_url.removeprefix("http://")
    with closing(http.client.HTTPConnection(address, timeout=10)) as connection:
        connection.request("GET", "/v2/integrations/unknown")
        problem = json.loads(connection.getresponse().read())
    assert "stoplight.io/prism/errors" in problem["type"]
