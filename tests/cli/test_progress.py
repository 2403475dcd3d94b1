"""Progress: on a terminal, of what takes long, and nowhere else."""

import os
import pty
import subprocess
import sys
import threading

import pytest

from arize_integrations._cli import progress
from arize_integrations._cli.progress import Progress
from arize_integrations._cli.shell import Shell
from arize_integrations.declarative.document import has_list
from arize_integrations.testing import Answer, StandInServer
from tests.cli.shell import COMMAND, EXAMPLE

needs_list = pytest.mark.skipif(not has_list(), reason="the document has no list")


def on_a_terminal(environment: dict[str, str], *arguments: str) -> bytes:
    """What a terminal on standard error receives; standard output is a pipe."""
    master, slave = pty.openpty()
    received: list[bytes] = []

    def read() -> None:
        try:
            while chunk := os.read(master, 65536):
                received.append(chunk)
        except OSError:  # Linux's way to say that nobody holds the other side any more
            pass

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        subprocess.run([*COMMAND, *arguments], env=environment, stdout=-1, stderr=slave, timeout=30, check=False)
    finally:
        os.close(slave)
    reader.join(timeout=10)
    os.close(master)
    return b"".join(received)


@needs_list
def test_what_takes_long_is_shown_on_a_terminal_and_gone_at_the_end(
    server: StandInServer, environment: dict[str, str]
) -> None:
    server.answer_next(Answer.normal(delay=1.6), to="list")
    shown = on_a_terminal(environment, "list", "--type", EXAMPLE["type"])
    assert b"Listing" in shown
    assert shown.rstrip().endswith((b"\x1b[2K", b"\x1b[?25h", b"\x1b[1A\x1b[2K")), shown[-60:]


@needs_list
def test_what_is_quick_shows_nothing(environment: dict[str, str]) -> None:
    assert on_a_terminal(environment, "list", "--type", EXAMPLE["type"]) == b""


class Terminal:
    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None:
        pass


@pytest.mark.parametrize(
    ("shell", "term", "is_terminal", "shows"),
    [
        (Shell(), "xterm", True, True),
        (Shell(quiet=True), "xterm", True, False),
        (Shell(json=True), "xterm", True, False),
        (Shell(), "dumb", True, False),
        (Shell(), "xterm", False, False),
    ],
)
def test_nothing_is_shown_to_programs_and_to_who_wants_quiet(
    monkeypatch: pytest.MonkeyPatch, shell: Shell, term: str, is_terminal: bool, shows: bool
) -> None:
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    if is_terminal:
        monkeypatch.setattr(sys, "stderr", Terminal())
    with Progress(shell, "Applying", total=2) as bar:
        deadline = threading.Event()
        for _ in range(100):
            if bar.is_shown or not shows:
                break
            deadline.wait(0.02)
        assert [*bar.counted("ab")] == ["a", "b"]
        assert bar.is_shown == shows


def test_what_ends_as_it_would_be_shown_is_not() -> None:
    """The timer may fire while the work ends."""
    with Progress(Shell(), "Applying") as bar:
        pass
    bar._show()
    assert not bar.is_shown
