"""From an answer's bytes to the concrete object: dispatch by the document's discriminators, at every depth.

An answer that is as the document says is read by the generated `from_dict`. Where that refuses, because the server is
newer than this SDK, the same tables are followed leniently: what is understood is typed, the rest stays as received,
and nothing is lost. No class or field of the API is named here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, TypeAlias, cast

from arize_integrations._timestamps import read_timestamp
from arize_integrations_api import contract, models, types
from arize_integrations_api.types import UNSET, UnknownVariant

Note: TypeAlias = Callable[[str, str, str], None]
"""Told of each way an answer differs from the document: what (a phrase), in which schema, in which field."""

ABSENT = "a required field is absent"
RETYPED = "a value is of another type than declared"
NEW_VALUE = "a value is not in the enum"
NEW_VARIANT = "a variant is unknown"
RESPELLED = "a discriminator is spelled differently"
UNDECLARED = "a field is not declared"

_DOES_NOT_FIT = (KeyError, TypeError, ValueError, AttributeError)


def parse(content: bytes) -> dict[str, Any]:
    """The JSON object in a body. ValueError, with a sentence that holds no value of it, when it is none."""
    try:
        payload = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError("the body is not UTF-8 text") from error
    except ValueError as error:
        raise ValueError("the body is not JSON" if content.strip() else "the body is empty") from error
    except RecursionError as error:
        raise ValueError("the body is nested too deeply") from error
    if not isinstance(payload, dict):
        raise ValueError(f"the body is JSON, but {_kind(payload)} and not an object")
    return cast("dict[str, Any]", payload)


def unwrap(shape: contract.Shape, payload: dict[str, Any], note: Note) -> Any:
    """The object that `payload` is, as `shape` declares it. Never raises on what a server may send."""
    try:
        value = _strictly(shape, payload)
    except _DOES_NOT_FIT:
        value = _leniently(shape, payload, note, "", "")
    for schema, field in _undeclared(value):
        note(UNDECLARED, schema, field)
    return value


def _strictly(shape: contract.Shape, payload: dict[str, Any]) -> Any:
    if isinstance(shape, contract.Tagged):
        union = contract.UNIONS[shape.name]
        return _strictly(union.members[payload[union.property]], payload)
    if isinstance(shape, contract.Model):
        return _class(shape.name).from_dict(payload)
    raise TypeError("an answer is an object")


def _class(name: str) -> Any:
    return getattr(models, name)


def _leniently(shape: contract.Shape, value: Any, note: Note, schema: str, field: str) -> Any:
    """The value as declared as far as it goes; `schema` and `field` say where it stands."""
    match shape:
        case contract.Tagged(name) if isinstance(value, dict):
            return _member(name, cast("dict[str, Any]", value), note)
        case contract.Model(name) if isinstance(value, dict):
            return _model(name, cast("dict[str, Any]", value), note)
        case contract.Array(item) if isinstance(value, list):
            return [_leniently(item, element, note, schema, field) for element in cast("list[object]", value)]
        case contract.Choice(name):
            return _choice(_class(name), value, note, schema, field)
        case contract.Text(parser) if isinstance(value, str):
            return _text(parser, value, note, schema, field)
        case contract.AnyOf(options):
            return _alternative(options, value, note, schema, field)
        case contract.Plain(declared) if _is_plainly(declared, value):
            return value
        case _:
            note(RETYPED, schema, field)
            return value


def _member(name: str, payload: dict[str, Any], note: Note) -> Any:
    """The member of a union that the payload's tag selects, or an `UnknownVariant`."""
    union = contract.UNIONS[name]
    tag = payload.get(union.property, UNSET)
    member = union.members.get(tag) if isinstance(tag, str) else None
    if member is None and isinstance(tag, str):
        member = _spellings(name).get(_plain_spelling(tag))
        if member is not None:
            note(RESPELLED, name, union.property)
    if member is None:
        note(NEW_VARIANT, name, union.property)
        return UnknownVariant(name, tag, payload)
    return _leniently(member, payload, note, name, union.property)


@cache
def _spellings(name: str) -> dict[str, contract.Model | contract.Tagged]:
    """The members of a union by their tags' plain spelling, less those that two members share."""
    found: dict[str, contract.Model | contract.Tagged | None] = {}
    for tag, member in contract.UNIONS[name].members.items():
        plain = _plain_spelling(tag)
        found[plain] = member if found.get(plain, member) == member else None
    return {plain: member for plain, member in found.items() if member is not None}


