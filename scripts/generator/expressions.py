"""The Python that reads a value of a shape, and the annotation that it gets."""

from __future__ import annotations

from openapi_python_client.strings import snake_case

from scripts.generator.package.tables import (
    AnyOf,
    Array,
    Choice,
    Constant,
    Map,
    Model,
    Plain,
    Shape,
    Tagged,
    Text,
)
from scripts.generator.shapes import Numeral
from scripts.generator.text import literal

_TEXTS = {"parse_datetime": "datetime.datetime", "parse_date": "datetime.date", "parse_uuid": "UUID"}


def annotation(shape: Shape) -> str:
    """The type that a value of this shape has in Python."""
    match shape:
        case Plain(type=name):
            return name or "Any"
        case Constant(value=float()):
            return "float"  # no literal type has one
        case Constant(value=value):
            return f"Literal[{literal(value)}]"
        case Text(parser=parser):
            return _TEXTS[parser]
        case Array(item=item):
            return f"list[{annotation(item)}]"
        case Map(item=item):
            return f"dict[str, {annotation(item)}]"
        case AnyOf(options=options):
            return " | ".join(dict.fromkeys(map(annotation, options)))
        case _:
            return f"_models.{shape.name}"


def is_plain(shape: Shape) -> bool:
    """Whether a value of this shape is kept exactly as JSON gave it."""
    if isinstance(shape, AnyOf):
        return all(is_plain(option) for option in shape.options)
    if isinstance(shape, (Array, Map)):
        return is_plain(shape.item)
    return isinstance(shape, (Plain, Constant))


def expression(shape: Shape, source: str) -> str:
    """The Python expression that decodes `source` strictly: it raises on what the document does not describe."""
    if is_plain(shape):
        return source
    match shape:
        case Text(parser=parser):
            return f"{parser}({source})"
        case Numeral(name=name):
            value = source if source == "_value" else f"_value := {source}"
            return f"_models.{name}(accept({value}, type(_value) is int))"
        case Choice(name=name):
            return f"_models.{name}({source})"
        case Model() | Tagged():
            return f"{reader(shape)}({source})"
        case Array(item=item):
            return f"[{expression(item, '_item')} for _item in as_list({source})]"
        case Map(item=item):
            return f"{{_key: {expression(item, '_item')} for _key, _item in as_dict({source}).items()}}"
        case AnyOf():
            return _first_of(shape, source)
        case _:
            return source


def members(name: str) -> str:
    """The name of the object that reads the members of a union."""
    return f"_read_{snake_case(name)}"


def reader(shape: Model | Tagged) -> str:
    """The callable that builds a model, or the right member of a union, from an object."""
    return f"_models.{members(shape.name) if isinstance(shape, Tagged) else shape.name}.from_dict"


def check(shape: Shape, name: str) -> str:
    """The expression that holds when the undecoded value `name` is of the declared type; "" when nothing is to check."""
    if not is_plain(shape):
        return ""
    match shape:
        case Plain(type=declared):
            return _instance_check(declared, name)
        case Constant(value=value):
            return _constant_check(value, name)
        case Array(item=item):
            items = check(item, f"{name}_item")
            return f"isinstance({name}, list)" + (f" and all({items} for {name}_item in {name})" if items else "")
        case Map(item=item):
            items = check(item, f"{name}_item")
            every = f" and all({items} for {name}_item in {name}.values())" if items else ""
            return f"isinstance({name}, dict)" + every
        case AnyOf(options=options):
            checks = [check(option, name) for option in options]
            return " or ".join(f"({each})" for each in sorted(checks, key=len)) if all(checks) else ""
        case _:
            return ""


def _instance_check(type_name: str, name: str) -> str:
    if type_name == "None":
        return f"{name} is None"
    if type_name == "bool":
        return f"isinstance({name}, bool)"
    if type_name == "float":
        return f"isinstance({name}, (int, float))"
    return f"isinstance({name}, {type_name})" if type_name else ""


def _constant_check(value: object, name: str) -> str:
    """`true`, 1 and 1.0 are three values of JSON, although Python finds them equal."""
    if isinstance(value, bool):
        return f"{name} is {value}"
    if isinstance(value, (int, float)):
        return f"type({name}) is {type(value).__name__} and {name} == {literal(value)}"
    return f"{name} == {literal(value)}"


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
