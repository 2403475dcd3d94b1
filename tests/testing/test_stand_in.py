"""The stand-in is a server people build their own tests on, so it is held to what it promises.

Driven by `http.client` and plain sockets: the SDK must not vouch for what vouches for it.
"""

from __future__ import annotations

import contextlib
import http
import http.client
import json
import socket
import threading
import time
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from arize_integrations.testing import Answer, Drop, StandInServer
from arize_integrations_api.contract import OPERATIONS
from tests.testing.asking import ANSWERS, COLLECTION, KEY, Made, ask, connect, one


def raw(server: StandInServer, request: bytes) -> bytes:
    """Everything the server says to bytes that no HTTP client would send."""
    host, port = server.base_url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as sock:
        said = b""
        with contextlib.suppress(ConnectionError):  # it need not read all of a request it refuses
            sock.sendall(request)
            while part := sock.recv(65536):
                said += part
        return said


def test_serves_the_documents_own_integration_by_default(
    server: StandInServer, connection: http.client.HTTPConnection
) -> None:
    """With an id, if the document's example has none."""
    (integration_id,) = server.integration_ids
    status, headers, body = ask(connection, integration_id)
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert json.loads(body) == {"id": integration_id} | ANSWERS[200].bodies[0] == server.integrations[0]


@pytest.mark.parametrize("integration_id", ["a/b", "ü ✓", "100%", "a?b#c", "%2e", "x" * 1_000_000])
def test_an_id_is_decoded_from_its_one_segment(integration_id: str) -> None:
    with (
        StandInServer([{"id": integration_id}], KEY) as server,
        closing(connect(server)) as connection,
    ):
        assert json.loads(ask(connection, integration_id)[2]) == {"id": integration_id}


def test_serves_models_by_their_to_dict(server: StandInServer, connection: http.client.HTTPConnection) -> None:
    server.add(Made())
    assert json.loads(ask(connection, "made")[2]) == {"id": "made", "type": "newer"}


@pytest.mark.parametrize(
    "authorization",
    [None, "", KEY, f"Basic {KEY}", "Bearer", "Bearer ", f"Bearer {KEY}x", f"Bearer  {KEY}"],
)
def test_any_token_but_the_right_one_is_401(connection: http.client.HTTPConnection, authorization: str | None) -> None:
    status, headers, body = ask(connection, authorization=authorization)
    assert (status, headers["Content-Type"]) == (401, "application/problem+json")
    assert json.loads(body)["status"] == 401


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{COLLECTION}/unknown", 404),
        (f"{COLLECTION}/a/b", 404),
        ("/v2/other", 404),
        ("/", 404),
        (f"{COLLECTION}/", 400),
        (f"{COLLECTION}/..", 400),
        (f"{COLLECTION}/%2e%2E", 400),
        (f"{COLLECTION}/%zz", 400),
        (f"{COLLECTION}/%ff", 400),
        (f"{COLLECTION}/a#b", 400),
        ("no-slash", 400),
    ],
)
def test_a_target_that_names_no_integration_is_a_problem(
    connection: http.client.HTTPConnection, path: str, status: int
) -> None:
    answered, headers, body = ask(connection, target=path)
    assert (answered, headers["Content-Type"]) == (status, "application/problem+json")
    title = ANSWERS[status].bodies[0]["title"] if status in ANSWERS else http.HTTPStatus(status).phrase
    assert (json.loads(body)["status"], json.loads(body)["title"]) == (status, title)


@pytest.mark.parametrize("integration_id", ["nosuch", "ü/✓ '\\1'", "TGxt="])
def test_an_unknown_id_is_named(connection: http.client.HTTPConnection, integration_id: str) -> None:
    """An id that nobody asked for, in the message of an error, looks as if the SDK had sent it."""
    problem = json.loads(ask(connection, integration_id)[2])
    assert f"'{integration_id}'" in problem["detail"]
    assert problem["instance"] == one(integration_id)


def test_a_method_that_the_path_does_not_have_is_405(connection: http.client.HTTPConnection) -> None:
    status, headers, _ = ask(connection, "a", method="PUT")
    offered = {operation.method for operation in OPERATIONS.values() if operation.path.endswith("{}")}
    assert (status, set(headers["Allow"].split(", "))) == (405, offered)


def test_the_answer_to_a_head_has_no_body(connection: http.client.HTTPConnection) -> None:
    """Else it would be taken for the beginning of the next answer. Whether a service is up is often asked so."""
    status, headers, body = ask(connection, "a", method="HEAD")
    assert (status, body) == (405, b"")
    assert int(headers["Content-Length"]) > 0
    assert ask(connection, "a")[0] == 404


