"""Values that a schema describes, for documents that show no example."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import define, field

from scripts.document.slicing import resolve

JsonObject = Mapping[str, Any]

_DEPTH = 8
"""Levels at which optional fields are filled, too. Deeper, only required ones are, so that recursion ends."""
_NEAR = 2
_MOST = 500
"""After so many values only required fields are filled; twice as many are the most. Schemas that refer to one another can
describe more than there are atoms."""
_FORMATS = {
    "date-time": "2026-01-02T03:04:05Z",
    "date": "2026-01-02",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "uri": "https://example.com",
    "email": "someone@example.com",
}
_ADDRESSES = ("url", "uri", "endpoint")
_SECRET = "not-a-real-secret"
_NESTED = 60  # values inside one another, unions included, which may hold themselves
_FREE_FORM = {"type": "object"}
"""An object of any kind, and also a JSON Schema, which some of them are."""


def samples(schema: Any, document: JsonObject, *, asked: str) -> list[Any]:
    """A value of each kind that the schema describes: of each member of a union, and of a union right inside it.

    `asked` is "request" or "answer", and decides which fields a value may have.
    """
    return _Sampler(document, "readOnly" if asked == "request" else "writeOnly").variants(schema, _DEPTH)


@define
class _Sampler:
    document: JsonObject
    hidden: str
    made: int = field(default=0)
    nested: int = field(default=0)
    number: int = field(default=0)
    """Of the variant: texts hold it, so that no two variants have one name or id."""
    key: str = field(default="")
    picks: list[int] = field(factory=list)
    """Which member to take of the union at hand, and of the first inside it."""

    def variants(self, schema: Any, depth: int) -> list[Any]:
        found = []
        for first, option in enumerate(self._options(schema) or [schema]):
            properties = self._merged(option, frozenset()).get("properties", {}).values()
            inside = next((options for each in properties if len(options := self._options(each)) > 1), [None])
            for second, _ in enumerate(inside):
                self.made, self.picks = 0, [first, second]
                found.append(self.value(schema, depth))
                self.number += 1
        self.picks = []
        return found

    def _options(self, schema: Any) -> list[Any]:
        whole = self._merged(schema, frozenset()) if isinstance(schema, Mapping) else {}
        options = [*(whole.get("oneOf") or ()), *(whole.get("anyOf") or ())]
        return [option for option in options if isinstance(option, Mapping) and option.get("type") != "null"]

    def value(self, schema: Any, depth: int) -> Any:
        self.made += 1
        if not isinstance(schema, Mapping) or self.made > 2 * _MOST or depth < -_DEPTH or self.nested > _NESTED:
            return {}
        self.nested += 1
        try:
            return self._value(schema, depth)
        finally:
            self.nested -= 1

    def _value(self, schema: JsonObject, depth: int) -> Any:
        schema = self._merged(schema, frozenset())
        for key in ("const", "example", "default"):
            if schema.get(key) is not None:
                return schema[key]
        for key in ("examples", "enum"):
            if isinstance(schema.get(key), list) and schema[key]:
                return schema[key][0]
        options = self._options(schema)
        if not options:
            return self._plain(schema, depth)
        pick, *self.picks = self.picks or [0]
        return self._member(schema, options[min(pick, len(options) - 1)], depth)

    def _merged(self, schema: JsonObject, seen: frozenset[str]) -> dict[str, Any]:
        """The schema with its reference followed and its `allOf` in one."""
        reference = schema.get("$ref")
        if isinstance(reference, str):
            target = {} if reference in seen else resolve(self.document, {"$ref": reference})
            found = self._merged(target, seen | {reference}) if isinstance(target, Mapping) else {}
            return found | {key: value for key, value in schema.items() if key != "$ref"}
        merged: dict[str, Any] = {}
        for part in [*(schema.get("allOf") or ()), {key: value for key, value in schema.items() if key != "allOf"}]:
            whole = self._merged(part, seen) if part.keys() & {"allOf", "$ref"} else part
            properties = {**merged.get("properties", {}), **whole.get("properties", {})}
            required = [*merged.get("required", ()), *whole.get("required", ())]
            merged = {**merged, **whole}
            merged |= {"properties": properties} if properties else {}
            merged |= {"required": required} if required else {}
        return merged

    def _member(self, schema: JsonObject, option: Any, depth: int) -> Any:
        """A value of the first alternative, with the tag that selects it and the fields next to the union."""
        value = self.value(option, depth)
        discriminator = schema.get("discriminator")
        if not isinstance(value, dict) or not isinstance(option, Mapping):
            return value
        fields = self._object(schema, depth) if schema.get("properties") else {}
        if isinstance(discriminator, Mapping):
            name = str(option.get("$ref", "")).rsplit("/", 1)[-1]
            mapping = discriminator.get("mapping") or {}
            tag = next((tag for tag, target in mapping.items() if str(target).rsplit("/", 1)[-1] == name), name)
            declared = self._merged(option, frozenset()).get("properties", {}).get(discriminator["propertyName"])
            if not isinstance(declared, Mapping) or not declared.keys() & {"enum", "const"}:
                value = {**value, discriminator["propertyName"]: tag}
        return {**fields, **value}

    def _plain(self, schema: JsonObject, depth: int) -> Any:
        kinds = schema.get("type", "object" if "properties" in schema else None)
        kind = next((each for each in kinds if each != "null"), "null") if isinstance(kinds, list) else kinds
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            wanted = (depth > 0 and self.made < _MOST) or schema.get("minItems")
            items = schema.get("items", {})
            whole = depth > _DEPTH - _NEAR and len(self._options(items)) > 1  # a page of a list
            return (self.variants(items, depth) if whole else [self.value(items, depth - 1)]) if wanted else []
        if kind in {"integer", "number"}:
            return max(1, int(schema.get("minimum", 1)))
        word = _SECRET if schema.get("writeOnly") is True else "text"
        named = "uri" if self.key.endswith(_ADDRESSES) else ""
        text = _FORMATS.get(schema.get("format", named), f"{word} {self.number}" if self.number else word)
        text = text.ljust(min(schema.get("minLength", 0), 1000), "x")[: schema.get("maxLength")]
        return {"boolean": True, "null": None, "string": text}.get(str(kind), {})

    def _object(self, schema: JsonObject, depth: int) -> dict[str, Any]:
        if not schema.get("properties") and not isinstance(schema.get("additionalProperties"), Mapping):
            return dict(_FREE_FORM)
        required, found = set(schema.get("required", ())), {}
        for key, prop in schema.get("properties", {}).items():
            whole = self._merged(prop, frozenset()) if isinstance(prop, Mapping) else {}
            # Ways to sign in exclude one another, so no optional secret is there.
            wanted = key in required or (depth > 0 and self.made < _MOST and whole.get("writeOnly") is not True)
            if wanted and whole.get(self.hidden) is not True:
                self.key = key
                found[key] = self.value(prop, depth - 1)
        return found
