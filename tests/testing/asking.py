"""A client of the stand-in that is not the SDK, which must not vouch for what vouches for it."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING
from urllib.parse import quote

from arize_integrations_api.examples import EXAMPLES

if TYPE_CHECKING:
    from arize_integrations.testing import StandInServer

EXAMPLE = EXAMPLES["get_v2_integrations_item"]
KEY = "a-key-of-its-own"


class Made:
    """What knows its own JSON."""

    def to_dict(self) -> dict[str, object]:
        return {"id": "made", "type": "newer"}


def connect(server: StandInServer) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(server.base_url.removeprefix("http://"), timeout=10)


def ask(
    connection: http.client.HTTPConnection,
    integration_id: str = EXAMPLE[200]["body"]["id"],
    *,
    method: str = "GET",
    authorization: str | None = f"Bearer {KEY}",
    target: str | None = None,
) -> tuple[int, http.client.HTTPMessage, bytes]:
    headers = {} if authorization is None else {"Authorization": authorization}
    target = target or "/v2/integrations/" + quote(integration_id, safe="")
    connection.request(method, target, headers=headers)
    response = connection.getresponse()
    return response.status, response.headers, response.read()
