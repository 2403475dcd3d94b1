"""One spelling for what OpenAPI 3.0 and 3.1 say in different ways.

A spelled schema has at most: `$ref`, `type` (never "null" among others), `nullable`, `enum` (a `const` is an enum of one
value), `format`, `properties`, `required`, `items`, `additionalProperties`, `allOf`, `oneOf` (also for `anyOf`),
`discriminator`, and what only describes. Limits are left out: no class is made of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from scripts.document.errors import DocumentError
from scripts.document.text import quoted
from scripts.generator import names

JsonObject = dict[str, Any]
Place = tuple[Any, ...]

WORDS = frozenset({"title", "description", "deprecated", "readOnly", "writeOnly"})
_KEPT = frozenset({"$ref", "type", "format", "required", "discriminator"}) | WORDS
_UNREADABLE = frozenset({"$dynamicRef", "$recursiveRef", "$id"})


def spelled(node: Any, place: Place, *, is_30: bool) -> JsonObject:
    """Return a schema in the one spelling, with all schemas inside it.

    Raises:
        DocumentError: it is none, or one that no value fits.
    """
    if node is True:
        return {}
    if node is False:
        raise DocumentError("is a schema that no value fits", place)
    if not isinstance(node, Mapping):
        raise DocumentError("must be a schema", place)
    for keyword in _UNREADABLE & node.keys():
        raise DocumentError(f"uses {keyword}, which is not supported", place)
    if "$ref" in node and is_30:
        # In 3.0 what stands next to a reference has no meaning, except the marks of our overlay.
        node = {key: value for key, value in node.items() if key == "$ref" or _describes(key)}
    found = {key: value for key, value in node.items() if key in _KEPT or key.startswith("x-")}
    _spell_values(node, found, place)
    _spell_object(node, found, place, is_30)
    _spell_array(node, found, place, is_30)
    _spell_parts(node, found, place, is_30)
    if "type" not in found and found.keys() & {"properties", "required", "additionalProperties"}:
        found["type"] = "object"
    return found


def _describes(key: str) -> bool:
    return key in WORDS or key.startswith("x-")


def structure(node: Any) -> Any:
    """What a spelled schema means without what only describes it; two schemas with equal structure are the same."""
    if not isinstance(node, dict):
        return node
    return {key: _structure_of(key, value) for key, value in node.items() if not _describes(key)}


def _structure_of(key: str, value: Any) -> Any:
    if key == "properties":
        return {name: structure(schema) for name, schema in value.items()}
    if key in {"items", "additionalProperties"}:
        return structure(value)
    if key in {"allOf", "oneOf"}:
        return [structure(part) for part in value]
    if key in {"enum", "required"}:
        return sorted(map(json.dumps, value))
    return value


def equal(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same: `true` is not 1, and 1.0 is."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)


def _spell_values(node: Mapping[str, Any], found: JsonObject, place: Place) -> None:
    types = node.get("type")
    if isinstance(types, list):
        rest = [kind for kind in types if kind != "null"]
        found["type"] = rest[0] if len(rest) == 1 else rest or "null"
    nullable = node.get("nullable") is True or (isinstance(types, list) and "null" in types and len(types) > 1)
    values = [node["const"]] if "const" in node else node.get("enum")
    if values is not None:
        values = list(_distinct(value for value in values if fits(value, types)))
        if not values:
            raise DocumentError("is an enum of which no value fits its type", place)
        if any(isinstance(value, (dict, list)) for value in values):
            raise DocumentError("is an enum that holds an object or a list", (*place, "enum"))
        nullable |= None in values and len(values) > 1
        found["enum"] = [value for value in values if value is not None]
        if not found["enum"]:
            del found["enum"]
            found["type"] = "null"
        elif {True, False} == {value for value in values if isinstance(value, bool)} and len(found["enum"]) == 2:
            del found["enum"]
            found["type"] = "boolean"
    if nullable:
        found["nullable"] = True


def _distinct(values: Iterator[Any]) -> Iterator[Any]:
    seen: list[Any] = []
    for value in values:
        if not any(equal(value, known) for known in seen):
            seen.append(value)
            yield value


_CLASSES: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "object": dict,
    "array": list,
    "null": type(None),
}


def fits(value: Any, types: Any) -> bool:
    """Whether a value of an enum is of the type next to it; null needs `nullable` in 3.0, which upstreams forget."""
    if types is None or value is None:
        return True
    kinds = [types] if isinstance(types, str) else types
    if isinstance(value, bool):
        return "boolean" in kinds
    return any(isinstance(value, _CLASSES[kind]) for kind in kinds if kind in _CLASSES)


def _spell_object(node: Mapping[str, Any], found: JsonObject, place: Place, is_30: bool) -> None:
    for name in node.get("properties", ()):
        names.check(name, (*place, "properties", name))
    if "properties" in node:
        found["properties"] = {
            name: spelled(schema, (*place, "properties", name), is_30=is_30)
            for name, schema in node["properties"].items()
        }
    extra = node.get("additionalProperties", node.get("unevaluatedProperties"))
    if "patternProperties" in node:
        extra = True
    if isinstance(extra, Mapping):
        extra = spelled(extra, (*place, "additionalProperties"), is_30=is_30)
    if extra is not None:
        found["additionalProperties"] = extra


def _spell_array(node: Mapping[str, Any], found: JsonObject, place: Place, is_30: bool) -> None:
    items = node.get("items")
    if "prefixItems" in node:
        first = [spelled(each, (*place, "prefixItems"), is_30=is_30) for each in node["prefixItems"]]
        rest = [] if items is False else [spelled(True if items is None else items, (*place, "items"), is_30=is_30)]
        found["items"] = {"oneOf": [*first, *rest]} if all(first) and all(rest) and first else {}
    elif items is not None:
        found["items"] = spelled(items, (*place, "items"), is_30=is_30)
    elif found.get("type") == "array":
        found["items"] = {}
    if "items" in found:
        found.setdefault("type", "array")


def _spell_parts(node: Mapping[str, Any], found: JsonObject, place: Place, is_30: bool) -> None:
    parts: dict[str, list[JsonObject]] = {
        keyword: [spelled(part, (*place, keyword, i), is_30=is_30) for i, part in enumerate(node.get(keyword) or ())]
        for keyword in ("allOf", "oneOf", "anyOf")
    }
    combined = parts["allOf"]
    for keyword in ("oneOf", "anyOf"):
        options = [option for option in parts[keyword] if option.get("type") != "null"]
        if len(options) < len(parts[keyword]):
            found["nullable"] = True
        if parts[keyword] and not options:
            combined = [*combined, {"type": "null"}]
            continue
        if any(option.keys() <= WORDS for option in options):
            # One alternative allows everything.
            continue
        if all(option.keys() <= {"type", "required"} | WORDS and "required" in option for option in options):
            # They only say which fields occur together.
            continue
        if len(options) == 1 and "discriminator" not in node:
            combined = [*combined, options[0]]
        elif "oneOf" in found:
            raise DocumentError("has both oneOf and anyOf, which no class can show", place)
        else:
            found["oneOf"] = options
    if combined:
        found["allOf"] = combined
    _check_discriminator(node, place)


def _check_discriminator(node: Mapping[str, Any], place: Place) -> None:
    discriminator = node.get("discriminator")
    if discriminator is None:
        return
    if not isinstance(discriminator, Mapping) or not isinstance(discriminator.get("propertyName"), str):
        raise DocumentError("has a discriminator without the name of a property", place)
    for tag, target in (discriminator.get("mapping") or {}).items():
        if not isinstance(target, str):
            raise DocumentError("must be the name of a schema", (*place, "discriminator", "mapping", tag))
        if not target:
            raise DocumentError(f"selects nothing for {quoted(tag)}", (*place, "discriminator", "mapping", tag))
