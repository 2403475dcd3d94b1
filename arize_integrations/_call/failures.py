"""Why no whole answer arrived: the kind of failure, by the classes and codes of exceptions, never by their words."""

from __future__ import annotations

import re
import socket
import ssl
import sys
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

import httpcore
import httpx

_DENIED = re.compile(r"4[0-9]{2}\b")  # httpcore begins with the status of the proxy's answer
_ERRNO = re.compile(r"\[Errno -?[0-9]+\] ")


# Programming errors of a transport stay what they are; these are what networks do. A UnicodeError is a host name that
# the resolver cannot write, an EOFError a stream that ends too early.
_NETWORK_ERRORS = (
    *(httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError, UnicodeError, EOFError),
    *(httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, httpcore.ProxyError),
)
# Exceptions of other libraries, if they are in use: aiohttp below a transport, socksio on the way to a proxy.
_FOREIGN_ERRORS = {"aiohttp": "ClientError", "socksio": "SOCKSError"}


def network_errors(*others: type[Exception]) -> tuple[type[Exception], ...]:
    """What networks do to a transport."""
    loaded = ((sys.modules.get(name), error) for name, error in _FOREIGN_ERRORS.items())
    foreign = (
        getattr(module, error) for module, error in loaded if module
    )  # None is a module that may not be imported
    return (*_NETWORK_ERRORS, *others, *foreign)


class FailureKind(Enum):
    """What went wrong on the way to an answer."""

    CONNECT = auto()
    """No connection: no such host, nobody there, no network."""
    CONNECT_TIMEOUT = auto()
    TLS_HOST_MISMATCH = auto()
    """The certificate is another host's."""
    TLS_EXPIRED = auto()
    """The certificate is not valid at this time, or the clock is wrong."""
    TLS_UNTRUSTED = auto()
    """The certificate is signed by nobody who is trusted."""
    TLS_FAILED = auto()
    """No encrypted connection; often the other side does not speak TLS."""
    PROXY = auto()
    """The proxy could not connect."""
    PROXY_DENIED = auto()
    """The proxy wants another user or password, or forbids this host: repeated, that can lock an account."""
    POOL_TIMEOUT = auto()
    """No connection was free in time."""
    TIMEOUT = auto()
    """The connection was made, but the answer did not arrive in time."""
    PROTOCOL = auto()
    """What came is not HTTP, or ended too early."""
    BROKEN = auto()
    """The connection broke, or the cause is unknown."""


_SENT = {FailureKind.TIMEOUT, FailureKind.PROTOCOL, FailureKind.BROKEN}
_TIMED_OUT = {FailureKind.CONNECT_TIMEOUT, FailureKind.POOL_TIMEOUT, FailureKind.TIMEOUT}
_FINAL = {FailureKind.PROXY_DENIED, FailureKind.TLS_HOST_MISMATCH, FailureKind.TLS_EXPIRED, FailureKind.TLS_UNTRUSTED}

# The first that fits. Those of httpcore come from transports that do not translate them.
_KINDS: tuple[tuple[tuple[type[BaseException], ...], FailureKind], ...] = (
    ((httpx.ConnectTimeout, httpcore.ConnectTimeout), FailureKind.CONNECT_TIMEOUT),
    ((httpx.PoolTimeout, httpcore.PoolTimeout), FailureKind.POOL_TIMEOUT),
    ((httpx.TimeoutException, httpcore.TimeoutException, TimeoutError), FailureKind.TIMEOUT),
    ((httpx.ProxyError, httpcore.ProxyError), FailureKind.PROXY),
    ((httpx.ConnectError, httpcore.ConnectError, ConnectionRefusedError), FailureKind.CONNECT),
    ((ssl.SSLCertVerificationError, socket.gaierror, UnicodeEncodeError), FailureKind.CONNECT),
    ((httpx.UnsupportedProtocol, httpcore.UnsupportedProtocol, httpx.InvalidURL), FailureKind.CONNECT),
    ((httpx.ProtocolError, httpcore.ProtocolError), FailureKind.PROTOCOL),
)
# By name, so that nobody has to have them. httpx-aiohttp calls a connection that broke half way a ConnectTimeout too,
# so that what it raised counts only if aiohttp says the same.
_FOREIGN_KINDS = (
    ("aiohttp", "ClientProxyConnectionError", FailureKind.PROXY),
    ("aiohttp", "ClientHttpProxyError", FailureKind.PROXY),
    ("aiohttp", "ClientConnectorError", FailureKind.CONNECT),
    ("aiohttp", "ConnectionTimeoutError", FailureKind.CONNECT_TIMEOUT),
    ("aiohttp", "InvalidURL", FailureKind.CONNECT),
    ("aiohttp", "ServerTimeoutError", FailureKind.TIMEOUT),
    ("aiohttp", "ClientError", FailureKind.BROKEN),
    ("socksio", "SOCKSError", FailureKind.PROXY),
)
_HOST_MISMATCH, _ADDRESS_MISMATCH, _NOT_YET_VALID, _EXPIRED = 62, 64, 9, 10  # X509_V_ERR_* of OpenSSL
_CERTIFICATE_KINDS = {
    _HOST_MISMATCH: FailureKind.TLS_HOST_MISMATCH,
    _ADDRESS_MISMATCH: FailureKind.TLS_HOST_MISMATCH,
    _NOT_YET_VALID: FailureKind.TLS_EXPIRED,
    _EXPIRED: FailureKind.TLS_EXPIRED,
}


