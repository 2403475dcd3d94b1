"""What a JSON value of the document looks like to Python, read off the library's parsed properties."""

from __future__ import annotations

import json
from collections.abc import Mapping

from attrs import frozen
from openapi_python_client.parser.properties import EnumProperty, ModelProperty, Property
from openapi_python_client.parser.properties.boolean import BooleanProperty
from openapi_python_client.parser.properties.const import ConstProperty
from openapi_python_client.parser.properties.date import DateProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.float import FloatProperty
from openapi_python_client.parser.properties.int import IntProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.parser.properties.string import StringProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.parser.properties.uuid import UuidProperty

from scripts.generator.package.tables import (
    AnyOf,
    Array,
    Choice,
    Constant,
    Map,
    Model,
    Plain,
    Scalar,
    Shape,
    Tagged,
    Text,
)

_PLAIN_TYPES = {
    StringProperty: "str",
    IntProperty: "int",
    FloatProperty: "float",
    BooleanProperty: "bool",
    NoneProperty: "None",
}
_PARSERS = {DateTimeProperty: "parse_datetime", DateProperty: "parse_date", UuidProperty: "parse_uuid"}


class Numeral(Choice):
    """A `Choice` among whole numbers. JSON's `true` and `1.0` are none of them, although Python finds them equal to 1."""

    __slots__ = ()


@frozen
class Shapes:
    """Reads the shapes of properties; it knows which names stand for unions, and which for maps written out in place."""

    unions: frozenset[str]
    maps: Mapping[str, ModelProperty]

    def of(self, prop: Property) -> Shape:
        """The shape of one parsed property."""
        if isinstance(prop, UnionProperty):
            return _any_of([self.of(inner) for inner in prop.inner_properties])  # type: ignore[arg-type]
        if isinstance(prop, ListProperty):
            return Array(self.of(prop.inner_property))  # type: ignore[arg-type]
        if isinstance(prop, EnumProperty):
            return _choice(prop)
        if isinstance(prop, ConstProperty):
            return Constant(prop.value.raw_value)
        if isinstance(prop, ModelProperty):
            return self._object(prop.class_info.name)
        if type(prop) in _PARSERS:
            return Text(_PARSERS[type(prop)])
        return Plain(_PLAIN_TYPES.get(type(prop), ""))

    def _object(self, name: str) -> Shape:
        if name in self.maps:
            values = self.maps[name].additional_properties
            return Map(self.of(values) if values else Plain(""))
        return Tagged(name) if name in self.unions else Model(name)


def enum_values(prop: EnumProperty) -> dict[str, Scalar]:
    """The values of an enum by the names of its members, as the document has them (see `adapting._guard_values`)."""
    return {
        name: json.loads(f'"{json.loads(f"{_QUOTE}{value}{_QUOTE}")}"') if isinstance(value, str) else value
        for name, value in prop.values.items()
    }


_QUOTE = '"'


def _choice(prop: EnumProperty) -> Shape:
    values = list(enum_values(prop).values())
    if len(values) == 1:
        return Constant(values[0])
    return (Numeral if prop.value_type is int else Choice)(prop.class_info.name)


def _any_of(options: list[Shape]) -> Shape:
    flat = [inner for option in options for inner in (option.options if isinstance(option, AnyOf) else (option,))]
    unique = list(dict.fromkeys((repr(option), option) for option in flat))
    return unique[0][1] if len(unique) == 1 else AnyOf(tuple(option for _, option in unique))
