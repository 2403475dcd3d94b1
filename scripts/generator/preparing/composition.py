"""What `allOf` means: a value fits all parts, so of two things said about it the narrower holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from attrs import define, field

from scripts.document.errors import DocumentError
from scripts.document.text import quoted
from scripts.generator.preparing.spelling import WORDS, JsonObject, Place, equal, fits, structure

SCHEMAS = "#/components/schemas/"
CLOSED = "x-closed"
"""Marks an object that allows no other properties; it is read as if it did, since servers are newer than documents."""
TAGS = "x-tags"
"""The values of a discriminator that select an alternative."""
ORIGIN = "x-origin"
"""The component that an alternative was made of, when the fields next to its union were added to it."""


class _CircleError(DocumentError):
    """What schemas mean together depends on itself."""


def ref_name(schema: Mapping[str, Any]) -> str | None:
    """The component that a schema refers to, None if it is no reference."""
    reference = schema.get("$ref")
    return reference.removeprefix(SCHEMAS) if isinstance(reference, str) else None


def _is_alias(schema: JsonObject) -> bool:
    """Whether a component only gives another name, or words, to one reference."""
    parts = schema.get("allOf", [schema])
    own = schema.keys() - said(schema).keys()
    return len(parts) == 1 and "$ref" in parts[0] and own <= {"$ref", "allOf", "nullable"}


def without(schema: Mapping[str, Any], *keys: str) -> JsonObject:
    """A copy of a schema that lacks some of its keys."""
    return {key: value for key, value in schema.items() if key not in keys}


def said(schema: Mapping[str, Any]) -> JsonObject:
    """The parts of a schema that only describe."""
    return {key: value for key, value in schema.items() if key in WORDS or key.startswith("x-")}


@define
class Composer:
    """Takes `allOf` out of spelled schemas, each component once."""

    schemas: dict[str, JsonObject]
    _flat: dict[str, JsonObject] = field(factory=dict)
    _open: set[object] = field(factory=set)

    def component(self, name: str, place: Place) -> JsonObject:
        """Return a component without `allOf`.

        Raises:
            DocumentError: it combines what cannot be combined.
        """
        if name not in self._flat:
            if name in self._open:
                raise _CircleError("extends itself", ("components", "schemas", name))
            self._open.add(name)
            schema = self.schemas[name]
            found = self.flatten(schema, ("components", "schemas", name))
            if "$ref" in found and not _is_alias(schema):
                # It has a name of its own, and so a class, also if it adds nothing.
                found = {**self.meaning(found, place), **said(found)}
            self._flat[name] = found
            self._open.discard(name)
        return self._flat[name]

    def flatten(self, schema: JsonObject, place: Place) -> JsonObject:
        """Return a schema without `allOf`, at any depth; references stay references."""
        own = self._children(without(schema, "allOf"), place)
        parts = [
            (self.flatten(part, (*place, "allOf", i)), (*place, "allOf", i))
            for i, part in enumerate(schema.get("allOf", ()))
        ]
        if "$ref" in own and (parts or own.keys() - said(own).keys() - {"$ref", "nullable"}):
            reference: JsonObject = {"$ref": own.pop("$ref")}
            parts.insert(0, (reference, place))
        if not parts:
            return self._spread(own, place)
        found: JsonObject = {}
        for part, where in [*parts, (self._spread(own, place), place)]:
            found = self.merge(found, part, where)
        if own.get("nullable"):
            # Next to `allOf` it is meant for the whole, although strictly it would not be.
            found["nullable"] = True
        return found

    def _children(self, schema: JsonObject, place: Place) -> JsonObject:
        found = dict(schema)
        if "properties" in found:
            found["properties"] = {
                name: self.flatten(each, (*place, "properties", name)) for name, each in found["properties"].items()
            }
        for keyword in ("items", "additionalProperties"):
            if isinstance(found.get(keyword), dict):
                found[keyword] = self.flatten(found[keyword], (*place, keyword))
        if "oneOf" in found:
            found["oneOf"] = [self.flatten(each, (*place, "oneOf", i)) for i, each in enumerate(found["oneOf"])]
        if found.get("additionalProperties") is False:
            del found["additionalProperties"]
            found[CLOSED] = True
        return found

    def _spread(self, schema: JsonObject, place: Place) -> JsonObject:
        """Give the fields that stand next to a union to each of its members."""
        rest = {key: schema[key] for key in schema.keys() & {"type", "properties", "required", "additionalProperties"}}
        if "oneOf" not in schema or not rest:
            return schema
        if rest.keys() == {"type"}:
            return without(schema, "type")
        return self._distribute(without(schema, *rest), rest, place)

    def _distribute(self, union: JsonObject, other: JsonObject, place: Place) -> JsonObject:
        options, fault = [], None
        for option in union["oneOf"]:
            try:
                merged = self.merge(other, option, place)
            except _CircleError:
                raise
            except DocumentError as error:
                # No value can be this alternative and the rest.
                fault = error
                continue
            if "$ref" not in merged and ref_name(option):
                merged = {**merged, ORIGIN: ref_name(option)}
            options.append({**merged, **{key: option[key] for key in (TAGS,) if key in option}})
        if not options and fault:
            raise fault
        return {**union, "oneOf": options}

    def merge(self, one: JsonObject, two: JsonObject, place: Place) -> JsonObject:
        """Return the schema that both allow; a reference if it means the same as one of them."""
        words = {**said(one), **said(two)}
        if words.get("writeOnly") is False:
            del words["writeOnly"]
        first, second = without(one, *said(one)), without(two, *said(two))
        if not second or second == {"nullable": True}:
            return {**one, **words}
        if not first or first == {"nullable": True} or structure(first) == structure(second):
            return {**two, **words}
        both = self._intersection(first, second, place)
        return {**both, **words, **{key: both[key] for key in (CLOSED,) if key in both}}

    def _intersection(self, one: JsonObject, two: JsonObject, place: Place) -> JsonObject:
        first, second = ref_name(one), ref_name(two)
        nullable = _allows_null(self.meaning(one, place)) and _allows_null(self.meaning(two, place))
        if first and second and first != second and self._extends(first, second):
            found: JsonObject = {"$ref": one["$ref"]}
        elif first and second and (first == second or self._extends(second, first)):
            found = {"$ref": two["$ref"]}
        else:
            found = self._combined(one, two, place)
        found.pop("nullable", None)
        return {**found, "nullable": True} if nullable and found else found

    def _combined(self, one: JsonObject, two: JsonObject, place: Place) -> JsonObject:
        key = json.dumps([structure(one), structure(two)], sort_keys=True) if "$ref" in {*one, *two} else None
        if key in self._open:
            raise _CircleError("combines schemas that hold one another", place)
        if key:
            self._open.add(key)
        meant = [self.meaning(each, place) for each in (one, two)]
        plain = [without(each, "nullable", *said(each)) for each in meant]
        found = self._both(plain[0], plain[1], place)
        self._open.discard(key)
        for schema, meaning in ((one, plain[0]), (two, plain[1])):
            if "$ref" in schema and structure(found) == structure(meaning):
                return {"$ref": schema["$ref"]}
        return {**found, CLOSED: True} if any(CLOSED in each for each in meant) else found

    def meaning(self, schema: JsonObject, place: Place) -> JsonObject:
        """What a schema says itself: the component, if it is a reference."""
        seen = []
        nullable = False
        while name := ref_name(schema):
            nullable |= schema.get("nullable", False)
            if name in seen:
                raise DocumentError(f"refers to {quoted(name)}, which leads back to itself", place)
            seen.append(name)
            schema = self.component(name, place)
        return {**schema, "nullable": True} if nullable else schema

    def _extends(self, name: str, base: str) -> bool:
        """Whether a component has another one among what it is made of."""
        waiting, seen = [name], set[str]()
        while waiting:
            current = waiting.pop()
            seen.add(current)
            parts = self.schemas.get(current, {}).get("allOf", ())
            found = {ref for part in parts if (ref := ref_name(part)) and not part.get("nullable")} - seen
            if base in found:
                return True
            waiting += found
        return False

    def _both(self, one: JsonObject, two: JsonObject, place: Place) -> JsonObject:
        if "oneOf" in one and "oneOf" in two:
            if structure(one) == structure(two):
                return two
            raise DocumentError("combines two unions, which no class can show", place)
        if "oneOf" in one:
            return self._distribute(one, two, place)
        if "oneOf" in two:
            return self._distribute(two, one, place)
        found = {**one, **two}
        _narrow_type(found, one, two, place)
        _narrow_enum(found, one, two, place)
        if "properties" in one and "properties" in two:
            found["properties"] = {
                **one["properties"],
                **{
                    name: self.merge(one["properties"].get(name, {}), schema, (*place, "properties", name))
                    for name, schema in two["properties"].items()
                },
            }
        if "required" in one and "required" in two:
            found["required"] = list(dict.fromkeys([*one["required"], *two["required"]]))
        for keyword in ("items", "additionalProperties"):
            values = [each[keyword] for each in (one, two) if isinstance(each.get(keyword), dict)]
            if values:
                found[keyword] = self.merge(values[0], values[-1], (*place, keyword))
        return found


def _allows_null(schema: JsonObject) -> bool:
    """Whether null is allowed; what says nothing of types allows it."""
    return bool(schema.get("nullable")) or not schema.keys() & {"type", "enum", "properties", "oneOf", "items"}


def _narrow_type(found: JsonObject, one: JsonObject, two: JsonObject, place: Place) -> None:
    if "type" not in one or "type" not in two:
        return
    types = [each["type"] if isinstance(each["type"], list) else [each["type"]] for each in (one, two)]
    both = [kind for kind in types[1] if kind in types[0] or (kind == "integer" and "number" in types[0])]
    both += [kind for kind in types[0] if kind == "integer" and "number" in types[1] and kind not in both]
    if not both:
        raise DocumentError(f"must be {' or '.join(types[0])} and {' or '.join(types[1])} at once", place)
    found["type"] = both[0] if len(both) == 1 else both


def _narrow_enum(found: JsonObject, one: JsonObject, two: JsonObject, place: Place) -> None:
    if "enum" not in found:
        return
    values = [value for value in found["enum"] if fits(value, found.get("type"))]
    if "enum" in one and "enum" in two:
        values = [value for value in values if any(equal(value, other) for other in one["enum"])]
    if not values:
        raise DocumentError("leaves no value that all parts of it allow", place)
    found["enum"] = values
