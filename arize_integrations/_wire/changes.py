"""Whether an update changes anything, apart from what it must repeat and what no update can change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from arize_integrations._wire import request_errors
from arize_integrations._wire.json_values import below
from arize_integrations._wire.requests import CheckedBody, check_body
from arize_integrations_api import contract


def check_changes(shape: contract.Shape, value: object) -> CheckedBody:
    """Like `check_body`, for an update, which has to change something.

    Raises:
        ConfigurationError: something in it cannot be right, or it changes nothing.
    """
    body = check_body(shape, value)
    if not _has_changes(shape, body.json):
        tag = contract.UNIONS[shape.name].property if isinstance(shape, contract.Tagged) else ""
        raise request_errors.nothing_to_change(place for place in _leaves(body.json) if place != tag)
    return body


def _has_changes(shape: contract.Shape, json: Any) -> bool:
    """Whether an update says anything apart from what it must repeat (the tag) and what cannot be changed."""
    if isinstance(shape, contract.Tagged):
        union = contract.UNIONS[shape.name]
        member = union.members.get(json[union.property]) if isinstance(json[union.property], str) else None
        if member is None:
            return len(json) > 1
        return any(key != union.property and change for key, change in _changes(member, json))
    return not isinstance(shape, contract.Model) or any(change for _, change in _changes(shape, json))


def _leaves(json: Any, place: str = "") -> Iterator[str]:
    """The places of the values in an object."""
    if isinstance(json, dict) and json:
        for key, item in cast("dict[str, Any]", json).items():
            yield from _leaves(item, below(place, key))
    elif place:
        yield place


def _changes(shape: contract.Model | contract.Tagged, json: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """Each field of an object, and whether it is a change."""
    if isinstance(shape, contract.Tagged):
        yield "", _has_changes(shape, json)
        return
    known = {field.key: field for field in contract.MODELS[shape.name].fields}
    for key, value in json.items():
        field = known.get(key)
        if field is None or field.compare == "whole" or not isinstance(field.shape, (contract.Model, contract.Tagged)):
            yield key, field is None or not (field.immutable or isinstance(field.shape, contract.Constant))
        else:
            yield key, _has_changes(field.shape, value)
