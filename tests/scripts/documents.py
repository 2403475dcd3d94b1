"""OpenAPI documents of our own making: a small API like the real one, and what may become of it.

They stand for documents that upstream has not published yet; nothing here is copied from, or
depends on, the document that happens to be vendored today.
"""

import copy
from typing import Any

import yaml

Document = dict[str, Any]

PROVIDERS = [
    "openAI",
    "azureOpenAI",
    "awsBedrock",
    "vertexAI",
    "anthropic",
    "gemini",
    "mistral",
    "cohere",
    "nvidiaNim",
    "custom",
]


def ref(name: str, section: str = "schemas") -> Document:
    return {"$ref": f"#/components/{section}/{name}"}


def class_name(tag: str) -> str:
    return tag[0].upper() + tag[1:].replace("AI", "Ai") + "Config"


def text(**more: Any) -> Document:
    return {"type": "string", **more}


def fields(required: list[str], **properties: Any) -> Document:
    listed = {"required": required} if required else {}
    return {"type": "object", **listed, "properties": properties}


def heir(base: str, required: list[str], **properties: Any) -> Document:
    return {"allOf": [ref(base), fields(required, **properties)]}


def union(tag: str, members: dict[str, str], *, broken: bool = False) -> Document:
    targets = {value: ref(name) for value, name in members.items()}
    mapping = {value: target if broken else target["$ref"] for value, target in targets.items()}
    return {
        "oneOf": list(targets.values()),
        "discriminator": {"propertyName": tag, "mapping": mapping},
    }


def problem(title: str, status: int) -> Document:
    return {
        "description": title,
        "content": {
            "application/problem+json": {
                "schema": ref("Problem"),
                "example": {"title": title, "status": status},
            }
        },
    }


CONFIG: Document = {
    "provider": "openAI",
    "has_api_key": True,
    "is_default_models_enabled": True,
    "is_function_calling_enabled": True,
}
EXAMPLE: Document = {
    "id": "SW50ZWdyYXRpb246MQ==",
    "type": "llm",
    "name": "Mine",
    "scopings": [{"space_id": None}],
    "created_at": "2026-01-02T03:04:05.678Z",
    "updated_at": "2026-01-02T03:04:05.678Z",
    "created_by_user_id": "VXNlcjox",
    "config": CONFIG,
}


def get_operation() -> Document:
    return {
        "tags": ["Integrations"],
        "operationId": "integrations_get",
        "summary": "Get an integration",
        "parameters": [ref("IntegrationId", "parameters")],
        "responses": {
            "200": ref("Integration", "responses"),
            "400": ref("BadRequest", "responses"),
            "401": ref("Unauthorized", "responses"),
            "404": ref("NotFound", "responses"),
            "429": ref("RateLimited", "responses"),
        },
    }


def first() -> Document:
    """One operation, one type, one provider, and upstream's fault in each mapping."""
    limited = problem("Rate limit exceeded", 429)
    limited["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "example": 7}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "A REST API", "version": "2.0.0", "description": "All of it."},
        "servers": [
            {"url": "https://api.example.com", "description": "Global"},
            {
                "url": "https://api.{region}.example.com",
                "variables": {"region": {"default": "eu-1", "enum": ["eu-1", "ca-1"]}},
            },
            {"url": "https://{host}", "variables": {"host": {"default": "api.example.com"}}},
        ],
        "security": [{"bearerAuth": []}],
        "tags": [{"name": "Integrations", "description": "Access to outside services."}],
        "paths": {"/v2/integrations/{integration_id}": {"get": get_operation()}},
        "components": {
            "parameters": {
                "IntegrationId": {
                    "name": "integration_id",
                    "in": "path",
                    "required": True,
                    "schema": ref("Id"),
                }
            },
            "responses": {
                "Integration": {
                    "description": "An integration.",
                    "content": {"application/json": {"schema": ref("Integration"), "example": EXAMPLE}},
                },
                "BadRequest": problem("Invalid request", 400),
                "Unauthorized": problem("Authentication required", 401),
                "NotFound": problem("Not found", 404),
                "RateLimited": limited,
            },
            "schemas": first_schemas(),
            "securitySchemes": {"bearerAuth": {"type": "http", "scheme": "bearer"}},
        },
    }


