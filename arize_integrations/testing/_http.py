"""HTTP/1.1 for a server: requests read from a stream, answers written as bytes."""

from __future__ import annotations

import asyncio
import json
import re
import time
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from http.client import HTTPMessage
from typing import Any, Literal
from urllib.parse import parse_qsl

from arize_integrations.testing._answer import Answer, Body, Usual, pairs
from arize_integrations.testing._values import json_bytes

HEAD_LIMIT = 4 * 1024 * 1024
"""Bytes of request line and headers; generous, so that a huge id still reaches `requests`."""

_HEXADECIMAL = re.compile(rb"[0-9A-Fa-f]{1,8}")
_BODILESS = frozenset({204, 304})


class MalformedRequestError(Exception):
    """The bytes received are not a request this server reads; `status` says how."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True)
class RecordedRequest:
    """One request as it was received.

    Attributes:
        method: As sent, `GET`.
        target: As sent, still percent-encoded: `/v2/integrations/TGxt%3D`.
        headers: Looked up in any case; `headers.get_all(name)` gives repeated ones.
        body: The raw bytes.
        received_at: Seconds on `time.monotonic()`'s clock; only differences mean something.
        connection: Counts the connections of this server; requests sharing one share the number.
    """

    method: str
    target: str
    headers: HTTPMessage = field(repr=False)
    body: bytes = field(repr=False)
    received_at: float
    connection: int

    @property
    def path(self) -> str:
        """The target without its query, still percent-encoded."""
        return self.target.partition("?")[0]

    @property
    def params(self) -> list[tuple[str, str]]:
        """The query's names and values, decoded, in order; `dict(request.params)` if no name is repeated."""
        return parse_qsl(self.target.partition("?")[2], keep_blank_values=True)

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            ValueError: It is none.
        """
        return json.loads(self.body)


async def read_request(reader: asyncio.StreamReader, connection: int) -> RecordedRequest | None:
    """The next request of a connection, or None when the client has closed it.

    Raises:
        MalformedRequestError: When the bytes are no HTTP/1.x request.
    """
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    except asyncio.LimitOverrunError:
        raise MalformedRequestError(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE) from None
    received_at = time.monotonic()
    request_line, *lines = head.decode("latin-1").strip("\r\n").split("\r\n")
    method, target = _parse_request_line(request_line)
    headers = _parse_headers(lines)
    body = await _read_body(reader, headers)
    return RecordedRequest(method, target, headers, body, received_at, connection)


def _parse_request_line(line: str) -> tuple[str, str]:
    parts = line.split(" ")
    if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
        raise MalformedRequestError(HTTPStatus.BAD_REQUEST)
    return parts[0], parts[1]


def _parse_headers(lines: list[str]) -> HTTPMessage:
    headers = HTTPMessage()
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise MalformedRequestError(HTTPStatus.BAD_REQUEST)
        headers[name] = value.strip()
    return headers


async def _read_body(reader: asyncio.StreamReader, headers: HTTPMessage) -> bytes:
    if "Transfer-Encoding" not in headers:
        return await reader.readexactly(_body_length(headers))
    if headers["Transfer-Encoding"].lower() != "chunked":
        raise MalformedRequestError(HTTPStatus.NOT_IMPLEMENTED)
    body = b""
    while size := _chunk_size(await reader.readuntil(b"\r\n")):
        body += (await reader.readexactly(size + 2))[:-2]
    while await reader.readuntil(b"\r\n") != b"\r\n":
        pass  # a trailer
    return body


def _chunk_size(line: bytes) -> int:
    digits = line.partition(b";")[0].strip()
    if not _HEXADECIMAL.fullmatch(digits):
        raise MalformedRequestError(HTTPStatus.BAD_REQUEST)
    return int(digits, 16)


def _body_length(headers: HTTPMessage) -> int:
    length = headers.get("Content-Length", "0")
    if not (length.isascii() and length.isdigit()):
        raise MalformedRequestError(HTTPStatus.BAD_REQUEST)
    return int(length)


def wants_close(request: RecordedRequest, answer: Answer) -> bool:
    """Whether either side asked for the connection to end with this answer."""
    said = [request.headers.get("Connection", "")]
    said += [value for name, value in pairs(answer.headers) if name.lower() == "connection"]
    return any("close" in value.lower() for value in said)


def encode(answer: Answer) -> tuple[bytes, bytes]:
    """The answer's head and body as they go over the wire."""
    content_type, body = _encode_body(answer.body, answer.status)
    given = pairs(answer.headers)
    names = {name.lower() for name, _ in given}
    added = {"Date": formatdate(usegmt=True)}
    if content_type is not None:
        added["Content-Type"] = content_type
    if answer.status not in _BODILESS and "transfer-encoding" not in names:
        added["Content-Length"] = str(len(body))
    headers = [item for item in added.items() if item[0].lower() not in names]
    lines = [f"HTTP/1.1 {answer.status} {_reason(answer.status)}"]
    lines += [f"{name}: {value}" for name, value in (*headers, *given)]
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
    return head, b"" if answer.status in _BODILESS else body


def _encode_body(body: Body | Literal[Usual.BODY], status: int) -> tuple[str | None, bytes]:
    if body is None or body is Usual.BODY:
        return None, b""
    if isinstance(body, bytes):
        return "application/octet-stream", body
    if isinstance(body, str):
        return "text/plain; charset=utf-8", body.encode()
    kind = "application/json" if status < 400 else "application/problem+json"
    return kind, json_bytes(body)


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
