"""How each kind of field is compared: found in the examples of the document by its marks in the tables."""

from __future__ import annotations

from typing import Any

import pytest

from arize_integrations import ConfigurationError
from arize_integrations.declarative.compare import compare
from arize_integrations.declarative.rules import Shapes
from arize_integrations_api import contract
from tests.declarative.account import ANSWER, TAG, Account, Json, fields, item
from tests.declarative.conftest import Call
from tests.declarative.examples import Place, at, kind, places, request_with, requests


def changes(call: Call, *wanted: Json, **options: Any) -> list[Any]:
    return [change for change in call("plan", list(wanted), **options) if change.action != "none"]


def apply(call: Call, account: Account, *wanted: Json, **options: Any) -> list[Json]:
    """Apply, and give the bodies that were sent."""
    account.asked.clear()
    call("apply", call("plan", list(wanted), **options), force=True)
    return [body for method, _, body in account.writes if method != "DELETE"]


def only(holder: str, key: str, value: Json) -> Json:
    """An object that holds one value, at a path."""
    for name in reversed([*holder.split("."), key] if holder else [key]):
        value = {name: value}
    return value


def above(place: Place) -> str:
    return place.path.rpartition(".")[0]


def is_in_parts(place: Place, request: Json) -> bool:
    """Whether a field is changed by itself: no object around it is replaced as a whole."""
    around = [other for other in places(request) if place.path.startswith(f"{other.path}.")]
    return not any(other.field.compare for other in around)


def is_flag(place: Place) -> bool:
    return isinstance(place.value, bool)


def test_a_value_that_differs_is_all_that_is_sent(call: Call, account: Account) -> None:
    request, place = request_with(is_flag)
    apply(call, account, request)
    place.holder[place.field.key] = not place.value
    [change] = changes(call, request)
    assert (change.action, change.type, change.name) == ("update", kind(request), request["name"])
    assert [(d.path, d.before, d.after) for d in change.differences] == [(place.path, not place.value, place.value)]
    assert [tuple(difference) for difference in change.differences] == [(place.path, not place.value, place.value)]
    sent = only(above(place), place.field.key, place.value)
    assert apply(call, account, request) == [{TAG: kind(request), **sent}]


def test_null_is_wanted_if_it_is_given(call: Call, account: Account) -> None:
    def is_nullable(place: Place) -> bool:
        return isinstance(place.field.shape, contract.AnyOf) and contract.Plain("None") in place.field.shape.options

    request, place = request_with(is_nullable)
    apply(call, account, request)
    place.holder[place.field.key] = None
    assert apply(call, account, request) == [{TAG: kind(request), **only(above(place), place.field.key, None)}]
    assert not changes(call, request)


def is_secret_text(place: Place) -> bool:
    return place.field.secret and bool(place.field.shown_by) and isinstance(place.value, str)


def test_a_secret_that_the_server_has_is_not_sent_again(call: Call, account: Account) -> None:
    request, place = request_with(is_secret_text)
    apply(call, account, request)
    place.holder[place.field.key] = "another secret"
    assert not changes(call, request)


def test_a_secret_that_the_server_lacks_is_sent(call: Call, account: Account) -> None:
    request, place = request_with(lambda place: is_secret_text(place) and place.path.count(".") == 1)
    [stored] = [request for _ in apply(call, account, request)]
    holder = at(next(iter(account.stored.values())), above(place))
    secret = holder.pop(place.field.key)
    [change] = changes(call, stored)
    assert [(d.path, d.before, d.after) for d in change.differences] == [(place.path, None, "[secure]")]
    assert apply(call, account, stored) == [{TAG: kind(stored), **only(above(place), place.field.key, secret)}]