def first_schemas() -> Document:
    return {
        "Id": text(description="An opaque identifier."),
        "Problem": {
            **fields(["title", "status"], title=text(), status={"type": "integer"}, detail=text()),
            "additionalProperties": False,
        },
        "IntegrationType": text(enum=["llm"], description="Selects the shape of config."),
        "IntegrationScoping": fields([], space_id=text(nullable=True), role=text()),
        "IntegrationBase": fields(
            ["id", "type", "name", "scopings", "created_at", "updated_at", "created_by_user_id"],
            id=text(description="The ID."),
            type=ref("IntegrationType"),
            name=text(description="Unique per account."),
            scopings={"type": "array", "items": ref("IntegrationScoping")},
            created_at=text(format="date-time"),
            updated_at=text(format="date-time"),
            created_by_user_id=text(),
        ),
        "Integration": union("type", {"llm": "LlmIntegration"}, broken=True),
        "LlmIntegration": heir("IntegrationBase", ["type", "config"], type=text(enum=["llm"]), config=ref("LlmConfig")),
        "LlmConfig": union("provider", {"openAI": "OpenAiConfig"}, broken=True),
        "LlmConfigBase": fields(
            ["is_default_models_enabled", "is_function_calling_enabled"],
            is_default_models_enabled={"type": "boolean"},
            is_function_calling_enabled={"type": "boolean"},
        ),
        "OpenAiConfig": heir(
            "LlmConfigBase",
            ["provider", "has_api_key"],
            provider=text(enum=["openAI"]),
            has_api_key={"type": "boolean"},
        ),
    }


def grown(*, explicit: bool = True) -> Document:
    """Five operations, three types, ten providers, and unions inside the providers' configs.

    `explicit`: whether the inner unions name their discriminator.
    """
    document = copy.deepcopy(first())
    schemas = document["components"]["schemas"]
    _grow_types(schemas)
    _grow_providers(schemas, explicit=explicit)
    _grow_operations(document)
    return document


def _grow_types(schemas: Document) -> None:
    schemas["IntegrationType"]["enum"] += ["alerting", "agent"]
    schemas["Integration"] = union("type", {"llm": "LlmIntegration", "alerting": "AlertingIntegration"})
    # Some values right, some in upstream's broken form.
    schemas["Integration"]["oneOf"].append(ref("AgentIntegration"))
    schemas["Integration"]["discriminator"]["mapping"]["agent"] = ref("AgentIntegration")
    for kind in ("alerting", "agent"):
        schemas[f"{kind.title()}Integration"] = heir(
            "IntegrationBase",
            ["type", "config"],
            type=text(enum=[kind]),
            config=ref(f"{kind.title()}Config"),
        )
    schemas["AgentConfig"] = fields(["url"], url=text(format="uri"), headers={"type": "object"})
    schemas["AlertingConfig"] = union("provider", {"slack": "SlackConfig"}, broken=True)
    schemas["SlackConfig"] = fields(["provider"], provider=text(enum=["slack"]), channel=text(nullable=True))


def _grow_providers(schemas: Document, *, explicit: bool) -> None:
    schemas["LlmConfig"] = union("provider", {provider: class_name(provider) for provider in PROVIDERS}, broken=True)
    for provider in PROVIDERS:
        schemas[class_name(provider)] = heir(
            "LlmConfigBase",
            ["provider", "has_api_key"],
            provider=text(enum=[provider]),
            has_api_key={"type": "boolean"},
        )
    for name, kind in (("Key", "api_key"), ("Role", "iam_role"), ("Account", "service_account")):
        schemas[f"{name}Auth"] = fields(["method"], method=text(enum=[kind]), hint=text())
    members = {"api_key": "KeyAuth", "iam_role": "RoleAuth"}
    named = union("method", members, broken=True)
    inline = union("method", {**members, "service_account": "AccountAuth"})
    for one in (named, inline):
        if not explicit:
            del one["discriminator"]
    schemas["AwsAuth"] = named
    schemas["AwsBedrockConfig"]["allOf"][1]["properties"]["auth"] = ref("AwsAuth")
    schemas["VertexAiConfig"]["allOf"][1]["properties"]["auth"] = inline


