"""What the templates ask about the parsed document: imports, decoding expressions, members of unions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from attrs import frozen
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.properties import ModelProperty, Property
from openapi_python_client.strings import snake_case

from scripts.generator.shapes import (
    AnyOf,
    Array,
    Model,
    Shape,
    Tagged,
    check,
    constructor,
    expression,
    is_plain,
    shape_of,
)
from scripts.generator.unions import Union


class Imports(NamedTuple):
    """The import lines of a model: those it runs with, and those only its annotations need."""

    lines: list[str]
    typing_lines: list[str]


class Members(NamedTuple):
    """The members of a union, as its module spells them."""

    imports: list[str]
    classes: list[str]
    decoders: list[tuple[str, str]]


@frozen
class Rendering:
    """The models of a parsed document and the unions that were taken out of it before it was parsed."""

    models: dict[str, ModelProperty]
    unions: dict[str, Union]

    @classmethod
    def of(cls, data: GeneratorData, unions: Iterable[Union]) -> Rendering:
        models = {model.class_info.name: model for model in data.models}
        rendering = cls(dict(sorted(models.items())), {union.name: union for union in unions})
        for collection in data.endpoint_collections_by_tag.values():
            for endpoint in collection.endpoints:
                endpoint.relative_imports |= set(rendering._constructor_imports(endpoint.relative_imports))
        return rendering

    def globals(self) -> dict[str, Callable[..., Any] | dict[str, Union]]:
        """The names the templates know beside the generator's own."""
        return {
            "unions": self.unions,
            "constructor": self.constructor,
            "members": self.members,
            "assignment": self.assignment,
            "checks": self.checks,
            "additional": self.additional,
            "model_imports": self.model_imports,
        }

    def shape(self, prop: Any) -> Shape:
        return shape_of(prop, frozenset(self.unions))

    def constructor(self, prop: ModelProperty) -> str:
        shape = self.shape(prop)
        assert isinstance(shape, (Model, Tagged))
        return constructor(shape)

    def member_shape(self, name: str) -> Model | Tagged:
        return Tagged(name) if name in self.unions else Model(name)

    def members(self, name: str) -> Members:
        mapping = {tag: self.member_shape(target) for tag, target in self.unions[name].mapping.items()}
        shapes = sorted(set(mapping.values()), key=lambda shape: shape.name)
        lines = [line for shape in shapes for line in self._imports_of(shape)]
        decoders = [(_literal(tag), constructor(shape)) for tag, shape in mapping.items()]
        return Members(lines, [shape.name for shape in shapes], decoders)

    def assignment(self, prop: Property) -> str:
        """The statement of `from_dict` that reads one property."""
        shape, key, target = self.shape(prop), _literal(prop.name.get_untrusted_value()), f"self.{prop.python_name}"
        if check(shape, ""):
            target = f"{target} = {_local(prop)}"
        if prop.required:
            return f"{target} = {expression(shape, f'_data.pop({key})')}"
        if expression(shape, "_value") == "_value":
            return f"{target} = _data.pop({key}, UNSET)"
        return f"{target} = UNSET if (_value := _data.pop({key}, UNSET)) is UNSET else {expression(shape, '_value')}"

    def checks(self, model: ModelProperty) -> str:
        """The condition under which the values that need no decoding are of their declared types."""
        conditions = []
        for prop in self.properties(model):
            condition = check(self.shape(prop), _local(prop))
            if condition:
                optional = "" if prop.required else f"{_local(prop)} is UNSET or "
                conditions.append(f"({optional}{condition})")
        extra = self.additional_shape(model)
        if extra is not None and (condition := check(extra, "_value")):
            conditions.append(f"all({condition} for _value in _data.values())")
        return " and ".join(conditions)

    def additional_shape(self, model: ModelProperty) -> Shape | None:
        """The shape of what a model holds beyond its fields, None where the document does not say that it may."""
        return None if model.data.additionalProperties is None else self.shape(model.additional_properties)

    def additional(self, model: ModelProperty) -> str:
        """The expression for what a model holds beyond its fields."""
        shape = self.additional_shape(model)
        if shape is None or is_plain(shape):
            return "_data"
        return f"{{_key: {expression(shape, '_value')} for _key, _value in _data.items()}}"

    def model_imports(self, model: ModelProperty) -> Imports:
        own = model.class_info.name
        used = {shape for prop in self.properties(model) for shape in _objects(self.shape(prop))}
        extra = self.additional_shape(model)
        used |= set(_objects(extra)) if extra else set()
        shapes = sorted((shape for shape in used if shape.name != own), key=lambda shape: shape.name)
        lines = [line for shape in shapes for line in self._decoder_imports_of(shape)]
        typing_lines = [self._import(shape.name, shape.name) for shape in shapes if isinstance(shape, Tagged)]
        return Imports(lines, typing_lines)

    def properties(self, model: ModelProperty) -> list[Property]:
        return [*(model.required_properties or []), *(model.optional_properties or [])]

    def _imports_of(self, shape: Model | Tagged) -> list[str]:
        lines = [self._import(shape.name, shape.name)]
        return lines + self._decoder_imports_of(shape) if isinstance(shape, Tagged) else lines

    def _decoder_imports_of(self, shape: Model | Tagged) -> list[str]:
        return [self._import(shape.name, constructor(shape) if isinstance(shape, Tagged) else shape.name)]

    def _import(self, class_name: str, name: str) -> str:
        return f"from ..models.{self.models[class_name].class_info.module_name} import {name}"

    def _constructor_imports(self, lines: Iterable[str]) -> Iterator[str]:
        """For an endpoint that imports a union, the line that imports what builds it."""
        for line in lines:
            before, _, name = line.partition(" import ")
            if name in self.unions:
                yield f"{before} import {snake_case(name)}_from_dict"


def _objects(shape: Shape) -> Iterator[Model | Tagged]:
    if isinstance(shape, (Model, Tagged)):
        yield shape
    elif isinstance(shape, Array):
        yield from _objects(shape.item)
    elif isinstance(shape, AnyOf):
        for option in shape.options:
            yield from _objects(option)


def _local(prop: Property) -> str:
    """The local variable for a property's value, which must not hide a name that `from_dict` calls."""
    return f"{prop.python_name}_"


def _literal(text: str) -> str:
    return repr(text)
