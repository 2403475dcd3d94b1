"""The JSON that Python values stand for: models, mappings, enums, times. A value that stands for none is refused."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, cast
from uuid import UUID

from arize_integrations._wire import request_errors
from arize_integrations.errors import ConfigurationError
from arize_integrations_api import contract
from arize_integrations_api.values import UNSET, to_json


def below(place: str, key: str) -> str:
    """The place of a member: `config.auth`."""
    return f"{place}.{key}" if place else key


def members_of(value: Any, place: str, shape: contract.Model | contract.Tagged | None = None) -> dict[str, Any]:
    """What an object holds, by its JSON keys, less what is `UNSET`. A model must be one that the shape can be."""
    declared = contract.MODELS.get(type(value).__name__) if hasattr(value, "additional_properties") else None
    if declared is not None:
        name = type(value).__name__
        if shape is not None and name not in _classes(shape):
            raise ConfigurationError(
                f"is a {name}, which the document does not take here.",
                parameter=request_errors.shown(place),
                hint=f"It takes {request_errors.one_of(sorted(_classes(shape)))}, or a mapping.",
            )
        held: Any = {field.key: getattr(value, field.attribute, UNSET) for field in declared.fields}
        held |= value.additional_properties
    else:
        held = value.to_dict() if hasattr(value, "to_dict") else value
        if not isinstance(held, Mapping):
            raise request_errors.wrong_type(request_errors.kind(shape) if shape else "an object", value, place)
    members = cast("Mapping[Any, Any]", held)
    for key in members:
        if not isinstance(key, str) or not _is_unicode(key):
            raise ConfigurationError("has a key that is not text.", parameter=request_errors.shown(place))
    return {key: item for key, item in members.items() if item is not UNSET}


@cache
def _classes(shape: contract.Model | contract.Tagged) -> frozenset[str]:
    """The names of the model classes that a shape can be."""
    if isinstance(shape, contract.Model):
        return frozenset({shape.name})
    members = contract.UNIONS[shape.name].members.values()
    return frozenset(name for member in members for name in _classes(member))


def leaf(value: Any) -> Any:
    """A value that is no object and no list, as JSON holds it: an enum's member by its value, a time as text."""
    if isinstance(value, (Enum, date, UUID)) and value is not UNSET:
        return to_json(value)
    return value


def why_not_json(value: object) -> str:
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


def is_same(known: object, value: object) -> bool:
    """Equal as JSON: true is not 1."""
    return known == value and isinstance(known, bool) == isinstance(value, bool)
