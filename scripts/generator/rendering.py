"""What the templates write: the models, unions, enums and operations of a parsed document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import field, frozen
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import EnumProperty, ModelProperty, Property

from scripts.document.usable import operation_name
from scripts.generator import names
from scripts.generator.classes import Alternatives, Class, Described, Enumeration
from scripts.generator.expressions import members
from scripts.generator.marks import marks_of
from scripts.generator.package.tables import (
    Choice,
    Constant,
    Field,
    Model,
    Parameter,
    Plain,
    Shape,
    Tagged,
)
from scripts.generator.preparing.unions import Union
from scripts.generator.shapes import Numeral, Shapes, enum_values

_LOCATIONS = ("path", "query", "header", "cookie")


@frozen
class Rendering:
    """A parsed document: its models, the unions that were taken out of it before it was parsed, and its operations."""

    models: dict[str, Class]
    unions: dict[str, Union]
    enums: dict[str, Enumeration]
    choices: dict[str, Alternatives]
    _endpoints: dict[tuple[str, str], Endpoint]
    shapes: Shapes = field(repr=False)

    @classmethod
    def of(cls, data: GeneratorData, unions: Iterable[Union], document: Mapping[str, Any]) -> Rendering:
        parsed = {str(model.class_info.name): model for model in data.models}
        named = {names.class_name(schema) for schema in document["components"]["schemas"]}
        by_name = {union.name: union for union in unions}
        maps = {name: model for name, model in parsed.items() if name not in named and not _properties(model)}
        shapes = Shapes(frozenset(by_name), maps)
        tags = _tags(by_name)
        models = {
            name: _class(model, shapes, tags.get(name, {}), document)
            for name, model in sorted(parsed.items())
            if name not in maps and name not in by_name
        }
        enums = _enums(data)
        endpoints = [each for found in data.endpoint_collections_by_tag.values() for each in found.endpoints]
        return cls(
            models,
            by_name,
            enums,
            _choices(document, {*models, *by_name, *enums}),
            {(each.method, each.path.get_untrusted_value()): each for each in endpoints},
            shapes,
        )

    @property
    def modules(self) -> dict[str, str]:
        """The module of each public class and union, below `models`."""
        return names.modules([*self.models, *self.unions, *self.enums, *self.choices])

    def member(self, name: str) -> Model | Tagged:
        return Tagged(name) if name in self.unions else Model(name)

    def reader_names(self, union: Union) -> dict[Any, str]:
        """What `models` calls the reader of each member, by its tag."""
        return {tag: members(target) if target in self.unions else target for tag, target in union.mapping.items()}

    @property
    def endpoints(self) -> dict[str, Endpoint]:
        """The operations by their names."""
        return {operation_name(method, path): each for (method, path), each in sorted(self._endpoints.items())}

    def endpoint(self, method: str, path: str) -> Endpoint:
        """The library's reading of an operation."""
        return self._endpoints[method, path]

    def module(self, endpoint: Endpoint) -> str:
        """Where the operation's module stands below `api`."""
        operation = operation_name(endpoint.method, endpoint.path.get_untrusted_value())
        return f"{endpoint.tags[0]}.{names.module_name(operation)}"

    def parameters(self, endpoint: Endpoint) -> tuple[Parameter, ...]:
        """The parameters of an operation, those of the path first and in its order."""
        return tuple(
            Parameter(prop.name.get_untrusted_value(), _argument(prop), location, self.shapes.of(prop), prop.required)
            for location in _LOCATIONS
            for prop in getattr(endpoint, f"{location}_parameters")
        )

    def body(self, endpoint: Endpoint) -> Shape | None:
        """The shape of an operation's JSON body."""
        found = [body for body in endpoint.bodies if body.body_type == "json"]
        return self.shapes.of(found[0].prop) if found else None

    def result(self, endpoint: Endpoint) -> Shape | None:
        """The shape of the first 2xx answer that has JSON; None if none of them has any."""
        for answer in endpoint.responses.patterns:
            first, _ = answer.status_code.range or (0, 0)
            if answer.source["attribute"] == "response.json()" and 200 <= first < 300:
                return self.shapes.of(answer.prop)
        return None


def _argument(prop: Property) -> str:
    name = str(prop.python_name)
    return f"{name}_" if name == "body" else name  # which is what the request's own body is called


def _properties(model: ModelProperty) -> list[Property]:
    return [*(model.required_properties or []), *(model.optional_properties or [])]


def _tags(unions: Mapping[str, Union]) -> dict[str, dict[str, Any]]:
    """For each member of a union, the properties that can have one value only: the tag that selects it."""
    found: dict[str, dict[str, set[Any]]] = {}
    for union in unions.values():
        for tag, target in union.mapping.items():
            found.setdefault(target, {}).setdefault(union.property, set()).add(tag)
    return {
        name: {key: next(iter(tags)) for key, tags in properties.items() if len(tags) == 1}
        for name, properties in found.items()
    }


def _class(model: ModelProperty, shapes: Shapes, tags: Mapping[str, Any], document: Mapping[str, Any]) -> Class:
    name, marks = str(model.class_info.name), marks_of(model, document)
    fields = []
    for prop in _properties(model):
        key = prop.name.get_untrusted_value()
        shape = _narrowed(shapes.of(prop), tags[key]) if key in tags else shapes.of(prop)
        declared = _field(key, str(prop.python_name), shape, prop.required, marks.get(key, {}))
        fields.append(Described(declared, _text(prop.description)))
    names.distinct({item.key: item.attribute for item, _ in fields}, f"the properties of {name}")
    extra = None if model.data.additionalProperties is None else model.additional_properties
    return Class(name, _text(model.description), tuple(fields), None if extra is None else shapes.of(extra))


def _narrowed(shape: Shape, tag: Any) -> Shape:
    """A tag that may be any text, or one of several values, is the one that selects the member it stands in."""
    kind = int if isinstance(shape, Numeral) else str
    return Constant(tag) if type(tag) is kind and (shape == Plain("str") or isinstance(shape, Choice)) else shape


def _field(key: str, attribute: str, shape: Shape, required: bool, marks: Mapping[str, Any]) -> Field:
    return Field(
        key,
        attribute,
        shape,
        required,
        secret=marks.get("writeOnly") is True,
        read_only=marks.get("readOnly") is True,
        shown_by=tuple(marks.get("x-shown-by", ())),
        immutable=marks.get("x-immutable") is True,
        compare=str(marks.get("x-compare", "")),
    )


def _choices(document: Mapping[str, Any], classes: set[str]) -> dict[str, Alternatives]:
    """The components that are alternatives of classes; they are written out where they are used, and have names of their own."""
    found = {}
    for component, schema in sorted(document["components"]["schemas"].items()):
        name, options = names.class_name(component), schema.get("oneOf", [])
        members = {names.class_name(option["$ref"].rpartition("/")[2]) for option in options if "$ref" in option}
        if len(members) == len(options) > 1 and members <= classes and name not in classes:
            found[name] = Alternatives(name, schema.get("description", ""), sorted(members))
    return found


def _enums(data: GeneratorData) -> dict[str, Enumeration]:
    found = {}
    for enum in sorted(data.enums, key=lambda each: str(each.class_info.name)):
        if isinstance(enum, EnumProperty) and len(enum.values) > 1:
            name = str(enum.class_info.name)
            found[name] = Enumeration(name, _text(enum.description), enum_values(enum))
    return found


def _text(description: Any) -> str:
    return description.get_untrusted_value() if description else ""
