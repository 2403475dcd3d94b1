"""Proxies from the environment are used as httpx would use them, over a real one."""

from __future__ import annotations

import gc
import socket
import sys
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import pytest

from arize_integrations import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    ArizeError,
    ConfigurationError,
    IntegrationsClient,
)
from tests.faults.calls import KEY, STYLES, Outcome, Style, assert_key_is_secret, call
from tests.faults.server import ID, OK, Connection, FaultServer, answer, forward

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator
    from pathlib import Path

    TLS = Callable[[str], ssl.SSLContext]

each_style = pytest.mark.parametrize("style", STYLES)


def assert_succeeded(outcome: Outcome) -> None:
    assert not isinstance(outcome.result, ArizeError), outcome.result


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
def proxy() -> Iterator[FaultServer]:
    with FaultServer(forward) as running:
        yield running


def first_line(head: bytes) -> str:
    return head.decode().split("\r\n")[0]


@each_style
@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_plain_http_goes_through_the_proxy(
    style: Style, variable: str, proxy: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, proxy.base_url)
    with FaultServer(OK) as server:
        assert_succeeded(call(style, server.base_url, server))
        target = f"{server.base_url}/v2/integrations/{quote(ID, safe='')}"
    assert first_line(proxy.heads[0]) == f"GET {target} HTTP/1.1"


@each_style
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_https_goes_through_a_tunnel_in_which_the_proxy_sees_no_key(
    style: Style,
    variable: str,
    proxy: FaultServer,
    tls: TLS,
    ca_file: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(ca_file))
    monkeypatch.setenv(variable, proxy.base_url)
    with FaultServer(OK, tls=tls("good")) as server:
        assert_succeeded(call(style, server.base_url, server))
        assert first_line(proxy.heads[0]) == f"CONNECT localhost:{server.port} HTTP/1.1"
        assert KEY.encode() in server.heads[0]
    assert not any(KEY.encode() in head for head in proxy.heads)


@each_style
@pytest.mark.parametrize("excluded", ["*", "127.0.0.1", "127.0.0.1:{port}", "127.0.0.0/8", "elsewhere,127.0.0.1"])
def test_no_proxy_is_honoured(style: Style, excluded: str, proxy: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy.base_url)
    with FaultServer(OK) as server:
        monkeypatch.setenv("NO_PROXY", excluded.format(port=server.port))
        assert_succeeded(call(style, server.base_url, server))
    assert proxy.heads == []


@each_style
def test_credentials_of_the_proxy_go_to_the_proxy_only(
    style: Style, proxy: FaultServer, tls: TLS, ca_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(ca_file))
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:pass@127.0.0.1:{proxy.port}")
    with FaultServer(OK, tls=tls("good")) as server:
        assert_succeeded(call(style, server.base_url, server))
    assert b"basic dxnlcjpwyxnz" in proxy.heads[0].lower()
    assert not any(b"proxy-authorization" in head.lower() for head in server.heads)