def test_rotate_secrets_sends_each_secret_that_is_given_and_no_more(call: Call, account: Account) -> None:
    """What is replaced as a whole is sent with all that is in it."""
    wanted = requests()
    apply(call, account, *wanted)
    secret = {request["name"]: [place for place in places(request) if place.field.secret] for request in wanted}
    for place in (place for found in secret.values() for place in found):
        text = place.value
        place.holder[place.field.key] = (
            dict.fromkeys(text, "a new secret") if isinstance(text, dict) else "a new secret"
        )
    changed = changes(call, *wanted, rotate_secrets=True)
    assert {change.name for change in changed} == {name for name, found in secret.items() if found}
    assert all("[secure]" in str(difference.after) for change in changed for difference in change.differences)
    assert "a new secret" not in str(changed)
    apply(call, account, *wanted, rotate_secrets=True)
    stored = {request["name"]: request for request in account.stored.values()}
    for name, found in secret.items():
        assert all(at(stored[name], place.path) == place.value for place in found)


def is_named_map(place: Place, request: Json) -> bool:
    """A map of secrets of which an answer tells the names, and which is changed by itself."""
    if not (place.field.secret and isinstance(place.value, dict) and is_in_parts(place, request)):
        return False
    holder = at_answer(request, place)
    return any(item(holder[key].shape) for key in place.field.shown_by if key in holder)


def at_answer(request: Json, place: Place) -> dict[str, contract.Field]:
    """The fields of an answer beside which a field would stand."""
    shape, value = ANSWER, request
    for key in place.path.split(".")[:-1]:
        shape, value = fields(shape, value)[key].shape, value[key]
    return fields(shape, value)


def named_map() -> tuple[Json, Place]:
    for request in requests():
        for place in places(request):
            if is_named_map(place, request):
                return request, place
    pytest.skip("the document has no such field")


def test_headers_whose_names_are_told_are_compared_by_their_names(call: Call, account: Account) -> None:
    request, place = named_map()
    names = list(place.value)
    apply(call, account, request)
    place.holder[place.field.key] = {name.swapcase(): "another value" for name in names}
    assert not changes(call, request), "names of headers are the same in upper and lower case"
    place.holder[place.field.key] = {**dict.fromkeys(names, "another value"), "X-One-More": "a value"}
    [change] = changes(call, request)
    [difference] = change.differences
    assert difference.before == dict.fromkeys(names, "[secure]")
    assert difference.after == dict.fromkeys([*names, "X-One-More"], "[secure]")
    assert "whole" in difference.note
    [sent] = apply(call, account, request)
    assert at(sent, place.path) == place.value
    assert not changes(call, request)


def by_rule(rule: str) -> tuple[Json, Place]:
    return request_with(lambda place: place.field.compare.startswith(rule))


def test_the_order_of_a_set_does_not_matter(call: Call, account: Account) -> None:
    request, place = by_rule("set")
    [rule] = place.value
    other = {**rule, min(rule): "another"}
    place.holder[place.field.key] = [rule, other]
    apply(call, account, request)
    place.holder[place.field.key] = [other, rule]
    assert not changes(call, request)
    place.holder[place.field.key] = [other]
    [sent] = apply(call, account, request)
    assert at(sent, place.path) == [other]


EMPTY: list[Any] = [[], [{}], "a rule of nulls"]


@pytest.mark.parametrize("stored", EMPTY)
@pytest.mark.parametrize("wanted", EMPTY)
def test_the_empty_forms_of_a_set_are_the_same(wanted: Any, stored: Any, call: Call, account: Account) -> None:
    """And another than any rule."""
    request, place = by_rule("set")
    full = place.value
    nulls = [dict.fromkeys(full[0])]
    place.holder[place.field.key] = nulls if stored == EMPTY[-1] else stored
    apply(call, account, request)
    place.holder[place.field.key] = empty = nulls if wanted == EMPTY[-1] else wanted
    assert not changes(call, request)
    place.holder[place.field.key] = full
    assert apply(call, account, request)
    place.holder[place.field.key] = empty
    assert [at(sent, place.path) for sent in apply(call, account, request)] == [empty]


def test_what_is_matched_by_name_is_compared_by_what_was_sent(call: Call, account: Account) -> None:
    """Answers show ids and times too; the order is the server's."""
    request, place = by_rule("by:")
    key = place.field.compare.removeprefix("by:")
    [one] = place.value
    two = {**one, key: "another"}
    place.holder[place.field.key] = [one, two]
    apply(call, account, request)
    place.holder[place.field.key] = [two, one]
    assert not changes(call, request)
    assert len(next(iter(account.show(identifier) for identifier in account.stored))) > len(request)
    place.holder[place.field.key] = [one]
    [change] = changes(call, request)
    [difference] = change.differences
    assert (difference.path, len(difference.before), difference.after) == (place.path, 2, [one])
    assert [at(sent, place.path) for sent in apply(call, account, request)] == [[one]]


