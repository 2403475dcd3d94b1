"""A request's body, checked against the document's tables before it is sent, and the secrets in it.

What the tables know must be right: required fields, JSON types, the spelling of tags and names. What they do not know is
sent as it is, because the server may be newer than this SDK.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, NamedTuple, cast
from uuid import UUID

from arize_integrations._wire import complaints
from arize_integrations._wire.unwrap import enum_values, plain_spelling
from arize_integrations.errors import ConfigurationError
from arize_integrations_api import contract
from arize_integrations_api.values import UNSET, to_json

_TEXT = contract.Plain("str")
_FITS: dict[str, Callable[[object], bool]] = {
    "": lambda _: True,
    "None": lambda value: value is None,
    "bool": lambda value: isinstance(value, bool),
    "float": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "str": lambda value: isinstance(value, str),
}


class CheckedBody(NamedTuple):
    """A request's body as JSON, and the strings in it that nobody may read."""

    json: Any
    secrets: tuple[str, ...] = ()

    def __repr__(self) -> str:  # tracebacks show local variables
        return f"CheckedBody({len(self.secrets)} secrets)"


def check_body(shape: contract.Shape, value: object) -> CheckedBody:
    """The JSON of a request's body, given as the document's model or as a mapping of the same JSON.

    Args:
        shape: what the document says of the body.
        value: a request model, or a mapping.

    Raises:
        ConfigurationError: something in it cannot be right; `parameter` is the place, such as `config.auth.role_arn`.
    """
    return _checked(lambda check: check.value(shape, value, ""))


def check_json(value: object) -> CheckedBody:
    """JSON of which the document says nothing, so that every string in it may be a secret.

    Raises:
        ConfigurationError: it is no JSON.
    """
    return _checked(lambda check: check.free(value, "", secret=True))


def check_value(shape: contract.Shape, value: object, name: str) -> Any:
    """One parameter of a query, as JSON holds it.

    Raises:
        ConfigurationError: it has another type than the document says, or is spelled otherwise.
    """
    return _Check().value(shape, value, name)


def _checked(walk: Callable[[_Check], Any]) -> CheckedBody:
    check = _Check()
    try:
        json = walk(check)
    except RecursionError:
        raise ConfigurationError("The request is nested too deeply, or contains itself.") from None
    return CheckedBody(json, tuple(dict.fromkeys(check.secrets)))


class _Check:
    """Walks a body beside its shape. `place` is the path of a value, "" for the body itself."""

    def __init__(self) -> None:
        self.secrets: list[str] = []

    def value(self, shape: contract.Shape, value: Any, place: str, *, secret: bool = False) -> Any:
        """The value as JSON, if it fits the shape."""
        if type(value) is str and not secret and shape == _TEXT and value.isascii():
            return value  # as most are; a file may hold thousands
        match shape:
            case contract.Plain() | contract.Constant() | contract.Text() | contract.Choice():
                return self._scalar(shape, self.free(value, place, secret=secret), place)
            case contract.Tagged(name):
                return self._tagged(name, _members(value, place, shape), place)
            case contract.Model(name):
                return self._model(name, _members(value, place, shape), place)
            case contract.Array(item):
                if not isinstance(value, (list, tuple)):
                    raise complaints.wrong_type("a list", value, place)
                elements = enumerate(cast("list[object]", value))
                return [self.value(item, element, f"{place}[{index}]", secret=secret) for index, element in elements]
            case contract.Map(item):
                members = _members(value, place).items()
                return {key: self.value(item, member, below(place, key), secret=secret) for key, member in members}
            case _:
                return self._alternative(shape.options, value, place, secret=secret)

    def _tagged(self, name: str, members: dict[str, Any], place: str) -> Any:
        union = contract.UNIONS[name]
        tag, at = members.get(union.property, UNSET), below(place, union.property)
        if tag is UNSET:
            raise complaints.missing(at, f"it is {complaints.one_of(union.members)}")
        tag = _leaf(tag)
        member = next((member for known, member in union.members.items() if _is_same(known, tag)), None)
        if member is not None:
            walk = self._model if isinstance(member, contract.Model) else self._tagged
            return walk(member.name, members, place)
        if type(tag) not in {type(known) for known in union.members}:
            raise complaints.wrong_type(complaints.one_of(union.members), tag, at)
        complaints.refuse_respelling(tag, union.members, at)
        # A newer server may know the tag. What is secret below it cannot be known, so everything is.
        return {key: self.free(item, below(place, key), secret=key != union.property) for key, item in members.items()}

    def _model(self, name: str, members: dict[str, Any], place: str) -> Any:
        declared, known = contract.MODELS[name], _fields(name)
        missing = [key for key, field in known.items() if field.required and key not in members]
        json: dict[str, Any] = {}
        for key, item in members.items():
            at = below(place, key)
            if key in known:
                json[key] = self.value(known[key].shape, item, at, secret=known[key].secret)
            elif declared.additional is not None:
                json[key] = self.value(declared.additional, item, at)
            else:
                complaints.refuse_misspelling(key, known, at)
                json[key] = self.free(item, at, secret=True)  # a newer server may know it for one
        if missing:
            raise complaints.missing(below(place, missing[0]), f"{name} needs it")
        return json

    def _alternative(self, options: tuple[contract.Shape, ...], value: Any, place: str, *, secret: bool) -> Any:
        """The value by the first option that takes it; else the complaint of the option that came closest."""
        met: list[ConfigurationError] = []
        # A union that does not know the tag would take anything for a newer server's: one that does has the say.
        for option in [option for option in options if _knows_tag(option, value)] or options:
            before = len(self.secrets)
            try:
                return self.value(option, value, place, secret=secret)
            except ConfigurationError as error:
                del self.secrets[before:]
                met.append(error)
        inside = [error for error in met if len(error.parameter or "") > len(complaints.shown(place))]
        if inside:
            raise max(inside, key=lambda error: len(error.parameter or ""))
        raise complaints.wrong_type(" or ".join(complaints.kind(option) for option in options), value, place)

    def _scalar(self, shape: contract.Shape, value: Any, place: str) -> Any:
        if isinstance(shape, contract.Constant):
            if not _is_same(shape.value, value):
                raise ConfigurationError(f"must be {shape.value!r} here.", parameter=complaints.shown(place))
        elif isinstance(shape, contract.Choice):
            values = enum_values(shape.name)
            if type(value) not in {type(known) for known in values}:
                raise complaints.wrong_type(complaints.one_of(values), value, place)
            if value not in values:
                complaints.refuse_respelling(value, values, complaints.shown(place))
        elif not _FITS[_json_type(shape)](value):
            raise complaints.wrong_type(complaints.kind(shape), value, place)
        return value

    def free(self, value: Any, place: str, *, secret: bool = False) -> Any:
        """JSON of which the document says nothing."""
        if type(value) is bool or (type(value) is str and value.isascii() and not secret):
            return value  # as most are; a file may hold thousands
        if isinstance(value, (list, tuple)):
            elements = enumerate(cast("list[object]", value))
            return [self.free(element, f"{place}[{index}]", secret=secret) for index, element in elements]
        if isinstance(value, Mapping) or hasattr(value, "to_dict"):
            members = _members(value, place).items()
            return {key: self.free(member, below(place, key), secret=secret) for key, member in members}
        value = _leaf(value)
        if problem := _problem(value):
            raise ConfigurationError(problem, parameter=complaints.shown(place))
        if secret and value and isinstance(value, str):
            self.secrets.append(value)
        return value


