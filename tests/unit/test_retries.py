"""How patient a client is, over a real connection to the stand-in."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import freezegun
import httpx
import pytest

from arize_integrations import (
    APIStatusError,
    ConfigurationError,
    IntegrationsClient,
    InternalServerError,
    RateLimitError,
    RetryPolicy,
)
from arize_integrations.testing import Answer, StandInServer
from tests.faults.server import OK, Connection, FaultServer, answer
from tests.operations import GET, example_answer
from tests.unit.conftest import KEY, Client, Connect

EXAMPLE = example_answer(GET)
ID = EXAMPLE["id"]
CONNECTIONS = 3
QUICK = RetryPolicy(initial_backoff=0.001, max_backoff=0.002)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_passing_failure_is_survived(connect: Connect, server: StandInServer, status: int) -> None:
    server.answer_next(Answer(status=status), Answer(status=status))
    assert connect(retry=QUICK).get(ID)
    assert len(server.requests) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 418, 422, 501, 505])
def test_a_lasting_failure_is_final(connect: Connect, server: StandInServer, status: int) -> None:
    server.answer_next(Answer(status=status))
    with pytest.raises(APIStatusError):
        connect(retry=QUICK).get(ID)
    assert len(server.requests) == 1


@pytest.mark.parametrize("retries", [0, 1, 3])
def test_tries_are_counted(connect: Connect, server: StandInServer, retries: int) -> None:
    server.answer_next(*[Answer(status=503)] * 5)
    with pytest.raises(InternalServerError) as caught:
        connect(retry=RetryPolicy(max_retries=retries, initial_backoff=0.001)).get(ID)
    assert (caught.value.attempts, len(server.requests)) == (retries + 1, retries + 1)
    assert (f" after {retries + 1} attempts: " in str(caught.value)) == (retries > 0)


def test_without_a_policy_every_answer_is_final(connect: Connect, server: StandInServer) -> None:
    server.answer_next(Answer.example(429))
    with pytest.raises(RateLimitError):
        connect(retry=None).get(ID)
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_the_server_is_never_asked_early(connect: Connect, server: StandInServer, status: int) -> None:
    server.answer_next(
        Answer(status=status, headers={"Retry-After": "1"}), Answer(status=status, headers={"Retry-After": "0.2"})
    )
    assert connect(retry=QUICK).get(ID)
    times = [request.received_at for request in server.requests]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert gaps[0] >= 1.0
    assert gaps[1] >= 0.2


@pytest.mark.parametrize("policy", [RetryPolicy(max_wait=41), RetryPolicy(max_elapsed=41)], ids=repr)
def test_a_wait_beyond_the_policy_is_not_begun(connect: Connect, server: StandInServer, policy: RetryPolicy) -> None:
    server.answer_next(Answer.example(429, headers={"Retry-After": "42"}))
    began = time.monotonic()
    with pytest.raises(RateLimitError, match=r"RetryPolicy\(max_wait=") as caught:
        connect(retry=policy).get(ID)
    assert (caught.value.retry_after, caught.value.attempts) == (42.0, 1)
    assert time.monotonic() - began < 10


class Clock:
    """Time that passes where somebody waits, and at no other time."""

    def __init__(self) -> None:
        self.now = 1000.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.mark.parametrize("asked", [59, 3599, 7200, 86_399, 172_800])
@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_is_never_cut_short_however_long(monkeypatch: pytest.MonkeyPatch, asked: int, status: int) -> None:
    """A quota of a day has waits of hours, and who allows them shall not be early by any."""
    clock, sent = Clock(), []
    monkeypatch.setattr(time, "monotonic", lambda: clock.now)
    monkeypatch.setattr(time, "sleep", clock.sleep)

    def answer(_: httpx.Request) -> httpx.Response:
        sent.append(clock.now)
        return (
            httpx.Response(200, json=EXAMPLE)
            if len(sent) > 1
            else httpx.Response(status, headers={"Retry-After": str(asked)})
        )

    patient = RetryPolicy(max_wait=1e6, max_elapsed=1e6)
    with IntegrationsClient(KEY, retry=patient, transport=httpx.MockTransport(answer)) as client:
        client.get(ID)
    assert sent[1] - sent[0] == pytest.approx(asked)


def test_what_one_call_learned_holds_for_the_next(connect: Connect, server: StandInServer) -> None:
    client = connect(retry=RetryPolicy(max_wait=1))
    server.answer_next(Answer(status=429, headers={"Retry-After": "30"}))
    with pytest.raises(RateLimitError):
        client.get(ID)
    with pytest.raises(RateLimitError, match="not sent, because the server answered 429") as caught:
        client.with_options(headers={"X-Other": "1"}).get(ID)
    assert (caught.value.attempts, caught.value.held_back) == (0, True)
    assert (caught.value.title, caught.value.detail) == (None, None)  # the server said nothing about this call
    assert 28 < (caught.value.retry_after or 0) <= 30
    assert len(server.requests) == 1


def test_what_holds_a_call_back_is_what_the_server_said(connect: Connect, server: StandInServer) -> None:
    """A 503 stays a 503: whoever reads the error looks for the cause in the right place."""
    client = connect(retry=RetryPolicy(max_wait=1))
    server.answer_next(Answer(status=503, headers={"Retry-After": "30"}))
    with pytest.raises(InternalServerError):
        client.get(ID)
    with pytest.raises(InternalServerError, match="not sent, because the server answered 503") as caught:
        client.get(ID)
    assert (caught.value.status, caught.value.held_back) == (503, True)


@pytest.mark.parametrize("status", [429, 503])
def test_no_answer_closes_a_client_for_a_day(status: int) -> None:
    """A server that asks for a year by mistake is asked again after a few minutes, by one call."""
    answers = [httpx.Response(status, headers={"Retry-After": "31536000"}), httpx.Response(200, json=EXAMPLE)]
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return answers[min(len(sent), len(answers)) - 1]

    with (
        freezegun.freeze_time("2026-11-25T12:00:00Z") as clock,
        IntegrationsClient(KEY, transport=httpx.MockTransport(answer)) as client,
    ):
        for seconds, requests in ((0.0, 1), (10.0, 1)):
            clock.tick(seconds)
            with pytest.raises(APIStatusError) as caught:
                client.get(ID)
            assert (caught.value.status, caught.value.held_back, len(sent)) == (status, seconds > 0, requests)
        clock.tick(300.0)
        assert client.get(ID)
        assert client.get(ID)
        assert len(sent) == 3


@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_ends_although_the_clock_stands_still(
    connect: Connect, server: StandInServer, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """Tests freeze time, and call us in it."""
    client, standing = connect(), time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: standing)
    for _ in range(2):
        server.answer_next(Answer(status=status, headers={"Retry-After": "0.05"}))
        assert client.get(ID)
    assert len(server.requests) == 4


@pytest.mark.parametrize("wrong", [0, -1, 1.5, True, "8", None])
def test_a_number_of_connections_that_cannot_be_is_refused(wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match="max_connections must be a whole number"):
        IntegrationsClient(KEY, max_connections=wrong)


def test_no_more_calls_are_under_way_than_there_are_connections() -> None:
    under_way, most, lock = 0, 0, threading.Lock()

    def answer_slowly(_: httpx.Request) -> httpx.Response:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        time.sleep(0.01)
        with lock:
            under_way -= 1
        return httpx.Response(200, json=EXAMPLE)

    transport = httpx.MockTransport(answer_slowly)
    with IntegrationsClient(KEY, transport=transport, max_connections=3) as client, ThreadPoolExecutor(12) as pool:
        assert len(list(pool.map(client.get, [ID] * 24))) == 24
    assert most == 3


def test_a_call_whose_answers_are_final_is_not_held_back(connect: Connect, server: StandInServer) -> None:
    client = connect(retry=RetryPolicy(max_wait=1))
    server.answer_next(Answer(status=429, headers={"Retry-After": "30"}))
    with pytest.raises(RateLimitError):
        client.get(ID)
    assert client.with_options(retry=None).get(ID)


def test_a_call_does_not_queue_for_a_connection_longer_than_it_may_wait(connect: Connect) -> None:
    """All connections are in use, and the server has told the client to slow down: nothing would come of queueing."""
    arrived, leave = threading.Semaphore(0), threading.Event()

    def hold(connection: Connection) -> None:
        arrived.release()
        leave.wait(30)
        connection.send(OK)

    slow_down = answer(429, "", "Retry-After: 300")
    with FaultServer(slow_down, hold) as server, ThreadPoolExecutor(CONNECTIONS) as pool:
        client = connect(base_url=server.base_url, retry=RetryPolicy(max_elapsed=0), max_connections=CONNECTIONS)
        others = client.with_options(retry=None)
        with pytest.raises(RateLimitError):
            others.get(ID)
        held = [pool.submit(others.get, ID) for _ in range(CONNECTIONS)]
        assert all(arrived.acquire(timeout=10) for _ in held)
        with pytest.raises(RateLimitError, match="not sent, because the server answered 429") as caught:
            client.get(ID)
        assert (caught.value.attempts, any(call.done() for call in held)) == (0, False)
        leave.set()
        assert all(call.result() for call in held)


def test_a_wait_is_logged_with_what_a_program_needs(
    connect: Connect, server: StandInServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "arize_integrations")
    server.answer_next(Answer(status=429, headers={"Retry-After": "0.1"}), Answer(drop="before"))
    connect(retry=QUICK).get(ID)
    waits = [
        record for record in caplog.records if record.name == "arize_integrations" and record.levelno == logging.INFO
    ]
    logged = [record.arize_wait for record in waits]  # type: ignore[attr-defined]
    assert [wait["attempts"] for wait in logged] == [1, 2]
    assert logged[0]["seconds"] == pytest.approx(0.1)
    assert logged[0]["reason"] == "the server answered 429"
    assert waits[0].getMessage().startswith("Waiting 0.10 s before GET /v2/integrations/")
    assert "request 2 of at most 5" in waits[0].getMessage()


def test_a_call_that_is_held_back_says_so_once(
    connect: Connect, server: StandInServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "arize_integrations")
    client = connect()
    server.answer_next(Answer(status=429, headers={"Retry-After": "0.3"}))
    with pytest.raises(RateLimitError):
        client.with_options(retry=RetryPolicy(max_wait=0.1)).get(ID)
    assert client.get(ID)
    messages = [record.getMessage() for record in caplog.records if record.levelno == logging.INFO]
    assert [message for message in messages if "the server told this client to slow down" in message] == messages
    assert len(messages) == 1


def test_a_client_that_is_not_throttled_is_silent(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "arize_integrations")
    client.get(ID)
    assert caplog.records == []


@pytest.mark.parametrize("status", [429, 503])
def test_a_call_ends_under_freezegun(connect: Connect, server: StandInServer, status: int) -> None:
    server.answer_next(Answer(status=status, headers={"Retry-After": "0.05"}))
    client = connect()
    with freezegun.freeze_time("2026-11-25T12:00:00Z"):
        assert client.get(ID)
    assert len(server.requests) == 2
