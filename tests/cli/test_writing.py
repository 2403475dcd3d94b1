"""`create`, `update` and `delete`."""

import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from arize_integrations import _cli
from arize_integrations._cli.shell import Shell
from arize_integrations.testing import Answer, StandInServer
from arize_integrations_api.contract import OPERATIONS
from tests.cli.shell import COMMAND, EXAMPLE, ID, Run, sentence
from tests.operations import CREATE, DELETE, UPDATE, example_requests

# Under names that the stand-in's own integration does not have.
BODIES: list[dict[str, Any]] = [body | {"name": f"{body['name']} 2"} for body in example_requests(CREATE)]
needs_create = pytest.mark.skipif(CREATE not in OPERATIONS, reason="the document has no create")
needs_update = pytest.mark.skipif(UPDATE not in OPERATIONS, reason="the document has no update")
needs_delete = pytest.mark.skipif(DELETE not in OPERATIONS, reason="the document has no delete")


def sent(server: StandInServer) -> Any:
    return json.loads(server.requests[-1].body)


@needs_create
@pytest.mark.parametrize("body", BODIES, ids=lambda body: str(body.get("name")))
@pytest.mark.parametrize("name", ["a.json", "-"])
def test_what_is_in_the_file_is_created(
    server: StandInServer, run: Run, tmp_path: Path, body: dict[str, Any], name: str
) -> None:
    (tmp_path / "a.json").write_text(json.dumps(body))
    file = name if name == "-" else str(tmp_path / name)
    done = run("create", "-f", file, "-o", "json", stdin=json.dumps(body))
    assert done.returncode == 0, done.stderr
    assert sent(server) == body
    assert json.loads(done.stdout)["name"] == body["name"]
    assert body["name"] in json.loads(done.stderr)["message"]


@needs_create
def test_a_variable_of_the_file_is_sent_and_shown_nowhere(server: StandInServer, run: Run, tmp_path: Path) -> None:
    body, path, secret = with_a_secret()
    (tmp_path / "a.json").write_text(json.dumps(body).replace(secret, "${SECRET_VALUE}"))
    for answer in ([], [Answer(400, body={"detail": "bad key sk-not-to-be-seen"})]):
        server.answer_next(*answer)
        done = run("create", "-f", str(tmp_path / "a.json"), SECRET_VALUE="sk-not-to-be-seen")
        assert at(sent(server), path) == "sk-not-to-be-seen"
        assert b"not-to-be-seen" not in done.stdout + done.stderr


@needs_create
def test_a_missing_variable_is_said_with_its_place_before_anything_is_sent(
    server: StandInServer, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_text("type: x\nname: ${NO_NAME}\nconfig:\n  key: ${NO_KEY}\n")
    done = run("create", "-f", str(tmp_path / "a.yaml"))
    assert done.returncode == 2
    assert done.stderr.decode().splitlines() == [
        f"arize-integrations: {tmp_path}/a.yaml:2: name needs the variable NO_NAME, which is not set.",
        f"arize-integrations: {tmp_path}/a.yaml:4: config.key needs the variable NO_KEY, which is not set.",
    ]
    assert server.requests == []


@needs_create
def test_a_request_that_cannot_be_right_names_file_line_and_place(
    server: StandInServer, run: Run, tmp_path: Path
) -> None:
    body = {key: value for key, value in BODIES[0].items() if key != "name"}
    (tmp_path / "a.json").write_text(json.dumps({"name": 7, **body}, indent=1))
    done = run("create", "-f", str(tmp_path / "a.json"))
    assert done.returncode == 2
    assert sentence(done).startswith(f"{tmp_path}/a.json:2: name ")
    assert run("create", "-f", "-", stdin=f"[{json.dumps(body)}]").stderr.startswith(
        b"arize-integrations: standard input:1: integrations[0].name "
    )
    assert server.requests == []


@needs_create
def test_options_alone_make_a_request(server: StandInServer, run: Run) -> None:
    body, path, secret = with_a_secret()
    options: list[str] = []
    for place, value in leaves(body):
        options += ["--set", f"{place}={value}"] if place != path else ["--set-from-env", f"{place}=THE_KEY"]
    done = run("create", *options, THE_KEY=secret)
    assert done.returncode == 0, done.stderr
    assert sent(server) == body


@needs_create
def test_options_go_before_the_file(server: StandInServer, run: Run) -> None:
    done = run("create", "-f", "-", "--set", "name=other", "-q", stdin=json.dumps(BODIES[0]))
    assert (done.returncode, done.stderr) == (0, b"")
    assert sent(server) == BODIES[0] | {"name": "other"}


@needs_create
def test_a_secret_as_an_argument_is_refused_with_the_remedy(server: StandInServer, run: Run) -> None:
    body, path, _ = with_a_secret()
    done = run("create", "-f", "-", "--set", f"{path}=sk-not-to-be-seen", stdin=json.dumps(body))
    assert done.returncode == 2
    assert f"{path} is a secret" in sentence(done)
    assert f"--set-from-env {path}=VARIABLE" in sentence(done)
    assert b"not-to-be-seen" not in done.stderr
    assert server.requests == []


@needs_create
@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--set", "name"], "--set takes PATH=VALUE"),
        (["--set", "=x"], "--set takes PATH=VALUE"),
        (["--set", "a..b=x"], "is no path"),
        (["--set-from-env", "name=NO_SUCH"], "name needs the variable NO_SUCH, which is not set."),
        (["--set-from-env", "name=EMPTY"], "name needs the variable EMPTY, which is empty."),
        (["--set-from-env", "name=ARIZE_API_KEY"], "ARIZE_API_KEY is the key of Arize AX itself"),
    ],
)
def test_an_option_that_cannot_be_used_says_why(run: Run, options: list[str], says: str) -> None:
    done = run("create", *options, EMPTY="")
    assert done.returncode == 2
    assert says.replace("is empty", "is not set") in done.stderr.decode()


