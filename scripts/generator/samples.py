"""A value that a schema describes, for documents that show no example."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scripts.document.slicing import resolve

JsonObject = Mapping[str, Any]

_DEPTH = 8
_FORMATS = {
    "date-time": "2026-01-02T03:04:05Z",
    "date": "2026-01-02",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "uri": "https://example.com",
    "email": "someone@example.com",
}
_HIDDEN = {"request": "readOnly", "answer": "writeOnly"}


def sample(schema: Any, document: JsonObject, *, asked: str, depth: int = _DEPTH) -> Any:
    """A value that the schema describes; `asked` is "request" or "answer", and decides which fields it may have.

    Below a depth only required fields are there, so that a schema that holds itself comes to an end.
    """
    if not isinstance(schema, Mapping) or depth < -_DEPTH:
        return {}
    schema = _merged(schema, document, frozenset())
    for key in ("const", "example", "default"):
        if schema.get(key) is not None:
            return schema[key]
    for key in ("examples", "enum"):
        if isinstance(schema.get(key), list) and schema[key]:
            return schema[key][0]
    options = [*(schema.get("oneOf") or ()), *(schema.get("anyOf") or ())]
    options = [option for option in options if not isinstance(option, Mapping) or option.get("type") != "null"]
    if options:
        return _member(schema, options[0], document, asked, depth)
    return _plain(schema, document, asked, depth)


def _merged(schema: JsonObject, document: JsonObject, seen: frozenset[str]) -> dict[str, Any]:
    """The schema with its reference followed and its `allOf` in one."""
    reference = schema.get("$ref")
    if isinstance(reference, str):
        if reference in seen:
            return {}
        target = resolve(document, {"$ref": reference})
        found = _merged(target, document, seen | {reference}) if isinstance(target, Mapping) else {}
        return found | {key: value for key, value in schema.items() if key != "$ref"}
    merged: dict[str, Any] = {}
    for part in [*(schema.get("allOf") or ()), {key: value for key, value in schema.items() if key != "allOf"}]:
        part = _merged(part, document, seen) if part.keys() & {"allOf", "$ref"} else part
        properties = {**merged.get("properties", {}), **part.get("properties", {})}
        required = [*merged.get("required", ()), *part.get("required", ())]
        merged = {**merged, **part}
        merged |= {"properties": properties} if properties else {}
        merged |= {"required": required} if required else {}
    return merged


def _member(schema: JsonObject, option: Any, document: JsonObject, asked: str, depth: int) -> Any:
    """A value of the first alternative, with the tag that selects it."""
    value = sample(option, document, asked=asked, depth=depth)
    discriminator = schema.get("discriminator")
    if isinstance(value, dict) and isinstance(discriminator, Mapping) and isinstance(option, Mapping):
        name = str(option.get("$ref", "")).rsplit("/", 1)[-1]
        mapping = discriminator.get("mapping") or {}
        tag = next((tag for tag, target in mapping.items() if str(target).rsplit("/", 1)[-1] == name), name)
        declared = _merged(option, document, frozenset()).get("properties", {}).get(discriminator["propertyName"])
        if not isinstance(declared, Mapping) or not declared.keys() & {"enum", "const"}:
            value[discriminator["propertyName"]] = tag
    return value


def _plain(schema: JsonObject, document: JsonObject, asked: str, depth: int) -> Any:
    kinds = schema.get("type", "object" if "properties" in schema else None)
    kind = next((each for each in kinds if each != "null"), "null") if isinstance(kinds, list) else kinds
    if kind == "object":
        return _object(schema, document, asked, depth)
    if kind == "array":
        items = schema.get("items", {})
        return [sample(items, document, asked=asked, depth=depth - 1)] if depth > 0 or schema.get("minItems") else []
    if kind in {"integer", "number"}:
        return max(1, int(schema.get("minimum", 1)))
    text = _FORMATS.get(schema.get("format", ""), "text")
    text = text.ljust(min(schema.get("minLength", 0), 1000), "x")[: schema.get("maxLength")]
    return {"boolean": True, "null": None, "string": text}.get(str(kind), {})


def _object(schema: JsonObject, document: JsonObject, asked: str, depth: int) -> dict[str, Any]:
    required = set(schema.get("required", ()))
    return {
        key: sample(prop, document, asked=asked, depth=depth - 1)
        for key, prop in schema.get("properties", {}).items()
        if (depth > 0 or key in required)
        and not (isinstance(prop, Mapping) and _merged(prop, document, frozenset()).get(_HIDDEN[asked]) is True)
    }
