"""The text of `schemas.json`: the document's schemas in the words of OpenAPI 3.0, whichever version it is written in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_NAME_MAPS = frozenset({"properties", "patternProperties"})
_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number"}
_DATA = frozenset({"example", "default", "mapping"})


def schemas_source(document: Mapping[str, Any]) -> str:
    """All schemas by name, descriptions included, in the document's order."""
    schemas = document.get("components", {}).get("schemas", {})
    spelled = {name: _spelled(schema) for name, schema in schemas.items()}
    return json.dumps(spelled, indent=1, allow_nan=False) + "\n"


def _spelled(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_spelled(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _value(key, value) for key, value in schema.items() if key not in {"const", "nullable", "examples"}}
    if "const" in schema:
        found["enum"] = [schema["const"]]
    if schema.get("examples") and "example" not in found:
        found["example"] = schema["examples"][0]
    kinds = {_TYPES.get(type(value), "object") for value in found.get("enum", ()) if value is not None}
    if len(kinds) == 1:
        found.setdefault("type", kinds.pop())
    if _drop_null(found) or schema.get("nullable") is True:
        found["nullable"] = True
    return dict(sorted(found.items()))


def _value(key: str, value: Any) -> Any:
    if key in _NAME_MAPS and isinstance(value, dict):
        return {name: _spelled(schema) for name, schema in value.items()}
    return value if key in _DATA or key == "enum" else _spelled(value)


def _drop_null(schema: dict[str, Any]) -> bool:
    """Take null out of the types, values and alternatives of a schema; return whether it was there among others."""
    dropped = False
    types = schema.get("type")
    if isinstance(types, list) and "null" in types and len(types) > 1:
        rest = [kind for kind in types if kind != "null"]
        schema["type"], dropped = rest[0] if len(rest) == 1 else rest, True
    values = schema.get("enum")
    if isinstance(values, list) and None in values and len(values) > 1:
        schema["enum"], dropped = [value for value in values if value is not None], True
    for keyword in ("oneOf", "anyOf"):
        options = schema.get(keyword)
        if isinstance(options, list) and {"type": "null"} in options and len(options) > 1:
            rest = [option for option in options if option != {"type": "null"}]
            schema.pop(keyword)
            if len(rest) == 1 and isinstance(rest[0], dict) and "$ref" not in rest[0]:
                schema.update({**rest[0], **schema})
            else:
                schema["allOf" if len(rest) == 1 else keyword] = rest
            dropped = True
    return dropped
