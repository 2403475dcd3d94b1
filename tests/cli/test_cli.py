"""The command line, as a shell sees it: real processes against the stand-in."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from arize_integrations import __version__
from arize_integrations.testing import Answer, StandInServer
from tests.cli.shell import EXAMPLE, ID, Run, same, sentence

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
    for option in ("--help", "--version"):
        assert run(option, PYTHONPATH=str(tmp_path)).returncode == 0


def test_the_version_is_the_packages(run: Run) -> None:
    assert run("--version").stdout.decode() == f"arize-integrations {__version__}\n"


def test_help_documents_the_exit_statuses(run: Run) -> None:
    for arguments in (["--help"], ["get", "--help"]):
        done = run(*arguments)
        assert done.returncode == 0
        for status in ("0  found", "5  rate limited", "74  the answer", "130  interrupted", "141  the reader"):
            assert status in done.stdout.decode()


def test_the_installed_command_is_the_module(environment: dict[str, str]) -> None:
    script = Path(sys.executable).with_name("arize-integrations")
    done = subprocess.run(
        [script, "get", ID, "--output", "json"], env=environment, capture_output=True, timeout=60, check=True
    )
    assert same(json.loads(done.stdout), EXAMPLE)


def test_the_key_is_never_shown(server: StandInServer, run: Run) -> None:
    server.answer_next(Answer(status=400, body={"title": f"bad key {server.api_key}", "status": 400}))
    done = run("get", ID)
    assert server.api_key.encode() not in done.stdout + done.stderr


@pytest.mark.parametrize("arguments", [("-abc",), ("-abc", "--output", "json"), (ID, "-abc")])
def test_an_id_that_begins_with_a_dash_is_shown_its_way(run: Run, arguments: tuple[str, ...]) -> None:
    """It looks like an option, and argparse says no more than that there is no id."""
    done = run("get", *arguments)
    assert done.returncode == 2
    assert done.stderr.endswith(
        b"\nAn id that begins with a dash goes after two of them: arize-integrations get -- -abc\n"
    )
    assert b"get -- -abc" in run("get", "--help").stdout
    assert b"get -- -abc" not in run("get", ID, "--output", "xml").stderr


def test_an_id_after_two_dashes_is_an_id(server: StandInServer, run: Run) -> None:
    server.add(EXAMPLE | {"id": "-abc"})
    assert run("get", "--", "-abc").returncode == 0
