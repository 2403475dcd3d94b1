"""From an answer's JSON to the concrete object: dispatch by the document's discriminators, at every depth.

An answer that is as the document says is read by the generated `from_dict`. If that refuses, because the server is
newer than this SDK, the same tables are followed leniently: what is understood is typed, the rest stays as received,
and nothing is lost. No class or field of the API is named here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial
from typing import Any, TypeAlias, cast

from arize_integrations._wire.timestamps import read_timestamp
from arize_integrations_api import contract, models, values
from arize_integrations_api.types import UNSET, Record, UnknownVariant

Note: TypeAlias = Callable[..., None]
"""Called with each way an answer differs from the document: what (a predicate), in which schema, in which field; and of an
unknown tag or enum value, that value."""

ABSENT = "is required and was not sent; it reads as UNSET"
RETYPED = "is of another type than documented; it is kept as received"
NEW_VALUE = "has a value that is not documented; it is kept as received"
NEW_VARIANT = "names no variant that is documented; the object is an UnknownVariant"
RESPELLED = "is spelled otherwise than documented; it was recognised all the same"
UNDECLARED = "is not documented; it is kept in additional_properties"

_DOES_NOT_FIT = (KeyError, TypeError, ValueError, AttributeError)


def unwrap(shape: contract.Shape, payload: dict[str, Any], note: Note) -> Any:
    """The object that `payload` is, as `shape` declares it. Never raises on what a server may send."""
    try:
        value = _strictly(shape, payload)
    except _DOES_NOT_FIT:
        value = _leniently(shape, payload, note, getattr(shape, "name", ""), "")
    _note_undeclared(value, note)
    return value


def _strictly(shape: contract.Shape, payload: dict[str, Any]) -> Any:
    while type(shape) is contract.Tagged:
        union = contract.UNIONS[shape.name]
        shape = union.members[payload[union.property]]
    if type(shape) is contract.Model:
        return _reader(shape.name)(payload)
    raise TypeError("an answer of no declared class is read by the tables")


@cache
def _reader(name: str) -> Callable[[dict[str, Any]], Any]:
    read: Callable[[dict[str, Any]], Any] = _class(name).from_dict
    return read


def _class(name: str) -> Any:
    return getattr(models, name)


def _leniently(shape: contract.Shape, value: Any, note: Note, schema: str, field: str) -> Any:
    """The value as declared as far as it goes; `schema` and `field` say where it stands."""
    return _READERS[type(shape)](shape, value, note, schema, field)


def _retyped(value: Any, note: Note, schema: str, field: str) -> Any:
    note(RETYPED, schema, field)
    return value


def _tagged(shape: contract.Tagged, value: Any, note: Note, schema: str, field: str) -> Any:
    if not isinstance(value, dict):
        return _retyped(value, note, schema, field)
    return _member(shape.name, cast("dict[str, Any]", value), note)


def _member(name: str, payload: dict[str, Any], note: Note) -> Any:
    """The member of a union that the payload's tag selects, or an `UnknownVariant`."""
    union = contract.UNIONS[name]
    tag = payload.get(union.property, UNSET)
    member = _members_by_tag(name).get((type(tag), tag)) if isinstance(tag, (str, int, float)) else None
    if member is None and isinstance(tag, str):
        member = _spellings(name).get(plain_spelling(tag))
        if member is not None:
            note(RESPELLED, name, union.property)
    if member is None:
        note(NEW_VARIANT, name, union.property, tag)
        return UnknownVariant(name, tag, payload)
    return _leniently(member, payload, note, name, union.property)


@cache
def _members_by_tag(name: str) -> dict[tuple[type, contract.Scalar], contract.Model | contract.Tagged]:
    """The members of a union by the JSON values of their tags: true is not 1, although Python finds them equal."""
    return {(type(tag), tag): member for tag, member in contract.UNIONS[name].members.items()}


@cache
def _spellings(name: str) -> dict[str, contract.Model | contract.Tagged]:
    """The members of a union by their tags' plain spelling, less those that two members share."""
    found: dict[str, contract.Model | contract.Tagged | None] = {}
    for tag, member in contract.UNIONS[name].members.items():
        if isinstance(tag, str):
            plain = plain_spelling(tag)
            found[plain] = member if found.get(plain, member) == member else None
    return {plain: member for plain, member in found.items() if member is not None}


def plain_spelling(tag: str) -> str:
    """A name without what people spell differently: case, `_` and `-`."""
    return re.sub("[_-]", "", tag).casefold()


def _model(shape: contract.Model, value: Any, note: Note, schema: str, field: str) -> Any:
    if not isinstance(value, dict):
        return _retyped(value, note, schema, field)
    name, declared = shape.name, contract.MODELS[shape.name]
    rest = cast("dict[str, Any]", value.copy())
    model = _class(name).__new__(_class(name))
    for key, attribute, expected, required, *_ in declared.fields:
        if key in rest:
            setattr(model, attribute, _READERS[type(expected)](expected, rest.pop(key), note, name, key))
        else:
            setattr(model, attribute, UNSET)
            if required:
                note(ABSENT, name, key)
    if declared.additional is not None:
        rest = {key: _leniently(declared.additional, item, note, name, "*") for key, item in rest.items()}
    model.additional_properties = rest
    return model


