"""Values of models: absent ones, and the strict readers and the writer behind `from_dict` and `to_dict`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

if TYPE_CHECKING:
    from uuid import UUID

T = TypeVar("T")


class Unset(Enum):
    """The type of `UNSET`. An enum, so that its one member keeps its identity through `copy` and `pickle`."""

    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    __str__ = __repr__


UNSET: Final = Unset.UNSET
"""Stands for a field that was not received, or is not to be sent; false in a condition."""


def as_list(value: Any) -> list[Any]:
    """The value itself, if it is a list; `TypeError` otherwise."""
    if isinstance(value, list):
        return value
    raise TypeError("not a list")


def as_dict(value: Any) -> dict[str, Any]:
    """The value itself, if it is an object; `TypeError` otherwise."""
    if isinstance(value, dict):
        return value
    raise TypeError("not an object")


def beyond(value: Mapping[str, Any], keys: Mapping[str, str]) -> dict[str, Any]:
    """What an object holds besides the keys of a model's fields."""
    known = {*keys.values()}
    return {key: item for key, item in value.items() if key not in known}


def accept(value: T, fits: bool) -> T:
    """The value itself, if it is of a declared type; `TypeError` otherwise."""
    if fits:
        return value
    raise TypeError("not of a declared type")


def first_of(value: Any, *decoders: Callable[[Any], Any] | None) -> Any:
    """The answer of the first decoder that accepts the value whole, else of the first that accepts it; None accepts null."""
    partly: list[Any] = []
    for decode in decoders:
        if decode is None:
            if value is None:
                return None
            continue
        try:
            found = decode(value)
        except (TypeError, ValueError, KeyError, AttributeError):
            continue
        if not leaves_some(found):
            return found
        partly.append(found)
    if partly:
        return partly[0]
    raise TypeError("no declared alternative fits")


def leaves_some(value: Any) -> bool:
    """Whether an object came with more than its closed class declares, so that it may be meant for another one."""
    return getattr(type(value), "CLOSED", False) is True and bool(value.additional_properties)


_moment = dt.datetime.fromisoformat


def parse_datetime(text: str) -> dt.datetime:
    """A timestamp as RFC 3339 writes it: neither a bare date nor a time without an offset, which names no moment."""
    if len(text) < 20:
        raise ValueError("not a timestamp")
    moment = _moment(text)
    if moment.tzinfo is None:
        raise ValueError("a timestamp without an offset")
    return moment


def parse_date(text: str) -> dt.date:
    """A date written as YYYY-MM-DD."""
    value = dt.date.fromisoformat(text)
    if value.isoformat() != text:
        raise ValueError("not a date in its usual form")
    return value


def parse_uuid(text: str) -> UUID:
    """A UUID in its canonical form."""
    from uuid import UUID  # here, because few documents have any

    value = UUID(accept(text, isinstance(text, str)))
    if str(value) != text:
        raise ValueError("not a UUID in its canonical form")
    return value


def to_json(value: Any) -> Any:
    """A value as JSON holds it: models, enums and timestamps inside mappings and lists too, `UNSET` left out."""
    if value is None or isinstance(value, (bool, float)) or type(value) in {str, int}:
        return value
    if hasattr(type(value), "to_dict"):
        return value.to_dict()
    if isinstance(value, Mapping):
        return {key: to_json(item) for key, item in value.items() if item is not UNSET}
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value if item is not UNSET]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dt.datetime):
        return _timestamp(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return value if isinstance(value, (str, int)) else str(value)  # a UUID


def _timestamp(value: dt.datetime) -> str:
    """A timestamp as servers usually write it: no more digits than it needs, in threes, and Z for UTC."""
    digits = "seconds" if value.microsecond == 0 else "microseconds" if value.microsecond % 1000 else "milliseconds"
    text = value.isoformat(timespec=digits)
    return text[:-6] + "Z" if text.endswith("+00:00") else text


def request_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Query values, headers or cookies by name, as httpx takes them: what is `UNSET` or None is left out."""
    return {name: to_json(value) for name, value in values.items() if value is not UNSET and value is not None}
