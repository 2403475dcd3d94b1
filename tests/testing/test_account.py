"""The account behind the stand-in keeps what is created and changed, as reads show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.testing.account_cases import (
    READS,
    SECRET,
    SERVER_SET,
    create_request,
    created,
    each_create,
    each_update,
    with_secrets,
)
from tests.testing.asking import needs_writes

if TYPE_CHECKING:
    from tests.testing.asking import Asking

pytestmark = needs_writes


@each_create
def test_what_is_created_reads_as_the_document_shows_it(empty: Asking, body: dict[str, Any]) -> None:
    reply = empty.create(body)
    assert reply.status == 201
    assert empty.get(reply.json["id"]).json == reply.json
    for example in READS:
        if example["name"] == body["name"]:
            shown = {key: value for key, value in reply.json.items() if key not in SERVER_SET | {"config", "scopings"}}
            assert shown == {key: example[key] for key in shown}
            assert {key: reply.json["config"][key] for key in example["config"] if key != "request_presets"} == {
                key: value for key, value in example["config"].items() if key != "request_presets"
            }


@each_create
def test_no_secret_is_ever_read(empty: Asking, body: dict[str, Any]) -> None:
    reply = empty.create(with_secrets(body))
    assert reply.status == 201
    assert SECRET.encode() not in reply.body + empty.list().body


@each_update
def test_an_update_changes_what_it_names_and_keeps_the_rest(empty: Asking, changes: dict[str, Any]) -> None:
    """The document's examples of updates, each on every integration of the document: 200, or refused if it does not fit."""
    for body in [example for example in READS if example["type"] == changes["type"]]:
        [empty.delete(each["id"]) for each in empty.list(type=body["type"]).json["integrations"]]
        before = created(empty, body["type"], body["config"].get("provider"))
        reply = empty.update(before["id"], with_secrets(changes))
        assert reply.status in (200, 409, 422)
        after = empty.get(before["id"]).json
        if reply.status > 200:
            assert after == before
            continue
        assert after == reply.json
        assert after["updated_at"] > before["updated_at"]
        named = {"updated_at", *changes}
        assert {key: after[key] for key in after if key not in named} == {
            key: before[key] for key in before if key not in named
        }
        assert SECRET.encode() not in reply.body


def test_what_is_left_out_has_its_default(empty: Asking) -> None:
    request = create_request("LLM", "NVIDIA_NIM")
    config = {"provider": "NVIDIA_NIM", "is_default_models_enabled": True}
    integration = empty.create({"type": "LLM", "name": request["name"], "config": config}).json
    assert integration["scopings"] == []
    assert integration["config"] == {
        **config,
        "is_function_calling_enabled": True,
        "has_api_key": False,
        "base_url": None,
        "header_names": [],
        "model_names": [],
    }


def test_null_clears_what_can_be_empty(empty: Asking) -> None:
    nim = created(empty, "LLM", "NVIDIA_NIM", base_url="https://nim.example.com", headers={"X-A": "b"})
    assert nim["config"]["header_names"] == ["X-A"]
    cleared = {"api_key": None, "base_url": None, "headers": None}
    config = empty.update(nim["id"], {"type": "LLM", "config": cleared}).json["config"]
    assert (config["has_api_key"], config["base_url"], config["header_names"]) == (False, None, [])
    agent = created(empty, "AGENT")
    changes: dict[str, Any] = {"type": "AGENT", "description": None, "config": {"headers": {}}}
    after = empty.update(agent["id"], changes).json
    assert (after["description"], after["config"]["has_headers"]) == (None, False)
    assert after["config"]["input_schema"] == agent["config"]["input_schema"]


def test_scopings_are_replaced(empty: Asking) -> None:
    integration = created(empty, "LLM", "OPEN_AI")
    rule = {"organization_id": "T3JnOjE="}
    reply = empty.update(integration["id"], {"type": "LLM", "scopings": [rule]})
    assert reply.json["scopings"] == [rule | {"space_id": None}]
    assert empty.update(integration["id"], {"type": "LLM", "scopings": []}).json["scopings"] == []


def test_auth_is_replaced_as_a_whole(empty: Asking) -> None:
    bedrock = created(empty, "LLM", "AWS_BEDROCK")
    changes = {"type": "LLM", "config": {"auth": {"auth_type": "BEARER_TOKEN", "api_key": "a-token"}}}
    auth = empty.update(bedrock["id"], changes).json["config"]["auth"]
    assert auth == {"auth_type": "BEARER_TOKEN", "has_api_key": True, "base_url": None}


OAUTH = {
    "auth_type": "OAUTH2_CLIENT_CREDENTIALS",
    "token_url": "https://login.example.com/token",
    "client_id": "me",
    "client_secret": "s3cret-of-mine",
}


def test_a_key_is_short_for_an_auth_block(empty: Asking) -> None:
    """Whichever way it comes, a read shows both; and only one of key and OAuth is ever stored."""
    request = create_request("LLM", "CUSTOM")
    config = {key: value for key, value in request["config"].items() if key != "auth"}
    custom = empty.create(request | {"config": config | {"api_key": "k"}}).json

    def credentials(**changes: Any) -> tuple[bool, str, bool | None]:
        reply = empty.update(custom["id"], {"type": "LLM", "config": changes})
        found = reply.json["config"]
        return found["has_api_key"], found["auth"]["auth_type"], found["auth"].get("has_api_key")

    assert custom["config"]["auth"] == {"auth_type": "DEFAULT", "has_api_key": True}
    assert credentials(api_key=None) == (False, "DEFAULT", False)
    assert credentials(api_key="k") == (True, "DEFAULT", True)
    assert credentials(auth=OAUTH) == (False, "OAUTH2_CLIENT_CREDENTIALS", None)
    assert credentials(api_key=None) == (False, "OAUTH2_CLIENT_CREDENTIALS", None)
    assert credentials(auth={"auth_type": "DEFAULT", "api_key": "k"}) == (True, "DEFAULT", True)
    assert credentials(auth={"auth_type": "DEFAULT"}) == (False, "DEFAULT", False)


def test_presets_keep_their_ids_by_name(empty: Asking) -> None:
    agent = created(empty, "AGENT")
    [old] = agent["config"]["request_presets"]

    def presets(*given: dict[str, Any]) -> list[dict[str, Any]]:
        changes = {"type": "AGENT", "config": {"request_presets": list(given)}}
        found: list[dict[str, Any]] = empty.update(agent["id"], changes).json["config"]["request_presets"]
        return found

    same = {key: old[key] for key in ("name", "description", "config")}
    kept, new = presets(same, {"name": old["name"].upper(), "config": {}})
    assert kept == old
    assert new["id"] != old["id"]
    [changed] = presets({"name": old["name"], "config": {}})
    assert (changed["id"], changed["created_at"]) == (old["id"], old["created_at"])
    assert (changed["config"], changed["description"]) == ({}, None)
    assert changed["updated_at"] > old["updated_at"]
    assert presets() == []
    [again] = presets(same)
    assert again["id"] not in (old["id"], new["id"])


def test_what_is_deleted_is_gone_for_good(empty: Asking) -> None:
    integration = created(empty, "LLM", "OPEN_AI")
    reply = empty.delete(integration["id"])
    assert (reply.status, reply.body) == (204, b"")
    assert [empty.get(integration["id"]).status, empty.delete(integration["id"]).status] == [404, 404]
    assert empty.update(integration["id"], {"type": "LLM", "name": "X"}).status == 404
    assert created(empty, "LLM", "OPEN_AI")["id"] != integration["id"]
