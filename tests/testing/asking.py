"""A client of the stand-in that is not the SDK, which must not vouch for what vouches for it."""

from __future__ import annotations

import http.client
import json
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode

import pytest

from arize_integrations_api.contract import OPERATIONS
from arize_integrations_api.examples import EXAMPLES

if TYPE_CHECKING:
    from arize_integrations.testing import StandInServer

ANSWERS = EXAMPLES["get_v2_integrations_item"].answers
KEY = "a-key-of-its-own"
COLLECTION = OPERATIONS["get_v2_integrations_item"].path.removesuffix("/{}")


class Made:
    """What knows its own JSON."""

    def to_dict(self) -> dict[str, object]:
        return {"id": "made", "type": "newer"}


class Reply(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Asking:
    """Asks a server over one connection."""

    collection = COLLECTION

    def __init__(self, server: StandInServer, key: str | None = None) -> None:
        self._connection = connect(server)
        self._key = server.api_key if key is None else key

    def close(self) -> None:
        self._connection.close()

    def __call__(self, method: str, target: str, body: Any = None) -> Reply:
        headers = {"Authorization": f"Bearer {self._key}"}
        content = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        self._connection.request(method, target, body=content, headers=headers)
        response = self._connection.getresponse()
        return Reply(response.status, response.headers, response.read())

    def list(self, **query: Any) -> Reply:
        return self("GET", f"{COLLECTION}?{urlencode(query)}")

    def create(self, body: Any) -> Reply:
        return self("POST", COLLECTION, body)

    def get(self, integration_id: str) -> Reply:
        return self("GET", one(integration_id))

    def update(self, integration_id: str, body: Any) -> Reply:
        return self("PATCH", one(integration_id), body)

    def delete(self, integration_id: str) -> Reply:
        return self("DELETE", one(integration_id))


def one(integration_id: str) -> str:
    return f"{COLLECTION}/{quote(integration_id, safe='')}"


def connect(server: StandInServer) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(server.base_url.removeprefix("http://"), timeout=10)


def needs(*operations: str) -> pytest.MarkDecorator:
    """Skips the test, and says so, if the document lacks one of these operations."""
    missing = [key for key in operations if key not in OPERATIONS]
    return pytest.mark.skipif(bool(missing), reason=f"the document has no {', '.join(missing)}")


needs_list = needs("get_v2_integrations")
needs_create = needs("post_v2_integrations")
needs_writes = needs("post_v2_integrations", "patch_v2_integrations_item", "delete_v2_integrations_item")


def ask(
    connection: http.client.HTTPConnection,
    integration_id: str = "",
    *,
    method: str = "GET",
    authorization: str | None = f"Bearer {KEY}",
    target: str | None = None,
) -> tuple[int, http.client.HTTPMessage, bytes]:
    """One request over an open connection."""
    headers = {} if authorization is None else {"Authorization": authorization}
    connection.request(method, target or one(integration_id), headers=headers)
    response = connection.getresponse()
    return response.status, response.headers, response.read()
