"""The nightly job: what it runs, what it proposes, and its rehearsal."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts import propose as script
from scripts.document.paths import TREE
from scripts.propose import BRANCH, LIMIT, propose
from scripts.rehearse import TARGETS, rehearse

WORKFLOWS = TREE.root / ".github" / "workflows"
OURS = ["ci.yml", "regenerate.yml"]

GH = """#!/bin/sh
printf '%s\\n' "$*" >> "$GH_LOG"
case "$1 $2" in
    "pr list") cat "$GH_LOG.open" ;;
    "pr create") echo "https://github.com/o/r/pull/1"; echo '[{"number": 1}]' > "$GH_LOG.open" ;;
    "pr comment") cat "$5" >> "$GH_LOG.comments" ;;
    "pr view") cat "$GH_LOG.comments" ;;
esac
"""


def steps(name: str) -> list[dict[str, Any]]:
    workflow = yaml.safe_load((WORKFLOWS / name).read_text("utf-8"))
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def git(folder: Path, *arguments: str) -> str:
    options = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", *options, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.mark.parametrize("name", OURS)
def test_the_workflows_call_make_targets_and_nothing_else(name: str) -> None:
    """What runs there can be run here; and no expression can write a shell line."""
    targets = re.findall(r"^([a-z-]+):", (TREE.root / "Makefile").read_text("utf-8"), re.MULTILINE)
    commands = [step["run"] for step in steps(name) if "run" in step]
    assert commands
    for command in commands:
        assert re.fullmatch(r"make ([a-z-]+)( [A-Z]+=[a-z0-9]+)?", command)
        assert command.split()[1] in targets


@pytest.mark.parametrize("name", OURS)
def test_the_workflows_use_pinned_first_party_actions_without_credentials(name: str) -> None:
    """A tag can be moved, and the token must not be there for what the tests run."""
    for step in steps(name):
        if "uses" in step:
            assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", step["uses"])
        if "checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


def test_the_job_that_runs_what_was_generated_cannot_write() -> None:
    """And the one that can write runs only the script that proposes."""
    jobs = yaml.safe_load((WORKFLOWS / "regenerate.yml").read_text("utf-8"))["jobs"]
    assert jobs["regenerate"]["permissions"] == {"contents": "read"}
    assert [step["run"] for step in jobs["propose"]["steps"] if "run" in step] == ["make propose"]


@pytest.fixture
def github(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone of a repository, an origin to push to, and a `gh` that notes what it is asked."""
    origin, clone, tools = tmp_path / "origin.git", tmp_path / "clone", tmp_path / "tools"
    git(tmp_path, "init", "--quiet", "--bare", str(origin))
    git(tmp_path, "clone", "--quiet", str(origin), str(clone))
    git(clone, "checkout", "--quiet", "-b", "main")
    for name in ("spec/spec.yaml", "spec/spec.lock", "generated/a.py", "generated/gone.py", "other.py"):
        (clone / name).parent.mkdir(exist_ok=True)
        (clone / name).write_text("old\n")
    (clone / ".gitignore").write_text("/build/\n")
    git(clone, "add", ".")
    git(clone, "commit", "--quiet", "-m", "First")
    git(clone, "push", "--quiet", "origin", "main")
    tools.mkdir()
    (tools / "gh").write_text(GH)
    (tools / "gh").chmod(0o755)
    (tmp_path / "gh.log.open").write_text("[]")
    (tmp_path / "gh.log.comments").write_text("")
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("GH_LOG", str(tmp_path / "gh.log"))
    return clone


def offer(clone: Path, word: str, taken: str = "now", report: str = "# Report\n") -> None:
    """Lay out what the first job would hand over."""
    git(clone, "checkout", "--quiet", "main")
    proposal = clone / "build" / "proposal"
    shutil.rmtree(proposal, ignore_errors=True)
    (proposal / "spec").mkdir(parents=True)
    (proposal / "generated").mkdir()
    (proposal / "spec" / "spec.yaml").write_text(word)
    (proposal / "spec" / "spec.lock").write_text(taken)
    (proposal / "spec" / "CHANGES.md").write_text(report)
    (proposal / "generated" / "a.py").write_text(word)


def asked(clone: Path) -> list[str]:
    """What `gh` was asked for so far."""
    return (clone.parent / "gh.log").read_text().splitlines()


