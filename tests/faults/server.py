"""A server that misbehaves on purpose, byte by byte, over real loopback sockets."""

from __future__ import annotations

import json
import re
import socket
import struct
import threading
import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Self, TypeAlias
from urllib.parse import urlsplit

from tests.operations import GET, example_answer

if TYPE_CHECKING:
    import ssl

EXAMPLE: dict[str, object] = example_answer(GET)
ID = str(EXAMPLE["id"])


class Connection:
    """One accepted connection, as the turns of a `FaultServer` see it."""

    def __init__(self, sock: socket.socket, stopping: threading.Event) -> None:
        self._sock = sock
        self.stopping = stopping
        self._received = b""
        self.head = b""
        self.open = True

    def read_head(self) -> bytes | None:
        """The next request, its body read and left out, or None when no more come."""
        while b"\r\n\r\n" not in self._received:
            part = self._sock.recv(65536)
            if not part:
                return None
            self._received += part
        self.head, _, self._received = self._received.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)\ncontent-length: *([0-9]+)", self.head)
        missing = int(length[1]) if length else 0
        while len(self._received) < missing:
            self._received += self._sock.recv(65536)
        self._received = self._received[missing:]
        return self.head

    def send(self, data: bytes) -> None:
        """Write all of `data`."""
        self._sock.sendall(data)

    @property
    def port(self) -> int:
        """The server's."""
        return int(self._sock.getsockname()[1])

    def wait(self) -> bytes:
        """Whatever the other side says next; nothing when it ends."""
        return self._sock.recv(65536)

    def join(self, other: socket.socket) -> None:
        """Pass bytes both ways between this connection and `other` until either ends."""
        self.end()
        back = threading.Thread(target=_pump, args=(other, self._sock), daemon=True)
        back.start()
        _pump(self._sock, other)
        back.join()

    def end(self, *, reset: bool = False) -> None:
        """Take no further turn; after this one the connection ends in good order, or with a RST."""
        self.open = False
        if reset:
            linger = struct.pack("ii", 1, 0)
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    def shut(self) -> None:
        """Stop both directions at once, from any thread."""
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def abandon(self) -> None:
        """Give the socket back to the system."""
        self._sock.close()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    for each in (source, sink):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


Turn: TypeAlias = bytes | Callable[[Connection], None]
"""What is done about one request: bytes are sent as they are, a function does as it likes."""


class FaultServer:
    """Takes one turn per request, over all its connections; the last turn is repeated for ever.

    Args:
        turns: What to do about the first request, the second ...
        greeting: Done to each connection before anything is read from it.
        tls: Makes it an https server.
        port: 0 picks a free one.
    """

    def __init__(
        self,
        *turns: Turn,
        greeting: Callable[[Connection], None] | None = None,
        tls: ssl.SSLContext | None = None,
        port: int = 0,
    ) -> None:
        self.heads: list[bytes] = []
        self.connections = 0
        self._turns = list(turns)
        self._greeting = greeting
        self._tls = tls
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._open: dict[threading.Thread, Connection] = {}
        self._listener = socket.create_server(("127.0.0.1", port), backlog=1024)
        self._accepting = threading.Thread(target=self._accept, daemon=True)

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def base_url(self) -> str:
        return f"https://localhost:{self.port}" if self._tls else f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._stopping.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the accept
        self._accepting.join()
        self._listener.close()
        for thread, connection in self._held():
            connection.shut()
            thread.join()

    def repair(self, *turns: Turn) -> None:
        """From now on do this instead; returns when what was about to end has ended."""
        with self._lock:
            self._turns = list(turns)
            self._greeting = None
        for thread, connection in self._held():
            if not connection.open:
                thread.join()

    def hang_up(self) -> None:
        """Close every open connection, as servers do with idle ones."""
        for thread, connection in self._held():
            connection.shut()
            thread.join()

    def _held(self) -> list[tuple[threading.Thread, Connection]]:
        with self._lock:
            return list(self._open.items())

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return  # stopping
            self.connections += 1
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls:
                sock = self._tls.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
            connection = Connection(sock, self._stopping)
            thread = threading.Thread(target=self._hold, args=(connection,), daemon=True)
            with self._lock:
                self._open[thread] = connection
            thread.start()

    def _hold(self, connection: Connection) -> None:
        try:
            with suppress(OSError):  # the client left, or the server stops
                self._converse(connection)
        finally:
            connection.abandon()
            with self._lock:
                del self._open[threading.current_thread()]

    def _converse(self, connection: Connection) -> None:
        if self._greeting:
            self._greeting(connection)
        while connection.open and (head := connection.read_head()) is not None:
            turn = self._next_turn(head)
            if isinstance(turn, bytes):
                connection.send(turn)
            else:
                turn(connection)

    def _next_turn(self, head: bytes) -> Turn:
        with self._lock:
            self.heads.append(head)
            return self._turns.pop(0) if len(self._turns) > 1 else self._turns[0]


def answer(
    status: int = 200,
    body: bytes | str | None = None,
    *headers: str,
    content_type: str = "application/json",
    length: int | None = None,
) -> bytes:
    """A whole HTTP answer; by default the document's integration. `length` may lie."""
    if body is None:
        body = json.dumps(EXAMPLE) if status == 200 else ""
    payload = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} ", f"Content-Type: {content_type}", *headers]
    if not any(header.startswith("Transfer-Encoding") for header in headers):
        lines.append(f"Content-Length: {len(payload) if length is None else length}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + payload


OK = answer()


def html(status: int, *headers: str) -> bytes:
    """What a gateway says where an API was expected."""
    page = f"<!DOCTYPE html><html><body><h1>{status} from the gateway</h1></body></html>"
    return answer(status, page, *headers, content_type="text/html")


def cut(data: bytes, keep: int | None = None, *, reset: bool = False) -> Turn:
    """Send the first (or, negative, all but the last) `keep` bytes, then end the connection."""

    def turn(connection: Connection) -> None:
        connection.end(reset=reset)
        connection.send(data[:keep])

    return turn


def stall(start: bytes) -> Turn:
    """Send `start`, then nothing until the other side gives up."""

    def turn(connection: Connection) -> None:
        connection.end()
        connection.send(start)
        connection.wait()

    return turn


def late(seconds: float) -> Turn:
    """Answer well, but only after so many seconds."""

    def turn(connection: Connection) -> None:
        connection.stopping.wait(seconds)
        connection.send(OK)

    return turn


def drip(start: bytes, piece: bytes, every: float) -> Turn:
    """Send `start`, then `piece` every so many seconds, for as long as anybody listens."""

    def turn(connection: Connection) -> None:
        connection.end()
        connection.send(start)
        while not connection.stopping.wait(every):
            connection.send(piece)

    return turn


def forward(connection: Connection) -> None:
    """What a proxy does: open a tunnel for CONNECT, else pass the request on."""
    method, target, _ = connection.head.decode().split("\r\n")[0].split(" ")
    host, _, port = (target if method == "CONNECT" else urlsplit(target).netloc).rpartition(":")
    with socket.create_connection((host, int(port)), timeout=10) as upstream:
        if method == "CONNECT":
            connection.send(b"HTTP/1.1 200 \r\n\r\n")
        else:
            upstream.sendall(connection.head + b"\r\n\r\n")
        connection.join(upstream)


@cache
def gzip_bomb(megabytes: int) -> bytes:
    """About a thousandth of `megabytes` that unpacks to them."""
    packer = zlib.compressobj(9, wbits=31)
    blocks = [packer.compress(bytes(1024 * 1024)) for _ in range(megabytes)]
    return b"".join([*blocks, packer.flush()])