def _plain_spelling(tag: str) -> str:
    return re.sub("[_-]", "", tag).casefold()


def _model(name: str, payload: dict[str, Any], note: Note) -> Any:
    declared = contract.MODELS[name]
    rest = dict(payload)
    model = _class(name).__new__(_class(name))
    for key, attribute, shape, required in declared.fields:
        if key in rest:
            setattr(model, attribute, _leniently(shape, rest.pop(key), note, name, key))
        else:
            setattr(model, attribute, UNSET)
            if required:
                note(ABSENT, name, key)
    if declared.additional is not None:
        rest = {key: _leniently(declared.additional, value, note, name, "*") for key, value in rest.items()}
    model.additional_properties = rest
    return model


def _choice(enum: Any, value: Any, note: Note, schema: str, field: str) -> Any:
    try:
        return enum(value)
    except ValueError:
        note(NEW_VALUE if isinstance(value, (str, int)) else RETYPED, schema, field)
        return value


def _text(parser: str, value: str, note: Note, schema: str, field: str) -> Any:
    try:
        return getattr(types, parser)(value)
    except ValueError:
        moment = read_timestamp(value) if parser == "parse_datetime" else None
        if moment is None:
            note(RETYPED, schema, field)
        return value if moment is None else moment


def _alternative(options: tuple[contract.Shape, ...], value: Any, note: Note, schema: str, field: str) -> Any:
    """The value by the one option that takes it without a complaint, else by the only one of its JSON kind."""
    fitting = [option for option in options if _is_of_kind(option, value)]
    if len(fitting) == 1:  # without a trial, which in a recursive schema would double the work at every level
        return _leniently(fitting[0], value, note, schema, field)
    for option in fitting:
        complaints: list[str] = []
        decoded = _leniently(option, value, lambda what, _schema, _field: complaints.append(what), schema, field)  # noqa: B023
        if not complaints:
            return decoded
    note(RETYPED, schema, field)
    return value


def _is_of_kind(shape: contract.Shape, value: Any) -> bool:
    """Whether a JSON value is of the kind that a shape is written as."""
    match shape:
        case contract.Tagged() | contract.Model():
            return isinstance(value, dict)
        case contract.Array():
            return isinstance(value, list)
        case contract.Text():
            return isinstance(value, str)
        case contract.Choice():
            return isinstance(value, (str, int)) and not isinstance(value, bool)
        case contract.AnyOf(options):
            return any(_is_of_kind(option, value) for option in options)
        case contract.Plain(declared):
            return _is_plainly(declared, value)


def _is_plainly(declared: str, value: Any) -> bool:
    match declared:
        case "":
            return True
        case "None":
            return value is None
        case "float":
            return isinstance(value, (int, float))
        case _:
            return type(value).__name__ == declared or (declared == "int" and isinstance(value, bool))


def _undeclared(value: Any) -> Iterator[tuple[str, str]]:
    """The schema and key of every field that came with a model, at any depth, and is not declared."""
    if isinstance(value, list):
        for element in cast("list[object]", value):
            yield from _undeclared(element)
        return
    name = type(value).__name__
    declared = contract.MODELS.get(name)
    if declared is None or not hasattr(value, "additional_properties"):
        return
    if value.additional_properties and declared.fields and declared.additional is None:
        yield from ((name, key) for key in value.additional_properties)
    for attribute in _nesting(name):
        yield from _undeclared(getattr(value, attribute))


@cache
def _nesting(name: str) -> tuple[str, ...]:
    """The attributes of a model that may hold models."""
    return tuple(field.attribute for field in contract.MODELS[name].fields if _holds_objects(field.shape))


def _holds_objects(shape: contract.Shape) -> bool:
    match shape:
        case contract.Array(item):
            return _holds_objects(item)
        case contract.AnyOf(options):
            return any(map(_holds_objects, options))
        case _:
            return isinstance(shape, (contract.Tagged, contract.Model))


def _kind(payload: Any) -> str:
    kinds: dict[type, str] = {list: "a list", str: "a string", bool: "true or false", type(None): "null"}
    return next((kind for known, kind in kinds.items() if isinstance(payload, known)), "a number")
