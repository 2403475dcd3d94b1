"""What the clients send to write and to list is judged from outside too: by openapi-core, and by Prism on the way."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from arize_integrations import AsyncIntegrationsClient, IntegrationsClient
from arize_integrations.testing import StandInServer
from arize_integrations_api.examples import EXAMPLES
from tests.contract import prism
from tests.contract.judge import Judge
from tests.testing.asking import needs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = needs(
    "get_v2_integrations", "post_v2_integrations", "patch_v2_integrations_item", "delete_v2_integrations_item"
)
CREATES = EXAMPLES["post_v2_integrations"].requests if "post_v2_integrations" in EXAMPLES else ()
both_styles = pytest.mark.parametrize("style", ["sync", "async"])


@pytest.fixture
def server() -> Iterator[StandInServer]:
    with StandInServer([]) as running:
        yield running


def write(style: str, base_url: str, body: dict[str, Any]) -> None:
    """Make an integration, list, find, change and delete it: every call that a client has."""
    changes = {"type": body["type"], "name": f"{body['name']} ✓"}

    async def write_async() -> None:
        async with AsyncIntegrationsClient("test-key", base_url=base_url, retry=None) as client:
            made: Any = await client.create(body)
            listed: list[Any] = [each async for each in client.list(type=body["type"], name="&", page_size=1)]
            assert listed == []
            assert (await client.update(made.id, changes)) == await client.find(changes["name"], type=body["type"])
            await client.delete(made.id)

    if style == "async":
        asyncio.run(write_async())
        return
    with IntegrationsClient("test-key", base_url=base_url, retry=None) as client:
        made: Any = client.create(body)
        assert list(client.list(type=body["type"], name="&", page_size=1)) == []
        assert client.update(made.id, changes) == client.find(changes["name"], type=body["type"])
        client.delete(made.id)


@both_styles
@pytest.mark.parametrize("body", CREATES, ids=map(str, range(len(CREATES))))
def test_openapi_core_accepts_every_request(
    style: str, body: dict[str, Any], server: StandInServer, document: dict[str, Any]
) -> None:
    write(style, server.base_url, body)
    judge = Judge(document, server.base_url)
    assert {request.method for request in server.requests} == {"POST", "GET", "PATCH", "DELETE"}
    for request in server.requests:
        judge.check_request(request.method, request.target, dict(request.headers), request.body or None)
    assert server.integrations == []


def test_prism_between_us_and_the_stand_in_finds_no_violation(server: StandInServer, document_file: Path) -> None:
    """Prism answers a violation, in either direction, with an error of its own."""
    with prism.running("proxy", str(document_file), server.base_url, "--errors") as url:
        for number, body in enumerate(CREATES):
            write(["sync", "async"][number % 2], url, body)
