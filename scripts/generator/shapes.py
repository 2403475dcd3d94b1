"""What a JSON value of the document looks like to Python: one small tree per property.

The tree is read off the generator's own parsed properties once and used twice: written into `contract.py` as the
table the drift-tolerant decoder follows, and turned into the expression that the generated `from_dict` runs.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from openapi_python_client.parser.properties import EnumProperty, ModelProperty, Property
from openapi_python_client.parser.properties.boolean import BooleanProperty
from openapi_python_client.parser.properties.date import DateProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.float import FloatProperty
from openapi_python_client.parser.properties.int import IntProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.parser.properties.string import StringProperty
from openapi_python_client.parser.properties.union import UnionProperty
from openapi_python_client.parser.properties.uuid import UuidProperty
from openapi_python_client.strings import snake_case


class Plain(NamedTuple):
    """A JSON scalar kept as it is; `type` names what the document declares ("" for anything)."""

    type: str


class Text(NamedTuple):
    """A string that is parsed: `parser` is a function of the generated `types` module."""

    parser: str


class Choice(NamedTuple):
    """A member of an enum class."""

    name: str


class Numeral(Choice):
    """A `Choice` among whole numbers. JSON's `true` and `1.0` are none of them, although Python finds them equal to 1."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(Choice(self.name))


class Model(NamedTuple):
    """An object of one model class."""

    name: str


class Tagged(NamedTuple):
    """An object whose class a discriminator selects."""

    name: str


class Array(NamedTuple):
    """A list of one shape."""

    item: Shape


class AnyOf(NamedTuple):
    """One of several shapes that no discriminator tells apart."""

    options: tuple[Shape, ...]


Shape: TypeAlias = Plain | Text | Choice | Model | Tagged | Array | AnyOf

_PLAIN_TYPES = {
    StringProperty: "str",
    IntProperty: "int",
    FloatProperty: "float",
    BooleanProperty: "bool",
    NoneProperty: "None",
}
_PARSERS = {DateTimeProperty: "parse_datetime", DateProperty: "parse_date", UuidProperty: "parse_uuid"}


def shape_of(prop: Property, unions: frozenset[str]) -> Shape:
    """The shape of one parsed property; `unions` are the class names that stand for discriminated unions."""
    if isinstance(prop, UnionProperty):
        return AnyOf(tuple(shape_of(inner, unions) for inner in prop.inner_properties))  # type: ignore[arg-type]
    if isinstance(prop, ListProperty):
        return Array(shape_of(prop.inner_property, unions))  # type: ignore[arg-type]
    if isinstance(prop, EnumProperty):
        return (Numeral if prop.value_type is int else Choice)(prop.class_info.name)
    if isinstance(prop, ModelProperty):
        name = prop.class_info.name
        return Tagged(name) if name in unions else Model(name)
    if type(prop) in _PARSERS:
        return Text(_PARSERS[type(prop)])
    return Plain(_PLAIN_TYPES.get(type(prop), ""))


def is_plain(shape: Shape) -> bool:
    """Whether a value of this shape is kept exactly as JSON gave it."""
    if isinstance(shape, AnyOf):
        return all(is_plain(option) for option in shape.options)
    return isinstance(shape, Plain) or (isinstance(shape, Array) and is_plain(shape.item))


def expression(shape: Shape, source: str) -> str:
    """The Python expression that decodes `source` strictly: it raises on what the document does not describe."""
    if isinstance(shape, Text):
        return f"{shape.parser}({source})"
    if isinstance(shape, Numeral):
        value = source if source == "_value" else f"_value := {source}"
        return f"{shape.name}(accept({value}, type(_value) is int))"
    if isinstance(shape, Choice):
        return f"{shape.name}({source})"
    if isinstance(shape, (Model, Tagged)):
        return f"{constructor(shape)}({source})"
    if is_plain(shape):
        return source
    if isinstance(shape, Array):
        return f"[{expression(shape.item, '_item')} for _item in as_list({source})]"
    if isinstance(shape, AnyOf):
        return _first_of(shape, source)
    return source


def constructor(shape: Model | Tagged) -> str:
    """The callable that builds a model, or the right member of a union, from an object."""
    return f"{shape.name}.from_dict" if isinstance(shape, Model) else f"{snake_case(shape.name)}_from_dict"


def check(shape: Shape, name: str) -> str:
    """The expression that holds when the undecoded value `name` is of the declared type; "" when nothing is to check."""
    if isinstance(shape, Plain):
        return _instance_check(shape.type, name)
    if not is_plain(shape):
        return ""
    if isinstance(shape, Array):
        items = check(shape.item, f"{name}_item")
        return f"isinstance({name}, list)" + (f" and all({items} for {name}_item in {name})" if items else "")
    if isinstance(shape, AnyOf):
        checks = [check(option, name) for option in shape.options]
        return " or ".join(sorted(checks, key=len)) if all(checks) else ""
    return ""


def _instance_check(type_name: str, name: str) -> str:
    if type_name == "None":
        return f"{name} is None"
    if type_name == "float":
        return f"isinstance({name}, (int, float))"
    return f"isinstance({name}, {type_name})" if type_name else ""


def _first_of(shape: AnyOf, source: str) -> str:
    others = [option for option in shape.options if option != Plain("None")]
    decoders = ", ".join(f"lambda _value: {_strict(option)}" for option in others)
    if len(others) == 1 and len(shape.options) == 2:
        value = source if source == "_value" else f"(_value := {source})"
        return f"None if {value} is None else {expression(others[0], '_value')}"
    nullable = "None, " if len(others) < len(shape.options) else ""
    return f"first_of({source}, {nullable}{decoders})"


def _strict(option: Shape) -> str:
    condition = check(option, "_value")
    return f"accept(_value, {condition})" if condition else expression(option, "_value")
