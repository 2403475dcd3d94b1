"""The kind of a failure, and whether the request had left: by what really happened, over real sockets."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from contextlib import aclosing, closing
from pathlib import Path
from typing import TypeAlias

import anyio
import anyio.to_thread
import httpcore
import httpx
import pytest
from httpx_aiohttp import AiohttpTransport

from arize_integrations._call.failures import Failure, FailureKind, failure_of, kind_of
from arize_integrations._net.connections import open_transport
from arize_integrations._net.endpoint import resolve_endpoint
from tests.faults.server import FaultServer, answer, cut, stall

TLS: TypeAlias = Callable[[str], ssl.SSLContext]


def failure(url: str, timeout: float = 5.0) -> Failure:
    """How a request of our own transport fails."""
    with closing(open_transport(resolve_endpoint(None, None, url, allow_http=True))) as transport:
        return failure_of(_error(transport, url, timeout))


def _error(transport: httpx.BaseTransport, url: str, timeout: float) -> Exception:
    request = httpx.Request("GET", url, extensions={"timeout": httpx.Timeout(timeout).as_dict()})
    with pytest.raises((httpx.HTTPError, OSError)) as caught:
        transport.handle_request(request).read()
    return caught.value


def through_aiohttp(url: str) -> Failure:
    """The same through httpx-aiohttp."""

    async def send() -> Exception:
        async with AiohttpTransport() as transport:
            request = httpx.Request("GET", url, extensions={"timeout": httpx.Timeout(5).as_dict()})
            try:
                async with aclosing(await transport.handle_async_request(request)) as response:
                    await response.aread()
            except (httpx.HTTPError, OSError) as error:
                return error
        raise AssertionError("it did not fail")

    return failure_of(anyio.run(send))


@pytest.fixture
def nobody() -> str:
    """A URL where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    return f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("send", [failure, through_aiohttp])
def test_where_nobody_listens_the_request_has_not_left(send: Callable[[str], Failure], nobody: str) -> None:
    failed = send(nobody)
    assert (failed.kind, failed.sent) == (FailureKind.CONNECT, False)


@pytest.mark.parametrize("send", [failure, through_aiohttp])
def test_a_host_that_nobody_knows_is_not_connected_to(send: Callable[[str], Failure]) -> None:
    failed = send("http://nowhere.invalid")
    assert (failed.kind, failed.sent) == (FailureKind.CONNECT, False)


@pytest.mark.parametrize("send", [failure, through_aiohttp])
def test_a_server_that_hangs_up_may_have_done_what_it_was_asked(send: Callable[[str], Failure]) -> None:
    """httpx-aiohttp says ConnectTimeout then: a create would be sent again, and done twice."""
    with FaultServer(cut(b"", 0)) as server:
        failed = send(server.base_url)
    assert failed.sent
    assert failed.kind in {FailureKind.PROTOCOL, FailureKind.BROKEN}


@pytest.mark.parametrize("send", [failure, through_aiohttp])
def test_an_answer_that_ends_in_its_middle_may_have_been_carried_out(send: Callable[[str], Failure]) -> None:
    with FaultServer(cut(answer(), -5, reset=True)) as server:
        assert send(server.base_url).sent


def test_silence_is_a_timeout_of_a_request_that_has_left() -> None:
    with FaultServer(stall(b"")) as server:
        failed = failure(server.base_url, timeout=0.2)
    assert (failed.kind, failed.sent, failed.timed_out) == (FailureKind.TIMEOUT, True, True)


@pytest.mark.parametrize(
    ("certificate", "kind"),
    [
        ("self-signed", FailureKind.TLS_UNTRUSTED),
        ("wrong host", FailureKind.TLS_HOST_MISMATCH),
        ("expired", FailureKind.TLS_EXPIRED),
    ],
)
def test_a_bad_certificate_is_known_by_its_code(
    certificate: str, kind: FailureKind, tls: TLS, ca_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(ca_file))
    with FaultServer(answer(), tls=tls(certificate)) as server:
        failed = failure(server.base_url)
    assert (failed.kind, failed.sent, failed.is_final) == (kind, False, True)


def test_an_address_that_the_certificate_does_not_name_is_a_mismatch(
    tls: TLS, ca_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(ca_file))
    with FaultServer(answer(), tls=tls("good")) as server:
        assert failure(f"https://127.0.0.1:{server.port}").kind is FailureKind.TLS_HOST_MISMATCH


def test_a_server_without_tls_is_not_called_untrusted() -> None:
    with FaultServer(answer(), greeting=lambda connection: connection.send(answer())) as server:
        failed = failure(f"https://127.0.0.1:{server.port}")
    assert (failed.kind, failed.sent, failed.is_final) == (FailureKind.TLS_FAILED, False, False)


def test_a_proxy_that_refuses_is_a_proxys_failure_whatever_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy's reason "upstream certificate expired" had the advice to set SSL_CERT_FILE."""
    refusal = b"HTTP/1.1 502 upstream certificate expired\r\nContent-Length: 0\r\n\r\n"
    with FaultServer(refusal) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.base_url)
        failed = failure("https://elsewhere.example")
    assert (failed.kind, failed.sent) == (FailureKind.PROXY, False)
    assert "502 upstream certificate expired" in failed.reason


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (407, FailureKind.PROXY_DENIED),
        (403, FailureKind.PROXY_DENIED),
        (502, FailureKind.PROXY),
        (503, FailureKind.PROXY),
    ],
)
def test_a_proxy_that_denies_is_not_asked_again(
    status: int, kind: FailureKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five attempts with a wrong password can lock an account."""
    with FaultServer(answer(status, "")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.base_url)
        failed = failure("https://elsewhere.example")
    assert (failed.kind, failed.sent) == (kind, False)
    assert failed.is_final is (kind is FailureKind.PROXY_DENIED)


SAY_NOTHING_ABOUT_SENDING = [
    httpx.ReadError("connect failed, certificate, proxy, timeout"),
    httpx.WriteError("x"),
    httpx.WriteTimeout("x"),
    httpx.ReadTimeout("x"),
    httpx.RemoteProtocolError("x"),
    httpx.LocalProtocolError("x"),
    httpx.DecodingError("x"),
    httpx.StreamClosed(),
    httpcore.ReadError("x"),
    TimeoutError("x"),
    ConnectionResetError(104, "x"),
    BrokenPipeError(32, "x"),
    UnicodeDecodeError("ascii", b"\xff", 0, 1, "x"),
    EOFError("x"),
    OSError("x"),
]


@pytest.mark.parametrize("error", SAY_NOTHING_ABOUT_SENDING, ids=repr)
def test_where_nobody_can_tell_the_request_may_have_left(error: Exception) -> None:
    assert failure_of(error).sent


def test_an_exception_that_is_its_own_cause_ends_the_search() -> None:
    error = httpx.ConnectError("")
    error.__cause__ = error
    assert kind_of(error) is FailureKind.CONNECT
    assert failure_of(error).reason == "the connection could not be made"


def test_what_a_library_hides_is_not_told() -> None:
    """anyio up to 4.9 says so when a connection is reset: "pop from an empty deque" was our message."""
    try:
        try:
            [].pop()
        except IndexError:
            raise httpx.ReadError("") from None
    except httpx.ReadError as error:
        assert failure_of(error).reason == "the connection broke"


def test_a_pool_without_a_free_connection_has_sent_nothing() -> None:
    failed = failure_of(httpx.PoolTimeout("x"))
    assert (failed.kind, failed.sent, failed.timed_out) == (FailureKind.POOL_TIMEOUT, False, True)
