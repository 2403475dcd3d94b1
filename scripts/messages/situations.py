"""The situations in which the package says something, each with a title and what brings it about."""

import asyncio
import gzip
import os
import pickle
import socket
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from unittest.mock import patch

import httpx

from arize_integrations import ArizeError, AsyncIntegrationsClient, IntegrationsClient, RetryPolicy, _unwrap
from arize_integrations.testing import Answer, StandInServer
from scripts.messages.tools import COMMAND_LINES, SHOWN, STAND_IN, command_line, command_line_shows

QUICK = RetryPolicy(max_retries=1, initial_backoff=0.01)
ONE = {"id": "a", "name": "one of a type that no document knows", "type": "?"}
PROBLEM = {"title": "The title", "detail": "What went wrong this time."}
JSON = {"Content-Type": "application/json"}
GZIP = {**JSON, "Content-Encoding": "gzip"}
Situation = tuple[str, Callable[[], object]]

ARGUMENTS: dict[str, dict[str, Any]] = {
    "no key": {"api_key": None},
    "an empty key": {"api_key": ""},
    "a key with a line break": {"api_key": "a\nb"},
    "a key that is no string": {"api_key": 7},
    "a key of 5000 characters": {"api_key": "k" * 5000},
    "two endpoints": {"region": "eu-west-1a", "host": "arize.example"},
    "a region that changes the host": {"region": "evil.example/"},
    "a region that is no string": {"region": 7},
    "a host with a scheme": {"host": "https://arize.example"},
    "a host with a user": {"host": "me@arize.example"},
    "plain http": {"base_url": "http://arize.example"},
    "plain http allowed by a word": {"base_url": "http://arize.example", "allow_http": "no"},
    "a base_url without a scheme": {"base_url": "arize.example"},
    "a base_url that is no URL": {"base_url": "http://[::1"},
    "a base_url with a space": {"base_url": "https://arize.example/a b"},
    "a base_url with a query": {"base_url": "https://arize.example?x=1"},
    "a base_url with a user": {"base_url": "https://me:secret@arize.example"},
    "a base_url with dots": {"base_url": "https://arize.example/a/../b"},
    "a negative timeout": {"timeout": -1},
    "a timeout that is no number": {"timeout": "soon"},
    "a retry that is no policy": {"retry": 3},
    "a header that is no string": {"headers": {"X-Team": 7}},
    "a header with a line break": {"headers": {"X-Team": "a\r\nb"}},
    "a header name with a space": {"headers": {"X Team": "a"}},
    "headers that are no mapping": {"headers": 7},
    "the Authorization header": {"headers": {"Authorization": "Bearer other"}},
    "the Host header": {"headers": {"Host": "other.example"}},
    "a transport that is none": {"transport": 7},
}
VARIABLES: dict[str, dict[str, str]] = {
    "two endpoints in the environment": {"ARIZE_REGION": "eu-west-1a", "ARIZE_BASE_URL": "https://arize.example"},
    "a proxy without a host": {"HTTPS_PROXY": "http://"},
    "a proxy of an unknown kind": {"HTTPS_PROXY": "ftp://proxy.example"},
    "certificates that are not there": {"SSL_CERT_FILE": "/nonexistent/ca.pem"},
}
ANSWERS: dict[str, Answer] = {
    **{f"status {status}": Answer(status, body=PROBLEM) for status in (400, 401, 403, 404, 409, 418, 422, 500)},
    "503 that says when": Answer(503, headers={"Retry-After": "120", "X-Request-Id": "req-1"}, body="<h1>Busy</h1>"),
    "status 799": Answer(799),
    "429 for an hour": Answer(429, headers={"Retry-After": "3600"}, body=PROBLEM),
    "429 without a time": Answer(429),
    "a redirect": Answer(302, headers={"Location": "https://login.example/?next=arize"}),
    "a redirect to nowhere": Answer(302),
    "200 with HTML": Answer(headers={"Content-Type": "text/html"}, body="<h1>Sign in</h1>"),
    "200 with nothing": Answer(headers=JSON, body=b""),
    "200 in latin-1": Answer(headers=JSON, body=b'{"name": "\xe9"}'),
    **{f"200 with {body}": Answer(headers=JSON, body=body) for body in ("[1]", '"text"', "7", "true", "null")},
    "200 nested too deeply": Answer(headers=JSON, body=b"[" * 200_000),
    "200 that is not gzip": Answer(headers=GZIP, body=b"plain"),
    "200 with half a gzip": Answer(headers=GZIP, body=gzip.compress(b"{}")[:12]),
    "200 in an unknown encoding": Answer(headers={**JSON, "Content-Encoding": "br"}, body=b"x"),
    "200 that is too large": Answer(headers=JSON, body=b" " * (65 * 2**20)),
    "dropped before answering": Answer(drop="before"),
    "dropped in the body": Answer(body={"id": "a"}, drop="mid_body"),
}
NETWORK: dict[str, Exception] = {
    "a proxy that refuses": httpx.ProxyError("407 Proxy Authentication Required"),
    "a certificate for another host": httpx.ConnectError("certificate verify failed: Hostname mismatch"),
    "a certificate for another address": httpx.ConnectError("certificate verify failed: IP address mismatch"),
    "a certificate nobody knows": httpx.ConnectError("certificate verify failed: self-signed certificate"),
    "a transport without a free connection": httpx.PoolTimeout(""),
    "a connection that breaks": httpx.ReadError("[Errno 104] Connection reset by peer"),
}
DRIFTS = (
    _unwrap.ABSENT,
    _unwrap.RETYPED,
    _unwrap.NEW_VALUE,
    _unwrap.NEW_VARIANT,
    _unwrap.RESPELLED,
    _unwrap.UNDECLARED,
)


