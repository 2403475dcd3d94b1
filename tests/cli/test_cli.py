"""What every command has in common: exit statuses, usage, configuration."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from arize_integrations import __version__
from arize_integrations._cli.program import COMMANDS
from arize_integrations.testing import Answer, StandInServer
from tests.cli.shell import EXAMPLE, ID, Run, same, sentence
from tests.operations import CREATE, skip_without

STATUSES = [(400, 6), (401, 3), (403, 6), (409, 6), (418, 6), (422, 6)]


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


def test_a_wait_that_one_would_wonder_about_is_explained(server: StandInServer, run: Run) -> None:
    server.answer_next(Answer.example(429, headers={"Retry-After": "1"}))
    done = run("get", ID, "--output", "json")
    assert done.returncode == 0
    assert same(json.loads(done.stdout), EXAMPLE)
    assert "429" in json.loads(done.stderr)["message"]


def test_a_wait_that_nobody_notices_is_not(server: StandInServer, run: Run) -> None:
    """Else an `apply` that keeps to the server's pace would tell of little else."""
    server.answer_next(Answer.example(429, headers={"Retry-After": "0"}))
    done = run("get", ID)
    assert (done.returncode, done.stderr) == (0, b"")


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


CONFIGURATIONS: list[tuple[list[str], dict[str, str], str]] = [
    ([], {"ARIZE_API_KEY": ""}, "ARIZE_API_KEY is not set. Set it in the environment."),
    (["--region", "a/b"], {}, "--region must be one plain DNS label"),
    (["--region", "eu-west-1a", "--host", "x.example"], {}, "--region"),
    (["--host", "https://x.example"], {}, "--host must be a host alone"),
    (["--base-url", "http://arize.example"], {}, "--allow-http"),
    (["--base-url", "arize.example"], {}, "--base-url must begin with https://"),
    (["--timeout", "-1"], {}, "--timeout must be a number of seconds above 0"),
]


@pytest.mark.parametrize(("arguments", "variables", "says"), CONFIGURATIONS)
def test_a_wrong_configuration_is_said_before_anything_is_sent(
    server: StandInServer, run: Run, arguments: list[str], variables: dict[str, str], says: str
) -> None:
    done = run("get", ID, *arguments, **variables)
    assert done.returncode == 2
    assert says in sentence(done)
    assert server.requests == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["get"], "Missing argument 'ID-or-NAME...'"),
        (["fetch", ID], "No such command 'fetch'"),
        (["lst"], "Did you mean 'list'?"),
        (["get", ID, "--output", "xml"], "'xml' is not one of"),
        (["get", ID, "--colour"], "--colour"),
        (["list", "--limit", "0"], "--limit"),
        (["create"], "-f FILE or --set"),
        (["update", ID], "-f FILE or --set"),
        (["plan"], "-f FILE"),
        (["apply"], "--yes"),
        (["delete", ID], "--yes"),
    ],
)
def test_wrong_usage_shows_the_usage(server: StandInServer, run: Run, arguments: list[str], says: str) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"Usage: arize-integrations")
    assert says in done.stderr.decode()
    assert b"--help' says more." in done.stderr
    assert server.requests == []


def test_without_a_command_the_help_is_shown_as_wrong_usage(run: Run) -> None:
    done = run()
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == run("--help").stdout


@pytest.mark.parametrize("arguments", [("get", "nosuch"), ("get", ID, "--timeout", "-1"), ("get",), ("lst",)], ids=str)
@pytest.mark.parametrize("output", [["-o", "json"], ["--output", "json"], ["--output=json"], ["-ojson"]], ids=str)
def test_errors_are_json_if_the_output_is(run: Run, arguments: tuple[str, ...], output: list[str]) -> None:
    """Of wrong usage too, which is found before the options are read."""
    plain, done = run(*arguments), run(*arguments, *output)
    assert done.returncode == plain.returncode
    error = json.loads(done.stderr)["error"]
    assert error["exit_status"] == done.returncode
    assert error["message"] in plain.stderr.decode()
    assert error["type"]


