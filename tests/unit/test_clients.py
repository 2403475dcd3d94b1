"""What a client is beside its calls: options, sharing, closing, what it logs, and what importing it costs."""

from __future__ import annotations

import gzip
import inspect
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, get_type_hints

import httpx
import pytest

import arize_integrations
import arize_integrations_api.models as models
from arize_integrations import (
    ArizeError,
    AsyncIntegrationsClient,
    ConfigurationError,
    IntegrationsClient,
    NotFoundError,
    RateLimitError,
    RetryPolicy,
)
from arize_integrations.testing import Answer, StandInServer
from tests.faults.server import OK, Connection, FaultServer
from tests.operations import GET, example_answer
from tests.unit.conftest import KEY, Client, Connect

EXAMPLE: dict[str, Any] = example_answer(GET)
ID: str = EXAMPLE["id"]


def test_both_clients_take_the_same_arguments() -> None:
    sync, other = (inspect.signature(kind).parameters for kind in (IntegrationsClient, AsyncIntegrationsClient))
    assert list(sync) == list(other)
    assert [(p.kind, p.default) for p in sync.values()] == [(p.kind, p.default) for p in other.values()]


def test_a_derived_client_has_its_own_options_and_leaves_the_first_as_it_was(
    client: Client, server: StandInServer
) -> None:
    derived = client.with_options(headers={"X-Team": "blue"}, timeout=httpx.Timeout(5), retry=None)
    further = derived.with_options(timeout=3)
    plain = derived.with_options(headers=None)
    for each in (client, derived, further, plain):
        each.get(ID)
    teams = [
        {name.lower(): value for name, value in request.headers.items()}.get("x-team") for request in server.requests
    ]
    assert teams == [None, "blue", "blue", None]


def test_a_derived_client_keeps_what_it_is_not_told_to_change(client: Client, server: StandInServer) -> None:
    final = client.with_options(retry=None).with_options(timeout=5)
    server.answer_next(Answer.example(429))
    with pytest.raises(RateLimitError):
        final.get(ID)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("retry", 3),
        ("retry", "no"),
        ("timeout", 0),
        ("timeout", -1.0),
        ("timeout", float("nan")),
        ("timeout", float("inf")),
        ("timeout", True),
        ("timeout", "5"),
        ("timeout", None),
        ("timeout", 10**400 - 10**400),
        ("timeout", httpx.Timeout(-1.0)),
        ("timeout", httpx.Timeout(5.0, read=0)),
        ("timeout", httpx.Timeout(None, connect=float("nan"))),
        ("timeout", httpx.Timeout(float("inf"))),
        ("timeout", httpx.Timeout("5")),  # type: ignore[arg-type]
        ("headers", {"Authorization": "Bearer other"}),
        ("headers", {"X": "a\nb"}),
    ],
)
def test_an_option_that_cannot_be_used_is_refused_at_once(connect: Connect, option: str, value: Any) -> None:
    with pytest.raises(ConfigurationError, match=option):
        connect(**{option: value})
    with pytest.raises(ConfigurationError, match=option):
        connect().with_options(**{option: value})


@pytest.mark.parametrize(
    "timeout", [1e10, 1e300, 10**400, httpx.Timeout(1e20), httpx.Timeout(None), httpx.Timeout(None, read=5)]
)
def test_a_timeout_may_be_as_long_as_one_likes(connect: Connect, timeout: Any) -> None:
    """Sockets refuse centuries, each in its own way and in the middle of a call."""
    assert connect(timeout=timeout).get(ID)


def test_a_derived_client_keeps_what_a_subclass_has_added() -> None:
    class Ours(IntegrationsClient):
        def __init__(self, tenant: str, **options: Any) -> None:
            super().__init__(KEY, **options)
            self.tenant = tenant

    with Ours("blue", base_url="https://h") as client:
        derived = client.with_options(timeout=1)
        assert (type(derived), derived.tenant) == (Ours, "blue")


