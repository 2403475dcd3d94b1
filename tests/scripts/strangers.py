"""Small documents of every form of schema, with hostile names, and payloads that they describe."""

import functools
import itertools
from collections.abc import Mapping
from typing import Any

from attrs import frozen
from hypothesis import assume, strategies as st

from scripts.generator.names import class_name
from scripts.generator.preparing import Prepared
from scripts.generator.preparing.unions import Union

Schema = Any
Document = dict[str, Any]

_PRINTABLE = [
    "self", "class", "from_dict", "to_dict", "KEYS", "additional_properties", "__init__", "_x", "1st", "a-b", "a b", "a.b",
    "a/b", "a~b", "é", "名", "None", "value", "_data", "_value", "UNSET", "str", 'a"b', "a'b", "a\\b", 'x"""', "{x}",
    "{{x}}", "{% x %}", "`x`", "<b>", "@octocat", "#1", "::error::x", "$ref", "%s", "A" * 300, "", "import os",
    "x): pass", "items", "raw", "default", "properties", "example", "enum",
]  # fmt: skip
_NAMES = ["ﬁeld", "\u00a0x", "\u202ex", "a\nb", "x\0", "\ud800", "x\u2028y"]
_WORDS = [
    "",
    "Plain.",
    '"""',
    "\\",
    "\\N{DIGIT ONE}",
    "{x} %s {{y}}",
    "a\u2028b\x00c\u202ed",
    "'''\n# x\n",
    "<script>",
    "x" * 5000,
]
COMPONENTS = ("Root", "Base", "Child", "Other", "Choice")
ALIKE = ("APIKey", "ApiKey", "Client", "Record", "List")

plain = st.sampled_from(["id", "type", "name", "kind", "note"])
names = st.one_of(plain, plain, plain, plain, st.sampled_from(_PRINTABLE), st.sampled_from(_PRINTABLE + _NAMES))
_ALPHABET = st.characters(exclude_categories=["Cs"])
words = st.sampled_from(_WORDS) | st.text(_ALPHABET, max_size=20)
texts = st.sampled_from(["a", "A", "a-b", "", '"', "\\", "\n", "é", "\u200b", "x\0", "None", "b", "c"]) | st.text(
    _ALPHABET, max_size=4
)
numbers = st.integers(-3, 3)
references = st.sampled_from(COMPONENTS).map(lambda name: {"$ref": f"#/components/schemas/{name}"})


