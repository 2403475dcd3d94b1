"""Prepares the corrected document for the generator, which knows nothing of discriminators.

Every discriminated union, wherever it stands, becomes a component of its own; the generator is shown an empty object in
its place, so that each property that refers to it refers to one name. What told the members apart is kept as a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from attrs import field, frozen
from openapi_python_client import strings

from scripts.document.slicing import operations_of, resolve
from scripts.document.usable import operation_name

JsonObject = dict[str, Any]

_SCHEMAS = "#/components/schemas/"


@frozen
class Union:
    """A discriminated union: the property that tells its members apart, and the schema that each tag selects."""

    name: str
    property: str
    mapping: dict[str, str]
    description: str = ""


@frozen
class Prepared:
    """The document the generator reads, and the unions that were taken out of it."""

    document: JsonObject
    unions: list[Union] = field(factory=list)


def prepare(corrected: Mapping[str, Any]) -> Prepared:
    """Take the unions out of a valid document, and settle what the generator would otherwise lose or refuse.

    Titles go (they would rename classes), and so does `additionalProperties: false` (a newer server sends more than the document says), enum values whose Python
    names would collide get distinct ones, and operations are named after their method and path.
    """
    document = deepcopy(dict(corrected))
    schemas: JsonObject = document.setdefault("components", {}).setdefault("schemas", {})
    _name_operations(document)
    _hoist_results(document, schemas)
    _split_polymorphic_bases(document, schemas)
    _hoist_inline_members(document, schemas)
    _hoist_inline_unions(document, schemas)
    unions = [union for name in sorted(schemas) if (union := _union(name, schemas[name], schemas))]
    for union in unions:
        schemas[union.name] = {"type": "object", "description": union.description}
    _hoist_nullable_enums(document, schemas)
    for node, trail in _walk(document, ()):
        _drop_title(node, trail)
        _open_object(node)
        _name_enum_values(node)
    return Prepared(document, unions)


def _name_operations(document: JsonObject) -> None:
    for path, method, operation in operations_of(document):
        operation["operationId"] = operation_name(method, path)


def _hoist_results(document: JsonObject, schemas: JsonObject) -> None:
    """Give every object that an operation answers with a component of its own, so that it has a name."""
    for path, method, operation in operations_of(document):
        for answer in operation.get("responses", {}).values():
            for media in resolve(document, answer).get("content", {}).values():
                schema = media.get("schema", {})
                if len(schema.get("allOf", [])) == 1 and "$ref" in schema["allOf"][0] and "properties" not in schema:
                    media["schema"] = schema["allOf"][0]
                elif "$ref" not in schema and schema.keys() & {"properties", "allOf", "oneOf", "anyOf"}:
                    name = _fresh_name((operation_name(method, path), "Result"), schemas)
                    schemas[name] = schema
                    media["schema"] = {"$ref": _SCHEMAS + name}


def _walk(node: Any, trail: tuple[str, ...]) -> Iterator[tuple[JsonObject, tuple[str, ...]]]:
    """Every object of the document, innermost first, with the keys that lead to it; examples are data, not schemas."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in {"example", "examples", "default", "enum", "mapping"} or "properties" in trail[-1:]:
                yield from _walk(value, (*trail, str(key)))
        yield node, trail
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _walk(value, (*trail, str(index)))


def _split_polymorphic_bases(document: JsonObject, schemas: JsonObject) -> None:
    """Turn a base schema with a discriminator and heirs (`allOf`) into a plain base and a union of the heirs."""
    for name, schema in list(schemas.items()):
        reference = _SCHEMAS + name
        heirs = [heir for heir, data in schemas.items() if {"$ref": reference} in data.get("allOf", [])]
        if "discriminator" not in schema or _parts(schema) or not heirs:
            continue
        base = _fresh_name((f"{name}Fields",), schemas)
        for heir in heirs:
            schemas[heir]["allOf"] = [
                {"$ref": _SCHEMAS + base} if part == {"$ref": reference} else part for part in schemas[heir]["allOf"]
            ]
        schemas[base] = {key: value for key, value in schema.items() if key != "discriminator"}
        schemas[name] = {
            "oneOf": [{"$ref": _SCHEMAS + heir} for heir in heirs],
            "discriminator": schema["discriminator"],
            "description": schema.get("description", ""),
        }


