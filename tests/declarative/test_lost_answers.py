"""Creations of which nobody knows whether they were carried out."""

from __future__ import annotations

import httpx
import pytest

from arize_integrations import (
    APIConnectionError,
    ApplyError,
    ConflictError,
    InternalServerError,
)
from tests.declarative.account import Account, Json
from tests.declarative.conftest import Call, Wire, answered, creations
from tests.declarative.examples import requests


def named(*names: str) -> list[Json]:
    return [{**requests()[0], "name": name} for name in names]


def posts(account: Account) -> int:
    return sum(method == "POST" for method, *_ in account.asked)


def lost(request: httpx.Request) -> httpx.Response | None:
    raise httpx.ReadError("the connection broke")


def test_a_creation_whose_answer_was_lost_is_found(call: Call, account: Account, wire: Wire) -> None:
    wire.after = creations(lost)
    assert len(call("apply", call("plan", named("a"))).changes) == 1
    assert posts(account) == 1


def test_a_creation_that_was_lost_on_its_way_is_sent_again(call: Call, account: Account, wire: Wire) -> None:
    wire.before = creations(lost)
    assert len(call("apply", call("plan", named("a"))).changes) == 1
    assert posts(account) == 1
    assert len(account.stored) == 1


def test_a_second_answer_that_is_lost_is_looked_up_too(call: Call, account: Account, wire: Wire) -> None:
    wire.before, wire.after = creations(lost), creations(lost)
    assert len(call("apply", call("plan", named("a"))).changes) == 1
    assert len(account.stored) == 1


def test_a_creation_that_was_slow_is_found_when_the_second_one_is_refused(
    call: Call, account: Account, wire: Wire
) -> None:
    """The first is carried out only after it was looked for: by another gateway, say."""
    late: list[bytes] = []

    def first(request: httpx.Request) -> httpx.Response:
        late.append(request.content)
        return httpx.Response(504)

    def second(request: httpx.Request) -> None:
        account.handle("POST", request.url.path, "", late[0])

    wire.before = creations(first, second)
    assert len(call("apply", call("plan", named("a"))).changes) == 1
    assert len(account.stored) == 1


def test_a_creation_that_is_refused_after_a_lost_one_and_not_found_fails(
    call: Call, account: Account, wire: Wire
) -> None:
    wire.before = creations(lost, answered(409))
    with pytest.raises(ApplyError) as caught:
        call("apply", call("plan", named("a")))
    [(_, error)] = caught.value.failures
    assert isinstance(error, ConflictError)


def test_a_creation_that_is_lost_twice_fails(call: Call, account: Account, wire: Wire) -> None:
    wire.before = creations(lost, lost)
    with pytest.raises(ApplyError) as caught:
        call("apply", call("plan", named("a")))
    [(_, error)] = caught.value.failures
    assert isinstance(error, APIConnectionError)
    assert error.outcome_unknown


def test_if_a_lost_creation_cannot_be_looked_up_its_own_error_is_told(call: Call, wire: Wire) -> None:
    plan = call("plan", named("a"))
    wire.before = lambda request: httpx.Response(500 if request.method == "POST" else 401)
    with pytest.raises(ApplyError) as caught:
        call("apply", plan)
    [(_, error)] = caught.value.failures
    assert isinstance(error, InternalServerError)
    assert error.outcome_unknown


def test_a_name_that_was_taken_since_the_plan_is_a_failure(call: Call, account: Account) -> None:
    """Nobody's answer was lost: what is there is somebody else's."""
    plan = call("plan", named("a"))
    account.add(named("a")[0])
    with pytest.raises(ApplyError) as caught:
        call("apply", plan)
    [(_, error)] = caught.value.failures
    assert isinstance(error, ConflictError)
