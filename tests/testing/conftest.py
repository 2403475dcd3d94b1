from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from arize_integrations.testing import StandInServer
from tests.testing.asking import KEY, connect

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
