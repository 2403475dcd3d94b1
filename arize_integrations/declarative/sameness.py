"""Whether two JSON values say the same, as far as the tables know what they are."""

from __future__ import annotations

import json
from collections.abc import Collection

from arize_integrations.declarative.tables import Json, is_list, is_object, options_of, spelling
from arize_integrations_api import contract, values


def is_same(shape: contract.Shape | None, one: Json, other: Json) -> bool:
    """Whether two values are the same: tags and enums as answers spell them, times as instants, all else as JSON."""
    for option in options_of(shape):
        if isinstance(option, (contract.Constant, contract.Choice)):
            return is_same_json(spelling(one), spelling(other))
        if isinstance(option, contract.Text) and isinstance(one, str) and isinstance(other, str):
            return one == other or _parsed(option, one) == _parsed(option, other)
    return is_same_json(one, other)


def is_same_json(one: Json, other: Json) -> bool:
    """Equal as JSON: true is not 1, and 1 is 1.0."""
    if is_object(one) and is_object(other):
        return one.keys() == other.keys() and all(is_same_json(value, other[key]) for key, value in one.items())
    if is_list(one) and is_list(other):
        return len(one) == len(other) and all(map(is_same_json, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def is_empty(value: Json) -> bool:
    """Whether a value says the same as its absence: null, or an empty list or object."""
    return value is None or value in ([], {})


def as_set(elements: Json, keys: Collection[str] | None) -> set[str]:
    """The elements of a list whose order does not matter. Of an object only `keys` are compared (None: all), without nulls.

    No list, an empty list and a list with one object of nulls are the same.
    """
    held = {canonical(_without_nulls(element, keys)) for element in elements} if is_list(elements) else set[str]()
    return held or {canonical({})}


def pairs_by(key: str, some: list[Json], others: list[Json]) -> list[tuple[Json, Json]] | None:
    """The elements of two lists that belong together: by what they hold at `key`, or by their order if that is "".

    None if an element of either list has no partner.
    """
    if len(some) != len(others):
        return None
    if not key:
        return list(zip(some, others, strict=True))
    by_key = {canonical(_at(element, key)): element for element in others}
    keys = [canonical(_at(element, key)) for element in some]
    if by_key.keys() != set(keys):
        return None
    return [(element, by_key[name]) for name, element in zip(keys, some, strict=True)]


def canonical(value: Json) -> str:
    """A text that two values share if they are the same JSON."""
    return json.dumps(value, sort_keys=True)


def _parsed(shape: contract.Text, text: str) -> object:
    try:
        return getattr(values, shape.parser)(text)
    except ValueError:
        return text


def _without_nulls(element: Json, keys: Collection[str] | None) -> Json:
    if not is_object(element):
        return element
    return {key: value for key, value in element.items() if value is not None and (keys is None or key in keys)}


def _at(element: Json, key: str) -> Json:
    return element.get(key) if is_object(element) else element
