from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from arize_integrations.testing import StandInServer
from tests.testing.asking import KEY, Asking, connect

if TYPE_CHECKING:
    import http.client
    from collections.abc import Iterator


@pytest.fixture
def server() -> Iterator[StandInServer]:
    with StandInServer(api_key=KEY) as running:
        yield running


@pytest.fixture
def connection(server: StandInServer) -> Iterator[http.client.HTTPConnection]:
    with closing(connect(server)) as open_connection:
        yield open_connection


@pytest.fixture
def account(server: StandInServer) -> Iterator[Asking]:
    """An account with one integration, and a client of it."""
    with closing(Asking(server)) as asking:
        yield asking


@pytest.fixture
def empty() -> Iterator[Asking]:
    """A client of an account without integrations."""
    with StandInServer([], KEY) as running, closing(Asking(running)) as asking:
        yield asking