def _hoist_inline_members(document: JsonObject, schemas: JsonObject) -> None:
    """Give every object that is written out inside a union a component of its own."""
    for node, trail in list(_walk(document, ())):
        parts = _parts(node)
        if len(parts) < 2 and "discriminator" not in node:
            continue
        for index, part in enumerate(parts):
            if "properties" not in part and "allOf" not in part:
                continue
            name = _fresh_name((*trail, str(part.get("title") or f"Option {index + 1}")), schemas)
            schemas[name] = dict(part)
            part.clear()
            part["$ref"] = _SCHEMAS + name


def _hoist_inline_unions(document: JsonObject, schemas: JsonObject) -> None:
    """Give every union that stands inside another schema, parameter or answer a component of its own."""
    for node, trail in list(_walk(document, ())):
        if trail[:2] == ("components", "schemas") and len(trail) == 3:
            continue
        members = _members(node)
        if not members or not _tags(node, members, schemas):
            continue
        name = _fresh_name(trail, schemas)
        union: JsonObject = {
            key: node.pop(key) for key in ("oneOf", "anyOf", "discriminator", "description", "title") if key in node
        }
        nullable = _is_nullable(union) or node.get("nullable") is True
        node.clear()
        schemas[name] = union
        reference = {"$ref": _SCHEMAS + name}
        node.update({"oneOf": [reference], "nullable": True} if nullable else reference)


def _hoist_nullable_enums(document: JsonObject, schemas: JsonObject) -> None:
    """Give the values of an enum that may be null a component of their own; the generator would make several classes."""
    for node, trail in list(_walk(document, ())):
        values = node.get("enum")
        if not isinstance(values, list) or not any(value is not None for value in values):
            continue
        if None not in values and node.get("nullable") is not True:
            continue
        enum = {key: value for key, value in node.items() if key != "nullable"}
        enum["enum"] = [value for value in values if value is not None]
        enum["type"] = next((kind for kind in _types(node) if kind != "null"), "string")
        name = _fresh_name(
            (*trail, "Value") if trail[:2] == ("components", "schemas") and len(trail) == 3 else trail, schemas
        )
        schemas[name] = enum
        node.clear()
        node.update({"oneOf": [{"$ref": _SCHEMAS + name}], "nullable": True})


def _types(schema: Mapping[str, Any]) -> list[str]:
    declared = schema.get("type", [])
    return declared if isinstance(declared, list) else [declared]


def _fresh_name(trail: tuple[str, ...], schemas: Mapping[str, Any]) -> str:
    noise = {
        "components",
        "schemas",
        "paths",
        "properties",
        "allOf",
        "oneOf",
        "anyOf",
        "content",
        "schema",
        "responses",
    }
    words = [
        operation_name("", part) if part.startswith("/") else part
        for part in trail
        if part not in noise and not part.isdigit() and not part.startswith("application/")
    ]
    name = "".join(strings.pascal_case(word) for word in words) or "Union"
    candidates = (name if n == 1 else f"{name}{n}" for n in range(1, len(schemas) + 2))
    taken = {str(strings.ClassName(schema, "")) for schema in schemas}
    return next(candidate for candidate in candidates if str(strings.ClassName(candidate, "")) not in taken)


def _is_nullable(schema: Mapping[str, Any]) -> bool:
    return schema.get("nullable") is True or any(_is_null(part) for part in _parts(schema))


def _parts(schema: Mapping[str, Any]) -> list[JsonObject]:
    return [*schema.get("oneOf", []), *schema.get("anyOf", [])]


def _is_null(schema: Mapping[str, Any]) -> bool:
    return schema.get("type") == "null" or schema.get("enum") == [None]


def _members(schema: Mapping[str, Any]) -> list[str]:
    """The names of the schemas a union joins; empty when it is none, or joins something that has no name."""
    parts = [part for part in _parts(schema) if not _is_null(part)]
    names = [part["$ref"].removeprefix(_SCHEMAS) for part in parts if str(part.get("$ref", "")).startswith(_SCHEMAS)]
    return names if len(names) == len(parts) else []