def test_one_pull_request_is_opened_then_updated_then_left_alone(github: Path) -> None:
    """With exactly what was handed over: changed, new and gone."""
    offer(github, "new")
    assert propose(github).startswith("opened https://github.com/")
    shown = git(github, "show", "--name-status", "--format=%an", f"origin/{BRANCH}").splitlines()
    assert [line.split("\t") for line in shown if line] == [
        ["github-actions[bot]"],
        ["M", "generated/a.py"],
        ["D", "generated/gone.py"],
        ["A", "spec/CHANGES.md"],
        ["M", "spec/spec.lock"],
        ["M", "spec/spec.yaml"],
    ]
    created = next(line for line in asked(github) if line.startswith("pr create"))
    assert f"--base main --head {BRANCH} --title" in created
    assert (github / created.split()[-1]).read_text() == "# Report\n"
    assert asked(github)[-1] == f"workflow run ci.yml --ref {BRANCH}"

    offer(github, "newer")
    assert propose(github) == "pull request 1 updated"
    assert git(github, "show", f"origin/{BRANCH}:spec/spec.yaml") == "newer"
    assert git(github, "rev-list", "--count", f"main..origin/{BRANCH}") == "1"

    before = git(github, "rev-parse", f"origin/{BRANCH}"), len(asked(github))
    offer(github, "newer", taken="later")
    assert propose(github) == "the pull request says so already"
    assert (git(github, "rev-parse", f"origin/{BRANCH}"), len(asked(github))) == (before[0], before[1] + 1)


def commit_as_a_person(github: Path, name: str, *options: str) -> str:
    """Change a file of the branch and push it, from a clone of the person's own; return the commit."""
    theirs = github.parent / "theirs"
    shutil.rmtree(theirs, ignore_errors=True)
    git(github.parent, "clone", "--quiet", "--branch", BRANCH, str(github.parent / "origin.git"), str(theirs))
    (theirs / name).write_text("mended by hand\n")
    git(theirs, "add", ".")
    git(theirs, "commit", "--quiet", *(options or ("-m", "Mend what the change needs")))
    git(theirs, "push", "--quiet", "--force", "origin", f"HEAD:{BRANCH}")
    return git(theirs, "rev-parse", "HEAD")


def tip(github: Path) -> str:
    """Where the branch is on the origin."""
    return git(github.parent / "origin.git", "rev-parse", f"refs/heads/{BRANCH}")


def commented(github: Path) -> str:
    return (github.parent / "gh.log.comments").read_text()


def test_other_work_on_main_is_no_reason_to_propose_again(github: Path) -> None:
    """Each push would start the tests and notify whoever watches, with nothing new to read."""
    offer(github, "new")
    propose(github)
    before = tip(github)
    git(github, "checkout", "--quiet", "main")
    (github / "other.py").write_text("newer\n")
    git(github, "commit", "--quiet", "-am", "Other work")
    offer(github, "new")
    assert propose(github) == "the pull request says so already"
    assert tip(github) == before


@pytest.mark.parametrize("name", ["other.py", "spec/overlay.yaml"])
def test_what_people_build_on_the_proposal_is_left_alone(github: Path, name: str) -> None:
    """A breaking change is mended on its branch, which may take more than a night."""
    offer(github, "new")
    propose(github)
    theirs = commit_as_a_person(github, name)
    offer(github, "new", taken="later")
    assert propose(github) == "the pull request says so already"
    assert tip(github) == theirs
    assert commented(github) == ""


