"""A request's body, checked against the document's tables before it is sent, and the secrets in it.

What the tables know must be right: required fields, JSON types, the spelling of tags and names. What they do not know is
sent as it is, because the server may be newer than this SDK.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple, cast

from arize_integrations._wire import request_errors
from arize_integrations._wire.json_values import below, is_same, leaf, members_of, why_not_json
from arize_integrations._wire.unwrap import enum_values, plain_spelling
from arize_integrations.errors import ConfigurationError
from arize_integrations_api import contract
from arize_integrations_api.values import UNSET

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
    """Walks a body together with its shape. `place` is the path of a value, "" for the body itself."""

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
                return self._tagged(name, members_of(value, place, shape), place)
            case contract.Model(name):
                return self._model(name, members_of(value, place, shape), place)
            case contract.Array(item):
                if not isinstance(value, (list, tuple)):
                    raise request_errors.wrong_type("a list", value, place)
                elements = enumerate(cast("list[object]", value))
                return [self.value(item, element, f"{place}[{index}]", secret=secret) for index, element in elements]
            case contract.Map(item):
                members = members_of(value, place).items()
                return {key: self.value(item, member, below(place, key), secret=secret) for key, member in members}
            case _:
                return self._alternative(shape.options, value, place, secret=secret)

    def _tagged(self, name: str, members: dict[str, Any], place: str) -> Any:
        union = contract.UNIONS[name]
        tag, at = members.get(union.property, UNSET), below(place, union.property)
        if tag is UNSET:
            raise request_errors.missing(at, f"it is {request_errors.one_of(union.members)}")
        tag = leaf(tag)
        member = next((member for known, member in union.members.items() if is_same(known, tag)), None)
        if member is not None:
            walk = self._model if isinstance(member, contract.Model) else self._tagged
            return walk(member.name, members, place)
        if type(tag) not in {type(known) for known in union.members}:
            raise request_errors.wrong_type(request_errors.one_of(union.members), tag, at)
        request_errors.refuse_respelling(tag, union.members, at)
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
                request_errors.refuse_misspelling(key, known, at)
                json[key] = self.free(item, at, secret=True)  # to a newer server it may be one
        if missing:
            raise request_errors.missing(below(place, missing[0]), f"{name} needs it")
        return json

    def _alternative(self, options: tuple[contract.Shape, ...], value: Any, place: str, *, secret: bool) -> Any:
        """The value by the first option that takes it; else the error of the option that came closest."""
        met: list[ConfigurationError] = []
        # A union that does not know the tag takes anything, as a newer server's: one that knows it decides.
        for option in [option for option in options if _knows_tag(option, value)] or options:
            before = len(self.secrets)
            try:
                return self.value(option, value, place, secret=secret)
            except ConfigurationError as error:
                del self.secrets[before:]
                met.append(error)
        inside = [error for error in met if len(error.parameter or "") > len(request_errors.shown(place))]
        if inside:
            raise max(inside, key=lambda error: len(error.parameter or ""))
        raise request_errors.wrong_type(" or ".join(request_errors.kind(option) for option in options), value, place)

    def _scalar(self, shape: contract.Shape, value: Any, place: str) -> Any:
        if isinstance(shape, contract.Constant):
            if not is_same(shape.value, value):
                raise ConfigurationError(f"must be {shape.value!r} here.", parameter=request_errors.shown(place))
        elif isinstance(shape, contract.Choice):
            values = enum_values(shape.name)
            if type(value) not in {type(known) for known in values}:
                raise request_errors.wrong_type(request_errors.one_of(values), value, place)
            if value not in values:
                request_errors.refuse_respelling(value, values, request_errors.shown(place))
        elif not _FITS[_json_type(shape)](value):
            raise request_errors.wrong_type(request_errors.kind(shape), value, place)
        return value

    def free(self, value: Any, place: str, *, secret: bool = False) -> Any:
        """JSON of which the document says nothing."""
        if type(value) is bool or (type(value) is str and value.isascii() and not secret):
            return value  # as most are; a file may hold thousands
        if isinstance(value, (list, tuple)):
            elements = enumerate(cast("list[object]", value))
            return [self.free(element, f"{place}[{index}]", secret=secret) for index, element in elements]
        if isinstance(value, Mapping) or hasattr(value, "to_dict"):
            members = members_of(value, place).items()
            return {key: self.free(member, below(place, key), secret=secret) for key, member in members}
        value = leaf(value)
        if reason := why_not_json(value):
            raise ConfigurationError(reason, parameter=request_errors.shown(place))
        if secret and value and isinstance(value, str):
            self.secrets.append(value)
        return value


@cache
def _fields(name: str) -> dict[str, contract.Field]:
    """The declared fields of a model by their JSON keys."""
    return {field.key: field for field in contract.MODELS[name].fields}


def _knows_tag(shape: contract.Shape, value: Any) -> bool:
    """Whether the tag of a mapping is one of a union's, in whichever spelling."""
    if not isinstance(shape, contract.Tagged) or not isinstance(value, Mapping):
        return False
    union = contract.UNIONS[shape.name]
    tag = leaf(cast("Mapping[str, Any]", value).get(union.property))
    if isinstance(tag, str):
        return request_errors.without_spaces(tag) in {
            plain_spelling(known) for known in union.members if isinstance(known, str)
        }
    return any(is_same(known, tag) for known in union.members)


def _json_type(shape: contract.Shape) -> str:
    return shape.type if isinstance(shape, contract.Plain) else "str"