def _union(name: str, schema: Any, schemas: Mapping[str, Any]) -> Union | None:
    members = _members(schema) if isinstance(schema, dict) else []
    found = _tags(schema, members, schemas) if members else None
    if found is None:
        return None
    property_name, mapping = found
    return Union(str(strings.ClassName(name, "")), property_name, mapping, schema.get("description", ""))


def _tags(
    schema: Mapping[str, Any], members: list[str], schemas: Mapping[str, Any]
) -> tuple[str, dict[str, str]] | None:
    """The property that tells the members apart and what each of its values selects, or None where nothing does."""
    discriminator = schema.get("discriminator")
    if discriminator is None:
        return _inferred_tags(members, schemas)
    property_name = discriminator["propertyName"]
    mapping = {str(tag): target.rsplit("/", 1)[-1] for tag, target in discriminator.get("mapping", {}).items()}
    for member in members:
        if member not in mapping.values():
            values = _values(member, property_name, schemas) or [member]
            mapping.update({value: member for value in values if value not in mapping})
    return property_name, {tag: str(strings.ClassName(target, "")) for tag, target in mapping.items()}


def _inferred_tags(members: list[str], schemas: Mapping[str, Any]) -> tuple[str, dict[str, str]] | None:
    """A property that every member has and of which no two members share a value tells them apart as well."""
    if len(members) < 2:
        return None
    for property_name in _properties(members[0], schemas):
        values = {member: _values(member, property_name, schemas) for member in members}
        tags = [tag for options in values.values() for tag in options]
        if all(values.values()) and len(tags) == len(set(tags)):
            classes = {member: str(strings.ClassName(member, "")) for member in members}
            return property_name, {tag: classes[member] for member, options in values.items() for tag in options}
    return None


def _properties(name: str, schemas: Mapping[str, Any], seen: frozenset[str] = frozenset()) -> dict[str, JsonObject]:
    """The properties of a schema, those that `allOf` brings included, the schema's own last."""
    if name in seen or not isinstance(schemas.get(name), dict):
        return {}
    return _own_properties(schemas[name], schemas, seen | {name})


def _own_properties(schema: JsonObject, schemas: Mapping[str, Any], seen: frozenset[str]) -> dict[str, JsonObject]:
    found: dict[str, JsonObject] = {}
    if str(schema.get("$ref", "")).startswith(_SCHEMAS):
        found.update(_properties(schema["$ref"].removeprefix(_SCHEMAS), schemas, seen))
    for part in schema.get("allOf", []):
        found.update(_own_properties(part, schemas, seen))
    found.update(schema.get("properties", {}))
    return found


def _values(name: str, property_name: str, schemas: Mapping[str, Any]) -> list[str]:
    """The values the document allows for a member's discriminating property."""
    schema = _properties(name, schemas).get(property_name, {})
    schema = resolve({"components": {"schemas": schemas}}, schema)
    values = [schema["const"]] if "const" in schema else schema.get("enum") or []
    return [value for value in values if isinstance(value, str)]


def _drop_title(node: JsonObject, trail: tuple[str, ...]) -> None:
    """A class is named after its component or its place; a title, which is prose, would rename it."""
    if trail[:1] != ("info",) and isinstance(node.get("title"), str):
        del node["title"]


def _open_object(node: JsonObject) -> None:
    if node.get("additionalProperties") is False:
        del node["additionalProperties"]


def _name_enum_values(node: JsonObject) -> None:
    """Distinct member names for values that differ only in case or punctuation; the generator would drop or refuse one."""
    values = node.get("enum")
    if not isinstance(values, list) or "x-enum-varnames" in node or not all(isinstance(v, str) for v in values):
        return
    names: list[str] = []
    for index, value in enumerate(dict.fromkeys(values)):
        plain = strings.snake_case(value.upper()).upper() if value[:1].isalpha() else f"VALUE_{index}"
        names.append(plain if plain not in names else f"{plain}_{index}")
    if len(set(names)) == len(names) and names != [strings.snake_case(str(v).upper()).upper() for v in values]:
        node["enum"] = list(dict.fromkeys(values))
        node["x-enum-varnames"] = names