def test_an_error_as_json_has_what_the_server_said(server: StandInServer, run: Run) -> None:
    server.answer_next(Answer(400, body={"title": "Refused", "detail": "No.", "error_code": "E7", "status": 400}))
    error = json.loads(run("get", ID, "-o", "json").stderr)["error"]
    assert (error["type"], error["status"], error["title"], error["detail"]) == (
        "BadRequestError",
        400,
        "Refused",
        "No.",
    )
    assert error["extensions"] == {"error_code": "E7"}


@pytest.mark.parametrize("missing", ["click", "rich", "yaml"])
def test_without_its_extra_the_command_says_how_to_get_it(run_alone: Run, tmp_path: Path, missing: str) -> None:
    (tmp_path / f"{missing}.py").write_text(f"raise ModuleNotFoundError(name={missing!r})\n")
    done = run_alone("get", ID, "-o", "yaml" if missing == "yaml" else "table", PYTHONPATH=str(tmp_path))
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.count(b"\n") == 1
    assert b"pip install 'arize-integrations[cli]'" in done.stderr


def test_another_module_that_is_missing_is_not_taken_for_the_extra(run_alone: Run, tmp_path: Path) -> None:
    """Else the person would install for ever what is there."""
    (tmp_path / "click.py").write_text("import nosuchmodule\n")
    assert b"nosuchmodule" in run_alone("get", ID, PYTHONPATH=str(tmp_path)).stderr


def test_the_version_is_the_packages(run: Run) -> None:
    assert run("--version").stdout.decode() == f"arize-integrations {__version__}\n"


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_documents_the_exit_statuses(run: Run, command: str) -> None:
    done = run(*command.split(), "--help")
    assert (done.returncode, done.stderr) == (0, b"")
    for status in ("0  done", "5  rate limited", "8  plan --check", "74  the output", "130  interrupted"):
        assert status in done.stdout.decode()


def test_the_installed_command_is_the_module(environment: dict[str, str]) -> None:
    script = Path(sys.executable).with_name("arize-integrations")
    done = subprocess.run(
        [script, "get", ID, "--output", "json"], env=environment, capture_output=True, timeout=60, check=True
    )
    assert same(json.loads(done.stdout), EXAMPLE)


def test_the_key_is_never_shown(server: StandInServer, run: Run) -> None:
    for status in (400, 200):
        answer: Any = {"title": f"bad key {server.api_key}", "status": 400} if status == 400 else "<" + server.api_key
        server.answer_next(Answer(status=status, body=answer))
        for output in ("table", "json"):
            done = run("get", ID, "-o", output)
            assert server.api_key.encode() not in done.stdout + done.stderr


@pytest.mark.parametrize("arguments", [("-abc",), ("-abc", "--output", "csv"), (ID, "-abc")])
def test_an_id_that_begins_with_a_dash_is_shown_its_way(run: Run, arguments: tuple[str, ...]) -> None:
    """It looks like an option, and click says no more than that there is no such option."""
    done = run("get", *arguments)
    assert done.returncode == 2
    assert (
        b"\nA name or id that begins with a dash goes after two of them: arize-integrations get -- -abc\n"
        in done.stderr
    )


def test_a_name_after_two_dashes_is_a_name(server: StandInServer, run: Run) -> None:
    server.add(EXAMPLE | {"id": "-abc", "name": "-abc"})
    assert run("get", "--", "-abc").returncode == 0


def test_a_template_and_its_schema_need_no_key(run: Run) -> None:
    skip_without(CREATE)
    assert run("template", ARIZE_API_KEY="").stdout.startswith(b"# Integrations of Arize AX")
    assert "definitions" in json.loads(run("template", "--json-schema", ARIZE_API_KEY="").stdout)
    done = run("template", "nosuch")
    assert done.returncode == 2
    assert "The document has no type 'nosuch'" in sentence(done)
