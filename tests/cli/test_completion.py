"""Shell completion: as the guide says to install it, and where it is not to be had."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.shell import Run, sentence

GUIDE = Path(__file__).parents[2] / "docs/guide/command-line.md"


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_the_guides_commands_install_it_in_an_empty_home(
    environment: dict[str, str], tmp_path: Path, shell: str
) -> None:
    """A fresh machine has none of the folders."""
    commands = re.search(rf"```{shell}\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    assert commands
    path = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    env = environment | {"HOME": str(tmp_path), "PATH": path}
    subprocess.run(["bash", "-ec", commands[1]], env=env, cwd=tmp_path, timeout=60, check=True)
    written = [file for file in tmp_path.rglob("*arize-integrations") if file.is_file()]
    assert [b"--output" in file.read_bytes() for file in written] == [True]


def test_bash_completes_options_and_their_values(run: Run, tmp_path: Path) -> None:
    script = tmp_path / "completion.bash"
    script.write_bytes(run("--print-completion", "bash").stdout)
    ask = f"source {script}; COMP_WORDS=(arize-integrations get x --output ''); COMP_CWORD=4; "
    ask += '"$(complete -p arize-integrations | sed "s/.*-F \\([^ ]*\\).*/\\1/")"; printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run(["bash", "-c", ask], capture_output=True, text=True, timeout=60, check=True)
    assert {"table", "json", "yaml"} <= set(done.stdout.split())


def test_a_shell_it_knows_nothing_of_is_wrong_usage(run: Run) -> None:
    done = run("--print-completion", "nosuchshell")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"'nosuchshell' (choose from " in done.stderr


def test_without_its_package_it_says_how_to_get_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "shtab.py").write_text("raise ImportError\n")
    done = run("--print-completion", "bash", PYTHONPATH=str(tmp_path))
    assert done.returncode == 2
    assert "pip install 'arize-integrations[cli]'" in sentence(done)
