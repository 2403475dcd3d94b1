"""What is planned for an account as a whole."""

from __future__ import annotations

import json
from typing import Any

import pytest

from arize_integrations import AmbiguousNameError, ConfigurationError
from arize_integrations_api import contract, models
from tests.declarative.account import BODY, TAG, Account
from tests.declarative.conftest import Call
from tests.declarative.examples import Place, actions, fill, kind, named, of_each_type, places, requests


def test_a_plan_holds_a_change_for_each_wish_in_their_order(call: Call, account: Account) -> None:
    there, *others = requests()
    fill(call, there)
    plan = call("plan", [*others, there])
    assert actions(plan) == [*(("create", request["name"]) for request in others), ("none", there["name"])]
    assert [change.type for change in plan] == [kind(request) for request in (*others, there)]
    assert len(plan) == len(others) + 1
    assert bool(plan)
    assert not call("plan", [there])


def test_models_and_mappings_say_the_same(call: Call) -> None:
    assert isinstance(BODY, contract.Tagged)
    members = contract.UNIONS[BODY.name].members
    wanted = [getattr(models, members[kind(request)].name).from_dict(request) for request in requests()]
    plans = [call("plan", desired) for desired in (wanted, iter(requests()))]
    one, other = (
        [sorted(json.dumps([*found], sort_keys=True) for found in change.differences) for change in plan]
        for plan in plans
    )
    assert one == other
    call("apply", call("plan", wanted))
    assert not call("plan", wanted)


def test_names_in_other_scripts_are_matched_exactly(call: Call) -> None:
    names = ["Übersetzer", "übersetzer", "集成", "דוגמה", "e\u0301", "\u00e9", "  a", "a"]
    wanted = named(requests()[0], *names)
    fill(call, *wanted)
    assert not call("plan", wanted)


def test_prune_deletes_only_among_the_types_that_occur(call: Call, account: Account) -> None:
    one, other, *_ = of_each_type()
    fill(call, *named(one, "a", "b"), *named(other, "a", "b"))
    plan = call("plan", named(one, "a"), prune=True)
    assert actions(plan) == [("none", "a"), ("delete", "b")]
    call("apply", plan)
    assert sorted((request[TAG], request["name"]) for request in account.stored.values()) == sorted(
        [(kind(one), "a"), (kind(other), "a"), (kind(other), "b")]
    )
    assert not call("plan", [], prune=True)


def test_without_prune_nothing_is_deleted(call: Call) -> None:
    fill(call, *named(requests()[0], "a", "b"))
    assert actions(call("plan", named(requests()[0], "a"))) == [("none", "a")]


@pytest.mark.parametrize(
    ("there", "deleted", "is_refused"), [(12, 4, False), (11, 4, True), (3, 3, False), (4, 3, False), (90, 31, True)]
)
def test_deleting_more_than_a_third_and_more_than_three_is_refused(
    there: int, deleted: int, is_refused: bool, call: Call, account: Account
) -> None:
    wanted = named(requests()[0], *(f"name {index}" for index in range(there)))
    fill(call, *wanted)
    kept = wanted[deleted:] or named(requests()[0], "new")
    plan = call("plan", kept, prune=True)
    account.asked.clear()
    if is_refused:
        with pytest.raises(ConfigurationError, match=rf"deletes {deleted} of {there} .*force=True"):
            call("apply", plan)
        assert not account.asked
        assert "refuses" in str(plan)
    assert sum(change.action == "delete" for change in call("apply", plan, force=is_refused).changes) == deleted
    assert [method for method, *_ in account.writes][-deleted:] == ["DELETE"] * deleted


def test_the_space_narrows_what_is_looked_at(call: Call, account: Account) -> None:
    """And so what prune may delete."""
    asked: list[Any] = []
    page = account.page
    account.page = lambda query: asked.append(query) or page(query)  # type: ignore[method-assign,func-returns-value]
    call("plan", requests()[:1], prune=True, space_id="c3BhY2U6MQ==")
    call("plan", requests()[:1], space_name="demo")
    assert [(query.get("space_id"), query.get("space_name")) for query in asked] == [
        (["c3BhY2U6MQ=="], None),
        (None, ["demo"]),
    ]


def test_two_wishes_of_one_type_and_name_are_refused(call: Call, account: Account) -> None:
    one, other, *_ = of_each_type()
    with pytest.raises(
        ConfigurationError, match=r"^desired\[2\] has the type and the name of desired\[0\].* 'a'"
    ) as caught:
        call("plan", [*named(one, "a"), *named(other, "a"), *named(one, "a")])
    assert caught.value.parameter == "desired[2]"
    assert not account.asked
    assert call("plan", [*named(one, "a"), *named(other, "a")])


@pytest.mark.parametrize("desired", [{}, "text", 5, None])
def test_what_is_no_list_is_refused(desired: Any, call: Call) -> None:
    with pytest.raises(ConfigurationError, match=r"^desired is a .*list of create requests"):
        call("plan", desired)


def test_a_wish_that_cannot_be_right_is_refused_before_anything_is_asked(call: Call, account: Account) -> None:
    wanted = requests()
    del wanted[1]["config"]
    with pytest.raises(ConfigurationError) as caught:
        call("plan", wanted)
    assert caught.value.parameter == "desired[1].config"
    assert not account.asked


def test_several_integrations_of_one_type_and_name_are_ambiguous(call: Call, account: Account) -> None:
    request = requests()[0]
    fill(call, *named(request, "a", "b"))
    for stored in account.stored.values():
        stored["name"] = "a"
    with pytest.raises(AmbiguousNameError) as caught:
        call("plan", named(request, "a"))
    assert len(caught.value.matches) == 2
    assert actions(call("plan", named(request, "c"))) == [("create", "c")]


def test_1000_in_an_account_are_planned_in_25_requests(call: Call, account: Account) -> None:
    wanted = [
        {**request, "name": f"name {index}"} for index, request in zip(range(1000), requests() * 1000, strict=False)
    ]
    for request in wanted:
        account.add(request)
    assert not call("plan", wanted)
    assert len(account.asked) <= 25


def test_a_secret_that_stands_in_a_plain_field_is_masked_there_too(call: Call) -> None:
    def is_text(place: Place) -> bool:
        return place.field.shape == contract.Plain("str") and place.path not in (TAG, "name")

    for request in requests():
        texts = [place for place in places(request) if is_text(place)]
        secret = next((place for place in texts if place.field.secret), None)
        plain = next((place for place in texts if not place.field.secret), None)
        if secret and plain:
            secret.holder[secret.field.key] = "a-secret-of-a-provider"
            plain.holder[plain.field.key] = "the key is a-secret-of-a-provider, you know"
            shown = {
                difference.path: difference.after
                for change in call("plan", [request])
                for difference in change.differences
            }
            assert shown[plain.path] == "the key is [secure], you know"
            return
    pytest.skip("the document has no secret beside a plain text")


def test_a_plan_is_json_too(call: Call) -> None:
    wanted = requests()
    as_json: Any = json.loads(json.dumps(call("plan", wanted).to_dict()))
    assert as_json["summary"] == {"create": len(wanted), "update": 0, "replace": 0, "delete": 0, "none": 0}
    assert [(change["action"], change["type"], change["name"]) for change in as_json["changes"]] == [
        ("create", kind(request), request["name"]) for request in wanted
    ]
    assert all(
        difference["path"] not in (TAG, "name") for change in as_json["changes"] for difference in change["differences"]
    )
    assert {*as_json["changes"][0]["differences"][0]} == {"path", "before", "after", "note"}
