"""What README and docs show is what happens.

Each Python block runs as a person would run it: alone, as a program in a folder of its own, with keys and an endpoint in
the environment. A `text` block that follows it at once is what it prints. A block of shell commands runs as a whole. A block
with a title is a file of that name, for all blocks of its page.
"""

import gc
import os
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

import arize_integrations
from arize_integrations import testing
from arize_integrations.testing import StandInServer
from arize_integrations_api import models
from tests.operations import ALL, skip_if_written_for_another, skip_without

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


# The account that the pages show, oldest first: today's classes, which only the pages, their tests and tests/typing name.
SHARED: dict[str, Any] = {"scopings": [], "created_by_user_id": "VXNlcjoxOm5OYkM="}
SHOWN: list[dict[str, Any]] = [
    SHARED
    | {
        "id": "TGxtSW50ZWdyYXRpb246MTI6YUJjRA==",
        "type": "LLM",
        "name": "Production OpenAI",
        "created_at": "2026-02-13T21:27:19.055Z",
        "updated_at": "2026-02-13T21:27:19.279Z",
        "config": {"provider": "OPEN_AI", "has_api_key": True, "is_function_calling_enabled": True},
    },
    SHARED
    | {
        "id": "TGxtSW50ZWdyYXRpb246MTM6ZUZnSA==",
        "type": "LLM",
        "name": "Claude",
        "created_at": "2026-02-20T08:00:00.000Z",
        "updated_at": "2026-03-01T08:00:00.000Z",
        "config": {
            "provider": "ANTHROPIC",
            "has_api_key": False,
            "base_url": "https://anthropic-gateway.example.com/v1",
            "is_function_calling_enabled": True,
        },
    },
    SHARED
    | {
        "id": "QWdlbnRJbnRlZ3JhdGlvbjo3OmlKa0w=",
        "type": "AGENT",
        "name": "Support agent",
        "description": None,
        "created_at": "2026-03-02T08:00:00.000Z",
        "updated_at": "2026-03-02T08:00:00.000Z",
        "config": {
            "endpoint": "https://agent.example.com/chat",
            "has_headers": False,
            "input_schema": {"type": "object", "properties": {"question": {"type": "string"}}},
            "request_presets": [],
        },
    },
]
# The variables that the pages name, or that `export` does.
PROVIDERS_KEYS = dict.fromkeys(
    "OPENAI_API_KEY ANTHROPIC_API_KEY NEW_KEY PRODUCTION_OPENAI_API_KEY CLAUDE_API_KEY".split(), "a-providers-key"
)


class Block(NamedTuple):
    page: Path
    line: int
    code: str
    output: str | None

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def fences(page: Path) -> list[Token | None]:
    """The tokens of a page, of which those that are no code do not matter, and an end."""
    return [*MarkdownIt().parse(page.read_text(encoding="utf-8")), None]


def blocks(*languages: str) -> Iterator[Block]:
    for page in PAGES:
        for token, after in pairwise(fences(page)):
            if token and token.type == "fence" and token.info in languages and token.map:
                prints = after.content if after and after.type == "fence" and after.info == "text" else None
                yield Block(page, token.map[0] + 1, token.content, prints)


# What a block is asked to do, if running it alone shows nothing.
AFTERWARDS = {
    "FastAPI(": """
import httpx

async def ask():
    async with lifespan(app), httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://app") as browser:
        if "{" in app.routes[-1].path:
            answer = await browser.get(f"/integrations/{ID}")
            assert (answer.status_code, answer.json()["id"]) == (200, ID), answer.text
        else:
            answer = await browser.post("/integrations", json=[ID] * 200)
            assert [each["id"] for each in answer.json()] == [ID] * 200, answer.text

ID = "TGxtSW50ZWdyYXRpb246MTI6YUJjRA=="
import asyncio
asyncio.run(ask())
""",
}


def write_files(page: Path, folder: Path) -> None:
    """The files that the README shows, and this page."""
    for token in fences(ROOT / "README.md") + fences(page):
        if token and token.type == "fence" and (title := re.search(r'title="([\w.-]+)"', token.info)):
            (folder / title[1]).write_text(token.content, encoding="utf-8")


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    with StandInServer(integrations=SHOWN) as server:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("ARIZE_")}
        ours = {"ARIZE_API_KEY": server.api_key, "ARIZE_BASE_URL": server.base_url, "HOME": str(tmp_path)}
        yield inherited | ours | PROVIDERS_KEYS


def run(*command: str | Path, environment: dict[str, str], folder: Path) -> str:
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def run_here(script: Path) -> None:
    """Run a program in this process, and collect what it leaves behind, and nothing else."""
    gc.freeze()
    runpy.run_path(str(script), run_name="__main__")
    gc.collect()
    gc.unfreeze()