def _described(schema: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    return st.tuples(schema, st.none() | words).map(
        lambda pair: {**pair[0], "description": pair[1]} if pair[1] and isinstance(pair[0], dict) else pair[0]
    )


@functools.cache
def leaves(version: str) -> st.SearchStrategy[Schema]:
    """Schemas that hold no others."""
    new = version.startswith("3.1")
    plain = st.sampled_from(["string", "integer", "number", "boolean"]).map(lambda kind: {"type": kind})
    found = [
        plain,
        plain,
        references,
        references,
        st.sampled_from(["date-time", "date", "uuid", "uri"]).map(lambda form: {"type": "string", "format": form}),
        st.lists(texts, min_size=1, max_size=3, unique=True).map(lambda values: {"type": "string", "enum": values}),
        st.lists(numbers, min_size=1, max_size=3, unique=True).map(lambda values: {"type": "integer", "enum": values}),
        st.lists(
            st.one_of(texts, numbers.map(lambda n: n + 0.5), st.booleans(), st.none()), min_size=1, max_size=3
        ).map(lambda values: {"enum": values}),
        st.just({}),
        st.just({"type": "object"}),
    ]
    if new:
        found += [
            texts.map(lambda value: {"const": value}),
            st.booleans(),
            plain.map(lambda schema: {"type": [schema["type"], "null"]}),
            st.just({"type": "null"}),
        ]
    else:
        found += [plain.map(lambda schema: {**schema, "nullable": True})]
    return st.one_of(found)


@functools.cache
def objects(inner: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    """Objects with a few properties, some of them required, some closed."""
    return st.builds(
        lambda properties, required, extra: {
            "type": "object",
            "properties": properties,
            **({"required": sorted(properties)[:required]} if required and properties else {}),
            **extra,
        },
        st.dictionaries(names, inner, max_size=3),
        st.integers(0, 3),
        st.sampled_from([{}, {}, {"additionalProperties": False}, {"additionalProperties": {"type": "string"}}]),
    )


@functools.cache
def schemas(version: str) -> st.SearchStrategy[Schema]:
    """Schemas of every form."""
    new = version.startswith("3.1")
    null = [{"type": "null"}] if new else []

    def wider(inner: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
        return st.one_of(
            inner.map(lambda item: {"type": "array", "items": item}),
            inner.map(lambda item: {"type": "object", "additionalProperties": item}),
            objects(inner),
            st.lists(inner, min_size=1, max_size=3).map(lambda options: {"oneOf": options + null}),
            st.lists(inner, min_size=2, max_size=2).map(lambda options: {"anyOf": options}),
            st.tuples(references, objects(inner)).map(lambda parts: {"allOf": list(parts)}),
            st.tuples(references, objects(inner)).map(lambda parts: {"allOf": [parts[0]], **parts[1]}),
            references.map(lambda part: {"allOf": [part], "nullable": True}),
        )

    return _described(st.recursive(leaves(version), wider, max_leaves=4))


@st.composite
def tagged(draw: st.DrawFn, version: str) -> Document:
    """A union, its members, and perhaps fields beside it."""
    tag = draw(names)
    values = draw(st.lists(texts | st.booleans() | numbers, min_size=2, max_size=2, unique_by=str))
    spell = "const" if version.startswith("3.1") and draw(st.booleans()) else "enum"
    members = {
        name: {
            "type": "object",
            "required": [tag],
            "properties": {
                tag: {spell: value if spell == "const" else [value]},
                **draw(objects(leaves(version)))["properties"],
            },
        }
        for name, value in zip(("Child", "Other"), values, strict=True)
    }
    union: Document = {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in members]}
    if draw(st.booleans()):
        union["discriminator"] = {"propertyName": tag}
        if draw(st.booleans()):
            keys = [str(value).lower() if isinstance(value, bool) else str(value) for value in values]
            union["discriminator"]["mapping"] = dict(
                zip(keys, (f"#/components/schemas/{n}" for n in members), strict=True)
            )
    if draw(st.booleans()):
        union |= draw(objects(leaves(version)))
    return {**members, "Choice": union}


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A whole document of one operation, whose answer is the component `Root`."""
    version = draw(st.sampled_from(["3.0.3", "3.1.0"]))
    simple = objects(leaves(version))
    components = {name: draw(simple) for name in COMPONENTS}
    components |= {name: draw(simple) for name in ALIKE if draw(st.integers(0, 9)) == 0}
    components["Root"] = draw(objects(schemas(version)))
    components["Child"] = {"allOf": [{"$ref": "#/components/schemas/Base"}, draw(objects(leaves(version)))]}
    if draw(st.booleans()):
        components |= draw(tagged(version))
    components[draw(st.sampled_from(COMPONENTS[1:]))] = draw(schemas(version))
    answer = {
        "description": draw(words),
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Root"}}},
    }
    operation = {
        "tags": ["Integrations"],
        "operationId": draw(names),
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
        "responses": {"200": answer},
    }
    return {
        "openapi": version,
        "info": {"title": draw(words), "version": "1"},
        "servers": [{"url": "https://api.example.com"}],
        "paths": {"/v2/integrations/{id}": {"get": operation}},
        "components": {"schemas": components},
    }


@frozen
class Payloads:
    """Values of prepared schemas, which have neither composition nor, but for their alternatives, unions."""

    components: Mapping[str, Document]
    unions: Mapping[str, Union]

    def of(self, draw: st.DrawFn, schema: Document, depth: int = 0) -> Any:
        assume(depth < 10)
        name = schema.get("$ref", "").rsplit("/", 1)[-1]
        if class_name(name) in self.unions and name:
            return self._tagged(draw, self.unions[class_name(name)], depth)
        if name:
            return self.of(draw, self.components[name], depth + 1)
        if "oneOf" in schema:
            return self.of(draw, draw(st.sampled_from(schema["oneOf"])), depth + 1)
        if "enum" in schema:
            return draw(st.sampled_from(schema["enum"]))
        kind = schema.get("type", "string")
        kind = draw(st.sampled_from(kind)) if isinstance(kind, list) else kind
        if kind == "object":
            return self._object(draw, schema, depth)
        if kind == "array":
            size = draw(st.integers(0, 0 if depth > 5 else 2))
            return [self.of(draw, schema["items"], depth + 1) for _ in range(size)]
        return draw(_SCALARS[kind] if kind != "string" else _FORMATS.get(schema.get("format", ""), _PLAIN))

    def _tagged(self, draw: st.DrawFn, union: Union, depth: int) -> Any:
        tag, member = draw(st.sampled_from(list(union.mapping.items())))
        component = next(name for name in self.components if class_name(name) == member)
        schema = self.components[component]
        # A map that is a member of a union may have no value for the tag.
        assume(union.property in schema.get("properties", ()) or "additionalProperties" not in schema)
        # A mapping may give a tag that the member's own values exclude.
        own = schema.get("properties", {}).get(union.property, {})
        values = own.get("enum") or self.components.get(own.get("$ref", "").rsplit("/", 1)[-1], {}).get("enum")
        assume(values is None or tag in values)
        value = self.of(draw, {"$ref": f"#/components/schemas/{component}"}, depth + 1)
        assume(isinstance(value, dict))
        return {**value, union.property: tag}

    def _object(self, draw: st.DrawFn, schema: Document, depth: int) -> Any:
        required = set(schema.get("required", ()))
        chosen = {
            name: self.of(draw, each, depth + 1)
            for name, each in schema.get("properties", {}).items()
            if name in required or (depth < 4 and draw(st.booleans()))
        }
        assume(required <= chosen.keys())
        return chosen


@st.composite
def payloads(draw: st.DrawFn, prepared: Prepared) -> Any:
    """A value of the component `Root`."""
    components = prepared.document["components"]["schemas"]
    unions = {union.name: union for union in prepared.unions}
    return Payloads(components, unions).of(draw, {"$ref": "#/components/schemas/Root"})


_PLAIN = st.sampled_from(["", "a", "é", "2026", "x\u2028y"])
_FORMATS = {
    "date-time": st.sampled_from(["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.678Z"]),
    "date": st.just("2026-01-02"),
    "uuid": st.just("00000000-0000-4000-8000-000000000000"),
}
_SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "integer": st.integers(-5, 5),
    "number": st.sampled_from([0, 1, 2.5]),
    "boolean": st.booleans(),
    "null": st.none(),
}
counter = itertools.count()
