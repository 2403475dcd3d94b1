"""What the server demands beyond its schemas: what breaks such a rule is a 422.

The document cannot say these in a schema. They are the vendor's words, in the docstrings of its Python client (arize
8.61.0: `IntegrationsApi` and the request models) and on https://arize.com/docs/ax/rest-reference/errors, read in
November 2026. No server was asked. For a type or provider that has no entry, only the document decides.
"""

from __future__ import annotations

import ipaddress
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from arize_integrations.testing._json_schema import violation
from arize_integrations.testing._problems import RefusedError
from arize_integrations.testing._values import JsonObject, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator

LISTED_WITHOUT_TYPE = {"LLM", "AGENT"}
"""Types that a list without `type` shows. Of a type that the document does not know, it shows all."""

NAME_POOLS = {"AGENT": "remote endpoint", "EVALUATOR": "remote endpoint"}
"""Types that share one pool of names; any other has its own."""

DEFAULTS: JsonObject = {"is_function_calling_enabled": True, "created_by_user_id": "VXNlcjoxOnN0YW5kLWlu"}
"""What is not false, empty or null if left out."""

SERVER_SET = {"id", "created_at", "updated_at", "created_by_user_id"}
"""Fields that no request can set."""

NEEDS_A_MODEL = {"AWS_BEDROCK", "CUSTOM", "NVIDIA_NIM"}
"""Providers that must keep the default catalogue on, or name a model."""

KEY_OR_AUTH = {"CUSTOM"}
"""Providers that take `api_key` as short for an `auth` block of type DEFAULT, and never both."""

PUBLIC_URLS = {"AGENT": ("endpoint",), "EVALUATOR": ("endpoint",), "CUSTOM": ("base_url", "auth.token_url")}
"""Fields, by type or provider, that must be HTTPS URLs of public addresses."""

HEADER_BYTES = 8_175
URL_CHARACTERS = 2_048
SCHEMA_BYTES = 64 * 1024
SEARCH_CHARACTERS = 255
PRESET_NAME = range(1, 256)
PRESET_DESCRIPTION = range(1_025)


def check_request(kind: str, provider: str | None, request: JsonObject) -> None:
    """Hold a well-formed request against the rules for what it says by itself.

    Raises:
        RefusedError: 422, with the field and the rule.
    """
    config: JsonObject = request.get("config", {})
    for rule in request.get("scopings") or ():
        _demand(not rule.get("space_id") or bool(rule.get("organization_id")), "scopings", "name the organization too")
    for owner in (kind, provider):
        for path in PUBLIC_URLS.get(owner or "", ()):
            for url in _at(config, path):
                _demand(_is_public(url), f"config.{path}", "be an HTTPS URL of a public address")
    for endpoint in _at(config, "endpoint"):
        _demand(len(endpoint) <= URL_CHARACTERS, "config.endpoint", f"have at most {URL_CHARACTERS} characters")
    if provider in KEY_OR_AUTH:
        _demand(not {"api_key", "auth"} <= config.keys(), "config.api_key", "not come together with 'config.auth'")
    for path in ("headers", "auth.headers") if provider else ():
        for headers in _at(config, path):
            size = len(json.dumps(headers, ensure_ascii=False).encode())
            _demand(size <= HEADER_BYTES, f"config.{path}", f"take at most {HEADER_BYTES} bytes")
    for client_id in _at(config, "auth.client_id"):
        _demand(":" not in client_id, "config.auth.client_id", "hold no colon")
    if kind == "EVALUATOR":
        _check_evaluator_schema(config)


def check_result(config: JsonObject, written: set[str]) -> None:
    """Hold what would be stored against the rules, as far as they are about the fields that were written.

    Raises:
        RefusedError: 422, with the field and the rule.
    """
    if config.get("provider") in NEEDS_A_MODEL and written & {"is_default_models_enabled", "model_names"}:
        _demand(
            bool(config.get("is_default_models_enabled") or config.get("model_names")),
            "config.is_default_models_enabled",
            "be true, or 'config.model_names' name a model",
        )
    if written & {"request_presets", "input_schema"}:
        _check_presets(config.get("request_presets") or [], config.get("input_schema"))


def name_pool(kind: Any) -> Any:
    """The name of the pool in which a type's names must differ."""
    return NAME_POOLS.get(kind, kind) if isinstance(kind, str) else None


def unfolded(provider: str | None, config: JsonObject, before: JsonObject) -> JsonObject:
    """The config with what a short form stands for: both `api_key` and `auth`, of which a read shows both."""
    if provider not in KEY_OR_AUTH:
        return config
    if "auth" in config:
        return config | {"api_key": config["auth"].get("api_key")}
    stored: JsonObject = before.get("auth") or {"auth_type": "DEFAULT"}
    if "api_key" not in config or (config["api_key"] is None and stored.get("auth_type") != "DEFAULT"):
        return config
    key = {"api_key": config["api_key"]} if config["api_key"] is not None else {}
    return config | {"auth": {"auth_type": "DEFAULT", **key}}


def _at(config: JsonObject, path: str) -> Iterator[Any]:
    """The value at a path, if there is one that is not null."""
    value: Any = config
    for key in path.split("."):
        value = value.get(key) if is_object(value) else None
    if value is not None:
        yield value


def _is_public(url: str) -> bool:
    """HTTPS, and no address of this machine or a private network; names are not resolved."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    try:
        public = ipaddress.ip_address(host).is_global
    except ValueError:
        public = bool(host) and host != "localhost" and not host.endswith((".localhost", ".local", ".internal"))
    return url.startswith("https://") and public


def _check_evaluator_schema(config: JsonObject) -> None:
    for schema in _at(config, "input_schema"):
        _demand(schema.get("type") == "object", "config.input_schema", "declare `type: object`")
        reserved = "arize_metadata" in schema.get("properties", {})
        _demand(not reserved, "config.input_schema", "not define 'arize_metadata', which is reserved")
        size = len(json.dumps(schema, ensure_ascii=False).encode())
        _demand(size <= SCHEMA_BYTES, "config.input_schema", f"take at most {SCHEMA_BYTES} bytes")


def _check_presets(presets: list[JsonObject], schema: Any) -> None:
    names = [preset.get("name") for preset in presets]
    _demand(len(set(names)) == len(names), "config.request_presets", "have no name twice")
    for number, preset in enumerate(presets):
        at = f"config.request_presets[{number}]"
        _demand(len(preset["name"]) in PRESET_NAME, f"{at}.name", "have 1 to 255 characters")
        _demand(
            len(preset.get("description") or "") in PRESET_DESCRIPTION,
            f"{at}.description",
            "have up to 1024 characters",
        )
        wrong = violation(schema, preset.get("config"))
        _demand(wrong is None, f"{at}.config", f"follow the input schema, but {wrong}")


def _demand(holds: bool, at: str, rule: str) -> None:
    if not holds:
        raise RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, f"'{at}' must {rule}.")
