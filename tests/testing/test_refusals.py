"""What the API refuses, the stand-in refuses: 400 for what the schemas do not allow, 409 for names, 422 for rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.testing.account_cases import create_request, created, each_create
from tests.testing.asking import needs_writes
from tests.testing.test_account import OAUTH

if TYPE_CHECKING:
    from arize_integrations.testing import StandInServer
    from tests.testing.asking import Asking

pytestmark = needs_writes


def refused(empty: Asking, body: Any) -> tuple[int, str]:
    reply = empty.create(body)
    assert empty.list().json["integrations"] == []
    assert (reply.headers["Content-Type"], reply.json["status"]) == ("application/problem+json", reply.status)
    return reply.status, reply.json["detail"]


@pytest.mark.parametrize(
    "body", [None, b"", b"{", b"[1]", b'"x"', b"[" * 100_000, b"\xff", b"NaN", b'{"type": Infinity}']
)
def test_what_is_no_json_object_is_400(empty: Asking, body: bytes | None) -> None:
    assert refused(empty, body)[0] == 400


@each_create
def test_a_broken_create_request_is_400_and_names_the_field(empty: Asking, body: dict[str, Any]) -> None:
    config = body["config"]
    broken: dict[str, Any] = {
        "'name' must": {key: value for key, value in body.items() if key != "name"},
        "'type' must": body | {"type": "A_TYPE_OF_TOMORROW"},
        "'config' must": body | {"config": [config]},
        "'id' is not known": body | {"id": "TGxtOjE="},
        "'config.of_tomorrow' is not known": body | {"config": config | {"of_tomorrow": 1}},
        "'scopings[0].space_id' must": body | {"scopings": [{"space_id": 7}]},
    }
    for message, request in broken.items():
        status, detail = refused(empty, request)
        assert (status, message in detail) == (400, True), detail
    for key, value in config.items():
        other = "x" if isinstance(value, (int, float)) else 1.5
        status, detail = refused(empty, body | {"config": config | {key: other}})
        assert (status, f"'config.{key}" in detail) == (400, True), detail


@pytest.mark.parametrize("value", ["yes", 1, None])
def test_true_is_no_number_and_no_text(empty: Asking, value: object) -> None:
    status, detail = refused(empty, create_request("LLM", "OPEN_AI", is_function_calling_enabled=value))
    assert (status, detail) == (400, "'config.is_function_calling_enabled' must be true or false.")


RULES: list[tuple[str, str | None, dict[str, Any]]] = [
    ("LLM", "NVIDIA_NIM", {"is_default_models_enabled": False}),
    ("LLM", "CUSTOM", {"model_names": []}),
    ("LLM", "CUSTOM", {"api_key": "k", "auth": {"auth_type": "DEFAULT"}}),
    ("LLM", "CUSTOM", {"base_url": "http://llm.example.com"}),
    ("LLM", "CUSTOM", {"base_url": "https://10.0.0.1/v1"}),
    ("LLM", "CUSTOM", {"base_url": "https://localhost/v1"}),
    ("LLM", "CUSTOM", {"base_url": "https://[x"}),
    ("LLM", "CUSTOM", {"auth": OAUTH | {"token_url": "http://login.example.com"}}),
    ("LLM", "CUSTOM", {"auth": OAUTH | {"client_id": "a:b"}}),
    ("LLM", "CUSTOM", {"headers": {"X": "y" * 8_175}}),
    ("LLM", "AWS_BEDROCK", {"is_default_models_enabled": False, "model_names": []}),
    ("AGENT", None, {"endpoint": "https://agent.example.com/" + "x" * 2_048}),
    ("AGENT", None, {"request_presets": [{"name": "a", "config": {}}, {"name": "a", "config": {}}]}),
    ("AGENT", None, {"request_presets": [{"name": "", "config": {}}]}),
    ("AGENT", None, {"request_presets": [{"name": "a" * 256, "config": {}}]}),
    ("AGENT", None, {"request_presets": [{"name": "a", "description": "b" * 1_025, "config": {}}]}),
    ("EVALUATOR", None, {"input_schema": {"type": "array"}}),
    ("EVALUATOR", None, {"input_schema": {"type": "object", "properties": {"arize_metadata": {}}}}),
    ("EVALUATOR", None, {"input_schema": {"type": "object", "description": "x" * 65_536}}),
]


@pytest.mark.parametrize(("kind", "provider", "config"), RULES, ids=[f"{a} {b} {str(c)[:60]}" for a, b, c in RULES])
def test_what_breaks_a_rule_is_422(empty: Asking, kind: str, provider: str | None, config: dict[str, Any]) -> None:
    status, detail = refused(empty, create_request(kind, provider, **config))
    assert (status, detail.startswith("'config.")) == (422, True)


def test_a_space_needs_its_organization(empty: Asking) -> None:
    body = create_request("LLM", "OPEN_AI") | {"scopings": [{"space_id": "U3BhY2U6MQ=="}]}
    assert refused(empty, body) == (422, "'scopings' must name the organization too.")


SCHEMA = {
    "type": "object",
    "required": ["a"],
    "additionalProperties": False,
    "properties": {
        "a": {"type": ["string", "null"]},
        "b": {"enum": [1, 2]},
        "c": {"items": {"const": "x"}},
        "d": {"type": "integer"},
        "e": False,
        "f": True,
    },
}


@pytest.mark.parametrize(
    ("config", "wrong"),
    [
        ({}, None),
        ({"a": None, "b": 2, "c": ["x"], "d": 1, "f": {}}, None),
        ({"a": 1}, "'a' is not of type string or null"),
        ({"b": 3}, "'b' is none of [1, 2]"),
        ({"c": ["x", "y"]}, "'c'[1] is none of ['x']"),
        ({"d": True}, "'d' is not of type integer"),
        ({"e": 1}, "'e' may not be there"),
        ({"g": 1}, "'g' may not be there"),
    ],
)
def test_a_preset_follows_the_input_schema_but_may_leave_out(
    empty: Asking, config: dict[str, Any], wrong: str | None
) -> None:
    presets = [{"name": "a", "config": config}]
    reply = empty.create(create_request("AGENT", input_schema=SCHEMA, request_presets=presets))
    detail = f"'config.request_presets[0].config' must follow the input schema, but {wrong}."
    assert (reply.status, reply.json.get("detail")) == ((201, None) if wrong is None else (422, detail))


CHANGES: list[tuple[str, str | None, dict[str, Any], str]] = [
    ("LLM", "OPEN_AI", {}, "at least one field"),
    ("LLM", "OPEN_AI", {"scopings": [{"space_id": "U3BhY2U6MQ=="}]}, "'scopings' must name the organization too"),
    ("AGENT", None, {"config": {"input_schema": {"properties": {"question": False}}}}, "'question' may not be there"),
    ("LLM", "OPEN_AI", {"config": {"provider": "GEMINI"}}, "'config.provider' is OPEN_AI and cannot become GEMINI"),
    ("LLM", "OPEN_AI", {"config": {"base_url": "https://example.com"}}, "'config.base_url' does not apply"),
    ("LLM", "OPEN_AI", {"config": {"headers": {}}}, "'config.headers' does not apply"),
    ("LLM", "OPEN_AI", {"config": {"auth": OAUTH}}, "'config.auth' does not apply"),
    ("LLM", "VERTEX_AI", {"config": {"api_key": "k"}}, "'config.api_key' does not apply"),
    ("LLM", "AWS_BEDROCK", {"config": {"api_key": "k"}}, "'config.api_key' does not apply"),
    ("LLM", "AWS_BEDROCK", {"config": {"auth": OAUTH}}, "'config.auth.auth_type' cannot be"),
    ("LLM", "AWS_BEDROCK", {"config": {"auth": {"auth_type": "DEFAULT"}}}, "'config.auth.role_arn' must be there"),
    ("LLM", "AWS_BEDROCK", {"config": {"is_default_models_enabled": False}}, "'config.is_default_models_enabled'"),
    ("LLM", "CUSTOM", {"config": {"base_url": None}}, "'config.base_url' cannot be null"),
    ("LLM", "CUSTOM", {"config": {"model_names": []}}, "'config.is_default_models_enabled'"),
    ("LLM", "CUSTOM", {"config": {"api_key": "k", "auth": {"auth_type": "DEFAULT"}}}, "not come together"),
    ("LLM", "LITELLM", {"config": {"base_url": None}}, "'config.base_url' cannot be null"),
    ("LLM", "LITELLM", {"config": {"is_default_models_enabled": True}}, "does not apply"),
]


@pytest.mark.parametrize(
    ("kind", "provider", "changes", "message"), CHANGES, ids=[f"{b} {c}" for _, b, c, _ in CHANGES]
)
def test_an_update_that_breaks_a_rule_is_422_and_changes_nothing(
    empty: Asking, kind: str, provider: str | None, changes: dict[str, Any], message: str
) -> None:
    before = created(empty, kind, provider)
    reply = empty.update(before["id"], {"type": kind, **changes})
    assert (reply.status, message in reply.json["detail"]) == (422, True), reply.body
    assert empty.get(before["id"]).json == before


def test_the_type_cannot_change(empty: Asking) -> None:
    before = created(empty, "LLM", "OPEN_AI")
    reply = empty.update(before["id"], {"type": "AGENT", "name": "X"})
    assert (reply.status, "'type' is LLM and cannot become AGENT" in reply.json["detail"]) == (422, True)


def test_names_are_unique_among_llms_and_among_what_is_hosted(empty: Asking) -> None:
    llm, agent = create_request("LLM", "OPEN_AI"), create_request("AGENT")
    evaluator = create_request("EVALUATOR")
    statuses = [empty.create(body | {"name": "Same"}).status for body in (llm, agent, evaluator, llm, agent)]
    assert statuses == [201, 201, 409, 409, 409]
    other = empty.create(llm | {"name": "same"})
    assert other.status == 201
    renamed = empty.update(other.json["id"], {"type": "LLM", "name": "Same"})
    assert (renamed.status, "'Same'" in renamed.json["detail"]) == (409, True)
    assert empty.update(other.json["id"], {"type": "LLM", "name": "same"}).status == 200


def test_a_rule_is_about_what_is_written(server: StandInServer, account: Asking) -> None:
    """What was put into the account without a model can be renamed: nothing was taken from it."""
    create_request("LLM", "NVIDIA_NIM")
    bare = server.add("LLM", "NVIDIA_NIM", config={"is_default_models_enabled": False, "model_names": []})
    assert account.update(bare["id"], {"type": "LLM", "name": "New"}).status == 200
    assert account.update(bare["id"], {"type": "LLM", "config": {"model_names": []}}).status == 422
