"""`make sbom`: what installing the package brings, as a CycloneDX list in build/sbom.cdx.json."""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "build" / "sbom.cdx.json"


def main() -> None:
    """Install the wheel of dist/ into an empty environment, and list that."""
    wheel = next((ROOT / "dist").glob("*.whl"), None)
    if wheel is None:
        sys.exit("There is no wheel in dist/; run `make build` first.")
    TARGET.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        # Without pip: it lists what is there, and an installer is no part of what we ship.
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
        python = Path(folder, "bin", "python")
        pip: list[str | Path] = [
            sys.executable,
            "-m",
            "pip",
            "--python",
            python,
            "install",
            "--quiet",
            "--quiet",
            wheel,
        ]
        subprocess.run(pip, check=True)
        lister: list[str | Path] = [
            sys.executable,
            "-m",
            "cyclonedx_py",
            "environment",
            "--pyproject",
            ROOT / "pyproject.toml",
        ]
        subprocess.run([*lister, "--output-reproducible", "--output-file", TARGET, python], check=True)
    print(TARGET.relative_to(ROOT))


if __name__ == "__main__":
    main()
