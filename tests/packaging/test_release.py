"""What release.yml checks before it builds, and that nothing comes between building and publishing."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from arize_integrations import __version__
from scripts.release import changelog

ROOT = Path(__file__).parents[2]
JOBS: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text("utf-8"))["jobs"]

CHANGELOG = """# Changelog

## [Unreleased]

- Not yet.

## [0.2.0] - 2026-02-02

### Added

- A thing.

## [0.1.0] - 2026-01-01

- The first.
"""


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "CHANGELOG.md"
    path.write_text(CHANGELOG)
    return path


@pytest.mark.parametrize(
    ("version", "notes"), [("0.2.0", "### Added\n\n- A thing.\n"), ("0.1.0", "- The first.\n")], ids=["inner", "last"]
)
def test_the_notes_of_a_release_are_its_section_of_the_changelog(
    written: Path, version: str, notes: str, capsys: pytest.CaptureFixture[str]
) -> None:
    changelog.main(version, written)
    assert capsys.readouterr().out == notes


@pytest.mark.parametrize("version", ["0.2", "0.2.00", "0x2.0", "0.3.0"])
def test_a_version_of_which_the_changelog_says_nothing_is_refused(written: Path, version: str) -> None:
    """Also one that begins like another; what was forgotten under Unreleased would be nobody's."""
    with pytest.raises(SystemExit, match=rf"says nothing of {version}: .* ## \[{version}\]"):
        changelog.main(version, written)


def test_a_heading_without_a_text_is_refused(written: Path) -> None:
    written.write_text("## [0.3.0] - 2026-03-03\n\n## [0.2.0]\n\n- A thing.\n")
    with pytest.raises(SystemExit):
        changelog.main("0.3.0", written)


def passes(step: str, folder: Path, **environment: str) -> bool:
    """Run a step of the job that checks, as GitHub would; tell whether it lets the release go on."""
    command = next(known["run"] for known in JOBS["check"]["steps"] if known.get("name") == step)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-e", "-c", command], cwd=folder, env=os.environ | environment | {"PATH": path}, check=False
    )
    return done.returncode == 0


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
    done = subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_only_what_is_on_main_is_released(tmp_path: Path) -> None:
    """What nobody reviewed must not be published by a tag; main may be ahead, and a tag may be annotated."""
    origin = tmp_path / "origin"
    origin.mkdir()
    git(origin, "init", "--quiet", "--initial-branch=main")
    for message in ("First", "Second"):
        git(origin, "commit", "--quiet", "--allow-empty", "-m", message)
    git(origin, "tag", "-a", "-m", "Annotated", "v1", "HEAD~")
    git(origin, "checkout", "--quiet", "-b", "side")
    git(origin, "commit", "--quiet", "--allow-empty", "-m", "Aside")
    git(tmp_path, "clone", "--quiet", str(origin), "clone")
    for revision, expected in (("main", True), ("main~", True), ("v1", True), ("side", False)):
        sha = git(origin, "rev-parse", revision)
        assert passes("The commit is on main", tmp_path / "clone", GITHUB_SHA=sha) is expected, revision


def test_only_the_tag_of_the_version_is_released() -> None:
    assert passes("The tag is the version", ROOT, GITHUB_REF_NAME=f"v{__version__}")
    assert not passes("The tag is the version", ROOT, GITHUB_REF_NAME=f"v{__version__}.post1")


def test_nothing_is_built_before_everything_is_checked() -> None:
    assert JOBS["build"]["needs"] == "check"
    assert [step["run"] for step in JOBS["check"]["steps"] if "run" in step][-1] == "make check"
    assert JOBS["check"]["steps"][0]["with"]["fetch-depth"] == 0  # without it there is no main to look at


def test_what_is_tested_and_published_is_what_was_built() -> None:
    """Uploaded before another tool is installed, and asked for by an id that no later upload can have."""
    steps = JOBS["build"]["steps"]
    uploaded = next(number for number, step in enumerate(steps) if step.get("id") == "dist")
    assert steps[uploaded - 1] == {"run": "make build"}
    assert JOBS["build"]["outputs"]["dist"] == "${{ steps.dist.outputs.artifact-id }}"
    for name in ("test", "publish", "release"):
        wanted = [step["with"] for step in JOBS[name]["steps"] if "download-artifact" in step.get("uses", "")]
        assert wanted[0] == {"artifact-ids": "${{ needs.build.outputs.dist }}", "path": "dist/"}
        assert all("artifact-ids" in one for one in wanted)
        assert "build" in JOBS[name]["needs"]
    assert "test" in JOBS["publish"]["needs"]
    assert "publish" in JOBS["release"]["needs"]


def test_what_may_publish_or_write_runs_nothing_of_the_repository() -> None:
    """And nothing else may."""
    rights = {name: job["permissions"] for name, job in JOBS.items()}
    assert rights.pop("publish") == {"id-token": "write"}
    assert rights.pop("release") == {"contents": "write"}
    assert all(right == {"contents": "read"} for right in rights.values())
    for name in ("publish", "release"):
        assert not [step for step in JOBS[name]["steps"] if "checkout" in step.get("uses", "")]