class Failure(NamedTuple):
    """No whole answer arrived: what kind of failure it was, and a sentence about it that may quote the server."""

    kind: FailureKind
    reason: str

    def __repr__(self) -> str:  # tracebacks show local variables
        return f"Failure({self.kind})"

    @property
    def sent(self) -> bool:
        """Whether the request may have left. False only if it certainly has not."""
        return self.kind in _SENT

    @property
    def timed_out(self) -> bool:
        """Whether time ran out."""
        return self.kind in _TIMED_OUT

    @property
    def is_final(self) -> bool:
        """Whether trying again is of no use."""
        return self.kind in _FINAL


def failure_of(error: BaseException) -> Failure:
    """What an exception of the network means. Its reason may hold whatever the server sent, even the key."""
    kind = kind_of(error)
    said = "" if kind in _TIMED_OUT else _said(error)
    return Failure(kind, f"{_SENTENCES[kind]}: {said}" if said else _SENTENCES[kind])


_SENTENCES = {
    FailureKind.CONNECT_TIMEOUT: "the connection could not be made in time",
    FailureKind.POOL_TIMEOUT: "no connection was free in time",
    FailureKind.TIMEOUT: "no whole answer arrived in time",
    FailureKind.PROXY: "the proxy refused",
    FailureKind.PROXY_DENIED: "the proxy refused",
    FailureKind.PROTOCOL: "the answer is not HTTP, or ended too early",
    FailureKind.BROKEN: "the connection broke",
    **dict.fromkeys(
        (
            FailureKind.CONNECT,
            FailureKind.TLS_HOST_MISMATCH,
            FailureKind.TLS_EXPIRED,
            FailureKind.TLS_UNTRUSTED,
            FailureKind.TLS_FAILED,
        ),
        "the connection could not be made",
    ),
}


def kind_of(error: BaseException) -> FailureKind:
    """The kind of failure that an exception of a transport stands for."""
    foreign = (kind for cause in _causes(error) for kind in _foreign_kinds(cause))
    known = (kind for classes, kind in _KINDS if isinstance(error, classes))
    kind = next(foreign, None) or next(known, FailureKind.BROKEN)
    if kind is FailureKind.CONNECT:
        return _tls_kind(error) or kind
    return FailureKind.PROXY_DENIED if kind is FailureKind.PROXY and _DENIED.match(str(error)) else kind


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and what caused it."""
    seen = set[int]()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        # What was raised `from None` hides what it came from: in anyio, an IndexError of its own.
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)


def _foreign_kinds(error: BaseException) -> Iterator[FailureKind]:
    bases = {(base.__module__.partition(".")[0], base.__name__) for base in type(error).__mro__}
    return (kind for library, name, kind in _FOREIGN_KINDS if (library, name) in bases)


def _tls_kind(error: BaseException) -> FailureKind | None:
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _CERTIFICATE_KINDS.get(getattr(cause, "verify_code", 0), FailureKind.TLS_UNTRUSTED)
        if isinstance(cause, ssl.SSLError):
            return FailureKind.TLS_FAILED
    return None


def _said(error: BaseException) -> str:
    """What an exception says, without errno and Python's notation; anyio's say nothing but what caused them."""
    said = next((text for cause in _causes(error) if (text := str(cause))), "")
    return _ERRNO.sub("", said).replace("bytearray(b", "(").rstrip(".")