# As any program, some leave their client to the end of the process.
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("block", list(blocks("python")), ids=str)
def test_a_python_example_does_what_it_shows(
    block: Block,
    environment: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The first thing a newcomer does is to copy and paste."""
    skip_if_written_for_another(block.code)
    write_files(block.page, tmp_path)
    script = tmp_path / "test_example.py"
    code = block.code + "".join(more for sign, more in AFTERWARDS.items() if sign in block.code)
    script.write_text(code, encoding="utf-8")
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
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    run_here(script)
    if block.output is not None:
        assert capfd.readouterr().out == block.output


SHELL_BLOCKS = list(blocks("sh", "console"))
COMMANDS = sorted({line for block in SHELL_BLOCKS for line in block.code.replace("\\\n", "").splitlines()})


# Not strict, as most programs. The packages of others are not read: it would take as long as all else, to no end here.
MYPY = """
[mypy]
check_untyped_defs = True
disable_error_code = import-untyped
[mypy-fastapi.*,pandas.*,pytest.*,trio.*]
follow_imports = skip
"""


def test_the_python_examples_are_typed(tmp_path: Path) -> None:
    """What is pasted into an editor should not come underlined."""
    pytest.importorskip("mypy", reason="where the wheel is tried, there is no type checker")
    skip_without(*ALL)
    for number, block in enumerate(blocks("python")):
        (tmp_path / f"{block.page.stem.replace('-', '_')}_{block.line}_{number}.py").write_text(block.code, "utf-8")
    settings = tmp_path / "mypy.ini"
    settings.write_text(MYPY, "utf-8")
    command = ["-m", "mypy", f"--config-file={settings}", *map(str, tmp_path.glob("*.py"))]
    run(sys.executable, *command, environment=dict(os.environ), folder=tmp_path)


# What a test cannot do: it has no network, no clone, and no use for a key that is none.
NOT_RUN = ("pip install ", "make ", "git ", "export ", "#")
OURS = ("arize-integrations ", "python -m arize_integrations", "mkdir ")


def script(block: Block) -> str:
    """The commands as a shell runs them where there is no terminal, which is asked nothing, and perhaps no jq."""
    lines = [line for line in block.code.replace("\\\n", "").splitlines() if not line.startswith(NOT_RUN)]
    if shutil.which("jq") is None:
        lines = [line for line in lines if "| jq " not in line]
    confirmed = [
        re.sub(r"^(arize-integrations (?:apply|delete)\b)(?![^#]* --yes)", r"\1 --yes", line) for line in lines
    ]
    return "\n".join(["trap 'kill $(jobs -p) 2>/dev/null || true' EXIT", *confirmed])


@pytest.mark.parametrize("block", [block for block in SHELL_BLOCKS if "arize" in block.code], ids=str)
def test_commands_of_ours_work(block: Block, environment: dict[str, str], tmp_path: Path) -> None:
    """Run by a real shell, one after another, as they are pasted."""
    skip_without(*ALL)
    write_files(block.page, tmp_path)
    path = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    printed = run("bash", "-e", "-c", script(block), environment=environment | {"PATH": path}, folder=tmp_path)
    if block.output is not None:
        assert printed == block.output


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
    assert [line for line in COMMANDS if line and not line.startswith((*NOT_RUN, *OURS))] == []


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


def anchor(heading: str) -> str:
    """What GitHub and the site make of a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_link_to_a_heading_leads_somewhere(page: Path) -> None:
    for target, fragment in re.findall(r"\]\((?!https?:)([^)#]*)#([^)]+)", page.read_text(encoding="utf-8")):
        text = (page.parent / target if target else page).read_text(encoding="utf-8")
        assert fragment in map(anchor, re.findall(r"^#+ (.+)$", text, re.MULTILINE))


def test_every_module_of_the_facade_is_on_the_architecture_page() -> None:
    """Newcomers look for where something is decided: a module that is not there is not found, nor is one that is gone."""
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    table = page.partition("| module |")[2].partition("\n\n")[0]
    listed = {name for row in table.splitlines() for name in re.findall(r"`([\w/]+)`", row.split(" | ")[0])}
    facade = Path(arize_integrations.__file__ or "").parent
    as_a_whole = ("declarative", "_cli", "testing")
    there = {path.relative_to(facade).with_suffix("") for path in facade.rglob("*.py")}
    modules = {path.as_posix() for path in there if path.parts[0] not in as_a_whole}
    assert listed == {name for name in modules if not name.endswith("/__init__")} | {*as_a_whole}


def test_every_folder_of_tests_is_listed_for_newcomers() -> None:
    """Nobody adds a test to a folder that they have not heard of."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    row = next(line for line in page.splitlines() if line.startswith("| `tests/` |"))
    there = {path.parent.name for path in (ROOT / "tests").glob("*/test_*.py")}
    assert sorted(re.findall(r"`(\w+)`", row)) == sorted(there)
