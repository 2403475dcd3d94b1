"""Completion in the shells themselves: as the guide says to install it, quick, and silent whatever goes wrong."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from arize_integrations._cli import completion
from arize_integrations.declarative.document import has_list, integration_types, providers_of
from arize_integrations.testing import Answer, StandInServer
from arize_integrations_api.contract import OPERATIONS
from tests.cli.shell import EXAMPLE, ID, Run
from tests.operations import CREATE

GUIDE = Path(__file__).parents[2] / "docs/guide/command-line.md"
VARIABLE = "_ARIZE_INTEGRATIONS_COMPLETE"
needs_list = pytest.mark.skipif(not has_list(), reason="the document has no list")


def completed(run: Run, words: str, **variables: str) -> list[str]:
    """What bash is offered for the last word."""
    count = str(len(words.split(" ")) - 1)
    done = run(**{VARIABLE: "bash_complete", "COMP_WORDS": words, "COMP_CWORD": count}, **variables)
    assert done.stderr == b""
    return [line.partition(",")[2] for line in done.stdout.decode().splitlines() if line]


def test_commands_options_and_their_values_complete(run: Run) -> None:
    assert {"list", "get", "stand-in"} <= set(completed(run, "arize-integrations "))
    assert completed(run, "arize-integrations pl") == ["plan"]
    assert "--prune" in completed(run, "arize-integrations plan --p")
    assert completed(run, "arize-integrations plan --output m") == ["markdown"]


def test_types_and_providers_complete_from_the_document(run: Run) -> None:
    types = integration_types()
    assert completed(run, "arize-integrations template nosuch ") == []
    assert completed(run, "arize-integrations template ") == types
    assert completed(run, "arize-integrations list --type ") == types
    for type_ in types if CREATE in OPERATIONS else ():
        assert completed(run, f"arize-integrations template {type_} ") == providers_of(type_)


@needs_list
def test_names_and_ids_complete_from_the_account(server: StandInServer, run: Run) -> None:
    server.add({**EXAMPLE, "id": "other", "name": "it's two words"})
    server.add({**EXAMPLE, "id": "evil", "name": "evil\x1b[2J\n"})
    offered = completed(run, "arize-integrations get ")
    assert any("two words" in each for each in offered)
    assert not any("\x1b" in each for each in offered)
    assert completed(run, f"arize-integrations get {ID[:6]}") == [ID]
    assert completed(run, "arize-integrations delete nosuch") == []


@needs_list
@pytest.mark.parametrize("problem", ["no key", "wrong key", "nobody there", "slow", "no JSON"])
def test_whatever_goes_wrong_nothing_is_offered_within_a_second(server: StandInServer, run: Run, problem: str) -> None:
    variables = {"no key": {"ARIZE_API_KEY": ""}, "wrong key": {"ARIZE_API_KEY": "wrong"}}.get(problem, {})
    if problem == "nobody there":
        variables = {"ARIZE_BASE_URL": "http://127.0.0.1:9"}
    answers = {"slow": Answer(delay=5.0), "no JSON": Answer(body="<h1>Sign in</h1>")}
    if problem in answers:
        server.answer_always(answers[problem])
    before = time.monotonic()
    assert completed(run, "arize-integrations get ", **variables) == []
    assert time.monotonic() - before < 1.0


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_guides_commands_install_it_in_an_empty_home(
    environment: dict[str, str], tmp_path: Path, shell: str
) -> None:
    """A fresh machine has none of the folders."""
    commands = re.search(rf"```{shell}\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    assert commands
    path = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    env = environment | {"HOME": str(tmp_path), "PATH": path}
    subprocess.run(["bash", "-ec", commands[1]], env=env, cwd=tmp_path, timeout=60, check=True)
    written = [file for file in tmp_path.rglob("*arize-integrations*") if file.is_file()]
    assert [VARIABLE.encode() in file.read_bytes() for file in written] == [True]


@needs_list
@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash")
def test_bash_inserts_a_name_with_spaces_as_one_word(
    server: StandInServer, environment: dict[str, str], run_alone: Run, tmp_path: Path
) -> None:
    server.add({**EXAMPLE, "id": "other", "name": "it's $HOME"})
    script = tmp_path / "completion.bash"
    script.write_bytes(run_alone(**{VARIABLE: "bash_source"}).stdout)
    ask = f"source {script}; COMP_WORDS=(arize-integrations get it); COMP_CWORD=2; "
    ask += '_arize_integrations_completion arize-integrations; eval "printf %s ${COMPREPLY[0]}"'
    path = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(
        ["bash", "-c", ask], env=environment | {"PATH": path}, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "it's $HOME"


def test_a_document_that_creates_nothing_has_no_providers_to_offer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(OPERATIONS, CREATE, raising=False)
    assert completion.providers(click.Context(click.Command("template")), click.Argument(["provider"]), "") == []


def test_a_shell_it_knows_nothing_of_is_an_error(run: Run) -> None:
    assert run(**{VARIABLE: "nosuch_source"}).returncode == 1
