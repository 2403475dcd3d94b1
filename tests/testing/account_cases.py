"""What tests of the account start from: requests of the document, by type and provider."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from arize_integrations_api.examples import EXAMPLES

if TYPE_CHECKING:
    from tests.testing.asking import Asking

CREATES = EXAMPLES["post_v2_integrations"].requests if "post_v2_integrations" in EXAMPLES else ()
UPDATES = EXAMPLES["patch_v2_integrations_item"].requests if "patch_v2_integrations_item" in EXAMPLES else ()
READS = [body for body in EXAMPLES["get_v2_integrations_item"].answers[200].bodies if "name" in body]
SERVER_SET = {"id", "created_at", "updated_at", "created_by_user_id"}

each_create = pytest.mark.parametrize("body", CREATES, ids=[body.get("name") for body in CREATES])
each_update = pytest.mark.parametrize("changes", UPDATES, ids=map(str, range(len(UPDATES))))


def create_request(kind: str, provider: str | None = None, **config: Any) -> dict[str, Any]:
    """The document's example, with its config changed; the test is skipped if the document has no such thing."""
    for body in CREATES:
        if body["type"] == kind and body["config"].get("provider") == provider:
            found: dict[str, Any] = copy.deepcopy(body)
            found["config"] |= config
            return found
    pytest.skip(f"the document has no {kind} {provider or ''}")


def created(account: Asking, kind: str, provider: str | None = None, **config: Any) -> dict[str, Any]:
    """A new integration of that kind, as it was answered."""
    reply = account.create(create_request(kind, provider, **config))
    assert reply.status == 201, reply.body
    found: dict[str, Any] = reply.json
    return found


SECRET = "never-to-be-read"


def with_secrets(value: Any) -> Any:
    """The same request, with one and the same text in all fields that reads never show, at any depth."""
    if not isinstance(value, dict):
        return value
    found = {key: with_secrets(each) for key, each in value.items()}
    found |= {key: SECRET for key in ("api_key", "client_secret") if found.get(key)}
    found |= {"headers": dict.fromkeys(found["headers"], SECRET)} if found.get("headers") else {}
    return found
