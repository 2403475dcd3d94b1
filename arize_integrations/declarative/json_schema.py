"""A JSON Schema of the file, for editors: what the document says of create requests, in draft-07."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from arize_integrations.declarative.document import CREATE, Schema, request_shape, schemas, variants
from arize_integrations.declarative.tables import is_list, is_object

_KEPT = (
    "type description enum const default required minimum maximum minLength minItems maxItems uniqueItems "
    "additionalProperties"
).split()
"""What means the same in both, and holds for strings with a variable in them too (`pattern` and `format` do not)."""


def file_schema() -> Schema:
    """The schema.

    Raises:
        ConfigurationError: the vendored document has no operation that creates integrations.
    """
    root = getattr(request_shape(CREATE), "name", "")
    integration = {"$ref": f"#/definitions/{root}"}
    listed = {"type": "array", "items": integration}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Integrations of Arize AX",
        "if": {"type": "array"},
        "then": listed,
        "else": {
            "type": "object",
            "required": ["integrations"],
            "properties": {"$schema": {"type": "string"}, "integrations": listed},
            "patternProperties": {"^x-": {}},
            "additionalProperties": False,
        },
        "definitions": {name: _converted(schemas()[name]) for name in sorted(_reachable(root))},
    }


def _reachable(root: str) -> set[str]:
    """The names of a schema and of all that it refers to."""
    found: set[str] = set()
    waiting = [root]
    while waiting:
        name = waiting.pop()
        if name not in found and name in schemas():
            found.add(name)
            waiting += _references(schemas()[name])
    return found


def _references(value: object) -> Iterator[str]:
    if is_object(value):
        for key, member in value.items():
            if key == "$ref":
                yield str(member).rpartition("/")[2]
            elif key == "mapping":
                yield from (str(ref).rpartition("/")[2] for ref in member.values())
            else:
                yield from _references(member)
    elif is_list(value):
        for member in value:
            yield from _references(member)


def _converted(schema: object) -> Any:
    """A schema of OpenAPI 3.0 or 3.1 in draft-07."""
    if not is_object(schema):
        return schema
    if "$ref" in schema:
        return {"$ref": f"#/definitions/{schema['$ref'].rpartition('/')[2]}"}
    if union := variants(schema):
        return _by_tag(schema, union.property)
    converted: Schema = {key: schema[key] for key in _KEPT if key in schema}
    for key in ("properties", "patternProperties"):
        if key in schema:
            converted[key] = {name: _converted(member) for name, member in schema[key].items()}
    for key in ("items", "additionalProperties", "not"):
        if key in schema:
            converted[key] = _converted(schema[key])
    for key in ("allOf", "anyOf", "oneOf"):
        if key in schema:
            converted[key] = [_converted(member) for member in schema[key]]
    return _nullable(converted) if schema.get("nullable") else converted


def _nullable(schema: Schema) -> Schema:
    if "enum" in schema:
        schema["enum"] = [*schema["enum"], None]
    if isinstance(schema.get("type"), str):
        return schema | {"type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def _by_tag(schema: Schema, tag: str) -> Schema:
    """A union whose errors are those of the one member that the tag selects."""
    mapping = schema["discriminator"]["mapping"]
    return {
        "type": "object",
        "description": schema.get("description", ""),
        "required": [tag],
        "properties": {tag: {"enum": [*mapping]}},
        "allOf": [
            {
                "if": {"properties": {tag: {"const": value}}, "required": [tag]},
                "then": {"$ref": f"#/definitions/{ref.rpartition('/')[2]}"},
            }
            for value, ref in mapping.items()
        ],
    }
