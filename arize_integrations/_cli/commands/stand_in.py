"""`stand-in`: a server that behaves like the API, for tests in any language."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Generator
from types import FrameType

import click

import arize_integrations as arize
from arize_integrations._cli.editing import stdin
from arize_integrations._cli.options import make_command, quiet
from arize_integrations._cli.shell import Shell
from arize_integrations.declarative.file import read_files


@make_command(
    "stand-in",
    click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="PORT", help="By default, a free one."),
    click.option("--bind", default="127.0.0.1", metavar="ADDRESS", help="0.0.0.0 in a container. [127.0.0.1]"),
    click.option("-f", "--file", "files", multiple=True, metavar="FILE", help="What the account holds at the start."),
    click.option("--rate-limit", type=click.FloatRange(0, min_open=True), metavar="N", help="Requests per second."),
    quiet,
)
def command(shell: Shell, port: int, bind: str, files: tuple[str, ...], rate_limit: float | None) -> None:
    """Run a server that behaves like the API.

    It is an account on this machine, until Ctrl-C or SIGTERM.

    It writes the variables with which it is reached, and keeps nothing when it ends. Without a file it holds one
    integration, an example of the API's document.
    """
    from arize_integrations.testing import StandInServer

    entries = read_files(files, os.environ, stdin)
    server = StandInServer([] if files else None, host=bind, port=port, rate_limit=rate_limit)
    for entry in entries:
        try:
            server.add(entry.request)
        except (TypeError, ValueError) as error:
            raise arize.ConfigurationError(f"{entry.where()} is refused: {error}") from None
    try:
        server.start()
    except OSError as error:
        raise arize.ConfigurationError(f"{bind}:{port} cannot be listened on: {error.strerror or error}.") from None
    with contextlib.closing(server), _terminated() as ended:
        shell.write(f"ARIZE_BASE_URL={server.base_url}\nARIZE_API_KEY={server.api_key}\n")
        shell.say(f"Integrations held by the stand-in: {len(server.integration_ids)}. Ctrl-C ends it.")
        ended.wait()


@contextlib.contextmanager
def _terminated() -> Generator[threading.Event]:
    """What is set on SIGTERM; in a container nothing else ends the first process."""
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield ended
    finally:
        signal.signal(signal.SIGTERM, before)
