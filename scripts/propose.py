"""Opens or updates the one pull request that proposes a changed API document.

    python -m scripts.propose

Reads the changed spec/ and generated/ from build/proposal and runs nothing that is in them.
Needs git, and `gh` with a token that may push and open pull requests. Standard library only.
"""

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


def propose(root: Path) -> str:
    """Commit build/proposal on its branch, push, open or update the pull request; say what was done."""
    base = _run(root, "git", "rev-parse", "--abbrev-ref", "HEAD")
    for folder in FOLDERS:
        shutil.rmtree(root / folder)
        shutil.copytree(root / PROPOSAL / folder, root / folder)
    _run(root, "git", "checkout", "--quiet", "-B", BRANCH)
    _run(root, "git", "add", "--all", "--", *FOLDERS)
    _commit(root)
    _run(root, "gh", "auth", "setup-git")
    if not _says_something_new(root):
        return "the pull request says so already"
    _run(root, "git", "push", "--quiet", "--force", "origin", f"HEAD:refs/heads/{BRANCH}")
    done = _pull_request(root, base)
    _run(root, "gh", "workflow", "run", "ci.yml", "--ref", BRANCH)
    return done


def _commit(root: Path) -> None:
    options = [option for key, value in AUTHOR.items() for option in ("-c", f"{key}={value}")]
    _run(root, "git", *options, "commit", "--quiet", "--message", TITLE)


def _says_something_new(root: Path) -> bool:
    """Whether the branch differs from what is already proposed in more than the time it was made."""
    fetched = _status(root, "git", "fetch", "--quiet", "--depth=1", "origin", BRANCH) == 0
    everything_but_time = (".", ":!spec/spec.lock")
    same = ("git", "diff", "--quiet", "FETCH_HEAD", "HEAD", "--", *everything_but_time)
    return not (fetched and _status(root, *same) == 0)


def _pull_request(root: Path, base: str) -> str:
    body = root / "build" / "body.md"
    body.write_text(_body((root / "spec" / "CHANGES.md").read_text("utf-8")), "utf-8")
    listed = _run(root, "gh", "pr", "list", "--head", BRANCH, "--state", "open", "--json", "number")
    known = [str(entry["number"]) for entry in json.loads(listed or "[]")]
    words = ("--title", TITLE, "--body-file", str(body))
    if known:
        _run(root, "gh", "pr", "edit", known[0], *words)
        return f"pull request {known[0]} updated"
    return "opened " + _run(root, "gh", "pr", "create", "--base", base, "--head", BRANCH, *words)


def _body(report: str) -> str:
    if len(report) <= LIMIT:
        return report
    return report[:LIMIT].rpartition("\n")[0] + "\n\nThe rest is in spec/CHANGES.md.\n"


def _run(root: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


def _status(root: Path, *command: str) -> int:
    return subprocess.run(command, cwd=root, check=False, capture_output=True).returncode


def main() -> int:
    """Run the command; return its exit status."""
    try:
        print(f"propose: {propose(Path.cwd())}")
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"propose: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
