"""`plan`, `apply` and `export`: an account as a file says."""

import contextlib
import json
import os
import pty
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from arize_integrations.declarative.document import integration_types
from arize_integrations.testing import Answer, StandInServer
from arize_integrations_api.contract import OPERATIONS
from tests.cli.shell import COMMAND, EXAMPLE, Run, sentence
from tests.operations import CREATE, example_requests

if CREATE not in OPERATIONS:
    pytest.skip("the document has no create", allow_module_level=True)

BODIES: list[dict[str, Any]] = [body for body in example_requests(CREATE) if "${" not in json.dumps(body)]


@pytest.fixture
def server() -> Any:
    with StandInServer([]) as server:
        yield server


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"integrations": BODIES}, indent=1))
    return str(path)


def writes(server: StandInServer) -> list[str]:
    return [request.method for request in server.requests if request.method != "GET"]


def test_a_plan_is_shown_and_changes_nothing(server: StandInServer, run: Run, file: str) -> None:
    done = run("plan", "-f", file)
    assert done.returncode == 0, done.stderr
    assert f"{len(BODIES)} to create" in done.stdout.decode()
    for body in BODIES:
        assert body["name"] in done.stdout.decode()
    assert writes(server) == []


def test_applying_does_what_the_plan_says_and_a_second_time_nothing(server: StandInServer, run: Run, file: str) -> None:
    done = run("apply", "-f", file, "--yes")
    assert done.returncode == 0, done.stderr
    assert {each["name"] for each in server.integrations} == {body["name"] for body in BODIES}
    assert done.stderr.decode().count("Created ") == len(BODIES)
    written = len(writes(server))
    again = run("apply", "-f", file, "--yes")
    assert (again.returncode, again.stderr) == (0, b"")
    assert b"Nothing to do" in again.stdout
    assert len(writes(server)) == written


def test_check_says_with_its_status_whether_something_would_change(server: StandInServer, run: Run, file: str) -> None:
    assert run("plan", "-f", file, "--check").returncode == 8
    run("apply", "-f", file, "-y", "-q")
    assert run("plan", "-f", file, "--check").returncode == 0
    assert run("plan", "-f", file, "--check", "--rotate-secrets").returncode == 8
    assert run("plan", "-f", file).returncode == 0


@pytest.mark.parametrize("output", ["json", "yaml"])
def test_a_plan_is_data_too(server: StandInServer, run: Run, file: str, output: str) -> None:
    yaml = pytest.importorskip("yaml")
    done = run("plan", "-f", file, "-o", output)
    plan = yaml.safe_load(done.stdout)
    assert [(each["action"], each["name"]) for each in plan["changes"]] == [("create", body["name"]) for body in BODIES]


def test_a_plan_is_markdown_that_can_be_a_comment(server: StandInServer, run: Run, file: str) -> None:
    done = run("plan", "-f", file, "-o", "markdown")
    assert "```" in done.stdout.decode()
    assert len(done.stdout) < 65_536


def test_what_was_applied_is_data_too(server: StandInServer, run: Run, file: str) -> None:
    done = run("apply", "-f", file, "--yes", "-o", "json")
    assert [each["name"] for each in json.loads(done.stdout)["changes"]] == [body["name"] for body in BODIES]


def test_files_may_stand_behind_the_option_and_be_several(server: StandInServer, run: Run, tmp_path: Path) -> None:
    """As `-f *.json` becomes."""
    for number, body in enumerate(BODIES[:3]):
        (tmp_path / f"{number}.json").write_text(json.dumps([body]))
    names = [str(tmp_path / f"{number}.json") for number in range(3)]
    for arguments in (["-f", *names], ["-f", names[0], "-f", names[1], names[2]], names):
        assert b"3 to create" in run("plan", *arguments).stdout


def test_prune_deletes_what_is_in_no_file(server: StandInServer, run: Run, file: str) -> None:
    server.add(BODIES[0]["type"], name="stray")
    assert b"delete" not in run("plan", "-f", file).stdout
    assert b"1 to delete" in run("plan", "-f", file, "--prune").stdout
    assert run("apply", "-f", file, "--prune", "--yes").returncode == 0
    assert "stray" not in {each["name"] for each in server.integrations}