def test_what_is_replaced_as_a_whole_is_sent_as_a_whole(call: Call, account: Account) -> None:
    """With its secrets, which the server would forget otherwise."""
    request, place = request_with(
        lambda place: (
            place.field.compare == "whole"
            and any(
                isinstance(value, str) and not fields(place.field.shape, place.value)[key].secret
                for key, value in list(place.value.items())[1:]
            )
        )
    )
    apply(call, account, request)
    known = fields(place.field.shape, place.value)
    key = next(key for key in place.value if not known[key].secret and isinstance(known[key].shape, contract.Plain))
    place.value[key] = "https://another.example.com"
    [change] = changes(call, request)
    [difference] = change.differences
    assert (difference.path, difference.note) == (place.path, "replaced as a whole")
    assert difference.after[key] == "https://another.example.com"
    assert apply(call, account, request) == [{TAG: kind(request), **only(above(place), place.field.key, place.value)}]


def test_a_free_form_value_is_compared_as_a_whole(call: Call, account: Account) -> None:
    request, place = request_with(lambda place: place.field.shape == contract.Map(contract.Plain("")))
    apply(call, account, request)
    place.value.pop(next(iter(place.value)))
    [change] = changes(call, request)
    assert [difference.path for difference in change.differences] == [place.path]
    assert [at(sent, place.path) for sent in apply(call, account, request)] == [place.value]


def fixed_pair() -> tuple[Json, Json, str]:
    """Two requests of one type that differ in what cannot be changed, and its path."""
    found = [(request, place) for request in requests() for place in places(request) if place.field.immutable]
    for one, place in found:
        for other, its in found:
            if kind(one) == kind(other) and place.path == its.path and place.value != its.value:
                return one, other, place.path
    pytest.skip("the document has nothing that cannot be changed")


def test_what_cannot_be_changed_is_refused_all_at_once(call: Call, account: Account) -> None:
    one, other, path = fixed_pair()
    one["x_note"], other["x_note"] = "old", "new"
    apply(call, account, one, {**one, "name": "second"}, {**other, "name": "third"})
    account.asked.clear()
    with pytest.raises(ConfigurationError) as caught:
        call("plan", [{**other, "name": one["name"]}, {**other, "name": "second"}, {**other, "name": "third"}])
    message = str(caught.value)
    assert one["name"] in message
    assert "second" in message
    assert "third" not in message
    assert path in message
    assert "x_note" not in message
    assert "replace=True" in message
    assert not account.writes


def test_what_cannot_be_changed_is_replaced_on_request(call: Call, account: Account) -> None:
    one, other, path = fixed_pair()
    apply(call, account, one)
    wanted = {**other, "name": one["name"]}
    [change] = changes(call, wanted, replace=True)
    assert change.action == "replace"
    [difference] = [difference for difference in change.differences if difference.path == path]
    assert (difference.before, difference.after) == (at(one, path), at(other, path))
    assert apply(call, account, wanted, replace=True) == [wanted]
    assert [method for method, _, _ in account.writes] == ["DELETE", "POST"]
    assert not changes(call, wanted)


def test_what_only_a_creation_can_say_is_replaced_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A later document may let a field be set once."""
    text = contract.Plain("str")
    size, name = (contract.Field(key, key, text, required=False) for key in ("size", "label"))
    monkeypatch.setitem(contract.MODELS, "MadeUpCreate", contract.Fields((size, name)))
    monkeypatch.setitem(contract.MODELS, "MadeUpUpdate", contract.Fields((name,)))
    shapes = Shapes(contract.Model("MadeUpCreate"), contract.Model("MadeUpUpdate"), contract.Model("MadeUpCreate"))
    found = compare(shapes, {"size": "L", "label": "new"}, {"size": "S", "label": "old"})
    assert [(difference.path, difference.note) for difference in found.differences] == [
        ("size", "cannot be changed"),
        ("label", ""),
    ]