def test_scripted_answers_come_in_order_and_then_normal_serving_resumes(
    server: StandInServer, connection: http.client.HTTPConnection
) -> None:
    server.answer_next(
        Answer.example(429, headers={"retry-after": "1"}),
        Answer(503, [("X-Twice", "a"), ("X-Twice", "b")], "<h1>später</h1>"),
        Answer(200, body=[1]),
        Answer(418, body=b"\xff\x00"),
        Answer(204),
    )
    [known] = server.integration_ids
    limited, gateway, listed, teapot, empty, normal = (ask(connection, known) for _ in range(6))
    assert (limited[0], limited[1].get_all("Retry-After")) == (429, ["1"])
    assert gateway[1].get_all("X-Twice") == ["a", "b"]
    assert (gateway[0], gateway[2].decode()) == (503, "<h1>später</h1>")
    assert (listed[1]["Content-Type"], listed[2]) == ("application/json", b"[1]")
    assert (teapot[0], teapot[2]) == (418, b"\xff\x00")
    assert (empty[0], empty[1]["Content-Length"], empty[2]) == (204, None, b"")
    assert normal[0] == 200


@pytest.mark.parametrize("status", sorted(status for status in ANSWERS if ANSWERS[status].bodies))
def test_an_example_is_the_documents_headers_included(
    server: StandInServer, connection: http.client.HTTPConnection, status: int
) -> None:
    server.answer_next(Answer.example(status))
    answered, headers, body = ask(connection)
    example = ANSWERS[status]
    assert (answered, headers["Content-Type"]) == (status, example.content_type)
    assert {name: headers[name] for name in example.headers} == example.headers
    assert json.loads(body) == example.bodies[0]


def test_an_example_takes_overrides() -> None:
    answer = Answer.example(200, body="slow down", delay=0.5)
    assert (answer.status, answer.body, answer.delay) == (200, "slow down", 0.5)


def test_what_is_changed_later_is_not_served(server: StandInServer, connection: http.client.HTTPConnection) -> None:
    """At any depth: half of a change would be worse than all or nothing."""
    payload = {"id": "a", "config": {"models": ["x"]}}
    as_it_was = json.dumps(payload)
    server.add(payload)
    server.answer_next(Answer(body=payload))
    payload["config"]["models"].append("y")  # type: ignore[index]
    payload["name"] = "later"
    assert [ask(connection, "a")[2].decode() for _ in range(2)] == [as_it_was] * 2


def test_an_example_is_no_part_of_the_document() -> None:
    """Else one test would change what the others see."""
    Answer.example(200).body["name"] = "Mine"  # type: ignore[index, call-overload]
    assert ANSWERS[200].bodies[0]["name"] != "Mine"


def test_half_a_surrogate_pair_is_served_as_its_escape() -> None:
    """A server may send it, and a program must survive that."""
    with StandInServer([{"id": "a", "name": "\ud800"}], KEY) as server, closing(connect(server)) as other:
        server.answer_next(Answer(body=["\ud800"]))
        assert [ask(other, "a")[2] for _ in range(2)] == [b'["\\ud800"]', b'{"id": "a", "name": "\\ud800"}']


@pytest.mark.parametrize(
    ("drop", "error"),
    [
        (True, http.client.RemoteDisconnected),
        ("before", http.client.RemoteDisconnected),
        ("reset", ConnectionResetError),
        ("after_headers", http.client.IncompleteRead),
        ("mid_body", http.client.IncompleteRead),
    ],
)
def test_a_drop_ends_the_connection_where_it_says(
    server: StandInServer,
    connection: http.client.HTTPConnection,
    drop: Drop,
    error: type[Exception],
) -> None:
    server.answer_next(Answer(body=b"0123456789", drop=drop))
    with pytest.raises(error) as caught:
        ask(connection)
    assert type(caught.value) is error
    if isinstance(caught.value, http.client.IncompleteRead):
        assert len(caught.value.partial) == (5 if drop == "mid_body" else 0)


def test_a_delay_is_waited_for(server: StandInServer, connection: http.client.HTTPConnection) -> None:
    server.answer_next(Answer(delay=0.2))
    began = time.monotonic()
    ask(connection)
    assert time.monotonic() - began >= 0.2


def test_closing_cuts_delays_and_connections_and_leaves_no_thread() -> None:
    before = threading.active_count()
    server = StandInServer(api_key=KEY).start()
    server.answer_next(Answer(delay=60))
    with closing(connect(server)) as waiting, closing(connect(server)) as idle:
        waiting.request("GET", "/")
        idle.connect()
        while not server.requests:
            time.sleep(0.001)
        began = time.monotonic()
        server.close()
        assert time.monotonic() - began < 1
        assert idle.sock.recv(1) == b""
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            waiting.getresponse()
    assert threading.active_count() == before
    server.close()