def _array(shape: contract.Array, value: Any, note: Note, schema: str, field: str) -> Any:
    if not isinstance(value, list):
        return _retyped(value, note, schema, field)
    return [_leniently(shape.item, element, note, schema, field) for element in cast("list[object]", value)]


def _map(shape: contract.Map, value: Any, note: Note, schema: str, field: str) -> Any:
    if not isinstance(value, dict):
        return _retyped(value, note, schema, field)
    if shape.item == _ANYTHING:
        return cast("dict[str, Any]", value)
    items = cast("dict[str, Any]", value).items()
    return {key: _leniently(shape.item, item, note, schema, field) for key, item in items}


def _constant(shape: contract.Constant, value: Any, note: Note, schema: str, field: str) -> Any:
    if type(value) is not type(shape.value):
        return _retyped(value, note, schema, field)
    if value != shape.value:
        note(NEW_VALUE, schema, field, value)
    return value


def _choice(shape: contract.Choice, value: Any, note: Note, schema: str, field: str) -> Any:
    if not isinstance(value, (str, int)) or isinstance(value, bool):  # True would be found as 1
        return _retyped(value, note, schema, field)
    member = enum_values(shape.name).get(value)
    if member is None:
        note(NEW_VALUE, schema, field, value)
        return value
    return member


@cache
def enum_values(name: str) -> dict[Any, Any]:
    """The members of an enum by their values; asking the enum itself raises for an unknown value, which is slow."""
    return {member.value: member for member in _class(name)}


def _text(shape: contract.Text, value: Any, note: Note, schema: str, field: str) -> Any:
    if not isinstance(value, str):
        return _retyped(value, note, schema, field)
    try:
        return getattr(values, shape.parser)(value)
    except ValueError:
        moment = read_timestamp(value) if shape.parser == "parse_datetime" else None
        # Without an offset it is no moment: to compare it with one raises.
        return moment if moment and moment.tzinfo else _retyped(value, note, schema, field)


def _plain(shape: contract.Plain, value: Any, note: Note, schema: str, field: str) -> Any:
    return value if isinstance(value, _PLAIN[shape.type]) else _retyped(value, note, schema, field)


def _alternative(shape: contract.AnyOf, value: Any, note: Note, schema: str, field: str) -> Any:
    """The value by the one option that takes it without a complaint, else by the only one of its JSON kind."""
    fitting = [option for option in shape.options if _is_of_kind(option, value)]
    if len(fitting) == 1:  # without a trial, which in a recursive schema would double the work at every level
        return _leniently(fitting[0], value, note, schema, field)
    partly: list[Any] = []
    for option in fitting:
        complaints: list[str] = []
        decoded = _leniently(option, value, partial(_remember, complaints), schema, field)
        if complaints:
            continue
        if not values.leaves_some(decoded):
            return decoded
        partly.append(decoded)
    return partly[0] if partly else _retyped(value, note, schema, field)


def _remember(complaints: list[str], what: str, *_: object) -> None:
    complaints.append(what)


# By the type of the shape, because trying one pattern after another takes longer than what is then done.
_READERS: dict[type, Callable[[Any, Any, Note, str, str], Any]] = {
    contract.Tagged: _tagged,
    contract.Model: _model,
    contract.Array: _array,
    contract.Map: _map,
    contract.Constant: _constant,
    contract.Choice: _choice,
    contract.Text: _text,
    contract.Plain: _plain,
    contract.AnyOf: _alternative,
}

_ANYTHING = contract.Plain("")

# What Python's JSON reader makes of each declared type; a number without a fraction is a float too.
_PLAIN: dict[str, type | tuple[type, ...]] = {
    "": object,
    "None": type(None),
    "bool": bool,
    "float": (int, float),
    "int": int,
    "str": str,
}


def _is_of_kind(shape: contract.Shape, value: Any) -> bool:
    """Whether a JSON value is of the kind that a shape, which is no choice between others, is written as."""
    match shape:
        case contract.Tagged() | contract.Model() | contract.Map():
            return isinstance(value, dict)
        case contract.Array():
            return isinstance(value, list)
        case contract.Text():
            return isinstance(value, str)
        case contract.Constant(constant):
            return type(value) is type(constant)
        case contract.Plain(declared):
            return isinstance(value, _PLAIN[declared])
        case _:
            return isinstance(value, (str, int))


def _note_undeclared(value: Any, note: Note) -> None:
    """Note every field that came with a model, at any depth, and is not declared."""
    if isinstance(value, Record):
        if value.additional_properties and value.CLOSED:
            for key in value.additional_properties:
                note(UNDECLARED, type(value).__name__, key)
        for attribute in value.NESTED:
            if nested := getattr(value, attribute):
                _note_undeclared(nested, note)
    elif isinstance(value, list):
        for element in cast("list[object]", value):
            _note_undeclared(element, note)
    elif isinstance(value, dict):
        _note_undeclared([*cast("dict[str, object]", value).values()], note)
