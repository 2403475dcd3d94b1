"""The Makefile, as far as it can be tried without setting anything up."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = sorted(set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE)))

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make here")


def make(folder: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=folder,
        env=inherited | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A tree whose environment is ready, and whose Python prints what it is asked to run."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "constraints.txt", tmp_path / "scripts")
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\nprintf "[%s]" "$@"; echo; printf "ID=%s\\n" "$ID"\n', encoding="utf-8")
    python.chmod(0o755)
    for stamp in (".package", ".build", ".development", ".docs", ".mutation"):
        (tmp_path / ".venv" / stamp).touch()
    return tmp_path


def test_help_lists_every_target(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    listed = re.findall(r"^  make ([a-z-]+) ", make(tmp_path).stdout, re.MULTILINE)
    assert sorted(listed) == TARGETS


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_is_declared_once_and_as_no_file(tree: Path, target: str) -> None:
    (tree / target).touch()
    done = make(tree, "--dry-run", target)
    assert (done.returncode, done.stderr) == (0, "")
    assert "up to date" not in done.stdout


@pytest.mark.parametrize(
    "value", ["https://x.example/?a=$(shell echo broken)&b=`id`", 'a "b" $HOME; echo broken', "a b'c"]
)
def test_what_is_typed_reaches_the_command_as_typed(tree: Path, value: str) -> None:
    """A URL may hold anything; neither make nor the shell may act on it."""
    assert f"[--source][{value}]" in make(tree, "update-spec", f"SOURCE={value}").stdout
    assert f"[--source][{value}]" in make(tree, "update-spec", SOURCE=value).stdout
    assert f"ID={value}\n" in make(tree, "demo", f"ID={value}").stdout


def test_without_a_source_none_is_passed(tree: Path) -> None:
    assert "--source" not in make(tree, "update-spec").stdout


def test_a_python_that_is_too_old_is_said_in_a_sentence(tree: Path) -> None:
    shutil.rmtree(tree / ".venv")
    old = tree / "python3"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    done = make(tree, "demo", f"PYTHON={old}")
    assert done.returncode != 0
    assert f"arize-integrations needs Python 3.11 or newer, and {old} is not." in done.stderr
    assert "make demo PYTHON=" in done.stderr
    assert not (tree / ".venv").exists()


def installed(folder: Path, *targets: str) -> list[str]:
    """The groups that would be installed for these targets, in their order."""
    done = make(folder, "--dry-run", *targets)
    assert done.returncode == 0, done.stderr
    return re.findall(r"pip install .*--constraint scripts/constraints\.txt --group (\w+)", done.stdout)


@pytest.mark.parametrize("target", ["build", "sbom", "test-wheel"])
def test_a_release_is_built_among_the_tools_of_building_alone(tree: Path, target: str) -> None:
    """Any tool in the environment could change what is published."""
    for stamp in (".build", ".development", ".docs"):
        (tree / ".venv" / stamp).unlink()
    assert installed(tree, target) == ["build"]


def test_no_two_steps_install_at_once(tree: Path) -> None:
    """Each waits for the one before, whichever targets `make -j` is given: pip does not lock the environment."""
    for stamp in (".build", ".development", ".docs"):
        (tree / ".venv" / stamp).unlink()
    assert installed(tree, ".venv/.docs") == ["build", "dev", "docs"]


def test_an_environment_that_cannot_be_made_is_said_in_a_sentence(tree: Path) -> None:
    """What to install is a guess: the disk may as well be full."""
    shutil.rmtree(tree / ".venv")
    python = tree / "python3"
    python.write_text('#!/bin/sh\ntest "$1" = -c || { mkdir .venv; exit 1; }\n', encoding="utf-8")
    python.chmod(0o755)
    done = make(tree, "demo", f"PYTHON={python}")
    assert done.returncode != 0
    assert "If its venv module is missing: on Debian and Ubuntu, apt install python3-venv." in done.stderr
    assert not (tree / ".venv").exists()