def situations() -> Iterator[Situation]:
    """All of them, from configuring a client to forgetting it, then the command line and the stand-in."""
    for title, arguments in ARGUMENTS.items():
        yield title, partial(IntegrationsClient, **{"api_key": "k", **arguments})
    for title, variables in VARIABLES.items():
        yield title, partial(configured_by, variables)
    for field in ("max_retries", "max_wait"):
        yield f"a RetryPolicy with a negative {field}", partial(RetryPolicy, **{field: -1})
    for title, value in IDS.items():
        yield title, partial(get, None, integration_id=value)
    for title, answer in ANSWERS.items():
        yield title, partial(get, answer)
    for title, error in NETWORK.items():
        yield title, partial(get_over, error)
    for title, function in EVENTS.items():
        yield title, function
    for title, words in COMMAND_LINES.items():
        yield title, partial(command_line, *words)
    for title, (body, words) in SHOWN.items():
        yield title, partial(command_line_shows, body, *words)
    yield from STAND_IN.items()


IDS: dict[str, Any] = {
    "an empty id": "",
    "an id that is no string": 7,
    "an id that is ..": "..",
    "an id of 3000 characters": "a" * 3000,
    "an id that is no text": "\ud800",
}


def configured_by(variables: dict[str, str]) -> None:
    """A client of the hosted API, with these environment variables."""
    with patch.dict(os.environ, variables):
        IntegrationsClient("k").close()


def get(answer: Answer | None, integration_id: Any = "a", base_url: str | None = None, timeout: float = 5.0) -> None:
    """One call, with the next answer as given."""
    with StandInServer([ONE]) as server:
        if answer:
            server.answer_next(answer, answer)
        where = base_url or server.base_url
        with IntegrationsClient(server.api_key, base_url=where, retry=QUICK, timeout=timeout) as client:
            client.get(integration_id)


def get_over(error: Exception) -> None:
    """One call over a network that fails."""

    def fail(_: httpx.Request) -> httpx.Response:
        raise error

    with IntegrationsClient("k", retry=None, transport=httpx.MockTransport(fail)) as client:
        client.get("a")


def newer_than_the_sdk() -> None:
    """Each way in which an answer can differ, said of a made-up field: what is documented changes with the document."""
    with IntegrationsClient("k") as client:
        for what in DRIFTS:
            client._session.note(what, "SomeIntegration", "some_field")


def held_back() -> None:
    """A second call while the server has told the client to wait."""
    with StandInServer([ONE]) as server, IntegrationsClient(server.api_key, base_url=server.base_url) as client:
        server.answer_next(Answer(429, headers={"Retry-After": "3600"}, body=PROBLEM))
        try:
            client.get("a")
        except ArizeError:
            client.get("a")


def waits_its_turn() -> None:
    """A second call that can wait as long as the first one was told to."""
    with StandInServer([ONE]) as server, IntegrationsClient(server.api_key, base_url=server.base_url) as client:
        server.answer_next(Answer(429, headers={"Retry-After": "0.2"}))
        try:
            client.with_options(retry=RetryPolicy(max_wait=0.1)).get("a")
        except ArizeError:
            client.get("a")


def behind_a_proxy_that_is_down() -> None:
    """A call that a proxy should pass on."""
    with patch.dict(os.environ, {"HTTPS_PROXY": f"http://127.0.0.1:{free_port()}"}):
        get(None, base_url="https://arize.example")


def nobody_listens() -> None:
    """A server that is down."""
    get(None, base_url=f"http://127.0.0.1:{free_port()}")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def tls_to_plain() -> None:
    """https to a server that speaks http."""
    with StandInServer([ONE]) as server:
        get(None, base_url=server.base_url.replace("http:", "https:"), timeout=0.5)


def after_close() -> None:
    """A call on a closed client."""
    client = IntegrationsClient("k")
    client.close()
    client.get("a")


def in_two_loops() -> None:
    """An async client that outlives its event loop."""
    with StandInServer([ONE]) as server:
        client = AsyncIntegrationsClient(server.api_key, base_url=server.base_url)
        asyncio.run(client.get("a"))
        try:
            asyncio.run(client.get("a"))
        finally:
            asyncio.run(client.aclose())


def after_fork() -> None:
    """A call in a child process on its parent's client; a client sees of a fork that the process id is another one."""
    process = os.getpid()
    client = IntegrationsClient("k", base_url="http://127.0.0.1:1")
    with client, patch.object(os, "getpid", lambda: process + 1):
        client.get("a")


EVENTS: dict[str, Callable[[], object]] = {
    "an answer newer than the SDK": newer_than_the_sdk,
    "an answer that comes too late": partial(get, Answer(delay=9.0), timeout=0.2),
    "a call that waits its turn": waits_its_turn,
    "held back for others' sake": held_back,
    "nobody listens": nobody_listens,
    "a proxy that is down": behind_a_proxy_that_is_down,
    "a host that does not exist": partial(get, None, base_url="https://nowhere.invalid"),
    "TLS where there is none": tls_to_plain,
    "use after close": after_close,
    "use in a second event loop": in_two_loops,
    "use after a fork": after_fork,
    "pickled": lambda: pickle.dumps(IntegrationsClient("k")),
    "a misspelt name": lambda: getattr(sys.modules["arize_integrations"], "IntegrationClient"),  # noqa: B009
    "forgotten without close": lambda: IntegrationsClient("k") and None,
}
