import io
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from arize_integrations import _cli
from arize_integrations.testing import StandInServer
from tests.cli.shell import COMMAND, EXAMPLE, Run


@pytest.fixture
def server() -> Iterator[StandInServer]:
    with StandInServer([EXAMPLE]) as server:
        yield server


@pytest.fixture
def environment(server: StandInServer) -> dict[str, str]:
    foreign = ("ARIZE_", "_ARIZE_", "NO_COLOR", "COLUMNS", "FORCE_COLOR")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return inherited | {"ARIZE_API_KEY": server.api_key, "ARIZE_BASE_URL": server.base_url, "TERM": "xterm"}


@pytest.fixture
def run(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run a command line in this process, which is quick; its streams are files, as in a process of its own."""

    def run(*arguments: str, stdin: str = "", **variables: str) -> "subprocess.CompletedProcess[bytes]":
        with monkeypatch.context() as patch:
            for name in os.environ.keys() - environment.keys():
                patch.delenv(name)
            for name, value in (environment | variables).items():
                patch.setenv(name, value) if value else patch.delenv(name, raising=False)
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
            status = _cli.main(arguments)
        captured = capfdbinary.readouterr()
        return subprocess.CompletedProcess(arguments, status, captured.out, captured.err)

    return run


@pytest.fixture
def run_alone(environment: dict[str, str]) -> Run:
    """Run a command line in a process of its own."""

    def run(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[bytes]":
        env = {name: value for name, value in (environment | variables).items() if value}
        return subprocess.run([*COMMAND, *arguments], env=env, capture_output=True, timeout=60, check=False)

    return run
