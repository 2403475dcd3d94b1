"""What the generator library is shown in place of a prepared document, so that it loses and refuses nothing.

The library reads neither `const` next to `type` nor enums of several kinds of values, drops characters from the values
of enums, and has no use for marks next to a reference. Each is said in a way that it does read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from scripts.generator import names
from scripts.generator.errors import GenerationError

JsonObject = dict[str, Any]
MARKS = frozenset({"writeOnly", "readOnly", "x-shown-by", "x-immutable", "x-compare"})
_DATA = frozenset({"example", "examples", "default", "enum", "const", "mapping"})
_NAME_MAPS = frozenset({"properties", "schemas", "responses", "parameters", "headers", "requestBodies", "content"})


def adapted(prepared: Mapping[str, Any]) -> JsonObject:
    """A copy of the prepared document that the library reads as it is meant.

    Raises:
        GenerationError: two names in it are the same in Python.
    """
    document: JsonObject = deepcopy(dict(prepared))
    _check_names(document)
    for node in list(_schemas([document.get("paths"), document["components"]], in_names=False)):
        _drop_default(node)
        _mark_reference(node)
        _spell_constant(node)
        _split_mixed_enum(node)
        _guard_values(node)
    return document


def _schemas(node: Any, *, in_names: bool) -> Iterator[JsonObject]:
    """Every object that is no data and no map of names, innermost first."""
    if isinstance(node, dict):
        for key, value in node.items():
            if in_names or key not in _DATA:
                yield from _schemas(value, in_names=not in_names and key in _NAME_MAPS)
        if not in_names:
            yield node
    elif isinstance(node, list):
        for item in node:
            yield from _schemas(item, in_names=False)


def _check_names(document: JsonObject) -> None:
    components = document["components"]["schemas"]
    names.distinct({name: names.class_name(name) for name in components}, "components.schemas")


def _drop_default(node: JsonObject) -> None:
    """What is not passed is not sent, so the server's default stays the server's; the library would try to write it."""
    node.pop("default", None)


def _mark_reference(node: JsonObject) -> None:
    if "$ref" in node and node.keys() & MARKS:
        node["allOf"] = [{"$ref": node.pop("$ref")}]


def _spell_constant(node: JsonObject) -> None:
    """`const` and an enum of one value are the same."""
    values = [node["const"]] if "const" in node else node.get("enum")
    if not isinstance(values, list) or len(values) != 1 or isinstance(values[0], (dict, list, type(None))):
        if "const" in node:
            value = node.pop("const")
            node["type"] = "null" if value is None else "object" if isinstance(value, dict) else "array"
        return
    nullable = node.get("nullable") is True
    for key in ("const", "enum", "type", "nullable", "format"):
        node.pop(key, None)
    value = values[0]
    plain: JsonObject = (
        {"type": "string" if isinstance(value, str) else "integer", "enum": [value]}
        if isinstance(value, (str, int)) and not isinstance(value, bool)
        else {"const": value}
    )
    if nullable:
        _guard_values(plain)
    node.update({"anyOf": [plain, {"type": "null"}]} if nullable else plain)


def _split_mixed_enum(node: JsonObject) -> None:
    """An enum of other values than only text or only whole numbers becomes alternatives of one value each."""
    values = node.get("enum")
    if not isinstance(values, list):
        return
    if any(isinstance(value, (dict, list)) for value in values):
        raise GenerationError("an enum holds an object or a list, which no Python enum can")
    kinds = {type(value) for value in values if value is not None}
    if len(kinds) == 1 and kinds <= {str, int}:
        return
    del node["enum"]
    node.pop("type", None)
    if not kinds:
        node["type"] = "null"
        return
    options = [{"const": value} if value is not None else {"type": "null"} for value in values]
    options += [{"type": "null"}] if node.pop("nullable", False) and None not in values else []
    for option in options:
        _spell_constant(option)
        _guard_values(option)
    node["anyOf"] = options


def _guard_values(node: JsonObject) -> None:
    """Text of an enum in plain ASCII, which the library leaves alone, and a name for each value."""
    values = node.get("enum")
    if isinstance(values, list) and all(isinstance(value, str) or value is None for value in values):
        texts = list(dict.fromkeys(value for value in values if value is not None))
        node["enum"] = [json.dumps(value)[1:-1] for value in texts] + [None] * (None in values)
        node["x-enum-varnames"] = names.enum_members(texts)
