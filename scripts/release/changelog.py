"""What the changelog says of one version: `python -m scripts.release.changelog 0.1.0`.

release.yml refuses a version of which it says nothing, and makes this text the release's notes.
Standard library only: it runs before anything is installed.
"""

import re
import sys
from pathlib import Path

CHANGELOG = Path(__file__).parents[2] / "CHANGELOG.md"


def main(version: str, changelog: Path = CHANGELOG) -> None:
    """Print the section of the version, or stop with a sentence if there is none."""
    said = section(changelog.read_text(encoding="utf-8"), version)
    if not said:
        sys.exit(f"{changelog.name} says nothing of {version}: give what is new the heading ## [{version}].")
    print(said)


def section(changelog: str, version: str) -> str:
    """The text under the heading of the version, without the heading; empty if there is none."""
    for part in re.split(r"^## ", changelog, flags=re.MULTILINE):
        heading, _, text = part.partition("\n")
        if heading.startswith(f"[{version}]"):
            return text.strip()
    return ""


if __name__ == "__main__":
    main(sys.argv[1])