def test_a_newer_document_is_said_once_where_people_have_committed(
    github: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their commits must survive the night, and they must hear of it, but not every night."""
    offer(github, "new")
    propose(github)
    theirs = commit_as_a_person(github, "other.py")
    monkeypatch.chdir(github)
    for taken in ("now", "later"):
        offer(github, "newer", taken=taken, report="# Newer\n")
        assert script.main() == 0
        assert "nothing was pushed; a comment on pull request 1 says what to do" in capsys.readouterr().out
    assert tip(github) == theirs
    assert commented(github).count("make update-spec") == 1
    assert commented(github).endswith("# Newer\n")
    assert sum(line.startswith(("pr edit", "workflow run")) for line in asked(github)) == 1  # before they came

    offer(github, "newest", report="# Newest\n")
    propose(github)
    assert tip(github) == theirs
    assert commented(github).count("make update-spec") == 2


def test_a_commit_of_the_job_that_somebody_amended_is_a_persons(github: Path) -> None:
    """Its author is still the job; only the committer tells."""
    offer(github, "new")
    propose(github)
    theirs = commit_as_a_person(github, "other.py", "--amend", "--no-edit")
    offer(github, "newer")
    assert "nothing was pushed" in propose(github)
    assert tip(github) == theirs


def test_what_is_pushed_while_the_job_runs_stays(github: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look at the branch and the push lies a moment."""
    offer(github, "new")
    propose(github)
    offer(github, "newer")
    looked = tip(github)
    theirs = commit_as_a_person(github, "other.py")
    monkeypatch.setattr(script, "_tip", lambda root: looked)
    with pytest.raises(subprocess.CalledProcessError):
        propose(github)
    assert tip(github) == theirs


def test_a_branch_of_peoples_without_a_pull_request_fails_the_job(
    github: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is nowhere to leave a comment; a red run is heard, a sentence in a green one is not."""
    offer(github, "new")
    propose(github)
    theirs = commit_as_a_person(github, "other.py")
    (github.parent / "gh.log.open").write_text("[]")
    offer(github, "newer")
    monkeypatch.chdir(github)
    assert script.main() == 1
    assert "no pull request is open: merge or delete the branch" in capsys.readouterr().err
    assert tip(github) == theirs


def test_a_branch_whose_commits_are_all_on_main_is_used_again(github: Path) -> None:
    """Merged, and not deleted: nothing on it can be lost."""
    offer(github, "new")
    propose(github)
    theirs = commit_as_a_person(github, "other.py")
    git(github, "checkout", "--quiet", "main")
    git(github, "fetch", "--quiet", "origin")
    git(github, "merge", "--quiet", "--no-ff", "-m", "Merge", theirs)
    (github.parent / "gh.log.open").write_text("[]")
    offer(github, "newer")
    assert propose(github).startswith("opened ")
    assert git(github, "show", f"origin/{BRANCH}:spec/spec.yaml") == "newer"


def test_a_branch_that_was_deleted_begins_anew(github: Path) -> None:
    """That is one of the ways out that the comment names."""
    offer(github, "new")
    propose(github)
    commit_as_a_person(github, "other.py")
    git(github.parent / "origin.git", "branch", "--quiet", "-D", BRANCH)
    (github.parent / "gh.log.open").write_text("[]")
    offer(github, "newer")
    assert propose(github).startswith("opened ")
    assert git(github, "rev-list", "--count", f"main..{tip(github)}") == "1"


def test_the_job_that_proposes_has_the_whole_history() -> None:
    """Without it all of main's commits would look as if people had made them on the branch."""
    jobs = yaml.safe_load((WORKFLOWS / "regenerate.yml").read_text("utf-8"))["jobs"]
    checkout = next(step for step in jobs["propose"]["steps"] if "checkout" in step.get("uses", ""))
    assert checkout["with"]["fetch-depth"] == 0


def test_a_report_longer_than_github_takes_is_cut_at_a_line(github: Path) -> None:
    """The whole is in the branch."""
    offer(github, "new", report="A line.\n" * 10_000)
    propose(github)
    created = next(line for line in asked(github) if line.startswith("pr create"))
    body = Path(created.split()[-1]).read_text()
    assert len(body) < LIMIT + 100
    assert body.endswith("A line.\n\nThe rest is in spec/CHANGES.md.\n")


REHEARSED = """
update-spec:
\t@cp "$$SOURCE" spec/spec.yaml && cp "$$SOURCE" spec/CHANGES.md
check typecheck test:
\t@echo $@ >> spec/CHANGES.md; ! grep -q fail-$@ spec/spec.yaml
"""


@pytest.fixture
def rehearsed(github: Path) -> Path:
    """A repository with make targets that only note that they were called."""
    (github / "Makefile").write_text(REHEARSED)
    git(github, "add", ".")
    git(github, "commit", "--quiet", "-m", "Work")
    return github


def test_the_rehearsal_does_what_the_job_does_and_leaves_the_tree_alone(rehearsed: Path) -> None:
    """The same make targets, in the same order, on a clone."""
    source = rehearsed.parent / "source"
    source.write_text("new\n")
    assert rehearse(str(source), rehearsed).split() == ["new", "check", "typecheck", "test"]
    assert git(rehearsed, "status", "--porcelain", "--untracked-files=all") == ""
    jobs = yaml.safe_load((WORKFLOWS / "regenerate.yml").read_text("utf-8"))["jobs"]
    commands = [step["run"] for step in jobs["regenerate"]["steps"] if "run" in step]
    assert commands == [f"make {target}" for target in TARGETS]


def test_the_rehearsal_ends_if_nothing_changed(rehearsed: Path) -> None:
    """As the job does, most nights."""
    (rehearsed.parent / "source").write_text("old\n")
    shutil.copy(rehearsed.parent / "source", rehearsed / "spec" / "CHANGES.md")
    git(rehearsed, "add", ".")
    git(rehearsed, "commit", "--quiet", "-m", "Report")
    assert rehearse(str(rehearsed.parent / "source"), rehearsed) == ""


@pytest.mark.parametrize("content", [None, "fail-typecheck\n"])
def test_the_rehearsal_stops_at_the_target_that_fails(
    rehearsed: Path, content: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A source that is not there; a type checker that finds something in what was generated."""
    source = rehearsed.parent / "source"
    if content is not None:
        source.write_text(content)
    with pytest.raises(subprocess.CalledProcessError, match=r"make.*(update-spec|typecheck)"):
        rehearse(str(source), rehearsed)


def test_no_workflow_input_reaches_a_shell_but_through_the_environment() -> None:
    """Somebody who may start the job must not get to write its commands."""
    update = next(step for step in steps("regenerate.yml") if step.get("id") == "update")
    assert update["env"] == {"SOURCE": "${{ github.event.inputs.source }}"}
    assert "${{" not in json.dumps([step.get("run") for step in steps("regenerate.yml")])
