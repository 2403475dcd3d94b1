"""Prepares the corrected document for the generator library, which knows nothing of discriminators and little of `allOf`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import define, field, frozen

from scripts.document.errors import DocumentError
from scripts.document.slicing import operations_of, resolve
from scripts.document.text import quoted
from scripts.document.usable import operation_name
from scripts.generator.names import class_name
from scripts.generator.preparing.bases import with_fields_in_members, without_polymorphic_bases
from scripts.generator.preparing.bounds import require_bounded, without_recursion
from scripts.generator.preparing.composition import ORIGIN, SCHEMAS, TAGS, Composer, ref_name, without
from scripts.generator.preparing.hoisting import Names, becomes_class, hoisted, reachable, references
from scripts.generator.preparing.references import local_schemas
from scripts.generator.preparing.spelling import JsonObject, Place, spelled
from scripts.generator.preparing.unions import Union, tags_of, with_tags


@frozen
class Prepared:
    """The document the library reads, and the unions that were taken out of it."""

    document: JsonObject
    unions: list[Union] = field(factory=list)
    places: dict[str, Place] = field(factory=dict, eq=False)
    """Where in the vendored document each component was written."""


def prepare(corrected: Mapping[str, Any]) -> Prepared:
    """Take composition and unions out of a valid document, and name all that becomes a class.

    Titles go (they would rename classes), and so does `additionalProperties: false`, because a newer server sends more
    than the document says. Operations are named after their method and path.

    Raises:
        DocumentError: no package can mean what the document says.
    """
    preparation = _Preparation.of(corrected)
    preparation.compose()
    unions = preparation.take_unions()
    return Prepared(preparation.document(corrected), unions, preparation.names.places)


@define
class _Preparation:
    """The schemas of a document on their way: its components, and those of its operations."""

    names: Names
    operations: list[JsonObject]
    _given: frozenset[str] = frozenset()

    @classmethod
    def of(cls, corrected: Mapping[str, Any]) -> _Preparation:
        is_30 = str(corrected["openapi"]).startswith("3.0.")
        document, schemas = local_schemas(corrected)
        components = {
            name: spelled(schema, ("components", "schemas", name), is_30=is_30) for name, schema in schemas.items()
        }
        _require_members(components)
        components = without_polymorphic_bases(components)
        names = Names(components)
        operations = [_operation(document, path, method, node) for path, method, node in operations_of(document)]
        for _, holder, place in _media(operations):
            holder["schema"] = spelled(holder["schema"], place, is_30=is_30)
        return cls(names, operations, frozenset(components))

    def compose(self) -> None:
        """Take `allOf` out, and name what is left written out in place."""
        schemas = self.names.schemas
        for name in list(schemas):
            schemas[name] = hoisted(with_tags(schemas[name]), self.names.place(name), self.names)
        for name in list(schemas):
            schemas[name] = with_tags(schemas[name])
        roots = [holder["schema"] for _, holder, _ in _media(self.operations)]
        with_fields_in_members(schemas, roots)
        composer = Composer(schemas)
        flat = {name: composer.component(name, self.names.place(name)) for name in list(schemas)}
        for _, holder, place in _media(self.operations):
            holder["schema"] = composer.flatten(holder["schema"], place)
        schemas.update(flat)
        self._drop_unused()
        for name in list(schemas):
            schemas[name] = hoisted(schemas[name], self.names.place(name), self.names)
        self._name_bodies()
        without_recursion(schemas)
        require_bounded(schemas, self.names.place)

    def _drop_unused(self) -> None:
        """What was named and is now overridden would be a class that nothing uses."""
        schemas = self.names.schemas
        roots: dict[str, JsonObject] = {
            ref: {} for _, holder, _ in _media(self.operations) for ref in references(holder["schema"])
        }
        kept = reachable({**roots, **{name: {} for name in self._given}}, schemas)
        for name in schemas.keys() - kept:
            self.names.remove(name)

    def _name_bodies(self) -> None:
        """Give every object that an operation sends or answers with a component of its own, so that it has a name."""
        known: dict[str, str] = {}
        for (operation, suffix), holder, place in _media(self.operations):
            schema = hoisted(holder["schema"], place, self.names)
            if suffix and becomes_class(schema):
                text = json.dumps(schema, sort_keys=True)
                if text not in known:
                    known[text] = self.names.add(without(schema, "nullable"), place, (operation, suffix))
                nullable = {"nullable": True} if schema.get("nullable") else {}
                schema = {"$ref": SCHEMAS + known[text], **nullable}
            holder["schema"] = schema

    def take_unions(self) -> list[Union]:
        """Put an empty object in place of each discriminated union; the library would try one member after another."""
        schemas, unions = self.names.schemas, []
        tags = {name: tags_of(schemas[name], schemas, self.names.place(name)) for name in sorted(schemas)}
        for name, found in tags.items():
            if found is None:
                continue
            for target in found[1].values():
                if not (tags[target] or ("oneOf" not in schemas[target] and _is_object(schemas[target]))):
                    raise DocumentError(f"selects {target}, which is no object", self.names.place(name))
            mapping = {tag: class_name(target) for tag, target in found[1].items()}
            unions.append(Union(class_name(name), found[0], mapping, schemas[name].get("description", "")))
        for union, name in [(union, each) for union in unions for each in schemas if class_name(each) == union.name]:
            nullable = {"nullable": True} if schemas[name].get("nullable") else {}
            schemas[name] = {"type": "object", "description": union.description, **nullable}
        return unions

    def document(self, corrected: Mapping[str, Any]) -> JsonObject:
        """The document for the library: the operations, and the components they are made of."""
        schemas = self.names.schemas
        nullable = {name for name, schema in schemas.items() if schema.get("nullable") and _is_class(schema)}
        for _, holder, _ in _media(self.operations):
            holder["schema"] = _written(holder["schema"], nullable)
        paths: JsonObject = {}
        for operation in self.operations:
            path, method = operation.pop("x-path"), operation.pop("x-method")
            paths.setdefault(path, {})[method] = operation
        written = {
            name: _written(without(schema, "nullable") if name in nullable else schema, nullable)
            for name, schema in schemas.items()
        }
        components = {"schemas": written, "securitySchemes": corrected.get("components", {}).get("securitySchemes", {})}
        return {
            **{key: value for key, value in corrected.items() if key not in {"paths", "components"}},
            "paths": paths,
            "components": components,
        }


def _require_members(components: Mapping[str, JsonObject]) -> None:
    """Refuse a mapping to a schema that is not there; following references does not find it."""
    for name, schema in components.items():
        for tag, target in ((schema.get("discriminator") or {}).get("mapping") or {}).items():
            if target.rsplit("/", 1)[-1] not in components:
                place = ("components", "schemas", name, "discriminator", "mapping", tag)
                raise DocumentError(f"selects {quoted(target)}, which is no schema", place)


def _is_object(schema: JsonObject) -> bool:
    return schema.get("type") == "object"


def _is_class(schema: JsonObject) -> bool:
    return becomes_class(schema) or _is_object(schema) or "enum" in schema


def _operation(document: Mapping[str, Any], path: str, method: str, node: Mapping[str, Any]) -> JsonObject:
    """An operation that refers to nothing but schemas."""
    item = document["paths"][path]
    parameters = {}
    for parameter in [*item.get("parameters", []), *node.get("parameters", [])]:
        found = dict(resolve(document, parameter))
        parameters[found["name"], found["in"]] = found
    result = {key: node[key] for key in ("tags", "summary", "description", "deprecated", "security") if key in node}
    result["operationId"] = operation_name(method, path)
    result["parameters"] = [_with_schema(each) for each in parameters.values()]
    if "requestBody" in node:
        result["requestBody"] = _with_content(document, node["requestBody"])
    result["responses"] = {
        str(status): _with_content(document, answer) for status, answer in node.get("responses", {}).items()
    }
    return {**result, "x-path": path, "x-method": method}


def _with_schema(parameter: JsonObject) -> JsonObject:
    """A parameter whose schema stands directly in it."""
    media: JsonObject = next(iter(parameter.get("content", {}).values()), {})
    found = without(parameter, "content", "example", "examples")
    return {**found, "schema": parameter.get("schema", media.get("schema", {}))}


def _with_content(document: Mapping[str, Any], node: Mapping[str, Any]) -> JsonObject:
    found = resolve(document, node)
    content = {
        kind: {"schema": media["schema"]} if "schema" in media else {}
        for kind, media in found.get("content", {}).items()
    }
    return {key: found[key] for key in ("description", "required") if key in found} | (
        {"content": content} if content else {}
    )


def _media(operations: list[JsonObject]) -> Iterator[tuple[tuple[str, str], JsonObject, Place]]:
    """Every holder of a schema in the operations: for whom, the holder, and where it stands."""
    for operation in operations:
        place: Place = ("paths", operation["x-path"], operation["x-method"])
        name = operation["operationId"]
        for index, parameter in enumerate(operation["parameters"]):
            yield (name, ""), parameter, (*place, "parameters", index, "schema")
        bodies = [("Body", operation.get("requestBody", {}), (*place, "requestBody"))]
        bodies += [
            ("Result", answer, (*place, "responses", status)) for status, answer in operation["responses"].items()
        ]
        for suffix, body, where in bodies:
            for kind, media in body.get("content", {}).items():
                if "schema" in media:
                    yield (name, suffix), media, (*where, "content", kind, "schema")


def _written(schema: JsonObject, nullable: set[str]) -> JsonObject:
    """A spelled schema as the library reads it."""
    found = without(schema, "title", "discriminator", TAGS, ORIGIN)
    if "properties" in found:
        found["properties"] = {name: _written(each, nullable) for name, each in found["properties"].items()}
    for keyword in ("items", "additionalProperties"):
        if isinstance(found.get(keyword), dict):
            found[keyword] = _written(found[keyword], nullable)
    if "oneOf" in found:
        found["oneOf"] = [_written(option, nullable) for option in found["oneOf"]]
    name = ref_name(found)
    if name and (found.get("nullable") or name in nullable):
        found = {**without(found, "$ref"), "oneOf": [{"$ref": found["$ref"]}], "nullable": True}
    return found
