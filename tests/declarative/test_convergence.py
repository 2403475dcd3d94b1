"""What plan and apply promise of any account and any wish: afterwards there is nothing to do, and no more was sent than needed."""

from __future__ import annotations

import contextlib
import json
import pickle
from copy import deepcopy

import httpx
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.declarative.account import BODY, TAG, Account, Json, fields
from tests.declarative.conftest import Wire, sync_client
from tests.declarative.requests import desired

LISTS = settings(
    max_examples=50, deadline=None, database=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


@LISTS
@given(before=desired(), after=desired())
def test_after_apply_there_is_nothing_to_do(before: list[Json], after: list[Json]) -> None:
    """From nothing, and from any other state, with what cannot be changed replaced and what is not wanted deleted."""
    account = Account()
    with sync_client(Wire(account)) as client:
        client.apply(client.plan(before))
        assert not client.plan(before)
        client.apply(client.plan(after, prune=True, replace=True), force=True)
        plan = client.plan(after, prune=True)
        assert [change.action for change in plan] == ["none"] * len(after)
        sent = len(account.writes)
        assert client.apply(plan).changes == ()
    assert len(account.writes) == sent
    kinds = {request[TAG] for request in after}
    left = {(it[TAG], it["name"]) for it in account.stored.values() if it[TAG] in kinds}
    assert left == {(it[TAG], it["name"]) for it in after}


@LISTS
@given(before=desired(), after=desired())
def test_an_update_sends_nothing_that_is_so_already(before: list[Json], after: list[Json]) -> None:
    account = Account()
    with sync_client(Wire(account)) as client:
        client.apply(client.plan(before))
        plan = client.plan(after, replace=True)
        stored = {key: deepcopy(request) for key, request in account.stored.items()}
        account.asked.clear()
        client.apply(plan)
    updates = [(path.rsplit("/", 1)[-1], body) for method, path, body in account.writes if method == "PATCH"]
    assert len(updates) == sum(change.action == "update" for change in plan)
    for identifier, body in updates:
        key = identifier.replace("%3A", ":")
        assert body.pop(TAG) == stored[key][TAG]
        assert body
        assert_differs(BODY, body, stored[key])


def assert_differs(shape: object, sent: Json, stored: Json) -> None:
    """Every value that was sent is another than the one that is stored, in what is changed part by part too."""
    known = fields(shape, stored)
    for key, value in sent.items():
        in_parts = not known[key].compare and fields(known[key].shape, value) if key in known else None
        if in_parts:
            assert_differs(known[key].shape, value, stored[key])
        else:
            assert value != stored.get(key), key


@LISTS
@given(wanted=desired(), data=st.data())
def test_what_is_not_given_is_not_compared(wanted: list[Json], data: st.DataObject) -> None:
    account = Account()
    with sync_client(Wire(account)) as client:
        client.apply(client.plan(wanted))
        for request in wanted:
            optional = [key for key, field in fields(BODY, request).items() if not field.required and key in request]
            for key in data.draw(st.sets(st.sampled_from(optional))) if optional else ():
                del request[key]
        assert not client.plan(wanted)


@LISTS
@given(before=desired(), after=desired(), rotate=st.booleans())
def test_no_form_of_a_plan_shows_a_secret(before: list[Json], after: list[Json], rotate: bool) -> None:
    with sync_client(Wire(Account())) as client:
        client.apply(client.plan(before))
        plan = client.plan(after, prune=True, replace=True, rotate_secrets=rotate)
    stored = pickle.dumps(plan)
    forms = [str(plan), repr(plan), plan.to_markdown(), json.dumps(plan.to_dict()), repr(stored), *map(str, plan)]
    assert all("secret-" not in form for form in forms)
    assert pickle.loads(stored) == plan


class Killed(BaseException):
    """What ends a process."""


@LISTS
@given(before=desired(), after=desired(), point=st.integers(0, 12), is_done=st.booleans())
def test_killed_at_any_request_and_run_again_it_converges(
    before: list[Json], after: list[Json], point: int, is_done: bool
) -> None:
    wire = Wire(Account())
    requests = iter(range(1000))

    def kill(request: httpx.Request) -> None:
        if next(requests) == point:
            raise Killed

    with sync_client(wire) as client:
        client.apply(client.plan(before))
        plan = client.plan(after, prune=True, replace=True)
        setattr(wire, "after" if is_done else "before", kill)
        with contextlib.suppress(Killed):
            client.apply(plan, force=True)
        wire.before = wire.after = lambda request: None
        client.apply(client.plan(after, prune=True, replace=True), force=True)
        assert not client.plan(after, prune=True)
