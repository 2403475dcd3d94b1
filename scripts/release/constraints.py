"""`make upgrade`: the newest development tools, their exact versions written to scripts/constraints.txt.

What we work with is pinned, so that a clone of last year still passes its own tests. What the package brings to its
users is not: the tests must pass with the versions that users get.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "scripts" / "constraints.txt"
HEAD = "# The development tools that the tests last passed with; written by `make upgrade`.\n"


def main() -> None:
    """Install everything at its newest into an empty environment, and write down the tools."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = Path(folder, "bin", "python")
        pip(python, "install", "--quiet", "--upgrade", "pip>=25.1")
        pip(python, "install", "--quiet", f"{ROOT}[aiohttp,cli]")
        shipped = versions(python)
        for group in ("dev", "sbom", "docs", "mutation"):
            pip(python, "install", "--quiet", "--group", f"{ROOT / 'pyproject.toml'}:{group}")
        tools = {name: line for name, line in versions(python).items() if name not in shipped}
    TARGET.write_text(HEAD + "".join(f"{line}\n" for line in tools.values()), encoding="utf-8")
    print(
        f"{TARGET.relative_to(ROOT)}: {len(tools)} tools. Run `make test lint typecheck docs` with them before you commit."
    )


def versions(python: Path) -> dict[str, str]:
    """What is installed, as lines of `name==version` by their names."""
    lines = [line for line in pip(python, "list", "--format=freeze").splitlines() if "==" in line]
    return {line.partition("==")[0]: line for line in lines}


def pip(python: Path, *arguments: str) -> str:
    """Run pip in the environment, and return what it prints."""
    command = [str(python), "-m", "pip", "--disable-pip-version-check", *arguments]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


if __name__ == "__main__":
    main()
