"""A server in a thread of its own, with its own event loop, so that tests of either kind can use it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias

from arize_integrations.testing._http import HEAD_LIMIT

if TYPE_CHECKING:
    import socket

BACKLOG = 1024
"""Connections the kernel holds until accepted: hundreds may arrive at once."""

Conversation: TypeAlias = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class ThreadedServer:
    """Holds one conversation per connection of `listener`, from now until `stop`.

    It accepts by itself: asyncio's own server loses connections that arrive while it is being closed.
    """

    def __init__(self, listener: socket.socket, converse: Conversation) -> None:
        listener.setblocking(False)
        self._listener = listener
        self._converse = converse
        self._held: dict[asyncio.Task[None], socket.socket] = {}
        self._loop = asyncio.SelectorEventLoop()
        self._stopping = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="arize-stand-in", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Cut every conversation; return when their sockets and the thread are gone."""
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        self._loop.add_reader(self._listener, self._accept)
        await self._stopping.wait()
        self._loop.remove_reader(self._listener)
        self._listener.close()
        conversations = list(self._held)
        for conversation in conversations:
            conversation.cancel()
        await asyncio.gather(*conversations, return_exceptions=True)

    def _accept(self) -> None:
        with suppress(BlockingIOError, ConnectionError):  # no more of them, or gone again
            while True:
                sock, _ = self._listener.accept()
                conversation = self._loop.create_task(self._hold(sock))
                self._held[conversation] = sock
                conversation.add_done_callback(self._let_go)

    def _let_go(self, conversation: asyncio.Task[None]) -> None:
        self._held.pop(conversation).close()

    async def _hold(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        reader, writer = await asyncio.open_connection(sock=sock, limit=HEAD_LIMIT)
        try:
            await self._converse(reader, writer)
            writer.close()
            await writer.wait_closed()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client left in the middle: nobody is there to read it
        finally:
            writer.transport.abort()
