"""Opens or updates the one pull request that proposes a changed API document.

    python -m scripts.propose

Reads the changed spec/ and generated/ from build/proposal and runs nothing that is in them. What people have committed
to the branch stays: if the document changes meanwhile, a comment says so instead.
Needs git with the whole history, and `gh` with a token that may push and open pull requests. Standard library only.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

BRANCH = "regenerate-spec"
FOLDERS = ("spec", "generated")
PROPOSAL = Path("build/proposal")
TITLE = "Follow the changed API document"
LIMIT = 60_000
"""Characters; GitHub refuses a body of more than 65,536."""
AUTHOR = {
    "user.name": "github-actions[bot]",
    "user.email": "41898282+github-actions[bot]@users.noreply.github.com",
}

MOVED = """\
The API document has moved on (proposal {mark}), and people have committed to this branch, so the nightly job pushed \
nothing over their work. One of these brings both together:

- run `make update-spec` on this branch and commit what it writes;
- merge this pull request, and let the next night propose the rest;
- delete the branch, and let the next night begin a new one.

What the document now means for callers:

{report}"""


class UnheardError(Exception):
    """Something that a person has to decide, and no pull request to say it on."""


def propose(root: Path) -> str:
    """Commit build/proposal on its branch, push, open or update the pull request; say what was done.

    Raises:
        UnheardError: people's commits are in the way, and no pull request is open to say so.
    """
    base = _run(root, "git", "rev-parse", "--abbrev-ref", "HEAD")
    for folder in FOLDERS:
        shutil.rmtree(root / folder)
        shutil.copytree(root / PROPOSAL / folder, root / folder)
    _run(root, "git", "checkout", "--quiet", "-B", BRANCH)
    _run(root, "git", "add", "--all", "--", *FOLDERS)
    _commit(root)
    _run(root, "gh", "auth", "setup-git")
    tip = _tip(root)
    if _is_there(root, tip):
        return "the pull request says so already"
    if _by_people(root, tip):
        return _comment(root)
    # Refused by the server if somebody has pushed since we looked.
    _run(root, "git", "push", "--quiet", f"--force-with-lease={BRANCH}:{tip}", "origin", f"HEAD:refs/heads/{BRANCH}")
    done = _pull_request(root, base)
    _run(root, "gh", "workflow", "run", "ci.yml", "--ref", BRANCH)
    return done


def _commit(root: Path) -> None:
    options = [option for key, value in AUTHOR.items() for option in ("-c", f"{key}={value}")]
    _run(root, "git", *options, "commit", "--quiet", "--message", TITLE)


def _tip(root: Path) -> str:
    """The commit that the branch is at over there, empty if there is no branch."""
    _run(root, "git", "fetch", "--quiet", "--prune", "origin")
    return _run(root, "git", "for-each-ref", "--format=%(objectname)", f"refs/remotes/origin/{BRANCH}")


def _is_there(root: Path, tip: str) -> bool:
    """Whether the branch has this proposal: at its tip, or below what people built on it."""
    mark = _mark(root, "HEAD")
    return any(_mark(root, commit) == mark for commit in _log(root, tip, "%H"))


def _mark(root: Path, commit: str) -> str:
    """What a commit proposes, as a short hash: the folders we write, without the time they were made."""
    files = _run(root, "git", "ls-tree", "-r", commit, "--", *FOLDERS).splitlines()
    listed = "\n".join(line for line in files if not line.endswith("\tspec/spec.lock"))
    return hashlib.sha256(listed.encode()).hexdigest()[:12]


def _by_people(root: Path, tip: str) -> bool:
    """Whether a commit of the branch is not the job's; one of the job's that somebody has amended is not, either."""
    return bool(set(_log(root, tip, "%ae%n%ce")) - {AUTHOR["user.email"]})


def _log(root: Path, tip: str, form: str) -> list[str]:
    """A line or more for each commit that the branch has beyond the one we began from."""
    return _run(root, "git", "log", f"--format={form}", f"HEAD..{tip}").splitlines() if tip else []


def _comment(root: Path) -> str:
    """Say on the pull request, once for each proposal, that a person has to bring it in."""
    known = _open_pull_request(root)
    if known is None:
        raise UnheardError(f"people have committed to {BRANCH} and no pull request is open: merge or delete the branch")
    mark = _mark(root, "HEAD")
    done = (
        f"people have committed to {BRANCH}, so nothing was pushed; a comment on pull request {known} says what to do"
    )
    if mark not in _run(root, "gh", "pr", "view", known, "--json", "comments", "--jq", ".comments[].body"):
        body = _body_file(root, MOVED.format(mark=mark, report=_report(root)))
        _run(root, "gh", "pr", "comment", known, "--body-file", body)
    return done


def _pull_request(root: Path, base: str) -> str:
    words = ("--title", TITLE, "--body-file", _body_file(root, _report(root)))
    known = _open_pull_request(root)
    if known:
        _run(root, "gh", "pr", "edit", known, *words)
        return f"pull request {known} updated"
    return "opened " + _run(root, "gh", "pr", "create", "--base", base, "--head", BRANCH, *words)


def _open_pull_request(root: Path) -> str | None:
    listed = _run(root, "gh", "pr", "list", "--head", BRANCH, "--state", "open", "--json", "number")
    return next((str(entry["number"]) for entry in json.loads(listed or "[]")), None)


def _report(root: Path) -> str:
    return (root / "spec" / "CHANGES.md").read_text("utf-8")


def _body_file(root: Path, text: str) -> str:
    path = root / "build" / "body.md"
    path.write_text(_body(text), "utf-8")
    return str(path)


def _body(report: str) -> str:
    if len(report) <= LIMIT:
        return report
    return report[:LIMIT].rpartition("\n")[0] + "\n\nThe rest is in spec/CHANGES.md.\n"


def _run(root: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


def main() -> int:
    """Run the command; return its exit status."""
    try:
        print(f"propose: {propose(Path.cwd())}")
    except (OSError, subprocess.CalledProcessError, UnheardError) as error:
        print(f"propose: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
