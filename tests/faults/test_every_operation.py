"""Each operation of the client meets each kind of fault, in each style: what is repeated, and what is said about it."""

from __future__ import annotations

import json
import pickle
import socket
from dataclasses import dataclass
from typing import Any

import anyio
import pytest

from arize_integrations import (
    APIConnectionError,
    APITimeoutError,
    ArizeError,
    AsyncIntegrationsClient,
    IntegrationsClient,
    InternalServerError,
    NotFoundError,
    RateLimitError,
    ResponseDecodingError,
)
from tests.faults.calls import KEY, QUICK, STYLES, Style, assert_key_is_secret
from tests.faults.server import ID, Connection, FaultServer, Turn, answer, cut, html, stall
from tests.operations import CREATE, DELETE, GET, LIST, UPDATE, example_answer, example_request, skip_without

SECRET = "a-provider's-key-that-nobody-may-see"
NAMES = ("get", "list", "create", "update", "delete", "request", "request POST")
BELONGS_TO = {"get": GET, "list": LIST, "create": CREATE, "update": UPDATE, "delete": DELETE}
REPEATED_ONLY_IF_UNSENT = ("create", "request POST")


def invoke(client: Any, name: str) -> Any:
    """The method's result, or what is to be awaited for it."""
    match name:
        case "get":
            return client.get(ID)
        case "list":
            return first_of(client.list())
        case "create":
            return client.create(with_secret(example_request(CREATE)))
        case "update":
            return client.update(ID, with_secret(example_request(UPDATE)))
        case "delete":
            return client.delete(ID)
        case "request":
            return client.request("PUT", "/v2/anything", params={"a": [1, 2]}, json={"secret": SECRET})
        case _:
            return client.request("POST", "/v2/anything", json={"secret": SECRET})


def with_secret(request: Any) -> Any:
    """The request under a tag that is newer than the SDK, below which every string is a secret."""
    return {**request, "type": "A_NEWER_TYPE", "config": {"token": SECRET}}


def first_of(pager: Any) -> Any:
    return next(iter(pager.pages())) if hasattr(pager, "__iter__") else anext(aiter(pager.pages()))


def run(style: Style, base_url: str, name: str, **options: Any) -> Any:
    """What one call comes to."""
    options = {"retry": QUICK, "timeout": 10.0, **options}

    async def run_async() -> Any:
        async with AsyncIntegrationsClient(KEY, base_url=base_url, **options) as client:
            try:
                return await invoke(client, name)
            except ArizeError as error:
                return error

    if style != "sync":
        return anyio.run(run_async, backend=style)
    with IntegrationsClient(KEY, base_url=base_url, **options) as client:
        try:
            return invoke(client, name)
        except ArizeError as error:
            return error


def good(name: str) -> bytes:
    """The documented answer to an operation."""
    if name == "delete":
        return b"HTTP/1.1 204 No Content\r\n\r\n"
    return answer(200, json.dumps(example_answer(BELONGS_TO[name]) if name in BELONGS_TO else {"ok": True}))


@dataclass(frozen=True)
class Fault:
    name: str
    turn: Turn | None
    """What the server does; None: it is not there."""
    error: type[ArizeError]
    requests: int = 3
    """Requests of an operation that may be repeated."""
    unsent: bool = False
    """Whether it is certain that nothing was carried out."""
    timeout: float = 10.0


FAULTS = [
    Fault("refused", None, APIConnectionError, unsent=True),
    Fault("reset after the request", cut(b"", reset=True), APIConnectionError),
    Fault("reset within the answer", cut(answer(200, "x" * 100), -10, reset=True), APIConnectionError),
    Fault("hang", stall(b""), APITimeoutError, timeout=0.2),
    Fault("429", answer(429, ""), RateLimitError, unsent=True),
    Fault("503", answer(503, ""), InternalServerError),
    Fault("502 as a web page", html(502), InternalServerError),
    Fault("200 as a web page", html(200), ResponseDecodingError, requests=1),
    Fault(
        "echo of every secret",
        answer(500, json.dumps({"title": KEY, "detail": f"{SECRET} {KEY}"})),
        InternalServerError,
    ),
]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault(fault: Fault, name: str, style: Style, caplog: pytest.LogCaptureFixture) -> None:
    """A create is sent once unless it is certain that the first was not carried out; everything else is repeated."""
    skip_without(BELONGS_TO.get(name))
    once = name in REPEATED_ONLY_IF_UNSENT and not fault.unsent
    if fault.turn is None:
        error: Any = run(style, f"http://127.0.0.1:{free_port()}", name)
    else:
        with FaultServer(fault.turn) as server:
            error = run(style, server.base_url, name, timeout=fault.timeout)
        assert len(server.heads) == (1 if once else fault.requests)
    kind: type = type(error)
    assert kind is fault.error, error
    assert error.attempts == (1 if once else fault.requests)
    assert error.outcome_unknown == (name in REPEATED_ONLY_IF_UNSENT and not fault.unsent)
    assert ("may have been" in str(error)) == error.outcome_unknown
    carried = name not in ("get", "list", "delete")  # else the server makes it up, and nobody can know it
    assert not carried or SECRET not in f"{error} {error!r} {vars(error)} {pickle.dumps(error)!r} {caplog.text}"
    assert_key_is_secret(error, caplog)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("passing", [answer(429, ""), answer(429, "", "Retry-After: 0")], ids=["429", "429 now"])
def test_what_was_refused_for_its_pace_is_sent_again(passing: bytes, name: str, style: Style) -> None:
    skip_without(BELONGS_TO.get(name))
    with FaultServer(passing, good(name)) as server:
        result = run(style, server.base_url, name)
    assert not isinstance(result, ArizeError), result
    assert len(server.heads) == 2


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("first", [answer(503, ""), cut(b"", reset=True)], ids=["503", "reset"])
def test_a_deletion_that_is_repeated_and_finds_nothing_is_done(first: Turn, style: Style) -> None:
    """The first request had deleted it, and its answer was lost."""
    skip_without(DELETE)
    with FaultServer(first, answer(404, "")) as server:
        assert run(style, server.base_url, "delete") is None


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("turns", [[answer(404, "")], [answer(429, ""), answer(404, "")]], ids=["at once", "after 429"])
def test_a_deletion_of_what_was_never_there_is_an_error(turns: list[bytes], style: Style) -> None:
    skip_without(DELETE)
    with FaultServer(*turns) as server:
        assert type(run(style, server.base_url, "delete")) is NotFoundError


def test_a_request_that_never_left_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused once, then there: a create is safe to repeat."""
    skip_without(CREATE)

    def once_refused(connection: Connection) -> None:
        connection.send(good("create"))

    with FaultServer(once_refused) as server:
        real, calls = socket.create_connection, []

        def create_connection(*args: Any, **options: Any) -> socket.socket:
            calls.append(args)
            if len(calls) == 1:
                raise ConnectionRefusedError(111, "Connection refused")
            return real(*args, **options)

        monkeypatch.setattr(socket, "create_connection", create_connection)
        result = run("sync", server.base_url, "create")
    assert not isinstance(result, ArizeError), result
    assert (len(calls), len(server.heads)) == (2, 1)
