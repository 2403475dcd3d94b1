"""Which schemas of a document describe what a request sends."""

from collections.abc import Iterator, Mapping
from typing import Any

_DATA = frozenset({"example", "examples", "default", "enum", "const", "mapping"})
_NAME_MAPS = frozenset({"properties", "patternProperties", "$defs"})


def request_schemas(document: Mapping[str, Any]) -> set[int]:
    """Return the `id` of every object that a request body's schema holds or leads to."""
    found: set[int] = set()
    waiting = list(_bodies(document))
    while waiting:
        node = waiting.pop()
        if id(node) not in found:
            found.add(id(node))
            waiting.extend(_below(node, document))
    return found


def _bodies(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for item in document.get("paths", {}).values():
        for operation in item.values() if isinstance(item, dict) else ():
            if isinstance(operation, dict) and isinstance(operation.get("requestBody"), dict):
                yield operation["requestBody"]


def _below(node: dict[str, Any], document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    reference = node.get("$ref")
    if isinstance(reference, str):
        yield from _objects(_target(reference, document))
    for key, value in node.items():
        if key in _NAME_MAPS and isinstance(value, dict):
            yield from _objects(list(value.values()))
        elif key not in _DATA:
            yield from _objects(value)


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            yield item


def _target(reference: str, document: Mapping[str, Any]) -> Any:
    node: Any = document
    for step in reference.removeprefix("#/").split("/"):
        name = step.replace("~1", "/").replace("~0", "~")
        node = node.get(name) if isinstance(node, Mapping) else None
    return node