@cache
def _fields(name: str) -> dict[str, contract.Field]:
    """The declared fields of a model by their JSON keys."""
    return {field.key: field for field in contract.MODELS[name].fields}


def below(place: str, key: str) -> str:
    """The place of a member: `config.auth`."""
    return f"{place}.{key}" if place else key


def _members(value: Any, place: str, shape: contract.Model | contract.Tagged | None = None) -> dict[str, Any]:
    """What an object holds, by its JSON keys, less what is `UNSET`. A model must be one that the shape can be."""
    declared = contract.MODELS.get(type(value).__name__) if hasattr(value, "additional_properties") else None
    if declared is not None:
        name = type(value).__name__
        if shape is not None and name not in _classes(shape):
            raise ConfigurationError(
                f"is a {name}, which the document does not take here.",
                parameter=complaints.shown(place),
                hint=f"It takes {complaints.one_of(sorted(_classes(shape)))}, or a mapping.",
            )
        held: Any = {field.key: getattr(value, field.attribute, UNSET) for field in declared.fields}
        held |= value.additional_properties
    else:
        held = value.to_dict() if hasattr(value, "to_dict") else value
        if not isinstance(held, Mapping):
            raise complaints.wrong_type(complaints.kind(shape) if shape else "an object", value, place)
    members = cast("Mapping[Any, Any]", held)
    for key in members:
        if not isinstance(key, str) or not _is_unicode(key):
            raise ConfigurationError("has a key that is not text.", parameter=complaints.shown(place))
    return {key: item for key, item in members.items() if item is not UNSET}


@cache
def _classes(shape: contract.Model | contract.Tagged) -> frozenset[str]:
    """The names of the model classes that a shape can be."""
    if isinstance(shape, contract.Model):
        return frozenset({shape.name})
    members = contract.UNIONS[shape.name].members.values()
    return frozenset(name for member in members for name in _classes(member))


def _knows_tag(shape: contract.Shape, value: Any) -> bool:
    """Whether the tag of a mapping is one of a union's, in whichever spelling."""
    if not isinstance(shape, contract.Tagged) or not isinstance(value, Mapping):
        return False
    union = contract.UNIONS[shape.name]
    tag = _leaf(cast("Mapping[str, Any]", value).get(union.property))
    if isinstance(tag, str):
        return complaints.without_spaces(tag) in {
            plain_spelling(known) for known in union.members if isinstance(known, str)
        }
    return any(_is_same(known, tag) for known in union.members)


def _leaf(value: Any) -> Any:
    """A value that is no object and no list, as JSON holds it: an enum's member by its value, a time as text."""
    if isinstance(value, (Enum, date, UUID)) and value is not UNSET:
        return to_json(value)
    return value


def _problem(value: object) -> str:
    """Why a value cannot be written as JSON; "" if it can."""
    if value is UNSET:
        return "is UNSET, which only a field can be."
    if isinstance(value, float) and not math.isfinite(value):
        return f"is {value}, a number that JSON does not have."
    if isinstance(value, str):
        return "" if _is_unicode(value) else "holds a character that is not valid Unicode text."
    return "" if value is None or isinstance(value, (bool, int, float)) else f"is a {type(value).__name__}, not JSON."


def _is_unicode(text: str) -> bool:
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def _json_type(shape: contract.Shape) -> str:
    return shape.type if isinstance(shape, contract.Plain) else "str"


def _is_same(known: object, value: object) -> bool:
    """Equal as JSON: true is not 1."""
    return known == value and isinstance(known, bool) == isinstance(value, bool)
