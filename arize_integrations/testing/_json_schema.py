"""As much of JSON Schema (Draft-07) as a preset's payload is checked with: without `required`."""

from __future__ import annotations

from typing import Any

from arize_integrations.testing._values import is_list, is_object

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def violation(schema: Any, value: Any, at: str = "it") -> str | None:
    """What is wrong with a value, for the end of a sentence; None if nothing is.

    Types, enums, constants, properties and items are looked at. Other keywords are taken to be met.
    """
    if schema is False:
        return f"{at} may not be there"
    if not is_object(schema):
        return None
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(kind not in _TYPES or type(value) in _TYPES[kind] for kind in kinds):
        return f"{at} is not of type {' or '.join(map(str, kinds))}"
    allowed = schema.get("enum", [schema["const"]] if "const" in schema else None)
    if is_list(allowed) and value not in allowed:
        return f"{at} is none of {allowed}"
    if is_object(value):
        return _violation_within(schema, value)
    items = schema.get("items")
    inner = value if is_list(value) and is_object(items) else []
    return next(filter(None, (violation(items, each, f"{at}[{n}]") for n, each in enumerate(inner))), None)


def _violation_within(schema: dict[str, Any], value: dict[str, Any]) -> str | None:
    properties = schema.get("properties")
    known = properties if is_object(properties) else {}
    other = schema.get("additionalProperties", True)
    checks = (violation(known.get(key, other), each, f"'{key}'") for key, each in value.items())
    return next(filter(None, checks), None)
