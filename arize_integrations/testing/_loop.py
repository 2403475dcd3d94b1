"""An asyncio server in a thread of its own, so that tests of either kind can use it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias

from arize_integrations.testing._http import HEAD_LIMIT

if TYPE_CHECKING:
    import socket

BACKLOG = 1024
"""Connections the kernel holds until accepted: hundreds may arrive at once."""

Conversation: TypeAlias = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class ThreadedServer:
    """Holds one conversation per connection of `listener`, from now until `stop`."""

    def __init__(self, listener: socket.socket, converse: Conversation) -> None:
        self._listener = listener
        self._converse = converse
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="arize-stand-in", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Cut every conversation; return when their sockets and the thread are gone."""
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._accept())  # leaving the runner cancels the conversations

    async def _accept(self) -> None:
        server = await asyncio.start_server(self._hold, sock=self._listener, backlog=BACKLOG, limit=HEAD_LIMIT)
        await self._stopping.wait()
        server.close()

    async def _hold(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._converse(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client left in the middle: nobody is there to tell
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            writer.close()
