"""What is planned if the server, or the file, knows more than the tables, or other things."""

from __future__ import annotations

import pytest

from arize_integrations import ConfigurationError
from arize_integrations_api import contract
from tests.declarative.account import CREATE, TAG, Account, Json
from tests.declarative.conftest import Call
from tests.declarative.examples import actions, fill, kind, named, of_each_type, places, request_with, requests


def test_prune_spares_what_a_server_lists_unasked(call: Call, account: Account) -> None:
    """One that ignores the type that is asked for, say."""
    one, other, *_ = of_each_type()
    fill(call, *named(one, "a"), *named(other, "b"))
    page = account.page
    account.page = lambda query: page({**query, "type": [""]})  # type: ignore[method-assign]
    assert actions(call("plan", named(one, "a"), prune=True)) == [("none", "a")]


def test_an_integration_that_is_listed_twice_is_one(call: Call, account: Account) -> None:
    """As when others create some while the pages are read."""
    fill(call, *named(requests()[0], "a", "b"))
    page = account.page

    def twice(query: dict[str, list[str]]) -> Json:
        shown = page(query)
        return {**shown, "integrations": shown["integrations"] * 2}

    account.page = twice  # type: ignore[method-assign]
    assert actions(call("plan", named(requests()[0], "a"), prune=True)) == [("none", "a"), ("delete", "b")]


@pytest.mark.parametrize("key", ["id", "name", "updated_at"])
def test_strange_items_cost_nothing(key: str, call: Call, account: Account) -> None:
    """What has no id or no name is left alone."""
    fill(call, *named(requests()[0], "a", "b"))
    account.hidden = {key}
    plan = call("plan", named(requests()[0], "a"), prune=True)
    assert str(plan)
    assert [change.action for change in plan if change.name == "b"] == ["delete"] * (key == "updated_at")


@pytest.mark.parametrize("key", ["id", "name", "updated_at", TAG])
@pytest.mark.parametrize("value", [[], {}, None, 5, "left out"])
@pytest.mark.parametrize("kind", ["known", "A_NEW_TYPE"])
def test_items_of_any_form_cost_nothing(key: str, value: Json, kind: str, call: Call, account: Account) -> None:
    wanted = requests()[0] if kind == "known" else {TAG: kind, "name": "a", "config": {"level": 1}}
    fill(call, *named(wanted, "a", "b"))
    page = account.page

    def strange(query: dict[str, list[str]]) -> Json:
        shown = page(query)
        items = [item | {key: value} for item in shown["integrations"]]
        for item in items if value == "left out" else []:
            del item[key]
        return {**shown, "integrations": items}

    account.page = strange  # type: ignore[method-assign]
    assert str(call("plan", named(wanted, "a"), prune=True, rotate_secrets=True))


def test_a_type_that_the_tables_do_not_know_is_planned_as_it_is(call: Call, account: Account) -> None:
    """What an answer shows is compared; all text in it may be secret."""
    wanted = {
        TAG: "A_NEW_TYPE",
        "name": "new",
        "config": {"endpoint": "https://old.example.com", "token": "very-secret"},
    }
    account.hidden = {"token"}
    fill(call, wanted)
    assert not call("plan", [wanted])
    wanted["config"] = {"endpoint": "https://new.example.com", "token": "very-secret"}
    plan = call("plan", [wanted])
    assert [difference.path for change in plan for difference in change.differences] == ["config"]
    assert "example.com" not in repr(plan) + str(plan)
    call("apply", plan)
    assert account.writes[-1][2] == {TAG: "A_NEW_TYPE", "config": wanted["config"]}
    assert not call("plan", [wanted])
    assert call("plan", [wanted], rotate_secrets=True)


def test_a_type_that_the_tables_do_not_know_needs_a_name(call: Call) -> None:
    with pytest.raises(ConfigurationError, match=r"desired\[0\]\.name"):
        call("plan", [{TAG: "A_NEW_TYPE"}])


def test_a_field_that_the_document_does_not_name_is_compared_if_it_is_shown(call: Call, account: Account) -> None:
    request = {**requests()[0], "x_quite_new": {"level": 1}}
    fill(call, request)
    assert not call("plan", [request])
    request["x_quite_new"] = {"level": 2}
    assert [difference.path for change in call("plan", [request]) for difference in change.differences] == [
        "x_quite_new"
    ]
    account.hidden = {"x_quite_new"}
    assert not call("plan", [request]), "what is not shown cannot be compared"


def test_a_document_without_an_operation_that_a_plan_needs_is_named(
    call: Call, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(contract.OPERATIONS, CREATE)
    with pytest.raises(ConfigurationError, match=CREATE):
        call("plan", requests())
    assert not account.asked


def test_a_provider_that_the_tables_do_not_know_is_planned_as_far_as_possible(call: Call, account: Account) -> None:
    """Its secrets are those that updates have; what else it is given is compared if the server shows it."""
    request, fixed = request_with(lambda place: place.field.immutable)
    secret = next((place for place in places(request) if place.field.secret and place.holder is fixed.holder), None)
    if secret is None:
        pytest.skip("the document has no such provider")
    fixed.holder[fixed.field.key] = "A_NEW_PROVIDER"
    fixed.holder["depth"] = 1
    call("apply", call("plan", [request]))
    account.also_shown = dict.fromkeys(secret.field.shown_by, True)
    account.hidden = {secret.field.key}
    assert not call("plan", [request])
    fixed.holder["depth"] = 2
    call("apply", call("plan", [request]))
    above = fixed.path.rpartition(".")[0]
    assert account.writes[-1][2] == {TAG: kind(request), above: {"depth": 2}}
    plan = call("plan", [request], rotate_secrets=True)
    assert [difference.path for change in plan for difference in change.differences] == [secret.path]
