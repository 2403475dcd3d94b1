"""Schemas without end: those that hold themselves without a class between, and unions of unions of unions."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scripts.document.errors import DocumentError
from scripts.generator.preparing.composition import ref_name
from scripts.generator.preparing.spelling import JsonObject, Place

MOST_ALTERNATIVES = 64
"""Types in one annotation."""


def without_recursion(schemas: dict[str, JsonObject]) -> None:
    """Let any JSON stand for a schema that holds itself through lists, maps and unions alone.

    A class may hold itself; a type that is no class may not, and what is received is kept as it is either way.
    """
    for name in sorted(schemas):
        if name in _reached(name, schemas):
            description = schemas[name].get("description")
            schemas[name] = {"description": description} if description else {}


def _reached(name: str, schemas: dict[str, JsonObject]) -> set[str]:
    """The components that a type consists of, those inside classes left out."""
    found: set[str] = set()
    waiting = list(_inline(schemas[name]))
    while waiting:
        current = waiting.pop()
        if current in schemas and current not in found:
            found.add(current)
            waiting += _inline(schemas[current])
    return found


def _inline(schema: JsonObject) -> Iterator[str]:
    if schema.get("properties") or "discriminator" in schema:
        return
    if (name := ref_name(schema)) is not None:
        yield name
    for part in _parts(schema):
        yield from _inline(part)


def _parts(schema: JsonObject) -> list[JsonObject]:
    inner = [schema[key] for key in ("items", "additionalProperties") if isinstance(schema.get(key), dict)]
    return [*schema.get("oneOf", ()), *inner]


def require_bounded(schemas: dict[str, JsonObject], place: Callable[[str], Place]) -> None:
    """Refuse a type of more alternatives than anybody can read, or any tool in good time.

    Raises:
        DocumentError: a union of unions has too many.
    """
    known: dict[str, int] = {}

    def count(schema: JsonObject) -> int:
        name = ref_name(schema)
        if name is not None:
            if name not in known:
                known[name] = 1
                known[name] = 1 if schemas.get(name, {}).get("properties") else count(schemas.get(name, {}))
            return known[name]
        if "oneOf" in schema:
            return sum(map(count, schema["oneOf"]))
        return max(map(count, _parts(schema)), default=1)

    for name, schema in schemas.items():
        if "discriminator" not in schema and count(schema) > MOST_ALTERNATIVES:
            raise DocumentError(f"is a union of more than {MOST_ALTERNATIVES} types", place(name))
