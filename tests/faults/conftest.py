from __future__ import annotations

import datetime as dt
import gc
import ssl
from typing import TYPE_CHECKING

import pytest
import trustme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def _no_proxy_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PROXY_VARIABLES, "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def only_own_garbage() -> Iterator[None]:
    """Keep what was there before out of the collections that a test asks for: it takes them a quarter of a second."""
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """A private certificate authority."""
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture(scope="session")
def tls(authority: trustme.CA) -> Callable[[str], ssl.SSLContext]:
    """The server's side of TLS, with a `kind` of certificate; all but one by the private authority."""

    def context(kind: str) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if kind == "self-signed":
            stranger = trustme.CA()
            with stranger.cert_pem.tempfile() as chain, stranger.private_key_pem.tempfile() as key:
                made.load_cert_chain(chain, key)
            return made
        then = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
        name = "elsewhere.example" if kind == "wrong host" else "localhost"
        end = then + dt.timedelta(days=1) if kind == "expired" else None
        authority.issue_cert(name, not_before=then, not_after=end).configure_cert(made)
        return made

    return context