def test_deleting_much_has_to_be_forced(server: StandInServer, run: Run, tmp_path: Path) -> None:
    for number in range(9):
        server.add(BODIES[0]["type"], name=f"stray {number}")
    (tmp_path / "a.json").write_text(json.dumps(BODIES[:1]))
    arguments = ("apply", "-f", str(tmp_path / "a.json"), "--prune", "--yes")
    done = run(*arguments)
    assert done.returncode == 2
    assert b"--force" in done.stderr
    assert writes(server) == []
    assert run(*arguments, "--force").returncode == 0
    assert len(server.integrations) == 1


def test_what_cannot_be_changed_wants_replace(server: StandInServer, run: Run, tmp_path: Path) -> None:
    pair = next(
        (
            (one, two)
            for one in BODIES
            for two in BODIES
            if one["type"] == two["type"] and one["config"].get("provider", "") != two["config"].get("provider", "")
        ),
        None,
    )
    if pair is None:
        pytest.skip("no type has two providers")
    server.add(pair[0] | {"name": "x"})
    (tmp_path / "a.json").write_text(json.dumps([pair[1] | {"name": "x"}]))
    arguments = ("apply", "-f", str(tmp_path / "a.json"), "--yes")
    done = run(*arguments)
    assert done.returncode == 2
    assert b"--replace" in done.stderr
    assert run(*arguments, "--replace").returncode == 0
    assert server.integrations[0]["config"]["provider"] == pair[1]["config"]["provider"]


def test_some_failures_have_a_status_of_their_own(server: StandInServer, run: Run, file: str) -> None:
    server.answer_next(Answer(422, body={"title": "Refused", "detail": "No such model."}), to="create")
    done = run("apply", "-f", file, "--yes")
    assert done.returncode == 9
    assert b"No such model." in done.stderr
    assert len(server.integrations) == len(BODIES) - 1
    error = json.loads(run("apply", "-f", file, "--yes", "-o", "json", "-q").stdout)
    assert len(error["changes"]) == 1


def test_failures_are_json_too(server: StandInServer, run: Run, file: str) -> None:
    server.answer_next(Answer(422, body={"title": "Refused", "detail": "No such model."}), to="create")
    done = run("apply", "-f", file, "--yes", "-o", "json", "-q")
    error = json.loads(done.stderr)["error"]
    assert error["exit_status"] == 9
    [failure] = error["failures"]
    assert failure["action"] == "create"
    assert failure["error"]["status"] == 422
    made = json.loads(done.stdout)["changes"]
    assert len(made) == len(BODIES) - 1
    assert failure["name"] not in {change["name"] for change in made}


def test_an_entry_that_cannot_be_right_names_file_line_and_place(
    server: StandInServer, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "good.json").write_text(json.dumps(BODIES[:2]))
    (tmp_path / "bad.json").write_text(json.dumps([BODIES[3], {"name": 7, **without(BODIES[2], "name")}], indent=1))
    done = run("plan", "-f", str(tmp_path / "good.json"), "-f", str(tmp_path / "bad.json"))
    assert done.returncode == 2
    assert re.match(rf"{tmp_path}/bad.json:\d+: integrations\[1\]\.name ", sentence(done))
    assert server.requests == []


