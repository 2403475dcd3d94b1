"""Create requests of the document's examples, found by what the tables say of their fields. No field is named but `name`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any, NamedTuple

import pytest

from arize_integrations import Plan
from arize_integrations_api.contract import Field
from arize_integrations_api.examples import EXAMPLES
from tests.declarative.account import BODY, CREATE, TAG, Json, fields
from tests.declarative.conftest import Call


class Place(NamedTuple):
    """A field that a request gives."""

    path: str
    holder: Json
    """The object that has it."""
    field: Field

    @property
    def value(self) -> Json:
        return self.holder[self.field.key]


def requests() -> list[Json]:
    """Each example, under names of their own."""
    return [{**deepcopy(body), "name": f"name {index}"} for index, body in enumerate(EXAMPLES[CREATE].requests)]


def places(request: Json, shape: Any = BODY, at: str = "") -> Iterator[Place]:
    """Every field that a request gives, at any depth."""
    for key, field in fields(shape, request).items():
        if key in request:
            path = f"{at}.{key}" if at else key
            yield Place(path, request, field)
            if isinstance(request[key], dict):
                yield from places(request[key], field.shape, path)


def request_with(test: Callable[[Place], object]) -> tuple[Json, Place]:
    """An example with a field of a kind, and that field; the test is skipped if the document has none."""
    for request in requests():
        for place in places(request):
            if test(place):
                return request, place
    pytest.skip("the document has no such field")


def is_top(place: Place) -> bool:
    """Whether a field is no part of what is replaced as a whole, and none that says what the request is."""
    return place.path not in (TAG, "name")


def kind(request: Json) -> str:
    value: str = request[TAG]
    return value


def at(value: Json, path: str) -> Json:
    """What stands at a path."""
    for key in path.split("."):
        value = value[key]
    return value


def of_each_type() -> list[Json]:
    """One example of each type, the first of all twice."""
    found = {kind(request): request for request in reversed(requests())}
    return [*found.values()]


def named(request: Json, *names: str) -> list[Json]:
    return [{**request, "name": name} for name in names]


def fill(call: Call, *wanted: Json) -> None:
    call("apply", call("plan", list(wanted)))


def actions(plan: Plan) -> list[tuple[str, str]]:
    return [(change.action, change.name) for change in plan]
