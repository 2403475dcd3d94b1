"""Answers can be scripted: for the next requests or always, for an operation or an integration, carried out or not."""

from __future__ import annotations

import http.client
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from arize_integrations.testing import Answer, StandInServer
from tests.testing.account_cases import CREATES
from tests.testing.asking import ANSWERS, Asking, needs_create, needs_list, needs_writes

if TYPE_CHECKING:
    from collections.abc import Callable

LOST = (http.client.RemoteDisconnected, ConnectionResetError)


@needs_list
def test_an_answer_waits_for_the_operation_it_is_for(server: StandInServer, account: Asking) -> None:
    [known] = server.integration_ids
    server.answer_next(Answer(503), Answer(502), to="list")
    server.answer_next(Answer(500), to="get")
    statuses = [account.get(known), account.get(known), account.list(), account.list(), account.list()]
    assert [reply.status for reply in statuses] == [500, 200, 503, 502, 200]


def test_an_answer_waits_for_the_integration_it_is_for(server: StandInServer, account: Asking) -> None:
    server.add({"id": "a/b"})
    server.answer_always(Answer(500), integration_id="a/b")
    server.answer_next(Answer(503), to="get", integration_id="a/b")
    [known, _] = server.integration_ids
    assert [account.get(each).status for each in ("a/b", known, "a/b", "a/b")] == [503, 200, 500, 500]


@needs_list
def test_always_is_until_it_is_taken_back_and_the_last_word_counts(server: StandInServer, account: Asking) -> None:
    [known] = server.integration_ids
    server.answer_always(Answer(500))
    server.answer_always(Answer(503), to="list")
    assert [account.list().status, account.get(known).status, account.list().status] == [503, 500, 503]
    server.answer_always(Answer(429))
    assert account.list().status == 429
    server.answer_next(Answer(418))
    server.answer_normally()
    assert [account.list().status, account.get(known).status] == [200, 200]


def test_any_path_can_be_answered(server: StandInServer, account: Asking) -> None:
    server.answer_always(Answer(200, body={"spaces": []}), to="GET /v2/spaces")
    assert account("GET", "/v2/spaces?limit=1").json == {"spaces": []}
    assert [account("POST", "/v2/spaces").status, account("GET", "/v2/spaces/a").status] == [404, 404]


@pytest.mark.parametrize("status", [400, 401, 404, 409, 418, 429, 500, 502, 503, 599, 999])
def test_an_error_without_a_body_is_a_problem_document(server: StandInServer, account: Asking, status: int) -> None:
    server.answer_next(Answer(status))
    reply = account.get("a")
    assert (reply.status, reply.headers["Content-Type"]) == (status, "application/problem+json")
    assert reply.json["status"] == status
    assert reply.json["title"]
    assert reply.json["detail"] == "The test asked for this answer."
    assert reply.headers["Retry-After"] is None


def test_success_without_a_body_is_the_documents_example(server: StandInServer, account: Asking) -> None:
    server.answer_next(Answer(), Answer(204), Answer(body=None), Answer(500, body=None))
    assert account.get("a").json == ANSWERS[200].bodies[0]
    assert [account.get("a").body for _ in range(3)] == [b"", b"", b""]


def test_a_slow_answer_is_the_normal_one(server: StandInServer, account: Asking) -> None:
    [known] = server.integration_ids
    server.answer_next(Answer.normal(delay=0.2), to="get")
    began = time.monotonic()
    assert account.get(known).json == server.integrations[0]
    assert time.monotonic() - began >= 0.2


@needs_writes
@pytest.mark.parametrize(
    ("answer", "is_there"),
    [
        (lambda: Answer.lost(carried_out=True), True),
        (lambda: Answer.lost(carried_out=False), False),
        (lambda: Answer.normal(drop="before"), True),
        (lambda: Answer(drop="before"), False),
    ],
)
def test_an_answer_is_lost_after_the_request_was_carried_out_or_before(
    answer: Callable[[], Answer], is_there: bool
) -> None:
    with StandInServer([]) as server:
        server.answer_next(answer(), to="create")
        with closing(Asking(server)) as asking, pytest.raises(LOST):
            asking.create(CREATES[0])
        assert [each["name"] for each in server.integrations] == ([CREATES[0]["name"]] if is_there else [])


@needs_create
def test_a_gateway_can_fail_after_the_request_was_carried_out(server: StandInServer, account: Asking) -> None:
    new = CREATES[0] | {"name": "New"}
    server.answer_next(Answer(502, headers={"X-Gateway": "1"}, carried_out=True), to="create")
    reply = account.create(new)
    assert (reply.status, reply.headers["X-Gateway"], reply.json["status"]) == (502, "1", 502)
    assert account.create(new).status == 409


def test_a_script_comes_before_the_key_is_looked_at(server: StandInServer) -> None:
    server.answer_next(Answer(503), Answer.normal())
    with closing(Asking(server, "another key")) as asking:
        assert [asking.get("a").status for _ in range(2)] == [503, 401]


def test_a_script_may_break_off_the_normal_answer(server: StandInServer, account: Asking) -> None:
    server.answer_next(Answer.normal(drop="mid_body"))
    with pytest.raises(http.client.IncompleteRead):
        account.get(server.integration_ids[0])


def test_a_rate_limit_says_when_to_come_back() -> None:
    with StandInServer(rate_limit=5) as server, closing(Asking(server)) as asking:
        replies = [asking.get(server.integration_ids[0]) for _ in range(12)]
        refused = [reply for reply in replies if reply.status == 429]
        assert 4 <= len(refused) <= 7
        assert {reply.headers["Retry-After"] for reply in refused} == {"1"}
        assert len(server.requests) == 12
        assert server.rate_limit == 5
        server.rate_limit = None
        assert asking.get(server.integration_ids[0]).status == 200


def test_a_bucket_fills_up_again(monkeypatch: Any) -> None:
    """By the clock that it is given; less than one a second makes one wait for longer."""
    from arize_integrations.testing._rate import RateLimit

    limit = RateLimit(0.25)
    assert [limit.seconds_to_wait(now) for now in (100.0, 100.0, 102.0, 104.0, 104.0, 900.0, 900.0)] == [
        0,
        4,
        2,
        0,
        4,
        0,
        4,
    ]