class ReadsAll(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """As a transport does that logs what came back."""

    def __init__(self) -> None:
        self.inner, self.async_inner = httpx.HTTPTransport(), httpx.AsyncHTTPTransport()
        self.seen: list[bytes] = []

    def close(self) -> None:
        self.inner.close()

    async def aclose(self) -> None:
        await self.async_inner.aclose()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self.inner.handle_request(request)
        self.seen.append(response.read())
        return response

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self.async_inner.handle_async_request(request)
        self.seen.append(await response.aread())
        return response


@pytest.mark.parametrize("packed", [False, True])
def test_a_transport_may_read_the_answer_before_it_hands_it_over(
    connect: Connect, server: StandInServer, packed: bool
) -> None:
    body = json.dumps(EXAMPLE).encode()
    headers = {"Content-Type": "application/json", **({"Content-Encoding": "gzip"} if packed else {})}
    transport = ReadsAll()
    client = connect(transport=transport)
    server.answer_next(Answer(headers=headers, body=gzip.compress(body) if packed else body), Answer.example(404))
    assert client.get(ID).to_dict()["id"] == ID
    assert transport.seen == [body]
    with pytest.raises(NotFoundError):
        client.get(ID)


def test_an_answer_that_is_closed_twice_frees_its_connection_once(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What instruments httpx hands each answer to hooks, which may use it up. No two calls shall share a connection."""
    send, send_async = httpx.HTTPTransport.handle_request, httpx.AsyncHTTPTransport.handle_async_request

    def read_and_close(transport: Any, request: httpx.Request) -> Any:
        response: Any = send(transport, request)
        assert b"".join(response.stream)
        response.stream.close()
        return response

    async def read_and_close_async(transport: Any, request: httpx.Request) -> Any:
        response: Any = await send_async(transport, request)
        assert [chunk async for chunk in response.stream]
        await response.stream.aclose()
        return response

    arrived, leave = threading.Event(), threading.Event()

    def hold(connection: Connection) -> None:
        arrived.set()
        leave.wait(10)
        connection.send(OK)

    def release(connection: Connection) -> None:
        leave.set()
        connection.send(OK)

    with FaultServer(OK, hold, release) as server, ThreadPoolExecutor(2) as pool:
        client = connect(base_url=server.base_url, retry=None)
        with monkeypatch.context() as instrumented, suppress(ArizeError):
            instrumented.setattr(httpx.HTTPTransport, "handle_request", read_and_close)
            instrumented.setattr(httpx.AsyncHTTPTransport, "handle_async_request", read_and_close_async)
            client.with_options(timeout=0.2).get(ID)
        first = pool.submit(client.get, ID)
        assert arrived.wait(10)
        second = pool.submit(client.get, ID)
        assert first.result(10) == second.result(10)


def test_closing_a_derived_client_leaves_the_others_open(client: Client) -> None:
    derived = client.with_options(timeout=5)
    derived.get(ID)
    derived.close()
    with pytest.raises(ConfigurationError, match="This client is closed: create a new one"):
        derived.get(ID)
    assert client.get(ID)
    client.close()


def test_closing_a_client_closes_those_derived_from_it(client: Client) -> None:
    derived = client.with_options(timeout=5)
    client.close()
    client.close()
    for closed in (client, derived):
        with pytest.raises(ConfigurationError, match="closed"):
            closed.get(ID)
        with pytest.raises(ConfigurationError, match="closed"):
            closed.with_options(timeout=1)
        with pytest.raises(ConfigurationError, match="closed"):
            closed.enter()


def test_a_client_is_a_context_manager_that_closes_it(client: Client) -> None:
    assert client.enter() is client.client
    assert client.get(ID)
    client.leave()
    with pytest.raises(ConfigurationError, match="closed"):
        client.get(ID)


def test_each_kind_of_drift_is_logged_once_for_a_client_and_those_derived_from_it(
    connect: Connect, server: StandInServer, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "a value that nobody may log"
    server.add(
        {**EXAMPLE, "id": "drifted", "new_field": secret, "name": [secret], "config": {"provider": "OF_TOMORROW"}}
    )
    client = connect()
    for _ in range(2):
        client.get("drifted")
        client.with_options(timeout=5).get("drifted")
    records = [record for record in caplog.records if record.name == "arize_integrations"]
    assert {record.levelno for record in records} == {logging.WARNING}
    messages = [record.getMessage() for record in records]
    assert len(messages) == len(set(messages)) == 3
    for place in ("LlmIntegration.new_field", "LlmIntegration.name", "LlmConfig.provider"):
        assert [message for message in messages if place in message]
    assert secret not in caplog.text
    assert [message for message in messages if "OF_TOMORROW" in message]
    connect().get("drifted")
    assert len([record for record in caplog.records if record.name == "arize_integrations"]) == 6


@pytest.mark.parametrize(
    ("tag", "shown"),
    [("GROQ", "'GROQ'"), (KEY, "'[secure]'"), ("x\n\x1b[31m" + "y" * 5000, r"'x \\x1b[31myyy"), (5, "")],
    ids=["short", "a secret", "long and not printable", "no text"],
)
def test_an_unknown_tag_is_logged_short_printable_and_without_secrets(
    connect: Connect, server: StandInServer, caplog: pytest.LogCaptureFixture, tag: object, shown: str
) -> None:
    server.add({**EXAMPLE, "id": "drifted", "config": {"provider": tag}})
    connect().get("drifted")
    [record] = caplog.records
    assert shown in record.getMessage()
    assert KEY not in caplog.text
    assert len(record.getMessage()) < 250
    assert record.getMessage().isprintable()


def test_invented_field_names_do_not_fill_the_log_or_the_memory(
    client: Client, server: StandInServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.add({**EXAMPLE, **{f"invented {number}": number for number in range(3000)}, "a" * 5000: 1})
    client.get(ID)
    assert len(caplog.records) == 1000
    assert max(len(record.getMessage()) for record in caplog.records) < 500


def test_the_key_and_the_endpoint_come_from_the_environment_where_no_argument_is_given(
    server: StandInServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARIZE_API_KEY", KEY)
    monkeypatch.setenv("ARIZE_BASE_URL", server.base_url)
    with IntegrationsClient() as client:
        assert client.get(ID)
    monkeypatch.delenv("ARIZE_API_KEY")
    with pytest.raises(ConfigurationError, match="ARIZE_API_KEY is not set"):
        IntegrationsClient()


@pytest.mark.parametrize("key", ["", " ", "a b", "a\n", "\ta", "é", 5, b"key"])
def test_a_key_that_is_none_is_refused(key: Any) -> None:
    with pytest.raises(ConfigurationError, match="api_key "):
        IntegrationsClient(key)


def test_a_key_from_another_place_is_refused_by_the_server(connect: Connect) -> None:
    with pytest.raises(arize_integrations.AuthenticationError, match="Check api_key or ARIZE_API_KEY"):
        connect(api_key="wrong").get(ID)


def test_a_transport_of_the_users_own_is_what_sends() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(404)

    with IntegrationsClient(KEY, host="arize.example.com", transport=httpx.MockTransport(answer), timeout=7) as client:
        with pytest.raises(NotFoundError):
            client.get("a")
    assert seen[0].url.host == "arize.example.com"
    assert seen[0].extensions["timeout"] == {"connect": 7, "read": 7, "write": 7, "pool": 7}


def test_an_unclosed_client_warns() -> None:
    client = IntegrationsClient(KEY, base_url="https://h")
    with pytest.warns(ResourceWarning, match="unclosed client of https://h"):
        client._session.__del__()
    client.close()
    client._session.__del__()


def test_the_signature_of_with_options_is_readable_in_an_editor() -> None:
    assert str(inspect.signature(IntegrationsClient.with_options)).count("<unchanged>") == 3


def test_a_policy_is_a_value() -> None:
    assert RetryPolicy() == RetryPolicy(4, 60.0, 120.0, 0.5, 8.0)
    assert len({RetryPolicy(), RetryPolicy(), RetryPolicy(max_retries=1)}) == 2
    with pytest.raises(AttributeError):
        RetryPolicy().max_retries = 1  # type: ignore[misc]


NAMES = """
    IntegrationsClient AsyncIntegrationsClient RetryPolicy Integration UnknownVariant UNSET Unset ArizeError ConfigurationError
    APIConnectionError APITimeoutError APIStatusError BadRequestError AuthenticationError PermissionDeniedError NotFoundError
    ConflictError UnprocessableEntityError RateLimitError InternalServerError ResponseDecodingError __version__
""".split()


def test_the_public_names_are_there_and_so_is_every_model() -> None:
    public = arize_integrations.__all__  # type: ignore[attr-defined]
    assert {*NAMES, *models.__all__} <= set(public)
    assert all(getattr(arize_integrations, name) is not None for name in public)
    assert {*public} <= set(dir(arize_integrations))
    assert all(getattr(arize_integrations, name) is getattr(models, name) for name in models.__all__)
    for unknown in ("Nonsense", "_nonsense", "httpx"):
        with pytest.raises(AttributeError, match=f"has no attribute '{unknown}'"):
            getattr(arize_integrations, unknown)


def test_what_a_client_promises_can_be_read_by_a_program() -> None:
    """Libraries that make tools or validators of functions read the hints at run time."""
    for kind in (IntegrationsClient, AsyncIntegrationsClient):
        assert get_type_hints(kind.get) == {"integration_id": str, "return": models.Integration}
        assert get_type_hints(kind.__init__)["timeout"] == float | httpx.Timeout
        assert get_type_hints(kind.with_options)["headers"] == Mapping[str, str] | None


def test_an_editor_offers_the_public_names_and_no_others() -> None:
    offered = {name for name in dir(arize_integrations) if not name.startswith("__")}
    assert offered == {*arize_integrations.__all__, "errors", "testing"} - {"__version__"}  # type: ignore[attr-defined]


def test_importing_the_package_costs_next_to_nothing() -> None:
    code = (
        "import sys, arize_integrations; before = set(sys.modules); "
        "assert arize_integrations.__version__; "
        "heavy = {'httpx', 'anyio', 'attrs', 'attr', 'ssl', 'dateutil', 'arize_integrations_api'} & before; "
        "assert not heavy, heavy; "
        "assert arize_integrations.ConfigurationError; assert 'httpx' not in sys.modules; "
        "assert arize_integrations.IntegrationsClient; from arize_integrations import *; assert LlmIntegration; "
        "assert arize_integrations.testing.StandInServer"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
