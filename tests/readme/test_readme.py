"""What README and docs show is what happens.

Each Python block runs as a person would run it: alone, in a process of its own, with a key and an endpoint in the
environment. A `text` block that follows it at once is what it prints.
"""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from markdown_it import MarkdownIt

import arize_integrations
from arize_integrations import testing
from arize_integrations.testing import StandInServer
from arize_integrations_api import models

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


# What the pages show, served as it stood when they were written: a newer document may have another example.
SHOWN: dict[str, Any] = {
    "id": "TGxtSW50ZWdyYXRpb246MTI6YUJjRA==",
    "type": "llm",
    "name": "Production OpenAI",
    "scopings": [{"organization_id": None, "space_id": None}],
    "created_at": "2026-02-13T21:27:19.055Z",
    "updated_at": "2026-02-13T21:27:19.279Z",
    "created_by_user_id": "VXNlcjoxOm5OYkM=",
    "config": {
        "provider": "openAI",
        "has_api_key": True,
        "is_default_models_enabled": True,
        "is_function_calling_enabled": True,
    },
}


class Block(NamedTuple):
    page: Path
    line: int
    code: str
    output: str | None

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(language: str) -> Iterator[Block]:
    for page in PAGES:
        tokens = MarkdownIt().parse(page.read_text(encoding="utf-8"))
        for token, after in zip(tokens, [*tokens[1:], None], strict=True):
            if token.type == "fence" and token.info == language and token.map:
                prints = after.content if after and after.type == "fence" and after.info == "text" else None
                yield Block(page, token.map[0] + 1, token.content, prints)


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    with StandInServer(integrations=[SHOWN]) as server:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("ARIZE_")}
        yield inherited | {"ARIZE_API_KEY": server.api_key, "ARIZE_BASE_URL": server.base_url}


def run(*command: str | Path, environment: dict[str, str], folder: Path) -> str:
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("block", list(blocks("python")), ids=str)
def test_a_python_example_does_what_it_shows(block: Block, environment: dict[str, str], tmp_path: Path) -> None:
    """The first thing a newcomer does is to copy and paste."""
    script = tmp_path / "test_example.py"
    script.write_text(block.code, encoding="utf-8")
    if "def test_" in block.code:
        run(
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            script,
            environment=environment,
            folder=tmp_path,
        )
        return
    printed = run(sys.executable, "-W", "error", script, environment=environment, folder=tmp_path)
    if block.output is not None:
        assert printed == block.output


def commands() -> Iterator[tuple[str, str]]:
    for language in ("sh", "console"):
        for block in blocks(language):
            for number, line in enumerate(block.code.splitlines()):
                yield f"{block.page.relative_to(ROOT)}:{block.line + 1 + number}", line


COMMANDS = sorted({line for _, line in commands()})


@pytest.mark.parametrize(
    "command", [line for line in COMMANDS if re.match(r"(arize-integrations|python -m arize)", line)]
)
def test_a_command_of_ours_works(command: str, environment: dict[str, str], tmp_path: Path) -> None:
    """Run by a real shell, home folder and all."""
    (tmp_path / ".local/share/bash-completion/completions").mkdir(parents=True)
    path = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    run("bash", "-c", command, environment=environment | {"HOME": str(tmp_path), "PATH": path}, folder=tmp_path)


def test_a_make_command_has_a_target() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {line.split()[1] for line in COMMANDS if line.startswith("make ")}
    assert named
    assert named <= targets


def test_what_is_installed_is_offered() -> None:
    """`make build` installs the wheel with each extra; here, that no page names another one."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    installed = {line.removeprefix("pip install").strip(' "') for line in COMMANDS if line.startswith("pip install")}
    offered = {project["name"], *(f"{project['name']}[{extra}]" for extra in project["optional-dependencies"])}
    assert installed
    assert installed <= offered


def test_every_shell_command_is_of_a_kind_that_is_tested() -> None:
    known = (
        "arize-integrations ",
        "python -m arize_integrations",
        "make ",
        "pip install ",
        "export ",
        "git ",
        "mkdir ",
        "#",
    )
    assert [line for line in COMMANDS if line and not line.startswith(known)] == []


def test_the_reference_has_an_entry_for_every_public_name() -> None:
    """A class that is not looked up is not found; the models have theirs together."""
    pages = "".join(page.read_text(encoding="utf-8") for page in (ROOT / "docs/reference").glob("*.md"))
    entries = set(re.findall(r"^::: \S+\.(\w+)$", pages, re.MULTILINE))
    public = {*arize_integrations.__all__, *testing.__all__}  # type: ignore[attr-defined]
    assert "arize_integrations_api.models" in pages
    assert public - set(models.__all__) - {"Unset", "__version__", "Body", "Drop", "Model"} <= entries


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_link_to_a_file_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_folder_of_tests_is_listed_for_newcomers() -> None:
    """Nobody adds a test to a folder that they have not heard of."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    row = next(line for line in page.splitlines() if line.startswith("| `tests/` |"))
    there = {path.parent.name for path in (ROOT / "tests").glob("*/test_*.py")}
    assert sorted(re.findall(r"`(\w+)`", row)) == sorted(there)
