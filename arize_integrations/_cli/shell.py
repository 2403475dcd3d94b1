"""What is said to whom: data to standard output, everything else to standard error."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import logging
import os
import shutil
import sys
from collections.abc import Generator
from typing import Any, TextIO

PROGRAM = "arize-integrations"


NOTICED = 1.0
"""Seconds of a wait that a person begins to wonder about."""


class UnwrittenError(Exception):
    """Standard output could not take the data."""


class Shell:
    """The streams of one run.

    Args:
        json: write what goes to standard error as JSON, an object a line.
        quiet: leave out all but errors.
    """

    def __init__(self, *, json: bool = False, quiet: bool = False) -> None:
        self.json = json
        self.quiet = quiet

    def write(self, text: str) -> None:
        """Write data to standard output, as UTF-8 under every locale.

        Raises:
            UnwrittenError: it is closed, or the disk is full.
            BrokenPipeError: its reader has left.
        """
        try:
            _write(text.encode("utf-8", "backslashreplace"))
        except BrokenPipeError:
            raise
        except OSError as error:
            raise UnwrittenError(error.strerror or str(error)) from None

    def say(self, message: str) -> None:
        """Show what is going on."""
        if not self.quiet:
            self._tell(message, {"message": message})

    def complain(self, message: str, **details: Any) -> None:
        """Show what went wrong. A message of several lines is shown line by line.

        Args:
            message: what a person reads.
            details: what a program reads in addition.
        """
        self._tell(message, {"error": details | {"message": message}})

    def confirm(self, question: str) -> bool:
        """Ask on standard error; only `y` and `yes` are a yes."""
        show(f"{escaped(question)} [y/N] ")
        answer = sys.stdin.readline() if sys.stdin else ""
        if not answer.endswith("\n"):
            show("\n")
        return answer.strip().lower() in {"y", "yes"}

    @property
    def is_interactive(self) -> bool:
        """Whether somebody is there to be asked."""
        return is_terminal(sys.stdin) and is_terminal(sys.stderr)

    def _tell(self, message: str, members: dict[str, Any]) -> None:
        if self.json:
            show(as_ascii(members) + "\n")
        else:
            show("".join(f"{PROGRAM}: {escaped(line.strip())}\n" for line in message.splitlines()))

    @contextlib.contextmanager
    def logging(self) -> Generator[None]:
        """Show what the library logs: why it waits, and in what an answer differs from the document."""
        logger, handler = logging.getLogger("arize_integrations"), _Said(self)
        before = logger.level
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        try:
            yield
        finally:
            logger.removeHandler(handler)
            logger.setLevel(before)


class _Said(logging.Handler):
    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._shell = shell

    def emit(self, record: logging.LogRecord) -> None:
        wait = getattr(record, "arize_wait", None)
        if wait is not None and wait["seconds"] < NOTICED:
            return
        self._shell.say(" ".join(record.getMessage().split()))


def escaped(text: str) -> str:
    """Escape what would move the cursor, recolour the terminal or turn the direction of writing."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def as_ascii(value: Any) -> str:
    """JSON in one line that any terminal and log can take."""
    return json.dumps(value, default=str)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person looks at the stream."""
    return stream is not None and stream.isatty()


def wants_colour(stream: TextIO | None) -> bool:
    """Whether the stream is a terminal whose owner wants colours."""
    return wants_motion(stream) and not os.environ.get("NO_COLOR")


def terminal_width() -> int | None:
    """Cells in a line of standard output; None if it is no terminal."""
    return shutil.get_terminal_size().columns if is_terminal(sys.stdout) else None


def wants_motion(stream: TextIO | None) -> bool:
    """Whether the stream is a terminal that can redraw a line."""
    return is_terminal(stream) and os.environ.get("TERM") != "dumb"


def _write(data: bytes) -> None:
    # Through a file of its own: what cannot be written must not stay in sys.stdout, where Python would try again at its
    # end, and complain.
    if sys.stdout is None:
        raise OSError(errno.EBADF, "it is closed")
    try:
        descriptor = sys.stdout.fileno()
    except io.UnsupportedOperation:  # a program that calls `main` has put something else there
        sys.stdout.write(data.decode())
        return
    with open(descriptor, "wb", closefd=False) as out:
        out.write(data)


def show(text: str) -> None:
    """Write to standard error; if that fails, only the exit status says it."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            sys.stderr.write(text)
            sys.stderr.flush()
