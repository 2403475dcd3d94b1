"""The part of an OpenAPI document that concerns this SDK, and nothing else.

Kept: the operations of one tag, every component they reach, and the parts of the root that
give them meaning (servers, security, the tag's own text). What is dropped may change upstream
without any effect here.
"""

import copy
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from scripts.document.errors import DocumentError
from scripts.document.text import quoted

TAG = "Integrations"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

Place = tuple[str, ...]

_DATA = frozenset({"example", "default", "const", "enum", "value"})
_COMPONENT_NAME = re.compile(r"[A-Za-z0-9._-]+")
_NAME_MAPS = frozenset(
    {"properties", "patternProperties", "schemas", "$defs", "definitions", "dependentSchemas", "mapping"}
)
"""Below these a key is somebody's choice of name; below the others it is a keyword."""


def sliced(document: Mapping[str, Any], tag: str = TAG) -> dict[str, Any]:
    """Return the slice of `document` for `tag`, sharing nothing with it.

    Raises:
        DocumentError: no operation has the tag, or a `$ref` leads nowhere or outside.
    """
    paths = _paths(document, tag)
    if not paths:
        raise DocumentError(f"has no operation that is tagged {tag!r}", ["paths"])
    security = _security(document, paths)
    root = {"paths": paths, "security": document.get("security", [])}
    kept = {
        "openapi": document.get("openapi"),
        "info": document.get("info"),
        "servers": document.get("servers"),
        "jsonSchemaDialect": document.get("jsonSchemaDialect"),
        "security": document.get("security"),
        "tags": [item for item in document.get("tags") or [] if item.get("name") == tag] or None,
        "paths": dict(sorted(paths.items())),
        "components": _components(document, root, security) or None,
    }
    return copy.deepcopy({name: value for name, value in kept.items() if value is not None})


def identity(document: Mapping[str, Any]) -> str:
    """Return a text equal for two documents exactly when their slices mean the same to us.

    The order of keys, required fields and enum values means nothing, nor does what `info` says about the whole API but
    its title: upstream counts its version up for changes anywhere.
    """
    kept = sliced(document)
    kept["info"] = {"title": kept.get("info", {}).get("title")}
    return json.dumps(_in_order(kept), sort_keys=True, ensure_ascii=False)