def _grow_operations(document: Document) -> None:
    schemas = document["components"]["schemas"]
    item = document["paths"]["/v2/integrations/{integration_id}"]
    document["paths"]["/v2/integrations"] = {
        "get": {
            "tags": ["Integrations"],
            "operationId": "integrations_list",
            "parameters": [
                {"name": "limit", "in": "query", "schema": {"type": "integer", "default": 50}},
                {"name": "cursor", "in": "query", "schema": text()},
                {"name": "type", "in": "query", "schema": ref("IntegrationType")},
            ],
            "responses": {
                "200": {
                    "description": "A page.",
                    "content": {"application/json": {"schema": ref("IntegrationPage")}},
                },
                "429": ref("RateLimited", "responses"),
            },
        },
        "post": {
            "tags": ["Integrations"],
            "operationId": "integrations_create",
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": ref("IntegrationCreate")}},
            },
            "responses": {"201": ref("Integration", "responses")},
        },
    }
    item["patch"] = {
        "tags": ["Integrations"],
        "operationId": "integrations_update",
        "parameters": [ref("IntegrationId", "parameters")],
        "requestBody": {
            "content": {"application/json": {"schema": ref("IntegrationUpdate")}},
        },
        "responses": {
            "200": ref("Integration", "responses"),
            "404": ref("NotFound", "responses"),
        },
    }
    item["delete"] = {
        "tags": ["Integrations"],
        "operationId": "integrations_delete",
        "parameters": [ref("IntegrationId", "parameters")],
        "responses": {"204": {"description": "Gone."}, "404": ref("NotFound", "responses")},
    }
    schemas["IntegrationPage"] = fields(
        ["data", "pagination"],
        data={"type": "array", "items": ref("Integration")},
        pagination=fields(["has_more"], has_more={"type": "boolean"}, next_cursor=text()),
    )
    schemas["IntegrationCreate"] = fields(
        ["name", "type"], name=text(), type=ref("IntegrationType"), api_key=text(nullable=True)
    )
    schemas["IntegrationUpdate"] = fields(
        [], name=text(), scopings={"type": "array", "items": ref("IntegrationScoping")}
    )


def as_31(document: Document) -> Document:
    """The same API in the words of OpenAPI 3.1."""

    def reworded(node: Any) -> Any:
        if isinstance(node, list):
            return [reworded(item) for item in node]
        if not isinstance(node, dict):
            return node
        node = {key: reworded(value) for key, value in node.items()}
        if node.pop("nullable", None) is True:
            node["type"] = [node["type"], "null"]
        return node

    return {**reworded(document), "openapi": "3.1.0"}


def wrapped(document: Document, operations: int = 63) -> Document:
    """The document as a part of a much larger one, with which it shares components."""
    large = copy.deepcopy(document)
    schemas = large["components"]["schemas"]
    large["tags"] = [{"name": "AI Integrations"}, *large["tags"], {"name": "Spaces"}]
    large["info"] |= {"version": "9.9.9", "description": "Very much more."}
    for number in range(operations):
        name = f"Thing{number}"
        schemas[name] = fields(
            ["id"], id=ref("Id"), scoping=ref("IntegrationScoping"), next=ref(f"Thing{(number + 1) % operations}")
        )
        item = large["paths"].setdefault(f"/v2/things{number % 20}/{{thing_id}}", {})
        method = ("get", "put", "post", "delete")[number // 20]
        item[method] = {
            "tags": ["AI Integrations" if number % 2 else "Spaces"],
            "operationId": f"thing_{number}",
            "parameters": [{"name": "thing_id", "in": "path", "required": True, "schema": ref("Id")}],
            "responses": {
                "200": {
                    "description": "A thing.",
                    "content": {"application/json": {"schema": ref(name)}},
                },
                "404": ref("NotFound", "responses"),
            },
        }
    large["components"]["securitySchemes"]["basic"] = {"type": "http", "scheme": "basic"}
    return large


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def yaml_of(document: Document) -> str:
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True)


def page_of(document: Document, info: str = "yaml https://api.example.com/v2/spec.yaml get /x") -> str:
    """A documentation page around the document, as upstream publishes one."""
    return (
        "> Index: https://docs.example.com/llms.txt\n\n# Get an integration\n\n"
        '```json\n{"an": "example"}\n```\n\n## OpenAPI\n\n'
        f"````{info}\n{yaml_of(document)}\n````\n"
    )
