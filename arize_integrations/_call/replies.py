"""What came back, and what it means: the error of a status, the error of a failed connection."""

from __future__ import annotations

import re
import ssl
from typing import Any, NamedTuple, cast

import httpcore
import httpx

from arize_integrations._call.body import Reply
from arize_integrations._secrets import Secret
from arize_integrations._wire.json import parse_object
from arize_integrations._wire.operations import Call
from arize_integrations.errors import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    ResponseDecodingError,
    printable,
)

_EXCERPT = 200  # characters
_DEEPEST_PROBLEM = 100  # levels; an error must survive being copied, which takes Python's stack
_ERRNO = re.compile(r"\[Errno -?[0-9]+\] ")
# A script or style sheet up to its end, or any other tag; neither looks past the next one that begins.
_MARKUP = re.compile(r"(?is)<(script|style)\b(?:(?!<(?:script|style)\b).)*?</\1[^<>]*>|<[^<>]*>")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Failure(NamedTuple):
    """No whole answer arrived: why, whether it was for want of time, and whether trying again is of no use."""

    reason: str
    timed_out: bool
    final: bool = False


def failure(error: Exception, secret: Secret) -> Failure:
    """What an exception of the network means; its text may quote the server, and so the key."""
    timed_out = isinstance(error, (httpx.TimeoutException, httpcore.TimeoutException, TimeoutError))
    told = _told(error)
    if isinstance(error, httpx.ConnectTimeout):
        reason = "the connection could not be made in time"
    elif isinstance(error, httpx.PoolTimeout):
        reason = "no connection was free in time"
    elif timed_out:
        reason = "no whole answer arrived in time"
    elif isinstance(error, httpx.ProxyError):
        reason = f"the proxy refused: {told}"
    elif isinstance(error, httpx.ConnectError):
        reason = f"the connection could not be made: {told}"
    elif isinstance(error, httpx.ProtocolError):
        reason = f"the answer is not HTTP, or ended too early: {told}"
    else:
        reason = f"the connection broke: {told}"
    return Failure(printable(secret.redact(reason)).strip(": "), timed_out, _is_certificate_error(error))


def _is_certificate_error(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    return error is not None


def _told(error: BaseException) -> str:
    """What a network error says, without errno and Python's notation; anyio's say nothing but what caused them."""
    reason: BaseException | None = error
    while reason is not None and not str(reason):
        reason = reason.__cause__ or reason.__context__
    return _ERRNO.sub("", str(reason or type(error).__name__)).replace("bytearray(b", "(").rstrip(".")


_ADVICE = (
    ("hostname mismatch", "The certificate is for another host: check region, host or base_url."),
    ("ip address mismatch", "The certificate is for another host: check region, host or base_url."),
    (
        "certificate",
        "If the server uses a private certificate authority, name its file in SSL_CERT_FILE.",
    ),
    ("proxy refused", "Check the proxy, and its user and password."),
    ("could not be made", "Check region, host or base_url, the network, and any proxy."),
    ("in time", "Try again later, or allow more time with timeout=..."),
)


def connection_error(call: Call, route: str, failed: Failure, attempts: int, secret: Secret) -> APIConnectionError:
    """The error of a call that got no whole answer by `route`."""
    advice = next((advice for sign, advice in _ADVICE if sign in failed.reason.lower()), "Try again later.")
    kind = APITimeoutError if failed.timed_out else APIConnectionError
    return kind(
        f"{failed.reason} ({route}). {advice}",
        method=call.method,
        path=secret.redact(call.path),
        attempts=attempts,
    )


def decoding_error(call: Call, reply: Reply, reason: str, attempts: int, secret: Secret) -> ResponseDecodingError:
    """The error of a 2xx answer whose body cannot be used."""
    shown = _excerpt(reply, secret)
    # Redacted before it is cut, which could leave half a key.
    message = f"the server answered {reply.status}, but {printable(secret.redact(reason))[:_EXCERPT]}"
    return ResponseDecodingError(
        (f"{message}: {shown!r}." if shown else f"{message}.")
        + " Check that region, host or base_url names the Arize API, and what stands before it.",
        method=call.method,
        path=secret.redact(call.path),
        attempts=attempts,
        status=reply.status,
        headers=_shown_headers(reply, secret),
    )


def status_error(call: Call, reply: Reply, attempts: int, secret: Secret) -> APIStatusError:
    """The error of an answer that is not 2xx."""
    problem = _problem(reply.content, secret)
    return APIStatusError.for_status(reply.status)(
        method=call.method,
        path=secret.redact(call.path),
        attempts=attempts,
        status=reply.status,
        headers=_shown_headers(reply, secret),
        problem=problem,
        excerpt=None if _says_something(problem) else _excerpt(reply, secret) or None,
        retry_after=reply.retry_after,
        advice=_redirect_advice(reply, secret),
    )


def _problem(content: bytes, secret: Secret) -> dict[str, Any] | None:
    """The problem document in a body, whatever its content type says, without the key."""
    try:
        return cast("dict[str, Any]", secret.redact(parse_object(content, _DEEPEST_PROBLEM)))
    except ValueError:
        return None


def _says_something(problem: dict[str, Any] | None) -> bool:
    """Whether a person learns something from a problem's own words; a gateway's JSON often has others."""
    told = [(problem or {}).get(name) for name in ("title", "detail")]
    return any(isinstance(text, str) and text.strip() for text in told)


def _shown_headers(reply: Reply, secret: Secret) -> httpx.Headers:
    """The answer's headers as they came, whatever bytes they hold, without the key."""

    def redact(text: bytes) -> bytes:
        return bytes(secret.redact(text.decode("latin-1")).encode("latin-1"))

    return httpx.Headers([(redact(name), redact(value)) for name, value in reply.headers.raw])


def _excerpt(reply: Reply, secret: Secret) -> str:
    """The beginning of a body as a person reads it: no markup, no line breaks, no key."""
    # Redacted as a whole, before a cut could leave half a key.
    text = secret.redact(reply.content[: 64 * 1024].decode("utf-8", "replace"))
    text = _MARKUP.sub(" ", text)
    if "&" in text:
        from html import unescape  # here, because it brings a table of two thousand names that few programs need

        text = secret.redact(unescape(text))
    text = printable(text)
    return text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}..."


def _redirect_advice(reply: Reply, secret: Secret) -> str | None:
    if reply.status not in _REDIRECTS:
        return None
    target = printable(secret.redact(reply.headers.get("location", "")))[:_EXCERPT]
    where = f" to {target}" if target else ""
    return f"The redirect{where} was not followed and the key was not sent there: check region, host or base_url."
