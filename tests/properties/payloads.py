"""Answers as a document describes them, and what a newer server may make of them. No schema or field is named here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from typing import Any, TypeAlias

from attrs import frozen
from hypothesis import strategies as st

from arize_integrations._wire.timestamps import read_timestamp
from tests.properties.packages import Package

Json: TypeAlias = Any
Place: TypeAlias = tuple[Any, Any]
"""A container, and the key or index of one of its values."""

DEPTH = 4
TEXT = st.text(st.characters(exclude_categories=()), max_size=8)  # lone surrogates included: JSON can say them
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXT
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=6
)
PLAIN = {
    "str": TEXT,
    "int": st.integers(),
    "float": NUMBERS,
    "bool": st.booleans(),
    "None": st.none(),
    "": ANYTHING,
}
ZONES = st.just(dt.UTC) | st.integers(-14 * 60, 14 * 60).map(lambda minutes: dt.timezone(dt.timedelta(minutes=minutes)))
MOMENTS = st.builds(
    lambda moment, spec: moment.isoformat(timespec=spec).replace("+00:00", "Z"),
    st.datetimes(dt.datetime(1000, 1, 2), timezones=ZONES),
    st.sampled_from(["seconds", "milliseconds", "microseconds"]),
)
TEXTS = {"parse_datetime": MOMENTS, "parse_date": st.dates().map(str), "parse_uuid": st.uuids().map(str)}


@cache
def documented(package: Package) -> st.SearchStrategy[dict[str, Json]]:
    """Payloads that are as the document says."""
    return _Documented(package).of(package.answer, DEPTH)


@frozen
class _Documented:
    """Strategies for the values of each shape; below `depth` only what is required is there."""

    package: Package

    def of(self, shape: Any, depth: int) -> st.SearchStrategy[Json]:
        return self._of(type(shape).__name__, shape, depth)  # tuples of two types are equal

    @cache  # noqa: B019  as many as there are shapes
    def _of(self, _kind: str, shape: Any, depth: int) -> st.SearchStrategy[Json]:
        contract = self.package.contract
        match shape:
            case contract.Plain(declared):
                return PLAIN[declared]
            case contract.Text(parser):
                return TEXTS[parser]
            case contract.Constant(value):
                return st.just(value)
            case contract.Map(item):
                return st.dictionaries(TEXT, self.of(item, depth - 1), max_size=3) if depth > 0 else st.just({})
            case contract.Choice(name):
                return st.sampled_from([member.value for member in getattr(self.package.models, name)])
            case contract.Array(item):
                return st.lists(self.of(item, depth - 1), max_size=3) if depth > 0 else st.just([])
            case contract.AnyOf(options):
                return st.one_of([self.of(option, depth) for option in options])
            case _:
                return self._object(shape, depth, {})

    def _object(self, shape: Any, depth: int, tags: dict[str, str]) -> st.SearchStrategy[dict[str, Json]]:
        if isinstance(shape, self.package.contract.Tagged):
            union = self.package.contract.UNIONS[shape.name]
            members = union.members.items()
            return st.one_of([self._object(member, depth, {**tags, union.property: tag}) for tag, member in members])
        declared = self.package.contract.MODELS[shape.name]
        required = {field.key: self.of(field.shape, depth - 1) for field in declared.fields if field.required}
        optional = {
            field.key: self.of(field.shape, depth - 1)
            for field in declared.fields
            if not field.required and depth > 0 and field.key not in tags
        }
        fields = st.fixed_dictionaries(
            {**required, **{key: st.just(tag) for key, tag in tags.items()}}, optional=optional
        )
        if declared.fields and declared.additional is None:
            return fields
        others = ANYTHING if declared.additional is None else self.of(declared.additional, depth - 1)
        keys = TEXT.filter(lambda key: key not in {*required, *optional, *tags})
        return st.builds(lambda own, more: {**more, **own}, fields, st.dictionaries(keys, others, max_size=3))


def places(value: Json) -> Iterator[Place]:
    """Every place inside a payload, at any depth."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from places(value[key])


def _respelt(value: Json) -> Json:
    return value.swapcase().replace("_", "-") if isinstance(value, str) else value


def _rename(place: Place, new: str) -> None:
    container, key = place
    if isinstance(container, dict):
        container[new] = container.pop(key)


def _put(place: Place, value: Json) -> None:
    place[0][place[1]] = value


def _drop(place: Place, _: Json) -> None:
    del place[0][place[1]]


def _add(place: Place, value: Json) -> None:
    container, _key = place
    if isinstance(container, dict):
        container[f"new {len(container)}"] = value
    else:
        container.append(value)


DRIFTS: dict[str, Callable[[Place, Json], None]] = {
    "drop": _drop,
    "add": _add,
    "rename": lambda place, value: _rename(place, f"{place[1]}_v2"),
    "re-case a key": lambda place, value: _rename(place, str(place[1]).swapcase()),
    "re-case": lambda place, value: _put(place, _respelt(place[0][place[1]])),
    "null": lambda place, value: _put(place, None),
    "re-type": _put,
    "re-tag": lambda place, value: _put(place, "a value nobody knows yet"),
    "wrap in a list": lambda place, value: _put(place, [place[0][place[1]]]),
    "wrap in an object": lambda place, value: _put(place, {"value": place[0][place[1]]}),
}


@st.composite
def drifted(draw: st.DrawFn, package: Package) -> dict[str, Json]:
    """A payload that one to four changes at any depth have led away from the document."""
    payload = deepcopy(draw(documented(package)))
    for _ in range(draw(st.integers(1, 4))):
        found = list(places(payload))
        if found:
            change = DRIFTS[draw(st.sampled_from(sorted(DRIFTS)))]
            change(draw(st.sampled_from(found)), draw(ANYTHING))
    return payload


def is_same(received: Json, given: Json) -> bool:
    """Whether a value given back is the one received: timestamps the same instant, all else the same JSON."""
    if isinstance(received, dict) and isinstance(given, dict):
        return received.keys() == given.keys() and all(is_same(received[key], given[key]) for key in received)
    if isinstance(received, list) and isinstance(given, list):
        return len(received) == len(given) and all(map(is_same, received, given))
    if isinstance(received, str) and isinstance(given, str) and received != given:
        moments = read_timestamp(received), read_timestamp(given)
        return None not in moments and moments[0] == moments[1]
    return type(received) is type(given) and bool(received == given)
