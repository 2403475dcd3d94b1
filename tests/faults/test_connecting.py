"""The way to the server: names, ports and certificates, over real sockets."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from arize_integrations import (
    APIConnectionError,
    APITimeoutError,
    ArizeError,
    ConfigurationError,
    IntegrationsClient,
)
from tests.faults.calls import KEY, STYLES, Outcome, Style, assert_key_is_secret, call
from tests.faults.server import OK, Connection, FaultServer

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


@contextmanager
def full_listener() -> Iterator[int]:
    """A port whose queue of connections is full: the next one is neither accepted nor refused."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(listener.getsockname())
        yield int(listener.getsockname()[1])
        for each in waiting:
            each.close()


# Nobody there


@each_style
def test_a_refused_connection_says_so(style: Style, caplog: pytest.LogCaptureFixture) -> None:
    outcome = call(style, f"http://127.0.0.1:{free_port()}")
    assert type(outcome.result) is APIConnectionError
    assert "could not be made" in str(outcome.result)
    assert (outcome.result.attempts, outcome.elapsed < 1) == (3, True)
    assert_key_is_secret(outcome.result, caplog)


@each_style
def test_an_unknown_host_says_so(style: Style) -> None:
    outcome = call(style, "https://no-such-host.invalid", retry=None)
    assert type(outcome.result) is APIConnectionError
    assert "could not be made" in str(outcome.result)
    assert "base_url" in str(outcome.result)


@each_style
def test_a_connection_that_is_never_accepted_ends_in_time(style: Style) -> None:
    with full_listener() as port:
        outcome = call(style, f"http://127.0.0.1:{port}", timeout=0.3, retry=None)
    assert type(outcome.result) is APITimeoutError
    assert 0.2 < outcome.elapsed < 1


@each_style
def test_the_time_that_a_name_takes_counts_like_any_other(style: Style, monkeypatch: pytest.MonkeyPatch) -> None:
    """No timeout reaches into the system's resolver: what it took is missing to the steps after it."""
    resolve, monotonic, late = socket.getaddrinfo, time.monotonic, [0.0]

    def resolve_slowly(*arguments: Any, **options: Any) -> Any:
        late.append(60.0)
        return resolve(*arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve_slowly)
    monkeypatch.setattr(time, "monotonic", lambda: monotonic() + max(late))
    with FaultServer(OK) as server:
        outcome = call(style, f"http://localhost:{server.port}", timeout=30, retry=None)
        assert server.heads == []
    assert type(outcome.result) is APITimeoutError


# Certificates


@each_style
@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_a_private_authority_named_in_the_environment_is_trusted(
    style: Style, variable: str, tls: TLS, ca_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if variable == "SSL_CERT_DIR":
        if not (openssl := shutil.which("openssl")):
            pytest.skip("openssl, which names the files of a certificate folder, is not installed")
        subprocess.run([openssl, "rehash", str(ca_file.parent)], check=True)
        monkeypatch.setenv(variable, str(ca_file.parent))
    else:
        monkeypatch.setenv(variable, str(ca_file))
    with FaultServer(OK, tls=tls("good")) as server:
        assert_succeeded(call(style, server.base_url, server))


@each_style
@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("self-signed", "self.signed certificate"),
        ("wrong host", "[Hh]ostname mismatch"),
        ("expired", "certificate has expired"),
    ],
)
def test_a_bad_certificate_ends_the_call_before_the_key_is_sent(
    style: Style,
    kind: str,
    says: str,
    tls: TLS,
    ca_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(ca_file))
    with FaultServer(OK, tls=tls(kind)) as server:
        outcome = call(style, server.base_url)
        assert server.heads == []
    assert type(outcome.result) is APIConnectionError
    with pytest.raises(APIConnectionError, match=says):
        raise outcome.result
    assert outcome.elapsed < 2
    assert_key_is_secret(outcome.result, caplog)


@each_style
def test_an_authority_nobody_named_is_not_trusted(style: Style, tls: TLS) -> None:
    with FaultServer(OK, tls=tls("good")) as server:
        outcome = call(style, server.base_url)
        assert server.heads == []
    assert type(outcome.result) is APIConnectionError
    assert "SSL_CERT_FILE" in str(outcome.result)


@each_style
def test_a_server_that_does_not_speak_tls_says_so(style: Style) -> None:
    def speak_plainly(connection: Connection) -> None:
        connection.end()
        connection.send(OK)
        connection.wait()

    with FaultServer(OK, greeting=speak_plainly) as server:
        outcome = call(style, f"https://localhost:{server.port}")
        assert server.heads == []
    assert type(outcome.result) is APIConnectionError


@each_style
def test_a_tls_handshake_that_never_comes_ends_in_time(style: Style) -> None:
    def wait_for_ever(connection: Connection) -> None:
        connection.end()
        while connection.wait():
            pass

    with FaultServer(OK, greeting=wait_for_ever) as server:
        outcome = call(style, f"https://localhost:{server.port}", timeout=0.3, retry=None)
    assert type(outcome.result) is APITimeoutError
    assert 0.2 < outcome.elapsed < 1


def test_certificates_that_cannot_be_loaded_are_a_mistake_in_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("not a certificate")
    monkeypatch.setenv("SSL_CERT_FILE", str(broken))
    with pytest.raises(ConfigurationError, match="SSL_CERT_FILE"):
        IntegrationsClient(KEY)


def test_only_the_variable_that_is_read_is_blamed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Containers often set both; the folder is not read if there is a file."""
    broken = tmp_path / "broken.pem"
    broken.write_text("not a certificate")
    monkeypatch.setenv("SSL_CERT_FILE", str(broken))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    with pytest.raises(ConfigurationError, match=r"SSL_CERT_FILE=.*broken\.pem cannot be used") as caught:
        IntegrationsClient(KEY)
    assert "SSL_CERT_DIR" not in str(caught.value)