def _in_order(node: Any) -> Any:
    """The node with those lists sorted that are sets."""
    if isinstance(node, list):
        return [_in_order(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: sorted(value, key=str) if key in {"required", "enum"} and isinstance(value, list) else _in_order(value)
        for key, value in node.items()
    }


def is_slice(document: Mapping[str, Any]) -> bool:
    """Whether slicing would drop no operation and no component."""
    kept = sliced(document)
    return _names(kept) == _names(document)


def _names(document: Mapping[str, Any]) -> set[tuple[str, str]]:
    operations = {(path, method) for path, method, _ in operations_of(document)}
    components = {(section, name) for section, members in _sections(document).items() for name in members}
    return operations | components


def operations_of(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield path, lower-case method and operation for each operation of the document."""
    for path, item in (document.get("paths") or {}).items():
        for method in METHODS:
            if isinstance(item, dict) and isinstance(item.get(method), dict):
                yield path, method, item[method]


def resolve(document: Mapping[str, Any], node: Any, place: Place = ()) -> Any:
    """Return what `node`, which stands at `place`, means: itself, or the end of its chain of local `$ref`s."""
    seen: set[str] = set()
    while isinstance(node, Mapping) and isinstance(node.get("$ref"), str):
        if node["$ref"] in seen:
            raise DocumentError(f"refers to {quoted(node['$ref'])}, which leads back to itself", place)
        seen.add(node["$ref"])
        section, name = component(node["$ref"], place)
        node = _lookup(document, section, name, place)
    return node


def _paths(document: Mapping[str, Any], tag: str) -> dict[str, Any]:
    kept = {}
    for path, reference in (document.get("paths") or {}).items():
        item = resolve(document, reference, ("paths", path))
        if not isinstance(item, dict):
            continue
        others = [
            method
            for method in METHODS
            if isinstance(item.get(method), dict) and tag not in (item[method].get("tags") or [])
        ]
        if any(method in item and method not in others for method in METHODS):
            kept[path] = {name: value for name, value in item.items() if name not in others}
    return kept


def _security(document: Mapping[str, Any], paths: Mapping[str, Any]) -> set[tuple[str, str]]:
    lists = [document.get("security") or []]
    lists += [operation.get("security") or [] for *_, operation in operations_of({"paths": paths})]
    return {("securitySchemes", name) for requirements in lists for requirement in requirements for name in requirement}


def _components(document: Mapping[str, Any], root: Any, also: set[tuple[str, str]]) -> dict[str, Any]:
    reached: set[tuple[str, str]] = set()
    waiting = dict.fromkeys(also, ("security",)) | dict(_references(root))
    while waiting:
        (section, name), place = waiting.popitem()
        reached.add((section, name))
        found = _lookup(document, section, name, place)
        more = [*_references(found, ("components", section, name)), *_heirs(document, section, name, found)]
        waiting |= {key: origin for key, origin in more if key not in reached}
    return {
        section: {name: members[name] for name in sorted(members) if (section, name) in reached}
        for section, members in sorted(_sections(document).items())
        if any((section, name) in reached for name in members)
    }


def reached(document: Mapping[str, Any], roots: Any) -> frozenset[str]:
    """Return the names of the schemas that what stands in `roots` is made of."""
    return frozenset(_components(document, roots, set()).get("schemas", {}))


def _sections(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    components = document.get("components") or {}
    return {
        section: members
        for section, members in components.items()
        if isinstance(members, dict) and not section.startswith("x-")
    }


def _lookup(document: Mapping[str, Any], section: str, name: str, place: Place) -> Any:
    try:
        return document["components"][section][name]
    except (KeyError, TypeError) as error:
        raise DocumentError(f"refers to {quoted(f'{section}/{name}')}, which is missing", place) from error


def _references(node: Any, place: Place = (), names: bool = False) -> Iterator[tuple[tuple[str, str], Place]]:
    """Yield section and name of each component that `node` mentions, and where; `names`: its keys are names."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _references(item, (*place, str(index)))
        return
    if not isinstance(node, dict):
        return
    if not names and isinstance(node.get("$ref"), str):
        yield component(node["$ref"], place), place
    for key, value in node.items():
        if names or not _is_data(key, value):
            if key == "discriminator" and not names:
                yield from _mapped(value, (*place, key))
            yield from _references(value, (*place, key), names=not names and key in _NAME_MAPS)


def _is_data(key: str, value: Any) -> bool:
    """Whether a value is an example or the like, and so no part of the description."""
    return key in _DATA or key.startswith("x-") or (key == "examples" and isinstance(value, list))


def _heirs(document: Mapping[str, Any], section: str, name: str, base: Any) -> Iterator[tuple[tuple[str, str], Place]]:
    """Yield the schemas that extend a polymorphic base: it means them without naming them."""
    if section != "schemas" or not isinstance(base, dict) or "discriminator" not in base:
        return
    if "oneOf" in base or "anyOf" in base:
        return
    reference = {"$ref": f"#/components/schemas/{name}"}
    for child, schema in _sections(document).get("schemas", {}).items():
        if isinstance(schema, dict) and reference in (schema.get("allOf") or []):
            yield ("schemas", child), ("components", "schemas", name)


def _mapped(discriminator: Any, place: Place) -> Iterator[tuple[tuple[str, str], Place]]:
    mapping = discriminator.get("mapping") if isinstance(discriminator, dict) else None
    for tag, target in mapping.items() if isinstance(mapping, dict) else ():
        if isinstance(target, str):
            where = (*place, "mapping", tag)
            yield component(target, where) if "/" in target else ("schemas", target), where


def component(reference: str, place: Place = ()) -> tuple[str, str]:
    """Return section and name of the component that a `$ref` at `place` leads to or into.

    Raises:
        DocumentError: it leads elsewhere; nothing but the document's components is ever read.
    """
    match reference.split("/"):
        case ["#", "components", section, name, *_] if section:
            name = unquote(name).replace("~1", "/").replace("~0", "~")
            if _COMPONENT_NAME.fullmatch(name):
                return section, name
    raise DocumentError(f"refers to {quoted(reference)}, which leads outside its components", place)
