"""A commented file to fill in, written from the document's schemas and examples."""

from __future__ import annotations

import re
import textwrap
from typing import Any

from arize_integrations.declarative.document import (
    Schema,
    Variants,
    create_schema,
    integration_types,
    request_examples,
    resolved,
    variants,
)
from arize_integrations.declarative.tables import is_object
from arize_integrations.declarative.yaml_text import dump
from arize_integrations.errors import ConfigurationError, printable

_WIDTH = 100
_HEADER = """\
# Integrations of Arize AX, to be filled in. Fields behind a # are optional: delete the # of those that you need.
# ${VARIABLE} stands for an environment variable, ${file:PATH} for what is in a file: secrets belong there, not here.
#
#   arize-integrations plan -f FILE     shows what would change
#   arize-integrations apply -f FILE    shows it, asks, and changes it
integrations:
"""


def template(type_: str | None = None, provider: str | None = None) -> str:
    """A file to fill in.

    Args:
        type_: the type of integration; None for one of each.
        provider: the provider, or what else distinguishes the configurations of this type; None for the first.

    Raises:
        ConfigurationError: the document has no such type or provider, or cannot create integrations.
    """
    union = variants(create_schema())
    if union is None:
        return _HEADER + _listed(_object(create_schema(), {}, "integration"))
    types = [_chosen(type_, [*union.members], "type")] if type_ else integration_types()
    return _HEADER + "\n".join(_entry(union, each, provider) for each in types)


def _entry(union: Variants, type_: str, provider: str | None) -> str:
    """One integration of the list."""
    request, owner = union.members[type_], type_
    tags = {union.property: type_}
    for key in request.get("required", []):
        inner = variants(resolved(request["properties"][key]))
        if inner is not None:
            owner = _chosen(provider, [*inner.members], inner.property) if provider else next(iter(inner.members))
            tags[f"{key}.{inner.property}"] = owner
    if provider and len(tags) == 1:
        raise ConfigurationError(f"The type {type_} has no providers: leave out '{printable(provider)}'.")
    example: Any = next(
        (each for each in request_examples() if all(_at(each, path) == tags[path] for path in tags)), None
    )
    for path, tag in tags.items():
        example = _with(example, path, tag)
    return _listed(_object(request, example, owner))


def _chosen(wanted: str, tags: list[str], what: str) -> str:
    """The tag that is meant, whatever its case and punctuation."""

    def bare(text: str) -> str:
        return re.sub(r"[\s_-]", "", text).casefold()

    for tag in tags:
        if bare(tag) == bare(wanted):
            return tag
    raise ConfigurationError(f"The document has no {what} '{printable(wanted)}'; it has {', '.join(tags)}.")


def _at(value: object, path: str) -> Any:
    for key in path.split("."):
        value = value.get(key) if is_object(value) else None
    return value


def _with(value: object, path: str, tag: str) -> dict[str, Any]:
    members: dict[str, Any] = dict(value) if is_object(value) else {}
    key, _, rest = path.partition(".")
    return members | {key: _with(members.get(key), rest, tag) if rest else tag}


def _listed(lines: list[str]) -> str:
    """An object as an element of the list."""
    first, *others = lines
    return "".join(
        f"{mark}{line}".rstrip() + "\n" for mark, line in [("  - ", first), *(("    ", line) for line in others)]
    )


def _object(schema: Schema, example: Any, owner: str) -> list[str]:
    """The fields of an object: those that are required, then the others, commented out."""
    required = schema.get("required", [])
    properties = {key: value for key, value in schema.get("properties", {}).items() if not value.get("readOnly")}
    lines: list[str] = []
    for key in [*(key for key in required if key in properties), *(key for key in properties if key not in required)]:
        described, *alternatives = _field(key, properties[key], _at(example, key), owner)
        lines += _description(properties[key])
        lines += described if key in required else _commented(described)
        for alternative in alternatives:
            lines += _commented(alternative)
    return lines


def _commented(lines: list[str]) -> list[str]:
    return [f"#{line}" for line in lines]


def _field(key: str, schema: Schema, example: Any, owner: str) -> list[list[str]]:
    """A field as lines; for a union, its other members too."""
    schema = resolved(schema)
    union = variants(schema)
    if union is None:
        if schema.get("properties"):
            return [[f"{key}:", *_indented(_object(schema, example, owner))]]
        return [dump({key: _value(key, schema, example, owner)}).splitlines()]
    tag = _at(example, union.property)
    others = [each for each in union.members if each != tag]
    # The member that was asked for stands alone; else all of them are there to choose from.
    if tag == owner:
        first, *rest = _object(union.members[tag], example, owner)
        choice = _comment(f"Or {', '.join(others)}, with other fields.") if others else []
        return [[f"{key}:", *_indented([*choice, first, *rest])]]
    chosen = [tag, *others] if tag in union.members else others
    return [
        [
            f"{key}:",
            *_indented(
                _object(union.members[each], _with(example if each == tag else {}, union.property, each), owner)
            ),
        ]
        for each in chosen
    ]


def _indented(lines: list[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _value(key: str, schema: Schema, example: Any, owner: str) -> Any:
    """What stands for a value: a variable for a secret, else the document's example, else something of its type."""
    if schema.get("writeOnly"):
        if schema.get("type") == "object":
            return {name: _variable(owner, name) for name in (example or {"X-Name": ""})}
        return _variable(owner, key)
    candidates = (example, schema.get("example"), schema.get("default"), *schema.get("enum", [])[:1])
    known = next((value for value in candidates if value is not None), None)
    if known is not None:
        return known
    if schema.get("type") == "array":
        item = resolved(schema.get("items", {}))
        properties = item.get("properties")
        return [
            {name: _value(name, resolved(properties[name]), None, owner) for name in properties}
            if properties
            else "..."
        ]
    placeholders: dict[str, Any] = {"boolean": False, "integer": 0, "number": 0, "object": {}}
    return placeholders.get(schema.get("type", ""), "...")


def _variable(owner: str, name: str) -> str:
    return f"${{{re.sub(r'[^A-Z0-9]', '_', f'{owner}_{name}'.upper())}}}"


def _description(schema: Schema) -> list[str]:
    """What the document says of a field, unless it can have one value only."""
    full = resolved(schema)
    if len(full.get("enum", [])) == 1 or "const" in full:
        return []
    return _comment(schema.get("description") or full.get("description", ""))


def _comment(text: str) -> list[str]:
    """Text as comment lines, whatever characters it holds."""
    return [
        f"# {line}" for line in textwrap.wrap(printable(text), _WIDTH, break_long_words=False, break_on_hyphens=False)
    ]
