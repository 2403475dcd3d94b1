"""What the document says of a request that creates an integration: its types, providers, schemas and examples."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any, NamedTuple, TypeAlias

from arize_integrations.errors import ConfigurationError
from arize_integrations_api import contract

Schema: TypeAlias = dict[str, Any]

CREATE = "post_v2_integrations"
UPDATE = "patch_v2_integrations_item"


def integration_types() -> list[str]:
    """The types of integrations, in the document's order."""
    create = contract.OPERATIONS.get(CREATE)
    return _tags(create.body if create else None) or _tags(contract.Tagged("Integration"))


def has_list() -> bool:
    """Whether integrations can be looked for by name."""
    return "get_v2_integrations" in contract.OPERATIONS


def providers_of(type_: str) -> list[str]:
    """The values that distinguish the configurations of a type; none if it has only one."""
    union = variants(create_schema())
    request = union.members.get(type_, {}) if union else {}
    found = (variants(resolved(schema)) for schema in request.get("properties", {}).values())
    return next(([*inner.members] for inner in found if inner), list[str]())


def request_shape(operation: str) -> contract.Shape:
    """The shape of an operation's body.

    Raises:
        ConfigurationError: the vendored document has no such operation.
    """
    found = contract.OPERATIONS.get(operation)
    if found is None or found.body is None:
        raise ConfigurationError(f"The vendored document has no operation {operation} with a body.")
    return found.body


def request_examples() -> tuple[Any, ...]:
    """The bodies of create requests that the document shows."""
    from arize_integrations_api.examples import EXAMPLES

    return EXAMPLES[CREATE].requests if CREATE in EXAMPLES else ()


@cache
def schemas() -> dict[str, Schema]:
    """The schemas of the document, by name."""
    text = resources.files("arize_integrations_api").joinpath("schemas.json").read_text(encoding="utf-8")
    return json.loads(text)  # type: ignore[no-any-return]


def create_schema() -> Schema:
    """The schema of a create request.

    Raises:
        ConfigurationError: the vendored document has no such operation, or describes its body in no schema of its own.
    """
    shape = request_shape(CREATE)
    name = getattr(shape, "name", None)
    if name not in schemas():
        raise ConfigurationError("The vendored document has no schema for the body of a create request.")
    return resolved({"$ref": f"#/components/schemas/{name}"})


def resolved(schema: Schema) -> Schema:
    """A schema with its reference followed and its `allOf` joined."""
    if "$ref" in schema:
        return resolved(schemas()[schema["$ref"].rpartition("/")[2]])
    if "allOf" not in schema:
        return schema
    joined: Schema = {}
    for part in [*map(resolved, schema["allOf"]), {key: value for key, value in schema.items() if key != "allOf"}]:
        properties = joined.get("properties", {}) | part.get("properties", {})
        required = [*joined.get("required", []), *part.get("required", [])]
        joined |= part
        joined |= {"properties": properties} if properties else {}
        joined |= {"required": list(dict.fromkeys(required))} if required else {}
    return joined


class Variants(NamedTuple):
    """A union: the property that decides, and the schema that each of its values selects."""

    property: str
    members: dict[str, Schema]


def variants(schema: Schema) -> Variants | None:
    """The members of a discriminated union; None if the schema is none."""
    discriminator = schema.get("discriminator", {})
    mapping = discriminator.get("mapping")
    if not mapping:
        return None
    return Variants(discriminator["propertyName"], {tag: resolved({"$ref": ref}) for tag, ref in mapping.items()})


def _tags(shape: contract.Shape | None) -> list[str]:
    union = contract.UNIONS.get(shape.name) if isinstance(shape, contract.Tagged) else None
    return [str(tag) for tag in union.members] if union else []