@needs_update
def test_an_update_sends_what_is_given_and_the_type(server: StandInServer, run: Run) -> None:
    for name in (ID, EXAMPLE["name"]):
        done = run("update", name, "--set", "name=renamed", "-o", "json")
        assert done.returncode == 0, done.stderr
        assert sent(server) == {"type": EXAMPLE["type"], "name": "renamed"}
        assert json.loads(done.stdout)["name"] == "renamed"
        run("update", ID, "--set", f"name={EXAMPLE['name']}")


@needs_update
def test_an_update_takes_a_file(server: StandInServer, run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("name: ${NEW_NAME}\n")
    assert run("update", ID, "-f", str(tmp_path / "a.yaml"), NEW_NAME="new").returncode == 0
    assert sent(server)["name"] == "new"


@needs_update
def test_an_update_with_nothing_to_change_is_refused(server: StandInServer, run: Run) -> None:
    done = run("update", ID, "-f", "-", stdin="{}")
    assert done.returncode == 2
    assert "nothing to change" in sentence(done)
    assert {request.method for request in server.requests} == {"GET"}


@needs_delete
def test_yes_deletes_without_a_question(server: StandInServer, run: Run) -> None:
    other = server.add(EXAMPLE | {"id": "other", "name": "second"})
    done = run("delete", ID, "second", "--yes")
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr.decode().splitlines() == [
        f"arize-integrations: Deleted {EXAMPLE['type']} {EXAMPLE['name']} ({ID}).",
        f"arize-integrations: Deleted {EXAMPLE['type']} second ({other['id']}).",
    ]
    assert server.integrations == []


@needs_delete
def test_all_are_looked_up_before_the_first_is_deleted(server: StandInServer, run: Run) -> None:
    assert run("delete", ID, "nosuch", "--yes").returncode == 4
    assert len(server.integrations) == 1


@needs_delete
def test_what_was_deleted_is_data_too(server: StandInServer, run: Run) -> None:
    server.add(EXAMPLE | {"id": "other", "name": "second"})
    server.answer_next(Answer(409, body={"title": "In use"}), to="delete", integration_id="other")
    done = run("delete", ID, "second", "--yes", "-o", "json", "-q")
    assert done.returncode == 9
    assert [each["id"] for each in json.loads(done.stdout)] == [ID]
    assert json.loads(done.stderr)["error"]["status"] == 409


@needs_delete
def test_one_that_is_given_twice_is_deleted_once(server: StandInServer, run: Run) -> None:
    assert run("delete", ID, EXAMPLE["name"], "-y").returncode == 0
    assert [request.method for request in server.requests].count("DELETE") == 1


@needs_delete
def test_a_failure_among_several_holds_up_no_other(server: StandInServer, run: Run) -> None:
    server.add(EXAMPLE | {"id": "other", "name": "second"})
    server.answer_next(Answer(409, body={"title": "In use"}), to="delete", integration_id=ID)
    done = run("delete", ID, "second", "--yes")
    assert done.returncode == 9
    assert b"In use" in done.stderr
    assert [each["id"] for each in server.integrations] == [ID]
    server.answer_next(Answer(409, body={"title": "In use"}), to="delete")
    assert run("delete", ID, "--yes").returncode == 6


ANSWERS = [("y", 0), ("YES", 0), ("n", 1), ("", 1), ("yesterday", 1)]


@needs_delete
@pytest.mark.parametrize(("answer", "status"), ANSWERS)
def test_a_terminal_is_asked(server: StandInServer, environment: dict[str, str], answer: str, status: int) -> None:
    """The question is no data: it goes to standard error."""
    master, slave = pty.openpty()
    with subprocess.Popen([*COMMAND, "delete", ID], env=environment, stdin=slave, stdout=-1, stderr=slave) as process:
        os.close(slave)
        asked = b""
        while b"[y/N]" not in asked:
            asked += os.read(master, 1024)
        os.write(master, f"{answer}\n".encode())
        assert process.stdout
        assert process.stdout.read() == b""
        assert process.wait(timeout=30) == status
    os.close(master)
    assert f"Delete {EXAMPLE['type']} {EXAMPLE['name']} ({ID}) for good?" in asked.decode()
    assert len(server.integrations) == (0 if status == 0 else 1)


def test_an_end_of_input_is_no_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y"))
    assert Shell().confirm("Sure?")
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert not Shell().confirm("Sure?")
    monkeypatch.setattr(sys, "stdin", None)
    assert not Shell().confirm("Sure?")


def test_a_closed_standard_input_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert _cli.main(["create", "-f", "-"]) == 2
    assert "standard input: cannot be read: it is closed." in capsys.readouterr().err


def with_a_secret() -> tuple[dict[str, Any], str, str]:
    """A request of the document's examples, without lists and maps, with the place of its secret and the secret."""
    for body in BODIES:
        for place, value in leaves(body):
            if isinstance(value, str) and place.endswith(("api_key", "secret")) and "[" not in place:
                return body, place, value
    pytest.skip("no example of the document has a secret")


def at(value: Any, path: str) -> Any:
    for key in path.split("."):
        value = value[key]
    return value


def leaves(value: Any, path: str = "") -> Any:
    if isinstance(value, dict):
        for key, member in value.items():
            yield from leaves(member, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from leaves(member, f"{path}[{index}]")
    else:
        yield (
            path,
            {True: "true", False: "false", None: "null"}.get(value, value)
            if not isinstance(value, int | str) or isinstance(value, bool)
            else value,
        )
