"""The command line, as a shell sees it: real processes against the stand-in."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from arize_integrations import __version__
from arize_integrations.testing import Answer, StandInServer
from arize_integrations_api.examples import EXAMPLES

EXAMPLE: dict[str, Any] = EXAMPLES["get_v2_integrations_item"][200]["body"]
ID = EXAMPLE["id"]
COMMAND = [sys.executable, "-m", "arize_integrations"]


class TextTimestamps(yaml.SafeLoader):
    """YAML as JSON reads it: a timestamp stays text."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in pairs if not tag.endswith(":timestamp")]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def server() -> Iterator[StandInServer]:
    with StandInServer() as server:
        yield server


@pytest.fixture
def environment(server: StandInServer) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("ARIZE_", "NO_COLOR"))}
    return inherited | {"ARIZE_API_KEY": server.api_key, "ARIZE_BASE_URL": server.base_url, "TERM": "xterm"}


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    def run(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[bytes]":
        env = {name: value for name, value in (environment | variables).items() if value}
        return subprocess.run([*COMMAND, *arguments], env=env, capture_output=True, timeout=60, check=False)

    return run


def sentence(done: "subprocess.CompletedProcess[bytes]") -> str:
    """What a failing run says: one line on standard error, after those that said why it waited, and no data."""
    assert done.stdout == b""
    *waits, last = done.stderr.decode().splitlines()
    assert all(line.startswith("arize-integrations: Waiting ") for line in waits), waits
    assert last.startswith("arize-integrations: "), last
    return last


def same(shown: Any, payload: Any) -> bool:
    """Whether both hold the same; a timestamp may be written in another way that means the same instant."""
    if isinstance(shown, dict) and isinstance(payload, dict):
        return shown.keys() == payload.keys() and all(same(shown[key], payload[key]) for key in shown)
    if isinstance(shown, list) and isinstance(payload, list):
        return len(shown) == len(payload) and all(map(same, shown, payload))
    return bool(shown == payload) or datetime.fromisoformat(shown) == datetime.fromisoformat(payload)


def test_json_is_the_payload_and_nothing_else(run: Run) -> None:
    """`| jq` must work whatever happens on standard error."""
    done = run("get", ID, "--output", "json")
    assert done.returncode == 0
    assert same(json.loads(done.stdout), EXAMPLE)
    assert (done.stdout[:1], done.stdout[-2:]) == (b"{", b"}\n")
    assert done.stderr == b""


def test_yaml_reads_back_as_the_payload(run: Run) -> None:
    done = run("get", ID, "--output", "yaml")
    assert done.returncode == 0
    assert same(yaml.load(done.stdout, Loader=TextTimestamps), EXAMPLE)


def test_a_table_names_every_field(run: Run) -> None:
    done = run("get", ID)
    rows = dict(line.split(None, 1) for line in done.stdout.decode().splitlines())
    assert done.returncode == 0
    assert rows["name"] == EXAMPLE["name"]
    assert set(EXAMPLE) <= {name.split(".")[0].split("[")[0] for name in rows}


def test_text_beyond_ascii_leaves_as_utf8_under_any_locale(server: StandInServer, run: Run) -> None:
    for output in ("table", "json"):
        server.answer_next(Answer(status=200, body=json.dumps(EXAMPLE | {"name": "東京 \ud800"})))
        done = run("get", "a", "--output", output, LC_ALL="C", PYTHONIOENCODING="ascii")
        assert done.returncode == 0, done.stderr
        assert "東京 \\ud800".encode() in done.stdout


def test_a_name_cannot_steer_the_terminal(server: StandInServer, run: Run) -> None:
    server.add(EXAMPLE | {"id": "a", "name": "\x1b[2Jgone\nforged  row"})
    done = run("get", "a")
    assert b"\\x1b[2Jgone\\nforged  row" in done.stdout
    assert b"\x1b" not in done.stdout


def on_a_terminal(environment: dict[str, str], *arguments: str) -> bytes:
    master, slave = pty.openpty()
    subprocess.run([*COMMAND, *arguments], env=environment, stdout=slave, stderr=slave, timeout=60, check=True)
    os.close(slave)
    read = b""
    try:
        while chunk := os.read(master, 65536):
            read += chunk
    except OSError:  # Linux's way to say that nobody holds the other side any more
        pass
    finally:
        os.close(master)
    return read


def test_colour_is_for_terminals_only(environment: dict[str, str], run: Run) -> None:
    assert b"\x1b[" in on_a_terminal(environment, "get", ID)
    assert b"\x1b[" not in on_a_terminal(environment | {"NO_COLOR": "1"}, "get", ID)
    assert b"\x1b[" not in on_a_terminal(environment, "get", ID, "--output", "json")
    assert b"\x1b[" not in run("get", ID).stdout


STATUSES = [(400, 6), (401, 3), (403, 6), (404, 4), (409, 6), (418, 6), (422, 6)]


@pytest.mark.parametrize(("status", "exit_status"), STATUSES)
def test_an_answer_of_the_api_has_its_exit_status(
    server: StandInServer, run: Run, status: int, exit_status: int
) -> None:
    server.answer_next(Answer(status=status, body={"title": "Refused", "status": status}))
    done = run("get", ID)
    assert done.returncode == exit_status
    assert "Refused" in sentence(done)


def test_a_wait_too_long_is_rate_limited(server: StandInServer, run: Run) -> None:
    """A script learns at once that it should come back later, rather than hang for an hour."""
    server.answer_next(Answer.example(429, headers={"Retry-After": "3600"}))
    done = run("get", ID)
    assert done.returncode == 5
    assert "3600" in sentence(done)
    assert len(server.requests) == 1


def test_a_short_wait_is_explained_and_survived(server: StandInServer, run: Run) -> None:
    server.answer_next(Answer.example(429, headers={"Retry-After": "1"}))
    done = run("get", ID, "--output", "json")
    assert done.returncode == 0
    assert same(json.loads(done.stdout), EXAMPLE)
    assert b"429" in done.stderr


def test_a_success_that_is_not_json_is_an_api_error(server: StandInServer, run: Run) -> None:
    server.answer_next(Answer(status=200, headers={"Content-Type": "text/html"}, body="<h1>Sign in</h1>"))
    done = run("get", ID)
    assert done.returncode == 6
    sentence(done)


def test_nobody_there_is_a_connection_error(run: Run) -> None:
    with StandInServer() as gone:
        url = gone.base_url
    done = run("get", ID, "--base-url", url)
    assert done.returncode == 7
    sentence(done)


def test_no_answer_in_time_is_a_connection_error(server: StandInServer, run: Run) -> None:
    server.answer_next(*[Answer(status=200, body=EXAMPLE, delay=30.0)] * 5)
    done = run("get", ID, "--timeout", "0.2")
    assert done.returncode == 7
    assert "in time" in sentence(done)


@pytest.mark.parametrize(
    ("arguments", "variables", "says"),
    [
        (["get", ID], {"ARIZE_API_KEY": ""}, "ARIZE_API_KEY"),
        (["get", ""], {}, "id"),
        (["get", ID, "--region", "a/b"], {}, "region"),
        (["get", ID, "--region", "eu-west-1a", "--host", "x.example"], {}, "host"),
        (["get", ID, "--base-url", "http://arize.example"], {}, "http"),
        (["get", ID, "--timeout", "-1"], {}, "timeout"),
    ],
)
def test_a_wrong_configuration_is_said_before_anything_is_sent(
    server: StandInServer, run: Run, arguments: list[str], variables: dict[str, str], says: str
) -> None:
    done = run(*arguments, **variables)
    assert done.returncode == 2
    assert says in sentence(done)
    assert server.requests == []


@pytest.mark.parametrize(
    "arguments", [[], ["get"], ["fetch", ID], ["get", ID, "--output", "xml"], ["get", ID, "--colour"]]
)
def test_wrong_usage_shows_the_usage(run: Run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stdout == b""
    assert b"usage: arize-integrations" in done.stderr


def test_a_missing_yaml_package_is_said_before_anything_is_sent(
    server: StandInServer, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "yaml.py").write_text("raise ImportError\n")
    done = run("get", ID, "--output", "yaml", PYTHONPATH=str(tmp_path))
    assert done.returncode == 2
    assert "pip install 'arize-integrations[cli]'" in sentence(done)
    assert server.requests == []


def test_the_sdk_works_without_the_cli_extra(run: Run, tmp_path: Path) -> None:
    for name in ("yaml", "shtab"):
        (tmp_path / f"{name}.py").write_text("raise ImportError\n")
    assert same(json.loads(run("get", ID, "--output", "json", PYTHONPATH=str(tmp_path)).stdout), EXAMPLE)
    done = run("--print-completion", "bash", PYTHONPATH=str(tmp_path))
    assert done.returncode == 2
    assert "shtab" in sentence(done)


def test_the_version_is_the_packages(run: Run) -> None:
    assert run("--version").stdout.decode() == f"arize-integrations {__version__}\n"


def test_help_documents_the_exit_statuses(run: Run) -> None:
    for arguments in (["--help"], ["get", "--help"]):
        done = run(*arguments)
        assert done.returncode == 0
        assert b"5  rate limited" in done.stdout


def test_the_installed_command_is_the_module(environment: dict[str, str]) -> None:
    script = Path(sys.executable).with_name("arize-integrations")
    done = subprocess.run(
        [script, "get", ID, "--output", "json"], env=environment, capture_output=True, timeout=60, check=True
    )
    assert same(json.loads(done.stdout), EXAMPLE)


def test_bash_completes_options_and_their_values(run: Run, tmp_path: Path) -> None:
    script = tmp_path / "completion.bash"
    script.write_bytes(run("--print-completion", "bash").stdout)
    ask = f"source {script}; COMP_WORDS=(arize-integrations get x --output ''); COMP_CWORD=4; "
    ask += '"$(complete -p arize-integrations | sed "s/.*-F \\([^ ]*\\).*/\\1/")"; printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run(["bash", "-c", ask], capture_output=True, text=True, timeout=60, check=True)
    assert {"table", "json", "yaml"} <= set(done.stdout.split())


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


def test_a_reader_that_leaves_is_no_error(environment: dict[str, str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with subprocess.Popen([*COMMAND, "get", ID], env=environment, stdout=writer, stderr=subprocess.PIPE) as process:
        os.close(writer)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (141, b"")


def test_the_key_is_never_shown(server: StandInServer, run: Run) -> None:
    server.answer_next(Answer(status=400, body={"title": f"bad key {server.api_key}", "status": 400}))
    done = run("get", ID)
    assert server.api_key.encode() not in done.stdout + done.stderr
