"""What the templates write: the models, unions, enums and operations of a parsed document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from attrs import field, frozen
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import EnumProperty, ModelProperty, Property

from scripts.document.usable import operation_name
from scripts.generator import names
from scripts.generator.expressions import annotation, check, expression, is_plain, members
from scripts.generator.marks import marks_of
from scripts.generator.package.tables import (
    AnyOf,
    Array,
    Choice,
    Constant,
    Field,
    Map,
    Model,
    Parameter,
    Plain,
    Shape,
    Tagged,
)
from scripts.generator.preparing.unions import Union
from scripts.generator.shapes import Numeral, Shapes, enum_values
from scripts.generator.text import literal

_LOCATIONS = ("path", "query", "header", "cookie")


class Described(NamedTuple):
    """A field, and what the document says about it."""

    field: Field
    description: str

    @property
    def annotation(self) -> str:
        declared = annotation(self.field.shape)
        return declared if self.field.required else f"{declared} | Unset"

    @property
    def default(self) -> str:
        """What has one value has it as its default. What may be absent is absent unless it is given."""
        if not self.field.required:
            return " = UNSET"
        return f" = {literal(self.field.shape.value)}" if isinstance(self.field.shape, Constant) else ""


@frozen
class Class:
    """A model as its module writes it."""

    name: str
    description: str
    fields: tuple[Described, ...]
    additional: Shape | None

    def assignment(self, item: Field) -> str:
        """The statement of `from_dict` that reads one field."""
        key, target = literal(item.key), f"self.{item.attribute}"
        if check(item.shape, ""):
            target = f"{target} = {_local(item)}"
        if item.required:
            return f"{target} = {expression(item.shape, f'_data.pop({key})')}"
        if expression(item.shape, "_value") == "_value":
            return f"{target} = _data.pop({key}, UNSET)"
        return (
            f"{target} = UNSET if (_value := _data.pop({key}, UNSET)) is UNSET else {expression(item.shape, '_value')}"
        )

    @property
    def checks(self) -> str:
        """The condition under which the values that need no decoding are of their declared types."""
        conditions = []
        for item, _ in self.fields:
            if condition := check(item.shape, _local(item)):
                conditions.append(f"({condition})" if item.required else f"({_local(item)} is UNSET or {condition})")
        if self.additional is not None and (condition := check(self.additional, "_value")):
            conditions.append(f"all({condition} for _value in _data.values())")
        return " and ".join(conditions)

    @property
    def rest(self) -> str:
        """The expression for what a model holds beyond its fields."""
        if self.additional is None or is_plain(self.additional):
            return "_data"
        return f"{{_key: {expression(self.additional, '_extra')} for _key, _extra in _data.items()}}"

    @property
    def keys(self) -> str:
        return literal({item.attribute: item.key for item, _ in self.fields})

    @property
    def nested(self) -> str:
        return _names_of(item for item, _ in self.fields if _holds_models(item.shape))

    @property
    def closed(self) -> bool:
        return bool(self.fields) and self.additional is None

    @property
    def secrets(self) -> str:
        return _names_of(item for item, _ in self.fields if item.secret)


@frozen
class Enumeration:
    """An enum as its module writes it."""

    name: str
    description: str
    values: dict[str, Any]

    @property
    def base(self) -> str:
        return "StrEnum" if all(isinstance(value, str) for value in self.values.values()) else "IntEnum"


@frozen
class Rendering:
    """A parsed document: its models, the unions that were taken out of it before it was parsed, and its operations."""

    models: dict[str, Class]
    unions: dict[str, Union]
    enums: dict[str, Enumeration]
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
        endpoints = [each for found in data.endpoint_collections_by_tag.values() for each in found.endpoints]
        return cls(
            models,
            by_name,
            _enums(data),
            {(each.method, each.path.get_untrusted_value()): each for each in endpoints},
            shapes,
        )

    @property
    def modules(self) -> dict[str, str]:
        """The module of each public class and union, below `models`."""
        return names.modules([*self.models, *self.unions, *self.enums])

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


def _enums(data: GeneratorData) -> dict[str, Enumeration]:
    found = {}
    for enum in sorted(data.enums, key=lambda each: str(each.class_info.name)):
        if isinstance(enum, EnumProperty) and len(enum.values) > 1:
            name = str(enum.class_info.name)
            found[name] = Enumeration(name, _text(enum.description), enum_values(enum))
    return found


def _text(description: Any) -> str:
    return description.get_untrusted_value() if description else ""


def _local(item: Field) -> str:
    """The local variable for a field's value, which must not hide a name that `from_dict` calls."""
    return f"{item.attribute}_"


def _holds_models(shape: Shape) -> bool:
    match shape:
        case Array(item=item) | Map(item=item):
            return _holds_models(item)
        case AnyOf(options=options):
            return any(map(_holds_models, options))
        case _:
            return isinstance(shape, (Model, Tagged))


def _names_of(fields: Iterator[Field]) -> str:
    return ", ".join(literal(item.attribute) for item in fields)
