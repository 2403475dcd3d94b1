"""A schema as those who send or receive it see it, however it is spelled in the document.

`allOf` is merged, references are followed, and the ways of 3.0 and 3.1 to say "or null", "one of
these values" or "exactly this value" become one.
"""

import json
from collections.abc import Mapping
from typing import Any

from attrs import define, field, frozen

from scripts.document.slicing import resolve

Document = Mapping[str, Any]
Node = Mapping[str, Any]

SCHEMAS = "#/components/schemas/"

LIMITS = {
    "minimum": "min",
    "exclusiveMinimum": "min",
    "minLength": "min",
    "minItems": "min",
    "minProperties": "min",
    "maximum": "max",
    "exclusiveMaximum": "max",
    "maxLength": "max",
    "maxItems": "max",
    "maxProperties": "max",
    "pattern": "other",
    "multipleOf": "other",
    "uniqueItems": "other",
}

_STRUCTURE = frozenset(
    {"$ref", "type", "nullable", "format", "enum", "const", "properties", "required", "items"}
    | {"additionalProperties", "allOf", "oneOf", "anyOf", "discriminator", "default", *LIMITS}
)


@frozen
class Field:
    """A property of an object: its schema, whether it must be there, and which schema declares it."""

    schema: Node
    required: bool
    owner: str


@define
class Shape:
    """What a schema admits. `name` is the component it stands for, None if it is inline."""

    node: Node
    name: str | None = None
    types: set[str] = field(factory=set)
    nullable: bool = False
    format: str | None = None
    enum: list[Any] | None = None
    fields: dict[str, Field] = field(factory=dict)
    narrowed: dict[tuple[str, str], Node] = field(factory=dict)
    """What a base says of a field that is narrowed by a schema that extends it, by the base and the field."""
    extra: Any = True
    items: Node | None = None
    members: list[Node] = field(factory=list)
    tag: str | None = None
    mapping: dict[str, str] = field(factory=dict)
    limits: dict[str, Any] = field(factory=dict)
    default: str | None = None
    words: dict[str, dict[str, str]] = field(factory=dict)
    """Descriptions and the like, by the place that says them."""

    @property
    def is_class(self) -> bool:
        """Whether the schema has a Python class or alias of its own."""
        return bool(self.fields or self.enum or self.members)

    @property
    def type(self) -> str:
        """The JSON type in a word, "anything" if none is given."""
        return " or ".join(sorted(self.types)) or ("object" if self.fields else "anything")


def shape(document: Document, node: Node, where: str) -> Shape:
    """Return the shape of a schema that stands at `where`."""
    name = _name(document, node)
    found = Shape(node, name)
    _gather(document, node, where, found, set())
    if not found.members and "discriminator" in resolve(document, node):
        # A base class; the mapping names the schemas that extend it.
        found.members = [{"$ref": SCHEMAS + target} for target in sorted(set(found.mapping.values()))]
    return found


def ref_name(node: Any) -> str | None:
    """The component a reference names, None for anything else."""
    reference = node.get("$ref") if isinstance(node, Mapping) else None
    return reference.rsplit("/", 1)[-1] if isinstance(reference, str) else None


def _name(document: Document, node: Node) -> str | None:
    """The component that a node means: by reference, or by a wrapping that only adds words or null."""
    if ref_name(node):
        return ref_name(node)
    for keyword in ("allOf", "oneOf", "anyOf"):
        parts = [part for part in node.get(keyword, ()) if not _is_null(document, part)]
        if len(parts) == 1 and not node.keys() & {"properties", "discriminator", "enum"}:
            return _name(document, parts[0])
    return None


def _gather(document: Document, node: Node, owner: str, into: Shape, seen: set[str]) -> None:
    name = ref_name(node)
    if name is not None:
        if name in seen:
            return
        seen.add(name)
        _gather(document, resolve(document, {"$ref": node["$ref"]}), name, into, seen)
    for part in node.get("allOf", ()):
        _gather(document, part, owner, into, seen)
    _gather_alternatives(document, node, owner, into, seen)
    _gather_own(node, owner, into)


def _gather_alternatives(document: Document, node: Node, owner: str, into: Shape, seen: set[str]) -> None:
    alternatives = [*node.get("oneOf", ()), *node.get("anyOf", ())]
    members = [part for part in alternatives if not _is_null(document, part)]
    into.nullable |= len(members) < len(alternatives)
    if len(members) == 1 and "discriminator" not in node:
        _gather(document, members[0], owner, into, seen)
    elif members:
        into.members = members
    discriminator = node.get("discriminator")
    if isinstance(discriminator, Mapping):
        into.tag = discriminator.get("propertyName")
        mapping = discriminator.get("mapping") or {}
        into.mapping = {tag: str(target).rsplit("/", 1)[-1] for tag, target in mapping.items()}


def _gather_own(node: Node, owner: str, into: Shape) -> None:
    types = node.get("type", [])
    types = {types} if isinstance(types, str) else set(types)
    into.nullable |= node.get("nullable") is True or "null" in types
    into.types |= types - {"null"}
    into.format = node.get("format", into.format)
    values = [node["const"]] if "const" in node else node.get("enum")
    if values is not None:
        # Schemas narrow what their bases allow.
        into.enum = [value for value in values if value is not None]
    _gather_fields(node, owner, into)
    into.extra = node.get("additionalProperties", into.extra)
    into.items = node.get("items", into.items)
    into.limits |= {key: node[key] for key in LIMITS if key in node}
    into.default = json.dumps(node["default"]) if "default" in node else into.default
    into.words[owner] = into.words.get(owner, {}) | words(node, _STRUCTURE)


def _gather_fields(node: Node, owner: str, into: Shape) -> None:
    required = set(node.get("required", ()))
    for name, schema in node.get("properties", {}).items():
        known = into.fields.get(name)
        if known and known.owner != owner:
            into.narrowed[known.owner, name] = known.schema
        into.fields[name] = Field(schema, bool(known and known.required), owner)
    for name in required & into.fields.keys():
        into.fields[name] = Field(into.fields[name].schema, True, into.fields[name].owner)


def _is_null(document: Document, node: Node) -> bool:
    node = resolve(document, node)
    return node.get("type") == "null" or node.get("enum") == [None]


def words(node: Node, structure: frozenset[str]) -> dict[str, str]:
    """What a node says beyond its structure: descriptions, examples, extensions."""
    return {key: json.dumps(value, sort_keys=True) for key, value in node.items() if key not in structure}
