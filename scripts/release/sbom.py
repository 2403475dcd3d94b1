"""`make sbom`: what installing the package brings, as a CycloneDX list in build/sbom.cdx.json."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "build" / "sbom.cdx.json"
NAME = "arize-integrations"


def main() -> None:
    """Install the wheel of dist/ into an empty environment, and list that."""
    wheel = next((ROOT / "dist").glob("*.whl"), None)
    if wheel is None:
        sys.exit("There is no wheel in dist/; run `make build` first.")
    bom = json.loads(listed(wheel))
    identify(bom, version=wheel.name.split("-")[1])
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps(bom, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    print(TARGET.relative_to(ROOT))


def listed(wheel: Path) -> str:
    """What an environment holds that has only the wheel and what it requires."""
    with tempfile.TemporaryDirectory() as folder:
        # Without pip: it lists what is there, and an installer is no part of what we ship.
        run("venv", "--without-pip", folder)
        python = Path(folder, "bin", "python")
        run("pip", "--python", python, "install", "--quiet", "--quiet", wheel)
        options = ("--output-reproducible", "--pyproject", ROOT / "pyproject.toml")
        return run("cyclonedx_py", "environment", *options, python)


def identify(bom: dict[str, Any], version: str) -> None:
    """Say which release the list is of; the lister reads pyproject.toml, which does not have the version."""
    own = bom["metadata"]["component"]
    own |= {"type": "library", "version": version, "purl": f"pkg:pypi/{NAME}@{version}"}


def run(module: str, *arguments: str | Path) -> str:
    """Run a module of this Python; return what it prints."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


if __name__ == "__main__":
    main()
