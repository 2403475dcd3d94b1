"""What is said about the members of a union outside of them: by their base, or next to the union."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from scripts.generator.preparing.composition import SCHEMAS, ref_name, without
from scripts.generator.preparing.hoisting import references
from scripts.generator.preparing.spelling import JsonObject

_FIELDS = ("type", "properties", "required", "additionalProperties", "allOf")


def without_polymorphic_bases(schemas: dict[str, JsonObject]) -> dict[str, JsonObject]:
    """Turn a base schema with a discriminator, and the schemas that extend it (`allOf`), into a plain base and a union."""
    found = dict(schemas)
    for name, schema in schemas.items():
        children = [child for child, each in found.items() if name in map(ref_name, each.get("allOf", ()))]
        if "discriminator" not in schema or "oneOf" in schema:
            continue
        if not children:
            found[name] = without(schema, "discriminator")
            continue
        base = f"{name}Fields"
        while base in found:
            base += "2"
        for child in children:
            parts = found[child]["allOf"]
            swapped = [{**part, "$ref": SCHEMAS + base} if ref_name(part) == name else part for part in parts]
            found[child] = {**found[child], "allOf": swapped}
        found[base] = without(schema, "discriminator")
        found[name] = {
            "oneOf": [{"$ref": SCHEMAS + child} for child in children],
            "discriminator": schema["discriminator"],
            "description": schema.get("description", ""),
        }
    return found


def with_fields_in_members(schemas: dict[str, JsonObject], roots: Iterable[JsonObject]) -> None:
    """Move the fields next to a union into those of its members that are used nowhere else; they keep their names."""
    used = Counter(name for schema in [*schemas.values(), *roots] for name in references(schema))
    waiting = [name for name, schema in schemas.items() if "oneOf" in schema]
    done: set[str] = set()
    while waiting:
        name = waiting.pop()
        rest = {key: schemas[name][key] for key in _FIELDS if key in schemas[name]}
        if name in done or not rest.keys() - {"type"}:
            continue
        done.add(name)
        for option in schemas[name]["oneOf"]:
            member = ref_name(option)
            if member in schemas and member != name and used[member] == 1:
                own = schemas[member]
                schemas[member] = {**_words(own), "allOf": [rest, without(own, *_words(own))]}
                if "oneOf" in own:
                    schemas[member] = {**own, "allOf": [rest, *own.get("allOf", ())]}
                    waiting.append(member)


def _words(schema: JsonObject) -> JsonObject:
    return {key: schema[key] for key in ("description", "title") if key in schema}
