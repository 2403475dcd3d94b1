import os
import subprocess
from collections.abc import Iterator

import pytest

from arize_integrations.testing import StandInServer
from tests.cli.shell import COMMAND, Run


@pytest.fixture
def server() -> Iterator[StandInServer]:
    with StandInServer() as server:
        yield server


@pytest.fixture
def environment(server: StandInServer) -> dict[str, str]:
    foreign = ("ARIZE_", "NO_COLOR", "COLUMNS")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return inherited | {"ARIZE_API_KEY": server.api_key, "ARIZE_BASE_URL": server.base_url, "TERM": "xterm"}


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    def run(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[bytes]":
        env = {name: value for name, value in (environment | variables).items() if value}
        return subprocess.run([*COMMAND, *arguments], env=env, capture_output=True, timeout=60, check=False)

    return run
