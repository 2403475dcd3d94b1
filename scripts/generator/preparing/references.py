"""References into the middle of a schema: what they lead to becomes a component."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any
from urllib.parse import unquote

from openapi_python_client import strings

from scripts.document.errors import DocumentError
from scripts.document.text import quoted
from scripts.generator.preparing.composition import SCHEMAS
from scripts.generator.preparing.spelling import JsonObject, Place

_DATA = frozenset({"example", "examples", "default", "enum", "const"})
_MOST = 1000


def local_schemas(corrected: Mapping[str, Any]) -> tuple[JsonObject, JsonObject]:
    """Return a copy of the document whose references lead to whole components, and its schemas.

    Raises:
        DocumentError: a reference leads to nothing.
    """
    document: JsonObject = deepcopy(dict(corrected))
    schemas: JsonObject = document.setdefault("components", {}).setdefault("schemas", {})
    names: dict[str, str] = {}
    waiting: list[tuple[Any, Place]] = [(document, ())]
    while waiting:
        node, place = waiting.pop()
        if isinstance(node, list):
            waiting += [(item, (*place, index)) for index, item in enumerate(node)]
        elif isinstance(node, dict):
            reference = node.get("$ref")
            if isinstance(reference, str) and _is_deep(reference):
                node["$ref"] = SCHEMAS + _named(reference, corrected, schemas, names, waiting, place)
            waiting += [(value, (*place, key)) for key, value in node.items() if key not in _DATA]
    return document, schemas


def _is_deep(reference: str) -> bool:
    return reference.startswith(SCHEMAS) and reference.count("/") > SCHEMAS.count("/")


def _named(
    reference: str,
    corrected: Mapping[str, Any],
    schemas: JsonObject,
    names: dict[str, str],
    waiting: list[tuple[Any, Place]],
    place: Place,
) -> str:
    steps = [unquote(step).replace("~1", "/").replace("~0", "~") for step in reference.split("/")[1:]]
    if reference not in names:
        words = [strings.pascal_case(step) for step in steps[2:] if step not in {"properties", "$defs", "items"}]
        name = "".join(words) or "Schema"
        while name in schemas:
            name += "2"
        names[reference] = name
        schemas[name] = deepcopy(_at(corrected, steps, place))
        waiting.append((schemas[name], ("components", "schemas", *steps[2:])))
    if len(names) > _MOST:
        raise DocumentError(f"is one of more than {_MOST} references into schemas", place)
    return names[reference]


def _at(document: Any, steps: list[str], place: Place) -> Any:
    for step in steps:
        try:
            document = document[int(step)] if isinstance(document, list) else document[step]
        except (KeyError, ValueError, IndexError, TypeError):
            raise DocumentError(f"refers to {quoted('/'.join(steps))}, which is missing", place) from None
    return document
