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
        # Apart from the tools of development: the lister brings a parser that makes their imports a second longer.
        lister = environment(Path(folder, "lister"))
        pinned = ("--constraint", ROOT / "scripts" / "constraints.txt")
        install(lister, *pinned, "--group", f"{ROOT / 'pyproject.toml'}:sbom")
        shipped = environment(Path(folder, "shipped"))
        install(shipped, wheel)
        options = ("--output-reproducible", "--pyproject", ROOT / "pyproject.toml")
        return run(lister, "cyclonedx_py", "environment", *options, shipped)


def environment(folder: Path) -> Path:
    """The Python of a new environment, without pip: it lists what is there, and an installer is no part of what we ship."""
    run(sys.executable, "venv", "--without-pip", folder)
    return folder / "bin" / "python"


def install(python: Path, *what: str | Path) -> None:
    """Install into an environment that has no pip of its own."""
    run(sys.executable, "pip", "--python", python, "install", "--quiet", "--quiet", *what)


def identify(bom: dict[str, Any], version: str) -> None:
    """Say which release the list is of; the lister reads pyproject.toml, which does not have the version."""
    own = bom["metadata"]["component"]
    own |= {"type": "library", "version": version, "purl": f"pkg:pypi/{NAME}@{version}"}


def run(python: str | Path, module: str, *arguments: str | Path) -> str:
    """Run a module; return what it prints."""
    command = [python, "-m", module, *arguments]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


if __name__ == "__main__":
    main()
