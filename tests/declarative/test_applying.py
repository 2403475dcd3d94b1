"""What happens while changes are made: to the account, and around it."""

from __future__ import annotations

import copy
import pickle
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

import arize_integrations
from arize_integrations import (
    ApplyError,
    ConfigurationError,
    UnprocessableEntityError,
)
from tests.declarative.account import TAG, Account, Json
from tests.declarative.conftest import Call, Wire, answered, creations, sync_client
from tests.declarative.examples import request_with, requests
from tests.declarative.test_comparing import fixed_pair, is_flag

PACKAGE = Path(arize_integrations.__file__).parent


def named(*names: str) -> list[Json]:
    return [{**requests()[0], "name": name} for name in names]


def flipped() -> tuple[Json, Json]:
    """A request, and the same with another value."""
    request, place = request_with(is_flag)
    before = copy.deepcopy(request)
    place.holder[place.field.key] = not place.value
    return before, request


def test_what_was_done_is_given_back_and_told(call: Call, account: Account) -> None:
    there, wanted = flipped()
    call("apply", call("plan", [there]))
    plan = call("plan", [*named("new"), wanted])
    reported: list[Any] = []
    applied = call("apply", plan, on_change=reported.append)
    assert applied.changes == tuple(applied) == tuple(plan)
    assert sorted(change.name for change in reported) == sorted(change.name for change in plan)
    assert call("apply", call("plan", [wanted]), on_change=reported.append).changes == ()
    assert len(reported) == 2


def test_what_has_moved_since_the_plan_fails_and_is_left_alone(call: Call, account: Account) -> None:
    there, wanted = flipped()
    call("apply", call("plan", [there, {**there, "name": "goes"}]))
    plan = call("plan", [wanted], prune=True)
    assert [change.action for change in plan] == ["update", "delete"]
    account.asked.clear()
    for identifier in account.stored:
        account.touch(identifier)
    with pytest.raises(ApplyError, match="2 of 2 changes failed") as caught:
        call("apply", plan)
    assert [change for change, _ in caught.value.failures] == list(plan)
    assert all(isinstance(error, ConfigurationError) for _, error in caught.value.failures)
    assert "plan again" in str(caught.value)
    assert not account.writes


def test_it_goes_on_past_a_failure_and_says_what_failed(call: Call, account: Account, wire: Wire) -> None:
    wire.before = creations(answered(422))
    plan = call("plan", named("a", "b", "c", "d", "e", "f"))
    with pytest.raises(ApplyError) as caught:
        call("apply", plan)
    [(change, error)] = caught.value.failures
    assert isinstance(error, UnprocessableEntityError)
    assert set(caught.value.applied.changes) == {*plan} - {change}
    assert len(account.stored) == 5
    assert change.name in str(caught.value)
    twin = pickle.loads(pickle.dumps(caught.value))
    assert (str(twin), twin.applied, [c for c, _ in twin.failures]) == (
        str(caught.value),
        caught.value.applied,
        [change],
    )
    call("apply", call("plan", named("a", "b", "c", "d", "e", "f")))
    assert len(account.stored) == 6


def test_deletions_come_when_all_else_is_done(call: Call, account: Account) -> None:
    call("apply", call("plan", named(*map(str, range(9)))))
    account.asked.clear()
    call("apply", call("plan", named(*map(str, range(3, 12))), prune=True))
    assert [method for method, *_ in account.writes] == ["POST"] * 3 + ["DELETE"] * 3


def test_a_deletion_of_what_is_gone_is_done(call: Call, account: Account) -> None:
    call("apply", call("plan", named("a", "b")))
    plan = call("plan", named("a"), prune=True)
    del account.stored[plan.changes[1].id]
    assert [change.name for change in call("apply", plan).changes] == ["b"]


def test_a_replacement_of_what_is_gone_creates_it(call: Call, account: Account) -> None:
    one, other, _ = fixed_pair()
    call("apply", call("plan", [one]))
    plan = call("plan", [{**other, "name": one["name"]}], replace=True)
    account.stored.clear()
    assert [change.action for change in call("apply", plan).changes] == ["replace"]
    assert [request["name"] for request in account.stored.values()] == [one["name"]]


def test_an_update_of_what_is_gone_fails(call: Call, account: Account) -> None:
    there, wanted = flipped()
    call("apply", call("plan", [there]))
    plan = call("plan", [wanted])
    account.stored.clear()
    with pytest.raises(ApplyError):
        call("apply", plan)


def test_what_on_change_raises_ends_it(call: Call, account: Account) -> None:
    def refuse(change: Any) -> None:
        raise LookupError(change.name)

    plan = call("plan", named(*map(str, range(40))))
    with pytest.raises(LookupError):
        call("apply", plan, on_change=refuse)
    assert 1 <= len(account.stored) < 40
    call("apply", call("plan", named(*map(str, range(40)))))
    assert len(account.stored) == 40


def test_a_few_changes_are_made_at_a_time(wire: Wire) -> None:
    """By threads here; more than one, and not all at once."""
    under_way, most, lock = 0, 0, threading.Lock()

    def enter(request: httpx.Request) -> None:
        nonlocal under_way, most
        if request.method == "POST":
            with lock:
                under_way += 1
                most = max(most, under_way)
            threading.Event().wait(0.01)

    def leave(request: httpx.Request) -> None:
        nonlocal under_way
        with lock:
            under_way -= request.method == "POST"

    wire.before, wire.after = enter, leave
    with sync_client(wire) as client:
        client.apply(client.plan(named(*map(str, range(24)))))
    assert 2 <= most <= 8


def test_a_plan_that_was_pickled_shows_and_is_not_applied(call: Call, account: Account) -> None:
    """What it would have to send is secret, and so not in the pickle."""
    plan = call("plan", requests())
    stored = pickle.loads(pickle.dumps(plan))
    assert (stored, str(stored)) == (plan, str(plan))
    with pytest.raises(ConfigurationError, match="plan again"):
        call("apply", stored)
    assert not account.writes


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_a_copy_of_a_plan_is_as_good_as_the_plan(copied: Callable[[Any], Any], call: Call, account: Account) -> None:
    call("apply", copied(call("plan", named("a"))))
    assert len(account.stored) == 1


def test_what_is_no_plan_is_refused(call: Call) -> None:
    with pytest.raises(ConfigurationError, match="plan is a list"):
        call("apply", named("a"))


@pytest.mark.parametrize("is_wrong", [True, False])
def test_no_secret_stands_in_what_a_traceback_shows_of_plan_and_apply(is_wrong: bool, call: Call, wire: Wire) -> None:
    """Tools that report errors show local variables."""
    secret = "a-secret-of-the-provider"
    request, place = request_with(lambda place: place.field.secret and isinstance(place.value, str))
    place.holder[place.field.key] = secret
    wire.before = lambda request: httpx.Response(422) if request.method == "POST" else None
    with pytest.raises((ApplyError, ConfigurationError)) as caught:
        call("apply", call("plan", [request, {**request, "name": 5 if is_wrong else "b"}]))
    for error in (caught.value, *(error for _, error in getattr(caught.value, "failures", ()))):
        frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
        ours = [frame for frame in frames if Path(frame.f_code.co_filename).is_relative_to(PACKAGE)]
        assert ours
        assert not [frame.f_code.co_name for frame in ours if secret in repr(frame.f_locals)]


def test_types_in_one_plan_may_share_a_name(call: Call, account: Account) -> None:
    first = {request[TAG]: request for request in requests()}
    wanted = [{**request, "name": "same"} for request in first.values()]
    call("apply", call("plan", wanted))
    assert not call("plan", wanted)