def test_restarted_it_listens_on_the_port_it_had() -> None:
    server = StandInServer(api_key=KEY)
    with server:
        first = server.base_url
    with pytest.raises(RuntimeError, match="not running"):
        _ = server.base_url
    with server, closing(connect(server)) as connection:
        assert server.base_url == first
        assert ask(connection, server.integration_ids[0])[0] == 200
        with pytest.raises(RuntimeError, match="already"):
            server.start()


def test_records_each_request_before_answering_it(
    server: StandInServer, connection: http.client.HTTPConnection
) -> None:
    connection.request("PUT", "/anything?a=1", body=b"payload", headers={"X-Custom": "1"})
    connection.getresponse().read()
    ask(connection)
    put, get = server.requests
    assert (put.path, put.params) == ("/anything", [("a", "1")])
    assert (put.method, put.target, put.body) == ("PUT", "/anything?a=1", b"payload")
    assert put.headers["x-custom"] == "1"
    assert put.received_at < get.received_at
    assert put.connection == get.connection == 1


def test_the_key_is_in_no_repr(server: StandInServer, connection: http.client.HTTPConnection) -> None:
    answer = Answer(headers={"Echo": KEY}, body={"echo": KEY})
    assert KEY not in repr(answer)
    server.answer_next(answer)
    ask(connection)
    assert KEY not in repr(server)
    assert KEY not in repr(server.requests)


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nX: " + b"y" * 5_000_000, 431),
    ],
)
def test_bytes_that_are_no_request_are_refused_and_the_connection_ends(
    server: StandInServer, request_bytes: bytes, status: int
) -> None:
    said = raw(server, request_bytes)
    assert said.startswith(b"HTTP/1.1 %d " % status)
    assert server.requests == []


def test_a_body_may_come_in_chunks(server: StandInServer) -> None:
    """As clients in other languages send what they do not know the length of."""
    head = b"PUT / HTTP/1.1\r\nConnection: close\r\nTransfer-Encoding: Chunked\r\n\r\n"
    said = raw(server, head + b'4\r\n{"a"\r\n3;x=y\r\n:1}\r\n0\r\nX-Trailer: 1\r\n\r\n')
    assert said.startswith(b"HTTP/1.1 401 ")
    assert server.requests[0].json() == {"a": 1}


@pytest.mark.parametrize("host", ["0.0.0.0", "::1", "::"])
def test_it_listens_where_it_is_said_to(host: str) -> None:
    """In a container for instance, or where there is only IPv6."""
    try:
        server = StandInServer(host=host).start()
    except OSError:
        pytest.skip(f"this machine has no {host}")
    with contextlib.closing(server):
        parts = urlsplit(server.base_url)
        with closing(http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=10)) as connection:
            connection.request("GET", "/", headers={"Authorization": f"Bearer {server.api_key}"})
            assert connection.getresponse().status == 404


def test_a_connection_the_client_wants_closed_is_closed(server: StandInServer) -> None:
    said = raw(server, b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 401 ")


def test_hundreds_of_connections_at_once_are_all_answered(server: StandInServer) -> None:
    """The listen backlog must hold them: a dropped SYN costs its caller a second."""
    began = time.monotonic()
    connections = [connect(server) for _ in range(400)]
    try:
        for connection in connections:
            connection.request("GET", "/", headers={"Authorization": f"Bearer {KEY}"})
        statuses = {connection.getresponse().status for connection in connections}
    finally:
        for connection in connections:
            connection.close()
    assert statuses == {404}
    assert time.monotonic() - began < 5


def test_closing_while_connections_arrive_loses_none() -> None:
    """A connection that is just being accepted is cut like all others, whatever the moment."""
    for _ in range(30):
        server = StandInServer().start()
        arriving = [connect(server) for _ in range(10)]
        for connection in arriving:
            connection.connect()
        server.close()
        for connection in arriving:
            with contextlib.suppress(ConnectionResetError):
                assert connection.sock.recv(1) == b""
            connection.close()


def test_a_client_that_leaves_in_the_middle_of_its_request_harms_nobody() -> None:
    with StandInServer() as server:
        host, port = server.base_url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=10) as sock:
            sock.sendall(b"PUT / HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf")
            sock.shutdown(socket.SHUT_WR)
            assert sock.recv(65536) == b""
        assert server.requests == []
        assert raw(server, b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n").startswith(b"HTTP/1.1 401 ")
