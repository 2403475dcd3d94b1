"""Does on a throw-away clone what the nightly job does: updates, checks, tests.

    python -m scripts.rehearse --source <url or file>

What is not committed is not rehearsed.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts.document.paths import TREE, Paths

TARGETS = ("update-spec", "check", "typecheck", "test")
"""The make targets of the job that reads the document, in its order."""


def rehearse(source: str | None, root: Path = TREE.root) -> str:
    """Run the targets in a clone of `root`; return the report, empty if the document means nothing new.

    Raises:
        CalledProcessError: a target fails.
    """
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
        clone = Paths(Path(folder) / "clone")
        _run(root, "git", "clone", "--quiet", str(root), str(clone.root))
        for target in TARGETS:
            _run(clone.root, "make", target, f"SOURCE={_absolute(source)}")
            if not _changed(clone.root):
                return ""
        return clone.report.read_text("utf-8")


def _run(folder: Path, *command: str) -> None:
    print(f"\n== {' '.join(command)}", flush=True)
    subprocess.run(command, cwd=folder, check=True)


def _changed(folder: Path) -> bool:
    done = subprocess.run(["git", "status", "--porcelain"], cwd=folder, check=True, stdout=subprocess.PIPE)
    return bool(done.stdout)


def _absolute(source: str | None) -> str:
    """The source as it is found from the clone."""
    return str(Path(source).resolve()) if source and "://" not in source else source or ""


def main(argv: list[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m scripts.rehearse", description=__doc__)
    parser.add_argument("--source", help="a URL or a file (default: the upstream URL in spec.lock)")
    try:
        report = rehearse(parser.parse_args(argv).source)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"rehearse: {error}", file=sys.stderr)
        return 1
    print(f"\n{report}\nrehearse: this would be proposed" if report else "\nrehearse: nothing to propose")
    return 0


if __name__ == "__main__":
    sys.exit(main())
