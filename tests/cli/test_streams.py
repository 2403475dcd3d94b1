"""Standard output and standard error when they are closed, full or left: a script goes by the exit status alone."""

import contextlib
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from arize_integrations import __version__, _cli
from arize_integrations.testing import Answer, StandInServer
from tests.cli.shell import COMMAND, EXAMPLE, ID, sentence

CLOSED, FULL = "&-", "/dev/full"
needs_full = pytest.mark.skipif(not Path(FULL).exists(), reason=f"{FULL} is Linux's")
GONE = [CLOSED, pytest.param(FULL, marks=needs_full)]
ANSWERS = [
    ["get", ID],
    ["get", ID, "--output", "yaml"],
    ["--help"],
    ["--version"],
    ["template", "--json-schema"],
    ["get", ID, "-o", "csv"],
]
FAILURES = [(["get", "nosuch"], 4), (["get"], 2), ([], 2), (["get", ID, "--timeout", "-1"], 2), (["get", ID, "-x"], 2)]


def redirected(environment: dict[str, str], redirections: str, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    command = ["sh", "-c", f'exec "$@" {redirections}', "sh", *COMMAND, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False)


@pytest.mark.parametrize("arguments", ANSWERS, ids=" ".join)
@pytest.mark.parametrize("gone", GONE)
def test_an_answer_that_cannot_be_written_is_said_and_has_its_status(
    environment: dict[str, str], gone: str, arguments: list[str]
) -> None:
    """A full disk must not look like an answer."""
    done = redirected(environment, f">{gone}", *arguments)
    assert done.returncode == 74
    assert sentence(done).startswith("The answer could not be written to standard output: ")


@pytest.mark.parametrize("gone", GONE)
def test_where_nothing_can_be_written_the_status_is_the_same(environment: dict[str, str], gone: str) -> None:
    done = redirected(environment, f">{gone} 2>{gone}", "get", ID)
    assert (done.returncode, done.stdout, done.stderr) == (74, b"", b"")


@pytest.mark.parametrize(("arguments", "status"), FAILURES, ids=str)
@pytest.mark.parametrize("gone", GONE)
def test_a_complaint_that_cannot_be_written_changes_nothing(
    environment: dict[str, str], gone: str, arguments: list[str], status: int
) -> None:
    """It must not land among the data instead, nor cost the script the status it goes by."""
    done = redirected(environment, f"2>{gone}", *arguments)
    assert (done.returncode, done.stdout) == (status, b"")


@pytest.mark.parametrize(("arguments", "status"), FAILURES, ids=str)
def test_a_complaint_that_nobody_reads_changes_nothing(
    environment: dict[str, str], arguments: list[str], status: int
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([*COMMAND, *arguments], env=environment, stdout=-1, stderr=writer, timeout=60, check=False)
    os.close(writer)
    assert (done.returncode, done.stdout) == (status, b"")


@pytest.mark.parametrize("gone", GONE)
def test_an_answer_needs_no_standard_error(server: StandInServer, environment: dict[str, str], gone: str) -> None:
    """Not even where there is something to say on the way."""
    server.answer_next(Answer.example(429, headers={"Retry-After": "1"}))
    done = redirected(environment, f"2>{gone}", "get", ID)
    assert done.returncode == 0
    assert EXAMPLE["name"].encode() in done.stdout


def test_a_reader_that_leaves_is_no_error(environment: dict[str, str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with subprocess.Popen([*COMMAND, "get", ID], env=environment, stdout=writer, stderr=subprocess.PIPE) as process:
        os.close(writer)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (141, b"")


def test_control_c_stops_it_quietly(server: StandInServer, environment: dict[str, str]) -> None:
    server.answer_next(Answer(status=200, body=EXAMPLE, delay=30.0))
    with subprocess.Popen(
        [*COMMAND, "get", ID], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        deadline = time.monotonic() + 30
        while not server.requests and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (130, b"", b"")


@pytest.mark.parametrize("command", [COMMAND, [str(Path(sys.executable).with_name("arize-integrations"))]], ids=len)
def test_control_c_while_it_starts_is_as_quiet(environment: dict[str, str], tmp_path: Path, command: list[str]) -> None:
    """Most of the start is the import of httpx; here, it is when the person changes their mind."""
    (tmp_path / "httpx.py").write_text("raise KeyboardInterrupt\n")
    env = environment | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run([*command, "get", ID], env=env, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def test_a_program_may_call_it_and_catch_what_it_prints() -> None:
    """What stands in standard output's place need not be a file."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        assert _cli.main(["--version"]) == 0
    assert printed.getvalue() == f"arize-integrations {__version__}\n"