def test_two_of_one_name_are_named_with_their_lines(server: StandInServer, run: Run, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(json.dumps(BODIES[:1]))
    done = run("plan", "-f", str(tmp_path / "a"), "-f", str(tmp_path / "b"))
    title = f"{BODIES[0]['type']} {BODIES[0]['name']}"
    assert sentence(done) == f"{tmp_path}/b:1: integrations[0] is {title} again, after {tmp_path}/a:1: integrations[0]."


def test_a_secret_of_the_file_is_in_nothing_that_is_shown(server: StandInServer, run: Run, file: str) -> None:
    secrets = re.findall(r"not-a-real-[\w-]+", Path(file).read_text())
    outputs = [run("plan", "-f", file, "-o", output).stdout for output in ("table", "json", "yaml", "markdown")]
    done = run("apply", "-f", file, "--yes")
    for text in (*outputs, done.stdout, done.stderr):
        assert not any(secret.encode() in text for secret in secrets)


def test_a_terminal_is_asked_and_shown_colours(server: StandInServer, environment: dict[str, str], file: str) -> None:
    for answer, status, count in [("n", 1, 0), ("y", 0, len(BODIES))]:
        master, slave = pty.openpty()
        with subprocess.Popen(
            [*COMMAND, "apply", "-f", file], env=environment, stdin=slave, stdout=slave, stderr=slave
        ) as process:
            os.close(slave)
            shown = b""
            while b"Apply this? [y/N]" not in shown:
                shown += os.read(master, 65536)
            os.write(master, f"{answer}\n".encode())
            with contextlib.suppress(OSError):  # Linux's way to say that nobody holds the other side any more
                while os.read(master, 65536):
                    pass
            assert process.wait(timeout=30) == status
        os.close(master)
        assert b"\x1b[32m" in shown
        assert len(server.integrations) == count


# Export


def test_what_was_exported_is_planned_as_nothing_to_do(
    server: StandInServer, run: Run, file: str, tmp_path: Path
) -> None:
    run("apply", "-f", file, "--yes", "-q")
    for output in ("yaml", "json"):
        done = run("export", "-o", output)
        assert done.returncode == 0, done.stderr
        (tmp_path / f"exported.{output}").write_bytes(done.stdout)
        variables = dict.fromkeys(re.findall(r"(?<!\$)\$\{(\w+)\}", done.stdout.decode()), "something")
        planned = run("plan", "-f", str(tmp_path / f"exported.{output}"), "--prune", "--check", **variables)
        assert planned.returncode == 0, planned.stdout.decode() + planned.stderr.decode()
        assert b"Nothing to do" in planned.stdout


def test_an_export_brings_an_empty_account_to_the_same(
    server: StandInServer, run: Run, file: str, tmp_path: Path
) -> None:
    run("apply", "-f", file, "--yes", "-q")
    text = run("export").stdout
    (tmp_path / "exported.yaml").write_bytes(text)
    variables = dict.fromkeys(re.findall(r"(?<!\$)\$\{(\w+)\}", text.decode()), "something")
    with StandInServer([]) as other:
        done = run("apply", "-f", str(tmp_path / "exported.yaml"), "-y", ARIZE_BASE_URL=other.base_url, **variables)
        assert done.returncode == 0, done.stderr
        again = json.loads(run("export", "-o", "json", "-q", ARIZE_BASE_URL=other.base_url).stdout)
    first = json.loads(run("export", "-o", "json", "-q").stdout)
    # Headers whose names nobody tells are not there any more; the rest is, in whatever order it was created.
    assert by_name(without_variables(again)) == by_name(without_variables(first))


def without(value: dict[str, Any], key: str) -> dict[str, Any]:
    return {each: member for each, member in value.items() if each != key}


def without_variables(value: Any) -> Any:
    """Names of variables depend on what else has taken one."""
    return json.loads(re.sub(r"\$\{\w+\}", "variable", json.dumps(value)))


def by_name(exported: Any) -> list[Any]:
    return sorted(exported["integrations"], key=lambda each: str(each["name"]))


def test_an_export_may_be_of_one_type(server: StandInServer, run: Run, file: str) -> None:
    run("apply", "-f", file, "--yes", "-q")
    for type_ in integration_types():
        exported = json.loads(run("export", "--type", type_, "-o", "json").stdout)["integrations"]
        assert {each["type"] for each in exported} == {type_}
        assert {each["name"] for each in exported} == {body["name"] for body in BODIES if body["type"] == type_}


def test_an_unknown_type_is_left_out_and_said(server: StandInServer, run: Run) -> None:
    server.add({**EXAMPLE, "id": "x", "type": "NEWER", "name": "strange"})
    done = run("export")
    assert b"# Left out: NEWER strange." in done.stdout
    done = run("export", "-o", "json", "-q")
    assert json.loads(done.stdout) == {"integrations": []}
