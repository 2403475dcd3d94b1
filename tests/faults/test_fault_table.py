"""What can go wrong between a caller and the API, and what the caller gets to see of it.

Each row is played sync, under asyncio and under trio, over real sockets. Beyond what its columns say, each
row shows that the error keeps the key secret and survives pickling, and that the same client's next call
succeeds, without a retry, once the server behaves.
"""

from __future__ import annotations

import gzip
import json
import logging
import pickle
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from arize_integrations import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    ArizeError,
    AuthenticationError,
    BadRequestError,
    InternalServerError,
    NotFoundError,
    PermissionDeniedError,
    RateLimitError,
    ResponseDecodingError,
    UnprocessableEntityError,
)
from tests.faults.calls import KEY, STYLES, Style, assert_key_is_secret, call
from tests.faults.server import (
    EXAMPLE,
    OK,
    Connection,
    FaultServer,
    Turn,
    answer,
    cut,
    drip,
    gzip_bomb,
    html,
    stall,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HEAD = OK[: OK.index(b"\r\n\r\n") + 4]
PROBLEM = "application/problem+json"
BRIEF = {"timeout": 0.2}
THRICE_LATE: tuple[Any, ...] = (APITimeoutError, "in time", 3, 3.0, 0.6, BRIEF)


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    name: str
    turns: tuple[Turn, ...]
    error: type[ArizeError] | None = None
    """None: the call succeeds."""
    says: str = ""
    """A regular expression that the message contains."""
    requests: int = 1
    within: float = 3.0
    """Seconds the call may take, all its retries included ..."""
    not_before: float = 0.0
    """... and those it must, because the server said so."""
    options: Mapping[str, Any] = field(default_factory=dict)
    greeting: Callable[[Connection], None] | None = None


def echo(status: int, kind: str = PROBLEM) -> bytes:
    """An answer that repeats our own key wherever it can."""
    problem = {"status": status, "title": KEY, "detail": f"Bearer {KEY}", "type": KEY, KEY: [KEY, {KEY: KEY}]}
    return answer(status, json.dumps(problem), f"X-Request-Id: {KEY}", f"X-{KEY}: {KEY}", content_type=kind)


def redirect_home(connection: Connection) -> None:
    """To this very server under another name, so that a second request would be seen."""
    connection.send(answer(302, "", f"Location: http://localhost:{connection.port}/elsewhere"))


def reset_at_once(connection: Connection) -> None:
    """Before anything is read."""
    connection.end(reset=True)


GZIP = ("Content-Encoding: gzip",)
CHUNKED = ("Transfer-Encoding: chunked",)
BODY = json.dumps(EXAMPLE).encode()
MANY = b"X-Many: x\r\n" * 10_000
ZIPPED = gzip.compress(BODY)
RESET = "reset|disconnected|could not be made"
GATEWAY = json.dumps({"message": "Limit Exceeded"})
FRAMEWORK = json.dumps({"detail": [{"loc": ["path", "id"], "msg": "field required"}]})
LATIN = "Content-Disposition: attachment; filename=caf\xe9.json"
ELSEWHERE = "https://elsewhere.invalid/x"

# fmt: off
TABLE = [
    # No answer
    Row("reset before the request is read", (OK,), APIConnectionError, RESET, 0, greeting=reset_at_once),
    Row("closed before the answer", (cut(b""),), APIConnectionError, "disconnected", 3),
    Row("reset before the answer", (cut(b"", reset=True),), APIConnectionError, "reset by peer", 3),
    Row("reset within the headers", (cut(OK, 20, reset=True),), APIConnectionError, "reset by peer", 3),
    Row("reset after the headers", (cut(HEAD, reset=True),), APIConnectionError, "reset by peer", 3),
    Row("closed within the headers", (cut(OK, 20),), APIConnectionError, "disconnected", 3),
    Row("body ends early", (cut(OK, -10),), APIConnectionError, "ended too early", 3),
    Row("body ends early, by reset", (cut(OK, -10, reset=True),), APIConnectionError, "reset by peer", 3),
    Row("breaks once, then answers", (cut(OK, -10), OK), None, requests=2),

    # Too late
    Row("silence", (stall(b""),), *THRICE_LATE),
    Row("silence after the headers", (stall(HEAD),), *THRICE_LATE),
    Row("a byte of the body at a time, for ever", (drip(HEAD, b" ", 0.05),), *THRICE_LATE),
    Row("a byte of a header at a time, for ever", (drip(HEAD[:30], b"x", 0.05),), *THRICE_LATE),
    Row("a chunk at a time, for ever", (drip(answer(200, "", *CHUNKED), b"1\r\n \r\n", 0.05),), *THRICE_LATE),
    Row("early hints for ever", (drip(b"", b"HTTP/1.1 103 \r\n\r\n", 0.05),), *THRICE_LATE),
    Row("silent once, then answers", (stall(b""), OK), None, "", 2, 3.0, 0.2, BRIEF),

    # Not HTTP
    Row("not HTTP at all", (cut(b"SSH-2.0-OpenSSH_9.6\r\n"),), APIConnectionError, "disconnected", 3),
    Row("a status that is no number", (b"HTTP/1.1 abc OK\r\n\r\n",), APIConnectionError, "not HTTP", 3),
    Row("chunks that are garbage", (answer(200, "zz\r\nnonsense\r\n", *CHUNKED),), APIConnectionError, "chunk", 3),
    Row("chunks that end early", (cut(answer(200, "5\r\n{", *CHUNKED)),), APIConnectionError, "ended too early", 3),
    Row("two lengths that differ", (answer(200, BODY, "Content-Length: 3"),), APIConnectionError, "Content-Length", 3),
    Row("a length that is no number", (answer(200, BODY, length=-1),), APIConnectionError, "Content-Length", 3),
    Row("headers of 100 kB", (answer(200, BODY, "X-Long: " + "x" * 100_000),), None),
    Row("headers of 2 MB", (answer(200, BODY, "X-Long: " + "x" * 2_000_000),), APIConnectionError, "too long", 3),
    Row("headers without end", (drip(b"HTTP/1.1 200 \r\n", MANY, 0.001),), APIConnectionError, "too long", 3, 5.0),
    Row("says gzip, is not", (answer(200, BODY, *GZIP),), ResponseDecodingError, "compressed"),
    Row("gzip that ends early", (answer(200, ZIPPED[:-20], *GZIP),), ResponseDecodingError, "ends too early"),
    Row("gzip of 128 MB of zeros", (answer(200, gzip_bomb(128), *GZIP),), ResponseDecodingError, "larger", 1, 10),
    Row("gzip as it should be", (answer(200, ZIPPED, *GZIP),), None),
    Row("an encoding not asked for", (answer(200, BODY, "Content-Encoding: br"),), ResponseDecodingError, "'br'"),
    Row("an encoding that is none", (answer(200, BODY, "Content-Encoding: UTF-8, identity"),), None),

    # 2xx, but no integration
    Row("a web page", (html(200),), ResponseDecodingError, "from the gateway"),
    Row("an empty body", (answer(200, ""),), ResponseDecodingError, "empty"),
    Row("a JSON list", (answer(200, "[1, 2]"),), ResponseDecodingError, "list"),
    Row("JSON null", (answer(200, "null"),), ResponseDecodingError, "null"),
    Row("invalid UTF-8", (answer(200, b'{"id": "\xff\xfe"}'),), ResponseDecodingError, "UTF-8"),
    Row("a length too short", (answer(200, BODY, length=40),), ResponseDecodingError, "not JSON"),
    Row("nested 100,000 deep", (answer(200, '{"a":' * 100_000),), ResponseDecodingError, "deep"),
    Row("no content", (b"HTTP/1.1 204 \r\n\r\n",), ResponseDecodingError, "204"),

    # Informational answers before the real one
    Row("early hints first", (b"HTTP/1.1 103 \r\nLink: </x>\r\n\r\n" + OK,), None),
    Row("continue first, twice", (b"HTTP/1.1 100 \r\n\r\n" * 2 + OK,), None),

    # Redirects are not followed
    Row("redirect to another host", (answer(307, "", f"Location: {ELSEWHERE}"),), APIStatusError, "elsewhere.invalid"),
    Row("redirect to this server by another name", (redirect_home,), APIStatusError, "not followed"),
    Row("redirect to itself", (answer(301, "", "Location: /v2/integrations/x"),), APIStatusError, "not followed"),
    Row("redirect to nowhere", (answer(302, ""),), APIStatusError, "not followed"),

    # Errors that are not as documented
    Row("401 as a web page", (html(401),), AuthenticationError, "from the gateway"),
    Row("403 as a gateway says it", (answer(403, GATEWAY),), PermissionDeniedError, "Limit Exceeded"),
    Row("422 as a framework says it", (answer(422, FRAMEWORK),), UnprocessableEntityError, "field required"),
    Row("404 with a header in latin-1", (answer(404, "", LATIN),), NotFoundError, "404 Not Found"),
    Row("a web page with a header in latin-1", (html(200, LATIN),), ResponseDecodingError, "from the gateway"),
    Row("304", (answer(304, ""),), APIStatusError, r"304 Not Modified\.$"),
    Row("429 without Retry-After", (answer(429, ""),), RateLimitError, "RetryPolicy", 3),
    Row("429 as a web page", (html(429),), RateLimitError, "from the gateway", 3),
    Row("429, then an answer", (answer(429, "", "Retry-After: 1"), OK), None, "", 2, 4.0, 1.0),
    Row("429 for an hour", (answer(429, "", "Retry-After: 3600"),), RateLimitError, "3600"),
    Row("429 within 2xx's clothes", (answer(429, BODY),), RateLimitError, "429", 3),
    Row("500 that recovers", (answer(500, ""), html(502), OK), None, "", 3),
    Row("500 that does not", (html(500),), InternalServerError, "", 3),
    Row("503 with Retry-After", (answer(503, "", "Retry-After: 1"), OK), None, "", 2, 4.0, 1.0),
    Row("501", (answer(501, ""),), InternalServerError, "501"),
    Row("599", (answer(599, ""),), InternalServerError, "599"),
    Row("799", (answer(799, ""),), APIStatusError, "799"),
    Row("an error whose body breaks off", (cut(html(404), -5),), APIConnectionError, "ended too early", 3),
    Row("an error that is a gzip bomb", (answer(404, gzip_bomb(128), *GZIP),), NotFoundError, "404", 1, 10),

    # Servers that echo the key
    Row("key in a problem", (echo(400),), BadRequestError, "400"),
    Row("key in a page", (echo(403, "text/html"),), PermissionDeniedError, "403"),
    Row("key in a redirect", (answer(302, "", f"Location: {ELSEWHERE}?{KEY}"),), APIStatusError, "not followed"),
    Row("key in what is not HTTP", (cut(f"{KEY} {KEY}\r\n\r\n".encode()),), APIConnectionError, "not HTTP", 3),
    Row("key in what is not JSON", (answer(200, KEY),), ResponseDecodingError, "not JSON"),
    Row("key in the headers of no JSON", (answer(200, "", f"X-Request-Id: {KEY}"),), ResponseDecodingError, "empty"),

    # Keep-alive
    Row("closed after the answer, unannounced", (cut(OK),), None),
    Row("closed after the answer, as announced", (cut(answer(200, BODY, "Connection: close")),), None),
    Row("bytes after the answer", (OK + b"more",), None),
]
# fmt: on


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_fault(row: Row, style: Style, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with FaultServer(*row.turns, greeting=row.greeting) as server:
        outcome = call(style, server.base_url, server, **row.options)
        requests = len(server.heads) - 1  # without the one after repairing
    if row.error is None:
        assert not isinstance(outcome.result, ArizeError), outcome.result
    else:
        assert_is(outcome.result, row.error, row.says, caplog)
    assert requests == row.requests
    assert row.not_before <= outcome.elapsed <= row.within


def assert_is(result: object, error: type[ArizeError], says: str, caplog: pytest.LogCaptureFixture) -> None:
    """The result is an error of exactly that class, whose message says so, and which keeps the key secret."""
    assert type(result) is error, result
    assert re.search(says, str(result)), str(result)
    assert_key_is_secret(result, caplog)
    restored = pickle.loads(pickle.dumps(result))
    assert (type(restored), str(restored)) == (error, str(result))
