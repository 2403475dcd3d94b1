"""Models and enums as their modules write them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from attrs import frozen

from scripts.generator.expressions import annotation, check, expression, is_plain
from scripts.generator.package.tables import AnyOf, Array, Constant, Field, Map, Model, Shape, Tagged
from scripts.generator.text import literal


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
            return f"{target} = {expression(item.shape, f'src_dict[{key}]')}"
        absent = f"src_dict.get({key}, UNSET)"
        if expression(item.shape, "_value") == "_value":
            return f"{target} = {absent}"
        return f"{target} = UNSET if (_value := {absent}) is UNSET else {expression(item.shape, '_value')}"

    @property
    def undeclared(self) -> str:
        """The expression for what came beyond the fields. Mostly that is nothing, as the number of keys shows."""
        if not self.fields:
            return "{**src_dict}"
        required = sum(item.required for item, _ in self.fields)
        optional = [f"(self.{item.attribute} is not UNSET)" for item, _ in self.fields if not item.required]
        return f"{{}} if len(src_dict) == {' + '.join([str(required), *optional])} else beyond(src_dict, cls.KEYS)"

    @property
    def checks(self) -> str:
        """The condition under which the values that need no decoding are of their declared types."""
        conditions = []
        for item, _ in self.fields:
            if condition := check(item.shape, _local(item)):
                conditions.append(f"({condition})" if item.required else f"({_local(item)} is UNSET or {condition})")
        if self.additional is not None and (condition := check(self.additional, "_value")):
            conditions.append(f"all({condition} for _value in _rest.values())")
        return " and ".join(conditions)

    @property
    def rest(self) -> str:
        """The expression for what a model holds beyond its fields."""
        if self.additional is None or is_plain(self.additional):
            return "_rest"
        return f"{{_key: {expression(self.additional, '_extra')} for _key, _extra in _rest.items()}}"

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


class Alternatives(NamedTuple):
    """A component that is one of several classes, and no property says which."""

    name: str
    description: str
    members: list[str]


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


def _local(item: Field) -> str:
    """The local variable for a field's value, which must not hide a name that `from_dict` calls."""
    return f"{item.attribute}_"
