"""When two values are the same, with shapes made up for the purpose: a later document may have any of them."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest

from arize_integrations import ConfigurationError
from arize_integrations.declarative.compare import compare, given
from arize_integrations.declarative.rules import Shapes
from arize_integrations.declarative.sameness import is_same, is_same_json
from arize_integrations.declarative.sealed import Sealed
from arize_integrations.declarative.tables import masked
from arize_integrations_api import contract
from tests.declarative.account import BODY, Json
from tests.declarative.examples import places, requests

NUMBERS = count()
ANY, TEXT = contract.Plain(""), contract.Plain("str")
MOMENT = contract.AnyOf((contract.Text("parse_datetime"), contract.Plain("None")))


@contextmanager
def made_up(*fields: contract.Field) -> Iterator[contract.Model]:
    """A model of such fields, under a name that nobody had before: the tables are not expected to change."""
    name = f"MadeUp{next(NUMBERS)}"
    contract.MODELS[name] = contract.Fields(fields)
    yield contract.Model(name)
    del contract.MODELS[name]


def compared(wanted: Json, actual: Json, *, rotate: bool = False, **marks: Any) -> list[str]:
    """The paths that differ, if one field of a made-up model has such marks."""
    field = contract.Field("x", "x", **{"shape": ANY, "required": False, **marks})
    with made_up(field) as shape:
        found = compare(Shapes(shape, shape, shape), wanted, actual, rotate=rotate)
    return [difference.path for difference in found.differences]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (1, 1.0, True),
        (True, 1, False),
        ([0], [False], False),
        ({"a": [1, {"b": None}]}, {"a": [1.0, {"b": None}]}, True),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ([1, 2], [2, 1], False),
        ("1", 1, False),
        (None, False, False),
    ],
)
def test_values_are_compared_as_json(one: Json, other: Json, expected: bool) -> None:
    assert is_same_json(one, other) is expected
    assert is_same_json(other, one) is expected


@pytest.mark.parametrize("shape", [contract.Constant("A_VALUE"), contract.Choice("AnEnum")])
def test_tags_and_enums_may_be_spelled_as_the_server_likes(shape: contract.Shape) -> None:
    assert is_same(shape, "A_VALUE", "aValue")
    assert is_same(shape, "A_VALUE", "a-value")
    assert not is_same(shape, "A_VALUE", "B_VALUE")
    assert not is_same(TEXT, "A_VALUE", "aValue")


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("2026-02-13T21:27:19Z", True),
        ("2026-02-13T22:27:19+01:00", True),
        ("2026-02-13T21:27:20Z", False),
        ("soon", False),
        (None, False),
    ],
)
def test_times_are_the_same_if_they_are_the_same_instant(other: Json, expected: bool) -> None:
    assert is_same(MOMENT, "2026-02-13T21:27:19.000Z", other) is expected


@pytest.mark.parametrize("wanted", [None, [], {}])
@pytest.mark.parametrize("actual", [{}, {"x": None}, {"x": []}, {"x": {}}])
def test_null_an_empty_list_and_an_empty_map_say_the_same_as_nothing(wanted: Json, actual: Json) -> None:
    assert compared({"x": wanted}, actual) == []
    assert compared({"x": [1]}, actual) == ["x"]


@pytest.mark.parametrize(
    ("wanted", "shown", "differs", "is_rotated"),
    [
        ("key", True, False, True),
        ("key", False, True, True),
        ("key", None, False, True),
        (None, True, True, True),
        (None, False, False, False),
        ({"A": "1"}, ["a"], False, True),
        ({"A": "1"}, ["B"], True, True),
        ({"A": "1"}, [], True, True),
        ({"A": "1"}, True, False, True),
        ({"A": "1"}, False, True, True),
        ({}, ["a"], True, True),
        ({}, True, True, True),
        ({}, [], False, False),
        ({}, False, False, False),
    ],
)
def test_a_secret_is_sent_if_the_server_tells_otherwise_or_on_request(
    wanted: Json, shown: Json, differs: bool, is_rotated: bool
) -> None:
    """What is empty is not sent on request either, if there is nothing that it could empty."""
    marks: Any = {"secret": True, "shown_by": ("names", "has_x")}
    answer = {} if shown is None else {"names" if isinstance(shown, list) else "has_x": shown}
    assert compared({"x": wanted}, answer, **marks) == ["x"] * differs
    assert compared({"x": wanted}, answer, rotate=True, **marks) == ["x"] * is_rotated


@pytest.mark.parametrize(
    ("wanted", "actual", "differs"),
    [
        ([1, "a"], ["a", 1], False),
        ([1, "a"], ["a"], True),
        ([{"k": 1, "n": None}], [{"k": 1}], False),
        ([{"k": 1}, {}], [{"k": 1}], True),
        ([], [{"k": None}], False),
        ([], None, False),
        ([], [{"k": 1}], True),
    ],
)
def test_a_set_may_hold_anything(wanted: Json, actual: Json, differs: bool) -> None:
    assert compared({"x": wanted}, {"x": actual}, compare="set", shape=contract.Array(ANY)) == ["x"] * differs


@pytest.mark.parametrize(
    ("wanted", "actual", "differs"),
    [
        ([{"k": 1, "v": 1}, {"k": 2}], [{"k": 2, "id": "x"}, {"k": 1, "v": 1, "id": "y"}], False),
        ([{"k": 1, "v": 1}], [{"k": 1, "v": 2}], True),
        ([{"k": 1}], [{"k": 2}], True),
        ([{"k": 1}], [{"k": 1}, {"k": 2}], True),
        (["a"], ["a"], False),
    ],
)
def test_what_is_matched_by_a_key_is_compared_by_what_is_given(wanted: Json, actual: Json, differs: bool) -> None:
    with made_up(contract.Field("k", "k", ANY, required=True), contract.Field("v", "v", ANY, required=False)) as item:
        shown = compared({"x": wanted}, {"x": actual}, compare="by:k", shape=contract.Array(item))
    assert shown == ["x"] * differs


def test_tags_may_be_anything_that_json_has() -> None:
    """And true is not 1."""
    with made_up() as one, made_up(contract.Field("key", "key", TEXT, required=False, secret=True)) as other:
        contract.UNIONS["MadeUpUnion"] = contract.Union("tag", {True: other, "text": one})
        try:
            shape = contract.Tagged("MadeUpUnion")
            assert masked(shape, {"tag": True, "key": "secret", "other": "shown"}) == {
                "tag": True,
                "key": "[secure]",
                "other": "shown",
            }
            assert masked(shape, {"tag": 1, "other": "hidden"}) == {"tag": 1, "other": "[secure]"}
        finally:
            del contract.UNIONS["MadeUpUnion"]


def test_what_is_sealed_shows_itself_to_nobody() -> None:
    assert repr(Sealed("a secret")) == "[secure]"
    assert Sealed("a secret").reveal() == "a secret"
    with pytest.raises(ConfigurationError, match="plan again"):
        pickle.loads(pickle.dumps(Sealed("a secret"))).reveal()


def test_what_no_answer_shows_is_sent_on_request_only() -> None:
    """A field that is not marked, and that answers do not declare: it can only be write-only."""
    with made_up(contract.Field("x", "x", TEXT, required=False)) as request, made_up() as answer:
        shapes = Shapes(request, request, answer)
        assert not compare(shapes, {"x": "a"}, {}).differences
        [difference] = compare(shapes, {"x": "a"}, {}, rotate=True).differences
    assert difference.after == "[secure]"


def test_write_only_fields_are_masked_at_any_depth() -> None:
    for request in requests():
        shown = masked(BODY, request)
        for place, seen in zip(places(request), places(shown), strict=True):
            assert seen.path == place.path
            if place.field.secret:
                expected = dict.fromkeys(place.value, "[secure]") if isinstance(place.value, dict) else "[secure]"
                assert seen.value == expected


def test_all_text_below_an_unknown_tag_is_masked() -> None:
    """Nobody knows what in it is secret; the tag itself is not."""
    request = next(request for request in requests() if any(place.field.immutable for place in places(request)))
    place = next(place for place in places(request) if place.field.immutable)
    place.holder[place.field.key] = "A_NEW_PROVIDER"
    place.holder["deep"] = {"list": ["secret text"], "number": 5, "flag": True}
    shown = {difference.path: difference.after for difference in given(BODY, request)}
    assert shown[place.path] == "A_NEW_PROVIDER"
    above = place.path.rpartition(".")[0]
    assert shown[f"{above}.deep"] == {"list": ["[secure]"], "number": "[secure]", "flag": True}
    others = [shown[f"{above}.{key}"] for key in place.holder if key not in ("deep", place.field.key)]
    assert not [text for value in others for text in [value] if isinstance(text, str) and text != "[secure]"]
