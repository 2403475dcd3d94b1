"""An answer and its body, read chunk by chunk and decompressed within bounds."""

from __future__ import annotations

import time
import zlib
from typing import Any, NamedTuple

import httpx

from arize_integrations._call.retry import retry_after

LARGEST_BODY = 64 * 1024 * 1024
"""Bytes, decompressed. An integration has some hundreds; a body larger than this is not read to its end."""

_GZIP = frozenset({"gzip", "x-gzip"})
_READABLE = frozenset({"deflate", *_GZIP})
_COMPRESSIONS = frozenset({"br", "compress", "x-compress", "zstd", *_READABLE})
_GZIP_BITS, _ZLIB_BITS, _RAW_BITS = 31, 15, -15  # what zlib calls the formats
_PIECE = 4096  # bytes decompressed at a time: what a member leaves of a piece is copied


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
        readable = len(encodings) == 1 and encodings[0] in _READABLE
        self._chunks: list[bytes] = []
        self._received = self._size = 0
        self._inflater = _Inflater(gzip=encodings[0] in _GZIP) if readable else None
        self.fault = ""
        """What is wrong with the body; once it is set, the rest need not be read."""
        if encodings and not readable:
            self.fault = f"the body has an encoding that was not asked for: {', '.join(encodings)!r}"

    @classmethod
    def already_read(cls, response: httpx.Response) -> Body:
        """The body that a transport of the user's own has read, and with that decompressed, before it gave it to us."""
        body = cls(httpx.Headers())
        body.add(response.content)
        return body

    def add(self, chunk: bytes) -> None:
        """Take the next chunk as it came over the network."""
        self._received += len(chunk)
        if self._inflater is not None:
            try:
                chunk = self._inflater.add(chunk, LARGEST_BODY + 1 - self._size)
            except (zlib.error, ValueError):
                self.fault = "the body is not compressed as its Content-Encoding says"
                return
        self._size += len(chunk)
        # Compressed bytes count too: an endless body could decompress to nothing.
        if max(self._size, self._received) > LARGEST_BODY:
            self.fault = f"the body is larger than {LARGEST_BODY // 2**20} MiB"
            return
        self._chunks.append(chunk)

    def finish(self, status: int, headers: httpx.Headers) -> Reply:
        """The whole answer."""
        if not self.fault and self._inflater is not None and self._received and not self._inflater.is_complete:
            self.fault = "the compressed body ends too early"
        content = b"" if self.fault else b"".join(self._chunks)
        return Reply(status, headers, content, self.fault)


class _Inflater:
    """Decompresses gzip of one or several members, or deflate with the header of zlib or without one."""

    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._stream: Any = None

    @property
    def is_complete(self) -> bool:
        return self._stream is not None and self._stream.eof

    def add(self, chunk: bytes, most: int) -> bytes:
        """Decompress the next chunk, to at most `most` bytes.

        Raises:
            zlib.error: it is not compressed this way.
            ValueError: it goes on after its end.
        """
        output, size = list[bytes](), 0
        for start in range(0, len(chunk), _PIECE):
            rest = self._begin(chunk[start : start + _PIECE])
            while rest and size < most:
                output.append(self._stream.decompress(rest, most - size))
                size += len(output[-1])
                rest = self._begin(self._stream.unused_data)
        return b"".join(output)

    def _begin(self, rest: bytes) -> bytes:
        """Be ready for what comes next; returns it without the zeros that may stand between members of gzip."""
        if self.is_complete:
            if rest and not self._gzip:
                raise ValueError("bytes after the end")
            rest = rest.lstrip(b"\0")
        if rest and (self._stream is None or self._stream.eof):
            raw = rest[0] & 0x0F != zlib.DEFLATED  # the header of zlib names its method there
            self._stream = zlib.decompressobj(_GZIP_BITS if self._gzip else _RAW_BITS if raw else _ZLIB_BITS)
        return rest


def _encodings(headers: httpx.Headers) -> tuple[str, ...]:
    """How the body is compressed. A name that is no compression, such as `utf-8`, is a server's mistake and ignored."""
    # Of the headers as they came, because to look one up httpx first decodes them all.
    values = [value for name, value in headers.raw if name.lower() == b"content-encoding"]
    if not values:
        return ()
    names = b",".join(values).decode("latin-1").lower().split(",")
    return tuple(name.strip() for name in names if name.strip() in _COMPRESSIONS)
