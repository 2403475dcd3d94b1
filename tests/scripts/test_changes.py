"""Each change of a document is found once, in its class, and nothing else is."""

import copy
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.scripts import documents
from tests.scripts.comparing import CREATE, LIST, ONE, found, listing, properties, schemas, shown
from tests.scripts.documents import Document, ref, text


def _respell(document: Document) -> None:
    """Every provider's tag in another case, in the union and in the provider's own enum."""
    mapping = schemas(document)["LlmConfig"]["discriminator"]["mapping"]
    respelled = {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", tag).upper(): target for tag, target in mapping.items()}
    schemas(document)["LlmConfig"]["discriminator"]["mapping"] = respelled
    for tag, target in respelled.items():
        name = (target["$ref"] if isinstance(target, dict) else target).rsplit("/", 1)[-1]
        properties(document, name)["provider"]["enum"] = [tag]


def _rename_schema(document: Document, old: str, new: str) -> Document:
    reference = re.compile(rf'"(#/components/schemas/)?{old}"')
    renamed: Document = json.loads(reference.sub(rf'"\g<1>{new}"', json.dumps(document)))
    return renamed


def _rename_path_parameter(document: Document) -> None:
    document["paths"]["/v2/integrations/{id}"] = document["paths"].pop(ONE)
    document["components"]["parameters"]["IntegrationId"]["name"] = "id"


def _rename_operations(document: Document) -> None:
    for item in document["paths"].values():
        for operation in item.values():
            operation["operationId"] = "renamed_" + operation["operationId"]


SERVERS = ["`https://api.example.com`", "`https://api.{region}.example.com`", "`https://{host}`"]

EVOLUTIONS: dict[str, tuple[Callable[[Document], Any], list[str]]] = {
    "a removed response field": (
        lambda d: (
            properties(d, "IntegrationBase").pop("created_by_user_id"),
            schemas(d)["IntegrationBase"]["required"].remove("created_by_user_id"),
        ),
        ["BREAKS readers | field removed | IntegrationBase.created_by_user_id"],
    ),
    "a required response field becomes nullable": (
        lambda d: properties(d, "IntegrationBase")["name"].update(nullable=True),
        ["BREAKS readers | nullability changed | IntegrationBase.name: can now be null"],
    ),
    "a required response field becomes optional": (
        lambda d: schemas(d)["IntegrationBase"]["required"].remove("name"),
        ["BREAKS readers | requiredness changed | IntegrationBase.name: required → optional"],
    ),
    "a response field never null any more": (
        lambda d: properties(d, "SlackConfig")["channel"].pop("nullable"),
        ["adds | nullability changed | SlackConfig.channel: can no longer be null"],
    ),
    "new response fields": (
        lambda d: (properties(d, "IntegrationBase").update(note=text()), properties(d, "RoleAuth").update(arn=text())),
        ["adds | field added | IntegrationBase.note: optional", "adds | field added | RoleAuth.arn: optional"],
    ),
    "a renamed response field": (
        lambda d: properties(d, "SlackConfig").update(channelName=properties(d, "SlackConfig").pop("channel")),
        ["BREAKS readers | field probably renamed | SlackConfig.channel: now `channelName`"],
    ),
    "a response field of another type": (
        lambda d: properties(d, "IntegrationBase")["name"].update(type="integer"),
        ["BREAKS readers | type changed | IntegrationBase.name: string → integer"],
    ),
    "integers that become numbers": (
        lambda d: properties(d, "Problem").update(status={"type": "number"}),
        ["BREAKS readers | type changed | Problem.status: integer → number"],
    ),
    "a timestamp that becomes a text": (
        lambda d: properties(d, "IntegrationBase")["created_at"].pop("format"),
        ["BREAKS | format changed | IntegrationBase.created_at: date-time → none"],
    ),
    "a required request field": (
        lambda d: (
            properties(d, "IntegrationCreate").update(owner=text()),
            schemas(d)["IntegrationCreate"]["required"].append("owner"),
        ),
        ["BREAKS writers | field added | IntegrationCreate.owner: required"],
    ),
    "an optional request field": (
        lambda d: properties(d, "IntegrationCreate").update(owner=text()),
        ["adds | field added | IntegrationCreate.owner: optional"],
    ),
    "a request field that is required now": (
        lambda d: schemas(d)["IntegrationCreate"]["required"].append("api_key"),
        ["BREAKS writers | requiredness changed | IntegrationCreate.api_key: optional → required"],
    ),
    "a request field that is optional now": (
        lambda d: schemas(d)["IntegrationCreate"]["required"].remove("type"),
        ["adds | requiredness changed | IntegrationCreate.type: required → optional"],
    ),
    "a request field that may be null": (
        lambda d: properties(d, "IntegrationCreate")["name"].update(nullable=True),
        ["adds | nullability changed | IntegrationCreate.name: can now be null"],
    ),
    "a request field that may not be null": (
        lambda d: properties(d, "IntegrationCreate")["api_key"].pop("nullable"),
        ["BREAKS writers | nullability changed | IntegrationCreate.api_key: can no longer be null"],
    ),
    "a removed request field": (
        lambda d: properties(d, "IntegrationCreate").pop("api_key"),
        ["BREAKS writers | field removed | IntegrationCreate.api_key"],
    ),
    "a field in a schema that is sent and received": (
        lambda d: properties(d, "IntegrationScoping").pop("role"),
        ["BREAKS readers writers | field removed | IntegrationScoping.role"],
    ),
    "a limit on what is sent": (
        lambda d: properties(d, "IntegrationCreate")["name"].update(maxLength=10),
        ["BREAKS writers | limit changed | IntegrationCreate.name: maxLength: none → `10`"],
    ),
    "a limit on what is received": (
        lambda d: properties(d, "IntegrationBase")["name"].update(maxLength=10),
        ["says | limit changed | IntegrationBase.name: maxLength: none → `10`"],
    ),
    "a new enum value": (
        lambda d: schemas(d)["IntegrationType"]["enum"].append("webhook"),
        ["adds | enum value added | IntegrationType: `webhook`"],
    ),
    "a removed enum value": (
        lambda d: schemas(d)["IntegrationType"]["enum"].remove("agent"),
        ["BREAKS | enum value removed | IntegrationType: `agent`"],
    ),
    "a re-spelled enum value": (
        lambda d: schemas(d)["IntegrationType"].update(enum=["LLM", "alerting", "agents"]),
        [
            "BREAKS | enum value probably renamed | IntegrationType: `agent` → `agents`",
            "BREAKS | enum value probably renamed | IntegrationType: `llm` → `LLM`",
        ],
    ),
    "an enum that opens up": (
        lambda d: properties(d, "RoleAuth")["hint"].update(enum=["a"]),
        ["adds | enum changed | RoleAuth.hint: only `a`"],
    ),
    "re-spelled tags": (
        _respell,
        [
            line
            for tag in documents.PROVIDERS
            if (new := re.sub(r"(?<=[a-z])(?=[A-Z])", "_", tag).upper())
            for line in (
                f"BREAKS readers | union tag probably renamed | LlmConfig: `{tag}` → `{new}`",
                f"BREAKS | enum value probably renamed | {documents.class_name(tag)}.provider: `{tag}` → `{new}`",
            )
        ],
    ),
    "a removed union member": (
        lambda d: (
            schemas(d)["LlmConfig"]["oneOf"].pop(),
            schemas(d)["LlmConfig"]["discriminator"]["mapping"].popitem(),
        ),
        ["BREAKS readers | union member removed | LlmConfig: `custom` (CustomConfig)"],
    ),
    "a union member inside a provider": (
        lambda d: (
            schemas(d)["AwsAuth"]["oneOf"].append(ref("AccountAuth")),
            schemas(d)["AwsAuth"]["discriminator"]["mapping"].update(service_account=ref("AccountAuth")),
        ),
        ["adds | union member added | AwsAuth: `service_account` (AccountAuth)"],
    ),
    "an inline union's member": (
        lambda d: (
            properties(d, "VertexAiConfig")["auth"]["oneOf"].pop(),
            properties(d, "VertexAiConfig")["auth"]["discriminator"]["mapping"].popitem(),
        ),
        ["BREAKS readers | union member removed | VertexAiConfig.auth: `service_account` (AccountAuth)"],
    ),
    "a plain class becomes a union": (
        lambda d: properties(d, "AgentIntegration").update(config={"oneOf": [ref("AgentConfig"), ref("SlackConfig")]}),
        ["adds | union member added | AgentIntegration.config: `SlackConfig`"],
    ),
    "a union within a union": (
        lambda d: properties(d, "AlertingIntegration").update(
            config={"oneOf": [ref("AlertingConfig"), ref("AgentConfig")]}
        ),
        ["adds | union member added | AlertingIntegration.config: `AgentConfig`"],
    ),
    "another discriminator": (
        lambda d: schemas(d)["AwsAuth"]["discriminator"].update(propertyName="hint"),
        ["BREAKS readers | discriminator changed | AwsAuth: `method` → `hint`"],
    ),
    "a removed operation": (
        lambda d: d["paths"][ONE].pop("delete"),
        [f"BREAKS | operation removed | DELETE {ONE}"],
    ),
    "an operation elsewhere now": (
        lambda d: d["paths"].update({"/v2/integration-list": d["paths"].pop("/v2/integrations")}),
        [
            "BREAKS | operation probably renamed | GET /v2/integrations: now `GET /v2/integration-list`",
            "BREAKS | operation probably renamed | POST /v2/integrations: now `POST /v2/integration-list`",
        ],
    ),
    "other operationIds": (
        _rename_operations,
        [
            f"says | words changed | {where}: operationId"
            for where in (LIST, CREATE, f"GET {ONE}", f"DELETE {ONE}", f"PATCH {ONE}")
        ],
    ),
    "another name of the path parameter": (
        _rename_path_parameter,
        [
            f"says | parameter probably renamed | {method} /v2/integrations/{{id}} path integration_id: now `id`"
            for method in ("GET", "DELETE", "PATCH")
        ],
    ),
    "a new optional parameter": (
        lambda d: listing(d)["parameters"].append({"name": "space", "in": "query", "schema": text()}),
        [f"adds | parameter added | {LIST} query space: optional"],
    ),
    "a new required parameter": (
        lambda d: listing(d)["parameters"].append({"name": "space", "in": "query", "required": True, "schema": text()}),
        [f"BREAKS | parameter added | {LIST} query space: required"],
    ),
    "a parameter that is required now": (
        lambda d: listing(d)["parameters"][1].update(required=True),
        [f"BREAKS | requiredness changed | {LIST} query cursor: optional → required"],
    ),
    "a removed parameter": (
        lambda d: listing(d)["parameters"].pop(),
        [f"BREAKS | parameter removed | {LIST} query type"],
    ),
    "a renamed parameter": (
        lambda d: listing(d)["parameters"][1].update(name="cursors"),
        [f"BREAKS | parameter probably renamed | {LIST} query cursor: now `cursors`"],
    ),
    "another default": (
        lambda d: listing(d)["parameters"][0]["schema"].update(default=100),
        [f"BREAKS writers | default changed | {LIST} query limit: `50` → `100`"],
    ),
    "a new status code": (
        lambda d: listing(d)["responses"].update({"404": ref("NotFound", "responses")}),
        [f"adds | status code added | {LIST} 404"],
    ),
    "a removed error": (
        lambda d: listing(d)["responses"].pop("429"),
        [f"says | status code removed | {LIST} 429"],
    ),
    "another success": (
        lambda d: listing(d)["responses"].update({"206": listing(d)["responses"].pop("200")}),
        [f"BREAKS | status code removed | {LIST} 200", f"adds | status code added | {LIST} 206"],
    ),
    "a removed header": (
        lambda d: d["components"]["responses"]["RateLimited"].pop("headers"),
        [f"BREAKS | response header removed | {where} 429 Retry-After" for where in (LIST, f"GET {ONE}")],
    ),
    "a body that is required now": (
        lambda d: d["paths"][ONE]["patch"]["requestBody"].update(required=True),
        [f"BREAKS | requiredness changed | PATCH {ONE} request body: optional → required"],
    ),
    "another media type": (
        lambda d: d["components"]["responses"]["BadRequest"].update(
            content={
                "application/json": d["components"]["responses"]["BadRequest"]["content"]["application/problem+json"]
            }
        ),
        [
            f"BREAKS | media type removed | GET {ONE} 400: application/problem+json",
            f"adds | media type added | GET {ONE} 400: application/json",
        ],
    ),
    "a new region": (
        lambda d: d["servers"][1]["variables"]["region"]["enum"].append("us-1"),
        ["adds | enum value added | https://api.{region}.example.com variable region: `us-1`"],
    ),
    "another server first": (
        lambda d: d["servers"].insert(0, {"url": "https://api.example.com.evil.example"}),
        [
            "BREAKS | server changed | default: `https://api.example.com` → `https://api.example.com.evil.example`",
            "BREAKS | server changed | first: `https://api.example.com` → `https://api.example.com.evil.example`",
            "adds | server added | https://api.example.com.evil.example",
        ],
    ),
    "another order of servers": (
        lambda d: d["servers"].reverse(),
        [
            "BREAKS | server changed | first: `https://api.example.com` → `https://{host}`",
            f"BREAKS | server changed | order: {', '.join(SERVERS)} → {', '.join(reversed(SERVERS))}",
        ],
    ),
    "another host for the regions": (
        lambda d: d["servers"][1].update(url="https://{region}.evil.example"),
        [
            "BREAKS | server changed | region: `https://api.{region}.example.com` → `https://{region}.evil.example`",
            "BREAKS | server removed | https://api.{region}.example.com",
            "adds | server added | https://{region}.evil.example",
        ],
    ),
    "a removed server": (
        lambda d: d["servers"].pop(),
        ["BREAKS | server removed | https://{host}"],
    ),
    "another way to sign in": (
        lambda d: d["components"]["securitySchemes"]["bearerAuth"].update(scheme="basic"),
        [
            f"BREAKS | security changed | {where}: `http bearer` → `http basic`"
            for where in (LIST, CREATE, f"GET {ONE}", f"DELETE {ONE}", f"PATCH {ONE}")
        ],
    ),
    "words": (
        lambda d: (
            schemas(d)["Id"].update(description="Other."),
            properties(d, "IntegrationBase")["name"].update(description="Other.", example="x"),
            listing(d).update(summary="Other."),
            d["components"]["responses"]["NotFound"].update(description="Other."),
        ),
        [
            "says | words changed | Id: description",
            "says | words changed | IntegrationBase.name: description, example",
            f"says | words changed | {LIST}: summary",
            f"says | words changed | GET {ONE} 404: description",
            f"says | words changed | PATCH {ONE} 404: description",
            f"says | words changed | DELETE {ONE} 404: description",
        ],
    ),
    "a deprecation": (
        lambda d: listing(d).update(deprecated=True),
        [f"says | status changed | {LIST}: deprecated"],
    ),
    "something the report has no word for": (
        lambda d: d["components"]["securitySchemes"]["bearerAuth"].update(bearerFormat="key"),
        ["says | wording changed | #/components/securitySchemes/bearerAuth/bearerFormat"],
    ),
}


@pytest.mark.parametrize(("change", "expected"), EVOLUTIONS.values(), ids=EVOLUTIONS)
def test_each_change_is_named_once_in_its_class(change: Callable[[Document], Any], expected: list[str]) -> None:
    """A reviewer decides on the strength of this list: nothing may be missing, wrong or made up."""
    before = documents.grown()
    after = copy.deepcopy(before)
    change(after)
    assert sorted(map(shown, found(before, after))) == sorted(expected)


def test_a_renamed_schema_is_a_renamed_class() -> None:
    """And what is in it is compared as before."""
    before = documents.grown()
    after = _rename_schema(before, "AgentConfig", "AgentSettings")
    assert [shown(each) for each in found(before, after)] == [
        "BREAKS | schema probably renamed | AgentConfig: now `AgentSettings`"
    ]