@each_style
def test_a_proxy_that_refuses_says_so_without_its_password(
    style: Style, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with FaultServer(answer(407, "", "Proxy-Authenticate: Basic")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:s3cret@127.0.0.1:{proxy.port}")
        outcome = call(style, "https://localhost:1", retry=None)
    assert type(outcome.result) is APIConnectionError
    assert "proxy" in str(outcome.result)
    assert "407" in str(outcome.result)
    assert "s3cret" not in str(outcome.result) + caplog.text
    assert_key_is_secret(outcome.result, caplog)


@each_style
def test_a_plain_proxys_own_answer_is_a_status_error(style: Style, monkeypatch: pytest.MonkeyPatch) -> None:
    with FaultServer(answer(407, "")) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.base_url)
        outcome = call(style, "http://127.0.0.1:1")
    assert type(outcome.result) is APIStatusError
    assert outcome.result.status == 407


@each_style
def test_a_proxy_that_is_not_there_says_so(style: Style, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{free_port()}")
    outcome = call(style, "https://localhost:1", retry=None)
    assert type(outcome.result) is APIConnectionError
    assert "proxy" in str(outcome.result)


@each_style
def test_a_proxy_that_stays_silent_ends_in_time(style: Style, monkeypatch: pytest.MonkeyPatch) -> None:
    def say_nothing(connection: Connection) -> None:
        connection.end()
        connection.wait()

    with FaultServer(say_nothing) as proxy:
        monkeypatch.setenv("ALL_PROXY", proxy.base_url)
        outcome = call(style, "https://localhost:1", timeout=0.3, retry=None)
    assert type(outcome.result) is APITimeoutError
    assert outcome.elapsed < 1


@each_style
def test_a_proxy_that_is_not_there_is_named_without_its_password(style: Style, monkeypatch: pytest.MonkeyPatch) -> None:
    """To hear that api.arize.com refused the connection would send people looking in the wrong place."""
    port = free_port()
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:s3cret@127.0.0.1:{port}")
    outcome = call(style, "https://api.example.com", retry=None)
    assert f"(api.example.com, through the proxy 127.0.0.1:{port})" in str(outcome.result)
    assert "s3cret" not in str(outcome.result)


@each_style
@pytest.mark.parametrize("variable", ["HTTP_PROXY", "ALL_PROXY"])
def test_a_proxy_elsewhere_is_not_asked_for_this_machine(
    style: Style, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would see the key in the clear, and has no way to a server of ours: a stand-in must work in any company."""
    monkeypatch.setenv(variable, "http://proxy.invalid:3128")
    with FaultServer(OK) as server:
        assert_succeeded(call(style, server.base_url, server))
        assert_succeeded(call(style, f"http://localhost:{server.port}"))


def say(*replies: bytes) -> Callable[[Connection], None]:
    """A server that answers each thing it hears with the next reply, and then ends."""

    def greeting(connection: Connection) -> None:
        for reply in replies:
            connection.wait()
            connection.send(reply)
        connection.end()

    return greeting


SOCKS_FAULTS = {
    "nothing": (),
    "http": (b"HTTP/1.1 400 Bad Request\r\n\r\n",),
    "half": (b"\x05",),
    "no method": (b"\x05\xff",),
    "refused": (b"\x05\x00", b"\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00"),
    "unknown": (b"\x05\x00", b"\x05\x63\x00\x01\x00\x00\x00\x00\x00\x00"),
}


# httpcore leaves the socket of a handshake that failed to the garbage collector, which closes it, but says so.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.usefixtures("only_own_garbage")
@each_style
@pytest.mark.parametrize("fault", SOCKS_FAULTS)
def test_a_socks_proxy_that_misbehaves_is_a_connection_error(
    style: Style, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FaultServer(OK, greeting=say(*SOCKS_FAULTS[fault])) as proxy:
        monkeypatch.setenv("ALL_PROXY", f"socks5://127.0.0.1:{proxy.port}")
        outcome = call(style, "https://api.example.com", retry=None, timeout=2.0)
    assert isinstance(outcome.result, APIConnectionError), outcome.result
    gc.collect()  # so that it says so here


UNUSABLE = [
    "gopher://127.0.0.1:1",
    "http://",
    "http://user:s3cret@127.0.0.1:x",
    "http://user:s3cret@127.0.0.1:99999",
    "http://user:s3cret@a..example:80",
    f"http://user:s3cret@{'a' * 70}:80",
    "http://user:s3cret@999.1.1.1:80",
]


@pytest.mark.parametrize("url", UNUSABLE)
def test_a_proxy_that_cannot_be_used_is_a_mistake_in_the_configuration(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", url)
    with pytest.raises(ConfigurationError, match="proxy") as caught:
        IntegrationsClient(KEY)
    assert "s3cret" not in str(caught.value)


def test_a_socks_proxy_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """httpx does not bring it."""
    monkeypatch.setitem(sys.modules, "socksio", None)
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
    with pytest.raises(ConfigurationError, match=r"ALL_PROXY names cannot be used: .* install httpx\[socks\]"):
        IntegrationsClient(KEY)


def test_a_transport_of_the_users_own_knows_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{free_port()}")
    with (
        FaultServer(OK) as server,
        IntegrationsClient(KEY, base_url=server.base_url, transport=httpx.HTTPTransport(trust_env=False)) as client,
    ):
        assert client.get(ID).to_dict()["id"] == ID
