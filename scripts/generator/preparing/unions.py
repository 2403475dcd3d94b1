"""Discriminated unions: the property that distinguishes their members, and what each of its values selects."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import frozen

from scripts.document.errors import DocumentError
from scripts.document.text import quoted
from scripts.generator.preparing.composition import ORIGIN, SCHEMAS, TAGS, ref_name
from scripts.generator.preparing.spelling import JsonObject, Place

Scalar = str | int | float | bool
Schemas = Mapping[str, JsonObject]

_DEEPEST = 8
"""How far unions in unions are followed."""


@frozen
class Union:
    """A discriminated union: the property that distinguishes its members, and the class that each tag selects."""

    name: str
    property: str
    mapping: dict[Scalar, str]
    description: str = ""


def with_tags(schema: JsonObject) -> JsonObject:
    """A union whose alternatives carry the tags that its discriminator's mapping gives them."""
    mapping = (schema.get("discriminator") or {}).get("mapping") or {}
    if "oneOf" not in schema or not mapping:
        return schema
    tags: dict[str, list[str]] = {}
    for tag, target in mapping.items():
        tags.setdefault(target.rsplit("/", 1)[-1], []).append(tag)
    options = [*schema["oneOf"]]
    known = {ref_name(option) for option in options}
    options += [{"$ref": SCHEMAS + target} for target in tags if target not in known]
    tagged = [{**option, TAGS: tags[name]} if (name := ref_name(option)) in tags else option for option in options]
    return {**schema, "oneOf": tagged}


def tags_of(schema: JsonObject, schemas: Schemas, place: Place) -> tuple[str, dict[Scalar, str]] | None:
    """The property that distinguishes a union's members, and the component each tag selects, None if nothing does.

    Args:
        schema: a schema whose alternatives are references to components without composition.
        schemas: all components.
        place: where the schema stands.

    Raises:
        DocumentError: a discriminator does not decide.
    """
    options = schema.get("oneOf", [])
    options = [_resolved(option, schemas) for option in options]
    members = [name for option in options if (name := ref_name(option))]
    if not members or len(members) < len(options):
        if options and "discriminator" in schema:
            raise DocumentError("has a discriminator, and an alternative that is no schema with a name", place)
        return None
    if "discriminator" not in schema:
        return _inferred(members, schemas)
    name = schema["discriminator"]["propertyName"]
    pairs = [(tag, ref_name(option) or "") for option in options for tag in _tags(option, name, schemas)]
    for index, (tag, member) in enumerate(pairs):
        twin = next((other for other in pairs[:index] if _alike(tag, other[0]) and other[1] != member), None)
        if twin:
            raise DocumentError(f"selects both {twin[1]} and {member} for {quoted(tag)}", (*place, "discriminator"))
    return name, dict(pairs)


def _resolved(option: JsonObject, schemas: Schemas) -> JsonObject:
    """A reference to the component that has the class, behind those that only give it another name."""
    seen = set()
    while (name := ref_name(option)) and "$ref" in schemas.get(name, {}) and name not in seen:
        seen.add(name)
        option = {ORIGIN: name, **option, "$ref": schemas[name]["$ref"]}
    return option


def _alike(one: Scalar, other: Scalar) -> bool:
    """Whether Python, where `True` is 1, would take one tag for the other."""
    return one == other


def _tags(option: JsonObject, property_name: str, schemas: Schemas) -> list[Scalar]:
    name = ref_name(option) or ""
    values = values_of(name, property_name, schemas)
    if TAGS in option:
        kinds = _property(name, property_name, schemas).get("type", "string")
        return [_typed(tag, values, kinds) for tag in option[TAGS]]
    return values or [str(option.get(ORIGIN, name))]


def _typed(tag: str, values: Iterable[Scalar], kinds: Any) -> Scalar:
    """The JSON value that a key of a mapping, which can only be text, stands for."""
    for value in values:
        if (value if isinstance(value, str) else json.dumps(value)) == (tag if isinstance(value, str) else tag.lower()):
            return value
    try:
        value = json.loads(tag.lower())
    except ValueError:
        return tag
    kind = {bool: "boolean", int: "integer", float: "number"}.get(type(value))
    wanted = [kinds] if isinstance(kinds, str) else kinds
    return value if kind in wanted or (kind == "integer" and "number" in wanted) else tag


def _inferred(members: list[str], schemas: Schemas) -> tuple[str, dict[Scalar, str]] | None:
    """A property that every member has and of which no two members share a value distinguishes them as well."""
    if len(members) < 2:
        return None
    for name in _candidates(members[0], schemas):
        pairs = [(value, member) for member in members for value in values_of(member, name, schemas)]
        alone = all(not _alike(one[0], other[0]) for i, one in enumerate(pairs) for other in pairs[:i])
        if (
            alone
            and all(_requires(member, name, schemas) for member in members)
            and {m for _, m in pairs} == set(members)
        ):
            return name, dict(pairs)
    return None


def _candidates(name: str, schemas: Schemas, depth: int = 0) -> list[str]:
    schema = schemas.get(name, {})
    if "oneOf" in schema and depth < _DEEPEST:
        first = next((ref for option in schema["oneOf"] if (ref := ref_name(option))), "")
        return _candidates(first, schemas, depth + 1)
    return list(schema.get("properties", {}))


def values_of(name: str, property_name: str, schemas: Schemas, depth: int = 0) -> list[Scalar]:
    """The values that a member's discriminating property can have; of a union in a union, those of all its members."""
    schema = schemas.get(name, {})
    if "oneOf" not in schema:
        return list(_property(name, property_name, schemas).get("enum", ()))
    if depth > _DEEPEST:
        return []
    inner = [values_of(ref_name(option) or "", property_name, schemas, depth + 1) for option in schema["oneOf"]]
    return [value for values in inner for value in values] if all(inner) else []


def _requires(name: str, property_name: str, schemas: Schemas, depth: int = 0) -> bool:
    schema = schemas.get(name, {})
    if "oneOf" not in schema:
        return property_name in schema.get("required", ())
    members = [ref_name(option) or "" for option in schema["oneOf"]]
    return depth <= _DEEPEST and all(_requires(member, property_name, schemas, depth + 1) for member in members)


def _property(name: str, property_name: str, schemas: Schemas) -> JsonObject:
    schema = schemas.get(name, {}).get("properties", {}).get(property_name, {})
    seen = set()
    while (reference := ref_name(schema)) and reference not in seen:
        seen.add(reference)
        schema = schemas.get(reference, {})
    return dict(schema)
