"""An answer and its body, read chunk by chunk and decompressed within bounds."""

from __future__ import annotations

import time
import zlib
from typing import NamedTuple

import httpx

from arize_integrations._call.retry import retry_after

LARGEST_BODY = 64 * 1024 * 1024
"""Bytes, decompressed. An integration has some hundreds; what is larger than this is not read to its end."""

_WINDOW_BITS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
_SINGLE = {(name,) for name in _WINDOW_BITS}
_COMPRESSIONS = frozenset({"br", "compress", "x-compress", "zstd", *_WINDOW_BITS})


class Reply(NamedTuple):
    """A whole answer. `fault` says what is wrong with its body, which then is empty."""

    status: int
    headers: httpx.Headers
    content: bytes
    fault: str = ""

    def __repr__(self) -> str:
        # Tracebacks show local variables; what the server sent may hold anything, even the key.
        return f"Reply(status={self.status}, {len(self.content)} bytes)"

    @property
    def is_success(self) -> bool:
        return 200 <= self.status <= 299

    @property
    def retry_after(self) -> float | None:
        """Seconds the server asks to wait."""
        values = self.headers.get_list("retry-after")
        return retry_after(values, self.headers.get("date"), time.time()) if values else None


class Body:
    """Collects a body chunk by chunk, decompressing within bounds."""

    def __init__(self, headers: httpx.Headers) -> None:
        encodings = _encodings(headers)
        self._chunks: list[bytes] = []
        self._size = 0
        self._begun = False
        self._inflate = zlib.decompressobj(_WINDOW_BITS[encodings[0]]) if encodings in _SINGLE else None
        self.fault = ""
        """What is wrong with the body; once it is set, the rest need not be read."""
        if encodings and self._inflate is None:
            self.fault = f"the body has an encoding that was not asked for: {', '.join(encodings)!r}"

    @classmethod
    def already_read(cls, response: httpx.Response) -> Body:
        """The body that a transport of the user's own has read, and with that decompressed, before it gave it to us."""
        body = cls(httpx.Headers())
        body.add(response.content)
        return body

    def add(self, chunk: bytes) -> None:
        """Take the next chunk as it came over the network."""
        self._begun = self._begun or bool(chunk)
        if self._inflate is not None:
            try:
                chunk = self._inflate.decompress(chunk, LARGEST_BODY + 1 - self._size)
            except zlib.error:
                self.fault = "the body is not compressed as its Content-Encoding says"
                return
        self._size += len(chunk)
        if self._size > LARGEST_BODY:
            self.fault = f"the body is larger than {LARGEST_BODY // 2**20} MiB"
            return
        self._chunks.append(chunk)

    def finish(self, status: int, headers: httpx.Headers) -> Reply:
        """The whole answer."""
        if not self.fault and self._inflate is not None and self._begun and not self._inflate.eof:
            self.fault = "the compressed body ends too early"
        content = b"" if self.fault else b"".join(self._chunks)
        return Reply(status, headers, content, self.fault)


def _encodings(headers: httpx.Headers) -> tuple[str, ...]:
    """How the body is compressed. A name that is no compression, such as `utf-8`, is a server's slip: the body will tell."""
    # Of the headers as they came, because to look one up httpx first decodes them all.
    values = [value for name, value in headers.raw if name.lower() == b"content-encoding"]
    if not values:
        return ()
    names = b",".join(values).decode("latin-1").lower().split(",")
    return tuple(name.strip() for name in names if name.strip() in _COMPRESSIONS)
