"""Runs the steps of .github/workflows/regenerate.yml on a throw-away clone, with a given document.

    python -m scripts.rehearse --source <url or file>

The steps are read from the workflow itself. GitHub is played by a bare repository and a `gh`
that only notes what it was asked. What is not committed is not rehearsed.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import define, field

from scripts.document.errors import ScriptError
from scripts.document.safe_yaml import parse

ROOT = Path(__file__).resolve().parent.parent
WORKFLOW = Path(".github/workflows/regenerate.yml")
_CONDITION = re.compile(r"steps\.(\w+)\.outputs\.(\w+) == '([^']*)'")
_GH = """#!/bin/sh
echo "gh $*" >> "$GH_LOG"
case "$1 $2" in
    "pr list") echo "[]" ;;
    "pr create") echo "a pull request" ;;
esac
"""


@define
class Job:
    """One job of the workflow, run step by step in its own checkout."""

    checkout: Path
    environment: Mapping[str, str]
    outputs: dict[str, str] = field(factory=dict)

    def run(self, steps: list[dict[str, Any]]) -> None:
        """Run the steps that have a command and whose condition holds.

        Raises:
            ScriptError: a step fails, as it would there.
        """
        for step in steps:
            if "run" in step and self._holds(step.get("if")):
                print(f"\n== {step['run']}", flush=True)
                self._step(step)

    def _holds(self, condition: str | None) -> bool:
        if condition is None:
            return True
        found = _CONDITION.fullmatch(condition)
        if found is None:
            raise ScriptError(f"the rehearsal does not know the condition {condition!r}")
        return self.outputs.get(f"{found[1]}.{found[2]}") == found[3]

    def _step(self, step: Mapping[str, Any]) -> None:
        output = self.checkout.parent / "github-output"
        output.write_text("", "utf-8")
        environment = {**os.environ, **self.environment, "GITHUB_OUTPUT": str(output)}
        done = subprocess.run(["bash", "-e", "-c", step["run"]], cwd=self.checkout, env=environment, check=False)
        if done.returncode:
            raise ScriptError(f"`{step['run']}` failed with status {done.returncode}")
        for line in output.read_text("utf-8").splitlines():
            name, _, value = line.partition("=")
            self.outputs[f"{step.get('id')}.{name}"] = value


def rehearse(source: str | None, root: Path = ROOT) -> bool:
    """Run the workflow for a document; tell whether it would propose a change.

    Raises:
        ScriptError: a step fails.
    """
    jobs = parse((root / WORKFLOW).read_text("utf-8"))["jobs"]
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as name:
        folder = Path(name)
        origin = folder / "origin.git"
        _git(folder, "clone", "--quiet", "--bare", str(root), str(origin))
        environment = {"SOURCE": _absolute(source), **_stand_in(folder)}
        first = Job(_clone(origin, folder / "regenerate"), environment)
        first.run(jobs["regenerate"]["steps"])
        if first.outputs.get("update.changed") != "true":
            return False
        second = Job(_clone(origin, folder / "propose"), environment)
        for path in _uploaded(jobs["regenerate"]["steps"]):
            shutil.copytree(first.checkout / path, second.checkout / "build" / "proposal" / path)
        second.run(jobs["propose"]["steps"])
        print(f"\n{(folder / 'gh.log').read_text('utf-8')}")
        print(_git(second.checkout, "show", "--stat", "--format=%an: %s"))
        print((second.checkout / "spec" / "CHANGES.md").read_text("utf-8"))
    return True


def _uploaded(steps: list[dict[str, Any]]) -> Iterator[str]:
    for step in steps:
        if "upload-artifact" in step.get("uses", ""):
            yield from step["with"]["path"].split()


def _absolute(source: str | None) -> str:
    """The source as it is found from anywhere: the clone is elsewhere."""
    return str(Path(source).resolve()) if source and "://" not in source else source or ""


def _stand_in(folder: Path) -> dict[str, str]:
    """The environment in which `gh` is ours and no credential of the person's is used."""
    script = folder / "bin" / "gh"
    script.parent.mkdir()
    script.write_text(_GH, "utf-8")
    script.chmod(0o755)
    path = f"{script.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return {"PATH": path, "GH_LOG": str(folder / "gh.log"), "GH_TOKEN": ""}


def _clone(origin: Path, checkout: Path) -> Path:
    _git(origin.parent, "clone", "--quiet", str(origin), str(checkout))
    return checkout


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def main(argv: list[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m scripts.rehearse", description=__doc__)
    parser.add_argument("--source", help="a URL or a file (default: the upstream URL in spec.lock)")
    try:
        proposed = rehearse(parser.parse_args(argv).source)
    except (ScriptError, OSError, subprocess.CalledProcessError) as error:
        print(f"rehearse: {error}", file=sys.stderr)
        return 1
    print(f"rehearse: {'a pull request would be opened' if proposed else 'nothing to propose'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
