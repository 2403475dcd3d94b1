"""What the document and our overlay say of a field beyond its type: secret, read-only, immutable, how it compares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from openapi_python_client.parser.properties import ModelProperty

from scripts.document.slicing import resolve
from scripts.generator.adapting import MARKS

JsonObject = Mapping[str, Any]


def marks_of(model: ModelProperty, document: JsonObject) -> dict[str, dict[str, Any]]:
    """The marks of each property of a model, by its key; what a schema says counts before what its base says."""
    schema = model.data.model_dump(mode="json", by_alias=True, exclude_unset=True)
    found: dict[str, dict[str, Any]] = {}
    for part in _parts(schema, document, frozenset()):
        for key, prop in (part.get("properties") or {}).items():
            found.setdefault(key, {}).update(_marks(prop, document))
    return found


def _marks(prop: JsonObject, document: JsonObject) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in _parts(prop, document, frozenset()):
        found |= {key: part[key] for key in MARKS if key in part}
        values = part.get("additionalProperties")
        if isinstance(values, Mapping) and values.get("writeOnly") is True:
            found["writeOnly"] = True
    return found


def _parts(schema: JsonObject, document: JsonObject, seen: frozenset[str]) -> Iterator[JsonObject]:
    """The schema and all that it is made of: what it refers to, `allOf`, and the one alternative to null."""
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference not in seen:
        yield from _parts(resolve(document, schema), document, seen | {reference})
    for part in schema.get("allOf") or ():
        yield from _parts(part, document, seen)
    options = [*(schema.get("oneOf") or ()), *(schema.get("anyOf") or ())]
    options = [option for option in options if option.get("type") != "null"]
    if len(options) == 1:
        yield from _parts(options[0], document, seen)
    yield schema
