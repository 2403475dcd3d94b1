"""The same over real connections, against the stand-in, which judges requests as the document does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from arize_integrations import IntegrationsClient
from arize_integrations.testing import StandInServer
from tests.declarative.conftest import KEY
from tests.declarative.examples import kind, places, requests


@pytest.fixture
def server() -> Iterator[StandInServer]:
    with StandInServer([], api_key=KEY) as running:
        yield running


@pytest.fixture
def client(server: StandInServer) -> Iterator[IntegrationsClient]:
    with IntegrationsClient(KEY, base_url=server.base_url) as client:
        yield client


def writes(server: StandInServer) -> int:
    return sum(request.method != "GET" for request in server.requests)


def test_all_that_the_document_shows_is_created_changed_and_deleted(
    server: StandInServer, client: IntegrationsClient
) -> None:
    wanted = requests()
    assert len(client.apply(client.plan(wanted)).changes) == len(wanted)
    sent = writes(server)
    client.apply(client.plan(wanted))
    assert writes(server) == sent
    with_secrets = sum(any(place.field.secret for place in places(request)) for request in wanted)
    assert len(client.apply(client.plan(wanted, rotate_secrets=True)).changes) == with_secrets
    flags = [place for request in wanted for place in places(request) if isinstance(place.value, bool)]
    for place in flags:
        place.holder[place.field.key] = True
    client.apply(client.plan(wanted))
    assert not client.plan(wanted)
    kept = list({kind(request): request for request in wanted}.values())
    client.apply(client.plan(kept, prune=True), force=True)
    assert len(server.integration_ids) == len(kept)


def test_60_are_created_within_a_limit_of_20_a_second(server: StandInServer, client: IntegrationsClient) -> None:
    """All changes hold back together, as all calls of a client do."""
    wanted = [{**requests()[0], "name": f"name {index}"} for index in range(60)]
    plan = client.plan(wanted)
    server.rate_limit = 20
    assert len(client.apply(plan).changes) == 60
    server.rate_limit = None
    assert not client.plan(wanted)
